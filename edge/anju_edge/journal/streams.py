"""The words of the journal: lanes, keys, what is known of a stream, what was salvaged."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, TELEMETRY

LANES: tuple[int, ...] = (ALARM, ACTIVITY, TELEMETRY)
ROW_TABLE: dict[int, str] = {ALARM: "alarm_row", ACTIVITY: "activity_row", TELEMETRY: "telemetry_row"}

SEQ_BITS = 40
SEQ_MASK = (1 << SEQ_BITS) - 1
_CRC_MASK = 0xFFFF_FFFF
HASH_CHECKPOINT_EVERY = 1024  # in the table `mark`, whose name is in a released schema and stays
MEMORY_STREAM_NOTE = "unrecorded"  # note of a `MemoryStream` in Hello: hubs know it, so the value stays


def row_key(number: int, seq: int) -> int:
    """Returns the row key for a stream's number and a seq."""
    return number << SEQ_BITS | seq


def row_crc(key: int, data: bytes) -> int:
    """Returns a row's CRC-32. It starts from the key, so that a row that turns up under another key is wrong too."""
    return crc32(data, (key ^ key >> 32) & _CRC_MASK)


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What Hello says of one stream. Counts durable rows and skips only.

    `first` is the lowest seq that can still be given (`last + 1` when nothing is held), `acked_hash` the running hash
    at `acked`. `waiting` is how many events the hub has not confirmed; skipped numbers are no events.
    """

    stream: bytes
    lane: int
    first: int
    last: int
    sealed: bool
    acked: int
    acked_hash: bytes
    note: str
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What a damaged journal still gave: rows kept, numbers lost as far as known, where the damaged file lies.

    `tails_unknown`: of how many of its `streams` nobody can know how far they went: more may be lost of each.
    """

    kept: int
    lost: int
    streams: int
    quarantined: str
    tails_unknown: int = 0

    def words(self) -> str:
        """Returns the figures as a step's note code says them."""
        unknown = f" tails_unknown={self.tails_unknown}" if self.tails_unknown else ""
        return f"kept={self.kept} lost={self.lost}{unknown}"
