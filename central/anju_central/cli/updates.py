"""`anju-central updates`: which versions of the box lie here, and which box is to run which."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anju_central.access.caller import COMMAND_LINE
from anju_central.cli.registry import with_registry
from anju_central.cli.terminal import ConfigOption, read_config, say, stop
from anju_central.config import CentralConfig
from anju_central.updates.shelf import Shelf, ShelfError

app = typer.Typer(no_args_is_help=True, help="网关的新版本 · Versions of the box: add, wanted, list.")
NO_VERSION = "none"


@app.command()
def add(
    source: Annotated[
        Path, typer.Argument(help="签名的更新：文件夹或其中的 .deb · a folder with a signed update, or a package in it")
    ],
    config: ConfigOption,
) -> None:
    """放入新版本 · Takes a signed update, also while the hub runs. No box gets it before it is wanted."""
    settings = read_config(config)
    try:
        version = Shelf(settings.data_dir).add(source.absolute())
    except (ShelfError, OSError) as error:
        raise stop(f"没有放入 not taken: {error}", 1) from error
    say(
        f"已放入 taken: {version}",
        f"网关要等到 boxes take it after: anju-central updates wanted {version} --config {config}",
    )


@app.command()
def wanted(
    config: ConfigOption,
    version: Annotated[str, typer.Argument(help='"none" 表示取消 · takes the wish back')],
    box: Annotated[
        list[str] | None, typer.Option("--box", help="只给这个网关，可多次 · only this box; may be given again")
    ] = None,
) -> None:
    """指定版本 · Says which version boxes are to run. They ask every ten minutes, restart when no incident is open."""
    settings = read_config(config)
    boxes = tuple(box or ())
    known = _boxes(settings) if boxes else set()
    strange = [name for name in boxes if name not in known]
    if strange:
        there = ", ".join(sorted(known)) or "没有 none"
        raise stop(f"中心没有网关 this hub has no box {', '.join(strange)}; 已有 it has: {there}", 1)
    chosen = "" if version == NO_VERSION else version
    try:
        Shelf(settings.data_dir).want(chosen, boxes)
    except (ShelfError, OSError) as error:
        raise stop(f"没有改动 nothing changed: {error}", 1) from error
    where = ", ".join(boxes) or "所有没有另行指定的网关 all boxes that are not named otherwise"
    say(f"{where}: {chosen or '不指定版本 no version is wanted'}")


@app.command("list")
def show(config: ConfigOption) -> None:
    """列出 · Shows what lies here and what is wanted where."""
    shelf = Shelf(read_config(config).data_dir)
    wish = shelf.wanted()
    versions = shelf.versions()
    if not versions:
        say("还没有版本 no version is here yet: anju-central updates add FOLDER")
    for version in versions:
        names = [box for box, one in sorted(wish.boxes.items()) if one == version]
        places = (["所有 all"] if wish.everywhere == version else []) + names
        say(f"{version}  {'指定给 wanted: ' + ', '.join(places) if places else '未指定 not wanted'}")


def _boxes(settings: CentralConfig) -> set[str]:
    """Boxes that the registry knows, and those of the configuration that it takes over at the next start."""
    from anju_central.registry.queries.boxes import list_boxes  # SQLAlchemy takes a second to load

    rows = with_registry(settings, lambda registry: list_boxes(COMMAND_LINE, registry))
    return {row.box for row in rows} | {one.box for one in settings.boxes}
