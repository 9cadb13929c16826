"""The command `anju-edge`. Help is in Chinese and English; results go to stdout, what went wrong to stderr."""

from __future__ import annotations

import asyncio
import faulthandler
import json
import logging
import signal
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from anju_drivers.registry import load_drivers
from anju_edge import checks, gateway
from anju_edge.config import ConfigError, EdgeConfig, load_config, parse_address

EXIT_CONFIG = 78  # EX_CONFIG of sysexits.h: systemd's RestartPreventExitStatus names it
_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="安居社区边缘网关 · Anju, the community edge gateway.",
)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="配置文件 (TOML) · the box's configuration file", show_default=True)
]
DEFAULT_CONFIG = Path("/etc/anju-edge/edge.toml")


class JsonLines(logging.Formatter):
    """One JSON object a line with journald's level in front: `<4>{"level": ...}`."""

    def __init__(self, *, with_level: bool) -> None:
        super().__init__()
        self._with_level = with_level

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False)
        return f"<{_PRIORITIES.get(record.levelno, 6)}>{text}" if self._with_level else text


def set_up_logging(*, verbose: bool) -> None:
    """To stderr, where systemd reads it; the level prefix only for systemd."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(with_level=not sys.stderr.isatty()))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, handlers=[handler], force=True)


def _load(path: Path) -> EdgeConfig:
    try:
        return load_config(path)
    except ConfigError as error:
        typer.echo(f"配置有误 wrong configuration: {error}", err=True)
        raise typer.Exit(EXIT_CONFIG) from error


async def _serve(config: EdgeConfig) -> None:
    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload.set)
    running = asyncio.ensure_future(gateway.run(config, stop, reload=reload))
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            async with asyncio.timeout(config.stop_max_s):
                await running
    except TimeoutError:
        logging.getLogger(__name__).error("the box did not stop within %g s, leaving at once", config.stop_max_s)
        raise
    finally:
        stopping.cancel()
    await running


@app.command()
def run(config: ConfigOption = DEFAULT_CONFIG, verbose: bool = typer.Option(False, "--verbose", "-v")) -> None:
    """运行网关 · Runs the box until SIGTERM. SIGHUP reads the roster again."""
    faulthandler.enable()  # systemd's watchdog sends SIGABRT: leave every thread's stack in the log
    set_up_logging(verbose=verbose)
    settings = _load(config)
    try:
        uvloop.run(_serve(settings))
    except ConfigError as error:
        typer.echo(f"配置有误 wrong configuration: {error}", err=True)
        raise typer.Exit(EXIT_CONFIG) from error


@app.command("check-config")
def check_config(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """检查配置 · Checks the configuration and the roster file; starts nothing."""
    settings = _load(config)
    try:
        gateway.make_drivers(settings, load_drivers())
    except ConfigError as error:
        typer.echo(f"配置有误 wrong configuration: {error}", err=True)
        raise typer.Exit(EXIT_CONFIG) from error
    for line in checks.config_lines(settings):
        typer.echo(line)
    trouble = gateway.roster_trouble(settings)
    if trouble:
        typer.echo(f"名册有误 wrong roster: {trouble}", err=True)
        raise typer.Exit(EXIT_CONFIG)
    typer.echo("正确 OK")


@app.command()
def status(
    config: ConfigOption = DEFAULT_CONFIG,
    address: str = typer.Option("", "--address", help="状态地址 host:port · status address instead of the file's"),
    as_json: bool = typer.Option(False, "--json", help="输出 JSON · print JSON"),
) -> None:
    """查看状态 · Shows how the running box is. Exit code 0 = fine, 1 = attend, 2 = no answer."""
    try:
        picture = checks.fetch_picture(parse_address(address or _load(config).http.status_listen))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--address") from error
    except checks.NoAnswer as error:
        typer.echo(f"无应答 no answer: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(picture, ensure_ascii=False, indent=2))
    else:
        Console().print(checks.picture_tables(picture))
    raise typer.Exit(0 if picture["ok"] else 1)


@app.command("version")
def show_version() -> None:
    """版本 · Prints the version."""
    typer.echo(gateway.software())


def _add_tools() -> None:
    """Commands for people at a terminal. A running box does not carry them: the demo alone takes 8 MB of memory."""
    from anju_edge.decode import decode
    from anju_edge.simulate import simulate
    from anju_edge.simulation.command import demo

    app.command(help="解释报文 · Explains frames from stdin, hex or text, one JSON object a line.")(decode)
    app.command(help="模拟设备 · Plays a device at the far end of a real link.")(simulate)
    app.command(help="演示 · A hub and three boxes with simulated communities.")(demo)


def main() -> None:
    """Entry point of the script `anju-edge`."""
    if sys.argv[1:2] != ["run"]:
        _add_tools()
    app()


if __name__ == "__main__":
    main()
