"""Puts a new journal file in the place of one that is damaged or not ours, and keeps that one aside.

The new file stands complete and synced under a name of its own before it takes the journal's, so that a crash in
between loses nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

SIDE_FILES = ("", "-wal", "-shm")


def fresh_path(path: Path) -> Path:
    """Returns where a new file waits, complete, for the journal's name."""
    return path.with_name("journal-salvaged.sqlite")


def damaged_path(path: Path) -> Path:
    """Returns where the file that had the journal's name is kept."""
    return path.with_name("journal-damaged.sqlite")


def replace_by_fresh(path: Path) -> None:
    """Sets aside what stands at the journal's name and gives that to the new file. Raises OSError."""
    move_aside(path)
    fresh_path(path).rename(path)
    sync(path.parent)


def finish_interrupted(path: Path) -> None:
    """Ends a replacement that a crash cut short: takes the new file if the old one is gone, else drops the new one.

    Raises OSError.
    """
    if not fresh_path(path).exists():
        return
    if path.exists():
        remove(fresh_path(path))
        return
    replace_by_fresh(path)


def drop_quarantined(path: Path) -> bool:
    """Deletes the file that an earlier replacement kept. Returns whether there was one. Raises OSError."""
    there = damaged_path(path).exists()
    remove(damaged_path(path))
    return there


def move_aside(path: Path) -> None:
    """Gives the file at the journal's name, and what SQLite keeps beside it, the names of a damaged one."""
    for suffix in SIDE_FILES:
        source = Path(f"{path}{suffix}")
        if source.exists():
            source.rename(f"{damaged_path(path)}{suffix}")


def set_stranger_aside(path: Path) -> None:
    """Takes the journal's name from a file that is not ours; keeps it, in place of an earlier one. Raises OSError."""
    kept = path.with_name("journal-stranger.sqlite")
    remove(kept)
    for suffix in SIDE_FILES:
        source = Path(f"{path}{suffix}")
        if source.exists():
            source.rename(f"{kept}{suffix}")


def remove(path: Path) -> None:
    """Deletes a file and what SQLite keeps beside it. Raises OSError."""
    for suffix in (*SIDE_FILES, "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Brings a file, or the names in a folder, to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
