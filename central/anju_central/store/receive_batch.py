"""Which part of a batch is news: the hub's half of the sync protocol, without I/O.

`receive(cursor, batch)` answers with what to append and where the cursor goes. It takes exactly what follows the
cursor: what lies at or before it was delivered already and is trimmed, a hole that no skip explains is answered with
the cursor (the box sends again from there). Content is never refused: what cannot be parsed, or holds a number that
the hub cannot keep, is set aside as quarantined, and the cursor goes on, so that one bad event never stands in the way
of all that follow.

The running hash (`anju_protos.chain`) goes along. A batch that names the hash at its end must arrive there; if it
does not, the box's copy and ours went different ways before this batch, and nothing of it is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import attrgetter
from typing import Final, Literal

import zstandard
from google.protobuf.message import DecodeError, Message

from anju_central.store.number_ranges import MAX_NUMBER, Check, envelope_fits, is_identity, range_check
from anju_protos import chain
from anju_protos.v1 import event_pb2
from anju_protos.v1.event_pb2 import Event, EventRef
from anju_protos.v1.uplink_pb2 import Ack, Batch, Cursor, EventList, EventRun, Skip

MAX_EVENT_BYTES: Final = 64 * 1024
MAX_EVENTS: Final = 10_000  # of one batch; boxes send 500
MAX_UNPACKED_BYTES: Final = 8 * 1024 * 1024

Aside = Literal["", "foreign", "unusable"]

PAYLOADS: Final[dict[int, type[Message]]] = {
    event_pb2.PRESENCE: event_pb2.Presence,
    event_pb2.POSITION: event_pb2.Position,
    event_pb2.ALARM_RAISED: event_pb2.Alarm,
    event_pb2.VITAL: event_pb2.Vital,
    event_pb2.DEVICE_STATE: event_pb2.DeviceState,
    event_pb2.TRIGGER: event_pb2.Trigger,
    event_pb2.CHECK_IN: event_pb2.CheckIn,
    event_pb2.ANNULMENT: event_pb2.Annulment,
    event_pb2.REQUEST: event_pb2.Request,
    event_pb2.VISIT: event_pb2.Visit,
    event_pb2.RECEIPT: event_pb2.Receipt,
    event_pb2.INCIDENT_STEP: event_pb2.IncidentStep,
    event_pb2.COMMAND_RESULT: event_pb2.CommandResult,
    event_pb2.ROSTER_APPLIED: event_pb2.RosterApplied,
    event_pb2.BOOT: event_pb2.Boot,
    event_pb2.CLOCK_FIX: event_pb2.ClockFix,
    event_pb2.HEALTH: event_pb2.Health,
}


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Numbers `first`..`last` were set aside. `data` is the event's bytes (or the batch's compressed ones).

    `reason` is one of malformed, out_of_range, oversized, foreign, undecodable, unusable; `kind` is the event's, 0 if
    even that is unreadable.
    """

    first: int
    last: int
    reason: str
    data: bytes
    kind: int = 0


@dataclass(frozen=True, slots=True)
class Rehomed:
    """The event at `seq` of this stream is the one that was first (origin_stream, origin_seq).

    `digest` is the SHA-256 of its bytes before the origin was appended, which is how to tell the same fact.
    """

    seq: int
    origin_stream: bytes
    origin_seq: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to append and where the cursor goes.

    `seqs`, `events` and `parsed` run side by side, ascending, without what was quarantined. When `rewind` is set
    nothing is appended and the box is to send again from the cursor; `forked` says why: the hashes disagree.
    """

    cursor: Cursor
    seqs: Sequence[int] = ()
    events: Sequence[bytes] = ()
    parsed: Sequence[Event] = ()
    skips: Sequence[Skip] = ()
    quarantined: Sequence[Quarantined] = ()
    rehomed: Sequence[Rehomed] = ()
    rewind: bool = False
    forked: bool = False

    def ack(self, hub_time_ms: int) -> Ack:
        """Returns the answer to the box, to be sent after the commit."""
        return Ack(
            stream=self.cursor.stream,
            seq=self.cursor.seq,
            rewind=self.rewind,
            quarantined=sum(item.last - item.first + 1 for item in self.quarantined),
            hub_time_ms=hub_time_ms,
        )


class UndecodableEvents(Exception):
    """The compressed events of a batch cannot be unpacked."""


class InconsistentBatch(Exception):
    """The batch's numbers contradict each other: nobody can say which fact has which number."""


