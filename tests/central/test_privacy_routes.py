"""Consents, requests, retention and the chain of look-ups by the HTTP API, and what the hub does at night by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from anju_central.access.caller import HUB, Role
from anju_central.registry.consent_wordings import WORDINGS, wording_of
from anju_central.registry.database import Registry
from anju_central.registry.nightly import NightlyRetention, last_night_ms
from anju_central.registry.people.erasing import DAY_MS, Removed
from anju_central.registry.people.life_events import NewResident, move_in, move_out
from anju_central.registry.tables import ConsentKind, Language
from support.hubs import Hub, running
from support.registry_people import CLERK, NOW, People, people_in

HERE = frozenset({"ningdu"})
KEEP: dict[str, Any] = {"kind": "location", "wording_version": "2026-1", "language": "zh", "channel": "paper"}


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running(tmp_path) as hub:
        yield hub


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def add(hub: Hub, name: str) -> str:
    people = hub.parts.people
    new = NewResident(name=name, flat="3栋1单元502")
    return (await move_in(HUB, people.registry, "ningdu", new, people.numbers, people.today(), hub.clock.ms)).resident


async def posted(http: httpx.AsyncClient, path: str, status: int = 200, **body: object) -> Any:
    answer = await http.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def got(http: httpx.AsyncClient, path: str, status: int = 200) -> Any:
    answer = await http.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


# -- consents


def test_every_kind_of_consent_has_a_text_in_both_languages_that_says_it_is_free() -> None:
    for kind in ConsentKind:
        zh, en = wording_of(kind, "2026-1", Language.ZH), wording_of(kind, "2026-1", Language.EN)
        assert "不影响按手环求助" in zh.text
        assert "free to say no" in en.text
    assert len({wording.text_hash for wording in WORDINGS}) == len(WORDINGS)


async def test_a_consent_is_given_with_its_text_withdrawn_undone_and_listed(hub: Hub) -> None:
    resident = await add(hub, "单雪梅")
    consents = f"/api/people/{resident}/consents"
    listing = "/api/consents?purpose=care&community=ningdu"
    async with hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as clerk:
        texts = (await got(clerk, "/api/consents/wordings"))["wordings"]
        assert {"kind", "version", "language", "text"} == set(texts[0])
        wrong = await posted(clerk, consents, 422, **{**KEEP, "wording_version": "1999-1"})
        assert (wrong["error"], wrong["field"]) == ("bad-value", "wording")
        await posted(clerk, consents, **KEEP)
        [line] = (await got(clerk, listing))["consents"]
        assert (line["name"], line["kind"], line["channel"], line["withdrawn_at"]) == (
            "单雪梅",
            "location",
            "paper",
            None,
        )
        taken = await posted(clerk, f"{consents}/location/withdraw", channel="desk")
        assert (await got(clerk, listing))["consents"] == []
        [line] = (await got(clerk, f"{listing}&withdrawn=true&kind=location"))["consents"]
        assert line["withdrawn_at"] is not None
        assert (await got(clerk, f"{listing}&withdrawn=true&kind=photo"))["consents"] == []
        again = await posted(clerk, f"{consents}/location/withdraw", 409, channel="desk")
        assert again["error"] == "not-in-that-state"
        await posted(clerk, f"/api/people/actions/{taken['action']}/undo")
        assert len((await got(clerk, listing))["consents"]) == 1
        assert (await got(clerk, "/api/consents?purpose=care&community=other"))["consents"] == []
    async with hub.person("op-1", Role.OPERATOR) as operator:
        assert (await got(operator, "/api/consents?purpose=care&community=ningdu", 403))["error"] == "purpose"
        assert (await got(operator, "/api/consents?purpose=emergency&community=ningdu", 403))["error"] == "purpose"
    looks = (await got(hub.http, "/api/look-ups"))["look_ups"]
    assert any(look["fields"] == "consents,flat,name" and look["account"] == "clerk-1" for look in looks)


# -- requests


async def test_a_request_counts_its_working_days_is_late_and_is_closed_with_an_answer(hub: Hub) -> None:
    resident = await add(hub, "单雪梅")
    today = hub.parts.people.today()
    async with hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as clerk:
        asked = f"/api/people/{resident}/requests"
        fresh = await posted(clerk, asked, kind="access")
        old = await posted(clerk, asked, kind="delete", received_on=(today - timedelta(days=60)).isoformat())
        listed = await got(clerk, "/api/requests")
        assert listed["today"] == today.isoformat()
        first, second = listed["requests"]
        assert (first["number"], first["is_late"], first["days_left"]) == (old["number"], True, 0)
        assert (second["number"], second["is_late"], second["name"]) == (fresh["number"], False, "单雪梅")
        assert 15 <= second["days_left"] <= 16  # the day on which it came in may be one
        assert date.fromisoformat(second["due_on"]) > today
        await posted(clerk, f"/api/requests/{old['number']}/close", 403, answer="已删除")
        async with hub.person("privacy-1", Role.PRIVACY_OFFICER) as officer:
            await posted(officer, f"/api/requests/{old['number']}/close", answer="已答复")
            [closed] = (await got(officer, "/api/requests?closed=true"))["requests"]
            assert (closed["state"], closed["answer"], closed["is_late"]) == ("done", "已答复", False)
        assert len((await got(clerk, "/api/requests"))["requests"]) == 1
    async with hub.person("clerk-2", Role.COMMUNITY_STAFF, frozenset({"other"})) as stranger:
        assert (await got(stranger, "/api/requests"))["requests"] == []
        await posted(stranger, asked, 404, kind="access")
    async with hub.person("op-1", Role.OPERATOR) as operator:
        assert (await got(operator, "/api/requests", 403))["error"] == "purpose"


# -- retention and the chain


async def test_retention_is_data_with_its_guard_and_certificates(hub: Hub) -> None:
    async with hub.person("privacy-1", Role.PRIVACY_OFFICER) as officer:
        state = await got(officer, "/api/retention")
        days = {clock["what"]: clock["days"] for clock in state["clocks"]}
        assert days == {"look-ups": 1095, "incident-notes": 1095, "left-people": 1095, "undone-people": 30}
        assert (state["max_share"], state["tombstones"], state["certificates"]) == (0.02, 0, [])
        changed = await posted(officer, "/api/retention/clocks/left-people", days=400)
        [clock] = [clock for clock in changed["clocks"] if clock["what"] == "left-people"]
        assert (clock["days"], clock["default_days"], clock["changed_by"]) == (400, 1095, "privacy-1")
        few = await posted(officer, "/api/retention/clocks/left-people", 422, days=1)
        assert (few["error"], few["field"]) == ("bad-value", "days")
        await posted(officer, "/api/retention/clocks/sightings", 422, days=400)
        await posted(officer, "/api/retention/run")
        [certificate] = (await got(officer, "/api/retention"))["certificates"]
        assert certificate["account"] == "privacy-1"
        chain = await got(officer, "/api/look-ups/chain")
        assert (chain["fault_entry"], chain["fault"]) == (None, None)
    async with hub.person("privacy-2", Role.PRIVACY_OFFICER, HERE) as part:
        assert (await got(part, "/api/retention", 403))["error"] == "needs-every-community"
        assert (await got(part, "/api/look-ups/chain", 403))["error"] == "needs-every-community"


# -- the night


def test_the_night_begins_at_three_in_the_district() -> None:
    three = int(1_795_460_400_000 // DAY_MS * DAY_MS) - 5 * 3_600_000  # 19:00 UTC is 03:00 there
    assert last_night_ms(three) == three
    assert last_night_ms(three - 1) == three - DAY_MS
    assert last_night_ms(three + DAY_MS - 1) == three


class Nights:
    """The nightly run on a registry, with its own clock."""

    def __init__(self, people: People, start_ms: int) -> None:
        self.now_ms = start_ms
        self.is_good = True
        self.said = 0
        self.people = people
        self.restart()

    def restart(self) -> None:
        """As after a new start of the hub."""
        self.run = NightlyRetention(lambda: self.people.registry, lambda: self.now_ms, lambda: self.is_good, self._say)

    def _say(self) -> None:
        self.said += 1

    async def look(self, later_ms: int = 0) -> Removed | None:
        self.now_ms += later_ms
        return await self.run.look()


async def test_each_night_removes_once_and_a_missed_night_is_made_up_for(people: People) -> None:
    gone = await people.add("王秀英")
    await move_out(CLERK, people.registry, gone, NOW)
    nights = Nights(people, last_night_ms(NOW + 1_100 * DAY_MS) + 3_600_000)
    assert await nights.look() is None, "a new hub waits for its first night"
    removed = await nights.look(DAY_MS)
    assert removed is not None
    assert removed.counts["resident"] == 1
    assert await nights.look(600_000) is None, "once a night"
    assert await people.rows("SELECT account FROM deletion_certificate") == [("hub",)]
    nights.restart()
    assert await nights.look() is None
    nights.now_ms += 3 * DAY_MS
    nights.restart()
    assert await nights.look() is not None, "it was off for some nights"
    assert nights.said == 0


async def test_a_night_that_removes_nothing_is_said_at_the_console(people: People) -> None:
    gone = await people.add("王秀英")
    await move_out(CLERK, people.registry, gone, NOW)
    nights = Nights(people, NOW + 1_100 * DAY_MS)
    nights.is_good = False
    removed = await nights.look(DAY_MS)
    assert removed is not None
    assert "clock" in removed.stopped
    assert nights.said == 1
    assert len(await people.rows("SELECT resident FROM resident")) == 1


async def test_a_night_that_fails_is_said_once_and_tried_again(people: People) -> None:
    nights = Nights(people, NOW)
    await people.run("ALTER TABLE deletion_certificate RENAME TO away")
    assert await nights.look(DAY_MS) is None
    assert await nights.look(600_000) is None
    assert nights.said == 1
    await people.run("ALTER TABLE away RENAME TO deletion_certificate")
    assert await nights.look(600_000) is not None
