"""The commands about the box itself: run it, check its configuration, see how it is, claim it.

What takes long to load is loaded by the command that needs it: `status` is typed on a ladder.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from anju_edge.config import ConfigError, EdgeConfig, HttpConfig, load_config, parse_address
from anju_edge.process_end import EXIT_CONFIG, config_refused

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="配置文件 (TOML) · the box's configuration file", show_default=True)
]
DEFAULT_CONFIG = Path("/etc/anju-edge/edge.toml")


def _load(path: Path) -> EdgeConfig:
    try:
        return load_config(path)
    except ConfigError as error:
        typer.echo(f"配置有误 wrong configuration: {error}", err=True)
        raise typer.Exit(EXIT_CONFIG) from error


def run(config: ConfigOption = DEFAULT_CONFIG, verbose: bool = typer.Option(False, "--verbose", "-v")) -> None:
    """运行网关 · Runs the box until SIGTERM. SIGHUP reads the roster again."""
    try:
        load_config(config)  # what is wrong is said here, where a person may be looking
    except ConfigError as error:
        raise typer.Exit(config_refused(error)) from error
    words = [sys.executable, "-m", "anju_edge.service", "--config", str(config), *(["--verbose"] if verbose else [])]
    os.execv(sys.executable, words)  # the same process, without the command line's libraries: 12 MB less for months


def check_config(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """检查配置 · Checks the configuration and the roster file; starts nothing."""
    from anju_drivers.driver import cautions_of
    from anju_drivers.registry import load_drivers
    from anju_edge.build_box import hub_lines, make_drivers
    from anju_edge.cli.status import config_lines
    from anju_edge.roster.file import roster_trouble

    settings = _load(config)
    try:
        drivers = make_drivers(settings, load_drivers())
    except ConfigError as error:
        typer.echo(f"配置有误 wrong configuration: {error}", err=True)
        raise typer.Exit(EXIT_CONFIG) from error
    for line in config_lines(settings):
        typer.echo(line)
    for note in settings.notes:
        typer.echo(f"注意 note: 这个配置项已不再使用，请删除 · {note}")
    for driver in drivers:
        for caution in cautions_of(driver):
            typer.echo(f"注意 note: {driver.name}: {caution.zh} · {caution.en}")
    fault = hub_lines(settings).fault()
    if fault:
        typer.echo(f"连不上中心 no line to the hub: {fault}", err=True)
        raise typer.Exit(EXIT_CONFIG)
    if not settings.box.roster.exists():
        typer.echo("注意 note: 没有资料文件，用中心的或收下的 · no roster file: the hub's or the last one taken")
        typer.echo("正确 OK")
        return
    trouble = roster_trouble(settings.box.roster, settings.box.community)
    if trouble:
        typer.echo(f"社区资料有误 wrong roster: {trouble}", err=True)
        raise typer.Exit(EXIT_CONFIG)
    typer.echo("正确 OK")


def status(
    config: ConfigOption = DEFAULT_CONFIG,
    address: str = typer.Option("", "--address", help="状态地址 host:port · status address instead of the file's"),
    as_json: bool = typer.Option(False, "--json", help="输出 JSON · print JSON"),
) -> None:
    """查看状态 · Shows how the running box is. Exit code 0 = fine, 1 = soon, 2 = now or no answer.

    78 = the configuration is wrong; a box that was started before is shown all the same.
    """
    from rich.console import Console

    from anju_edge.cli import status as checks
    from anju_edge.health.trouble_codes import severity_of

    wrong = 0
    if not address:
        try:
            address = load_config(config).http.status_listen
        except ConfigError as error:
            typer.echo(f"配置有误 wrong configuration: {error}", err=True)
            wrong, address = EXIT_CONFIG, HttpConfig().status_listen
    try:
        snapshot = checks.fetch_snapshot(parse_address(address))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--address") from error
    except checks.NoAnswer as error:
        typer.echo(f"无应答 no answer: {error}", err=True)
        for why in checks.why_silent():
            typer.echo(why, err=True)
        raise typer.Exit(wrong or 2) from error
    if as_json:
        typer.echo(json.dumps(snapshot, ensure_ascii=False, indent=2))
    else:
        for line in checks.snapshot_lines(snapshot):
            Console().print(line, soft_wrap=True)
    raise typer.Exit(wrong or int(severity_of(snapshot["troubles"])))


def claim(
    code: Annotated[
        str, typer.Argument(help="登记码，不给则询问 · the code; asked for without", show_default=False)
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="登记码文件 · a file with the code")] = None,
    hub: Annotated[str, typer.Option("--hub", help="中心 host:port · the hub, instead of the code's")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="换掉已有的钥匙 · gives a claimed box a new key")] = False,
) -> None:
    """登记网关 · Makes this box one of a hub's: checks the hub, proves the code, gets a certificate."""
    from anju_edge.cli.claim import claim_box

    claim_box(_load(config), code, file, hub, replace=replace)


def version() -> None:
    """版本 · Prints the version."""
    from anju_edge.sync.box_identity import software

    typer.echo(software())
