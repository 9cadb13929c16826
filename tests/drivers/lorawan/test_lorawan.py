"""LoRa: RAK lines, ChirpStack events, Milesight payloads, which press is which; the driver on both links."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.conformance import RecordingIntake, check_link, running
from anju_drivers.driver import AlarmReading, LinkReading, PositionFix, Reading, Reason, Sighting, StateReading
from anju_drivers.errors import DriverConfigError, FrameError
from anju_drivers.lorawan import SPEC, milesight, payloads
from anju_drivers.lorawan import settings as lora_settings
from anju_drivers.lorawan.events import Joined, Uplink
from anju_drivers.lorawan.frames import RakLines, RakPacket, RakStatus, read_rak_line
from anju_drivers.lorawan.reading_mapper import LorawanReadingMapper
from anju_drivers.lorawan.servers import read_event
from anju_drivers.lorawan.simulator import BUTTON, DOOR, GATEWAY, PENDANT_PREFIX, ChirpStackSimulator, RakSimulator
from anju_drivers.radio_dedup import RadioDedup

DEVICE = f"lorawan:{BUTTON}"
PRESS = bytes.fromhex("01755aff2e02")


def uplink(counter: int, payload: bytes = PRESS, address: str = "01a2b3c4", unique: str = "", **info: object) -> Uplink:
    value: dict[str, Any] = {
        "deviceInfo": {"devEui": BUTTON.upper(), **info}, "devAddr": address, "deduplicationId": unique, "fPort": 85,
        "data": base64.b64encode(payload).decode(), "rxInfo": [{"gatewayId": GATEWAY, "rssi": -80, "snr": 1}],
    }  # fmt: skip
    event = read_event(json.dumps(value | ({"fCnt": counter} if counter else {})).encode(), "up")
    assert isinstance(event, Uplink)
    return event


def make_mapper(**options: object) -> LorawanReadingMapper:
    return LorawanReadingMapper(lora_settings.read("lora", {"mode": "mqtt", "host": "x"} | options), RadioDedup())


def alarms(readings: list[Reading]) -> list[AlarmReading]:
    return [one for one in readings if isinstance(one, AlarmReading)]


@given(st.binary(max_size=80), st.sampled_from(["", *milesight.MODELS]))
def test_any_payload_is_read(payload: bytes, model: str) -> None:
    values = milesight.decode(payload, model)
    whole = milesight.decode(PRESS + payload, model)
    assert whole["battery_pct"] in (90, values.get("battery_pct"))


@given(st.binary(max_size=60), st.integers(0, 255), st.sampled_from(["", *payloads.MODELS]))
def test_any_payload_of_any_maker_becomes_readings(payload: bytes, port: int, model: str) -> None:
    event = replace(uplink(1, payload), port=port)
    for reading in make_mapper(devices={BUTTON: {"model": model}}).map_uplink(event, 0.0):
        if isinstance(reading, PositionFix):
            assert abs(reading.latitude_deg) <= 90
            assert abs(reading.longitude_deg) <= 180


@given(st.binary(max_size=120), st.sampled_from([b"", b"+EVT:RXP2P", b"+EVT:RXP2P:-1:2:", b"{", b'{"deviceInfo":']))
def test_junk_never_raises_anything_else(junk: bytes, head: bytes) -> None:
    with contextlib.suppress(FrameError):
        read_rak_line(head + junk)
    for kind in ("", "up", "join", "status", "ack"):
        with contextlib.suppress(FrameError):
            read_event(head + junk, kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["fCnt", "fPort", "data", "devAddr", "rxInfo", "margin", "batteryLevel", "deduplicationId", "confirmed", "tags"]
)


@given(st.dictionaries(NAMES, JSON, max_size=8), st.sampled_from(["", "up", "join", "status"]))
def test_events_with_any_fields_are_heard_or_refused(fields: dict[str, Any], kind: str) -> None:
    mapper = make_mapper()
    with contextlib.suppress(FrameError):
        event = read_event(json.dumps(fields | {"deviceInfo": {"devEui": BUTTON, "tags": fields}}).encode(), kind)
        if isinstance(event, Uplink):
            mapper.map_uplink(event, 0.0)


SERVER_NAMES = st.sampled_from(
    ["devEUI", "end_device_ids", "uplink_message", "DevEUI_uplink", "meta", "params", "type", "endDevice", "payload",
     "gwInfo", "dev_eui", "device_id", "DevEUI", "devEui", "device", "f_port", "frm_payload", "rx_metadata", "Lrrs",
     "FCntUp", "payload_hex", "counter_up", "radio", "fCnt", "data", "rxInfo", "rssi", "gatewayID"]
)  # fmt: skip
SERVER_VALUES = st.recursive(
    st.sampled_from([BUTTON, "AXVk", "uplink", "-63.0", "1e400", 10**400, -1, 1.5, None, True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SERVER_NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(SERVER_NAMES, SERVER_VALUES, max_size=6), st.sampled_from(["", "up", "rx", "join", "own"]))
def test_events_of_any_server_are_heard_or_refused(value: dict[str, Any], word: str) -> None:
    with contextlib.suppress(FrameError):
        event = read_event(json.dumps(value).encode(), word)
        if isinstance(event, Uplink):
            make_mapper().map_uplink(event, 0.0)


@given(st.lists(st.sampled_from([b"OK", b"+EVT:RXP2P:-28:5:AABB", b"+EVT:RXP2P RECEIVE TIMEOUT"]), max_size=6),
       st.sampled_from([b"\r\n", b"\n", b"\r", b"\r\n\r\n"]), st.integers(1, 9))  # fmt: skip
def test_any_chunking_gives_the_same_lines(lines: list[bytes], end: bytes, size: int) -> None:
    stream = b"".join(line + end for line in lines)
    decoder = RakLines()
    assert [one for at in range(0, len(stream), size) for one in decoder.feed(stream[at : at + size])] == lines


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"+EVT:RXP2P:-28:5:AABB", RakPacket(-28, 5, b"\xaa\xbb")),
        (b"+EVT:RXP2P:-110:-12:", RakPacket(-110, -12, b"")),
        (b"+EVT:RXP2P RECEIVE TIMEOUT", RakStatus("+EVT:RXP2P RECEIVE TIMEOUT")),
        (b"AT_BUSY_ERROR", RakStatus("AT_BUSY_ERROR")),
    ],
)
def test_lines_of_a_module(line: bytes, expected: object) -> None:
    assert read_rak_line(line) == expected


@pytest.mark.parametrize("line", [b"+EVT:RXP2P:-28:5:AAB", b"+EVT:RXP2P:x:5:AA", b"+EVT:RXP2P:-28"])
def test_damaged_packets_are_refused(line: bytes) -> None:
    with pytest.raises(FrameError):
        read_rak_line(line)


def test_the_same_bytes_mean_what_the_model_says() -> None:
    payload = bytes.fromhex("030001")
    assert milesight.decode(payload, "ws301") == {"door": "open"}
    assert milesight.decode(payload, "ws202") == {"pir": "trigger"}
    assert milesight.decode(payload, "vs370") == {"occupancy": "occupied"}
    assert milesight.decode(payload, "ws303") == {"leak": "leak"}
    assert milesight.decode(payload) == {"unknown": ["channel 03 00"]}
    assert milesight.decode(payload + PRESS) == {"unknown": ["channel 03 00"], "battery_pct": 90, "button": "long"}
    assert milesight.decode(bytes.fromhex("ff0304b0" + "ff2e01"), "ws101") == {"button": "short"}
    assert milesight.decode(bytes.fromhex("03f8040100000000"), "vs373")["detection"] == "fall"
    assert payloads.model_in("Milesight EM300-MCS") == "em300-mcs"
    assert payloads.model_in("VS373 868") == "vs373"
    assert payloads.model_in("MOKO LW001-BG PRO") == "lw001"
    assert payloads.model_in("mclimate multipurpose-button") == "mclimate-button"
    assert payloads.model_in("one and another other") == ""


def test_a_missing_counter_is_zero_and_each_uplink_a_press_of_its_own() -> None:
    mapper = make_mapper()
    found = [alarms(mapper.map_uplink(uplink(counter), float(counter)))[0] for counter in (0, 1, 2)]
    assert [alarm.counter for alarm in found] == [0, 1, 2]
    assert len({alarm.press for alarm in found}) == 3
    assert found[0].device == DEVICE
    assert found[0].reasons == {Reason.SOS}
    assert found[0].battery_pct == 90
    assert found[0].receiver == f"lorawan:{GATEWAY}"


def test_a_delivery_that_comes_again_is_the_same_press() -> None:
    mapper = make_mapper()
    first = mapper.map_uplink(uplink(7, unique="u1"), 0.0)
    later = mapper.map_uplink(uplink(8, unique="u2"), 1.0)
    again = mapper.map_uplink(uplink(7, unique="u1"), 2.0)
    assert alarms(again)[0].press == alarms(first)[0].press != alarms(later)[0].press
    assert not [one for one in again if isinstance(one, Sighting)]
    other_server = mapper.map_uplink(uplink(8, unique="u9"), 3.0)
    assert alarms(other_server)[0].press == alarms(later)[0].press
    assert mapper.copies == 2


@pytest.mark.parametrize("way", ["join event", "new address", "unheard join", "same counter later"])
def test_a_lower_counter_after_a_join_is_a_new_press(way: str) -> None:
    mapper = make_mapper()
    before = alarms(mapper.map_uplink(uplink(3), 0.0))[0]
    if way == "join event":
        event = read_event(json.dumps({"deviceInfo": {"devEui": BUTTON}, "devAddr": "01a2b3c4"}).encode(), "join")
        assert isinstance(event, Joined)
        mapper.note_join(event)
        after = uplink(3)
    elif way == "new address":
        after = uplink(3, address="0badcafe")
    elif way == "unheard join":
        after = uplink(0)
    else:
        after = uplink(3)
    now_s = 500.0 if way == "same counter later" else 1.0
    assert alarms(mapper.map_uplink(after, now_s))[0].press != before.press


def test_the_model_comes_from_the_site_a_profile_or_a_tag() -> None:
    door = bytes.fromhex("030001")
    for mapper, info in (
        (make_mapper(devices={BUTTON: {"model": "WS301"}}), {}),
        (make_mapper(profiles={"doors": "ws301"}), {"deviceProfileName": "doors"}),
        (make_mapper(), {"deviceProfileName": "Milesight WS301 868"}),
        (make_mapper(), {"tags": {"model": "ws301"}}),
    ):
        assert StateReading(DEVICE, contact_open=True) in mapper.map_uplink(uplink(1, door, **info), 0.0)
    heard = [one for one in make_mapper().map_uplink(uplink(1, door), 0.0) if isinstance(one, StateReading)]
    assert heard == [StateReading(DEVICE, detail="unknown code channel 03 00")], "somebody should set its model"


def test_what_lasts_is_one_press_until_it_ends() -> None:
    mapper = make_mapper(devices={BUTTON: {"model": "ws303", "device": "lorawan:kitchen"}})
    states = [b"\x01", b"\x01", b"\x00", b"\x01"]
    found = [alarms(mapper.map_uplink(uplink(at, b"\x03\x00" + state), float(at))) for at, state in enumerate(states)]
    assert [len(one) for one in found] == [1, 1, 0, 1]
    assert found[0][0].press == found[1][0].press != found[3][0].press
    assert found[0][0].reasons == {Reason.WATER}
    assert found[0][0].device == "lorawan:kitchen"


def test_a_fall_and_a_loosened_sensor_are_alarms() -> None:
    radar = make_mapper(devices={BUTTON: {"model": "vs373"}})
    (fall,) = alarms(radar.map_uplink(uplink(1, bytes.fromhex("06fb0100000100")), 0.0))
    assert fall.reasons == {Reason.FALL}
    assert not alarms(radar.map_uplink(uplink(2, bytes.fromhex("06fb0100000200")), 1.0))
    (lying,) = alarms(radar.map_uplink(uplink(3, bytes.fromhex("07b00203000000000000" + "06fb0200080100")), 2.0))
    assert lying.reasons == {Reason.GENERAL}
    door = make_mapper(devices={BUTTON: {"model": "ws301"}})
    (loose,) = alarms(door.map_uplink(uplink(1, bytes.fromhex("040001")), 0.0))
    assert loose.reasons == {Reason.TAMPER}


def test_a_site_says_which_payloads_of_a_strange_device_are_calls() -> None:
    mapper = make_mapper(devices={BUTTON: {"model": "other", "calls": ["01", "A5f0"]}})
    assert alarms(mapper.map_uplink(uplink(1, b"\x01\x02"), 0.0))[0].reasons == {Reason.SOS}
    assert alarms(mapper.map_uplink(uplink(2, b"\xa5\xf0"), 1.0))
    quiet = mapper.map_uplink(uplink(3, b"\xa5\xf1"), 2.0)
    assert not [one for one in quiet if not isinstance(one, Sighting)]


def test_a_flag_that_stands_is_one_press_until_it_falls() -> None:
    mapper = make_mapper(devices={BUTTON: {"model": "trackerd"}})
    flags = [0x4F, 0x4F, 0x0F, 0x4F]
    found = [
        alarms(mapper.map_uplink(replace(uplink(at, bytes(8) + bytes([flag, 0xA2, 0x20])), port=3), 60.0 * at))
        for at, flag in enumerate(flags)
    ]
    assert [len(one) for one in found] == [1, 1, 0, 1]
    assert found[0][0].press == found[1][0].press != found[3][0].press
    start = make_mapper(devices={BUTTON: {"model": "lw006"}})
    pressed = bytes.fromhex("6466db2fab0205")
    first, copy = (alarms(start.map_uplink(replace(uplink(7, pressed), port=5), at)) for at in (0.0, 1.0))
    second = alarms(start.map_uplink(replace(uplink(8, pressed), port=5), 2.0))
    assert first[0].press == copy[0].press != second[0].press, "a copy is no second press, a second start is"


def test_only_chosen_presses_mean_sos() -> None:
    mapper = make_mapper(buttons=["long"])
    short = mapper.map_uplink(uplink(1, b"\xff\x2e\x01"), 0.0)
    assert not alarms(short)
    assert StateReading(DEVICE, detail="button pressed: short") in short
    assert alarms(mapper.map_uplink(uplink(2, b"\xff\x2e\x02"), 1.0))


@contextlib.asynccontextmanager
async def served(**options: object) -> AsyncIterator[tuple[ChirpStackSimulator, RecordingIntake]]:
    simulator = ChirpStackSimulator()
    async with running(simulator), asyncio.timeout(25):
        intake = RecordingIntake()
        task = asyncio.create_task(SPEC.create("lora", simulator.driver_options() | options).run(intake))
        try:
            yield simulator, intake
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def test_a_button_a_door_and_a_rejoin_over_mqtt() -> None:
    async with served() as (simulator, intake):
        await simulator.subscribed()
        assert simulator.press() == 1
        await intake.until(AlarmReading)
        simulator.uplink(DOOR, bytes.fromhex("017564030001040000"))
        await intake.until(StateReading(f"lorawan:{DOOR}", battery_pct=100, contact_open=True))
        assert Sighting(DEVICE, f"lorawan:{GATEWAY}", -71) in intake.readings
        simulator.join(BUTTON, "0badcafe")
        simulator.press()
        await intake.until_heard(frames=4)
        assert len({one.press for one in alarms(intake.readings)}) == 2
        simulator.broker.publish(f"application/1/device/{BUTTON}/event/up", b"\x0a\x10binary")
        await intake.until_heard(errors=1)


async def test_a_press_behind_another_server_or_topic_is_heard() -> None:
    """The topic is the site's to choose, and so is the server: what an event is, its fields tell."""
    things_stack = {
        "end_device_ids": {"device_id": "sos-7", "dev_eui": BUTTON.upper(), "dev_addr": "01A2B3C4"},
        "uplink_message": {"f_port": 85, "f_cnt": 3, "frm_payload": "/y4C"},
    }
    gateway = {"devEUI": BUTTON, "fCnt": 4, "fPort": 85, "data": "/y4C", "rxInfo": [{"mac": GATEWAY, "rssi": -60}]}
    async with served(topic="#") as (simulator, intake):
        await simulator.broker.subscribed("#")
        for at, (topic, value) in enumerate(
            (
                ("v3/app@ttn/devices/sos-7/up", things_stack),
                (f"application/TOT/device/{BUTTON}/rx", gateway | {"fCnt": 5}),
                ("community/lora/SOSButton", gateway | {"fCnt": 6}),
                ("community/lora/status", gateway | {"fCnt": 7}),
            )
        ):
            simulator.broker.publish(topic, json.dumps(value).encode(), qos=1)
            while len(alarms(intake.readings)) <= at:
                await intake.until(AlarmReading, after=len(intake.readings))
        assert [one.counter for one in alarms(intake.readings)] == [3, 5, 6, 7]
        assert {one.device for one in alarms(intake.readings)} == {DEVICE}


