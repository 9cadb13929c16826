"""`GET /api/audit`: the whole audit, filtered and paged in the database; each look at it is noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_central.access.caller import COMMAND_LINE, HUB, Caller, Purpose, Role
from anju_central.registry.database import Registry
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.queries.boxes import add_box, retire_box, revoke_box
from anju_central.registry.queries.communities import add_community
from support.hubs import running

NOW = 1_800_000_000_000
MINUTE = 60_000


async def test_it_is_filtered_and_paged_and_nothing_comes_twice(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("priv", Role.PRIVACY_OFFICER) as http:
        registry = hub.parts.registry.registry
        for number in range(60):
            hub.clock.advance(60)
            await add_box(COMMAND_LINE, registry, f"b-{number}", "ningdu", hub.clock.ms)
        middle = "2026-09-21T14:43:20+00:00"
        await revoke_box(COMMAND_LINE, registry, "b-7", hub.clock.ms)

        first = (await http.get("/api/audit", params={"kind": "box", "account": "command-line"})).json()
        rest = (
            await http.get("/api/audit", params={"kind": "box", "account": "command-line", "before": first["more"]})
        ).json()
        lines = first["lines"] + rest["lines"]
        assert (len(first["lines"]), rest["more"]) == (50, None)
        assert [line["subject"] for line in lines] == ["b-7", *(f"b-{number}" for number in reversed(range(60)))]
        assert lines[0] == {
            "entry": lines[0]["entry"],
            "at": lines[0]["at"],
            "account": "command-line",
            "role": "hub",
            "purpose": "device-maintenance",
            "action": "box.revoke",
            "subject": "b-7",
            "community": "ningdu",
            "detail": lines[0]["detail"],
        }
        of_one = (await http.get("/api/audit", params={"subject": "b-7"})).json()["lines"]
        assert [line["action"] for line in of_one] == ["box.revoke", "box.add"]
        late = (await http.get("/api/audit", params={"kind": "box", "since": middle})).json()["lines"]
        early = (await http.get("/api/audit", params={"kind": "box", "until": middle})).json()["lines"]
        assert 0 < len(late) < 61
        assert not {line["entry"] for line in late} & {line["entry"] for line in early}
        assert min(line["at"] for line in late) >= "2026-09-21T14:43:20" > max(line["at"] for line in early)


async def test_each_look_is_an_entry_and_says_what_was_looked_for(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("aud", Role.AUDITOR) as http:
        await http.get("/api/audit", params={"account": "op-li"})
        await http.get("/api/audit")
        looks = (await http.get("/api/audit", params={"kind": "audit"})).json()["lines"]
        assert [(line["account"], line["action"], line["detail"]) for line in looks[1:]] == [
            ("aud", "audit.read", "everything"),
            ("aud", "audit.read", "account op-li"),
        ]


@pytest.mark.parametrize(
    "query",
    [{"kind": "Box; drop"}, {"since": "yesterday"}, {"since": "2026-09-21T14:43:20"}, {"before": -1}, {"account": ""}],
)
async def test_what_is_no_question_is_refused(tmp_path: Path, query: dict[str, str]) -> None:
    async with running(tmp_path) as hub:
        answer = await hub.http.get("/api/audit", params=query)
        assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


async def test_without_the_registry_it_says_so(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.parts.registry.close()
        answer = await hub.http.get("/api/audit")
        assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")


async def test_who_is_of_one_community_sees_its_entries_and_no_other(registry: Registry) -> None:
    for community in ("ningdu", "other"):
        await add_community(HUB, registry, community, "", "", NOW)
        await add_box(HUB, registry, f"box-{community}", community, NOW)
    await retire_box(HUB, registry, "box-other", NOW + MINUTE)
    mine = Caller("aud", Role.AUDITOR, frozenset({"ningdu"}), Purpose.DEVICE_MAINTENANCE)
    rows = await read_audit(mine, registry, since_ms=0, until_ms=NOW + 2 * MINUTE)
    assert {row.community for row in rows} == {"ningdu"}
    assert [row.subject for row in await read_audit(HUB, registry, since_ms=NOW + 1)] == ["box-other"]
    assert await read_audit(HUB, registry, account="nobody") == []
