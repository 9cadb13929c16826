"""`anju-central roster`: where a community's roster comes from, and the way of a roster by stick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anju_base.whole_file import replace_file
from anju_central.cli.registry import done, with_registry
from anju_central.cli.terminal import ConfigOption, read_config, say

app = typer.Typer(no_args_is_help=True, help="社区资料 · Rosters: take a file over, export one for a box.")
CommunityArgument = Annotated[str, typer.Argument(help="社区编号 · the community's id")]


@app.command("take-over")
def take_over(
    config: ConfigOption,
    community: CommunityArgument,
    file: Annotated[Path | None, typer.Option(help="资料文件 · the roster file, else where the hub reads it")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="没有文件 · begin without a file")] = False,
) -> None:
    """转入登记库 · From now on the registry says who lives there, and boxes get it from the hub. Once, for good."""
    settings = read_config(config)

    from anju_central.cli import roster_work as work

    path = with_registry(settings, lambda registry: work.take_over(registry, settings, community, file, empty=empty))
    say(f"{community}: 已转入登记库 its roster comes from the registry now")
    if path is not None:
        say(f"{path} 含姓名，中心不再使用，请移走 holds names and is used no more: remove it, on boxes too")


@app.command()
def export(
    config: ConfigOption,
    community: CommunityArgument,
    box: Annotated[str, typer.Option("--box", help="网关编号 · the box that it is for: no other can read it")],
    file: Annotated[Path, typer.Option("--file", help="写到 · where to write it")],
) -> None:
    """导出 · Writes the roster for one box, for a stick: signed by the hub, readable by that box alone."""
    from anju_central.cli import roster_work as work

    settings = read_config(config)
    bundle, certificate = with_registry(settings, lambda registry: work.for_box(registry, community, box))
    content = done(lambda: work.sealed(settings, bundle, box, certificate))
    done(lambda: replace_file(file, content, 0o600))
    say(
        f"{file}: 版本 revision {bundle.revision}，给 for {box}",
        f"在网关上 at the box: anju-edge roster import {file.name}",
    )
