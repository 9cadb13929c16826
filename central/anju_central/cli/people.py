"""`anju-central people`: takes a sheet of people over, takes an import back. The console does it by the same jobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from anju_base.plain_table import Row, table
from anju_base.whole_file import replace_file
from anju_central.cli import people_export
from anju_central.cli.id_numbers import numbers_of
from anju_central.cli.terminal import ConfigOption, read_config, say, stop

if TYPE_CHECKING:
    from anju_central.access.caller import Caller
    from anju_central.registry.imports.fields import Field
    from anju_central.registry.imports.job import Ready, Shown

_T = TypeVar("_T")
app = typer.Typer(no_args_is_help=True, help="人员 · People: import sheets, undo an import, lists of persons.")
app.add_typer(people_export.app, name="export")

SHOWN_PROBLEMS: Final = 40
WORDS: Final = {
    "new": "新增 new",
    "changed": "有变化 changed",
    "same": "无变化 the same",
    "kept": "保留手工修改 hand edits kept",
    "missing": "表里没有 missing",
    "refused": "未采用的行 rows refused",
    "noted": "需要核对的行 rows to check",
    "passed-over": "合计、签名等 sums and signatures",
}
CommunityOption = Annotated[
    str | None,
    typer.Option(help="社区编号；不写则按表中“社区”列 · the community's id; else each row's own column says it"),
]


@app.command("import")
def import_sheet(
    config: ConfigOption,
    file: Annotated[Path, typer.Argument(help="表格 · .xlsx or .csv")],
    community: CommunityOption = None,
    sheet: Annotated[str | None, typer.Option(help="工作表名 · the sheet's name")] = None,
    columns: Annotated[
        str | None, typer.Option(help="改列的含义 · what columns are instead, as C=phone,F=ignored")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="表的日期，此后手工修改的保留 · the sheet's date: later hand edits stay"),
    ] = None,
    moved_out: Annotated[
        list[str] | None, typer.Option(help="表里没有、确已迁出者 · residents missing from the sheet who did move out")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不改 · shows what would be done, changes nothing")
    ] = False,
    errors: Annotated[
        Path | None, typer.Option(help="把有错的行写成表，改后再交 · writes the faulty rows to mend and send again")
    ] = None,
) -> None:
    """导入人员表 · Takes a sheet of people over, or shows what it would do."""
    from anju_central.cli.registry import now_ms, with_registry
    from anju_central.registry.database import Registry
    from anju_central.registry.imports import job
    from anju_central.registry.imports.reading import chosen_sheet
    from anju_central.registry.imports.reading_process import make_error_sheet

    settings = read_config(config)
    numbers = numbers_of(settings.data_dir)
    chosen = job.Job(
        file_name=file.name,
        sheet=sheet,
        community=community,
        as_of_ms=_day_ms(as_of) if as_of is not None else None,
    )

    async def work(registry: Registry) -> None:
        data = file.read_bytes()
        asked = chosen
        if columns is not None:
            looks = await job.look(_caller(), registry, data, file.name)
            proposed = chosen_sheet(looks, sheet)
            asked = job.with_fields(chosen, proposed, _columns(columns))
        ready = await job.prepare(_caller(), registry, numbers, asked, data, datetime.now(UTC).astimezone().date())
        shown = await job.show(_caller(), registry, ready.planned.plan, now_ms())
        _say_preview(ready, shown)
        if errors is not None:
            replace_file(errors, await make_error_sheet(data, file.name, ready.choice, ready.problems), 0o600)
            say(f"{errors}: 改好后再导入 mend these rows and import this file")
        if dry_run:
            say("没有改动任何档案 nothing was changed")
            return
        taken = await job.run(_caller(), registry, numbers, ready, frozenset(moved_out or ()), now_ms())
        for where, number in taken.runs.items():
            say(f"{where}: 导入号 import {number}; 撤销 to undo: anju-central people undo {number}")

    _told(lambda: with_registry(settings, work))


@app.command()
def undo(
    config: ConfigOption,
    run: Annotated[int, typer.Argument(help="导入号 · the import's number")],
    reason: Annotated[str, typer.Option(help="原因 · why")] = "",
) -> None:
    """撤销导入 · Takes an import back, in all communities that it went into."""
    from anju_central.cli.registry import now_ms, with_registry
    from anju_central.registry.imports.take_over import undo_import

    settings = read_config(config)
    undone = _told(
        lambda: with_registry(settings, lambda registry: undo_import(_caller(), registry, run, now_ms(), reason))
    )
    say(*(f"{community}: 已撤销 undone" for community in undone))


def seed(
    config: ConfigOption,
    demo: Annotated[bool, typer.Option("--demo", help="虚构的演示数据 · fictitious people of a demonstration")] = False,
    residents: Annotated[int, typer.Option(hidden=True, min=24)] = 10_339,
) -> None:
    """演示数据 · Fills an empty registry with 24 communities and 10,339 fictitious residents, the same each time."""
    from anju_central.cli.registry import now_ms, with_registry
    from anju_central.registry.database import Registry
    from anju_central.simulation.district import Seeded, seed_demo

    if not demo:
        raise stop("只有演示数据 · there are only demonstrations: --demo")
    settings = read_config(config)
    numbers = numbers_of(settings.data_dir)

    async def work(registry: Registry) -> Seeded:
        return await seed_demo(_caller(), registry, numbers, now_ms(), residents)

    made = _told(lambda: with_registry(settings, work))
    say(
        f"社区 communities: {made.communities}",
        f"居民 residents: {made.residents}（均为虚构 all fictitious）",
        f"手环 bands: {made.bands}",
        f"互助组 groups: {made.groups}",
        f"活动 activities: {made.activities}",
    )


def _say_preview(ready: Ready, shown: Shown) -> None:
    from anju_central.registry.imports.sheet import column_letters

    say(f"{ready.file.file_name} · {ready.look.name}")
    heads = ("列 column", "表头 head", "含义 meaning")
    cells = [
        Row((column_letters(column.column), column.head, ready.choice.fields.get(column.column, column.field).value))
        for column in ready.look.columns
    ]
    say(*table(heads, cells), "")
    say(*(f"{WORDS[what]}: {count}" for what, count in ready.counts.items()), "")
    for problem in ready.problems[:SHOWN_PROBLEMS]:
        say(f"{problem.place}: {problem.text('zh-CN')} {problem.text('en')}")
    if len(ready.problems) > SHOWN_PROBLEMS:
        say(f"…… 还有 {len(ready.problems) - SHOWN_PROBLEMS} 条 more: --errors FILE")
    for person in shown.missing:
        row = f" (第 {person.row} 行 row?)" if person.row is not None else ""
        say(f"表里没有 missing: {person.resident} {person.name} {person.flat}{row}")
    for person in shown.kept:
        say(f"保留 kept: {person.resident} {person.name}: {', '.join(person.parts)}")


def _caller() -> Caller:
    """Who owns the data folder, on the case of its people."""
    from dataclasses import replace

    from anju_central.access.caller import COMMAND_LINE, Purpose

    return replace(COMMAND_LINE, purpose=Purpose.CASE)


def _told(what: Callable[[], _T]) -> _T:
    """Does it, or ends the command with the reason."""
    from anju_central.registry.imports.refused import SheetRefused
    from anju_central.registry.secrets import SecretsUnavailable

    try:
        return what()
    except (SheetRefused, SecretsUnavailable) as error:
        raise stop(str(error), 1) from error


def _day_ms(text: str) -> int:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise stop(f"--as-of {text}: 请写成 2026-11-01 · write it as 2026-11-01") from None
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _columns(text: str) -> Mapping[int, Field]:
    """What `--columns` says: letters of columns and what they are."""
    from anju_central.registry.imports.fields import Field
    from anju_central.registry.imports.sheet import column_number

    found = {}
    for part in text.split(","):
        letters, _, name = part.partition("=")
        try:
            found[column_number(letters.strip())] = Field(name.strip())
        except ValueError:
            known = ", ".join(Field)
            raise stop(f"--columns {part}: 请写成 C=phone · write C=phone; meanings: {known}") from None
    return found
