"""Segments: any events come back as they were, none needs a second page, damage is seen, older software sees damage."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from anju_edge.journal.card import BootKey, Card
from anju_edge.journal.segments import (
    FEW_EVENTS,
    MAX_EVENTS,
    SEGMENT_BYTES,
    SegmentPacker,
    few_events_rows,
    segment_row,
    sound_row,
)
from anju_edge.journal.streams import SEQ_MASK, row_crc, row_key
from anju_protos.chain import link
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM
from support.card_rig import HUB, IDENTITY

HASH = bytes(range(32))
OWN = BootKey(HUB.public_key(), IDENTITY)
EVENTS = st.builds(
    lambda some, times: some * times,
    st.lists(st.one_of(st.binary(max_size=300), st.just(b"like the others" * 9)), min_size=1, max_size=60),
    st.integers(1, 12),
)


def rows_of(events: list[bytes], number: int = 3, first: int = 1) -> list[tuple[int, int, bytes]]:
    rows = []
    last = first - 1
    for packed in SegmentPacker().pack(events):
        last += packed.count
        rows.append(segment_row(number, last, HASH, packed))
    return rows


@given(events=EVENTS, first=st.integers(1, SEQ_MASK - 1000))
def test_any_events_come_back_in_order(events: list[bytes], first: int) -> None:
    back: list[bytes] = []
    for key, crc, data in rows_of(events, first=first):
        row = sound_row(key, crc, data)
        assert row is not None
        held = row.events(Card())
        assert held is not None
        assert (row.first, row.last, row.hash_end) == (first + len(back), key & SEQ_MASK, HASH)
        assert len(held) <= MAX_EVENTS
        assert len(held) == 1 or len(data) <= SEGMENT_BYTES
        back += held
    assert back == events


@given(events=EVENTS, bit=st.integers(0, 1 << 20))
def test_a_flipped_bit_or_another_key_is_damage(events: list[bytes], bit: int) -> None:
    key, crc, data = rows_of(events)[0]
    wrong = bytearray(data)
    wrong[bit // 8 % len(wrong)] ^= 1 << bit % 8
    assert sound_row(key, crc, bytes(wrong)) is None
    assert sound_row(key + 1, crc, data) is None
    assert sound_row(key, crc ^ 1, data) is None
    assert sound_row(key, crc, None) is None


@given(events=EVENTS)
def test_software_without_segments_sees_a_damaged_row(events: list[bytes]) -> None:
    for key, crc, data in rows_of(events):
        assert row_crc(key, data) != crc


FEW = st.lists(
    st.one_of(st.binary(max_size=300), st.integers(400, 5000).map(lambda size: b"z" * size)), min_size=1, max_size=40
)


@given(events=FEW, first=st.integers(1, SEQ_MASK - 1000), lane=st.sampled_from([ALARM, ACTIVITY]), bit=st.integers(0))
def test_encrypted_rows_of_few_events_come_back_in_order(events: list[bytes], first: int, lane: int, bit: int) -> None:
    card = Card(OWN)
    rows, running, size = few_events_rows(OWN, 3, lane, first - 1, HASH, events)
    back: list[bytes] = []
    expected = HASH
    for key, crc, data in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        assert isinstance(key, int)
        assert isinstance(data, bytes)
        row = sound_row(key, crc, data)
        assert row is not None
        held = row.events(card)
        assert held is not None
        for event in held:
            expected = link(expected, event)
        assert (row.first, row.last, row.key_id) == (first + len(back), key & SEQ_MASK, OWN.key_id)
        assert row.running_hash(card) == expected
        assert len(held) <= FEW_EVENTS[lane]
        assert len(held) == 1 or len(data) <= SEGMENT_BYTES
        assert row_crc(key, data) != crc, "software without such rows sees a damaged one"
        wrong = bytearray(data)
        wrong[bit // 8 % len(wrong)] ^= 1 << bit % 8
        assert sound_row(key, crc, bytes(wrong)) is None
        assert sound_row(key + 1, crc, data) is None
        back += held
        size -= len(data)
    assert (back, running, size) == (events, expected, 0)


def test_an_encrypted_row_of_another_place_or_key_is_not_read() -> None:
    rows, _, _ = few_events_rows(OWN, 3, ACTIVITY, 0, HASH, [b"a", b"b"])
    row = sound_row(*rows)
    assert row is not None
    moved = replace(row, place=row.place + 1)
    assert (moved.events(Card(OWN)), moved.running_hash(Card(OWN))) == (None, b"")
    forged = replace(row, body=row.body[:-1] + bytes([row.body[-1] ^ 1]))
    assert (forged.events(Card(OWN)), forged.running_hash(Card(OWN))) == (None, b"")
    assert replace(row, body=row.body[:10]).events(Card(OWN)) is None


@given(data=st.binary(max_size=100), seq=st.integers(1, SEQ_MASK))
def test_a_plain_row_is_one_event_whatever_its_bytes(data: bytes, seq: int) -> None:
    key = row_key(9, seq)
    row = sound_row(key, row_crc(key, data), data)
    assert row is not None
    assert (row.first, row.last, row.hash_end, row.events(Card())) == (seq, seq, b"", [data])


def test_a_body_that_its_header_belies_is_damage() -> None:
    for packed in SegmentPacker().pack([b"a" * 50] * 3):
        for count in (2, 4):
            lied = type(packed)(count, packed.form, packed.body)
            row = sound_row(*segment_row(1, 10, HASH, lied))
            assert row is not None
            assert row.events(Card()) is None
        row = sound_row(*segment_row(1, 10, HASH, type(packed)(3, 2, b"no frame")))
        assert row is not None
        assert row.events(Card()) is None
        assert sound_row(*segment_row(1, 2, HASH, packed)) is None, "it would begin before the stream"


def test_a_segment_lies_on_one_page(tmp_path: Path) -> None:
    """The largest that there can be, with the longest key and CRC, beside another: no overflow page."""
    chance = random.Random(1)
    packed = type(SegmentPacker().pack([b"x"])[0])(2, 1, chance.randbytes(SEGMENT_BYTES - 35))
    with closing(sqlite3.connect(tmp_path / "file", isolation_level=None)) as file:
        file.execute("pragma page_size = 4096")
        file.execute("create table row (key integer primary key, crc integer not null, data blob not null)")
        for last in (SEQ_MASK - 1, SEQ_MASK):
            key, _, data = segment_row(1 << 22, last, HASH, packed)
            assert len(data) == SEGMENT_BYTES
            file.execute("insert into row values (?, ?, ?)", (key, 0xFFFF_FFFF, data))
        assert file.execute("pragma page_count").fetchone()[0] == 4  # the schema, the root, a leaf for each


def test_events_that_compress_well_fill_their_page() -> None:
    events = [b"%032d" % n + b"kind and place, alike in all" * 4 for n in range(1000)]
    packer = SegmentPacker()
    packer.pack(events)
    segments = packer.pack(events)
    assert sum(len(packed.body) for packed in segments) < 20_000
    assert len(segments) <= 8
