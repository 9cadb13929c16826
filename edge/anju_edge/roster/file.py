"""The roster file, read at the start, when it changes and when asked (SIGHUP).

It is how a box without a hub's registry learns its community. Taken once, the store keeps it, and the file with its
names may go; once a hub's registry says the roster, the file counts no more.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from anju_edge.roster.errors import RosterRefused
from anju_edge.roster.roster import index
from anju_edge.roster.store import RosterStore
from anju_protos.roster_file import RosterFileError, load_roster
from anju_protos.v1.control_pb2 import RosterBundle

_log = logging.getLogger(__name__)
FILE_CHECK_S = 2.0


def roster_trouble(path: Path, community: str) -> str:
    """Returns what is wrong with a roster file for a box of `community`, empty if nothing is; applies nothing."""
    try:
        index(load_roster(path), community)
    except (RosterFileError, RosterRefused) as error:
        return str(error)
    return ""


class RosterFile:
    """Reads the roster file into the store, at start and whenever it changes or SIGHUP asks.

    A box that has a roster needs no file any more: it would lie readable on an encrypted card.
    """

    def __init__(self, path: Path, store: RosterStore) -> None:
        self._path, self._store = path, store
        self._seen: tuple[int, int, int] | None = None

    @property
    def left_over(self) -> str:
        """Returns where a file lies that no start needs any more and anybody who has the card reads; '' if none does.

        Full names are in it, and the store has what the box needs of it.
        """
        has_it = bool(self._store.current.residents) and not self._store.trouble
        return str(self._path) if self._seen is not None and has_it else ""

    @property
    def is_there(self) -> bool:
        """Whether there was such a file at the last look."""
        return self._seen is not None

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
        current = self._store.current.bundle
        if current.from_hub:
            if self._seen is not None:
                _log.warning("the roster comes from the hub: %s counts no more, and should be removed", self._path)
        elif isinstance(read, RosterFileError):
            if self._seen is not None or not current.revision:  # removed after it was taken: as it should be
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
