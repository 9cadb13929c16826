"""ONVIF: topics, odd XML, privacy, and the driver's sessions with a simulated camera."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.cameras.triggers import KINDS
from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import LinkReading, StateReading, TriggerReading, TriggerState
from anju_drivers.errors import DeviceRefused, DriverConfigError, FrameError
from anju_drivers.onvif import SPEC
from anju_drivers.onvif.driver import _InitialStates
from anju_drivers.onvif.frames import Event, read_answer, read_stamp
from anju_drivers.onvif.simulator import LINE, MOTION, PASSWORD, USER, OnvifSimulator, message
from anju_drivers.onvif.topics import _BY_END, ITEM_KINDS, segments, topic_kind_of
from support.paths import VECTORS

CAPTURES = json.loads((VECTORS / "onvif.json").read_text(encoding="utf-8"))
DEVICE = "onvif:gate"


def events(xml: str | bytes, **types: str) -> list[Event]:
    return read_answer(xml if isinstance(xml, bytes) else xml.encode(), types).events


def one_event(xml: str) -> Event:
    (found,) = events(f"<PullMessagesResponse>{xml}</PullMessagesResponse>")
    return found


# ---- topics


def test_every_kind_is_in_the_vocabulary() -> None:
    assert {one.kind for one in [*_BY_END.values(), *ITEM_KINDS.values()]} <= KINDS


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("tns1:RuleEngine/CellMotionDetector/Motion", "motion"),
        ("tns1:RuleEngine/CellMotionDetector/Motion//.", "motion"),
        (" tns1:RuleEngine/CellMotionDetector/Motion/ ", "motion"),
        ("tns1:VideoSource/tns1:VideoSource/MotionAlarm", "motion"),
        ("tns1:VideoSource/ImageTooBlurry/AnalyticsService", "tamper"),
        ("tns1:VideoSource/GlobalSceneChange/ImagingService", "scene_change"),
        ("tns1:VideoSource/tnsaxis:Tampering", "tamper"),
        ("tns1:Device/tnsaxis:IO/Port", "alarm_input"),
        ("tns1:Device/tnsaxis:IO/VirtualPort", "ignored"),
        ("tns1:Device/Trigger/Relay", "ignored"),
        ("tns1:Device/HardwareFailure/StorageFailure", "diagnostic"),
        ("tns1:Monitoring/OperatingTime/LastReboot", "ignored"),
        ("tns1:PTZController/PTZPresets/Reached", "ignored"),
        ("tns1:RuleEngine/tnsajax:LineDetector/Crossing", "line_crossing"),
        ("tns1:RuleEngine/LoiteringDetector/Alarm", "loitering"),
        ("tnsaxis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1", "object"),
        ("tns1:RuleEngine/MyRuleDetector/Visitor", "call_button"),
        ("tns1:RuleEngine/FaceDetector/Detect", "ignored"),
        ("tns1:VideoAnalytics/LicensePlateRecognition", "ignored"),
        ("tns1:IVA/EnteringField/Field_1", "region_entrance"),
        ("tns1:IVA/LeavingField/Field_1", "region_exit"),
        ("tns1:IVA/ObjectInField/Object_in_Field_1", "intrusion"),
        ("tns1:VehicleAlarm/IVB/VehicleDetect", "object"),
        ("tns1:RuleEngine/IntrusionDetector", "intrusion"),
        ("tns1:Device/TamperDetected", "tamper"),
        ("tns1:Vendor/Something/New", "unknown"),
        ("", "unknown"),
    ],
)
def test_topics_by_their_end(topic: str, kind: str) -> None:
    assert topic_kind_of(topic, {}).kind == kind


def test_a_site_names_its_own_topics() -> None:
    assert topic_kind_of("tns1:RuleEngine/x:Fall/Alarm", {"fall/alarm": "fall"}).kind == "fall"
    assert topic_kind_of(MOTION, {MOTION.lower(): "ignored"}).kind == "ignored"
    assert topic_kind_of("tns1:RuleEngine/FaceDetector/Detect", {"detect": "object"}).kind == "object"


@given(st.text(max_size=60))
def test_no_topic_raises(topic: str) -> None:
    segments(topic)
    assert topic_kind_of(topic, {}).kind in KINDS


# ---- messages


@pytest.mark.parametrize(
    ("item", "state"),
    [
        (("IsMotion", "true"), "active"),
        (("State", "0"), "inactive"),
        (("Motion", "1"), "active"),
        (("LogicalState", "inactive"), "inactive"),
        (("value", " TRUE "), "active"),
        (("ObjectId", "1"), "pulse"),
    ],
)
def test_how_a_state_is_said(item: tuple[str, str], state: str) -> None:
    assert one_event(message(MOTION, item)).state == state


def test_a_topic_with_a_state_that_says_none_is_no_trigger_and_is_counted() -> None:
    """Case cellmotion-without-data-initialized."""
    answer = read_answer(f"<x>{message(MOTION)}</x>".encode())
    assert (answer.events, answer.dropped) == ([], 1)
    assert [one.state for one in events(f"<x>{message(LINE)}</x>")] == ["pulse"]  # it happens, and has no state
    assert [one.state for one in events(f"<x>{message('a:RuleX/Alarm')}</x>", **{"rulex/alarm": "motion"})] == ["pulse"]


@pytest.mark.parametrize("topic", ["tns1:RuleEngine/MyRuleDetector/Visitor", "tns1:RuleEngine/FallDetector"])
def test_a_call_for_help_needs_no_state(topic: str) -> None:
    assert one_event(message(topic)).state == "pulse"
    assert events(f"<x>{message(topic, None, 'Initialized')}</x>") == []


@pytest.mark.parametrize("empty", ["<w:Message/>", "<w:Message></w:Message>", "<w:Message><tt:Message/></w:Message>"])
def test_an_empty_message_is_the_end(empty: str) -> None:
    """Case motion-ends-by-an-empty-message."""
    (found,) = events(f"<x xmlns:w='w' xmlns:tt='t'><w:Topic>{MOTION}</w:Topic>{empty}</x>")
    assert (found.kind, found.state, found.source) == ("motion", "inactive", "")
    answer = read_answer(f"<x xmlns:w='w' xmlns:tt='t'><w:Topic>{LINE}</w:Topic>{empty}</x>".encode())
    assert (answer.events, answer.dropped) == ([], 1)


@pytest.mark.parametrize(
    ("topic", "item", "kind"),
    [
        ("tns1:RuleEngine/Surface_carpark", "IsInside", "intrusion"),
        ("tns1:RuleEngine/v:Detector/Kitchen", "IsMotion", "motion"),
        ("tns1:RuleEngine/v:Detector/Back_door", "IsPeople", "object"),
        ("tns1:RuleEngine/v:Detector/light", "IsMotion", "motion"),
        ("tns1:RuleEngine/v:Detector/Lobby", "IsCrossed", "line_crossing"),
        ("tns1:RuleEngine/CellMotionDetector/Motion/Interface_room", "State", "motion"),
    ],
)
def test_a_rule_with_a_name_of_its_own_is_told_by_its_data(topic: str, item: str, kind: str) -> None:
    assert one_event(message(topic, (item, "true"))).kind == kind


@pytest.mark.parametrize(
    "topic",
    [
        "tns1:AccessControl/AccessGranted/Credential",
        "tns1:Door/State/DoorMode",
        "tns1:Credential/State/Enabled",
        "tns1:RuleEngine/Recognition/LicensePlate",
        "tns1:RuleEngine/v:FaceX/Seen",
        "tns1:RuleEngine/v:X/FaceRecognition",
    ],
)
def test_who_went_through_which_door_stays_out(topic: str) -> None:
    for item in (("CredentialHolderName", "Li Si"), ("IsPerson", "true")):
        found = one_event(message(topic, item))
        assert (found.kind, found.state) == ("ignored", None)


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("IsRegionEntrance", "region_entrance"),
        ("IsRegionExiting", "region_exit"),
        ("IsUnattendedBaggage", "object_left"),
        ("IsPeople", "object"),
        ("IsConfigChange", "unknown"),
    ],
)
def test_an_item_says_what_was_seen_where_nobody_knows_the_topic(item: str, kind: str) -> None:
    assert one_event(message("tns1:RuleEngine/NewDetector/New", (item, "true"))).kind == kind


def test_several_classes_in_one_message() -> None:
    topic = "tns1:RuleEngine/TPSmartEventDetector/TPSmartEvent"
    xml = message(topic, ("IsPeople", "true")).replace(
        "</tt:Data>", '<tt:SimpleItem Name="IsVehicle" Value="false"/><tt:SimpleItem Name="IsPet" Value="1"/></tt:Data>'
    )
    found = one_event(xml)
    assert (found.kind, found.state, found.targets) == ("object", "active", ("animal", "human"))


def test_two_messages_in_one_holder_and_no_wrapper_at_all() -> None:
    inner = '<Message UtcTime="2026-01-01T00:00:00Z"><Data><SimpleItem Name="IsMotion" Value="{}"/></Data></Message>'
    xml = f"<a><Topic>x:CellMotionDetector/Motion</Topic>{inner.format('true')}{inner.format('false')}</a>"
    assert [one.state for one in events(xml)] == ["active", "inactive"]
    assert events(xml.replace("<Topic>x:CellMotionDetector/Motion</Topic>", "")) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda xml: xml.replace('xmlns:tt="http://www.onvif.org/ver10/schema"', ""),
        lambda xml: xml.replace("VideoSource_1", "门 & yard"),
        lambda xml: xml.replace("<s:Body>", "<s:Body>\x01"),
        lambda xml: xml[: xml.rindex("</wsnt:NotificationMessage>")],
        lambda xml: "\ufeff" + xml,
    ],
)
def test_bad_xml_is_still_read(damage: Callable[[str], str]) -> None:
    xml = (
        '<?xml version="1.0"?><s:Envelope xmlns:s="a" xmlns:wsnt="b" xmlns:tt="http://www.onvif.org/ver10/schema">'
        f"<s:Body>{message(MOTION, ('IsMotion', 'true'))}</s:Body></s:Envelope>"
    )
    assert [(one.kind, one.state) for one in events(damage(xml))] == [("motion", "active")]


def test_names_in_another_code_page() -> None:
    body = f"<x>{message(MOTION, ('IsMotion', 'true'), source='SOURCE')}</x>".encode()
    (found,) = events(body.replace(b"SOURCE", "三号".encode("gb18030")))
    assert found.source == "三号"


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "true">]><x>' + message(MOTION, ("IsMotion", "&a;")) + "</x>"
    for text in (bomb, bomb.replace("<x>", "<x><y>")):
        with pytest.raises(FrameError):
            read_answer(text.encode())


def test_faces_stay_out() -> None:
    topic = "tns1:RuleEngine/FaceDetector/FaceRecognized"
    found = one_event(message(topic, ("PersonName", "Zhang San"), source="Li Si"))
    assert (found.kind, found.state) == ("ignored", None)
    assert "Zhang" not in repr(found)
    assert all(not one.readings for one in SPEC.explain(f"<x>{message(topic, ('Name', 'Zhang San'))}</x>".encode()))


def test_pictures_in_an_answer_are_not_read() -> None:
    xml = message(MOTION, ("IsMotion", "true")).replace(
        "</tt:Data>", "<tt:ElementItem Name='Image'><Jpeg>/9j/4AAQSkZJRg==</Jpeg></tt:ElementItem></tt:Data>"
    )
    found = one_event(xml)
    assert (found.kind, found.state) == ("motion", "active")
    assert "9j" not in repr(found)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2000-01-03T03:58:33Z", "2000-01-03T03:58:33+00:00"),
        ("2026-01-01T00:00:75Z", "2026-01-01T00:01:15+00:00"),
        ("2026-01-01T08:00:00.123+08:00", "2026-01-01T00:00:00+00:00"),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00"),
        ("2026-13-01T00:00:00Z", None),
        ("soon", None),
    ],
)
def test_stamps_for_differences(text: str, iso: str | None) -> None:
    stamp = read_stamp(text)
    assert (stamp.isoformat() if stamp else None) == iso


@given(
    st.sampled_from([item["input_text"] for item in CAPTURES]),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 30)), max_size=6),
)
def test_damage_never_raises(capture: str, damage: list[tuple[float, bytes, int]]) -> None:
    data = bytearray(capture.encode())
    for place, fresh, size in damage:
        at = int(place * len(data))
        data[at : at + size] = fresh
    for body in (bytes(data), bytes(data[: len(data) // 2])):
        for one in SPEC.explain(body):
            assert len(one.readings) <= 1
    decoder = SPEC.decoder() if SPEC.decoder else None
    assert decoder is not None
    decoder.feed(bytes(data))


def test_cameras_that_call_everything_initialized() -> None:
    states = _InitialStates(100.0)
    event = one_event(message(MOTION, ("IsMotion", "true"), "Initialized"))
    assert states.settle(event, 101.0).initial
    assert not states.settle(event, 102.0).initial
    other = one_event(message(LINE, ("ObjectId", "0"), "Initialized"))
    assert not states.settle(other, 115.0).initial


# ---- sessions


@contextlib.asynccontextmanager
async def pulling(
    camera: OnvifSimulator, **options: object
) -> AsyncIterator[tuple[RecordingIntake, asyncio.Task[None]]]:
    intake = RecordingIntake()
    task = asyncio.create_task(SPEC.create("gate", camera.driver_options() | options).run(intake))
    try:
        yield intake, task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, DeviceRefused):
            await task


async def until(camera: OnvifSimulator, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            camera.changed.clear()
            await camera.changed.wait()


def motion(state: TriggerState, initial: bool = False) -> TriggerReading:
    return TriggerReading(
        DEVICE, "motion", state, region="VideoSource_1", rule="rule-1", initial=initial, raw_type=MOTION
    )


def states(intake: RecordingIntake) -> list[tuple[str, bool]]:
    return [(one.state.value, one.initial) for one in intake.readings if isinstance(one, TriggerReading)]


async def shown(intake: RecordingIntake, count: int) -> None:
    seen = 0
    while len(states(intake)) < count:
        await intake.until(TriggerReading, after=seen, timeout_s=8)
        seen = (
            next(at for at in range(seen, len(intake.readings)) if isinstance(intake.readings[at], TriggerReading)) + 1
        )


@pytest.mark.parametrize("skew", [timedelta(), timedelta(hours=-1), timedelta(days=-9500)])
async def test_a_camera_with_any_clock(skew: timedelta) -> None:
    camera = OnvifSimulator()
    camera.skew = skew
    async with running(camera):
        async with pulling(camera) as (intake, _):
            await intake.until(LinkReading(DEVICE, True), timeout_s=10)
            await until(camera, lambda: "PullMessages" in camera.calls)
            camera.motion()
            camera.motion(active=False)
            await shown(intake, 2)
            assert states(intake) == [("active", False), ("inactive", False)]
            clocks = [one.detail for one in intake.readings if isinstance(one, StateReading)]
            expected = {0: [], -3600: ["clock_offset_s=-36"]}.get(int(skew.total_seconds()), ["clock_bad"])
            assert [one[:18] for one in clocks] == expected
            assert camera.subscriptions == 1
        assert camera.refused == 0
        assert camera.subscriptions == 0  # it unsubscribed
        assert camera.calls[-1] == "Unsubscribe"


async def test_what_held_before_is_initial_and_what_follows_is_not() -> None:
    camera = OnvifSimulator()
    camera.states[MOTION] = "true"
    async with running(camera), pulling(camera) as (intake, _):
        await shown(intake, 1)
        camera.motion(active=False)
        await shown(intake, 2)
        camera.send(message(MOTION, ("IsMotion", "true"), "Initialized"))
        camera.send(message(LINE, ("ObjectId", "0"), "Changed"))
        await shown(intake, 3)
        assert states(intake)[:2] == [("active", True), ("inactive", False)]


async def test_a_lost_camera_is_read_anew() -> None:
    camera = OnvifSimulator()
    async with running(camera), pulling(camera, retry_s=0.1) as (intake, _):
        await until(camera, lambda: "PullMessages" in camera.calls)
        camera.motion()
        await shown(intake, 1)
        camera.unplug()
        camera.states[MOTION] = "false"  # it ended while nobody listened
        camera.replug()
        await shown(intake, 2)
        assert states(intake) == [("active", False), ("inactive", True)]


async def test_a_refused_renewal_makes_a_new_subscription() -> None:
    camera = OnvifSimulator()
    camera.renews, camera.lease_s = False, 5
    async with running(camera), pulling(camera, pull_s=1) as (intake, _):
        await until(camera, lambda: camera.calls.count("CreatePullPointSubscription") == 2)
        assert camera.calls.count("Renew") == 1
        await until(camera, lambda: camera.calls[-1] == "PullMessages")
        camera.motion()
        await shown(intake, 1)
        assert [one.up for one in intake.readings if isinstance(one, LinkReading)] == [True]


async def test_leases_are_renewed_by_difference() -> None:
    camera = OnvifSimulator()
    camera.lease_s, camera.skew = 5, timedelta(days=-9500)
    async with running(camera), pulling(camera, pull_s=1):
        await until(camera, lambda: camera.calls.count("Renew") == 1)
        assert camera.calls.count("CreatePullPointSubscription") == 1


async def test_absolute_times_and_services_for_cameras_that_want_them() -> None:
    camera = OnvifSimulator()
    camera.takes_relative = camera.has_capabilities = False
    async with running(camera), pulling(camera) as (intake, _):
        await intake.until(LinkReading(DEVICE, True), timeout_s=10)
        assert camera.calls.count("CreatePullPointSubscription") == 2
        assert "GetServices" in camera.calls


async def test_no_free_subscription_is_said_and_tried_again() -> None:
    camera = OnvifSimulator(limit=0)
    async with running(camera), pulling(camera, retry_s=0.1) as (intake, _):
        down = await intake.until(LinkReading, timeout_s=15)
        assert isinstance(down, LinkReading)
        assert not down.up
        assert "no subscription" in down.detail
        camera.limit = 1
        await intake.until(LinkReading(DEVICE, True), timeout_s=15)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
async def test_a_camera_that_takes_nothing_but_http_digest(algorithm: str) -> None:
    camera = OnvifSimulator()
    camera.wants_digest, camera.algorithm = True, algorithm
    async with running(camera), pulling(camera) as (intake, _):
        await intake.until(LinkReading(DEVICE, True), timeout_s=15)
        camera.motion()
        trigger = await intake.until(TriggerReading, timeout_s=15)
        assert isinstance(trigger, TriggerReading)
        assert trigger.kind == "motion"
        assert camera.refused == 0


@pytest.mark.parametrize(("wants_digest", "offers_digest"), [(False, False), (True, True), (True, False)])
async def test_two_refused_logins_and_no_more(wants_digest: bool, offers_digest: bool) -> None:
    camera = OnvifSimulator(password="changed")
    camera.wants_digest, camera.offers_digest = wants_digest, offers_digest
    async with running(camera):
        driver = SPEC.create("gate", camera.driver_options() | {"retry_s": 0.1})
        for _ in range(3):
            with pytest.raises(DeviceRefused, match="Digest"):
                await driver.run(RecordingIntake())
        assert camera.refused == 2


async def test_two_cameras_share_what_is_loaded() -> None:
    async with contextlib.AsyncExitStack() as stack:
        cameras = [OnvifSimulator() for _ in range(3)]
        for camera in cameras:
            await stack.enter_async_context(running(camera))
        intakes = [(await stack.enter_async_context(pulling(camera)))[0] for camera in cameras]
        for intake in intakes:
            await intake.until(LinkReading(DEVICE, True), timeout_s=15)


async def test_the_library_is_loaded_only_when_a_camera_is_configured() -> None:
    script = (
        "import sys; from anju_drivers.registry import load_drivers; specs = load_drivers().specs;"
        "specs['onvif'].create('x', {'url': 'http://192.0.2.1', 'user': 'a', 'password': 'b'});"
        "sys.exit('onvif' in sys.modules or 'zeep' in sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    assert await process.wait() == 0


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"url": "192.0.2.1", "user": "a", "password": "b"}, "url"),
        ({"url": "http://192.0.2.1/onvif", "user": "a", "password": "b"}, "url"),
        ({"url": "http://192.0.2.1", "password": "b"}, "user"),
        ({"url": "http://192.0.2.1", "user": "a"}, "password"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "pull_s": 61}, "pull_s"),
        ({"url": "http://192.0.2.1", "user": "a", "password": "b", "mac": "1"}, "mac"),
    ],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("gate", options)
    assert error.value.key == key


async def test_a_camera_behind_a_port_forward_is_reached_at_our_port() -> None:
    camera = OnvifSimulator()
    camera.told_port = 80
    async with running(camera), pulling(camera) as (intake, _):
        await intake.until(LinkReading(DEVICE, True), timeout_s=10)
        await until(camera, lambda: "PullMessages" in camera.calls)
        camera.motion()
        await shown(intake, 1)


async def test_a_camera_with_events_at_another_port_and_another_name_is_reached_there() -> None:
    camera = OnvifSimulator()
    camera.has_events_apart = True
    async with running(camera), pulling(camera) as (intake, _):
        await intake.until(LinkReading(DEVICE, True), timeout_s=10)
        await until(camera, lambda: "PullMessages" in camera.calls)
        camera.motion()
        await shown(intake, 1)


@pytest.mark.parametrize(
    ("created", "is_right"),
    [
        ("{:%Y-%m-%dT%H:%M:%S}+00:00", True),
        ("{:%Y-%m-%dT%H:%M:%S.%f}Z", True),
        ("{:%Y-%m-%dT%H:%M:%S}", False),
        ("soon", False),
    ],
)
def test_the_simulator_takes_a_right_login_in_either_spelling_of_utc(created: str, is_right: bool) -> None:
    camera = OnvifSimulator()
    nonce, when = b"0123456789abcdef", created.format(camera.now)
    digest = base64.b64encode(hashlib.sha1(nonce + (when + PASSWORD).encode()).digest()).decode()
    token = f"<Username>{USER}</Username><Password>{digest}</Password>"
    token += f"<Nonce>{base64.b64encode(nonce).decode()}</Nonce><Created>{when}</Created>"
    assert camera._is_login(token) is is_right


@pytest.mark.parametrize("text", ["2026-01-31T24:00:00Z", "2026-02-01T00:00:00Z"])
def test_a_day_ends_with_24_hours(text: str) -> None:
    """zeep reads such a time as None; we read the bytes ourselves."""
    found = one_event(message(MOTION, ("IsMotion", "true"), when=text))
    assert found.time.utc_text == "2026-02-01T00:00:00Z"
    answer = read_answer(
        f"<x><CurrentTime>2026-01-31T23:50:00Z</CurrentTime><TerminationTime>{text}</TerminationTime></x>".encode()
    )
    assert answer.lease_s == 600
