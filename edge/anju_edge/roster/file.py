"""The roster file, read at the start, when it changes and when asked (SIGHUP)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.roster import index
from anju_edge.roster.store import RosterStore
from anju_protos.roster_file import RosterFileError, load_roster
from anju_protos.v1.control_pb2 import RosterBundle

FILE_CHECK_S = 2.0


def roster_trouble(path: Path, community: str) -> str:
    """Returns what is wrong with a roster file for a box of `community`, empty if nothing is; applies nothing."""
    try:
        index(load_roster(path), community)
    except (RosterFileError, RosterRefused) as error:
        return str(error)
    return ""


class RosterFile:
    """Reads the roster file into the store, at start and whenever it changes or SIGHUP asks."""

    def __init__(self, path: Path, store: RosterStore) -> None:
        self._path, self._store = path, store
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> None:
        """Reads now. Never raises: what is wrong is shown by the store."""
        self._seen = self._file_stamp()
        self._take(self._load())

    def _load(self) -> RosterBundle | RosterFileError:
        try:
            return load_roster(self._path)
        except RosterFileError as error:
            return error

    def _take(self, read: RosterBundle | RosterFileError) -> None:
        if isinstance(read, RosterFileError):
            self._store.refuse(0, str(read))
        else:
            self._store.apply(read)

    async def watch(self, asked: asyncio.Event | None = None) -> None:
        """Reads again whenever the file changes, or `asked` is set (SIGHUP), until cancelled."""
        asked = asked or asyncio.Event()
        while True:
            try:
                async with asyncio.timeout(FILE_CHECK_S):
                    await asked.wait()
            except TimeoutError:
                if self._file_stamp() == self._seen:
                    continue
            asked.clear()
            self._seen = self._file_stamp()
            # Hundreds of residents take a fifth of a second to parse on a Pi: an alarm must not wait for that.
            self._take(await asyncio.to_thread(self._load))

    def _file_stamp(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
