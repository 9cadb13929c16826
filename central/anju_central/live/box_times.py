"""True times of boxes' facts: the anchors of every box, as the boxes projection found them, in memory."""

from __future__ import annotations

import sqlite3

from anju_central.projections.boxes import read_anchors, read_boots
from anju_central.projections.projection import AnchorFound, BootSeen
from anju_protos.stamps import UNBOUNDED_MS, Anchors, TrueTime
from anju_protos.v1.event_pb2 import Anchor, Stamp


class BoxTimes:
    """Corrects stamps. The hub's own stamps are synced and stand for themselves."""

    def __init__(self) -> None:
        self._anchors: dict[str, Anchors] = {}

    def load(self, db: sqlite3.Connection) -> None:
        """Reads everything that the boxes projection holds, in place of what was known."""
        self._anchors = {}
        for seen in read_boots(db):
            self.add_boot(seen)
        for found in read_anchors(db):
            self.add_anchor(found)

    def add_boot(self, seen: BootSeen) -> None:
        """Notes what events span of a boot."""
        anchors = self._anchors.setdefault(seen.box, Anchors())
        anchors.saw(Stamp(boot=seen.boot, elapsed_ms=seen.first_ms))
        anchors.saw(Stamp(boot=seen.boot, elapsed_ms=seen.last_ms))
        if seen.began_pos is not None:
            anchors.began(seen.boot, seen.began_pos)

    def add_anchor(self, found: AnchorFound) -> bool:
        """Takes an anchor. Returns True when it is better than what was known: shown times of that box change."""
        return self._anchors.setdefault(found.box, Anchors()).add(found.anchor)

    def anchor(self, box: str, boot: int) -> Anchor | None:
        """Returns the best anchor of a boot, None while its time is not known."""
        anchors = self._anchors.get(box)
        return anchors.best(boot) if anchors is not None else None

    def correct(self, box: str, stamp: Stamp, received_ms: int | None = None) -> TrueTime:
        """Returns the true time of a stamp, at the latest when the hub got it (`received_ms`), within its error.

        A clock that contradicts that by more than its error is shown as it is.
        """
        anchors = self._anchors.get(box)
        true = (anchors if anchors is not None else Anchors()).correct(stamp)
        if true.about and true.error_ms >= UNBOUNDED_MS and received_ms is not None:
            return TrueTime(received_ms, UNBOUNDED_MS, about=True)
        if received_ms is not None and received_ms < true.ms <= received_ms + true.error_ms:
            return TrueTime(received_ms, true.error_ms - (true.ms - received_ms), true.about)
        return true
