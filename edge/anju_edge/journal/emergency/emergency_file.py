"""The emergency file, open for writing: one SQLite connection, used by the journal's thread alone.

What an event changes here is durable before the event is, and is taken back where that never became so: each
transaction has a number, which stands in the journal's transaction too, and the file keeps what stood there before its
last one. A fault of this file never holds the journal up: what could not be written waits in memory, bounded, for the
next transaction, and `trouble` says so.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from anju_base.sqlite_schema import load_migrations, migrate
from anju_edge.journal.checkpoints import close_with_room
from anju_edge.journal.entries import SideStatement
from anju_edge.journal.faults import Fault, FileDamaged, fault_of, settle_wal
from anju_edge.journal.sql import EMERGENCY

_log = logging.getLogger(__name__)

NAME: Final = "emergency.sqlite"
DAMAGED: Final = "emergency-damaged.sqlite"
APPLICATION_ID: Final = 0x416E6A45  # "AnjE"
_SIDE_FILES: Final = ("", "-wal", "-shm")
_RETRY_S: Final = 1.0
_MOST_WAITING: Final = 8192


class EmergencyFile:
    """One box's. Made closed; opened by `settle`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self._connection: sqlite3.Connection | None = None
        self._number = 0
        self._is_confirmed = True  # the last transaction is in the journal too
        self._waiting: deque[SideStatement] = deque(maxlen=_MOST_WAITING)
        self._retry_at_s = 0.0
        self._is_unsettled = False  # a sync may have failed: the log in the page cache is not what the disk has

    @classmethod
    def beside(cls, journal: Path) -> EmergencyFile:
        """Returns that of the journal at a path."""
        return cls(journal.with_name(NAME))

    def settle(self, known: int | None) -> int | None:
        """Opens the file, and takes back what the journal never had. Returns the number of its last transaction.

        `known`: the number that stands in the journal; None = it says none, then all counts. The answer is None where
        the file cannot be opened now. Never raises.
        """
        if not self._is_open():
            return None
        try:
            if known is not None and self._number > known:
                self._take_back()
        except sqlite3.Error as error:
            self._fail(error)
            return None
        self._is_confirmed = True
        return self._number

    def write(self, statements: Sequence[SideStatement]) -> int | None:
        """Makes one durable transaction of the statements; returns its number, to be put into the journal's.

        None = the file does not take them now. Never raises.
        """
        if not self._is_open():
            self._waiting.extend(statements)
            return None
        connection = self._opened()
        try:
            connection.execute("begin immediate")
            if self._is_confirmed:
                self._forget_before(connection)
            for statement in (*self._waiting, *statements):
                _execute(connection, statement)
            connection.execute(EMERGENCY.put_change, (self._number + 1,))
            connection.execute("commit")
        except sqlite3.Error as error:
            self._waiting.extend(statements)
            self._fail(error)
            return None
        self._waiting.clear()
        self._number += 1
        self._is_confirmed = False
        self.trouble = ""
        return self._number

    @property
    def has_waiting(self) -> bool:
        """Whether something waits that a fault kept from the file."""
        return bool(self._waiting)

    def confirm(self) -> None:
        """The journal's transaction with the last number is durable."""
        self._is_confirmed = True

    def query(self, sql: str, args: Iterable[object] = ()) -> list[tuple[object, ...]]:
        """Reads; nothing where the file is not there or cannot be read. Never raises."""
        if self._connection is None and not self.path.exists():
            return []
        try:
            if self._connection is not None:
                return self._connection.execute(sql, tuple(args)).fetchall()
            with contextlib.closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)) as reading:
                return reading.execute(sql, tuple(args)).fetchall()
        except sqlite3.Error as error:
            _log.error("%s cannot be read: %s", self.path.name, error)
            return []

    def close(self) -> None:
        """Closes the file. What waits stays in memory. Never raises."""
        if self._connection is not None:
            close_with_room(self._connection, self.path)
            self._connection = None

    # ---

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError("the emergency file is not open")
        return self._connection

    def _is_open(self) -> bool:
        """Whether it is open now; tries at most once a second."""
        if self._connection is not None:
            return True
        if time.monotonic() < self._retry_at_s:
            return False
        for _ in range(2):  # a damaged one is set aside, and a new one begun
            try:
                if self._is_unsettled:
                    settle_wal(self.path)
                    self._is_unsettled = False
                self._connection = _open(self.path)
                number = int(self._connection.execute(EMERGENCY.get_change).fetchone()[0])
                if number < self._number:  # a new file
                    self._connection.execute(EMERGENCY.put_change, (self._number,))
                self._number = max(self._number, number)
            except sqlite3.Error as error:
                self._fail(error)
            except OSError as error:
                self.trouble = str(error)
            else:
                return True
        return False

    def _fail(self, error: sqlite3.Error) -> None:
        text = f"{self.path.name}: {error}"
        if text != self.trouble:
            _log.error("%s; the journal goes on without it", text)
        self.trouble = text
        self._is_unsettled = self._is_unsettled or fault_of(error) is Fault.IO
        self._retry_at_s = time.monotonic() + _RETRY_S
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        if fault_of(error) is Fault.CORRUPT:
            self._set_aside()

    def _set_aside(self) -> None:
        """A damaged file is kept once, and a new one begun: what was in it comes again when the hub is there."""
        try:
            for suffix in _SIDE_FILES:
                Path(f"{self.path.with_name(DAMAGED)}{suffix}").unlink(missing_ok=True)
            for suffix in _SIDE_FILES:
                source = Path(f"{self.path}{suffix}")
                if source.exists():
                    source.rename(f"{self.path.with_name(DAMAGED)}{suffix}")
        except OSError as failure:
            self.trouble = f"{self.path.name}: {failure}"
        else:
            self._retry_at_s = 0.0

    def _forget_before(self, connection: sqlite3.Connection) -> None:
        connection.execute(EMERGENCY.forget_check_ins_before)
        connection.execute(EMERGENCY.forget_open_incidents_before)
        connection.execute(EMERGENCY.forget_kept_before)

    def _take_back(self) -> None:
        """Undoes the last transaction."""
        connection = self._opened()
        connection.execute("begin immediate")
        try:
            connection.execute(EMERGENCY.take_back_check_ins)
            connection.execute(EMERGENCY.take_back_annulments)
            connection.execute(EMERGENCY.take_back_incidents)
            connection.execute(EMERGENCY.put_back_incidents)
            connection.execute(EMERGENCY.take_back_kept)
            connection.execute(EMERGENCY.put_back_kept)
            self._forget_before(connection)
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("rollback")
            raise


def _open(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=1.0)
    try:
        owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
        if owner not in (0, APPLICATION_ID):
            raise FileDamaged(f"application_id is {owner:#x}: not an emergency file of ours")
        if owner == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is over stands here no longer
        connection.execute("PRAGMA wal_autocheckpoint = 250")
        connection.execute("PRAGMA cache_size = -500")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(connection, load_migrations(resources.files("anju_edge.journal.emergency") / "schema"), str(path))
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise FileDamaged(verdict)
    except BaseException:
        connection.close()
        raise
    return connection


def _execute(connection: sqlite3.Connection, statement: SideStatement) -> None:
    """One that is itself wrong is left out: to repeat it cannot help. Raises sqlite3.Error for faults."""
    sql, args = statement
    try:
        connection.execute(sql, args)
    except sqlite3.Error as error:
        if fault_of(error) is not None:
            raise
        _log.error("the emergency file refuses a statement: %s: %s", error, sql)
