"""What the writer does with an open file when nothing waits to be written: room, trims, checkpoints, cursors, checks.

One call does one slice, so that an alarm never waits longer than that.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from anju_edge.journal import retention
from anju_edge.journal.ballast import Ballast, free_bytes
from anju_edge.journal.faults import storage_error
from anju_edge.journal.repair import scrub
from anju_edge.journal.salvage.replacing import drop_quarantined
from anju_edge.journal.settings import JournalSettings
from anju_edge.journal.store import Store
from anju_edge.journal.streams import StreamInfo
from anju_edge.journal.whereabouts import mark_open

_ROOM_CHECK_BYTES = 256 * 1024
_SCRUB_ROWS = 500
_SCRUB_PAUSE_S = 2.0


class Upkeep:
    """Knows what is due. `publish` is told of streams that changed and of those that are gone."""

    def __init__(
        self,
        path: Path,
        settings: JournalSettings,
        tick_s: float,
        publish: Callable[[list[StreamInfo], list[bytes]], None],
    ) -> None:
        self.pins: dict[bytes, tuple[int, int]] = {}  # by stream: seqs in flight, which are not evicted
        self.disk_is_full = False  # the ballast is given up and the disk has no room yet
        self._path = path
        self._settings = settings
        self._tick_s = tick_s
        self._publish = publish
        self._ballast = Ballast(path.parent / "ballast", settings.ballast_bytes)
        self._bytes_since_check = _ROOM_CHECK_BYTES
        self._is_short = True
        self._may_trim = True
        self._room_at_s = 0.0
        self._shrunk_at_s = 0.0
        self._saved_acks_at_s = time.monotonic()
        self._scrubbed_at_s = self._saved_acks_at_s

    def written(self, size_bytes: int) -> None:
        """Notes that the file grew."""
        self._bytes_since_check += size_bytes

    def confirmed(self) -> None:
        """Notes that there may be rows or streams to trim."""
        self._may_trim = True

    def opened(self, store: Store) -> None:
        """Takes note of a file that was just opened: everything is looked at anew, its disk first."""
        self.all_is_due()
        self._judge_disk(store)

    def all_is_due(self) -> None:
        """Everything is looked at anew, because somebody waits until nothing is left to do."""
        self._bytes_since_check = _ROOM_CHECK_BYTES
        self._is_short = True
        self._may_trim = True

    def give_way(self) -> None:
        """Gives up what is kept for bad times: the disk is full."""
        self.disk_is_full = True
        self._ballast.give_up()
        with contextlib.suppress(OSError):
            drop_quarantined(self._path)

    def run(self, store: Store) -> bool:
        """Does one slice. Returns whether there may be more to do at once. Raises sqlite3.Error and `RowDamaged`."""
        now_s = time.monotonic()
        if store.wal_pages >= self._settings.checkpoint_pages and store.checkpoint():
            mark_open(self._path)
            return True
        if now_s - self._room_at_s >= self._tick_s:
            self._room_at_s = now_s
            self._bytes_since_check = _ROOM_CHECK_BYTES
            self._refill(store, now_s)
        if self._bytes_since_check >= _ROOM_CHECK_BYTES or self._is_short:
            self._bytes_since_check = 0
            if self._make_room(store):
                return True
        if self._may_trim:
            before = {*store.streams, *store.confirmed_streams}
            if retention.trim_confirmed(store, self._settings):
                self._publish(store.infos(), list(before - {*store.streams, *store.confirmed_streams}))
                return True
            self._may_trim = False
        if store.purge_due:
            store.purge_due = False
            store.shrink(free_bytes(self._path.parent), least_bytes=0)
            mark_open(self._path)
        if now_s - self._saved_acks_at_s >= self._settings.save_acks_s:
            self._saved_acks_at_s = now_s
            store.save_acks()
        if now_s - self._scrubbed_at_s >= _SCRUB_PAUSE_S:
            self._scrubbed_at_s = now_s
            scrub(store, _SCRUB_ROWS)
        return False

    def _make_room(self, store: Store) -> bool:
        free = free_bytes(self._path.parent)
        if self.disk_is_full:
            free = 0  # what there is is for alarms
        short = retention.space_shortage(self._settings, store.used_bytes(), store.spare_bytes(), free)
        self._is_short = short is not retention.SpaceShortage.NONE
        if not self._is_short:
            return False
        if short is retention.SpaceShortage.DISK:
            try:
                if drop_quarantined(self._path):
                    return True
            except OSError as error:
                raise storage_error(error) from error
        gave = retention.make_room(store, self.pins)
        if gave is None:
            self._is_short = False  # nothing may go: look again at the next tick
            return False
        self._publish([gave.info()], [])
        return True

    def _refill(self, store: Store, now_s: float) -> None:
        """Fills the ballast; once there is room again, the disk counts as full no longer."""
        if self.disk_is_full and now_s - self._shrunk_at_s >= self._settings.retry_max_s:
            self._shrunk_at_s = now_s
            store.shrink(free_bytes(self._path.parent))
            mark_open(self._path)
        if self._ballast.fill(self._settings.floor_bytes):
            self.disk_is_full = False
        else:
            self._judge_disk(store)

    def _judge_disk(self, store: Store) -> None:
        """Without the ballast, as much room as it had is for alarms: from there on the disk counts as full.

        So it does after a restart, which remembers nothing.
        """
        if store.spare_bytes() >= retention.SPARE_BYTES or self._settings.ballast_bytes == 0:
            self.disk_is_full = False  # TELEMETRY can go on inside the file
        elif not self._ballast.held and free_bytes(self._path.parent) < self._settings.ballast_bytes:
            self.disk_is_full = True
