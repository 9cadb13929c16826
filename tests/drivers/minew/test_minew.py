"""Minew receivers: bodies of all forms, and pushes over HTTP to the driver."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju_drivers.ble import SPEC as BLE
from anju_drivers.ble.frames import RSSI_UNKNOWN
from anju_drivers.ble.shared_state import SharedState
from anju_drivers.ble.simulator import SOS_IBEACON, SOS_UUID, Band, BleSimulator
from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import AlarmReading, LinkReading, Reason, Sighting, StateReading
from anju_drivers.errors import DriverConfigError, FrameError
from anju_drivers.minew import SPEC
from anju_drivers.minew import settings as minew_settings
from anju_drivers.minew.driver import MinewDriver, PushMapper
from anju_drivers.minew.frames import Heard, Packet, read_push
from anju_drivers.minew.reports import rebuild, reports
from anju_drivers.minew.simulator import (
    FORMS,
    RECEIVER,
    SECRET,
    MinewSimulator,
    encode_connect,
    encode_json,
    encode_long,
)
from support import paths

BAND = "ac233fc001aa"
VECTORS = json.loads((paths.VECTORS / "minew_gateway.json").read_text(encoding="utf-8"))
PACKETS = st.builds(Packet, st.binary(max_size=62), st.integers(-128, 20), st.integers(0, 255))
SENDERS = st.lists(
    st.builds(Heard, st.binary(min_size=6, max_size=6), st.lists(PACKETS, max_size=4).map(tuple), st.just({})),
    max_size=6,
)


@given(SENDERS)
def test_binary_long_round_trip(heard: list[Heard]) -> None:
    push = read_push(encode_long(RECEIVER, heard))
    assert push.receiver == RECEIVER
    assert list(push.heard) == heard


@given(SENDERS)
def test_connect_round_trip(heard: list[Heard]) -> None:
    """Connect has an entry for each packet and no address type that is known."""
    flat = [Heard(one.address, (packet._replace(response=None),)) for one in heard for packet in one.packets]
    assert list(read_push(encode_connect(heard)).heard) == flat


@given(SENDERS, st.booleans())
def test_json_round_trip(heard: list[Heard], raw: bool) -> None:
    flat = [(one.address, packet.advert, packet.rssi_dbm) for one in heard for packet in one.packets]
    push = read_push(encode_json(RECEIVER, heard, raw))
    assert push.form == ("json_raw" if raw else "json_long")
    assert [(one.address, one.packets[0].advert, one.packets[0].rssi_dbm) for one in push.heard] == flat


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xbb\x01", b"\xbb\x02", b"\xbb\x00", b"[", b"[{"]))
def test_junk_is_refused_without_other_errors(junk: bytes, head: bytes) -> None:
    with contextlib.suppress(FrameError):
        read_push(head + junk)


@pytest.mark.parametrize("item", [item for item in VECTORS if "input_hex" in item], ids=lambda item: item["name"])
def test_every_cut_of_a_capture_is_refused(item: dict[str, Any]) -> None:
    body = bytes.fromhex(item["input_hex"])
    for size in range(0, len(body), 7):
        with pytest.raises(FrameError):
            read_push(body[:size])


@given(st.sampled_from([item for item in VECTORS if "input_hex" in item]), st.data())
@settings(max_examples=60)
def test_damaged_captures_are_heard_or_refused(item: dict[str, Any], data: st.DataObject) -> None:
    body = bytearray(bytes.fromhex(item["input_hex"]))
    for _ in range(3):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FrameError):
        for heard in read_push(bytes(body)).heard:
            list(reports(heard))


def test_deeply_nested_json_is_refused() -> None:
    with pytest.raises(FrameError):
        read_push(b"[" * 100_000)


def test_zeros_that_a_firmware_drops_from_an_address_come_back() -> None:
    body = json.dumps([{"type": "Gateway", "mac": "AC233FC001EA"}, {"mac": "32E4A1AA95A", "rssi": -60}]).encode()
    assert read_push(body).heard[0].address == bytes.fromhex("032e4a1aa95a")
    body = body.replace(b"32E4A1AA95A", b"3:2E:4A:1A:A9:5A")
    assert read_push(body).heard[0].address == bytes.fromhex("032e4a1aa95a")


def test_odd_entries_do_not_hide_the_others() -> None:
    entries: list[object] = [
        {"type": "Gateway", "mac": "AC233FC001EA"}, None, 5, {}, {"mac": 7}, {"mac": "zz"}, {"mac": BAND, "rssi": None},
        {"mac": BAND, "rssi": -50, "rawData": "0201060"},
    ]  # fmt: skip
    heard = read_push(json.dumps(entries).encode()).heard
    assert [one.packets for one in heard] == [(), (Packet(bytes.fromhex("020106"), -50),)]


@pytest.mark.parametrize(
    ("rssi", "expected"),
    [("-71", -71), (" -71.4", -71), ("strong", RSSI_UNKNOWN), (None, RSSI_UNKNOWN), (True, RSSI_UNKNOWN)]
    + [(text, RSSI_UNKNOWN) for text in ("nan", "-inf", "1e999", "-5" * 50)],
)
def test_a_press_counts_however_its_strength_is_written(rssi: object, expected: int) -> None:
    entry = {"mac": BAND, "rssi": rssi, "rawData": "020106"}
    body = json.dumps([{"type": "Gateway", "mac": "AC233FC001EA"}, entry]).encode()
    assert read_push(body).heard[0].packets == (Packet(bytes.fromhex("020106"), expected),)


def feed() -> PushMapper:
    config = minew_settings.read(MinewSimulator().driver_options())
    return PushMapper(config.receivers[0], SharedState())


async def test_one_sighting_of_a_device_in_a_push() -> None:
    intake = RecordingIntake()
    address, advert = bytes.fromhex(BAND), Band(BAND).advertising_data(False)
    packets = tuple(Packet(advert, rssi, 0) for rssi in (-70, -90, -60))
    feed().hand_over(read_push(encode_long(RECEIVER, [Heard(address, packets)])), intake, 0.0)
    assert [one for one in intake.readings if isinstance(one, Sighting)] == [
        Sighting(f"ble:{BAND}", "minew:simulated-1", -70)
    ]
    config = minew_settings.read(MinewSimulator().driver_options() | {"rssi": "max"})
    strongest = PushMapper(config.receivers[0], SharedState(), config.strongest)
    strongest.hand_over(read_push(encode_long(RECEIVER, [Heard(address, packets)])), intake, 0.0)
    assert intake.readings[-1] == Sighting(f"ble:{BAND}", "minew:simulated-1", -60)


async def test_alarms_of_a_push_come_before_its_sightings() -> None:
    intake = RecordingIntake()
    heard = [Heard(bytes.fromhex(f"ac233fc0{number:04x}"), (Packet(b"", -60, 0),)) for number in range(50)]
    heard.append(Heard(bytes.fromhex(BAND), (Packet(Band(BAND).advertising_data(True), -60, 0),)))
    feed().hand_over(read_push(encode_long(RECEIVER, heard)), intake, 0.0)
    assert isinstance(intake.readings[0], AlarmReading)


def test_phones_are_told_from_bands_where_the_address_type_is_missing() -> None:
    phone = bytes.fromhex("02011a020a0c0aff4c0010054b1cdb1127")
    band = Band("201811167712").advertising_data(False)
    for address, advert, is_band in (("6d24188177a4", phone, False), ("201811167712", band, True), (BAND, phone, True)):
        for response in (None, 0):  # JSON, and binary of firmware before 3.1.3
            (report,) = reports(Heard(bytes.fromhex(address), (Packet(advert, -50, response),)))
            assert (report.address_type == 0) is is_band
        (report,) = reports(Heard(bytes.fromhex(address), (Packet(advert, -50, 0x06),)))
        assert report.address_type == 1


def test_values_that_a_receiver_decoded_reach_the_decoders() -> None:
    mapper = feed()
    intake_less = [
        {"type": "Gateway", "mac": RECEIVER.hex()},
        {"mac": BAND, "type": "S1", "rssi": -54, "battery": 100, "temperature": 26.69, "humidity": 65.14},
        {"mac": BAND, "type": "iBeacon", "rssi": -54, "ibeaconUuid": SOS_UUID.hex().upper(), "ibeaconMajor": 1,
         "ibeaconMinor": 2, "ibeaconTxPower": -59, "battery": 0},
    ]  # fmt: skip
    readings = []
    for heard in read_push(json.dumps(intake_less).encode()).heard:
        for report in reports(heard):
            readings += mapper.mapper.map_report(report, 0.0)
    (state,) = [one for one in readings if isinstance(one, StateReading)]
    assert (state.battery_pct, state.temperature_c, state.humidity_pct) == (100, 26.69, 65.14)
    (alarm,) = [one for one in readings if isinstance(one, AlarmReading)]
    assert alarm.device == f"ble:{BAND}"
    assert rebuild(bytes(6), {"battery": "full", "ibeaconUuid": 5}) == b""


@contextlib.asynccontextmanager
async def listening(
    form: str = "binary_long", **options: object
) -> AsyncIterator[tuple[MinewDriver, MinewSimulator, RecordingIntake]]:
    """A driver that listens, and a receiver that pushes when it is told to."""
    simulator = MinewSimulator([Band(BAND)], form=form)
    driver = SPEC.create("stairs", simulator.driver_options() | {"port": 0} | options)
    assert isinstance(driver, MinewDriver)
    intake = RecordingIntake()
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading)
        assert driver.port is not None
        simulator.port = driver.port
        yield driver, simulator, intake
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("form", FORMS)
async def test_a_press_in_each_form_and_each_press_is_its_own(form: str) -> None:
    async with listening(form) as (_, simulator, intake):
        assert await simulator.push() == 200
        assert isinstance(await intake.until(Sighting), Sighting)
        await simulator.press_sos(BAND)
        first = await intake.until(AlarmReading)
        await simulator.push()
        await simulator.release_sos(BAND)
        await simulator.press_sos(BAND)
        alarms = [one for one in intake.readings if isinstance(one, AlarmReading)]
        assert isinstance(first, AlarmReading)
        assert first.device == f"ble:{BAND}"
        assert first.reasons == {Reason.SOS}
        assert first.receiver == "minew:simulated-1"
        assert len({alarm.press for alarm in alarms}) == 2


async def test_a_press_heard_by_serial_and_lan_is_one() -> None:
    serial = BleSimulator([Band(BAND, period_s=0.1)], jitter_db=0)
    async with listening() as (_, simulator, intake), running(serial):
        task = asyncio.create_task(BLE.create("serial", serial.driver_options()).run(intake))
        try:
            await serial.until_scanning()
            await simulator.push()
            await intake.until(StateReading)
            serial.press_sos(BAND)
            await intake.until(AlarmReading)
            await simulator.press_sos(BAND)
            alarms = [one for one in intake.readings if isinstance(one, AlarmReading)]
            assert {alarm.receiver for alarm in alarms} == {"ble:receiver-1", "minew:simulated-1"}
            assert len({alarm.press for alarm in alarms}) == 1
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def test_the_answer_is_200_and_empty_whatever_the_body() -> None:
    async with listening() as (_, simulator, intake):
        assert await simulator.post(b"\xbb\x01 cut") == 200
        assert await simulator.post(b"", "application/octet-stream") == 200
        assert await simulator.push() == 200
        assert intake.errors["minew:simulated-1"] == 2
        await intake.until(Sighting)


async def test_a_push_in_the_name_of_another_receiver_is_refused() -> None:
    async with listening() as (_, simulator, intake):
        heard = [Heard(bytes.fromhex(BAND), (Packet(Band(BAND).advertising_data(True), -60, 0),))]
        await simulator.post(encode_long(bytes(6), heard))
        assert intake.errors["minew:simulated-1"] == 1
        assert not [one for one in intake.readings if isinstance(one, AlarmReading)]


async def test_wrong_secret_wrong_source_and_too_large() -> None:
    async with listening() as (driver, simulator, _):
        assert await simulator.post(bytes(300 * 1024)) == 413
        simulator.secret = "x" * 24
        assert await simulator.push() == 404
        assert driver.refused == 1


async def test_dribbling_connections_do_not_keep_a_receiver_out() -> None:
    """400 untrusted senders from 50 addresses hold half a request each; every good push is answered meanwhile."""
    async with listening() as (driver, simulator, intake), contextlib.AsyncExitStack() as connections:
        for number in range(400):
            _, writer = await asyncio.open_connection(
                "127.0.0.1", driver.port, local_addr=(f"127.0.1.{number % 50 + 1}", 0)
            )
            writer.write(b"POST /minew/" + b"x" * (number % 40))
            connections.callback(writer.close)
        for _ in range(50):
            assert await simulator.push() == 200
        await intake.until(Sighting)


async def test_a_receiver_that_falls_silent_is_said_once() -> None:
    async with listening(silent_s=3) as (_, simulator, intake):
        await simulator.push()
        assert await intake.until(LinkReading("minew:simulated-1", True, "binary_long"))
        assert await intake.until(LinkReading("minew:simulated-1", False, "no push for 3 s"), timeout_s=6)
        await simulator.push()
        links = [one.up for one in intake.readings if isinstance(one, LinkReading) and "simulated" in one.device]
        assert links == [True, False, True]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"bind": "0.0.0.0"}, "bind"),
        ({"receivers": {}}, "receivers"),
        ({"receivers": {"a": {"secret": "short"}}}, "receivers.a.secret"),
        ({"receivers": {"a": {"secret": SECRET, "mac": "12"}}}, "receivers.a.mac"),
        ({"receivers": {"a": {"secret": SECRET, "sources": ["here"]}}}, "receivers.a.sources"),
        ({"receivers": {"a": {"secret": SECRET}, "b": {"secret": SECRET}}}, "receivers"),
        ({"receivers": {"a": {"secret": SECRET, "no": 1}}}, "receivers.a.no"),
        ({"rssi": "mean"}, "rssi"),
        ({"sos": [{"ibeacon": "x"}]}, "sos[1].ibeacon"),
        ({"silent_s": 1}, "silent_s"),
    ],
)
def test_bad_options_are_named(change: dict[str, object], key: str) -> None:
    good = {"bind": "127.0.0.1", "receivers": {"a": {"secret": SECRET}}, "sos": [{"ibeacon": SOS_IBEACON}]}
    with pytest.raises(DriverConfigError) as refused:
        SPEC.create("x", good | change)
    assert refused.value.key == key


def test_explain_names_receiver_and_senders() -> None:
    body = bytes.fromhex(next(item for item in VECTORS if item["name"].startswith("binary_long_accel"))["input_hex"])
    first, second = SPEC.explain(body)
    assert first.fields["gateway_mac"] == "AC:23:3F:FF:FF:FF"
    assert second.readings == (StateReading("ble:fee150bada55", battery_pct=74),)
    assert SPEC.explain(b"\xbb\x00")[0].summary.startswith("damaged body: binary short form")
