"""`anju-edge roster`: takes a roster that the hub exported for this box onto a stick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from anju_base.whole_file import replace_file
from anju_edge.cli import status as checks
from anju_edge.config import ConfigError, EdgeConfig, load_config, parse_address
from anju_edge.roster.stick import NAME, WORDS, NotTaken, bundle_on_stick, check_newer

EXIT_REFUSED: Final = 1
EXIT_CONFIG: Final = 78
DEFAULT_CONFIG: Final = Path("/etc/anju-edge/edge.toml")
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="配置文件 (TOML) · the box's configuration file")]

app = typer.Typer(no_args_is_help=True, help="社区资料 · The roster: import it from a stick.")


@app.callback()
def roster() -> None:
    """社区资料 · The roster."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="中心为本网关导出的文件 · a file that the hub exported for this box")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """导入 · Takes a roster from a stick. Refuses another box's, an older one, and what is not signed by its hub."""
    from anju_edge.identity.key import give_to_owner

    try:
        settings = load_config(config)
    except ConfigError as error:
        typer.echo(f"配置有误 wrong configuration: {error}", err=True)
        raise typer.Exit(EXIT_CONFIG) from error
    try:
        bundle = bundle_on_stick(file, settings.box.data)
        had, from_hub, runs = _in_use(settings)
        check_newer(bundle, had, from_hub=from_hub)
        path = settings.box.data / NAME
        replace_file(path, file.read_bytes(), 0o600)
        give_to_owner(settings.box.data, path)
    except NotTaken as refused:
        typer.echo(f"没有导入：{WORDS[refused.code][0]} · not imported: {WORDS[refused.code][1]}", err=True)
        raise typer.Exit(EXIT_REFUSED) from refused
    except OSError as error:
        typer.echo(f"没有导入 not imported: {error.filename}: {error.strerror}", err=True)
        raise typer.Exit(EXIT_REFUSED) from error
    when = "几秒内启用 it is in use within seconds" if runs else "网关启动时启用 it is in use when the box starts"
    typer.echo(f"已收下版本 revision {bundle.revision} is taken: {when}")


def _in_use(settings: EdgeConfig) -> tuple[int, bool, bool]:
    """The revision that the running box has, whether it is the hub's, and whether a box runs."""
    if not settings.http.status_listen:
        return 0, False, False
    try:
        roster = checks.fetch_snapshot(parse_address(settings.http.status_listen))["roster"]
    except (checks.NoAnswer, ValueError):
        return 0, False, False
    return int(roster["revision"]), bool(roster.get("from_hub")), True
