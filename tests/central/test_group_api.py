"""The HTTP API of households and responder groups: a clerk makes a group, and a leader's death is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from anju_central.access.caller import HUB, Role
from anju_central.registry.people.life_events import NewResident, move_in
from anju_central.registry.secrets import RegistrySecrets
from support.hubs import Hub, config, running

HERE = frozenset({"ningdu"})


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    config(tmp_path).data_dir.mkdir(parents=True, exist_ok=True)
    RegistrySecrets(config(tmp_path).data_dir, {}).make()
    async with running(tmp_path) as hub:
        yield hub


async def add(hub: Hub, name: str, flat: str) -> str:
    people = hub.parts.people
    new = NewResident(name=name, flat=flat)
    return (await move_in(HUB, people.registry, "ningdu", new, people.numbers, people.today(), hub.clock.ms)).resident


async def posted(http: httpx.AsyncClient, path: str, status: int = 200, **body: Any) -> Any:
    answer = await http.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def got(http: httpx.AsyncClient, path: str, status: int = 200) -> Any:
    answer = await http.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_clerk_puts_a_group_together_and_a_leaders_death_is_said(hub: Hub) -> None:
    residents = [await add(hub, f"王{at}", f"3-1-{101 + at}") for at in range(11)]
    async with hub.person("clerk-1", Role.COMMUNITY_STAFF, HERE) as clerk:
        wanted: dict[str, Any] = {"community": "ningdu", "purpose": "care"}
        unsaid = await posted(clerk, "/api/households/search", 422, community="ningdu")
        assert unsaid["error"] == "invalid"  # without a purpose
        listed = await posted(clerk, "/api/households/search", **wanted, only="no-group", limit=4, offset=8)
        assert (listed["found"], [home["flat"] for home in listed["households"]]) == (
            11,
            ["3-1-109", "3-1-110", "3-1-111"],
        )
        homes = [home["household"] for home in (await posted(clerk, "/api/households/search", **wanted))["households"]]
        asked: dict[str, Any] = {
            "community": "ningdu",
            "label_zh": "三栋组",
            "households": homes[:10],
            "leader": residents[0],
        }
        made = await posted(clerk, "/api/groups", **asked)
        assert (await posted(clerk, "/api/groups", 409, **asked))["error"] == "already-there"
        other = await posted(clerk, "/api/groups", community="ningdu", label_zh="四栋组")
        refused = await posted(clerk, f"/api/groups/{other['group']}/put-in", 409, households=homes)
        assert (refused["error"], refused["group"]) == ("grouped-already", made["group"])
        assert refused["household"] in homes[:10]
        await posted(clerk, f"/api/people/{residents[0]}/leave", why="died")
        page = await got(clerk, "/api/groups?purpose=care&community=ningdu&with_warning=true")
        assert {group["label_zh"]: group["warnings"] for group in page["groups"]} == {
            "三栋组": ["few", "leader-died"],
            "四栋组": ["few", "no-leader"],
        }
        shown = await got(clerk, f"/api/groups/{made['group']}?purpose=care")
        assert [home["flat"] for home in shown["homes"]] == [f"3-1-{101 + at}" for at in range(1, 10)]
        wrong = await posted(clerk, f"/api/groups/{made['group']}/leader", 422, leader=residents[10])
        assert (wrong["error"], wrong["field"]) == ("bad-value", "leader")
        done = await posted(clerk, f"/api/groups/{made['group']}/leader", leader=residents[1])
        await posted(clerk, f"/api/people/actions/{done['action']}/undo")
        joined = await posted(clerk, f"/api/households/{homes[1]}/join", residents=[residents[2]])
        assert joined["household"] == homes[1]
        await posted(clerk, "/api/households/separate", residents=[residents[2]], flat="9-1-1")
        await posted(clerk, f"/api/households/{homes[1]}/head", resident=residents[1])
        await posted(clerk, f"/api/households/{homes[1]}/move", flat="8-1-1")
        assert (await posted(clerk, "/api/households/h-no/move", 404, flat="8-1-1"))["error"] == "not-there"
    async with hub.person("op-1", Role.OPERATOR) as operator:
        assert (await got(operator, "/api/groups?purpose=care&community=ningdu", 403))["error"] == "purpose"
    async with hub.person("other-1", Role.COMMUNITY_STAFF, frozenset({"other"})) as stranger:
        assert (await got(stranger, f"/api/groups/{made['group']}?purpose=care", 404))["error"] == "not-there"
        assert (await got(stranger, "/api/groups?purpose=care&community=ningdu"))["groups"] == []
        for path, body in (
            (f"/api/groups/{made['group']}/end", {}),
            (f"/api/groups/{made['group']}/leader", {"leader": None}),
            (f"/api/households/{homes[1]}/move", {"flat": "1-1-1"}),
        ):
            assert (await posted(stranger, path, 404, **body))["error"] == "not-there"
