"""The folder of Python packages of others that a package brings: for both Pythons, stripped, with byte code, kept.

Wheels come by the pins and hashes of `requirements/*.txt`, for a platform that need not be this one. The trees for
Python 3.11 and 3.13 differ in compiled modules alone, whose names differ, so that both lie in one folder.
"""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from interpreters import Interpreter
from roots import this_architecture
from uv_tool import ROOT, index_options, uv

PLATFORMS: Final = {"amd64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
TRIPLETS: Final = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
RECIPE: Final = "1"  # raised when this file makes another tree out of the same wheels
OF_THE_INSTALLER: Final = {"RECORD", "WHEEL", "INSTALLER", "REQUESTED", "direct_url.json"}
SOURCES: Final = {".pyi", ".c", ".h", ".cc", ".cpp", ".hpp", ".pyx", ".pxd", ".pxi", ".proto", ".a"}
# the variant for Pythons that are not CPython
UNUSED: Final = ("zstandard/_cffi*.so",)


class BuildFailed(Exception):
    """A package cannot be built; the text says why in a sentence."""


def cache_folder() -> Path:
    """Returns where trees are kept between builds."""
    return Path(os.environ.get("ANJU_PACKAGE_CACHE") or Path.home() / ".cache" / "anju" / "packages")


def site_tree(lock: Path, architecture: str, pythons: Sequence[Interpreter]) -> Path:
    """Returns the kept tree of a lock file, made when it is missing. Raises BuildFailed."""
    names = " ".join(f"{python.exact}{python.is_debians}" for python in pythons)
    key = hashlib.sha256(f"{RECIPE} {architecture} {names}\n".encode() + lock.read_bytes()).hexdigest()[:16]
    kept = cache_folder() / f"{lock.stem}-{architecture}-{key}"
    if kept.is_dir():
        return kept
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="making-") as work:
        trees = [_wheels(lock, architecture, python.version, Path(work) / python.version) for python in pythons]
        merged = merge(trees)
        prune(merged)
        strip(merged, architecture)
        compile_tree(merged, "/opt/anju/site", pythons)
        for path in merged.rglob("*"):
            os.utime(path, (0, 0), follow_symlinks=False)  # a package gives all of it the commit's
        try:
            merged.rename(kept)
        except OSError:  # made by somebody else meanwhile
            if not kept.is_dir():
                raise
    return kept


def copy_tree(kept: Path, target: Path) -> None:
    """Copies a kept tree into a package's own folder.

    No hard links: each that another build makes or removes changes the file for tar, which then ends with an error.
    """
    subprocess.run(["cp", "-a", "--reflink=auto", str(kept), str(target)], check=True)


def _wheels(lock: Path, architecture: str, version: str, target: Path) -> Path:
    command = [str(uv()), "pip", "install", "--quiet", *index_options(), "--target", str(target)]
    command += ["--python-version", version, "--python-platform", PLATFORMS[architecture], "--link-mode", "copy"]
    command += ["--only-binary", ":all:", "--no-deps", "--require-hashes", "--requirement", str(lock)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"wheels of {lock.name} for Python {version} on {architecture}: {done.stderr.strip()}")
    return target


def merge(trees: Sequence[Path]) -> Path:
    """Moves all trees into the first and returns it. Raises BuildFailed where two differ in more than they may."""
    first, *others = trees
    for tree in others:
        for path in sorted(tree.rglob("*")):
            place = first / path.relative_to(tree)
            if (
                path.is_dir() or path.name in OF_THE_INSTALLER or path.parent.name == "sboms"
            ):  # tell how a wheel was built
                continue
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                path.rename(place)
            elif not filecmp.cmp(path, place, shallow=False):
                raise BuildFailed(f"{path.relative_to(tree)} is not the same for all Pythons")
    return first


def prune(tree: Path) -> None:
    """Takes out what no running program reads: tests, sources of compiled modules, commands, the installer's notes."""
    for name in ("bin", "include", "share"):
        shutil.rmtree(tree / name, ignore_errors=True)
    for folder in [path for path in tree.rglob("*") if path.is_dir() and path.name in {"tests", "test", "__pycache__"}]:
        shutil.rmtree(folder, ignore_errors=True)
    notes = OF_THE_INSTALLER | {".lock"}
    unused = [path for pattern in UNUSED for path in tree.glob(pattern)]
    for path in [*unused, *(path for path in tree.rglob("*") if path.suffix in SOURCES or path.name in notes)]:
        path.unlink()
    for path in tree.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def strip(tree: Path, architecture: str) -> None:
    """Takes debug information out of compiled modules. Raises BuildFailed where the tool is missing."""
    tool = "strip" if architecture == this_architecture() else f"{TRIPLETS[architecture]}-strip"
    if shutil.which(tool) is None:
        package = "binutils" if tool == "strip" else f"binutils-{TRIPLETS[architecture]}"
        raise BuildFailed(f"{tool} is missing: sudo apt-get install --no-install-recommends {package}")
    modules = sorted(path for path in tree.rglob("*.so*") if path.is_file())
    done = subprocess.run([tool, "--strip-unneeded", *map(str, modules)], capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"{tool}: {done.stderr.strip()}")


def compile_tree(tree: Path, shown_as: str, pythons: Iterable[Interpreter]) -> None:
    """Writes byte code beside every module, trusted without a look at the source. Raises BuildFailed.

    `shown_as`: the folder that tracebacks name where the file was moved; Python puts the real one in when it loads.
    """
    for python in pythons:
        command = ("-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash", "-s", str(tree), "-p", shown_as)
        done = python.run(*command, str(tree))
        if done.returncode != 0:
            raise BuildFailed(f"byte code for Python {python.exact}: {(done.stdout + done.stderr).strip()[-600:]}")
