"""`anju-central people export`: asks for a list of persons, shows the requests, fetches what was approved.

By the same rules as the console: a reason, a second person who approves at the console, one fetch (PRIVACY V12).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anju_base.plain_table import Row, table
from anju_central.cli.terminal import ConfigOption, read_config, say, stop

if TYPE_CHECKING:
    from anju_central.access.caller import Caller
    from anju_central.registry.exports.requests import ExportRow

app = typer.Typer(no_args_is_help=True, help="人员名单 · Lists of persons: ask for one, fetch it once it is approved.")

STATES = {
    "waiting": "待批准 waiting",
    "approved": "已批准 approved",
    "refused": "未批准 refused",
    "fetched": "已取走 fetched",
    "expired": "已过期 expired",
}


@app.command("ask")
def ask(
    config: ConfigOption,
    community: Annotated[str, typer.Option(help="社区编号 · the community's id")],
    purpose: Annotated[str, typer.Option(help="用途 · what for: care, activity, case, device-maintenance")],
    reason: Annotated[str, typer.Option(help="理由 · why, in a few words")],
    fields: Annotated[str, typer.Option(help="栏目 · fields, as name,flat,phones")] = "name,flat",
) -> None:
    """申请名单 · Asks for a list; somebody else approves it at the console."""
    from anju_central.cli.registry import now_ms, with_registry
    from anju_central.registry.exports.requests import ask_export

    caller, wanted = _caller(purpose), [name.strip() for name in fields.split(",") if name.strip()]
    row = with_registry(
        read_config(config),
        lambda registry: ask_export(caller, registry, community, wanted, reason, now_ms()),
    )
    say(
        f"申请 request {row.number}: 请另一位有权限的人在控制台批准 somebody else approves it at the console",
        f"然后 then: anju-central people export fetch {row.number} 名单.xlsx",
    )


@app.command("list")
def requests(config: ConfigOption) -> None:
    """申请一览 · Shows requests, the newest first."""
    from anju_central.cli.registry import now_ms, with_registry
    from anju_central.registry.exports.requests import list_exports

    rows = with_registry(read_config(config), lambda registry: list_exports(_caller("case"), registry, now_ms()))
    heads = ("号 no.", "社区 community", "状态 state", "申请 asked by", "批准 approved by", "到期 ends", "理由 reason")
    say(*table(heads, [Row(_cells(row)) for row in rows]))


@app.command("fetch")
def fetch(
    config: ConfigOption,
    number: Annotated[int, typer.Argument(help="申请号 · the request's number")],
    target: Annotated[Path, typer.Argument(help="存为 · where to write the .xlsx")],
) -> None:
    """取名单 · Writes a list that was approved, once; all it names are in the log of look-ups then."""
    from anju_central.cli.id_numbers import numbers_of
    from anju_central.cli.registry import now_ms, with_registry
    from anju_central.registry.database import Registry
    from anju_central.registry.exports.list_file import fetch_list
    from anju_central.registry.exports.requests import fetchable

    settings = read_config(config)
    if target.exists():
        raise stop(f"{target}: 已经存在 is there already: choose another name")
    numbers = numbers_of(settings.data_dir)

    async def work(registry: Registry) -> int:
        request = await fetchable(_caller("case"), registry, number, now_ms())
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            return await fetch_list(_caller(request.purpose.value), registry, numbers, number, target, now_ms())
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    people = with_registry(settings, work)
    say(f"{target}: {people} 人 people；用后即删 delete it after use")


def _caller(purpose: str) -> Caller:
    """Who owns the data folder, for that purpose."""
    from dataclasses import replace

    from anju_central.access.caller import COMMAND_LINE, Purpose
    from anju_central.registry.exports.list_file import PURPOSES

    if purpose not in PURPOSES:
        raise stop(f"--purpose {purpose}: {', '.join(PURPOSES)}")
    return replace(COMMAND_LINE, purpose=Purpose(purpose))


def _cells(row: ExportRow) -> tuple[str, ...]:
    ends = datetime.fromtimestamp(row.ends_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    state = STATES[row.state.value]
    return str(row.number), row.community, state, row.made_by, row.approved_by or "-", ends, row.reason
