"""What the hub takes of a batch: exactly what follows its cursor, whatever comes."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from anju_central.store.receive_batch import MAX_EVENT_BYTES, MAX_EVENTS, Outcome, receive
from anju_protos import chain
from anju_protos.v1.event_pb2 import ALARM_RAISED, PRESENCE, Event, EventRef, Stamp
from anju_protos.v1.uplink_pb2 import Batch, Cursor, EventList, Skip

STREAM = bytes(range(16))


def event(number: int) -> bytes:
    return Event(kind=PRESENCE, stamp=Stamp(boot=1, elapsed_ms=number), device=f"sim:{number}").SerializeToString()


def hash_at(seq: int) -> bytes:
    return chain.link_all(chain.genesis(STREAM), (event(number) for number in range(1, seq + 1)))


def cursor(seq: int) -> Cursor:
    return Cursor(stream=STREAM, seq=seq, hash=hash_at(seq) if seq else b"")


def batch(
    first: int, last: int, *, skips: tuple[tuple[int, int], ...] = (), cause: Skip.Cause.ValueType = Skip.QUOTA
) -> Batch:
    skipped = {seq for low, high in skips for seq in range(low, high + 1)}
    return Batch(
        stream=STREAM,
        first_seq=first,
        events=[event(seq) for seq in range(first, last + 1) if seq not in skipped],
        skips=[Skip(first=low, last=high, cause=cause, hash_after=hash_at(high)) for low, high in skips],
        hash_end=hash_at(last),
    )


def covered(outcome: Outcome) -> list[int]:
    numbers = list(outcome.seqs)
    for skip in outcome.skips:
        numbers.extend(range(skip.first, skip.last + 1))
    for aside in outcome.quarantined:
        numbers.extend(range(aside.first, aside.last + 1))
    return sorted(numbers)


@pytest.mark.parametrize(
    ("at", "sent", "seqs", "seq", "rewind"),
    [
        (0, batch(1, 3), [1, 2, 3], 3, False),
        (3, batch(4, 5), [4, 5], 5, False),
        (3, batch(1, 5), [4, 5], 5, False),  # overlap is trimmed
        (5, batch(1, 5), [], 5, False),  # nothing new: an ack, no rewind
        (5, batch(2, 3), [], 5, False),
        (3, batch(5, 6), [], 3, True),  # a hole
        (0, Batch(stream=STREAM), [], 0, True),
        (3, Batch(stream=STREAM, first_seq=4), [], 3, False),  # an empty one
        (0, batch(1, 6, skips=((2, 4),)), [1, 5, 6], 6, False),
        (3, batch(1, 6, skips=((2, 4),)), [5, 6], 6, False),  # the cursor stands inside a skip
        (0, batch(1, 4, skips=((1, 4),)), [], 4, False),
        (0, batch(1, 5, skips=((1, 2), (4, 5))), [3], 5, False),
    ],
)
def test_exactly_what_follows_the_cursor(at: int, sent: Batch, seqs: list[int], seq: int, rewind: bool) -> None:
    outcome = receive(cursor(at), sent)
    assert list(outcome.seqs) == seqs
    assert [event(number) for number in seqs] == list(outcome.events)
    assert (outcome.cursor.seq, outcome.rewind, outcome.forked) == (seq, rewind, False)
    assert outcome.cursor.seq == 0 or outcome.cursor.hash == hash_at(seq)
    assert covered(outcome) == list(range(at + 1, seq + 1))
    ack = outcome.ack(7)
    assert (ack.seq, ack.rewind, ack.hub_time_ms) == (seq, rewind, 7)


@pytest.mark.parametrize(
    "skips",
    [
        [Skip(first=3, last=2)],
        [Skip(first=9, last=9)],  # events do not reach it
        [Skip(first=2, last=3), Skip(first=3, last=4)],
        [Skip(first=2, last=2**63)],
    ],
)
def test_numbers_that_contradict_each_other_are_answered_with_the_cursor(skips: list[Skip]) -> None:
    sent = Batch(stream=STREAM, first_seq=1, events=[event(1)], skips=skips)
    assert receive(cursor(0), sent) == Outcome(cursor(0), rewind=True)


def test_another_history_is_not_taken() -> None:
    sent = batch(4, 6)
    sent.events[0] = event(99)
    outcome = receive(cursor(3), sent)
    assert outcome.forked
    assert outcome.rewind
    assert not outcome.events


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xff", "malformed"),
        (b"", "malformed"),
        (Event(kind=PRESENCE).SerializeToString(), "malformed"),  # no stamp
        (Event(stamp=Stamp(boot=1)).SerializeToString(), "malformed"),  # no kind
        (Event(kind=ALARM_RAISED, stamp=Stamp(boot=1), payload=b"\xff").SerializeToString(), "malformed"),
        (Event(kind=PRESENCE, stamp=Stamp(boot=1), device="x" * MAX_EVENT_BYTES).SerializeToString(), "oversized"),
    ],
)
def test_what_cannot_be_understood_is_set_aside_and_the_cursor_goes_on(data: bytes, reason: str) -> None:
    sent = Batch(stream=STREAM, first_seq=1, events=[event(1), data, event(3)])
    outcome = receive(cursor(0), sent)
    assert list(outcome.seqs) == [1, 3]
    assert [(aside.first, aside.last, aside.reason, aside.data) for aside in outcome.quarantined] == [
        (2, 2, reason, data)
    ]
    assert outcome.cursor.seq == 3
    assert outcome.ack(0).quarantined == 1


def test_unknown_kinds_sealed_payloads_and_later_fields_pass() -> None:
    later = Event(kind=900, stamp=Stamp(boot=1), payload=b"\xff").SerializeToString()  # type: ignore[arg-type]  # a later kind
    sealed = Event(kind=ALARM_RAISED, stamp=Stamp(boot=1), key_id=4, payload=b"\xff").SerializeToString()
    extended = event(3) + b"\xfa\x3e\x01x"  # field 1007
    outcome = receive(cursor(0), Batch(stream=STREAM, first_seq=1, events=[later, sealed, extended]))
    assert list(outcome.events) == [later, sealed, extended]


def test_foreign_events_are_all_set_aside() -> None:
    outcome = receive(cursor(0), batch(1, 3), aside="foreign")
    assert not outcome.events
    assert {aside.reason for aside in outcome.quarantined} == {"foreign"}
    assert outcome.cursor.seq == 3


def test_packed_events_are_taken_and_trimmed_like_plain_ones() -> None:
    sent = packed(batch(1, 6, skips=((2, 4),)))
    outcome = receive(cursor(3), sent)
    assert list(outcome.seqs) == [5, 6]
    assert outcome.cursor == cursor(6)


def packed(sent: Batch) -> Batch:
    data = zstandard.ZstdCompressor().compress(EventList(events=sent.events).SerializeToString())
    sent.event_count = len(sent.events)
    sent.events_zstd = data
    del sent.events[:]
    return sent


@pytest.mark.parametrize("data", [b"junk", zstandard.ZstdCompressor().compress(bytes(9 * 1024 * 1024))])
def test_a_packed_batch_that_cannot_be_unpacked_does_not_stand_in_the_way(data: bytes) -> None:
    sent = Batch(stream=STREAM, first_seq=4, events_zstd=data, event_count=5, hash_end=hash_at(8))
    outcome = receive(cursor(3), sent)
    assert [(aside.first, aside.last, aside.reason) for aside in outcome.quarantined] == [(4, 8, "undecodable")]
    assert outcome.cursor == cursor(8)
    sent.event_count = MAX_EVENTS + 1
    assert receive(cursor(3), sent).rewind


def test_numbers_lost_at_the_hub_may_lack_their_hash() -> None:
    lost = Skip(first=4, last=7, cause=Skip.LOST_AT_HUB)
    sent = Batch(stream=STREAM, first_seq=4, skips=[lost], events=[event(8)], hash_end=hash_at(8))
    outcome = receive(cursor(3), sent)
    assert outcome.cursor == cursor(8)
    assert [skip.cause for skip in outcome.skips] == [Skip.LOST_AT_HUB]


def test_after_rows_moved_away_the_hash_is_no_longer_that_of_a_disk_that_has_them() -> None:
    outcome = receive(cursor(3), batch(4, 6, skips=((4, 6),), cause=Skip.REHOMED))
    assert outcome.cursor.seq == 6
    assert outcome.cursor.hash != hash_at(6)


def test_a_rehomed_event_names_its_origin_and_the_bytes_it_had() -> None:
    ref = EventRef(stream=bytes(16), seq=9)
    moved = event(5) + Event(origin=ref).SerializeToString()
    outcome = receive(cursor(0), Batch(stream=STREAM, first_seq=1, events=[moved]))
    assert [(found.seq, found.origin_stream, found.origin_seq) for found in outcome.rehomed] == [(1, bytes(16), 9)]
    assert outcome.rehomed[0].digest == sha256(event(5)).digest()


@given(seed=st.integers(0, 2**32), total=st.integers(1, 40))
def test_lossy_doubled_reordered_batches_give_every_fact_once_and_in_order(seed: int, total: int) -> None:
    rng = random.Random(seed)
    skipped = {seq for seq in range(1, total + 1) if rng.random() < 0.2}
    at, taken = cursor(0), list[int]()
    while at.seq < total:
        first = rng.randint(1, total)
        last = min(total, first + rng.randint(0, 8))
        skips = tuple((seq, seq) for seq in range(first, last + 1) if seq in skipped)
        sent = batch(first, last, skips=skips)
        outcome = receive(at, packed(sent) if rng.random() < 0.3 else sent)
        assert outcome.rewind == (first > at.seq + 1)
        taken += covered(outcome)
        at = outcome.cursor
    assert taken == list(range(1, total + 1))


@given(data=st.binary(max_size=200), at=st.integers(0, 5))
def test_any_bytes_as_a_batch_never_raise(data: bytes, at: int) -> None:
    try:
        sent = Batch.FromString(data)
    except Exception:  # noqa: BLE001  # whatever protobuf refuses never reaches the receiver
        return
    outcome = receive(cursor(at), sent)
    assert outcome.cursor.seq >= at
