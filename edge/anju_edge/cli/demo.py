"""`anju-edge demo`: in a checkout and in a whole installation; a package for boxes leaves it out."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_BASE = 8400


def demo(
    folder: Annotated[
        Path | None, typer.Option(help="数据文件夹，默认用完即删 · where to keep data; a temporary one by default")
    ] = None,
    port: Annotated[int, typer.Option(help="起始端口 · first of the ports; moved on when taken")] = DEFAULT_BASE,
    quiet: Annotated[bool, typer.Option("--quiet", help="没有人走动 · nobody walks about by himself")] = False,
) -> None:
    """演示：一个中心、三个网关、模拟设备 · A hub, three boxes and pretended devices; a page to break things."""
    if find_spec("anju_edge.simulation") is None or find_spec("anju_central") is None:
        typer.echo(
            "此安装不含演示，请在源码目录运行 ./dev demo · not in this package: run ./dev demo in a checkout", err=True
        )
        raise typer.Exit(2)
    from anju_edge.simulation.command import run_demo  # a box neither has it nor pays for its imports

    run_demo(folder, port, quiet=quiet)
