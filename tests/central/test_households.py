"""Households on both engines: who lives together, what changes it, and that each change is undone whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anju_central.access.caller import COMMAND_LINE, NotAllowed
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.people.group_editing import make_group
from anju_central.registry.people.households import (
    HomeFilter,
    HomeWarning,
    HouseholdPage,
    choose_head,
    join_household,
    list_households,
    move_household,
    separate_household,
)
from anju_central.registry.people.life_events import move_out
from anju_central.registry.people.undoing import undo_action
from anju_central.registry.people_errors import BadValue, NoIncident, NotInThatState, NotThere, UnknownResident
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.queries.bundle_rows import roster_revisions
from anju_central.registry.queries.roster_take_over import begin_roster
from support.registry_people import CASE, CLERK, NOW, OPERATOR, STRANGER, TECHNICIAN, People, people_in


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def pages(people: People, only: HomeFilter = HomeFilter.ALL, text: str = "") -> HouseholdPage:
    return await list_households(CASE, people.registry, people.log, "ningdu", only=only, text=text)


async def homes(people: People) -> dict[str, list[str]]:
    """Who lives where, by flat."""
    page = await pages(people)
    return {row.flat: [member.name for member in row.members] for row in page.households}


async def home_of(people: People, resident: str) -> str:
    [(household,)] = await people.rows("SELECT household FROM resident WHERE resident = :r", r=resident)
    assert isinstance(household, str)
    return household


async def everything(people: People) -> list[list[tuple[object, ...]]]:
    """What an undo has to bring back."""
    return [
        await people.rows("SELECT resident, household, is_head FROM resident ORDER BY resident"),
        await people.rows("SELECT household, place, ended_ms FROM household ORDER BY household"),
        await people.rows("SELECT label, ended_ms FROM place ORDER BY place"),
        await people.rows("SELECT household, responder_group, to_ms FROM group_member ORDER BY group_member"),
    ]


async def test_households_come_in_the_order_of_their_flats_with_what_should_be_put_right(people: People) -> None:
    for name, flat in (("王一", "10-1-101"), ("李二", "2-1-101"), ("赵三", "2-1-101"), ("周四", "2-1-1101")):
        await people.add(name, flat)
    await people.add("无家", "")
    await people.add("别处", "1-1-101", community="other")
    page = await pages(people)
    assert [row.flat for row in page.households] == ["2-1-101", "2-1-1101", "10-1-101"]
    assert (page.found, page.all_of_them, page.without_group, page.without_home) == (3, 3, 3, 1)
    assert page.households[0].warnings == (HomeWarning.NO_GROUP, HomeWarning.NO_HEAD)
    assert [row.flat for row in (await pages(people, text="2栋1单元")).households] == ["2-1-101", "2-1-1101"]
    assert [row.flat for row in (await pages(people, text="2-1-1")).households] == ["2-1-101", "2-1-1101"]
    assert [row.flat for row in (await pages(people, HomeFilter.ALONE)).households] == ["2-1-1101", "10-1-101"]
    second = await list_households(CASE, people.registry, people.log, "ningdu", offset=1, limit=1)
    assert ([row.flat for row in second.households], second.found) == (["2-1-1101"], 3)


async def test_looking_at_households_needs_a_purpose_that_sees_them_and_is_logged(people: People) -> None:
    resident = await people.add("王秀英", "3-1-502")
    with pytest.raises(PurposeRefused):
        await list_households(TECHNICIAN, people.registry, people.log, "ningdu")
    with pytest.raises(NoIncident):
        await list_households(OPERATOR, people.registry, people.log, "ningdu")
    assert (await list_households(STRANGER, people.registry, people.log, "ningdu")).all_of_them == 0
    await pages(people)
    looked = "SELECT l.account, l.kind, p.resident FROM look_up l JOIN look_up_person p ON p.entry = l.entry"
    assert await people.rows(looked) == [("clerk-1", "list", resident)]


async def test_people_move_together_and_apart_and_each_is_undone_whole(people: People) -> None:
    first, second = (
        await people.add("王秀英", "3-1-502", is_head=True),
        await people.add("李强", "8-2-301", is_head=True),
    )
    await people.add("李静", "8-2-301")
    before = await everything(people)
    joined = await join_household(CLERK, people.registry, await home_of(people, first), [second], NOW)
    assert await homes(people) == {"3-1-502": ["王秀英", "李强"], "8-2-301": ["李静"]}
    [row, _] = (await pages(people)).households
    assert [member.is_head for member in row.members] == [True, False]
    after = await everything(people)
    apart = await separate_household(CLERK, people.registry, [second], NOW + 1)
    assert [row.flat for row in (await pages(people)).households] == ["3-1-502", "3-1-502", "8-2-301"]
    await undo_action(CLERK, people.registry, apart.action, NOW + 2)
    assert await everything(people) == after
    await undo_action(CLERK, people.registry, joined.action, NOW + 3)
    assert await everything(people) == before
    trail = [row.action for row in await read_audit(COMMAND_LINE, people.registry) if row.account == "clerk-1"]
    assert trail == ["people.undo", "people.undo", "people.household-split", "people.household-joined"]


async def test_a_household_that_all_leave_ends_with_its_place_in_a_group_and_comes_back_with_the_undo(
    people: People,
) -> None:
    first, second = await people.add("王秀英", "3-1-502"), await people.add("李强", "8-2-301")
    left = await home_of(people, second)
    await make_group(CLERK, people.registry, "ningdu", "八栋组", "", [left], None, NOW)
    before = await everything(people)
    done = await join_household(CLERK, people.registry, await home_of(people, first), [second], NOW + 1)
    assert await people.rows("SELECT to_ms FROM group_member") == [(NOW + 1,)]
    with pytest.raises(NotInThatState):
        await join_household(CLERK, people.registry, left, [first], NOW + 2)
    await undo_action(CLERK, people.registry, done.action, NOW + 3)
    assert await everything(people) == before


async def test_who_separates_in_the_same_flat_stays_in_the_group_and_elsewhere_is_in_none(people: People) -> None:
    first, second = await people.add("王秀英", "3-1-502"), await people.add("王强", "3-1-502")
    group = await make_group(CLERK, people.registry, "ningdu", "三栋组", "", [await home_of(people, first)], first, NOW)
    stays = await separate_household(CLERK, people.registry, [second], NOW + 1)
    rows = {row.household: row.group for row in (await pages(people)).households}
    assert rows == {await home_of(people, first): group.group, stays.household: group.group}
    await undo_action(CLERK, people.registry, stays.action, NOW + 2)
    goes = await separate_household(CLERK, people.registry, [second], NOW + 3, flat="9栋1单元101")
    [row] = (await pages(people, HomeFilter.NO_GROUP)).households
    assert (row.household, row.flat, row.warnings[0]) == (goes.household, "9栋1单元101", HomeWarning.NO_GROUP)


async def test_a_household_has_one_head_and_moves_whole(people: People) -> None:
    first, second = (
        await people.add("王秀英", "3-1-502", is_head=True),
        await people.add("王强", "3-1-502", is_head=True),
    )
    home = await home_of(people, first)
    [row] = (await pages(people)).households
    assert HomeWarning.TWO_HEADS in row.warnings
    before = await everything(people)
    chosen = await choose_head(CLERK, people.registry, home, second, NOW)
    [row] = (await pages(people)).households
    assert [(member.name, member.is_head) for member in row.members] == [("王强", True), ("王秀英", False)]
    moved = await move_household(CLERK, people.registry, home, "8-2-301", NOW + 1)
    assert list(await homes(people)) == ["8-2-301"]
    for done in (moved, chosen):
        await undo_action(CLERK, people.registry, done.action, NOW + 2)
    assert await everything(people) == before


async def test_what_does_not_fit_is_refused_with_what_would(people: People) -> None:
    first, other = await people.add("王秀英", "3-1-502"), await people.add("别处", "1-1-1", community="other")
    home, loose, away = await home_of(people, first), await people.add("无家"), await people.add("走了", "3-1-502")
    await move_out(CLERK, people.registry, away, NOW)
    before = await everything(people)
    for refused, asked in (
        (BadValue, join_household(CLERK, people.registry, home, [], NOW)),
        (NotInThatState, join_household(CLERK, people.registry, home, [away], NOW)),
        (UnknownResident, join_household(CLERK, people.registry, home, [other], NOW)),
        (BadValue, join_household(COMMAND_LINE, people.registry, home, [other], NOW)),
        (NotThere, join_household(STRANGER, people.registry, home, [other], NOW)),
        (NotAllowed, join_household(TECHNICIAN, people.registry, home, [loose], NOW)),
        (BadValue, separate_household(CLERK, people.registry, [first], NOW)),  # nobody would stay
        (BadValue, separate_household(CLERK, people.registry, [loose], NOW)),  # in which flat?
        (BadValue, separate_household(CLERK, people.registry, [first], NOW, flat="   ")),
        (BadValue, choose_head(CLERK, people.registry, home, loose, NOW)),
        (BadValue, choose_head(CLERK, people.registry, home, away, NOW)),
        (NotThere, move_household(CLERK, people.registry, "h-none", "1-1-1", NOW)),
    ):
        with pytest.raises(refused):
            await asked
    assert await everything(people) == before


async def test_each_change_is_counted_for_the_boxes_of_the_community_alone(people: People) -> None:
    for community in ("ningdu", "other"):
        await begin_roster(COMMAND_LINE, people.registry, community, NOW)
    first, second = await people.add("王秀英", "3-1-502"), await people.add("李强", "8-2-301")
    before = await roster_revisions(COMMAND_LINE, people.registry)
    await join_household(CLERK, people.registry, await home_of(people, first), [second], NOW)
    after = await roster_revisions(COMMAND_LINE, people.registry)
    assert after == {"ningdu": before["ningdu"] + 1, "other": before["other"]}
