"""RDM6300: frames in any chunks, and one check-in per presentation."""

from __future__ import annotations

import asyncio
from functools import reduce
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.card_reader import SPEC
from anju_drivers.card_reader.frames import Card, FrameDecoder, Presentations, encode
from anju_drivers.card_reader.simulator import DEMO_CARD, CardReaderSimulator
from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import CardReading, LinkReading
from anju_drivers.errors import DriverConfigError

cards = st.binary(min_size=5, max_size=5).filter(any)  # zeros are no card


def good(decoder: FrameDecoder, *chunks: bytes) -> list[bytes]:
    frames = [frame for chunk in chunks for frame in decoder.feed(chunk)]
    return [frame.card.raw for frame in frames if frame.card and not frame.error]


@given(st.lists(cards, max_size=8), st.integers(1, 20))
def test_any_chunking_gives_the_same_cards(raws: list[bytes], size: int) -> None:
    stream = b"".join(map(encode, raws))
    decoder = FrameDecoder()
    assert good(decoder, *(stream[at : at + size] for at in range(0, len(stream), size))) == raws
    assert decoder.dropped == 0


@given(st.binary(max_size=200), cards)
def test_junk_never_raises_and_the_next_good_frame_survives(junk: bytes, raw: bytes) -> None:
    found = good(FrameDecoder(), junk, encode(raw))
    assert found[-1:] == [raw]


@given(cards, st.integers(1, 12), st.sampled_from(b"0123456789ABCDEF"))
def test_one_wrong_digit_is_never_a_card(raw: bytes, at: int, digit: int) -> None:
    frame = bytearray(encode(raw))
    if frame[at] != digit:
        frame[at] = digit
        decoder = FrameDecoder()
        assert good(decoder, bytes(frame)) == []
        assert decoder.dropped == 1


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x0267003B51C6C\x03", "too short"),
        (b"\x0267003B51C6CB0", "no end byte"),
        (b"\x0267003B51C6CBZ", "no end byte"),
        (b"\x0267003BzzC6CB\x03", "not hex"),
        (b"\x0267003B51C6CA\x03", "checksum"),
    ],
)
def test_damage_has_a_reason(data: bytes, error: str) -> None:
    decoder = FrameDecoder()
    assert [frame.error for frame in decoder.feed(data)] == [error]
    assert decoder.dropped == 1


def test_a_frame_joined_half_way_is_no_card() -> None:
    assert good(FrameDecoder(), encode(DEMO_CARD)[1:] + encode(DEMO_CARD)) == [DEMO_CARD]


def test_print_forms_and_no_token_in_repr() -> None:
    card = Card(bytes.fromhex("67003B51C6"))
    assert card.token == "em4100:67003B51C6"
    assert (card.printed_10d, card.printed_wiegand26) == ("0003887558", "059,20934")
    assert "67003B51C6" not in repr(card).upper()


def test_presentations() -> None:
    presentations = Presentations()
    one, two = Card(bytes([2] * 5)), Card(bytes([1] * 5))
    taken = [(0.0, one, True), (0.4, one, False), (0.8, one, False), (0.85, two, True), (0.9, one, False)]
    taken += [(1.5, one, True), (1.99, one, False), (2.49, one, True)]
    assert [presentations.take(card, now_s) for now_s, card, _ in taken] == [is_new for *_, is_new in taken]


def test_a_card_that_must_be_said_twice() -> None:
    presentations = Presentations(frames=2)
    ghost, card = Card(bytes.fromhex("0000000789")), Card(bytes([1] * 5))
    taken = [(0.0, ghost, False), (0.6, ghost, False), (1.0, card, False), (1.1, card, True), (1.2, card, False)]
    assert [presentations.take(one, now_s) for now_s, one, _ in taken] == [is_new for *_, is_new in taken]


async def test_a_made_up_number_is_no_card_where_the_site_asks_for_two_frames() -> None:
    simulator = CardReaderSimulator()
    async with running(simulator):
        intake = RecordingIntake()
        driver = SPEC.create("kiosk-1", {**simulator.driver_options(), "frames": 2})
        task = asyncio.create_task(driver.run(intake))
        await intake.until(LinkReading("card_reader:kiosk-1", True, simulator.link))
        simulator.send(encode(bytes.fromhex("000000078F")))
        await simulator.tap()
        assert await intake.until(CardReading) == CardReading("card_reader:kiosk-1", "em4100:13005D1DA5")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_taps_over_the_line() -> None:
    simulator = CardReaderSimulator()
    async with running(simulator):
        intake = RecordingIntake()
        driver = SPEC.create("Kiosk-1", simulator.driver_options())
        task = asyncio.create_task(driver.run(intake))
        await intake.until(LinkReading("card_reader:kiosk-1", True, simulator.link))
        await simulator.tap()
        simulator.send(encode(bytes(5))[:-1] + b"?")
        await simulator.tap(bytes.fromhex("67003B51C6"))
        await intake.until_heard(frames=6, errors=1)
        tokens = [one.token for one in intake.readings if isinstance(one, CardReading)]
        assert tokens == ["em4100:13005D1DA5", "em4100:67003B51C6"]
        simulator.unplug()
        await intake.until(LinkReading("card_reader:kiosk-1", False, "unplugged"))
        before = len(intake.readings)
        simulator.replug()
        await intake.until(LinkReading("card_reader:kiosk-1", True, simulator.link), after=before, timeout_s=3)
        await simulator.tap()
        await intake.until(CardReading("card_reader:kiosk-1", "em4100:13005D1DA5"), after=before)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("options", "key"),
    [({}, "port"), ({"port": " "}, "port"), ({"port": "/dev/x", "baud": 5}, "baud"), ({"prot": "x"}, "prot")],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("reader", options)
    assert error.value.key == key


@pytest.mark.parametrize("size", [1, 3, 16])
def test_a_module_that_puts_a_line_end_before_the_end_byte(size: int) -> None:
    stream = (b"\x0205002A7B1145\r\n\x03" + b"\x0205002A\r\n\x03" + encode(DEMO_CARD)) * 2
    decoder = FrameDecoder()
    found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
    assert [one.card.token if one.card else one.error for one in found[:2]] == ["em4100:05002A7B11", "not hex"]
    assert len([one for one in found if one.card]) == 4


@given(st.lists(cards, min_size=1, max_size=6), st.integers(1, 20))
def test_a_module_that_sends_its_sum_as_one_byte(raws: list[bytes], size: int) -> None:
    """Any byte, also a digit and the marks of a frame; the next frame is a plain one."""
    stream = b"".join(b"\x02" + raw.hex().upper().encode() + bytes([reduce(xor, raw)]) + b"\x03" for raw in raws)
    stream += encode(DEMO_CARD)
    decoder = FrameDecoder()
    assert good(decoder, *(stream[at : at + size] for at in range(0, len(stream), size))) == [*raws, DEMO_CARD]
    assert decoder.dropped == 0


@pytest.mark.parametrize("raw", ["0000000002", "0000000003", "000000000d", "0000000041", "0114ae3bbc"])
def test_sums_that_look_like_something_else(raw: str) -> None:
    card = bytes.fromhex(raw)
    frame = b"\x02" + raw.upper().encode() + bytes([reduce(xor, card)]) + b"\x03"
    assert good(FrameDecoder(), frame, frame, encode(card)) == [card] * 3


def test_a_wrong_sum_in_one_byte_is_no_card() -> None:
    decoder = FrameDecoder()
    assert [one.error for one in decoder.feed(b"\x020114AE3BBC=\x03" + encode(DEMO_CARD))] == ["not hex", ""]
    assert decoder.dropped == 1
