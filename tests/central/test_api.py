"""The HTTP side: resuming streams, guards, health, metrics, what is missing. On a real port where it matters."""

from __future__ import annotations

import asyncio
import json
import typing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

import hub_openapi
from anju_central.api import models
from anju_central.api.changes import ChangeLog
from anju_protos.incidents import incident_key
from anju_protos.v1.event_pb2 import Actor, CheckIn, EventRef, IncidentState, Lane, Mark, Priority, Reason
from support.contracts import Contract
from support.events import ACTIVITY, ALARM, Box, alarm, check_in, step
from support.hubs import Hub, running
from support.served import served

CONTRACT = Contract(hub_openapi.document())


class Stream:
    """One connection to /api/stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.last_id = ""

    async def next(self) -> tuple[str, Any]:
        """Returns the next event's name and data."""
        name, data = "", None
        async for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                data = json.loads(line.removeprefix("data: "))
            elif line.startswith("id: "):
                self.last_id = line.removeprefix("id: ")
            elif not line and name:
                CONTRACT.check("StreamMessage", {"event": name, "data": data})
                return name, data
        raise EOFError


@asynccontextmanager
async def following(hub: Hub, base: str, last_id: str | None = None) -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last_id} if last_id is not None else {}
    async with (
        httpx.AsyncClient(timeout=10, cookies=dict(hub.http.cookies)) as http,
        http.stream("GET", f"{base}/api/stream", headers=headers) as got,
    ):
        assert got.headers["content-type"].startswith("text/event-stream")
        yield Stream(got.aiter_lines())


async def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, served(hub) as base:
        box, activity = Box("alarm", ALARM), Box("activity", ACTIVITY)
        async with following(hub, base) as stream:
            assert (await stream.next())[0] == "hello"
            await hub.take(box, alarm())
            name, incident = await stream.next()
            assert (name, incident["state"]) == ("incident", "NEW")
            last_id = stream.last_id
        await hub.take(activity, check_in())
        await hub.take(box, alarm("ble:second"))
        async with following(hub, base, last_id) as stream:
            assert (await stream.next())[0] == "hello"
            name, row = await stream.next()
            assert (name, row["resident_label"]) == ("check_in", "3-2-501 王*秀")
            name, incident = await stream.next()
            assert (name, incident["device"]) == ("incident", "ble:second")


