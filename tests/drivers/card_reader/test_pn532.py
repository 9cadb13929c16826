"""PN532: frames in any chunks, targets of every shape, and one check-in per presentation over the line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers import conformance
from anju_drivers.card_reader import SPEC, pn532
from anju_drivers.card_reader.explain import CardStream
from anju_drivers.card_reader.frames import encode
from anju_drivers.card_reader.pn532 import FrameDecoder, Kind, command, response, targets
from anju_drivers.card_reader.pn532_poll import Pn532Poll
from anju_drivers.card_reader.pn532_simulator import DEMO_UID, Pn532Simulator
from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import CardReading, LinkReading
from anju_drivers.errors import DriverConfigError

payloads = st.binary(max_size=263)


def good(decoder: FrameDecoder, *chunks: bytes) -> list[tuple[int, bytes]]:
    found = [frame for chunk in chunks for frame in decoder.feed(chunk)]
    return [(frame.command, frame.data) for frame in found if frame.kind is Kind.RESPONSE]


@given(st.lists(payloads, max_size=5), st.integers(1, 20))
def test_any_chunking_gives_the_same_frames(given_payloads: list[bytes], size: int) -> None:
    stream = b"".join(pn532.ACK + response(0x4A, payload) for payload in given_payloads)
    decoder = FrameDecoder()
    chunks = (stream[at : at + size] for at in range(0, len(stream), size))
    assert good(decoder, *chunks) == [(0x4A, payload) for payload in given_payloads]
    assert decoder.dropped == 0


@given(st.binary(max_size=300))
def test_junk_never_raises_and_the_next_good_frame_survives(junk: bytes) -> None:
    decoder = FrameDecoder()
    found = [*decoder.feed(junk + response(0x14)), *decoder.idle()]
    assert (found[-1].kind, found[-1].command) == (Kind.RESPONSE, 0x14)


@given(st.integers(3, 18), st.integers(1, 255))
def test_a_changed_byte_is_never_a_card(at: int, change: int) -> None:
    data = bytearray(response(0x4A, bytes.fromhex("0101004400070416c6c2d73881")))
    data[at] ^= change
    decoder = FrameDecoder()
    found = [*decoder.feed(bytes(data)), *decoder.idle()]
    assert not [frame for frame in found if frame.kind is Kind.RESPONSE and targets(frame.data)[1]]


@pytest.mark.parametrize(
    ("listed", "field", "value"),
    [
        ("0101004400070416c6c2d73881", "uid", "0416c6c2d73881"),
        ("0101000408041234567806757781028002f0", "uid", "12345678"),
        ("010100442007" + "04010203040506", "uid", "04010203040506"),
        ("01010003880a" + "0102030405060708090a", "uid", "0102030405060708090a"),
        ("01010c00b2565400", "jewel_id", "b2565400"),
        ("010150e8253eec00000011008185", "sensb_res", "50e8253eec00000011008185"),
        (
            "01011401" + "01010501b00ac30b" + "03014b024f4993ff" + "12fc",
            "sensf_res",
            "01" + "01010501b00ac30b" + "03014b024f4993ff" + "12fc",
        ),
    ],
)
def test_targets(listed: str, field: str, value: str) -> None:
    count, target = targets(bytes.fromhex(listed))
    assert count == 1
    assert target is not None
    assert target.fields[field].hex() == value


@pytest.mark.parametrize("listed", ["", "00", "0101", "010100440007", "0101ffffffff"])
def test_no_target(listed: str) -> None:
    assert targets(bytes.fromhex(listed))[1] is None


@given(st.binary(max_size=80))
def test_any_list_is_read(data: bytes) -> None:
    count, target = targets(data)
    assert count >= 0
    assert target is None or "uid" not in repr(target)


def test_both_models_in_one_stream() -> None:
    nfc = response(0x4A, b"\x01\x01\x00\x44\x00\x07" + DEMO_UID)
    stream = encode(bytes([1] * 5)) + pn532.ACK + nfc + encode(bytes([2] * 5)) + command(0x02)
    for size in (1, 3, len(stream)):
        decoder = CardStream()
        found = [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])]
        tokens = [reading.token for one in found for reading in one.readings if isinstance(reading, CardReading)]
        assert tokens == ["em4100:0101010101", "nfc:0416C6C2D73881", "em4100:0202020202"]
        assert decoder.dropped == 0


@contextlib.asynccontextmanager
async def reading() -> AsyncIterator[tuple[Pn532Simulator, RecordingIntake]]:
    simulator = Pn532Simulator()
    async with asyncio.timeout(20), running(simulator):
        intake = RecordingIntake()
        task = asyncio.create_task(SPEC.create("Desk", simulator.driver_options()).run(intake))
        try:
            yield simulator, intake
        finally:
            task.cancel()
            await asyncio.wait([task])


async def presented(simulator: Pn532Simulator, uid: bytes) -> None:
    simulator.put(uid)
    await simulator.until_listed()


async def test_taps_over_the_line() -> None:
    async with reading() as (simulator, intake):
        assert await intake.until(LinkReading) == LinkReading("card_reader:desk", True, "PN532 1.6")
        await presented(simulator, DEMO_UID)
        await intake.until(CardReading("card_reader:desk", "nfc:0416C6C2D73881"))
        for _ in range(3):
            await presented(simulator, DEMO_UID)
        await presented(simulator, bytes.fromhex("c3ab12f0"))
        await intake.until(CardReading("card_reader:desk", "nfc:C3AB12F0"))
        assert [one.token for one in intake.readings if isinstance(one, CardReading)] == [
            "nfc:0416C6C2D73881",
            "nfc:C3AB12F0",
        ]


async def test_a_phone_that_makes_up_numbers_is_one_presentation() -> None:
    async with reading() as (simulator, intake):
        for number in range(5):
            await presented(simulator, b"\x08" + bytes([number] * 3))
        await presented(simulator, DEMO_UID)
        await intake.until(CardReading("card_reader:desk", "nfc:0416C6C2D73881"))
        assert len([one for one in intake.readings if isinstance(one, CardReading)]) == 2


async def test_a_chip_that_lost_power_is_woken_and_a_dumb_one_is_said() -> None:
    async with reading() as (simulator, intake):
        await intake.until(LinkReading)
        simulator.is_awake = False
        await presented(simulator, DEMO_UID)
        await intake.until(CardReading)
        simulator.lift()
        simulator.is_dumb = True
        lost = await intake.until(LinkReading, after=2)
        assert isinstance(lost, LinkReading)
        assert (lost.up, "does not answer" in lost.detail) == (False, True)
        before = len(intake.readings)
        simulator.is_dumb = False
        await intake.until(LinkReading("card_reader:desk", True, "PN532 1.6"), after=before)


async def test_conformance_over_its_link() -> None:
    assert await conformance.check_link(SPEC, {"model": "pn532"})


def test_a_wrong_model_is_named() -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("reader", {"port": "/dev/x", "model": "acr122"})
    assert error.value.key == "model"


def test_a_chip_that_does_not_understand_is_there_and_says_so() -> None:
    poll, now_s = Pn532Poll(), 0.0
    for times in range(1, 5):
        assert poll.tick(poll.due_s)
        now_s = poll.due_s
        assert poll.take(pn532.Frame(Kind.ERROR, code=0x81), now_s).is_error
        assert poll.refusal == ("the reader answers with error 81" if times >= 3 else "")
        assert poll.is_answering is None, "it is not dumb"
    assert poll.tick(poll.due_s)
    poll.take(pn532.Frame(Kind.RESPONSE, pn532.SAM_CONFIGURATION), poll.due_s)
    assert poll.refusal == ""
