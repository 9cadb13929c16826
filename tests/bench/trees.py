"""A commit's files in a git worktree, with an environment in which only they are imported."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from bench.dependencies import Beside, declared, install_beside

_WHEEL = "import sys; from hatchling.build import build_editable; build_editable(sys.argv[1])"  # needs no pages
_PROBE = """
import importlib, importlib.metadata, importlib.util, json, sys
import bench.__main__
found = {name: importlib.import_module(name).__file__ for name in sys.argv[2:]}
found["bench"] = bench.__main__.__file__
own = importlib.metadata.distribution(sys.argv[1])
found["metadata"] = str(own.locate_file(""))
for point in own.entry_points:
    spec = importlib.util.find_spec(point.module)
    found[f"{point.group} {point.name}"] = spec.origin if spec else None
print(json.dumps(found))
"""


class NotMeasurable(Exception):
    """A tree that cannot be measured here; says why."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Files of a commit in `folder`. `words` name it: "8eccf3a", or "ef000c3 with what is not committed"."""

    words: str
    folder: Path
    metadata: Path  # its own dist-info: names and modules of its drivers
    beside: Beside  # what it needs and this environment lacks

    @property
    def pyproject(self) -> dict[str, Any]:  # Any: TOML
        return tomllib.loads((self.folder / "pyproject.toml").read_text())

    @property
    def packages(self) -> list[Path]:
        """Its import packages: edge/anju_edge and so on."""
        listed = self.pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        return [self.folder / package for package in listed]

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with its packages before those of the editable install."""
        roots = dict.fromkeys(str(package.parent) for package in self.packages)
        path = [*roots, str(self.folder / "tests"), str(self.metadata), str(self.beside.folder)]
        return {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONNOUSERSITE": "1"}

    def check(self) -> None:
        """Raises NotMeasurable unless what is imported, and each entry point, is in this tree."""
        name = self.pyproject["project"]["name"]
        command = [sys.executable, "-c", _PROBE, name, *(package.name for package in self.packages)]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            lacking = f"; not installed: {', '.join(self.beside.refused)}" if self.beside.refused else ""
            raise NotMeasurable(f"{self.words} cannot be imported{lacking}\n{done.stderr[-2_000:]}")
        found = dict.fromkeys(entry_points(self.pyproject)) | json.loads(done.stdout)
        if elsewhere := strangers(found, (self.folder, self.metadata)):
            raise NotMeasurable(f"{self.words} would be measured with files of another tree: {elsewhere}")


def entry_points(pyproject: Mapping[str, Any]) -> list[str]:  # Any: TOML
    """Returns "group name" of each that the project declares: drivers are found by them."""
    groups: Mapping[str, Mapping[str, str]] = pyproject["project"].get("entry-points", {})
    return [f"{group} {name}" for group, points in groups.items() for name in points]


def strangers(found: dict[str, str | None], folders: tuple[Path, ...]) -> dict[str, str | None]:
    """Returns those of `found` (what -> its file) that are in none of the folders."""
    return {
        what: file
        for what, file in found.items()
        if file is None or not any(Path(file).resolve().is_relative_to(folder.resolve()) for folder in folders)
    }


def git(folder: Path, *arguments: str, given: bytes | None = None) -> bytes:
    """Returns what git says in `folder`. Raises NotMeasurable with its words."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], input=given, capture_output=True)
    if done.returncode:
        raise NotMeasurable(f"git {' '.join(arguments[:2])}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def short_name(checkout: Path, revision: str) -> str:
    """Returns the short hash of a revision. Raises NotMeasurable for none."""
    return git(checkout, "rev-parse", "--short", "--verify", f"{revision}^{{commit}}").decode().strip()


def is_dirty(checkout: Path) -> bool:
    """Whether the checkout has changes or new files that are not committed."""
    return bool(git(checkout, "status", "--porcelain"))


@contextmanager
def worktree(checkout: Path, files: Path, commit: str, *, uncommitted: bool = False) -> Iterator[None]:
    """A commit's files in `files`; they and git's entry of them are removed in the end, whatever happens.

    With `uncommitted`, the changes and new files of the checkout are laid over them.
    """
    try:
        git(checkout, "worktree", "add", "--detach", str(files), commit)
        if uncommitted:
            _lay_over(checkout, files)
        yield
    finally:
        _remove(checkout, files)


@contextmanager
def tree(
    checkout: Path, folder: Path, revision: str, say: Callable[[str], None], *, uncommitted: bool = False
) -> Iterator[Tree]:
    """A worktree in `folder`, ready to be measured: with its own metadata, what it lacks, and compiled. See `worktree`.

    Raises NotMeasurable.
    """
    commit, files = short_name(checkout, revision), folder / "tree"
    _remove(checkout, files)  # of a run that was killed
    shutil.rmtree(folder, ignore_errors=True)
    with worktree(checkout, files, commit, uncommitted=uncommitted):
        yield _prepared(f"{commit} with what is not committed" if uncommitted else commit, files, folder, say)


def _remove(checkout: Path, files: Path) -> None:
    listed = git(checkout, "worktree", "list", "--porcelain").decode().splitlines()
    if f"worktree {files.resolve()}" in listed:
        git(checkout, "worktree", "remove", "--force", str(files))


def _lay_over(checkout: Path, files: Path) -> None:
    changes = git(checkout, "diff", "--binary", "HEAD")
    if changes:
        git(files, "apply", "--whitespace=nowarn", given=changes)
    for name in filter(None, git(checkout, "ls-files", "-z", "--others", "--exclude-standard").decode().split("\0")):
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(checkout / name, files / name)


def _prepared(words: str, files: Path, folder: Path, say: Callable[[str], None]) -> Tree:
    made = folder / "metadata"
    _make_metadata(files, made)
    pyproject = tomllib.loads((files / "pyproject.toml").read_text())
    prepared = Tree(words, files, made, install_beside(folder / "beside", declared(pyproject), say))
    _quietly([sys.executable, "-m", "compileall", "-q", *map(str, prepared.packages), "tests"], files)
    prepared.check()
    return prepared


def _make_metadata(files: Path, target: Path) -> None:
    """The dist-info of the tree's wheel; its packages stay where they are."""
    target.mkdir()
    _quietly([sys.executable, "-c", _WHEEL, str(target)], files)
    for wheel in target.glob("*.whl"):
        with ZipFile(wheel) as archive:
            archive.extractall(target, [name for name in archive.namelist() if ".dist-info/" in name])
        wheel.unlink()


def _quietly(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NotMeasurable(f"{' '.join(command[1:3])}: {done.stdout}{done.stderr}")
