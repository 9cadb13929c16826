"""Which commands `anju-edge` has, and where each of them lives.

Loading all of them takes seconds on a Pi, for `status` as for any other. So the command that is typed is loaded alone;
help, and a word that is none of them, load all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import typer


@dataclass(frozen=True, slots=True)
class Verb:
    """A command, or a group of them. `place`: module and what in it, a function or a Typer of the group."""

    name: str
    place: str
    help: str = ""  # instead of the function's own docstring
    is_hidden: bool = False


_BOX: Final = "anju_edge.cli.box"
VERBS: Final = (
    Verb("run", f"{_BOX}:run"),
    Verb("check-config", f"{_BOX}:check_config"),
    Verb("status", f"{_BOX}:status"),
    Verb("claim", f"{_BOX}:claim"),
    Verb("version", f"{_BOX}:version"),
    Verb(
        "decode",
        "anju_edge.cli.decode:decode",
        help="解释报文 · Explains frames from stdin, hex or text, one JSON object a line.",
    ),
    Verb("devices", "anju_edge.cli.devices:app"),
    Verb("page", "anju_edge.cli.page:app"),
    Verb("roster", "anju_edge.cli.roster:app"),
    Verb("update", "anju_edge.cli.update:update"),
    Verb("apply-update", "anju_edge.cli.update:apply_update", is_hidden=True),
    Verb(
        "simulate", "anju_edge.cli.simulate:simulate", help="模拟设备 · Plays a device at the far end of a real link."
    ),
    # a package for boxes is without it, and then does not speak of it
    Verb(
        "demo",
        "anju_edge.cli.demo:demo",
        help="演示 · A hub and three boxes with simulated communities.",
        is_hidden=find_spec("anju_edge.simulation") is None,
    ),
)


def command_line(words: Sequence[str] | None = None) -> typer.Typer:
    """Returns the command with the verb that the words begin with, or with all verbs if it is none of them."""
    asked = [verb for verb in VERBS if words and verb.name == words[0]]
    app = typer.Typer(
        callback=_anju_edge,  # with it a single verb is still typed by its name
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="安居社区边缘网关 · Anju, the community edge gateway.",
    )
    for verb in asked or VERBS:
        module, _, name = verb.place.partition(":")
        found = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=verb.name)
        else:
            app.command(verb.name, help=verb.help or None, hidden=verb.is_hidden)(found)
    return app


def _anju_edge() -> None:
    """Does nothing before a verb."""
