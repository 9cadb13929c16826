"""ID card readers: frames in any chunks, layouts, and one check-in per presentation over the line."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import CardMethod, CardReading, LinkReading
from anju_drivers.errors import DriverConfigError
from anju_drivers.idcard_sdt import SPEC, frames
from anju_drivers.idcard_sdt.card import IdCard, decode, encode
from anju_drivers.idcard_sdt.frames import FrameDecoder, card_data, command, module_number, reply
from anju_drivers.idcard_sdt.poll import Poll
from anju_drivers.idcard_sdt.simulator import DEMO_CARD, MODULE, IdCardSimulator, read_reply
from anju_drivers.registry import load_drivers

PERMIT = IdCard(
    "hmt_resident",
    {"name": "陈测试", "id_number": "810000196001010015", "pass_number": "H12345678", "issue_count": "01"},
)
FOREIGNER = IdCard(
    "foreigner", {"name_en": "TEST PERSON", "permit_number": "GBR310065010101", "valid_to": "2029-01-02"}
)
FOREIGNER_2023 = IdCard(
    "foreigner_2023",
    {"name_cn": "测试外宾", "name_en": "TEST PERSON", "id_number": "911124198108030024", "nationality": "GBR"},
)
bodies = st.binary(min_size=3, max_size=60).map(lambda data: b"\x00\x00" + data)


@given(st.lists(bodies, max_size=6), st.integers(1, 20))
def test_any_chunking_gives_the_same_frames(given_bodies: list[bytes], size: int) -> None:
    stream = b"".join(command(body) for body in given_bodies)
    decoder = FrameDecoder()
    found = [frame for at in range(0, len(stream), size) for frame in decoder.feed(stream[at : at + size])]
    assert [frame.body for frame in found if frame.checksum_ok] == given_bodies
    assert decoder.dropped == 0
    assert not decoder.is_incomplete


@given(st.binary(max_size=300))
def test_junk_never_raises_and_the_next_good_frame_survives(junk: bytes) -> None:
    decoder = FrameDecoder()
    found = decoder.feed(junk) + decoder.feed(reply(frames.FOUND, bytes(4))) + decoder.idle()
    assert found[-1].sw3 == frames.FOUND


@given(st.integers(7, 1293), st.integers(1, 255))
def test_a_changed_byte_is_never_a_card(at: int, change: int) -> None:
    data = bytearray(read_reply(DEMO_CARD))
    data[at] ^= change
    decoder = FrameDecoder()
    assert not [frame for frame in decoder.feed(bytes(data)) if frame.checksum_ok]
    assert decoder.feed(reply(frames.NOT_FOUND))[-1].checksum_ok
    assert decoder.dropped == 1


def test_a_cut_reply_does_not_hide_the_next() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(read_reply(DEMO_CARD)[:600] + reply(frames.NOT_FOUND)) == []
    assert decoder.is_incomplete
    assert [frame.sw3 for frame in decoder.idle()] == [frames.NOT_FOUND]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_an_answer_that_is_shorter_than_it_says_does_not_eat_the_next(size: int) -> None:
    stream = bytes.fromhex("AAAAAA96690005050505") + reply(frames.NOT_FOUND) * 2
    decoder = FrameDecoder()
    found = [frame for at in range(0, len(stream), size) for frame in decoder.feed(stream[at : at + size])]
    assert [frame.sw3 for frame in found if frame.is_reply] == [frames.NOT_FOUND] * 2
    assert decoder.pending == 0


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_sum_that_looks_like_a_preamble_is_no_loss(size: int) -> None:
    one = next(frame for frame in (reply(frames.OK, bytes([last])) for last in range(256)) if frame[-1] == 0xAA)
    decoder = FrameDecoder()
    stream = one * 3 + b"x" + one
    found = [frame for at in range(0, len(stream), size) for frame in decoder.feed(stream[at : at + size])]
    assert [frame.checksum_ok for frame in found] == [True] * 4
    assert [frame.skipped for frame in found] == [0, 0, 0, 1]
    assert (decoder.pending, decoder.is_incomplete) == (0, False)


def test_a_wrong_length_is_skipped_at_once() -> None:
    decoder = FrameDecoder()
    found = decoder.feed(frames.PREAMBLE + b"\xff\xff" + reply(frames.OK))
    assert [frame.sw3 for frame in found] == [frames.OK]
    assert decoder.dropped == 1


@pytest.mark.parametrize("card", [DEMO_CARD, PERMIT, FOREIGNER, FOREIGNER_2023])
def test_every_layout_there_and_back(card: IdCard) -> None:
    read = decode(encode(card))
    assert read.kind == card.kind
    assert {name: value for name, value in read.fields.items() if value} == dict(card.fields)


def test_for_ever_and_dates_that_are_none() -> None:
    odd = replace(DEMO_CARD, fields={**DEMO_CARD.fields, "valid_from": "20161332"})
    read = decode(encode(odd))
    assert (read.fields["valid_from"], read.fields["valid_to"]) == ("20161332", "长期")


def test_a_long_foreign_name_is_joined() -> None:
    raw = bytearray(encode(FOREIGNER_2023))
    raw[52:122] = ("A" * 35).encode("utf-16-le")
    raw[220:242] = ("B" * 8 + "   ").encode("utf-16-le")
    assert decode(bytes(raw)).fields["name_en"] == "A" * 35 + "B" * 8


@pytest.mark.parametrize(("photo", "finger"), [(1024, None), (1024, 1024), (1024, 512), (1024, 0), (0, None)])
def test_lengths_of_a_read(photo: int, finger: int | None) -> None:
    data = read_reply(DEMO_CARD, bytes(photo), None if finger is None else bytes(finger))
    [frame] = FrameDecoder().feed(data)
    found = card_data(frame)
    assert found is not None
    assert (found.photo_len, found.finger_len) == (photo, finger)
    assert decode(found.text).number == "11010519491231002X"


def test_lengths_that_do_not_add_up_are_no_card() -> None:
    [frame] = FrameDecoder().feed(reply(frames.OK, b"\x01\x00\x04\x00" + bytes(1279)))
    assert card_data(frame) is None


@given(st.binary(min_size=256, max_size=256))
def test_any_text_is_read(text: bytes) -> None:
    assert "number" not in repr(decode(text))


def test_no_such_item_is_no_success() -> None:
    (frame,) = FrameDecoder().feed(reply(frames.NO_SUCH_ITEM))
    assert frame.result is frames.Result.ERROR


def test_module_number() -> None:
    assert module_number(MODULE) == "05.03-20090055-0000056789-1023400149"
    assert module_number(b"short") == ""


def test_at_most_one_command_is_in_flight_and_polls_keep_their_distance() -> None:
    poll, now_s, sent = Poll(0.3), 0.0, []
    while now_s < 10:
        data = poll.tick(now_s)
        if data:
            sent.append(now_s)
            [frame] = FrameDecoder().feed(reply(frames.NOT_FOUND))
            poll.take(frame, now_s + 0.02)
            assert not poll.tick(now_s + 0.02)
        now_s += 0.01
    assert len(sent) > 25
    assert min(later - earlier for earlier, later in pairwise(sent)) >= 0.3


@contextlib.asynccontextmanager
async def reading(**options: object) -> AsyncIterator[tuple[IdCardSimulator, RecordingIntake]]:
    simulator = IdCardSimulator()
    async with asyncio.timeout(20), running(simulator):
        intake = RecordingIntake()
        task = asyncio.create_task(SPEC.create("Desk", {**simulator.driver_options(), **options}).run(intake))
        try:
            yield simulator, intake
        finally:
            task.cancel()
            await asyncio.wait([task])


def cards(intake: RecordingIntake) -> list[str]:
    return [one.token for one in intake.readings if isinstance(one, CardReading)]


async def test_a_card_that_stays_is_one_check_in_and_lifting_it_makes_the_next_another() -> None:
    async with reading() as (simulator, intake):
        up = await intake.until(LinkReading)
        assert up == LinkReading("idcard_sdt:desk", True, f"module {module_number(MODULE)}")
        simulator.put()
        await intake.until(CardReading("idcard_sdt:desk", "idcard:11010519491231002X", CardMethod.ID_CARD))
        await simulator.until_asked(frames.FIND, 4)
        assert len(cards(intake)) == 1
        simulator.lift()
        await simulator.until_asked(frames.FIND, 2)
        simulator.put()
        await simulator.until_read()
        await simulator.until_asked(frames.FIND, 1)
        assert cards(intake) == ["idcard:11010519491231002X"] * 2
        simulator.put(FOREIGNER)
        await intake.until(CardReading("idcard_sdt:desk", "idcard:GBR310065010101", CardMethod.ID_CARD))


async def test_firmware_that_finds_a_card_again_makes_no_second_check_in() -> None:
    async with reading() as (simulator, intake):
        simulator.finds_again = True
        simulator.put()
        await simulator.until_asked(frames.READ, 4)
        assert len(cards(intake)) == 1
        simulator.put(PERMIT)
        await intake.until(CardReading("idcard_sdt:desk", "idcard:810000196001010015", CardMethod.ID_CARD))


async def test_a_dumb_reader_is_said_once_and_comes_back() -> None:
    async with reading() as (simulator, intake):
        await intake.until(LinkReading)
        simulator.is_dumb = True
        lost = await intake.until(LinkReading, after=1)
        assert isinstance(lost, LinkReading)
        assert (lost.up, "does not answer" in lost.detail) == (False, True)
        simulator.is_dumb = False
        simulator.put()
        await intake.until(CardReading)
        assert [one.up for one in intake.readings if isinstance(one, LinkReading)] == [True, False, True]


async def test_a_reader_that_refuses_says_why_and_noise_costs_no_card() -> None:
    async with reading() as (simulator, intake):
        await intake.until(LinkReading)
        simulator.refuses = frames.SELF_TEST_FAILED
        await intake.until(LinkReading("idcard_sdt:desk", False, "self test failed"))
        simulator.refuses = None
        simulator.send(b"\xaa\xaa\xaa\x96\x69\x05\x08junk")
        simulator.put()
        await intake.until(CardReading, timeout_s=8)


async def test_nothing_of_a_card_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with reading() as (simulator, intake):
        simulator.put()
        card = await intake.until(CardReading)
        frame = FrameDecoder().feed(read_reply(DEMO_CARD))[0]
        said = caplog.text + repr(card) + repr(frame) + repr(card_data(frame)) + repr(DEMO_CARD)
    assert "11010519491231002" not in said
    assert "测试" not in said


def test_explain_shows_no_person() -> None:
    [explained] = SPEC.explain(read_reply(DEMO_CARD))
    shown = f"{explained.summary} {dict(explained.fields)} {[getattr(one, 'token', '') for one in explained.readings]}"
    assert "002X" in shown
    for word in ("测试", "11010519491231002X", "1949"):
        assert word not in shown


@pytest.mark.parametrize(
    ("options", "key"),
    [({}, "port"), ({"port": "/dev/x", "poll_ms": 299}, "poll_ms"), ({"port": "/dev/x", "baud": 1}, "baud")],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("reader", options)
    assert error.value.key == key


def test_it_is_registered() -> None:
    assert load_drivers().get("idcard_sdt") is SPEC
