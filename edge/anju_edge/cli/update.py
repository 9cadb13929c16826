"""`anju-edge update`: a new version from a stick, for a person beside the box; and the helper that installs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from anju_edge.updates.requests import HELPER_FOLDER, Progress, UpdateRequest, ask, read_progress, serve
from anju_edge.updates.slot_files import RUNTIME_FOLDER

MANIFEST: Final = "manifest.json"
UNIT: Final = "anju-edge-update.service"
WITHIN_S: Final = 900.0  # as the unit's TimeoutStartSec
WORDS: Final = {
    "checking": "检查签名和空间 checking signature and space",
    "installing": "安装中 installing",
    "installed": "已装好 installed",
    "refused": "没有安装 not installed",
}


def update(
    path: Annotated[Path, typer.Argument(help="更新所在的文件夹，或其中的 .deb · the update's folder or a .deb in it")],
    now: Annotated[
        bool, typer.Option("--now", help="有未办结的求助也立即重启 · restart also while a call is open")
    ] = False,
    downgrade: Annotated[bool, typer.Option("--downgrade", help="装回旧版本 · an older version is wanted")] = False,
) -> None:
    """从U盘更新 · Installs a signed update, from a stick. The version that runs goes on if anything is wrong."""
    folder = path.absolute() if path.is_dir() else path.absolute().parent
    if not (folder / MANIFEST).is_file():
        raise _stop(f"{folder} 里没有 {MANIFEST} · there is no {MANIFEST} in {folder}")
    if os.geteuid() != 0:
        raise _stop("请用 sudo 运行 · run it with sudo")
    request = UpdateRequest(folder, downgrade, now)
    if not Path("/run/systemd/system").is_dir():  # a root without systemd: nobody else would do it
        ask(request)
        serve(install)
        _show(read_progress())
    else:
        (HELPER_FOLDER / "progress").unlink(missing_ok=True)
        ask(request)
        subprocess.run(["systemctl", "start", "--no-block", UNIT], check=True)
        _follow()
    end = read_progress()
    if end is None or end.state != "installed":
        raise typer.Exit(1)
    if (RUNTIME_FOLDER / "busy").exists() and not now:
        typer.echo("有未办结的求助，办结后自动启用 · a call is open; the new version starts when it is closed")
    else:
        typer.echo("启用后十分钟内试运行，不行就自动退回 · it is on trial for ten minutes, else the old one runs again")


def apply_update() -> None:
    """安装程序用 · What anju-edge-update.service runs; it takes requests and nothing else."""
    sys.exit(serve(install))


def install(request: UpdateRequest, say: Callable[[str], None]) -> str:
    """Installs what a request names; returns the version. Raises UpdateRefused, OSError."""
    from anju_edge.updates.apply_update import KEYS, OWN_FOLDER, apply  # cryptography: no other command needs it

    done = apply(request.folder, own=OWN_FOLDER, keys=KEYS, say=say, downgrade=request.downgrade, now=request.now)
    return done.version


def _follow() -> None:
    """Prints each word of the helper until it has ended."""
    shown: Progress | None = None
    until_s = time.monotonic() + WITHIN_S
    while time.monotonic() < until_s:
        progress = read_progress()
        if progress is not None and progress != shown:
            shown = progress
            _show(progress)
            if progress.state in ("installed", "refused"):
                return
        time.sleep(0.2)
    typer.echo(f"没有结果 no result; journalctl -u {UNIT}", err=True)


def _show(progress: Progress | None) -> None:
    if progress is not None:
        words = WORDS.get(progress.state, progress.state)
        typer.echo(f"{words}: {progress.text}" if progress.text else words)


def _stop(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)
