"""No module imports, over however many others, what imports it: not for types and not inside a function either."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from support.paths import ROOT

WINGS = {
    "anju_edge": "edge",
    "anju_central": "central",
    "anju_drivers": "drivers",
    "anju_protos": "protos",
    "anju_base": "protos",
}


def modules() -> dict[str, str]:
    """The source of each module by its dotted name; generated ones are left out."""
    sources = {}
    for package, wing in WINGS.items():
        for path in (ROOT / wing / package).rglob("*.py"):
            if "_pb2" not in path.name:
                name = path.relative_to(ROOT / wing).with_suffix("").as_posix().replace("/", ".")
                sources[name.removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    return sources


def imported(source: str) -> Iterator[tuple[str, str]]:
    """(module, name in it or "") of every import statement, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def test_modules_import_in_no_circle() -> None:
    sources = modules()
    graph: dict[str, set[str]] = {}
    for name, source in sources.items():
        targets = {f"{module}.{part}" if f"{module}.{part}" in sources else module for module, part in imported(source)}
        graph[name] = {target for target in targets if target in sources and target != name}
    assert len(graph) > 250
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from error
