"""A store file that is damaged, empty or gone: kept under another name, said as long as it lies there, never the end.

What boxes sent is with the boxes too, as far as their disks reach: a new store has another epoch, so they send again
what they still hold, and say what they do not (DESIGN section 6). What operators did is in the kept file alone.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

STORE_FILE: Final = "store.sqlite"
COMPANIONS: Final = ("", "-wal", "-shm")  # of an SQLite file in WAL mode
KEPT: Final = ".damaged-"
GONE: Final = ".gone-"


class StoreDamaged(Exception):
    """The event store's file is broken; `reason` is SQLite's or ours. It is to be set aside, and a new one opened."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def check_present(path: Path, traces: Iterable[Path]) -> None:
    """Raises StoreDamaged when there is no store, or an empty one, though `traces` of an earlier one are there."""
    if path.exists() and path.stat().st_size:
        return
    has_rows = any(trace.exists() and trace.stat().st_size for trace in (*_companions(path)[1:], *traces))
    if has_rows:
        raise StoreDamaged(path, "the file is empty" if path.exists() else "the file is gone")


def set_aside(damage: StoreDamaged, now_ms: int) -> Path:
    """Renames the store with its companions out of the way and returns where it is kept. Raises OSError.

    Of a file that is gone an empty one with its name stands for it, so that it is said until somebody took it away.
    """
    path = damage.path
    at = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = path.with_name(f"{path.name}{KEPT if path.exists() else GONE}{at}")
    number = 1
    while kept.exists():
        number += 1
        kept = kept.with_name(f"{kept.name.partition('Z')[0]}Z-{number}")
    if not path.exists():
        kept.touch(mode=0o600)
    for found, target in zip(_companions(path), _companions(kept), strict=True):
        if found.exists():
            found.replace(target)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    log.error("%s (%s): %s", path, damage.reason, notice(kept))
    return kept


def kept_files(folder: Path) -> list[Path]:
    """Returns what was set aside in a data folder and still lies there, oldest first."""
    found = [*folder.glob(f"{STORE_FILE}{KEPT}*"), *folder.glob(f"{STORE_FILE}{GONE}*")]
    return sorted(path for path in found if not path.name.endswith(COMPANIONS[1:]))


def notice(kept: Path) -> str:
    """Returns what a person has to know and to do about a file that was set aside, in English."""
    if GONE in kept.name:
        happened = f"the hub's {STORE_FILE} was gone from {kept.parent}"
        then = f"find out who removed it or whether a disk is not mounted, then delete {kept}"
    else:
        happened = f"the hub's {STORE_FILE} was damaged and is kept as {kept}"
        then = (
            "check the disk (journalctl -k, smartctl); stop the hub and put a backup in place with 'anju-central "
            f"restore' if there is one; then move or delete {kept}"
        )
    return f"{happened}; the hub goes on with a new store and boxes send again what they still hold. To do: {then}"


def _companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + tail) for tail in COMPANIONS]
