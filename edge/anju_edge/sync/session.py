"""What the box says first, and what it makes of the hub's answer. No I/O: the caller brings hashes and time.

A session begins with Hello (our streams) and Welcome (the hub's cursors, each with the running hash there). Three
things may come of it: go on after the cursors, say refused and try again later, or a fork: our copy and the hub's went
different ways, which happens when a disk image is restored. The caller asks the journal for the hashes named by
`points_to_check` and lets `judge` decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from anju_edge.journal.streams import MEMORY_STREAM_NOTE
from anju_edge.sync.box_identity import BoxIdentity
from anju_protos.line_check import KEEPALIVE_S
from anju_protos.v1.event_pb2 import Anchor, Lane, Stamp
from anju_protos.v1.uplink_pb2 import Batch, Cursor, Hello, Refusal, Skip, StreamState, Welcome

PROTOCOL: Final = 1

Point = tuple[bytes, int]  # a stream and a seq in it


class StreamInfo(Protocol):
    """A stream as the journal describes it; `journal.StreamInfo` says what the fields mean."""

    @property
    def stream(self) -> bytes: ...
    @property
    def lane(self) -> int: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def sealed(self) -> bool: ...
    @property
    def acked(self) -> int: ...
    @property
    def acked_hash(self) -> bytes: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How the box sends. Section `[sync]` of its configuration."""

    zstd: Literal["auto", "on", "off"] = "auto"  # auto: on slow lines
    batch_events: int = field(default=500, metadata={"range": (1, 2000)})
    alarm_resend_s: float = field(default=3.0, metadata={"range": (0.2, 60)})
    bulk_resend_s: float = field(default=60.0, metadata={"range": (1, 600)})
    welcome_timeout_s: float = field(default=15.0, metadata={"range": (0.2, 120)})
    reconnect_min_s: float = field(default=0.5, metadata={"range": (0.01, 60)})
    reconnect_max_s: float = field(default=30.0, metadata={"range": (0.01, 600)})
    alarm_reconnect_max_s: float = field(default=5.0, metadata={"range": (0.01, 60)})
    seal_backlog_events: int = field(default=5_000, metadata={"range": (100, 10_000_000)})
    seal_offline_s: float = field(default=600.0, metadata={"range": (1, 1e6)})
    status_period_s: float = field(default=10.0, metadata={"range": (0.2, 60)})
    time_period_s: float = field(default=600.0, metadata={"range": (1, 86_400)})
    keepalive_s: float = field(default=KEEPALIVE_S, metadata={"range": (1, 600)})


@dataclass(frozen=True, slots=True)
class Refused:
    """The hub will not serve us. Everything stays; the reason is shown, and we come again."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Forked:
    """Our copy and the hub's differ. `common` is the last common seq of each stream to leave behind.

    `streams` are those that gave it away, for the log.
    """

    common: Mapping[bytes, int]
    streams: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after the hub's cursors (one for each of our streams). `restored`: the hub knows less than it once did."""

    cursors: Mapping[bytes, int]
    restored: bool
    zstd: bool


Verdict = Refused | Forked | Resume


def hello(
    box: BoxIdentity,
    streams: Iterable[StreamInfo],
    now: Stamp,
    anchors: Iterable[Anchor],
    hub_epoch: bytes,
    *,
    zstd: bool,
) -> Hello:
    """Returns the first frame of a session."""
    return Hello(
        protocol=PROTOCOL,
        software=box.software,
        box=box.box,
        community=box.community,
        now=now,
        boots=anchors,
        streams=[
            StreamState(
                stream=info.stream,
                lane=Lane.ValueType(info.lane),
                first=info.first,
                last=info.last,
                sealed=info.sealed,
                acked=info.acked,
                acked_hash=info.acked_hash,
                origin_note=info.note,
            )
            for info in streams
        ],
        zstd=zstd,
        hub_epoch=hub_epoch,
        incident_changes=True,
    )


@dataclass(frozen=True, slots=True)
class _WithNewestLast:
    """A stream of a Hello, with the numbers that were given out since."""

    stream: bytes
    lane: int
    first: int
    last: int
    sealed: bool
    acked: int
    acked_hash: bytes
    note: str


def with_newest_last(streams: Iterable[StreamInfo], now: Iterable[StreamInfo]) -> list[StreamInfo]:
    """Returns a Hello's streams as far as they go now, when the hub's answer is there.

    The other channel may have delivered more of them in between: a cursor beyond what our Hello said is then no sign
    of a copy that went another way.
    """
    last = {info.stream: info.last for info in now}
    return [
        _WithNewestLast(
            info.stream,
            info.lane,
            info.first,
            max(info.last, last.get(info.stream, 0)),
            info.sealed,
            info.acked,
            info.acked_hash,
            info.note,
        )
        for info in streams
    ]


def points_to_check(streams: Sequence[StreamInfo], welcome: Welcome) -> list[Point]:
    """Returns the points whose running hash `judge` wants from the journal."""
    last = {info.stream: info.last for info in streams}
    named: list[Point] = [(cursor.stream, cursor.seq) for cursor in welcome.cursors]
    named += [(point.stream, point.seq) for point in welcome.checkpoints]
    return list(dict.fromkeys((stream, seq) for stream, seq in named if 0 < seq <= last.get(stream, 0)))


