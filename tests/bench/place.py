"""Where the bench keeps its files: `.bench/` of the checkout, on a real disk. What takes long to make is kept there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
BENCH = ROOT / ".bench"
KEPT = BENCH / "kept"
_SHAPE = (  # whoever changes one of these may have changed what is in a kept journal
    "edge/anju_edge/journal/streams.py",
    "edge/anju_edge/journal/segments.py",
    "edge/anju_edge/journal/card.py",
    "edge/anju_edge/journal/schema/0001_journal.sql",
    "protos/anju_protos/v1/event.proto",
    "protos/anju_protos/chain.py",
    "tests/bench/backlog.py",
)


def fresh(name: str) -> Path:
    """Returns an empty folder of this run."""
    folder = BENCH / "run" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _shape() -> str:
    digest = hashlib.sha256()
    for name in _SHAPE:
        path = ROOT / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """Returns a folder that `make(folder)` filled in this run or an earlier one."""
    target = KEPT / f"{name}-{_shape()}"
    if not target.exists():
        for old in KEPT.glob(f"{name}-*"):
            shutil.rmtree(old)
        making = target.with_name(target.name + ".new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        make(making)
        making.rename(target)
    return target


def cold(folder: Path) -> None:
    """Asks the kernel to forget the folder's files, as after a power cut."""
    for path in folder.iterdir():
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def copy(source: Path, target: Path) -> None:
    """Copies a folder's files and brings them to disk, so that their write-back does not disturb what is measured."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    for path in target.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
