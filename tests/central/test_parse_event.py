"""The hub's quick look at a batch and its look at each event agree, whatever the bytes are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anju_central.store.receive_batch import MAX_EVENT_BYTES, PAYLOADS, parse_event, parse_events
from anju_protos.v1.event_pb2 import PRESENCE, Event, EventRef, Presence, Stamp

stamps = st.builds(Stamp, boot=st.integers(1, 9), elapsed_ms=st.integers(0, 2**40), wall_ms=st.integers(-9, 2**41))
events = st.builds(
    Event,
    kind=st.sampled_from([0, *PAYLOADS, 99]),
    stamp=st.none() | stamps,
    device=st.sampled_from(["", "ble:ac233fc001aa"]),
    key_id=st.sampled_from([0, 0, 0, 3]),
    payload=st.just(Presence(zone="b1", rssi_dbm=-60).SerializeToString()) | st.binary(max_size=12),
    origin=st.none() | st.builds(EventRef, stream=st.binary(min_size=16, max_size=16), seq=st.integers(1, 9)),
).map(lambda event: event.SerializeToString())


@given(st.lists(events | st.binary(max_size=20), max_size=6))
def test_a_batch_is_understood_when_each_event_is(batch: list[bytes]) -> None:
    single = [parse_event(data) for data in batch]
    assert parse_events(batch) == (single if batch and None not in single else None)


def test_an_event_too_large_sends_the_batch_the_slow_way() -> None:
    small = Event(kind=PRESENCE, stamp=Stamp(boot=1)).SerializeToString()
    large = Event(kind=PRESENCE, stamp=Stamp(boot=1), device="x" * MAX_EVENT_BYTES).SerializeToString()
    assert parse_events([small]) is not None
    assert parse_events([small, large]) is None
