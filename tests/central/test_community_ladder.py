"""Who rings when, at the registry: phones that are known; a ladder that would reach nobody is not saved."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import pytest

from anju_central.access.caller import COMMAND_LINE, NotAllowed, Role
from anju_central.api.ladder_routes import TargetName, WrongName
from anju_central.registry.account_rows import NewLink
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.database import Registry
from anju_central.registry.errors import UnknownCommunity
from anju_central.registry.people.group_editing import make_group
from anju_central.registry.people.staff import StaffEntry, put_staff
from anju_central.registry.people_errors import BadValue
from anju_central.registry.queries.accounts import add_account
from anju_central.registry.queries.bundle_rows import read_bundle_rows
from anju_central.registry.queries.community_ladder import LadderDryRun, ladder_dry_run
from anju_central.registry.queries.community_rules import set_setting
from anju_central.registry.queries.roster_take_over import begin_roster
from anju_edge.roster.roster import index
from anju_protos.ladder.steps import DEFAULT_LADDERS, Target, Wrong
from anju_protos.v1.event_pb2 import P1
from support.registry_people import CLERK, NOW, PRIVACY, STRANGER, TECHNICIAN, People, people_in

KEY = "escalation.P1"


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        await begin_roster(COMMAND_LINE, registry, "ningdu", NOW)
        yield made


async def settle(people: People, *, phones: bool) -> None:
    """Two households in a group, a grid worker, two operators and a supervisor."""
    registry = people.registry
    numbers = ("13800000001",) if phones else ()
    leader = await people.add("王秀英", "3-1-502", phones=numbers)
    await people.add("李强", "3-1-503", phones=numbers and ("13800000002", "13800000003"))
    await people.add("赵桂兰", "3-1-504")
    homes = [home for (home,) in await people.rows("SELECT household FROM resident WHERE name <> '赵桂兰'")]
    await make_group(CLERK, registry, "ningdu", "第1组", "", homes, leader, NOW)
    for account, role in (("op-1", Role.OPERATOR), ("op-2", Role.OPERATOR), ("super-1", Role.SUPERVISOR)):
        link = NewLink(secrets.token_bytes(32), NOW + 1)
        await add_account(COMMAND_LINE, registry, account, "", role, "every", link, NOW)
    posts = (("网格员", ""), ("值班", "op-1"), ("值班", "op-2"), ("主任", "super-1"))
    for number, (post, account) in enumerate(posts):
        phone = f"1390000000{number}" if phones else ""
        await put_staff(CLERK, registry, "ningdu", None, StaffEntry("周建国", post, phone, account), NOW)


def counts(found: LadderDryRun) -> dict[str, int | None]:
    return {one.target: one.phones for step in found.steps for one in step.targets if one.phones is not None}


async def test_the_default_is_shown_with_its_phones(people: People) -> None:
    await settle(people, phones=True)
    found = await ladder_dry_run(TECHNICIAN, people.registry, "ningdu", KEY, None)
    assert (found.is_default, found.value, found.wrong, found.faults) == (True, str(DEFAULT_LADDERS[P1]), "", ())
    assert counts(found) == {"group": 2, "leader": 1, "grid_worker": 1, "second_operator": 1, "supervisor": 1}
    assert {(one.with_hub, one.without_hub) for step in found.steps for one in step.targets if one.phones} == {
        ("box", "box")  # no gateway of the hub
    }


async def test_it_is_saved_where_it_reaches_people_and_boxes_of_each_version_take_it(people: People) -> None:
    await settle(people, phones=True)
    whole = "0 siren kiosk console; 20 group; 60 leader grid_worker until going"
    await set_setting(TECHNICIAN, people.registry, "ningdu", KEY, whole, NOW)
    found = await ladder_dry_run(CLERK, people.registry, "ningdu", KEY, None)
    assert (found.is_default, found.value) == (False, whole)
    rows = await read_bundle_rows(COMMAND_LINE, people.registry, "ningdu")
    assert rows is not None
    bundle = build_bundle(rows)
    assert bundle.settings[KEY] == "0 siren kiosk"
    assert str(index(bundle, "ningdu").rules.ladders[P1]) == whole


@pytest.mark.parametrize(
    ("value", "phones", "words"),
    [
        ("0 siren kiosk lan; 30 lan", True, "names nobody"),
        ("0 siren; 30 group", False, "step 2: group: no phone is known in 第1组"),
        ("0 siren; 30 supervisor; 60 grid_worker", False, "step 2: supervisor: no phone is known; step 3: grid_worker"),
        ("0 siren; 30 grup", True, "step 2: word 2 is no target"),
    ],
)
async def test_what_would_reach_nobody_is_not_saved(people: People, value: str, phones: bool, words: str) -> None:
    await settle(people, phones=phones)
    with pytest.raises(BadValue, match=words):
        await set_setting(TECHNICIAN, people.registry, "ningdu", KEY, value, NOW)
    assert await people.rows("SELECT key FROM community_setting") == []


async def test_an_older_ladder_stays_in_use_and_says_what_is_wrong(people: People) -> None:
    await people.run(
        "INSERT INTO community_setting (community, key, value, changed_ms) VALUES ('ningdu', :k, :v, 1)",
        k=KEY,
        v="0 siren kiosk lan; 30 lan",
    )
    found = await ladder_dry_run(TECHNICIAN, people.registry, "ningdu", KEY, None)
    assert [fault.fault for fault in found.faults] == ["nobody"]
    assert len(found.steps) == 2


async def test_what_is_no_ladder_says_where_and_who_may_not_look_does_not(people: People) -> None:
    typed = await ladder_dry_run(TECHNICIAN, people.registry, "ningdu", KEY, "0 siren; 30 lan grup")
    assert (typed.wrong, typed.wrong_step, typed.wrong_word, typed.steps) == ("unknown-target", 2, 3, ())
    with pytest.raises(BadValue, match=r"escalation\.P1 or escalation\.P2"):
        await ladder_dry_run(TECHNICIAN, people.registry, "ningdu", "presence.dwell_s", "3")
    with pytest.raises(UnknownCommunity):
        await ladder_dry_run(STRANGER, people.registry, "ningdu", KEY, None)
    with pytest.raises(NotAllowed):
        await ladder_dry_run(PRIVACY, people.registry, "ningdu", KEY, None)


def test_the_answer_has_a_word_for_each_target_and_fault() -> None:
    assert set(get_args(TargetName)) == set(map(str, Target))
    assert set(get_args(WrongName)) == {"", *map(str, Wrong)}
