"""The running hash: what it binds, and that box and hub cannot disagree on it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anju_protos import chain

STREAM = bytes(range(16))


@given(events=st.lists(st.binary(max_size=40), max_size=20), cut=st.integers(0, 20))
def test_linking_in_parts_gives_the_same_hash(events: list[bytes], cut: int) -> None:
    whole = chain.link_all(chain.genesis(STREAM), events)
    assert chain.link_all(chain.link_all(chain.genesis(STREAM), events[:cut]), events[cut:]) == whole


@given(events=st.lists(st.binary(max_size=40), min_size=1, max_size=20), data=st.data())
def test_one_changed_event_changes_every_later_hash(events: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    other = [*events]
    other[at] += b"x"
    for end in range(at + 1, len(events) + 1):
        start = chain.genesis(STREAM)
        assert chain.link_all(start, events[:end]) != chain.link_all(start, other[:end])


def test_streams_and_lost_ranges_have_hashes_of_their_own() -> None:
    start = chain.genesis(STREAM)
    assert start != chain.genesis(bytes(16))
    assert chain.link_lost(start, 1, 2) != chain.link_lost(start, 1, 3)
    assert chain.link_lost(start, 1, 2) != start
