"""Dahua event streams: framing traps, codes, privacy, and the driver against a simulated recorder."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.cameras.triggers import KINDS, TriggerFilter, TriggerTiming
from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.dahua import SPEC
from anju_drivers.dahua.codes import CODES, KIND_BY_CODE, Event, kind_of
from anju_drivers.dahua.driver import PATH, DahuaCamera
from anju_drivers.dahua.frames import MAX_DATA_BYTES, DahuaDecoder, Heartbeat, Message, Picture
from anju_drivers.dahua.simulator import RecorderSimulator, event, part
from anju_drivers.driver import LinkReading, StateReading, TriggerReading, TriggerState
from anju_drivers.errors import DeviceRefused, DriverConfigError
from support.paths import VECTORS

STREAM = "multipart/x-mixed-replace; boundary=myboundary"
CAPTURES = json.loads((VECTORS / "dahua.json").read_text(encoding="utf-8"))


def decode(data: bytes, content_type: str = STREAM, **types: str) -> list[Message]:
    decoder = DahuaDecoder(content_type, types)
    return decoder.feed(data) + decoder.close()


def one_event(data: bytes) -> Event:
    (found,) = [one for one in decode(data) if isinstance(one, Event)]
    return found


# ---- framing


def test_an_event_is_out_as_soon_as_its_length_is_reached() -> None:
    decoder = DahuaDecoder(STREAM)
    whole = part(event("CrossLineDetection", index=3))
    cut = whole.index(b"index=3") + len(b"index=3")
    assert decoder.feed(whole[: cut - 1]) == []
    (found,) = decoder.feed(whole[cut - 1 : cut])
    assert isinstance(found, Event)
    assert found.channel == 4


def test_an_event_is_out_as_soon_as_its_json_closes() -> None:
    decoder = DahuaDecoder(STREAM)
    whole = part(event("VideoMotion", data={"RegionName": ["Region1"]}), length=-1)
    cut = whole.rindex(b"}") + 1
    assert decoder.feed(whole[: cut - 1]) == []
    (found,) = decoder.feed(whole[cut - 1 : cut])
    assert isinstance(found, Event)
    assert found.region == "Region1"


@pytest.mark.parametrize("length", [-1, 0, 5, 43, 45, 46, 47, 999])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_lengths_and_line_ends_that_lie(length: int, line_end: bytes) -> None:
    stream = part(event("CrossLineDetection", index=3), length) + part(event("VideoLoss", "Stop", 1), length)
    found = [one for one in decode(stream.replace(b"\r\n", line_end)) if isinstance(one, Event)]
    assert [(one.kind, one.channel) for one in found] == [("line_crossing", 4), ("video_loss", 2)]


@pytest.mark.parametrize(
    "stream",
    [
        b"Code=VideoMotion;action=Start;index=0\r\nCode=VideoMotion;action=Stop;index=0\r\n",
        b"Code=VideoMotion; action=Start; index=0; data={}\nCode=VideoMotion;action=Stop;index=0;data=x=y;z\n",
        b"--myboundary\r\nContent-Length:37\r\nCode=VideoMotion;action=Start;index=0\r\n--myboundary\r\n"
        b"Content-Length:36\r\nCode=VideoMotion;action=Stop;index=0",
        b'Code=VideoMotion;action=Start;index=0;data={"a": "}{;=\\"\n--x", "b": [1]}\r\n'
        b"Code=VideoMotion;action=Stop;index=0;data={\r\n--myboundary\r\n",
        b'--other\r\n\r\nCode=VideoMotion;action=Start;index=0;data={"a"--other\r\nCode=VideoMotion;action=Stop;index=0',
        b'Code=VideoMotion;action=Start;index=0;data={"a": "never closed\nCode=VideoMotion;action=Stop;index=0\n',
        b"Code=Heartbeat;action=Pulse;index=0;data={}\r\nCode=VideoMotion;action=Start;index=0;data={}\r\n"
        b"Heartbeat\r\nCode=VideoMotion;action=Stop;index=0;data={}\r\n",
    ],
)
def test_shapes_of_two_events(stream: bytes) -> None:
    whole = [one for one in decode(stream) if isinstance(one, Event)]
    assert [(one.kind, one.state, one.channel) for one in whole] == [("motion", "active", 1), ("motion", "inactive", 1)]
    decoder = DahuaDecoder(STREAM)
    single = [one for at in range(len(stream)) for one in decoder.feed(stream[at : at + 1])] + decoder.close()
    assert [one for one in single if isinstance(one, Event)] == whole


def test_a_name_with_line_end_and_code_page() -> None:
    line = b'Code=CrossRegionDetection;action=Start;index=0;data={"Name": "' + "东\n门".encode("gb18030") + b'"}\n'
    assert one_event(line).rule == "东\n门"


def test_an_endless_json_keeps_its_event_and_little_memory() -> None:
    decoder = DahuaDecoder(STREAM)
    out = decoder.feed(b"Code=VideoMotion;action=Start;index=0;data={")
    for _ in range(20):
        out += decoder.feed(b'"a": 1, ' * 1000)
    assert [one.kind for one in out if isinstance(one, Event)] == ["motion"]
    assert len(decoder._buffer) <= MAX_DATA_BYTES
    out = decoder.feed(b"\r\n" + part(event("VideoBlind")))
    assert [one.kind for one in out if isinstance(one, Event)] == ["tamper"]


def test_dhip_frames_in_pieces() -> None:
    body = json.dumps({"params": {"eventList": [{"Code": "Invite", "Action": "Pulse", "Index": 0}]}}).encode()
    head = b"\x20\x00\x00\x00DHIP" + bytes(8) + len(body).to_bytes(4, "little") + bytes(12)
    stream = (head + body) * 2
    decoder = DahuaDecoder()
    found = [one for at in range(0, len(stream), 5) for one in decoder.feed(stream[at : at + 5])]
    assert [one.kind for one in found if isinstance(one, Event)] == ["call_button"] * 2


# ---- meaning


def test_every_code_has_a_kind_and_the_site_goes_first() -> None:
    assert set(KIND_BY_CODE.values()) <= KINDS
    assert kind_of("FallDown", {}, {"falldown": "fall"}) == "fall"
    assert kind_of("VideoMotion", {}, {"videomotion": "ignored"}) == "ignored"
    assert kind_of("SomethingNew", {}, {}) == "unknown"


@pytest.mark.parametrize(
    "code",
    [
        "FaceDetection",
        "FaceRecognition",
        "AccessControl",
        "TrafficJunction",
        "HumanTrait",
        "DoorCard",
        "FingerPrintCheck",
        "DoorNotClosed",
    ],
)
def test_faces_plates_and_cards_stay_out(code: str) -> None:
    data = {"Name": "Zhang San", "RegionName": "x", "Object": {"ObjectType": "Human", "PlateNumber": "A12345"}}
    found = one_event(event(code, data=data))
    assert found.kind == "ignored"
    assert "Zhang" not in repr(found)
    assert "A12345" not in repr(found)
    (explained,) = SPEC.explain(event(code, data=data))
    assert explained.readings == ()


def test_pictures_are_skipped_unread_and_the_triggers_around_them_kept() -> None:
    marker = b"Code=VideoBlind;action=Start;index=0"  # inside a picture it is no event
    picture = b"\xff\xd8\xff" + marker + bytes(70_000) + b"\xff\xd9"
    stream = part(event("VideoMotion")) + part(picture, content_type="image/jpeg") + part(event("VideoLoss", index=1))
    for size in (1 << 20, 1000, 7):
        decoder = DahuaDecoder(STREAM)
        found, most = [], 0
        for at in range(0, len(stream), size):
            found += decoder.feed(stream[at : at + size])
            most = max(most, len(decoder._buffer))
        assert [one.kind for one in found if isinstance(one, Event)] == ["motion", "video_loss"]
        assert sum(isinstance(one, Picture) for one in found) == 1
        assert most <= 8192 + size
        assert decoder.dropped == 0


@pytest.mark.parametrize(
    ("state", "kind"), [(0, "ignored"), (1, "call_button"), (2, "call_button"), (5, "ignored"), (8, "ignored")]
)
def test_the_states_of_a_door_station(state: int, kind: str) -> None:
    assert one_event(event("BackKeyLight", "Pulse", -1, {"State": state})).kind == kind


def test_times() -> None:
    said = one_event(event("VideoMotion", data={"UTC": "1741120517", "RealUTC": 1741116917, "UTCMS": 250})).time
    assert said.utc_text == "2025-03-04T19:35:17.250000Z"
    bad_times: list[object] = [0, 5, -1, 1e300, float("nan"), "x", True, []]
    for bad in bad_times:
        assert one_event(event("VideoMotion", data={"UTC": bad})).time.utc is None


streams = st.lists(
    st.one_of(
        st.sampled_from([item["input_text"].encode() for item in CAPTURES if "input_text" in item]),
        st.sampled_from([bytes.fromhex(item["input_hex"]) for item in CAPTURES if "input_hex" in item]),
        st.binary(max_size=40),
        st.sampled_from([b"Code=", b"--", b"\r\n", b"{", b'"', b"Content-Length: 20\r\n\r\n", b"Heartbeat"]),
    ),
    max_size=6,
).map(b"".join)


@given(streams, st.lists(st.integers(1, 200), min_size=1, max_size=20), st.data())
def test_any_chunking_and_any_damage(stream: bytes, sizes: list[int], draws: st.DataObject) -> None:
    damaged = bytearray(stream)
    for _ in range(draws.draw(st.integers(0, 4)) if damaged else 0):
        damaged[draws.draw(st.integers(0, len(damaged) - 1))] = draws.draw(st.integers(0, 255))
    whole, chunked = DahuaDecoder(STREAM), DahuaDecoder(STREAM)
    expected = whole.feed(bytes(damaged)) + whole.close()
    got, at, turn = [], 0, 0
    while at < len(damaged):
        size = sizes[turn % len(sizes)]
        got += chunked.feed(bytes(damaged[at : at + size]))
        at, turn = at + size, turn + 1
    assert got + chunked.close() == expected
    assert chunked.dropped == whole.dropped


@given(streams)
def test_the_next_event_survives_whatever_came(stream: bytes) -> None:
    decoder = DahuaDecoder(STREAM)
    decoder.feed(stream)
    if decoder._step == decoder._dhip or decoder._step == decoder._picture:
        return  # inside a declared length the next part is what it says
    found = decoder.feed(b"\r\n\r\n" + part(event("AlarmLocal", index=6)) * 2)
    assert [one.input for one in found if isinstance(one, Event)][-1] == 7


# ---- the driver


@contextlib.asynccontextmanager
async def reading(
    recorder: RecorderSimulator, **options: object
) -> AsyncIterator[tuple[RecordingIntake, asyncio.Task[None]]]:
    intake = RecordingIntake()
    task = asyncio.create_task(SPEC.create("Gate 1", recorder.driver_options() | options).run(intake))
    try:
        yield intake, task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, DeviceRefused):
            await task


DEVICE = "dahua:gate-1"


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_edges_of_a_recorder(algorithm: str) -> None:
    recorder = RecorderSimulator(algorithm=algorithm)
    async with running(recorder), reading(recorder) as (intake, _):
        await intake.until(LinkReading(DEVICE, True))
        for _ in range(3):
            recorder.motion(channel=16)
        recorder.motion(channel=16, active=False)
        ended = TriggerReading(
            DEVICE, "motion", TriggerState.INACTIVE, channel=16, region="Region1", raw_type="VideoMotion"
        )
        await intake.until(ended)
        triggers = [one for one in intake.readings if isinstance(one, TriggerReading)]
        assert [one.state for one in triggers] == ["active", "inactive"]
        assert recorder.failed_logins == 0
        assert {unquote(path) for path in recorder.requests} == {f"{PATH}?action=attach&codes=[All]&heartbeat=5"}


async def test_people_and_cars_at_once_do_not_end_each_other() -> None:
    recorder = RecorderSimulator()
    async with running(recorder), reading(recorder) as (intake, _):
        await intake.until(LinkReading)
        recorder.event("SmartMotionHuman")
        recorder.event("SmartMotionVehicle")
        recorder.event("SmartMotionVehicle", "Stop")
        last = await intake.until(
            TriggerReading(
                DEVICE,
                "motion",
                TriggerState.INACTIVE,
                channel=1,
                rule="SmartMotionVehicle",
                targets=("vehicle",),
                raw_type="SmartMotionVehicle",
            )
        )
        triggers = [one for one in intake.readings if isinstance(one, TriggerReading)]
        assert [one.targets for one in triggers] == [("human",), ("vehicle",), ("vehicle",)]
        assert triggers[-1] == last


async def test_two_refused_logins_and_no_more() -> None:
    recorder = RecorderSimulator(password="changed")
    async with running(recorder):
        driver = SPEC.create("gate", recorder.driver_options() | {"retry_s": 0.1})
        for _ in range(3):
            with pytest.raises(DeviceRefused, match="wrong password"):
                await driver.run(RecordingIntake())
        assert recorder.failed_logins == 2


async def test_a_device_without_the_stream_is_said() -> None:
    recorder = RecorderSimulator()
    recorder.has_stream = False
    async with running(recorder):
        with pytest.raises(DeviceRefused, match="onvif"):
            await SPEC.create("gate", recorder.driver_options()).run(RecordingIntake())


async def test_a_stream_that_ends_in_the_middle_is_read_again() -> None:
    recorder = RecorderSimulator()
    async with running(recorder), reading(recorder, retry_s=0.1) as (intake, _):
        await intake.until(LinkReading)
        recorder.send(part(event("AlarmLocal", index=2, data={"Name": "x"}))[:-12])
        recorder.unplug()
        cut = TriggerReading(DEVICE, "alarm_input", TriggerState.ACTIVE, input=3, raw_type="AlarmLocal")
        recorder.replug()
        await intake.until(cut)
        recorder.call_button()
        pressed = TriggerReading(DEVICE, "call_button", TriggerState.PULSE, channel=1, raw_type="DoorbellPressed")
        while pressed not in intake.readings:
            recorder.changed.clear()
            if not recorder.streams:
                await asyncio.wait_for(recorder.changed.wait(), 5)
            recorder.call_button()
            with contextlib.suppress(TimeoutError):
                await intake.until(pressed, timeout_s=0.2)


async def test_local_time_counted_as_utc_is_said_once() -> None:
    recorder = RecorderSimulator()
    async with running(recorder), reading(recorder) as (intake, _):
        await intake.until(LinkReading)
        for _ in range(3):
            recorder.event("VideoMotion", data={"UTC": 1741120517})
        recorder.call_button()
        await intake.until(
            TriggerReading(DEVICE, "call_button", TriggerState.PULSE, channel=1, raw_type="DoorbellPressed")
        )
        said = [one.detail for one in intake.readings if isinstance(one, StateReading)]
        assert len(said) == 1
        assert said[0].startswith("clock_offset_s=-")


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"url": "http://192.0.2.1/cgi", "user": "a", "password": "b"}, "url"),
        ({"url": "http://192.0.2.1:x", "user": "a", "password": "b"}, "url"),
        ({"url": "http://192.0.2.1", "user": "a:b", "password": "b"}, "user"),
        ({"url": "http://192.0.2.1", "user": "a"}, "password"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "codes": ["a&b"]}, "codes"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "heartbeat_s": 61}, "heartbeat_s"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "types": {"x": "fell"}}, "types.x"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "clear_after_s": 1}, "clear_after_s"),
    ],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("gate", options)
    assert error.value.key == key


def test_heartbeats_are_no_events() -> None:
    assert decode(part(b"Heartbeat") * 3) == [Heartbeat()] * 3


async def test_a_recorder_that_is_silent_to_all_is_asked_for_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Case dahua-all-is-silent."""
    camera = SilentToAll()
    async with running(camera):
        driver = SPEC.create(
            "gate", camera.driver_options() | {"retry_s": 0.1, "heartbeat_s": 1, "types": {"FallDown": "fall"}}
        )
        monkeypatch.setattr("anju_drivers.dahua.driver.SILENCE_S", 0.3)
        intake = RecordingIntake()
        task = asyncio.create_task(driver.run(intake))
        try:
            await intake.until(LinkReading, timeout_s=8)
            camera.motion()
            await intake.until(TriggerReading, timeout_s=8)
            camera.event("FallDown")
            await intake.until(TriggerReading("dahua:gate", "fall", TriggerState.ACTIVE, 1, raw_type="FallDown"))
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        asked = [unquote(one) for one in camera.requests]
        assert "codes=[All]" in asked[0]
        assert "codes=[VideoMotion," in asked[-1]
        assert "DoorbellPressed" in asked[-1]
        assert asked[-1].count("FallDown") == 1  # the site's own word for a fall is asked for as well
        assert len(asked[-1]) < 1000


