"""Frigate's messages, and the driver with a broker of real bytes."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.conformance import RecordingIntake, running
from anju_drivers.driver import LinkReading, TriggerReading, TriggerState
from anju_drivers.errors import DeviceRefused, DriverConfigError, FrameError
from anju_drivers.frigate import SPEC
from anju_drivers.frigate.frames import MAX_PAYLOAD_BYTES, FrigateEvent, prefix_of, read_message
from anju_drivers.frigate.simulator import FrigateSimulator
from support.paths import VECTORS

CAPTURES = json.loads((VECTORS / "frigate.json").read_text(encoding="utf-8"))
DEVICE, CAMERA = "frigate:site", "frigate:gate"


def read(payload: object, topic: str = "frigate/events", **types: str) -> FrigateEvent:
    found = read_message(topic, json.dumps(payload).encode(), types=types)
    assert isinstance(found, FrigateEvent)
    return found


def after(**fields: object) -> dict[str, object]:
    return {"type": "new", "after": {"id": "1.0-a", "camera": "gate", "label": "person"} | fields}


def test_faces_plates_and_names_stay_out() -> None:
    for label in ("face", "license_plate"):
        found = read(after(label=label, sub_label="Zhang San", recognized_license_plate="A12345"))
        assert (found.kind, found.state, found.raw_type) == ("ignored", None, "")
    named = read(after(sub_label=["Zhang San", 0.9]))
    assert "Zhang" not in repr(named)


@pytest.mark.parametrize(
    ("label", "kind", "targets"),
    [
        ("person", "object", ("human",)),
        ("bicycle", "object", ("vehicle",)),
        ("dog", "object", ("animal",)),
        ("package", "object", ("package",)),
        ("umbrella", "object", ()),
        ("fallen", "fall", ()),
    ],
)
def test_labels(label: str, kind: str, targets: tuple[str, ...]) -> None:
    found = read(after(label=label), fallen="fall")
    assert (found.kind, found.targets) == (kind, targets)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("frigate/events", b"[]"),
        ("frigate/events", b"{}"),
        ("frigate/events", b'{"type": "new", "after": {"id": "", "camera": "x"}}'),
        ("frigate/events", b'{"type": "old", "after": {"id": "1", "camera": "x"}}'),
        ("frigate/gate/motion", b"MAYBE"),
        ("frigate/events", b" " * (MAX_PAYLOAD_BYTES + 1)),
    ],
)
def test_messages_that_say_nothing(topic: str, payload: bytes) -> None:
    with pytest.raises(FrameError):
        read_message(topic, payload)


@pytest.mark.parametrize("topic", ["frigate/stats", "frigate/gate/person", "frigate/gate/motion/state", "other/events"])
def test_topics_of_others(topic: str) -> None:
    assert read_message(topic, b"ON") is None


def test_sounds() -> None:
    found = read_message("frigate/gate/audio/scream", b"ON")
    assert isinstance(found, FrigateEvent)
    assert (found.kind, found.raw_type) == ("audio", "audio/scream")


@given(st.sampled_from(CAPTURES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=5))
def test_damage_never_raises(item: dict[str, object], damage: list[tuple[float, int]]) -> None:
    data = bytearray(str(item["input_text"]).encode())
    for place, byte in damage:
        data[int(place * (len(data) - 1))] = byte
    SPEC.explain(bytes(data))
    SPEC.explain(b"frigate/events " + bytes(data))


# ---- the driver


@contextlib.asynccontextmanager
async def driving(site: FrigateSimulator, **options: object) -> AsyncIterator[RecordingIntake]:
    intake = RecordingIntake()
    task = asyncio.create_task(SPEC.create("site", site.driver_options() | options).run(intake))
    try:
        async with asyncio.timeout(5):
            await site.subscribed()
        yield intake
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def triggers(intake: RecordingIntake) -> list[tuple[str, str, str]]:
    return [(one.rule, one.kind, one.state) for one in intake.readings if isinstance(one, TriggerReading)]


async def test_one_object_is_one_trigger() -> None:
    site = FrigateSimulator()
    async with running(site), driving(site) as intake:
        for kind in ("new", "update", "update"):
            site.object(kind, "1.0-a")
        site.object("new", "1.0-b", "car")
        site.object("end", "1.0-a")
        site.object("end", "1.0-b", "car")
        await intake.until(
            TriggerReading(CAMERA, "object", TriggerState.INACTIVE, rule="1.0-b", targets=("vehicle",), raw_type="car")
        )
        assert triggers(intake) == [
            ("1.0-a", "object", "active"),
            ("1.0-b", "object", "active"),
            ("1.0-a", "object", "inactive"),
            ("1.0-b", "object", "inactive"),
        ]


async def test_a_false_positive_opens_nothing_and_ends_what_it_was_taken_for() -> None:
    site = FrigateSimulator()
    async with running(site), driving(site) as intake:
        site.object("new", "1.0-a", false_positive=True)
        site.object("update", "1.0-a")
        site.object("end", "1.0-a", false_positive=True)
        site.object("new", "1.0-f", "face")
        site.motion()
        await intake.until(TriggerReading(CAMERA, "motion", TriggerState.ACTIVE, raw_type="motion"))
        assert triggers(intake)[:2] == [("1.0-a", "object", "active"), ("1.0-a", "object", "inactive")]
        assert len(triggers(intake)) == 3


async def test_what_the_broker_kept_is_initial() -> None:
    site = FrigateSimulator()
    async with running(site):
        site.motion(retain=True)
        async with driving(site) as intake:
            found = await intake.until(TriggerReading)
            assert isinstance(found, TriggerReading)
            assert (found.kind, found.initial) == ("motion", True)


async def test_frigate_going_away_and_a_broker_that_restarts() -> None:
    site = FrigateSimulator()
    async with running(site), driving(site) as intake:
        site.publish("available", b"offline")
        await intake.until(LinkReading(DEVICE, False, "Frigate is offline"))
        site.publish("available", b"online")
        await intake.until(LinkReading(DEVICE, True, ""), after=len(intake.readings) - 1)
        site.unplug()
        site.replug()
        async with asyncio.timeout(5):
            await site.ready.wait()
            await site.subscribed()
        site.object("new", "1.0-a")
        await intake.until(TriggerReading)


async def test_two_refused_logins_and_no_more() -> None:
    site = FrigateSimulator(login=("anju", "right"))
    async with running(site):
        driver = SPEC.create("site", site.driver_options() | {"password": "wrong", "retry_s": 0.1})
        for _ in range(3):
            with pytest.raises(DeviceRefused, match="broker"):
                await driver.run(RecordingIntake())
        assert site.broker.refused == 2
        async with driving(site):
            assert site.broker.clients == ["anju-site"]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({}, "host"),
        ({"host": "192.0.2.1", "port": 0}, "port"),
        ({"host": "192.0.2.1", "user": "a"}, "password"),
        ({"host": "192.0.2.1", "prefix": "a/#"}, "prefix"),
        ({"host": "192.0.2.1", "prefix": "/a"}, "prefix"),
        ({"host": "192.0.2.1", "prefix": "a/b/" + "c" * 61}, "prefix"),
        ({"host": "192.0.2.1", "types": {"person": "face"}}, "types.person"),
    ],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("site", options)
    assert error.value.key == key


async def test_a_camera_without_pictures_is_told_as_lost() -> None:
    """Whoever falls before it is seen by nobody."""
    site = FrigateSimulator()
    async with running(site), driving(site) as intake:
        site.publish("gate/status/record", b"online")
        site.publish("gate/status/detect", b"offline")
        lost = await intake.until(
            LinkReading(CAMERA, False, "Frigate gets no pictures of it (detect); check the camera and its network")
        )
        site.publish("gate/status/record", b"offline")
        site.publish("gate/status/detect", b"online")
        site.publish("gate/status/record", b"disabled")
        await intake.until(LinkReading(CAMERA, True))
        links = [one.up for one in intake.readings if isinstance(one, LinkReading) and one.device == CAMERA]
        assert (links, lost) == ([False, True], intake.readings[intake.readings.index(lost)])
        assert triggers(intake) == [
            ("detect", "diagnostic", "active"),
            ("record", "diagnostic", "active"),
            ("detect", "diagnostic", "inactive"),
            ("record", "diagnostic", "inactive"),
        ]


async def test_a_prefix_of_two_levels() -> None:
    site = FrigateSimulator()
    async with running(site):
        intake = RecordingIntake()
        driver = SPEC.create("site", site.driver_options() | {"prefix": "frigate/north"})
        task = asyncio.create_task(driver.run(intake))
        try:
            async with asyncio.timeout(5):
                await site.broker.subscribed("frigate/north/+/motion")
            site.broker.publish("frigate/north/gate/motion", b"ON")
            await intake.until(TriggerReading(CAMERA, "motion", TriggerState.ACTIVE, raw_type="motion"))
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.mark.parametrize(
    ("topic", "prefix"),
    [
        ("frigate/hall/motion", "frigate"),
        ("frigate/north/hall/motion", "frigate/north"),
        ("a/b/c/events", "a/b/c"),
        ("a/b/hall/audio/scream", "a/b"),
        ("frigate/hall/status/detect", "frigate"),
        ("frigate/available", "frigate"),
        ("stats", "stats"),
        ("", "frigate"),
    ],
)
def test_the_prefix_of_a_line_that_was_captured(topic: str, prefix: str) -> None:
    assert prefix_of(topic) == prefix


def test_a_status_that_is_none_is_counted() -> None:
    with pytest.raises(FrameError):
        read_message("frigate/hall/status/detect", b"dizzy")
