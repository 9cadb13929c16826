"""Reading projections beside the thread that folds them: one connection for each, reopened after a rebuild."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from anju_central.projections.projection_file import ProjectionFile
from anju_central.store.database import connect, is_damage
from anju_central.store.event_store import StoreUnavailable

T = TypeVar("T")


class ProjectionReads:
    """Answers questions about projections. Callable from any thread; one question at a time for each projection."""

    def __init__(self, files: Mapping[str, ProjectionFile]) -> None:
        self._files = files
        self._locks = {name: threading.Lock() for name in files}
        self._open: dict[str, tuple[int, sqlite3.Connection]] = {}

    @contextmanager
    def reading(self, name: str) -> Iterator[sqlite3.Connection]:
        """Gives a projection's connection; what is read within sees one state of it.

        Raises StoreUnavailable when the file cannot be read; a damaged one is folded anew by itself.
        """
        with self._locks[name]:
            file = self._files[name]
            held = self._open.get(name)
            if held is None or held[0] != file.generation:
                if held is not None:
                    held[1].close()
                held = (file.generation, connect(file.path, "normal", read_only=True))
                self._open[name] = held
            db = held[1]
            try:
                db.execute("begin")
                try:
                    yield db
                finally:
                    db.execute("commit")
            except sqlite3.DatabaseError as error:
                if is_damage(error):
                    file.is_damaged = True  # the thread that folds begins it anew
                raise StoreUnavailable(
                    f"projection {name} cannot be read now, try again in a moment: {error}"
                ) from error

    def ask(self, name: str, question: Callable[[sqlite3.Connection], T]) -> T:
        """Returns the answer of `question` on a projection."""
        with self.reading(name) as db:
            return question(db)

    def close(self) -> None:
        """Closes all connections."""
        for name, lock in self._locks.items():
            with lock:
                held = self._open.pop(name, None)
                if held is not None:
                    held[1].close()