async def test_a_broker_that_comes_back_is_subscribed_again() -> None:
    async with served() as (simulator, intake):
        await simulator.subscribed()
        await intake.until(LinkReading)
        simulator.unplug()
        while not any(isinstance(one, LinkReading) and not one.up for one in intake.readings):
            await intake.until(LinkReading, after=len(intake.readings))
        simulator.replug()
        await simulator.subscribed()
        simulator.press()
        await intake.until(AlarmReading)


async def test_a_wrong_password_is_said() -> None:
    async with served(user="box", password="wrong") as (simulator, intake):
        simulator.broker.login = ("box", "right")
        link = await intake.until(LinkReading)
        assert isinstance(link, LinkReading)
        assert "refuses user or password" in link.detail


@contextlib.asynccontextmanager
async def plugged(**options: object) -> AsyncIterator[tuple[RakSimulator, RecordingIntake]]:
    simulator = RakSimulator()
    async with running(simulator), asyncio.timeout(25):
        intake = RecordingIntake()
        task = asyncio.create_task(SPEC.create("rak", simulator.driver_options() | options).run(intake))
        try:
            await intake.until(LinkReading("lorawan:simulated-2", True, "receiving"))
            yield simulator, intake
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def test_a_pendant_over_a_module_and_a_module_that_stops_receiving() -> None:
    async with plugged() as (simulator, intake):
        assert simulator.commands == ["AT+PRECV=0", "AT+PRECV=65534"]
        for _ in range(3):
            simulator.receive(PENDANT_PREFIX + b"\x01")
        await intake.until_heard(frames=5)
        found = alarms(intake.readings)
        assert len(found) == 3
        assert len({alarm.press for alarm in found}) == 1
        assert found[0].device == "lorawan:pendant-1"
        assert found[0].counter is None
        simulator.stop_receiving()
        await simulator.receiving.wait()
        simulator.receive(PENDANT_PREFIX + b"\x02")
        await intake.until_heard(frames=9)
        assert len({alarm.press for alarm in alarms(intake.readings)}) == 2


