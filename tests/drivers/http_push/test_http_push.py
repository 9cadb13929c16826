"""Pushed bodies of VIGI cameras, scripts and Hikvision cameras, and the listener behind secret paths."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import httpx
import pytest
import requests
import requests.auth
from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.cameras.triggers import KINDS
from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import LinkReading, TriggerReading, TriggerState
from anju_drivers.errors import DriverConfigError
from anju_drivers.framing.damaged import Damaged
from anju_drivers.hikvision.simulator import document
from anju_drivers.http_push import SPEC
from anju_drivers.http_push.driver import PushDriver
from anju_drivers.http_push.frames import VIGI_KINDS, Message, Picture, PushDecoder, PushedEvent
from anju_drivers.http_push.simulator import BOUNDARY, PushSimulator, vigi_document, with_picture
from support.paths import VECTORS

BODIES = [
    bytes.fromhex(item["input_hex"]) if "input_hex" in item else item["input_text"].encode()
    for file in ("vigi.json", "isapi.json")
    for item in json.loads((VECTORS / file).read_text(encoding="utf-8"))
]
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def decode(body: bytes, content_type: str = "application/json", **types: str) -> list[Message]:
    return PushDecoder(content_type, types).feed(body)


def pushed(value: object, **types: str) -> list[PushedEvent]:
    return [one for one in decode(json.dumps(value).encode(), **types) if isinstance(one, PushedEvent)]


# ---- bodies


def test_every_kind_is_in_the_vocabulary() -> None:
    assert set(VIGI_KINDS.values()) <= KINDS


@pytest.mark.parametrize(
    ("types", "kinds"),
    [
        ("motion", ["motion"]),
        (["Motion", "PERSON"], ["motion", "object"]),
        (["Line-Crossing Detection", "vehicle_detection"], ["line_crossing", "object"]),
        (["REGION_ENTRANCE", "UnattendedBaggage"], ["region_entrance", "object_left"]),
        (["face_detection", "FACE"], ["ignored", "ignored"]),
        (["falling"], ["unknown"]),
        ([], ["unknown"]),
        ([None, 5, {"a": 1}], ["unknown"] * 3),
    ],
)
def test_vigi_types(types: object, kinds: list[str]) -> None:
    assert [one.kind for one in pushed({"event_list": [{"event_type": types}]})] == kinds
    assert pushed({"event_list": [{"event_type": "falling"}]}, falling="fall")[0].kind == "fall"


@pytest.mark.parametrize(
    ("when", "local"),
    [
        ("20261005150501", "2026-10-05T15:05:01"),
        ("2026-10-05 16:25:31", "2026-10-05T16:25:31"),
        ("2026-10-05T16:25:31", "2026-10-05T16:25:31"),
        ("20261305150501", None),
        ("19700101000005", None),
        ("soon", None),
        (None, None),
    ],
)
def test_vigi_times(when: str | None, local: str | None) -> None:
    (found,) = pushed({"event_list": [{"event_type": "MOTION", "dateTime": when}]})
    assert found.time.local == local
    assert found.time.utc is None


@pytest.mark.parametrize("mac", ["AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:ff", "aabbccddeeff"])
def test_vigi_macs(mac: str) -> None:
    assert pushed({"mac": mac, "event_list": [{}]})[0].device == "aa:bb:cc:dd:ee:ff"
    assert pushed({"mac": "00-00-00-00-00-00", "event_list": [{}]})[0].device == ""


@pytest.mark.parametrize(
    ("value", "kind", "state"),
    [
        ({"kind": "fall"}, "fall", "pulse"),
        ({"kind": "Motion", "state": "ACTIVE"}, "motion", "active"),
        ({"kind": "relay-3", "state": "inactive"}, "unknown", "inactive"),
        ({"kind": "call_button", "channel": "2", "device": 7, "time": "2026-01-01T00:00:00Z"}, "call_button", "pulse"),
    ],
)
def test_the_webhook(value: dict[str, object], kind: str, state: str) -> None:
    (found,) = pushed(value)
    assert (found.kind, found.state) == (kind, state)
    assert pushed({"kind": "relay-3"}, **{"relay-3": "alarm_input"})[0].kind == "alarm_input"


@pytest.mark.parametrize(
    "body",
    [b"{}", b"[]", b'"x"', b'{"kind": 5}', b'{"kind": "motion", "state": "on"}', b'{"event_list": 5}', b"{" * 99],
)
def test_bodies_that_say_nothing(body: bytes) -> None:
    decoder = PushDecoder("application/json")
    assert all(isinstance(one, Damaged) for one in decoder.feed(body))
    assert decoder.documents == 0


def test_pictures_are_skipped_unread_and_the_trigger_is_kept() -> None:
    picture = b"\xff\xd8\xff" + b'{"kind": "fall"}' + b"<EventNotificationAlert>" + bytes(100_000) + b"\xff\xd9"
    body = with_picture(vigi_document("MOTION"), picture)
    for size in (len(body), 1000, 3):
        decoder = PushDecoder(MULTIPART)
        found = [one for at in range(0, len(body), size) for one in decoder.feed(body[at : at + size])]
        assert [one.kind for one in found if isinstance(one, PushedEvent)] == ["motion"]
        assert sum(isinstance(one, Picture) for one in found) == 1
        assert decoder._scanner.held_bytes < 200
    first = PushDecoder(MULTIPART).feed(body[: body.index(b"\xff\xd8") + 4])
    assert isinstance(first[0], PushedEvent)  # it acts before the picture has come


@given(
    st.sampled_from(BODIES), st.integers(1, 200), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=5)
)
def test_any_chunking_and_any_damage(body: bytes, size: int, damage: list[tuple[float, int]]) -> None:
    data = bytearray(body)
    for place, byte in damage:
        if data:
            data[int(place * (len(data) - 1))] = byte
    for content_type in (MULTIPART, "application/json"):
        whole, chunked = PushDecoder(content_type), PushDecoder(content_type)
        expected = whole.feed(bytes(data))
        got = [one for at in range(0, len(data), size) for one in chunked.feed(bytes(data[at : at + size]))]
        assert got == expected
        assert (chunked.documents, chunked.dropped) == (whole.documents, whole.dropped)


# ---- the listener


@contextlib.asynccontextmanager
async def listening(**sender: object) -> AsyncIterator[tuple[PushDriver, PushSimulator, RecordingIntake]]:
    camera = PushSimulator()
    options = camera.driver_options()
    senders = options["senders"]
    assert isinstance(senders, dict)
    senders["training"] |= sender
    driver = SPEC.create("push", options)
    assert isinstance(driver, PushDriver)
    intake = RecordingIntake()
    task = asyncio.create_task(driver.run(intake))
    try:
        await intake.until(LinkReading)
        yield driver, camera, intake
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def triggers(intake: RecordingIntake) -> list[tuple[str, str]]:
    return [(one.device, one.kind) for one in intake.readings if isinstance(one, TriggerReading)]


async def test_cameras_get_200_and_scripts_202() -> None:
    async with listening() as (_, camera, intake):
        assert await camera.vigi("MOTION", "PEOPLE") == 200
        assert await camera.webhook("call_button", device="Lift 2") == 202
        assert await camera.post(document("VMD"), "application/xml") == 200
        assert triggers(intake) == [
            ("http_push:02005e100002", "motion"),
            ("http_push:02005e100002", "object"),
            ("http_push:training.lift-2", "call_button"),
            ("hikvision:02005e100001", "motion"),
        ]


async def test_repeats_of_a_camera_are_one_trigger_but_each_press_counts() -> None:
    async with listening() as (_, camera, intake):
        for _ in range(5):
            await camera.vigi("MOTION")
            await camera.webhook("call_button")
        assert [kind for _, kind in triggers(intake)].count("motion") == 1
        assert [kind for _, kind in triggers(intake)].count("call_button") == 5


async def test_scripts_are_told_what_was_wrong_and_cameras_are_not() -> None:
    async with listening() as (_, camera, intake):
        assert await camera.post(b" ", webhook=True) == 400
        assert await camera.post(b'{"kind": "motion"', webhook=True) == 400
        assert await camera.post(b'{"kind": "motion", "device": "' + b"x" * 17_000 + b'"}', webhook=True) == 413
        assert await camera.post(b" ") == 200
        assert await camera.post(b'{"event_list"') == 200
        assert triggers(intake) == []
        assert sum(intake.errors.values()) == 5


async def test_an_active_trigger_of_a_script_ends_by_its_word() -> None:
    async with listening() as (_, camera, intake):
        await camera.webhook("alarm_input", state="active", input=3)
        await camera.webhook("alarm_input", state="active", input=3)
        await camera.webhook("alarm_input", state="inactive", input=3)
        states = [one.state for one in intake.readings if isinstance(one, TriggerReading)]
        assert states == [TriggerState.ACTIVE, TriggerState.INACTIVE]


async def test_wrong_secret_wrong_source_and_another_device() -> None:
    async with listening(sources=["192.0.2.7"]) as (driver, camera, intake):
        assert await camera.vigi("MOTION") == 404
        assert driver.refused == 1
    async with listening(mac="02:00:5e:10:00:99") as (driver, camera, intake):
        assert await camera.vigi("MOTION") == 200
        assert await PushSimulator(camera.link + "x").vigi("MOTION") == 404
        assert await PushSimulator(camera.link.replace("/push/", "/other/")).vigi("MOTION") == 404
        assert triggers(intake) == []
        assert sum(intake.errors.values()) == 1


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"bind": "127.0.0.1"}, "senders"),
        ({"bind": "0.0.0.0", "senders": {"a": {"secret": "x" * 16}}}, "bind"),
        ({"bind": "127.0.0.1", "senders": {"a": {"secret": "short"}}}, "senders.a.secret"),
        ({"bind": "127.0.0.1", "senders": {"a": {"secret": "x" * 16, "sources": ["lan"]}}}, "senders.a.sources"),
        ({"bind": "127.0.0.1", "senders": {"a": {"secret": "x" * 16}, "b": {"secret": "x" * 16}}}, "senders"),
        ({"bind": "127.0.0.1", "senders": {"a": 5}}, "senders.a"),
        ({"bind": "127.0.0.1", "senders": {"a": {"secret": "x" * 16, "types": {"y": "z"}}}}, "senders.a.types.y"),
    ],
)
def test_bad_options_name_the_key(options: dict[str, object], key: str) -> None:
    with pytest.raises(DriverConfigError) as error:
        SPEC.create("push", options)
    assert error.value.key == key


async def test_a_script_that_sends_what_it_kept_for_days_is_late_once_its_clock_is_known() -> None:
    """Case events-of-three-days-ago-ring-now."""
    now = datetime.now(UTC)
    old = (now - timedelta(hours=72)).isoformat(timespec="seconds")
    async with listening() as (_, camera, intake):
        await camera.webhook("motion", time=now.isoformat(timespec="seconds"))
        await camera.webhook("fall", time=old)
        await camera.webhook("fall")
        falls = [one for one in intake.readings if isinstance(one, TriggerReading) and one.kind == "fall"]
        assert [one.late for one in falls] == [True, False]


async def curl(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "10", "--noproxy", "*", *arguments,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    return out.decode()


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("login", [["--digest"], ["--anyauth"], ["--basic"], []])
async def test_curl_in_all_its_ways_of_logging_in(login: list[str]) -> None:
    """It sends no body before it was asked for a login, and its alarm would be lost with a plain 200."""
    async with listening() as (_, camera, intake):
        user = ["-u", "any:thing"] if login else []
        assert await curl(*login, *user, "-d", '{"kind": "call_button"}', camera.link.replace("/push/", "/t/")) == "202"
        assert await curl(*login, *user, "--data-binary", vigi_document("MOTION").decode(), camera.link) == "200"
        assert [kind for _, kind in triggers(intake)] == ["call_button", "motion"]
        assert sum(intake.errors.values()) == 0


@pytest.mark.parametrize("client", ["requests", "httpx", "aiohttp"])
async def test_other_clients_with_a_digest_are_taken(client: str) -> None:
    async with listening() as (_, camera, intake):
        link, body = camera.link.replace("/push/", "/t/"), b'{"kind": "call_button"}'
        if client == "requests":
            auth = requests.auth.HTTPDigestAuth("any", "thing")
            answer = await asyncio.to_thread(requests.post, link, data=body, auth=auth, timeout=10)
            status = answer.status_code
        elif client == "httpx":
            async with httpx.AsyncClient(auth=httpx.DigestAuth("any", "thing"), trust_env=False) as http:
                status = (await http.post(link, content=body)).status_code
        else:
            digest = aiohttp.DigestAuthMiddleware("any", "thing")
            async with aiohttp.ClientSession(middlewares=(digest,)) as session, session.post(link, data=body) as got:
                status = got.status
        assert status == 202
        assert triggers(intake) == [("http_push:training", "call_button")]


async def test_a_wrong_secret_is_not_asked_for_a_login() -> None:
    async with listening() as (driver, camera, _):
        async with aiohttp.ClientSession() as session:
            async with session.post(camera.link, data=b"") as answer:
                assert answer.status == 401
                assert answer.headers["WWW-Authenticate"].startswith("Digest ")
            async with session.post(camera.link + "x", data=b"") as answer:
                assert answer.status == 404
        assert driver.refused == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_a_button_that_can_only_call_a_url(method: str) -> None:
    async with listening() as (driver, camera, intake):
        link = camera.link.replace("/push/", "/t/")

        async def asked(query: str, to: str = link) -> int:
            async with aiohttp.ClientSession() as session, session.request(method, f"{to}?{query}") as answer:
                return answer.status

        assert await asked("kind=call_button&device=Lift+2&channel=3") == 202
        assert await asked("kind=intrusion&state=active&targets=human,car&rule=yard") == 202
        assert await asked("kind=motion&state=soon") == 400
        assert await asked("nothing=here") == 400
        assert await asked("kind=motion", link + "x") == 404
        assert await asked("kind=motion", camera.link) == (405 if method == "GET" else 401)
        found = [one for one in intake.readings if isinstance(one, TriggerReading)]
        assert [(one.device, one.kind, one.channel, one.targets) for one in found] == [
            ("http_push:training.lift-2", "call_button", 3, ()),
            ("http_push:training", "intrusion", 0, ("human",)),
        ]
        assert driver.refused == 1


@pytest.mark.parametrize("kind", ["face_recognised", "AccessControl", "door opened", "人脸"])
def test_who_somebody_is_stays_out(kind: str) -> None:
    found = decode(json.dumps({"kind": kind}).encode())
    assert [one.kind for one in found if isinstance(one, PushedEvent)] in (["ignored"], [])