def receive(cursor: Cursor, batch: Batch, *, aside: Aside = "") -> Outcome:
    """Returns what follows `cursor` in `batch`. Never raises on any content.

    `cursor` is the stored one (seq 0 for a new stream). `aside` quarantines all events: foreign, the stream's id
    belongs to another community; unusable, the store could not take the batch as it is.
    """
    if batch.first_seq > cursor.seq + 1 or batch.first_seq < 1:
        return Outcome(cursor, rewind=True)
    events: Sequence[bytes] | None
    try:
        events = _events_of(batch)
        count = len(events)
    except UndecodableEvents:
        events = None
        count = batch.event_count
    try:
        if not 0 <= count <= MAX_EVENTS:
            raise InconsistentBatch
        stretches = list(_stretches(batch, count))
    except InconsistentBatch:
        return Outcome(cursor, rewind=True)
    return _Intake(cursor, aside).take(batch, stretches, events)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of a batch: `count` events from index `index` on, or one skip."""

    first: int
    last: int
    index: int = 0
    skip: Skip | None = None


def _stretches(batch: Batch, count: int) -> Iterator[_Stretch]:
    """Yields the batch's stretches in order of their numbers. Raises InconsistentBatch: skips overlap or leave gaps."""
    seq = batch.first_seq
    index = 0
    for skip in batch.skips:
        between = skip.first - seq
        if between < 0 or between > count - index or not skip.first <= skip.last <= MAX_NUMBER:
            raise InconsistentBatch
        if between:
            yield _Stretch(seq, skip.first - 1, index)
            index += between
        yield _Stretch(skip.first, skip.last, skip=skip)
        seq = skip.last + 1
    if index < count:
        last = seq + count - index - 1
        if last > MAX_NUMBER:
            raise InconsistentBatch
        yield _Stretch(seq, last, index)


@dataclass(slots=True)
class _Intake:
    """One batch being taken in, from the cursor on."""

    cursor: Cursor
    aside: Aside
    seqs: list[int] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    parsed: list[Event] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    rehomed: list[Rehomed] = field(default_factory=list)

    def take(self, batch: Batch, stretches: Sequence[_Stretch], events: Sequence[bytes] | None) -> Outcome:
        """Returns the outcome; `events` is None when they could not be unpacked."""
        cursor = self.cursor
        seq = cursor.seq
        running = cursor.hash or chain.genesis(batch.stream)
        verifiable = True
        moved = False
        for stretch in stretches:
            if stretch.last <= seq:
                continue  # delivered before
            first = seq + 1
            if stretch.skip is not None:
                running, known = self._skip(stretch.skip, first, running)
                verifiable = verifiable and known
                moved = moved or stretch.skip.cause == Skip.REHOMED
            elif events is None:
                running = chain.link_lost(running, first, stretch.last)
                verifiable = False
                self.quarantined.append(Quarantined(first, stretch.last, "undecodable", batch.events_zstd))
            else:
                start = stretch.index - stretch.first
                fresh = events[start + first : start + stretch.last + 1]
                running = chain.link_all(running, fresh)
                self._events(first, fresh)
            seq = stretch.last
        if seq == cursor.seq:
            return Outcome(cursor)
        if batch.hash_end:
            if verifiable and running != batch.hash_end:
                return Outcome(cursor, rewind=True, forked=True)
            if not moved and len(batch.hash_end) == chain.HASH_BYTES:
                running = batch.hash_end
        return Outcome(
            Cursor(stream=batch.stream, seq=seq, hash=running),
            self.seqs,
            self.kept,
            self.parsed,
            self.skips,
            self.quarantined,
            self.rehomed,
        )

    def _skip(self, skip: Skip, first: int, running: bytes) -> tuple[bytes, bool]:
        """Takes a skip from `first` on. Returns the hash at its end, and whether that hash is sure."""
        fresh = Skip(first=first, last=skip.last, cause=skip.cause, hash_after=skip.hash_after)
        self.skips.append(fresh)
        if skip.cause == Skip.REHOMED:
            # These rows are here only if their new stream is. Our hash must not be the one of a copy that still has
            # them: an older image of the disk put back would take them for delivered.
            return chain.link_lost(running, first, skip.last), False
        if len(skip.hash_after) == chain.HASH_BYTES:
            return skip.hash_after, True
        # Whoever lost the bytes before they were on disk links the range itself. A box that trimmed them after our
        # confirmation may not know the hash there any more: the batch's own end is then all there is.
        return chain.link_lost(running, first, skip.last), skip.cause != Skip.LOST_AT_HUB

    def _events(self, first: int, events: Sequence[bytes]) -> None:
        parsed = None if self.aside else parse_events(events)
        moved = [index for index, event in enumerate(parsed or ()) if event.HasField("origin")]
        if parsed is None or not all(is_identity(parsed[index].origin) for index in moved):
            self._events_one_by_one(first, events)
            return
        self.seqs += range(first, first + len(events))
        self.kept += events
        self.parsed += parsed
        self.rehomed += [_rehomed(first + index, events[index], parsed[index].origin) for index in moved]

    def _events_one_by_one(self, first: int, events: Sequence[bytes]) -> None:
        seqs, kept, parsed = self.seqs, self.kept, self.parsed
        for seq, data in enumerate(events, first):
            event = None if self.aside else parse_event(data)
            if event is None:
                self.quarantined.append(_quarantine(seq, data, self.aside))
                continue
            seqs.append(seq)
            kept.append(data)
            parsed.append(event)
            if event.HasField("origin"):
                self.rehomed.append(_rehomed(seq, data, event.origin))


