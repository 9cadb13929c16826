"""What the box says first, and what it makes of the hub's answer. No I/O: the caller brings hashes and time.

A session begins with Hello (our streams) and Welcome (the hub's cursors, each with the running hash there). Three
things may come of it: go on after the cursors, say refused and try again later, or a fork: our copy and the hub's went
different ways, which happens when a disk image is restored. `SyncSession` holds what one run knows from session to
session; the caller brings it the hashes of `points_to_check`, and does what the verdict says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from anju_edge.journal.streams import MEMORY_STREAM_NOTE, StreamInfo
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.settings import SyncSettings
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY, Anchor, Lane, Stamp
from anju_protos.v1.uplink_pb2 import Batch, Cursor, Hello, Refusal, Skip, StreamState, Welcome

PROTOCOL: Final = 1
FORKS_FOR_STUCK: Final = 3  # of one run: a hub that takes nothing must not make us renumber for ever

Point = tuple[bytes, int]  # a stream and a seq in it


@dataclass(frozen=True, slots=True)
class Refused:
    """The hub will not serve us. Everything stays; the reason is shown, and we come again."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Forked:
    """Our copy and the hub's differ. `common` is the last common seq of each stream to leave behind.

    `streams` are those that gave it away, for the log. `gone`: of a stream, a number up to which the hub had confirmed
    facts that this disk let go, and where it has others now: its own copy went back behind ours, and which of them it
    lost nobody can tell.
    """

    common: Mapping[bytes, int]
    streams: Sequence[bytes]
    gone: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after the hub's cursors (one for each of our streams). `restored`: the hub knows less than it once did.

    `locked`: streams of which nobody can tell yet whether both mean the same up to the cursor, for want of a key:
    nothing of them counts as confirmed or is sent before the next Hello, when the key is there.
    """

    cursors: Mapping[bytes, int]
    restored: bool
    zstd: bool
    locked: frozenset[bytes] = frozenset()


Verdict = Refused | Forked | Resume
LOCKED: Final = b""  # in place of a running hash: it is of an earlier start, whose key is not here yet


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


def with_newest_last(streams: Iterable[StreamInfo], now: Iterable[StreamInfo]) -> list[StreamInfo]:
    """Returns a Hello's streams as far as they go now, when the hub's answer is there.

    The other channel may have delivered more of them in between: a cursor beyond what our Hello said is then no sign
    of a copy that went another way.
    """
    last = {info.stream: info.last for info in now}
    return [replace(info, last=max(info.last, last.get(info.stream, 0))) for info in streams]


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

    `streams` are those of our Hello, `with_newest_last`; `hashes` the journal's answers to `points_to_check`, LOCKED
    where a key is missing; `known_epoch` that of the last hub we spoke to. `stuck` names streams (and where) that the
    hub keeps sending back although the hashes agree there: what follows is damaged in a way that only new numbers heal.
    `left` names streams that an earlier fork left behind: what differs there is moved already, and the hub is yet to be
    told.
    """
    if welcome.HasField("refusal"):
        code = welcome.refusal.code
        known = code in Refusal.Code.values()
        return Refused(Refusal.Code.Name(code) if known else f"CODE_{code}", welcome.refusal.message)
    cursors = {cursor.stream: cursor for cursor in welcome.cursors}
    at: dict[bytes, int] = {}
    apart: list[StreamInfo] = []
    locked: set[bytes] = set()
    for info in streams:
        cursor = cursors.get(info.stream, Cursor(stream=info.stream))
        at[info.stream] = min(cursor.seq, info.last)
        if info.sealed and info.stream in left:
            continue
        if cursor.hash and hashes.get((info.stream, cursor.seq)) == LOCKED:
            locked.add(info.stream)
        if (stuck or {}).get(info.stream) == cursor.seq < info.last or _differs(info, cursor, hashes):
            apart.append(info)
    if apart:
        # of what is locked only that is common which was confirmed on this disk; copies too many the hub knows as such
        common = {
            info.stream: min(at[info.stream], info.acked) if info.stream in locked else at[info.stream]
            for info in streams
            if not info.sealed
        }
        common |= {info.stream: _last_common(info, at[info.stream], welcome, hashes) for info in apart}
        gone = {info.stream: seq for info in apart if (seq := _gone_up_to(info, welcome, hashes))}
        return Forked(common, [info.stream for info in apart], gone)
    lower = any(at[info.stream] < info.acked for info in streams)
    restored = lower or (known_epoch != b"" and known_epoch != welcome.hub_epoch)
    return Resume(at, restored, welcome.zstd, frozenset(locked))


def _differs(info: StreamInfo, cursor: Cursor, hashes: Mapping[Point, bytes | None]) -> bool:
    if is_done(info):
        return False  # confirmed to its end: nothing can be lost or counted twice
    if cursor.seq > info.last:
        return True
    ours = hashes.get((info.stream, cursor.seq))
    return cursor.seq > 0 and ours not in (None, LOCKED) and cursor.hash != b"" and ours != cursor.hash


