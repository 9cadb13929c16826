"""`anju-edge update`: a new version from a stick, for a person beside the box; and the helper that installs it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from anju_edge.updates.requests import (
    HELPER_FOLDER,
    Progress,
    UpdateRequest,
    ask,
    is_waiting,
    read_progress,
    serve,
    withdraw,
)
from anju_edge.updates.slot_files import RUNTIME_FOLDER

MANIFEST: Final = "manifest.json"
UNIT: Final = "anju-edge-update.service"
WITHIN_S: Final = 900.0  # as the unit's TimeoutStartSec
ASK_AGAIN_S: Final = 1.0
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
    request = UpdateRequest(folder, downgrade, now, name=secrets.token_hex(8))
    if not Path("/run/systemd/system").is_dir():  # a root without systemd: nobody else would do it
        ask(request)
        serve(install)
        end = read_progress()
        _show(end)
    else:
        ask(request)
        end = follow(request.name, _start_helper)
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


def follow(
    name: str,
    start: Callable[[], None],
    helper: Path = HELPER_FOLDER,
    *,
    within_s: float = WITHIN_S,
    ask_again_s: float = ASK_AGAIN_S,
) -> Progress | None:
    """Has the helper started, prints each of its words about the request of that name, and returns the last one.

    It is started again while the request waits: a helper that was just ending counts as started for systemd, and looks
    for no further request. A request that nobody took is withdrawn, so that no later start installs it unasked.
    """
    shown: Progress | None = None
    now_s = time.monotonic()
    until_s, next_start_s = now_s + within_s, now_s
    try:
        while now_s < until_s:
            if now_s >= next_start_s and is_waiting(name, helper):
                start()
                next_start_s = now_s + ask_again_s
            progress = read_progress(helper)
            if progress is not None and progress.request == name and progress != shown:
                shown = progress
                _show(progress)
                if progress.state in ("installed", "refused"):
                    return progress
            time.sleep(min(0.2, ask_again_s))
            now_s = time.monotonic()
    finally:
        withdraw(name, helper)
    typer.echo(f"没有结果 no result; journalctl -u {UNIT}", err=True)
    return None


def _start_helper() -> None:
    """Starts the helper's unit; one that systemd does not start now is asked for again."""
    subprocess.run(["systemctl", "start", "--no-block", UNIT], check=False)


def _show(progress: Progress | None) -> None:
    if progress is not None:
        words = WORDS.get(progress.state, progress.state)
        typer.echo(f"{words}: {progress.text}" if progress.text else words)


def _stop(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)
