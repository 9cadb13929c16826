"""What goes when room is short: confirmed rows first, then the oldest unconfirmed TELEMETRY, as a skip. Nothing else.

One call does one small slice, so that an alarm never waits longer than that. ALARM and ACTIVITY rows that the hub has
not confirmed are never touched: when nothing else is left, the file grows into their reserve and then to the disk's
end.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from anju_edge.journal_settings import MIB, JournalSettings
from anju_edge.journal_store import Store, Stream
from anju_edge.streams import MARK_EVERY
from anju_protos.v1.event_pb2 import TELEMETRY
from anju_protos.v1.uplink_pb2 import Skip

SPARE_BYTES = 2 * MIB  # free pages inside the file that new rows can use while the disk has none


class Shortage(Enum):
    NONE = "none"
    QUOTA = "quota"
    DISK = "disk"


def shortage(settings: JournalSettings, used_bytes: int, spare_bytes: int, disk_free_bytes: int) -> Shortage:
    """Returns what is short: the file's quota (less the reserve), or the disk while the file has no spare pages."""
    if used_bytes > settings.quota_bytes - settings.reserve_bytes:
        return Shortage.QUOTA
    if disk_free_bytes < settings.floor_bytes and spare_bytes < SPARE_BYTES:
        return Shortage.DISK
    return Shortage.NONE


def confirmed_target(settings: JournalSettings, stream: Stream) -> int:
    """Returns up to which seq confirmed rows may go without any shortage."""
    if stream.sealed and stream.acked >= stream.last:
        return stream.last
    target = stream.acked - settings.keep_acked
    return target - target % MARK_EVERY if target > 0 else 0


def trim_confirmed(store: Store, settings: JournalSettings) -> bool:
    """Trims one slice of confirmed rows, or forgets a stream that is done with. Returns whether it found one."""
    for stream in list(store.streams.values()):
        if stream.rehome_after is not None:
            continue
        target = confirmed_target(settings, stream)
        if target > stream.base and store.trim(stream, target):
            return True
        if stream.sealed and stream.last == stream.base == stream.acked:
            store.forget(stream)
            return True
    return False


def make_room(store: Store, pins: Mapping[bytes, tuple[int, int]]) -> Stream | None:
    """Frees one slice under a shortage. Returns the stream that gave something, None when nothing may go."""
    for stream in store.streams.values():
        if stream.acked > stream.base and stream.rehome_after is None and store.trim(stream, stream.acked):
            return stream
    for stream in sorted(store.streams.values(), key=lambda stream: stream.number):
        if stream.lane == TELEMETRY and store.sacrifice(stream, pins.get(stream.id), Skip.QUOTA):
            return stream
    return None
