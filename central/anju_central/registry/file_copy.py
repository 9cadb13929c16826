"""Copies of a registry that is a file: made while the hub runs, put back while it does not."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from anju_central.registry.faults import HEAD, RegistryForeign, RegistryTooNew

VERSION_TABLE: Final = "registry_version"


def back_up_registry(path: Path, target: Path) -> None:
    """Writes a consistent copy of the registry to `target`, for its owner alone. Raises sqlite3.Error, OSError."""
    partial = target.with_name(f"{target.name}.part")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # password hashes are in it
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source:
        with closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)


def check_registry(source: Path) -> None:
    """Raises RegistryForeign for a file that is no registry, RegistryTooNew, sqlite3.Error."""
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
        if VERSION_TABLE not in tables:
            raise RegistryForeign(f"{source}: is no registry")
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        (revision,) = db.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
        if revision > HEAD:
            raise RegistryTooNew(str(source), revision)


def put_back_registry(source: Path, path: Path) -> Path | None:
    """Puts a copy in the place of the registry at `path`; the hub must not run.

    Returns where the old one is kept, None where there was none; what SQLite left beside it is kept beside it. Raises
    what `check_registry` raises, OSError.
    """
    check_registry(source)
    fresh = path.with_name(f"{path.name}.restored")
    fresh.unlink(missing_ok=True)
    back_up_registry(source, fresh)
    kept = path.with_name(f"{path.name}.before-restore")
    had_one = path.exists()
    for tail in ("-wal", "-shm", ""):
        old = path.with_name(path.name + tail)
        aside = kept.with_name(kept.name + tail)
        aside.unlink(missing_ok=True)
        if old.exists():
            old.replace(aside)
    fresh.replace(path)
    return kept if had_one else None
