"""How the writer gets a file to write to: opens it, the first time or after a fault, with what has to be done before.

After a failed sync the log is settled, a damaged file is salvaged, one that lost its name is copied back, a stranger's
is set aside, and a disk that is away is waited for. Each step either succeeds or raises; the writer calls again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from anju_edge.journal.card import Card
from anju_edge.journal.emergency.emergency_file import EmergencyFile
from anju_edge.journal.faults import (
    Fault,
    FileDamaged,
    FileGone,
    RowDamaged,
    fault_of,
    log_path,
    settle_wal,
    storage_error,
)
from anju_edge.journal.reader import JournalReader
from anju_edge.journal.repair import open_checked
from anju_edge.journal.salvage.replacing import finish_interrupted, set_stranger_aside
from anju_edge.journal.salvage.rescue import rescue
from anju_edge.journal.salvage.salvage import salvage
from anju_edge.journal.settings import JournalSettings
from anju_edge.journal.store import Store, read_register
from anju_edge.journal.stream import Stream
from anju_edge.journal.streams import SalvageReport
from anju_edge.journal.whereabouts import (
    Identity,
    check_disk,
    check_mount,
    check_register,
    is_empty,
    is_log_lost,
    mark_closed,
    mark_open,
)

_log = logging.getLogger(__name__)

_SALVAGES_AT_ONCE = 3  # what is damaged again right after is no matter of the file: pause as for a failing disk


class Recovery:
    """What is known of the file and of the fault in hand.

    `on_salvaging` is told, with the reason, before work on the file that may take half a minute, `on_salvaged` what
    came of it; `show_life` is called again and again meanwhile; `give_way` frees what is kept for a full disk.
    """

    def __init__(
        self,
        path: Path,
        settings: JournalSettings,
        tick_s: float,
        card: Card,
        *,
        on_salvaging: Callable[[str], None],
        on_salvaged: Callable[[SalvageReport], None],
        show_life: Callable[[], None],
        give_way: Callable[[], None],
    ) -> None:
        self.failures = 0  # in a row
        self.retry_at_s = 0.0  # monotonic
        self.text = ""  # the fault in words
        self._path = path
        self._settings = settings
        self._tick_s = tick_s
        self._card = card
        self.emergency = EmergencyFile.beside(path)
        self._on_salvaging = on_salvaging
        self._on_salvaged = on_salvaged
        self._show_life = show_life
        self._give_way = give_way
        self._identity: Identity | None = None  # of the file as it was last opened
        self._looked_at_s = 0.0
        self._remembered: dict[bytes, Stream] = {}  # as of when the file was last open
        self._reading: JournalReader | None = None
        self._is_damaged = False
        self._salvages = 0
        self._is_unsettled = False  # a sync may have failed: the log in the page cache is not what the disk has

    @property
    def was_open(self) -> bool:
        """Whether the file has been open since the start."""
        return self._identity is not None

    # Faults ----------------------------------------------------------------------------------------------------

    def note(self, error: sqlite3.Error) -> None:
        """Takes an error of the file and decides when to come back: at once the first time."""
        fault = fault_of(error) or Fault.IO
        before, self.text = self.text, f"{fault.value}: {error}"
        if self.text != before:
            _log.warning("journal: %s; reopening until it is back", self.text)
        if fault is Fault.FULL:
            self._give_way()
        self._is_unsettled = self._is_unsettled or fault is Fault.IO
        self._is_damaged = self._is_damaged or fault is Fault.CORRUPT
        self.failures += 1
        pause_s = 0.0
        if self.failures > 1:
            doubled_s = self._settings.retry_first_s * 2.0 ** min(self.failures - 2, 20)
            pause_s = min(doubled_s, self._settings.retry_max_s)
        self.retry_at_s = time.monotonic() + pause_s

    def over(self) -> None:
        """Notes that a commit went through."""
        self.failures = 0
        self.text = ""
        self._is_damaged = False
        self._salvages = 0

    def close(self, store: Store) -> None:
        """Closes the file and keeps what is known of its streams. Never raises."""
        self._remembered = store.streams
        mark_closed(self._path)
        store.close()
        if log_path(self._path).exists():  # there was no room to move it into the file
            mark_open(self._path)

    # Opening ---------------------------------------------------------------------------------------------------

    def open(self, *, telemetry: bool) -> Store | None:
        """Opens the file. None = it was salvaged: open again.

        `telemetry` False leaves TELEMETRY out of a salvage, for a disk without room for it. Raises sqlite3.Error,
        `SchemaTooNew` and `SettingRefused`.
        """
        if self.failures:
            self.drop_reader()
        try:
            self._find_file()
            if self._is_unsettled:
                settle_wal(self._path)
                self._is_unsettled = False
            if self._is_damaged:
                self._salvage(telemetry)
            store = open_checked(
                self._path,
                synchronous=self._settings.synchronous,
                hard_limit_bytes=self._settings.hard_limit_bytes,
                card=self._card,
                emergency=self.emergency,
            )
        except OSError as error:
            raise storage_error(error) from error
        except sqlite3.DatabaseError as error:
            if fault_of(error) is not Fault.CORRUPT or self._salvages >= _SALVAGES_AT_ONCE:
                raise
            self._is_damaged = True
            return None
        if any(not stream.sealed and stream.id not in store.streams for stream in self._remembered.values()):
            self._refuse_stranger(store)
        self._identity = Identity.of(self._path)
        mark_open(self._path)
        for stream in self._remembered.values():  # what an earlier connection knew
            store.ack(stream.id, stream.acked)
            if (same := store.streams.get(stream.id)) is not None:
                same.read_to = stream.read_to
        return store

    def _find_file(self) -> None:
        """Looks before the file is opened: one that should be there and is not is no new journal. Raises OSError."""
        check_mount(self._settings.mount)
        if self._identity is None:
            os.makedirs(self._path.parent, mode=0o700, exist_ok=True)
        else:
            check_disk(self._path, self._identity.folder_device)
        finish_interrupted(self._path)
        if self._identity is not None:
            self._is_damaged = self._is_damaged or not self._path.exists() or is_empty(self._path)
        else:
            check_register(self._path)
            emptied = is_empty(self._path) and bool(read_register(self._path))
            self._is_damaged = self._is_damaged or emptied or is_log_lost(self._path)

    def _refuse_stranger(self, store: Store) -> None:
        """What stands at the journal's name lacks our live streams: kept aside, and never written."""
        store.close()
        set_stranger_aside(self._path)
        self._is_damaged = True
        raise FileGone(f"{self._path} is another box's; it is kept as journal-stranger.sqlite")

    def _salvage(self, telemetry: bool) -> None:
        self._salvages += 1
        self._on_salvaging(self.text)
        report = salvage(self._path, self._remembered, telemetry=telemetry, tick=self._show_life)
        mark_closed(self._path)
        self._is_damaged = False
        _log.error("journal: salvaged, %s", report.words())
        self._on_salvaged(report)

    # While it is open ------------------------------------------------------------------------------------------

    def look(self, store: Store) -> None:
        """Once a tick: whether what is open is still what its name says. Copies it back where it is not.

        Raises sqlite3.Error when the file must be opened anew.
        """
        now_s = time.monotonic()
        if now_s - self._looked_at_s < self._tick_s or self._identity is None:
            return
        self._looked_at_s = now_s
        check_mount(self._settings.mount)
        if self._identity.is_file_gone(self._path):
            check_disk(self._path, self._identity.folder_device)
            self._rescue(store)
            raise FileGone(f"{self._path} was removed or replaced while it was open")
        if is_empty(self._path):
            raise FileDamaged(f"{self._path} was emptied while it was open")
        if self._identity.is_log_gone(self._path):
            store.checkpoint()  # what is in it can still be read
            raise FileGone(f"the write-ahead log of {self._path} was removed while it was open")

    def _rescue(self, store: Store) -> None:
        """Copies the open file to where it belongs. Where that fails, what the hub lacks of it is lost, and said."""
        self._on_salvaging(f"{Fault.AWAY.value}: {self._path} was removed or replaced")
        try:
            try:
                rescue(store, self._show_life)
            except (sqlite3.Error, OSError):
                self._give_way()
                rescue(store, self._show_life)
        except (sqlite3.Error, OSError) as error:
            _log.error("journal: what is open cannot be copied to %s: %s", self._path, error)
            self._is_damaged = True
            with contextlib.suppress(OSError):
                set_stranger_aside(self._path)
        else:
            _log.warning("journal: copied back to %s, nothing is lost", self._path)

    # While it is not -------------------------------------------------------------------------------------------

    def reader(self) -> JournalReader | None:
        """Returns a reader of the file while it cannot be written; None where it cannot be read either."""
        if self._reading is None:
            try:
                self._reading = JournalReader.open_reading(self._path, self._card)
            except (sqlite3.Error, RowDamaged):
                return None
        return self._reading

    def drop_reader(self) -> None:
        """Closes the reader, and keeps the cursors that came meanwhile."""
        if self._reading is None:
            return
        for stream in self._reading.streams.values():
            before = self._remembered.get(stream.id)
            if before is None:
                self._remembered[stream.id] = stream
            elif stream.acked > before.acked:
                before.acked, before.acked_hash = stream.acked, stream.acked_hash
        self._reading.close()
        self._reading = None
