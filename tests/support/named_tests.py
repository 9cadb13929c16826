"""Tests that documents and tables name: whether they exist."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

from support.paths import ROOT


@lru_cache
def tests_in(path: Path) -> frozenset[str]:
    """The names of a file's tests, without importing it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, functions) and node.name.startswith("test_")
    )


def missing_test(named: str) -> str:
    """What is wrong with `tests/x.py::test_y` (or `tests/x.py` alone), "" if it is there."""
    file, _, name = named.partition("::")
    path = ROOT / file
    if not path.is_file():
        return f"{named}: there is no such file"
    found = tests_in(path)
    if not found:
        return f"{named}: that file has no tests"
    return "" if not name or name in found else f"{named}: there is no such test"