def _last_common(info: StreamInfo, at: int, welcome: Welcome, hashes: Mapping[Point, bytes | None]) -> int:
    """The highest point where both sides have the same hash. What is trimmed was common and cannot be moved anyway."""
    same = [seq for seq, theirs in _points_of(info, welcome) if hashes.get((info.stream, seq)) == theirs]
    return max([seq for seq in same if seq <= at], default=0) if same else max(0, info.first - 1)


def _gone_up_to(info: StreamInfo, welcome: Welcome, hashes: Mapping[Point, bytes | None]) -> int:
    """The highest point that was confirmed and let go, at which the hub has other facts; 0 where there is none."""
    differ = [
        seq
        for seq, theirs in _points_of(info, welcome)
        if seq < info.first and hashes.get((info.stream, seq)) not in (None, LOCKED, theirs)
    ]
    return max(differ, default=0)


def _points_of(info: StreamInfo, welcome: Welcome) -> list[tuple[int, bytes]]:
    """The hub's running hashes of a stream, by seq."""
    points = [(point.stream, point.seq, point.hash) for point in welcome.checkpoints]
    points += [(cursor.stream, cursor.seq, cursor.hash) for cursor in welcome.cursors]
    return [(seq, theirs) for stream, seq, theirs in points if theirs and stream == info.stream]


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


class SyncSession:
    """From Hello to resume, over all connections of one run: epoch, what is stuck, what was left, whose turn, patience.

    Both channels of facts share one. No I/O and no clock: the caller has them.
    """

    def __init__(self, box: BoxIdentity, settings: SyncSettings) -> None:
        self._box = box
        self._settings = settings
        self._epoch = b""  # of the last hub that we spoke to
        self._stuck: dict[bytes, int] = {}  # where the hub keeps sending us back to
        self._stuck_forks = 0
        self._left: set[bytes] = set()  # streams that a fork of this run left behind
        self._alarm_patience_s = settings.alarm_resend_s

    # ---- what is said

    def hello(self, streams: Iterable[StreamInfo], now: Stamp, anchors: Iterable[Anchor]) -> Hello:
        """Returns the first frame of a session."""
        return hello(self._box, streams, now, anchors, self._epoch, zstd=self._settings.zstd != "off")

    def named(self, streams: Iterable[StreamInfo], *, alarm: bool) -> list[StreamInfo]:
        """Returns the streams that a channel's Hello names: what is done is the bulk channel's to say."""
        return [info for info in streams if not (alarm and is_done(info))]

    def sent_here(self, streams: Iterable[StreamInfo], *, alarm: bool) -> list[StreamInfo]:
        """Returns the streams that a channel sends: the alarm channel live ALARM, the other one all the rest."""
        return [info for info in streams if (info.lane == ALARM and not info.sealed) == alarm]

    def should_seal(self, streams: Iterable[StreamInfo], offline_s: float) -> bool:
        """True when the TELEMETRY backlog should become a sealed stream before the bulk channel says Hello."""
        waiting = sum(info.last - info.acked for info in streams if info.lane == TELEMETRY and not info.sealed)
        return should_seal(waiting, offline_s, self._settings)

    # ---- what the hub answers

    def judge(self, streams: Sequence[StreamInfo], welcome: Welcome, hashes: Mapping[Point, bytes | None]) -> Verdict:
        """Returns what the hub's Welcome means: see the function `judge`. A Resume is remembered."""
        stuck = self._stuck if self._stuck_forks < FORKS_FOR_STUCK else {}
        verdict = judge(streams, welcome, hashes, known_epoch=self._epoch, stuck=stuck, left=self._left)
        if isinstance(verdict, Resume):
            self._epoch = welcome.hub_epoch
        return verdict

    def is_forked_already(self, verdict: Forked, now: Iterable[StreamInfo]) -> bool:
        """True when the other channel found the same and the journal was renumbered. `now` are its streams."""
        live = {info.stream for info in now if not info.sealed}
        return not live & set(verdict.common)

    def forked(self, verdict: Forked) -> None:
        """Notes that the journal was renumbered after `verdict`."""
        self._stuck_forks += any(stream in self._stuck for stream in verdict.streams)
        self._stuck.clear()
        self._left.update(verdict.common)

    # ---- while it is sent

    def mark_stuck(self, stream: bytes, seq: int) -> None:
        """Notes where the hub keeps sending us back to, for the comparison in the next Hello."""
        self._stuck[stream] = seq

    def confirmed(self, stream: bytes, *, alarm: bool) -> None:
        """Notes progress on a stream."""
        self._stuck.pop(stream, None)
        if alarm:
            self._alarm_patience_s = self._settings.alarm_resend_s

    def patience_s(self, *, alarm: bool) -> float:
        """Returns how long a channel waits for an ack before it is given up and what is in flight goes out again."""
        return self._alarm_patience_s if alarm else self._settings.bulk_resend_s

    def patience_over(self, *, alarm: bool) -> None:
        """Notes that a channel was given up: an alarm's next wait is twice as long, up to that of the bulk channel."""
        if alarm:
            self._alarm_patience_s = min(self._alarm_patience_s * 2, self._settings.bulk_resend_s)
