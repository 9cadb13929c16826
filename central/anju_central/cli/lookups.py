"""`anju-central lookups`: whether the log of who looked at whom is whole."""

from __future__ import annotations

from typing import Final

import typer

from anju_central.access.caller import COMMAND_LINE
from anju_central.cli.registry import with_registry
from anju_central.cli.terminal import ConfigOption, read_config, say, stop

app = typer.Typer(no_args_is_help=True, help="查询记录 · The log of who looked at whom.")

FAULTS: Final = {
    "changed": "这一条被改过 this entry was changed",
    "missing": "这一条不见了 this entry is missing",
    "people": "这一条涉及的人被增删过 people were added to this entry, or left out",
    "end": "末尾被删或被添加 entries at the end were cut off or put in",
}


@app.callback()
def lookups() -> None:
    """Keeps `verify` a word of its own."""


@app.command()
def verify(config: ConfigOption) -> None:
    """核对 · Walks the whole log: exit 0 if nothing in it was changed, 1 with the first entry that was.

    Note the last line elsewhere: with it you will see that the log was not made anew as a whole.
    """
    from anju_central.registry.people.look_ups import verify_look_ups  # with the registry: only where it is needed

    found = with_registry(read_config(config), lambda registry: verify_look_ups(COMMAND_LINE, registry))
    if found.fault is not None:
        raise stop(
            f"第 {found.fault.entry} 条 entry {found.fault.entry}: {FAULTS[found.fault.what]}; "
            "把数据库和备份比较 compare the registry with its backups",
            1,
        )
    if found.last < found.first:
        say("记录是空的，完好 the log is empty, and whole")
        return
    say(
        f"第 {found.first} 至 {found.last} 条完好 entries {found.first} to {found.last} are whole",
        f"{found.last} {found.newest_hash.hex()}",
    )