_ELAPSED_MS: Final[Callable[[Event], int]] = attrgetter("stamp.elapsed_ms")


def parse_events(events: Sequence[bytes]) -> list[Event] | None:
    """Returns what `parse_event` returns for each, when it can read all; else None. The hub's busiest loop.

    Reads the envelopes in one call and each payload into a message of its kind that is used again. Leaves origins to
    the caller, who looks at each anyway.
    """
    if not events or max(map(len, events)) > MAX_EVENT_BYTES:
        return None
    readers: dict[int, tuple[Callable[[bytes], object], Message, Check | None] | None] = {}
    try:
        parsed = list(EventRun.FromString(EventList(events=events).SerializeToString()).events)
        for event in parsed:
            kind = event.kind
            if not kind or not event.HasField("stamp"):
                return None
            try:
                reader = readers[kind]
            except KeyError:
                reader = readers[kind] = _reader_of(kind)
            if reader is not None and not event.key_id:
                read, message, fits = reader
                read(event.payload)
                if fits is not None and not fits(message):
                    return None
    except DecodeError:
        return None
    return parsed if max(map(_ELAPSED_MS, parsed)) <= MAX_NUMBER else None


def _reader_of(kind: int) -> tuple[Callable[[bytes], object], Message, Check | None] | None:
    """How to read a kind's payload: into which message, and what tells whether its numbers fit."""
    payload = PAYLOADS.get(kind)
    if payload is None:
        return None
    message = payload()
    return message.ParseFromString, message, range_check(payload.DESCRIPTOR)


def parse_event(data: bytes) -> Event | None:
    """Returns the event if envelope and (plain, known) payload can be read and kept, else None."""
    event = None if len(data) > MAX_EVENT_BYTES else _read(data)
    return event if event is not None and _fits(event) else None


def _read(data: bytes) -> Event | None:
    try:
        event = Event.FromString(data)
        if not event.kind or not event.HasField("stamp"):
            return None
        payload = PAYLOADS.get(event.kind)
        if payload is not None and not event.key_id:
            payload.FromString(event.payload)
    except DecodeError:
        return None
    return event


def _fits(event: Event) -> bool:
    """Whether the numbers of an event that could be read can be kept."""
    payload = PAYLOADS.get(event.kind)
    check = range_check(payload.DESCRIPTOR) if payload is not None and not event.key_id else None
    return envelope_fits(event) and (payload is None or check is None or check(payload.FromString(event.payload)))


def _quarantine(seq: int, data: bytes, aside: Aside) -> Quarantined:
    if aside:
        reason: str = aside
    elif len(data) > MAX_EVENT_BYTES:
        reason = "oversized"
    else:
        reason = "malformed" if _read(data) is None else "out_of_range"
    try:
        kind = int(Event.FromString(data[:MAX_EVENT_BYTES]).kind)
    except DecodeError:
        kind = 0
    return Quarantined(seq, seq, reason, data, kind)


def _rehomed(seq: int, data: bytes, origin: EventRef) -> Rehomed:
    suffix = Event(origin=origin).SerializeToString()
    before = data[: -len(suffix)] if data.endswith(suffix) else data
    return Rehomed(seq, origin.stream, origin.seq, sha256(before).digest())


def _events_of(batch: Batch) -> Sequence[bytes]:
    """Returns the batch's events, unpacked within bounds of memory. Raises UndecodableEvents."""
    if not batch.events_zstd:
        return batch.events
    try:
        size = zstandard.get_frame_parameters(batch.events_zstd).content_size
        if not 0 <= size <= MAX_UNPACKED_BYTES:  # an unknown size shows as 2**64 - 1
            raise UndecodableEvents
        unpacked = zstandard.ZstdDecompressor(max_window_size=MAX_UNPACKED_BYTES).decompress(batch.events_zstd)
        return EventList.FromString(unpacked).events
    except (zstandard.ZstdError, DecodeError) as error:
        raise UndecodableEvents from error
