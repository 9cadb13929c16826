"""Which incidents of this box somebody closed, kept over restarts.

A hub whose store was lost or restored folds what boxes send again, without what operators did: to it, all of that is
open. What the box was told closed does not ring here a second time; operators see it, and close it again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from anju_edge.journal.entries import SideStatement
from anju_edge.journal.sql import KV
from anju_protos.incidents import incident_key
from anju_protos.v1.event_pb2 import EventRef

KV_KEY: Final = "closed_incidents"
MOST: Final = 1024  # the newest; a journal's `keep_acked` holds the alarms and steps of about twice as many
_STREAM_BYTES, _SEQ_BYTES = 16, 8


class ClosedKeys:
    """Keys of incidents that were said to be closed, on site or by the hub; bounded."""

    def __init__(self) -> None:
        self._refs: OrderedDict[str, bytes] = OrderedDict()
        self._is_unsaved = False

    def __contains__(self, key: str) -> bool:
        return key in self._refs

    def add(self, ref: EventRef) -> None:
        """Notes that somebody closed an incident."""
        if len(ref.stream) == _STREAM_BYTES:
            self._put(ref.stream + ref.seq.to_bytes(_SEQ_BYTES, "big"))
            self._is_unsaved = True

    def load(self, data: bytes) -> None:
        """Takes in what an earlier run kept; what is no whole entry is left out."""
        size = _STREAM_BYTES + _SEQ_BYTES
        newer = list(self._refs.values())
        for at in range(0, len(data) - size + 1, size):
            self._put(data[at : at + size])
        for packed in newer:
            self._put(packed)

    def unsaved(self) -> SideStatement | None:
        """Returns the statement that keeps them, once after they changed."""
        if not self._is_unsaved:
            return None
        self._is_unsaved = False
        return KV.put, (KV_KEY, b"".join(self._refs.values()))

    def _put(self, packed: bytes) -> None:
        ref = EventRef(stream=packed[:_STREAM_BYTES], seq=int.from_bytes(packed[_STREAM_BYTES:], "big"))
        key = incident_key(ref)
        self._refs[key] = packed
        self._refs.move_to_end(key)
        while len(self._refs) > MOST:
            self._refs.popitem(last=False)
