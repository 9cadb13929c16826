"""`anju-edge` with all its commands loaded: for its manual, its completions and its tests."""

from __future__ import annotations

from anju_edge.cli.verbs import command_line

app = command_line()