def judge(
    streams: Sequence[StreamInfo],
    welcome: Welcome,
    hashes: Mapping[Point, bytes | None],
    *,
    known_epoch: bytes = b"",
    stuck: Mapping[bytes, int] | None = None,
    left: Collection[bytes] = (),
) -> Verdict:
    """Returns what the hub's Welcome means for us.

    `streams` are those of our Hello, `with_newest_last`; `hashes` the journal's answers to `points_to_check`,
    `known_epoch` that of the last hub we spoke to. `stuck` names streams (and where) that the hub keeps sending back
    although the hashes agree there: what follows is damaged in a way that only new numbers heal. `left` names streams
    that an earlier fork left behind: what differs there is moved already, and the hub is yet to be told.
    """
    if welcome.HasField("refusal"):
        code = welcome.refusal.code
        known = code in Refusal.Code.values()
        return Refused(Refusal.Code.Name(code) if known else f"CODE_{code}", welcome.refusal.message)
    cursors = {cursor.stream: cursor for cursor in welcome.cursors}
    at: dict[bytes, int] = {}
    apart: list[StreamInfo] = []
    for info in streams:
        cursor = cursors.get(info.stream, Cursor(stream=info.stream))
        at[info.stream] = min(cursor.seq, info.last)
        if info.sealed and info.stream in left:
            continue
        if (stuck or {}).get(info.stream) == cursor.seq < info.last or _differs(info, cursor, hashes):
            apart.append(info)
    if apart:
        common = {info.stream: at[info.stream] for info in streams if not info.sealed}
        common |= {info.stream: _last_common(info, at[info.stream], welcome, hashes) for info in apart}
        return Forked(common, [info.stream for info in apart])
    lower = any(at[info.stream] < info.acked for info in streams)
    restored = lower or (known_epoch != b"" and known_epoch != welcome.hub_epoch)
    return Resume(at, restored, welcome.zstd)


def _differs(info: StreamInfo, cursor: Cursor, hashes: Mapping[Point, bytes | None]) -> bool:
    if is_done(info):
        return False  # confirmed to its end: nothing can be lost or counted twice
    if cursor.seq > info.last:
        return True
    ours = hashes.get((info.stream, cursor.seq))
    return cursor.seq > 0 and ours is not None and cursor.hash != b"" and ours != cursor.hash


def _last_common(info: StreamInfo, at: int, welcome: Welcome, hashes: Mapping[Point, bytes | None]) -> int:
    """The highest point where both sides have the same hash. What is trimmed was common and cannot be moved anyway."""
    named: list[tuple[bytes, int, bytes]] = [(point.stream, point.seq, point.hash) for point in welcome.checkpoints]
    named += [(cursor.stream, cursor.seq, cursor.hash) for cursor in welcome.cursors]
    same = [seq for stream, seq, theirs in named if stream == info.stream and hashes.get((stream, seq)) == theirs]
    return max([seq for seq in same if seq <= at], default=0) if same else max(0, info.first - 1)


def should_seal(waiting: int, offline_s: float, settings: SyncSettings) -> bool:
    """True when the TELEMETRY backlog should become a sealed stream, so that live data goes ahead of it.

    `waiting` are the events of the live stream that the hub does not have, `offline_s` how long there was no contact.
    """
    long_away = offline_s >= settings.seal_offline_s and waiting >= settings.batch_events
    return waiting >= settings.seal_backlog_events or long_away


def first_held(info: StreamInfo, streams: Iterable[StreamInfo]) -> int:
    """Returns the lowest seq of `info`'s stream that the journal can give now; last + 1 for nothing, 0 for unknown.

    `streams` are the journal's now: rows may have been trimmed since Hello, the whole stream even.
    """
    if info.note == MEMORY_STREAM_NOTE:
        return 0  # copies in memory: when they are gone, their originals are on disk, and nothing is lost
    return next((now.first for now in streams if now.stream == info.stream), info.last + 1)


def is_done(info: StreamInfo) -> bool:
    """True for a sealed stream that the hub confirmed to its end. It is named in Hello for a hub that was restored."""
    return info.sealed and info.acked >= info.last


def fill_trimmed_gap(stream: bytes, after: int, first: int, batch: Batch | None, hash_before: bytes | None) -> Batch:
    """Returns the batch that follows `after` when the journal gives nothing before `first` > after + 1.

    A hub restored from backup may ask for numbers that it once confirmed and that we dropped since: they are said as
    lost. `batch` is what the journal still gives (None = nothing), `hash_before` the running hash just before `first`.
    """
    lost = Skip(first=after + 1, last=first - 1, cause=Skip.LOST_AT_HUB, hash_after=hash_before or b"")
    if batch is None:
        return Batch(stream=stream, first_seq=after + 1, skips=[lost], hash_end=hash_before or b"")
    batch.skips.insert(0, lost)
    batch.first_seq = after + 1
    return batch