class SilentToAll(RecorderSimulator):
    """A firmware as in rroller/dahua #644: it answers and says nothing, unless the codes are named."""

    def send(self, data: bytes) -> None:
        if self.requests and "All" not in self.requests[-1]:
            super().send(data)


async def test_a_list_that_the_site_gave_stays() -> None:
    camera = RecorderSimulator()
    async with running(camera):
        driver = SPEC.create("gate", camera.driver_options() | {"codes": ["VideoMotion"]})
        assert isinstance(driver, DahuaCamera)
        assert driver._codes == ("VideoMotion",)


def test_all_codes_that_are_asked_for_have_a_kind() -> None:
    assert all(KIND_BY_CODE[code.lower()] not in ("ignored", "unknown") for code in CODES)
    assert len(set(CODES)) == len(CODES)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"Action": "Cross", "Direction": "Leave"}, "region_exit"),
        ({"Action": "", "Direction": "Enter"}, "region_entrance"),
        ({"Action": "Leave"}, "region_exit"),
        ({"Action": "Cross", "Direction": "LeftToRight"}, "intrusion"),
        ({"Action": "Appear"}, "intrusion"),
    ],
)
def test_which_way_somebody_went(data: dict[str, object], kind: str) -> None:
    """Case crossregion-direction-leave."""
    (found,) = decode(part(event("CrossRegionDetection", data=data)))
    assert isinstance(found, Event)
    assert found.kind == kind


def test_the_end_of_a_region_ends_what_began_with_a_direction() -> None:
    edges = TriggerFilter(TriggerTiming(clear_after_s=120))
    out = []
    for at, (action, data) in enumerate([("Start", {"Name": "IVS-1", "Direction": "Leave"}), ("Stop", None)]):
        (found,) = decode(part(event("CrossRegionDetection", action, data=data)))
        assert isinstance(found, Event)
        out += [one for reading in found.readings("dahua:a") for one in edges.take(reading, at)]
    assert [(one.kind, one.state, one.rule) for one in out] == [
        ("region_exit", "active", "IVS-1"),
        ("region_exit", "inactive", "IVS-1"),
    ]