async def test_a_gap_too_old_or_from_another_life_asks_to_reload(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, served(hub) as base:
        for last_id in ("1", str(hub.parts.console.changes.last + 1_000)):
            async with following(hub, base, last_id) as stream:
                assert (await stream.next())[0] == "hello"
                assert (await stream.next())[0] == "reload"
                at = stream.last_id
            async with following(hub, base, at) as stream:
                assert (await stream.next())[0] == "hello"
                await hub.take(Box(last_id, ALARM), alarm())
                assert (await stream.next())[0] == "incident"


def test_the_change_log_is_bounded_and_says_when_it_cannot_tell() -> None:
    changes = ChangeLog(first=100, kept=3)
    assert changes.after(100) == []
    assert changes.after(99) is None
    for n in range(5):
        changes.publish("x", str(n))
    assert [change.number for change in changes.after(102) or []] == [103, 104, 105]
    assert changes.after(101) is None
    assert changes.after(106) is None


def test_only_the_newest_row_of_a_thing_is_kept_and_nobody_misses_one() -> None:
    changes = ChangeLog(first=100, kept=3)
    for n in range(4):
        changes.publish("box", f"a{n}", of="a")
    changes.publish("x", "one")
    changes.publish("box", "b0", of="b")
    assert [change.data for change in changes.after(100) or []] == ["a3", "one", "b0"]
    assert [change.data for change in changes.after(104) or []] == ["one", "b0"]
    changes.publish("box", "b1", of="b")
    assert [change.data for change in changes.after(100) or []] == ["a3", "one", "b1"]
    changes.publish("x", "two")
    assert changes.after(103) is None
    assert [change.data for change in changes.after(104) or []] == ["one", "b1", "two"]


def test_what_nobody_follows_is_not_said_and_who_comes_later_loads_everything() -> None:
    now_s = 1_000.0
    changes = ChangeLog(first=100, kept=3, monotonic_s=lambda: now_s)

    def followed() -> bool:
        return changes.is_followed

    assert not followed()
    with changes.following():
        changes.publish("x", "one")
        now_s += 500
        assert followed()
    assert followed(), "a page whose line broke comes again"
    assert [change.data for change in changes.after(100) or []] == ["one"]
    now_s += 61
    assert not followed()
    changes.skip()
    assert changes.after(101) is None
    assert changes.after(changes.last) == []
    changes.publish("x", "two")
    assert [change.data for change in changes.after(102) or []] == ["two"]
    changes.skip()
    assert changes.after(103) is None


async def test_box_rows_come_when_a_box_says_something(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, served(hub) as base, following(hub, base) as stream:
        assert (await stream.next())[0] == "hello"
        sending = asyncio.create_task(hub.parts.console.run())
        hub.contacts.connected("box-1", "ningdu", "control")
        name, row = await stream.next()
        assert (name, row["box"], row["contact"]) == ("box", "box-1", "online")
        sending.cancel()


@pytest.mark.parametrize("host", ["anju.example", "127.0.0.1.example:7480", "", "[::2]"])
async def test_other_names_of_this_machine_are_refused(tmp_path: Path, host: str) -> None:
    async with running(tmp_path) as hub:
        answer = await hub.http.get("/api/boxes", headers={"Host": host})
        assert answer.status_code == 421
        for good in ("127.0.0.1:7480", "localhost", "[::1]:7480"):
            assert (await hub.http.get("/api/boxes", headers={"Host": good})).status_code == 200


async def test_another_site_cannot_act_through_the_operators_browser(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        [incident] = (await hub.http.get("/api/incidents")).json()
        url = f"/api/incidents/{incident['id']}/acknowledge"
        forged = await hub.http.post(url, json={}, headers={"Origin": "http://evil.example"})
        assert forged.status_code == 403
        form = await hub.http.post(url, content=b"{}", headers={"Content-Type": "text/plain"})
        assert form.status_code == 422
        cors = await hub.http.get("/api/boxes", headers={"Origin": "http://evil.example"})
        assert "access-control-allow-origin" not in cors.headers
        own = await hub.http.post(url, json={}, headers={"Origin": "http://127.0.0.1:7480"})
        assert own.status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("acknowledge", {"actor": ""}),
        ("acknowledge", {"actor": "x" * 65}),
        ("acknowledge", {"actor": "x", "unknown": 1}),
        ("acknowledge", {"actor": "x", "expected": {"round": -1, "state": "NEW"}}),
        ("step", {"actor": "x", "state": "RESOLVED"}),
        ("resolve", {"actor": "x", "cause": "y" * 65}),
    ],
)
async def test_requests_that_make_no_sense_are_refused(tmp_path: Path, path: str, body: dict[str, object]) -> None:
    async with running(tmp_path) as hub:
        answer = await hub.http.post(f"/api/incidents/{'ab' * 16}-1/{path}", json=body)
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (models.Priority, Priority),
        (models.Reason, Reason),
        (models.StepState, IncidentState),
        (models.MarkName, Mark),
        (models.RoleName, Actor.Role),
        (models.MethodName, CheckIn.Method),
        (models.LaneName, Lane),
    ],
)
def test_the_contract_names_all_values_that_messages_have(names: object, kind: EnumTypeWrapper) -> None:
    assert set(typing.get_args(names)) == set(kind.keys())


async def test_a_state_of_a_later_version_can_be_expected_as_it_was_shown(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        ref = EventRef(stream=box.stream, seq=1)
        await hub.take(box, step(10, incident=ref, state=IncidentState.ValueType(35)))
        url = f"/api/incidents/{incident_key(ref)}/step"
        body = {"state": "ON_SITE", "expected": {"round": 0, "state": "35"}}
        answer = await hub.http.post(url, json=body)
        assert (answer.status_code, answer.json()["state"]) == (200, "ON_SITE")
        assert (await hub.http.post(url, json=body)).json()["error"] == "changed"


async def test_health_metrics_schema_and_the_page_that_is_not_built(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
        health = (await hub.http.get("/healthz")).json()
        assert health["ok"]
        assert health["lag"]["incidents"] == {"alarm": 0}
        metrics = (await hub.http.get("/metrics")).text
        assert "anju_hub_events_total 1.0" in metrics
        assert 'anju_hub_box_contact{box="box-2",community="other"} -1.0' in metrics
        schema = (await hub.http.get("/openapi.json")).json()
        assert "IncidentView" in schema["components"]["schemas"]
        assert "尚未构建" in (await hub.http.get("/")).text


async def test_the_built_console_is_served(tmp_path: Path) -> None:
    root = tmp_path / "dist"
    root.mkdir()
    (root / "index.html").write_text("<h1>console</h1>", encoding="utf-8")
    async with running(tmp_path) as hub, served(hub, root) as base, httpx.AsyncClient() as http:
        assert "<h1>console</h1>" in (await http.get(f"{base}/")).text
        assert (await http.get(f"{base}/api/boxes")).status_code == 401
        http.cookies.update(dict(hub.http.cookies))
        assert (await http.get(f"{base}/api/boxes")).status_code == 200
        assert (await http.get(f"{base}/../hub/store.sqlite")).status_code == 404


def test_no_two_models_have_one_name() -> None:
    """The pages' types would be called by their modules then, and what the pages call them would be another one's."""
    assert [name for name in hub_openapi.document()["components"]["schemas"] if "__" in name] == []