async def test_a_payload_behind_a_prefix_and_an_unpaired_one() -> None:
    senders = [{"prefix": "a17e0002", "device": "lorawan:door-1", "model": "ws301"}]
    async with plugged(senders=senders) as (simulator, intake):
        simulator.receive(b"\x00\x01\x02")
        simulator.receive(bytes.fromhex("a17e0002030001"))
        assert await intake.until(StateReading("lorawan:door-1", contact_open=True))
        simulator.send(b"+EVT:RXP2P:-1:2:ABC\r\n")
        await intake.until_heard(errors=1)


async def test_conformance_over_a_module() -> None:
    assert await check_link(SPEC, {"form": "serial"})


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({}, "mode"),
        ({"mode": "tcp"}, "mode"),
        ({"mode": "mqtt"}, "host"),
        ({"mode": "mqtt", "host": "x", "tls": "yes"}, "tls"),
        ({"mode": "mqtt", "host": "x", "devices": {"12": {}}}, "devices.12"),
        ({"mode": "mqtt", "host": "x", "devices": {BUTTON: {"model": "ws9"}}}, f"devices.{BUTTON}.model"),
        ({"mode": "mqtt", "host": "x", "devices": {BUTTON: {"calls": ["1"]}}}, f"devices.{BUTTON}.calls"),
        ({"mode": "mqtt", "host": "x", "profiles": {"p": 5}}, "profiles.p"),
        ({"mode": "mqtt", "host": "x", "buttons": ["twice"]}, "buttons"),
        ({"mode": "mqtt", "host": "x", "senders": []}, "senders"),
        ({"mode": "serial", "port": "x", "senders": [{"prefix": "a1"}]}, "senders[1].prefix"),
        ({"mode": "serial", "port": "x", "senders": [{"prefix": "a1b2"}]}, "senders[1].device"),
        ({"mode": "serial", "port": "x", "setup": ["AT\r"]}, "setup"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as refused:
        SPEC.create("lora", options)
    assert refused.value.key == key


async def test_the_mqtt_library_is_loaded_only_where_it_is_needed() -> None:
    code = "import sys, anju_drivers.lorawan; print('aiomqtt' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert out.strip() == b"False"


def test_a_gap_in_the_servers_numbers_is_told() -> None:
    mapper = make_mapper()

    def heard(counter: int, address: str = "01") -> list[str]:
        event = {"deviceInfo": {"devEui": BUTTON}, "devAddr": address, "fCnt": counter, "fPort": 85, "data": "AXVk"}
        uplink = read_event(json.dumps(event).encode(), "up")
        assert isinstance(uplink, Uplink)
        return [one.detail for one in mapper.map_uplink(uplink, float(counter)) if isinstance(one, StateReading)]

    assert heard(5) == [""], "what was before the first one is not known"
    assert heard(6) == [""]
    assert heard(9) == ["", "2 messages missing before number 9"]
    assert heard(9) == [], "a copy"
    assert heard(0) == [""], "it joined anew"
    assert heard(2, "02") == [""]
    assert mapper.missing == 2
