"""The HTTP API of people: a purpose is asked for, an emergency has its open incident, refusals say what to do."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from anju_base.id_number import check_digit
from anju_central.access.caller import HUB, Role
from anju_central.registry.people.bands import NewDevice, add_device, hand_out
from anju_central.registry.people.life_events import NewResident, move_in
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry.tables import DeviceKind
from support.events import ALARM, Box, alarm
from support.hubs import Hub, config, running
from support.served import served

FIRST_17 = "51099919400102123"
ID_NUMBER = FIRST_17 + check_digit(FIRST_17)
HERE = frozenset({"ningdu"})
BAND = "ble:ac233fc001aa"  # which the press of `alarm()` comes from


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    RegistrySecrets(config(tmp_path).data_dir, {})
    config(tmp_path).data_dir.mkdir(parents=True, exist_ok=True)
    RegistrySecrets(config(tmp_path).data_dir, {}).make()
    async with running(tmp_path) as hub:
        yield hub


async def add(hub: Hub, name: str, **fields: Any) -> str:
    people = hub.parts.people
    new = NewResident(name=name, **fields)
    return (await move_in(HUB, people.registry, "ningdu", new, people.numbers, people.today(), hub.clock.ms)).resident


async def posted(http: httpx.AsyncClient, path: str, status: int = 200, **body: object) -> Any:
    answer = await http.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def got(http: httpx.AsyncClient, path: str, status: int = 200) -> Any:
    answer = await http.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_clerks_day(hub: Hub) -> None:
    async with hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as clerk:
        moved = await posted(
            clerk,
            "/api/people",
            community="ningdu",
            name="单雪梅",
            flat="3栋1单元502",
            id_number=ID_NUMBER,
            phones=["138 0000 0001"],
        )
        resident = moved["resident"]
        assert (await posted(clerk, "/api/people/search", 422, text="sxm"))["error"] == "invalid"  # without a purpose
        found = await posted(clerk, "/api/people/search", purpose="care", text="shanxuemei", reason="来访")
        assert [line["resident"] for line in found["people"]] == [resident]
        elsewhere = await posted(clerk, "/api/people/search", purpose="care", text="shanxuemei", community="other")
        assert elsewhere["people"] == []
        record = await posted(clerk, f"/api/people/{resident}/look", purpose="care", reason="家属来电")
        assert record["line"]["name"] == "单雪梅"
        record = await got(clerk, f"/api/people/{resident}?purpose=case")
        assert record["id_number"] == f"510***********{ID_NUMBER[-4:]}"
        assert (record["born_on"], record["line"]["flat"]) == ("1940-01-02", "3栋1单元502")
        again = await posted(clerk, "/api/people", 409, community="ningdu", name="单雪梅", id_number=ID_NUMBER.lower())
        assert (again["error"], again["resident"]) == ("double-found", resident)
        wrong = await posted(clerk, "/api/people", 422, community="ningdu", name="单", id_number="123")
        assert (wrong["error"], wrong["field"]) == ("bad-value", "id_number")
        await posted(clerk, f"/api/people/{resident}/edit", version=record["version"], name="单雪美")
        stale = await posted(clerk, f"/api/people/{resident}/edit", 409, version=record["version"], name="x")
        assert stale["error"] == "edited-meanwhile"
        contact = {"relation": "女儿", "name": "王小", "phone": "13900000002"}
        await posted(clerk, f"/api/people/{resident}/contacts", contacts=[contact])
        await posted(clerk, f"/api/people/{resident}/notes", kind="danger", text="狗")
        await posted(clerk, "/api/devices", community="ningdu", key=BAND, kind="band", number="17")
        [device] = (await got(clerk, "/api/devices?purpose=care&community=ningdu"))["devices"]
        await posted(clerk, f"/api/devices/{device['device']}/hand-out", resident=resident)
        other = await add(hub, "李四")
        refused = await posted(clerk, f"/api/devices/{device['device']}/hand-out", 409, resident=other)
        assert (refused["error"], refused["resident"]) == ("bound-already", resident)
        await posted(clerk, f"/api/devices/{device['device']}/hand-out", resident=other, instead_of=refused["binding"])
        lost = await posted(clerk, f"/api/devices/{device['device']}/lost")
        await posted(clerk, f"/api/people/actions/{lost['action']}/undo", reason="found")
        left = await posted(clerk, f"/api/people/{resident}/leave", why="moved-out")
        history = await got(clerk, f"/api/people/{resident}/history?purpose=case")
        assert [entry["kind"] for entry in history["entries"]][:2] == ["moved-out", "band-handed-out"]
        await posted(clerk, f"/api/people/actions/{left['action']}/undo")
        page = (await got(clerk, "/api/people?purpose=care&community=ningdu&limit=1"))["people"]
        page += (await got(clerk, f"/api/people?purpose=care&community=ningdu&after={page[0]['resident']}"))["people"]
        assert [line["name"] for line in page] == ["单雪美", "李四"]
        assert (await got(clerk, "/api/people/r-nobody?purpose=care", 404))["error"] == "resident-unknown"
    async with hub.person("other-1", Role.COMMUNITY_STAFF, frozenset({"other"})) as stranger:
        assert (await got(stranger, f"/api/people/{resident}?purpose=care", 404))["error"] == "resident-unknown"
        assert (await got(stranger, "/api/people?purpose=care&community=ningdu"))["people"] == []
        assert (await got(stranger, "/api/devices?purpose=care&community=ningdu"))["devices"] == []
        assert (await posted(stranger, f"/api/people/{resident}/leave", 404, why="died"))["error"] == "resident-unknown"
    async with hub.person("privacy-1", Role.PRIVACY_OFFICER) as officer:
        looks = (await got(officer, f"/api/people/{resident}/look-ups"))["look_ups"]
        assert {look["account"] for look in looks} == {"clerk-1"}
        assert {"来访", "家属来电"} <= {look["reason"] for look in looks}


async def test_an_operator_sees_whom_the_incident_is_about_and_others_with_a_reason(hub: Hub) -> None:
    people = hub.parts.people
    bearer, other = await add(hub, "单雪梅", flat="3-1-502"), await add(hub, "李四")
    device = await add_device(HUB, people.registry, "ningdu", NewDevice(BAND, DeviceKind.BAND), hub.clock.ms)
    await hand_out(HUB, people.registry, device.device, bearer, hub.clock.ms)
    async with hub.person("op-1", Role.OPERATOR) as operator:
        assert (await got(operator, f"/api/people/{bearer}?purpose=care", 403))["error"] == "purpose"
        assert (await got(operator, f"/api/people/{bearer}?purpose=emergency", 422))["error"] == "no-incident"
        nothing = f"{'ab' * 16}-1"
        for wrong in (nothing, "no", "x" * 64):
            refused = await got(operator, f"/api/people/{bearer}?purpose=emergency&incident={wrong}", 422)
            assert refused["error"] == "incident-not-open"
        await hub.take(Box("alarm", ALARM), alarm())
        [incident] = (await hub.http.get("/api/incidents")).json()
        assert incident["device"] == BAND
        about = f"purpose=emergency&incident={incident['id']}"
        shown = await got(operator, f"/api/people/{bearer}?{about}")
        assert (shown["line"]["name"], shown["id_number"]) == ("单雪梅", None)
        assert (await got(operator, f"/api/people/{other}?{about}", 403))["error"] == "glass-not-broken"
        typed = {"purpose": "emergency", "incident": incident["id"], "text": "李四"}
        assert (await posted(operator, "/api/people/search", 403, **typed))["error"] == "glass-not-broken"
        asked = {"community": "ningdu", "incident": incident["id"]}
        assert (await posted(operator, "/api/glass", 422, **asked, reason=""))["error"] == "needs-reason"
        opened = await posted(operator, "/api/glass", **asked, reason="手环在邻居身上")
        assert [look["number"] for look in (await got(operator, "/api/glass/own"))["looks"]] == [opened["number"]]
        assert (await got(operator, f"/api/people/{other}?{about}"))["line"]["name"] == "李四"
        assert len((await posted(operator, "/api/people/search", **typed))["people"]) == 1
        async with hub.person("privacy-1", Role.PRIVACY_OFFICER) as officer:
            [look] = (await got(officer, "/api/glass?unseen=true"))["looks"]
            assert look["reason"] == "手环在邻居身上"
            assert (await posted(officer, f"/api/glass/{look['number']}/seen"))["looks"] == []
        assert await people.close_what_is_over() == 0
        for step in ({"state": "RESPONDING"}, {"state": "ON_SITE"}):
            await hub.http.post(f"/api/incidents/{incident['id']}/step", json=step)
        closing = {"cause": "fall", "contacted": True}
        await hub.http.post(f"/api/incidents/{incident['id']}/resolve", json=closing)
        assert await people.close_what_is_over() == 1
        assert (await got(operator, "/api/glass/own"))["looks"] == []
        refused = await got(operator, f"/api/people/{bearer}?{about}", 422)
        assert refused["error"] == "incident-not-open"
    looks = (await got(hub.http, f"/api/look-ups?incident={incident['id']}"))["look_ups"]
    assert {look["kind"] for look in looks} == {"record", "break-glass", "search"}


IN_ADDRESSES = {  # of every route: ids, times, choices and counts; nothing that somebody types about somebody
    *("account", "action", "after", "before", "box", "community", "day", "device", "incident", "key", "kind", "limit"),
    *(
        "building",
        "by",
        "closed",
        "export",
        "first",
        "group",
        "household",
        "offset",
        "place",
        "rule",
        "run",
        "token",
        "unit",
    ),
    *("upload", "what", "with_band", "with_ended", "with_warning", "withdrawn", "zone"),
    *("mark", "number", "page", "purpose", "resident", "since", "state", "subject", "unseen", "until"),
}


async def test_no_address_takes_what_is_typed_about_somebody(hub: Hub) -> None:
    """Addresses stand in logs of proxies and in histories of browsers."""
    paths = hub.app.openapi()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    named = {
        one["name"] for operation in operations for one in operation.get("parameters", ()) if one["in"] != "header"
    }
    assert named - IN_ADDRESSES == set()


async def test_the_consoles_listener_keeps_no_log_of_addresses(
    hub: Hub, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with served(hub) as address, httpx.AsyncClient() as http:
        await http.get(f"{address}/api/people/search?text=kanaria")
    said = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert not [line for line in said if "kanaria" in line]
    out, err = capfd.readouterr()
    assert "kanaria" not in out + err


async def test_a_log_that_cannot_be_written_is_said_at_the_console(hub: Hub) -> None:
    resident = await add(hub, "单雪梅")
    async with hub.parts.people.registry._writing.begin() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON look_up BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    async with hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as clerk:
        assert (await got(clerk, f"/api/people/{resident}?purpose=care", 503))["error"] == "not-logged"
    hub.parts.people.log._keep(HUB, *_waiting(resident))
    notices = (await hub.http.get("/healthz")).json()["notices"]
    assert any("log of look-ups cannot be written" in notice for notice in notices)


def _waiting(resident: str) -> tuple[Any, int, str]:
    from anju_central.registry.look_up_log import Seen
    from anju_central.registry.tables import LookUpKind

    return Seen(LookUpKind.RECORD, frozenset({(resident, "ningdu")}), "name"), 1, "disk is full"


async def test_a_session_says_for_which_purposes_people_may_be_looked_up(hub: Hub) -> None:
    for role, purposes in {
        Role.OPERATOR: ["emergency"],
        Role.COMMUNITY_STAFF: ["emergency", "care", "activity", "case", "device-maintenance"],
        Role.PRIVACY_OFFICER: ["case"],
        Role.TECHNICIAN: ["device-maintenance"],
        Role.AUDITOR: [],
        Role.PROGRAMME_OFFICER: [],
    }.items():
        async with hub.person(f"p-{role}", role) as http:
            assert (await got(http, "/api/session"))["purposes"] == purposes
