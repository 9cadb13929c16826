"""What the hub's commands share: where they print, how they stop, how they read the configuration."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from anju_base.service_manager import sd_notify
from anju_central.cli.data_owner import give_at_end
from anju_central.config import CentralConfig, ConfigError, load_config

out = Console()
err = Console(stderr=True)

EXIT_CONFIG: Final = 78  # EX_CONFIG of sysexits.h: systemd's RestartPreventExitStatus names it
ConfigOption = Annotated[
    Path, typer.Option("--config", help="中心的配置文件 · the hub's TOML file, see central.example.toml")
]


def read_config(path: Path) -> CentralConfig:
    """Reads the configuration, or ends the command with what is wrong in it.

    What root makes in the data folder from here on is the hub's when the command ends.
    """
    try:
        config = load_config(path)
    except ConfigError as error:
        raise give_up(f"配置有误 wrong configuration: {error}") from error
    give_at_end(config.data_dir)
    return config


def give_up(why: str) -> typer.Exit:
    """For a person to mend, who may look here or into `systemctl status`; systemd does not start the hub again."""
    sd_notify(f"STATUS={' '.join(why.split())}\nERRNO={errno.EINVAL}")
    return stop(why, EXIT_CONFIG)


def stop(message: str, code: int = 2) -> typer.Exit:
    """Says why a command ends; to be raised."""
    err.print(message, style="bold red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)


def say(*lines: str) -> None:
    """Prints lines as they are, so that they can be copied."""
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
