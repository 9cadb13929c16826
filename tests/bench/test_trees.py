"""A commit's files beside the checkout, and what its pyproject.toml asks for that is not there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bench.dependencies import declared, unmet
from bench.trees import NotMeasurable, entry_points, git, is_dirty, short_name, strangers, worktree

PYPROJECT = """
[project]
name = "Some_Product"
dependencies = ["grpcio>=1.85", "tomli; python_version < '3'"]
[project.optional-dependencies]
edge = ["aiohttp>=3.13"]
dev = ["some-product[edge]", "grpcio>=1.85", "pytest"]
peers = ["nats-py"]
"""


def test_a_group_brings_those_that_it_names_and_no_other() -> None:
    asked = declared(tomllib.loads(PYPROJECT))
    assert sorted(map(str, asked)) == ["aiohttp>=3.13", "grpcio>=1.85", "pytest"]


def test_without_that_group_all_are_asked_for() -> None:
    asked = declared(tomllib.loads(PYPROJECT.replace("dev =", "tests =")))
    assert "nats-py" in map(str, asked)


def test_what_is_missing_or_of_another_version_is_unmet() -> None:
    installed = {"grpcio": "1.90", "aiohttp": "3.9", "uvloop": "0.23.0rc1"}
    asked = [Requirement(line) for line in ("grpcio>=1.85", "aiohttp>=3.13", "PyRIC", "uvloop>=0.22")]
    assert [requirement.name for requirement in unmet(asked, installed.get)] == ["aiohttp", "PyRIC"]


def test_each_declared_entry_point_is_looked_for() -> None:
    points = '[project.entry-points."anju.drivers"]\nble = "anju_drivers.ble:SPEC"\n'
    assert entry_points(tomllib.loads(points)) == ["anju.drivers ble"]


def test_files_of_another_tree_are_found_out(tmp_path: Path) -> None:
    here = tmp_path / "here"
    found: dict[str, str | None] = {
        "own": str(here / "edge" / "a.py"),
        "other": str(tmp_path / "hereafter" / "a.py"),
        "namespace": None,
    }
    assert strangers(found, (here,)).keys() == {"other", "namespace"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "file").write_text("committed\n")
    git(folder, "add", "file")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "first")
    return folder


def _entries(checkout: Path) -> int:
    return git(checkout, "worktree", "list").decode().count("\n")


def test_what_is_not_committed_is_laid_over_when_asked_for(checkout: Path, tmp_path: Path) -> None:
    assert not is_dirty(checkout)
    (checkout / "file").write_text("changed\n")
    (checkout / "new").mkdir()
    (checkout / "new" / "file").write_bytes(b"\0new")
    assert is_dirty(checkout)
    commit = short_name(checkout, "HEAD")
    with (
        worktree(checkout, tmp_path / "as-committed", commit),
        worktree(checkout, tmp_path / "as-it-is", commit, uncommitted=True),
    ):
        assert (tmp_path / "as-committed" / "file").read_text() == "committed\n"
        assert (tmp_path / "as-it-is" / "file").read_text() == "changed\n"
        assert (tmp_path / "as-it-is" / "new" / "file").read_bytes() == b"\0new"
    assert _entries(checkout) == 1


def test_an_interrupted_run_leaves_no_worktree(checkout: Path, tmp_path: Path) -> None:
    files = tmp_path / "tree"

    def run() -> None:
        with worktree(checkout, files, "HEAD"):
            (files / "made").write_text("by the run")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert not files.exists()
    assert _entries(checkout) == 1


def test_a_revision_that_is_none_is_said(checkout: Path) -> None:
    with pytest.raises(NotMeasurable, match="rev-parse"):
        short_name(checkout, "no-such-commit")
