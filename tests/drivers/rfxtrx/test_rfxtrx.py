"""RFXtrx433: framing, what packets mean, learned codes; and the driver at a pseudo-terminal."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from RFXtrx import lowlevel

from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import AlarmReading, LinkReading, Reading, Reason, Sighting, StateReading
from anju_drivers.errors import DriverConfigError, FrameError
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.rfxtrx import SPEC
from anju_drivers.rfxtrx import settings as rfx_settings
from anju_drivers.rfxtrx.frames import LIGHTING4, SECURITY1, FrameDecoder, Packet
from anju_drivers.rfxtrx.packets import read_packet
from anju_drivers.rfxtrx.reading_mapper import RfxtrxReadingMapper
from anju_drivers.rfxtrx.simulator import DEMO_CODE, RfxtrxSimulator
from support import paths

VECTORS = json.loads((paths.VECTORS / "rfxtrx433.json").read_text(encoding="utf-8"))
FRAMES = [bytes.fromhex(item["input_hex"]) for item in VECTORS if item["expect"].get("packet_class")]
PANIC = bytes.fromhex("08200207d3dc540679")


def security(status: int, subtype: int = 2, battery: int = 9, sequence: int = 1) -> Packet:
    body = bytes((SECURITY1, subtype, sequence, 0x0A, 0x1B, 0x2C, status, 0x70 | battery))
    packet = read_packet(bytes((len(body),)) + body)
    assert packet is not None
    return packet


def code(value: int, sequence: int = 1) -> Packet:
    body = bytes((LIGHTING4, 0, sequence)) + value.to_bytes(3, "big") + b"\x01\x5e\x70"
    packet = read_packet(bytes((len(body),)) + body)
    assert packet is not None
    return packet


def make_mapper(**options: object) -> RfxtrxReadingMapper:
    return RfxtrxReadingMapper(rfx_settings.read("rfx", {"port": "/dev/null"} | options), RadioDedup())


def alarms(readings: list[Reading]) -> list[AlarmReading]:
    return [one for one in readings if isinstance(one, AlarmReading)]


def test_the_classes_are_those_of_the_library() -> None:
    assert set(rfx_settings.CLASSES) == {one.__name__ for one in lowlevel.PACKET_TYPES.values()}


def test_every_packet_type_of_the_library_is_a_frame() -> None:
    for kind in lowlevel.PACKET_TYPES:
        size = {LIGHTING4: 9, SECURITY1: 8, 0x02: 4}.get(kind, 12)
        frame = bytes((size, kind)) + bytes(size - 1)
        assert FrameDecoder().feed(frame) == [frame]


@given(st.lists(st.sampled_from(FRAMES), max_size=8), st.integers(1, 9))
def test_any_chunking_gives_the_same_frames(frames: list[bytes], size: int) -> None:
    stream = b"\x00".join(frames)
    decoder = FrameDecoder()
    assert [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])] == frames
    assert decoder.skipped == 0


@given(st.binary(max_size=120))
def test_after_junk_and_a_pause_the_next_frame_is_heard(junk: bytes) -> None:
    decoder = FrameDecoder()
    decoder.feed(junk)
    decoder.idle()
    assert decoder.pending == 0
    assert decoder.feed(PANIC) == [PANIC]


@given(st.integers(4, 40), st.sampled_from(sorted(lowlevel.PACKET_TYPES)), st.binary(min_size=40, max_size=40))
def test_any_packet_is_read_or_refused(length: int, kind: int, rest: bytes) -> None:
    frame = bytes((length, kind)) + rest[: length - 1]
    with contextlib.suppress(FrameError):
        packet = read_packet(frame)
        if packet is not None:
            make_mapper(classes=["Security1", "TempHumid"]).map_packet(packet, 0.0)


@pytest.mark.parametrize(
    ("status", "subtype", "battery", "reasons"),
    [
        (0x06, 2, 9, {Reason.PANIC}),
        (0x86, 2, 0, {Reason.PANIC, Reason.TAMPER, Reason.LOW_BATTERY}),
        (0x06, 3, 9, {Reason.SMOKE}),
        (0x02, 9, 9, {Reason.SMOKE}),
        (0x02, 8, 9, {Reason.GENERAL}),
        (0x80, 0, 9, {Reason.TAMPER}),
        (0x16, 6, 9, {Reason.LOW_BATTERY}),
        (0x02, 4, 9, set()),
        (0x04, 1, 9, set()),
        (0x09, 2, 9, set()),
    ],
)
def test_what_a_security_status_means(status: int, subtype: int, battery: int, reasons: set[Reason]) -> None:
    found = alarms(make_mapper().map_packet(security(status, subtype, battery), 0.0))
    assert {reason for alarm in found for reason in alarm.reasons} == reasons


def test_a_door_sensor_tells_its_contact_and_a_site_may_say_otherwise() -> None:
    readings = make_mapper().map_packet(security(0x02, 0), 0.0)
    assert StateReading("rfxtrx:security1-0a1b2c", battery_pct=100, contact_open=True) in readings
    leak = {"class": "Security1", "id": "0a1b2c", "reasons": ["water"], "device": "rfxtrx:leak-1"}
    (alarm,) = alarms(make_mapper(paired=[leak]).map_packet(security(0x02, 0), 0.0))
    assert alarm.device == "rfxtrx:leak-1"
    assert alarm.reasons == {Reason.WATER}


def test_a_learned_code_acts_only_when_paired() -> None:
    mapper = make_mapper()
    (sighting,) = mapper.map_packet(code(0x123450), 0.0)
    assert sighting == Sighting("rfxtrx:lighting4-123450", "rfxtrx:rfx", -64)
    assert mapper.unpaired == 1
    exact, any_key = {"class": "Lighting4", "id": "123450"}, {"class": "Lighting4", "id": "12345*"}
    assert alarms(make_mapper(paired=[exact]).map_packet(code(0x123450), 0.0))
    assert not alarms(make_mapper(paired=[exact]).map_packet(code(0x123458), 0.0))
    assert alarms(make_mapper(paired=[any_key]).map_packet(code(0x123458), 0.0))
    remote = read_packet(bytes.fromhex("0b11002a0123456705010f70"))
    assert remote is not None
    pair = {"class": "Lighting2", "id": "1234567:5", "command": "On"}
    assert bool(alarms(make_mapper(paired=[pair]).map_packet(remote, 0.0))) is (remote.command == "On")


@pytest.mark.parametrize(
    ("frame", "identity", "rssi"),
    [
        ("0716000000ff0d30", "00:ff", 3),  # Byron SX: two bytes, then which sound
        ("08160000009a030010", "00:9a", 1),  # the same with the byte of newer firmware
        ("0716020900a1f350", "00:a1:f3", 5),  # Select Plus
        ("0816020203ffff0020", "03:ff:ff", 2),
        ("0716010511 5f5440".replace(" ", ""), "11:5f:54", 4),  # Byron MP001
        ("0716030623458540", "23:45:80", 4),  # Byron BY: 17 bits, and a key
        ("0716030623458140", "23:45:80", 4),
        ("071604 04ffffff80".replace(" ", ""), "ff:ff:ff", 8),  # Envivo
        ("0816070000ff0d0160", "00:ff:0d:01", 6),  # Byron DBY
        ("0816063403ffffff70", "03:ff:ff:ff", 7),  # 1byOne QH-A19
    ],
)
def test_a_chimes_identity_is_as_long_as_its_maker_has_it(frame: str, identity: str, rssi: int) -> None:
    packet = read_packet(bytes.fromhex(frame))
    assert packet is not None
    assert (packet.id_string, packet.rssi) == (identity, rssi)


def test_a_neighbours_doorbell_is_not_the_paired_button() -> None:
    ours, theirs = (read_packet(bytes.fromhex(one)) for one in ("0716020900a1f350", "0716020900a10450"))
    assert ours is not None
    assert theirs is not None
    mapper = make_mapper(paired=[{"class": "Chime", "id": "00:a1:f3", "device": "rfxtrx:call-7"}])
    (press,) = [one for one in mapper.map_packet(ours, 0.0) if isinstance(one, AlarmReading)]
    assert press.device == "rfxtrx:call-7"
    assert press.reasons == {Reason.SOS}
    assert not [one for one in mapper.map_packet(theirs, 10.0) if isinstance(one, AlarmReading)]
    as_before = make_mapper(paired=[{"class": "Chime", "id": "00:a1"}])
    assert [one for one in as_before.map_packet(ours, 0.0) if isinstance(one, AlarmReading)], "paired by two bytes once"


def test_copies_of_a_burst_are_one_press_whatever_the_transceiver_counts() -> None:
    mapper = make_mapper(paired=[{"class": "Lighting4", "id": "123450"}])
    found = [one for at in range(5) for one in alarms(mapper.map_packet(code(0x123450, at), at / 10))]
    assert len({alarm.press for alarm in found}) == 1
    assert len(found) == 5
    mapper.map_packet(security(0x06), 1.0)
    first = alarms(mapper.map_packet(security(0x06), 1.1))[0]
    mapper.map_packet(security(0x07), 1.2)
    assert alarms(mapper.map_packet(security(0x06), 1.3))[0].press != first.press


def test_sensors_are_heard_only_where_enabled() -> None:
    packet = read_packet(bytes.fromhex("0a520211700200a72d0089"))
    assert packet is not None
    mapper = make_mapper()
    assert mapper.map_packet(packet, 0.0) == []
    assert mapper.unlisted == 1
    readings = make_mapper(classes=["TempHumid"]).map_packet(packet, 0.0)
    state = StateReading("rfxtrx:temphumid-70-02", battery_pct=100, temperature_c=16.7, humidity_pct=45.0)
    assert readings[-1] == state


@contextlib.asynccontextmanager
async def connected(**options: object) -> AsyncIterator[tuple[RfxtrxSimulator, RecordingIntake]]:
    simulator = RfxtrxSimulator()
    async with running(simulator):
        intake = RecordingIntake()
        task = asyncio.create_task(SPEC.create("rfx", simulator.driver_options() | options).run(intake))
        try:
            await intake.until(LinkReading("rfxtrx:simulated-1", True, "receiving"))
            yield simulator, intake
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def test_a_transceiver_is_started_and_heard() -> None:
    async with connected() as (simulator, intake):
        assert simulator.started.is_set()
        simulator.code(DEMO_CODE)
        alarm = await intake.until(AlarmReading)
        assert isinstance(alarm, AlarmReading)
        assert (alarm.device, alarm.counter, alarm.rssi_dbm) == ("rfxtrx:pendant-1", None, -64)


async def test_line_noise_is_counted_and_the_next_press_heard() -> None:
    async with connected() as (simulator, intake):
        simulator.send(b"\x14\x10\x20")  # looks like the head of a long frame
        await intake.until_heard(errors=1)
        await simulator.demonstrate()
        await intake.until(AlarmReading)


async def test_a_silent_transceiver_is_lost_and_comes_back() -> None:
    async with connected(silent_s=5) as (simulator, intake):
        simulator.deaf = True
        lost = LinkReading("rfxtrx:simulated-1", False, "the transceiver does not answer")
        await intake.until(lost, timeout_s=10)
        simulator.deaf = False
        before = intake.readings.index(lost)
        await intake.until(LinkReading("rfxtrx:simulated-1", True, "receiving"), after=before, timeout_s=10)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"classes": ["Lighting4"]}, "classes"),
        ({"classes": ["Nothing"]}, "classes"),
        ({"paired": [{"class": "Lighting4"}]}, "paired[1].id"),
        ({"paired": [{"class": "Lighting9", "id": "1"}]}, "paired[1].class"),
        ({"paired": [{"class": "Lighting4", "id": "*"}]}, "paired[1].id"),
        ({"paired": [{"class": "Lighting4", "id": "1", "reasons": ["x"]}]}, "paired[1].reasons"),
        ({"paired": "all"}, "paired"),
        ({"baud": 1}, "baud"),
    ],
)
def test_bad_options_are_named(change: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as refused:
        SPEC.create("rfx", {"port": "/dev/null"} | change)
    assert refused.value.key == key
