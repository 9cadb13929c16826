"""`anju-central updates`: which versions of the box lie here, and which box is to run which."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anju_central.config import CentralConfig, ConfigError, load_config
from anju_central.updates.shelf import Shelf, ShelfError

app = typer.Typer(no_args_is_help=True, help=__doc__)
ConfigOption = Annotated[Path, typer.Option("--config", help="the hub's TOML file, see central.example.toml")]
EXIT_CONFIG = 78


@app.command()
def add(
    source: Annotated[Path, typer.Argument(help="a folder with a signed update, or a package in it")],
    config: ConfigOption,
) -> None:
    """Takes a signed update, also while the hub runs. No box gets it before it is wanted."""
    try:
        version = Shelf(_read(config).data_dir).add(source.absolute())
    except (ShelfError, OSError) as error:
        raise _stop(str(error)) from error
    typer.echo(f"{version} is here; boxes take it after: anju-central updates wanted {version}")


@app.command()
def wanted(
    config: ConfigOption,
    version: Annotated[str, typer.Argument(help='"none" takes the wish back')],
    box: Annotated[list[str] | None, typer.Option("--box", help="only this box; may be given again")] = None,
) -> None:
    """Says which version boxes are to run. They ask about every ten minutes, and restart when no incident is open."""
    settings = _read(config)
    boxes = tuple(box or ())
    known = {one.box for one in settings.boxes}
    strange = [name for name in boxes if name not in known]
    if strange and known:
        raise _stop(f"this hub has no box {', '.join(strange)}; it has {', '.join(sorted(known))}")
    chosen = "" if version == "none" else version
    try:
        Shelf(settings.data_dir).want(chosen, boxes)
    except (ShelfError, OSError) as error:
        raise _stop(str(error)) from error
    where = ", ".join(boxes) or "all boxes that are not named otherwise"
    typer.echo(f"{where}: {chosen or 'no version'} is wanted")


@app.command("list")
def show(config: ConfigOption) -> None:
    """Shows what lies here and what is wanted where."""
    shelf = Shelf(_read(config).data_dir)
    wish = shelf.wanted()
    for version in shelf.versions():
        names = [box for box, one in sorted(wish.boxes.items()) if one == version]
        places = (["all"] if wish.everywhere == version else []) + names
        typer.echo(f"{version}  {'wanted: ' + ', '.join(places) if places else 'not wanted'}")


def _read(path: Path) -> CentralConfig:
    try:
        return load_config(path)
    except ConfigError as error:
        raise _stop(f"配置有误 wrong configuration: {error}", EXIT_CONFIG) from error


def _stop(text: str, code: int = 1) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(code)
