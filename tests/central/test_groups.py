"""Responder groups on both engines: 10 to 20 households with a leader, and what is wrong with one is said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from anju_central.access.caller import COMMAND_LINE, NotAllowed
from anju_central.registry.bundles.build import build_bundle
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.people.erasing import erase
from anju_central.registry.people.group_editing import (
    GroupDone,
    choose_leader,
    end_group,
    make_group,
    name_group,
    put_into_group,
    take_out_of_group,
)
from anju_central.registry.people.groups import GroupDetail, GroupRow, GroupWarning, group_detail, list_groups
from anju_central.registry.people.life_events import move_out, move_within, note_death
from anju_central.registry.people.undoing import undo_action
from anju_central.registry.people_errors import BadValue, GroupedAlready, NoIncident, NotInThatState, NotThere
from anju_central.registry.queries.bundle_rows import read_bundle_rows
from anju_central.registry.queries.roster_take_over import begin_roster
from support.registry_people import CASE, CLERK, NOW, OPERATOR, PRIVACY, STRANGER, TECHNICIAN, People, people_in


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def settle(people: People, count: int) -> tuple[list[str], list[str]]:
    """Residents with a flat each, and their households."""
    residents = [await people.add(f"王{at}", f"3-1-{101 + at}", phones=("13800000001",)) for at in range(count)]
    rows = dict(await people.rows("SELECT resident, household FROM resident"))
    return residents, [rows[resident] for resident in residents]


async def only_group(people: People) -> GroupRow:
    [row] = (await list_groups(CASE, people.registry, people.log, "ningdu")).groups
    return row


async def detail(people: People, group: str) -> GroupDetail:
    return await group_detail(CASE, people.registry, people.log, group)


async def everything(people: People) -> list[list[tuple[object, ...]]]:
    columns = "responder_group, label_zh, label_en, leader, ended_ms"
    return [
        await people.rows(f"SELECT {columns} FROM responder_group ORDER BY responder_group"),
        await people.rows("SELECT responder_group, household, from_ms, to_ms FROM group_member ORDER BY group_member"),
    ]


async def test_a_group_has_ten_to_twenty_households_and_a_leader_or_says_what_is_missing(people: People) -> None:
    residents, homes = await settle(people, 22)
    made = await make_group(CLERK, people.registry, "ningdu", "第1组", "Group 1", homes[:9], None, NOW)
    row = await only_group(people)
    assert (row.households, row.people, row.leader) == (9, 9, None)
    assert row.warnings == (GroupWarning.FEW, GroupWarning.NO_LEADER)
    page = await list_groups(CASE, people.registry, people.log, "ningdu")
    assert (page.households, page.without_group, page.with_warning, page.fewest, page.most) == (22, 13, 1, 10, 20)
    await put_into_group(CLERK, people.registry, made.group, [homes[9]], NOW + 1)
    await choose_leader(CLERK, people.registry, made.group, residents[3], NOW + 2)
    row = await only_group(people)
    assert row.warnings == ()
    assert row.leader is not None
    assert (row.leader.name, row.leader.flat, row.leader.phones) == ("王3", "3-1-104", ("13800000001",))
    await put_into_group(CLERK, people.registry, made.group, homes, NOW + 3)
    assert (await only_group(people)).warnings == (GroupWarning.MANY,)
    shown = await detail(people, made.group)
    assert [home.flat for home in shown.homes] == [f"3-1-{101 + at}" for at in range(22)]
    warned = await list_groups(CASE, people.registry, people.log, "ningdu", with_warning=True)
    assert [row.label_zh for row in warned.groups] == ["第1组"]


async def test_a_leader_who_dies_moves_out_or_to_other_people_is_said(people: People) -> None:
    residents, homes = await settle(people, 11)
    await make_group(CLERK, people.registry, "ningdu", "第1组", "", homes[:10], residents[0], NOW)
    assert (await only_group(people)).warnings == ()
    died = await note_death(CLERK, people.registry, residents[0], None, NOW + 1)
    row = await only_group(people)  # the household ended with its only member
    assert row.warnings == (GroupWarning.FEW, GroupWarning.LEADER_DIED)
    await undo_action(CLERK, people.registry, died.action, NOW + 2)
    assert (await only_group(people)).warnings == ()
    left = await move_out(CLERK, people.registry, residents[0], NOW + 3)
    assert GroupWarning.LEADER_LEFT in (await only_group(people)).warnings
    await undo_action(CLERK, people.registry, left.action, NOW + 4)
    await move_within(CLERK, people.registry, residents[0], "3-1-111", NOW + 5)
    assert GroupWarning.LEADER_ELSEWHERE in (await only_group(people)).warnings
    await move_out(CLERK, people.registry, residents[0], NOW + 6)
    await erase(PRIVACY, people.registry, residents[0], "asked", NOW + 7)
    assert GroupWarning.NO_LEADER in (await only_group(people)).warnings


async def test_every_change_is_undone_whole(people: People) -> None:
    residents, homes = await settle(people, 4)
    first = await make_group(CLERK, people.registry, "ningdu", "第1组", "", homes[:2], residents[0], NOW)
    second = await make_group(CLERK, people.registry, "ningdu", "第2组", "", homes[2:3], None, NOW)
    ways: tuple[Callable[[], Awaitable[GroupDone]], ...] = (
        lambda: name_group(CLERK, people.registry, first.group, "东门组", "East gate", NOW + 1),
        lambda: put_into_group(CLERK, people.registry, first.group, homes[3:], NOW + 1),
        lambda: put_into_group(CLERK, people.registry, first.group, [homes[2]], NOW + 1, may_go_over=True),
        lambda: take_out_of_group(CLERK, people.registry, first.group, homes[:2], NOW + 1),
        lambda: choose_leader(CLERK, people.registry, first.group, residents[1], NOW + 1),
        lambda: choose_leader(CLERK, people.registry, first.group, None, NOW + 1),
        lambda: end_group(CLERK, people.registry, first.group, NOW + 1),
        lambda: make_group(CLERK, people.registry, "ningdu", "第3组", "", homes[3:], residents[3], NOW + 1),
    )
    for at, change in enumerate(ways):
        before = await everything(people)
        done = await change()
        assert await everything(people) != before, at
        await undo_action(CLERK, people.registry, done.action, NOW + 2)
        assert await everything(people) == before, at
    assert second.group != first.group


async def test_a_household_of_another_group_goes_over_only_when_that_is_known(people: People) -> None:
    residents, homes = await settle(people, 2)
    first = await make_group(CLERK, people.registry, "ningdu", "第1组", "", homes[:1], residents[0], NOW)
    second = await make_group(CLERK, people.registry, "ningdu", "第2组", "", homes[1:], None, NOW)
    with pytest.raises(GroupedAlready) as refused:
        await put_into_group(CLERK, people.registry, second.group, homes, NOW + 1)
    assert (refused.value.household, refused.value.group) == (homes[0], first.group)
    await put_into_group(CLERK, people.registry, second.group, homes, NOW + 1, may_go_over=True)
    groups = {row.label_zh: row for row in (await list_groups(CASE, people.registry, people.log, "ningdu")).groups}
    assert (groups["第1组"].households, groups["第2组"].households) == (0, 2)
    assert GroupWarning.LEADER_ELSEWHERE in groups["第1组"].warnings


async def test_what_does_not_fit_is_refused_and_changes_nothing(people: People) -> None:
    residents, homes = await settle(people, 3)
    elsewhere = await people.add("别处", "1-1-1", community="other")
    [(foreign,)] = await people.rows("SELECT household FROM resident WHERE resident = :r", r=elsewhere)
    group = (await make_group(CLERK, people.registry, "ningdu", "第1组", "", homes[:2], None, NOW)).group
    over = (await make_group(CLERK, people.registry, "ningdu", "过去", "", [], None, NOW)).group
    await end_group(CLERK, people.registry, over, NOW)
    before = await everything(people)
    for refused, asked in (
        (AlreadyThere, make_group(CLERK, people.registry, "ningdu", " 第1组 ", "", [], None, NOW)),
        (BadValue, make_group(CLERK, people.registry, "ningdu", "　", "", [], None, NOW)),
        (GroupedAlready, make_group(CLERK, people.registry, "ningdu", "新", "", homes, None, NOW)),
        (BadValue, make_group(CLERK, people.registry, "ningdu", "新", "", homes[2:], residents[0], NOW)),
        (NotAllowed, make_group(TECHNICIAN, people.registry, "ningdu", "新", "", [], None, NOW)),
        (NotThere, put_into_group(CLERK, people.registry, group, [foreign], NOW)),
        (NotThere, put_into_group(COMMAND_LINE, people.registry, group, [foreign], NOW)),
        (NotThere, put_into_group(STRANGER, people.registry, group, [foreign], NOW)),
        (BadValue, put_into_group(CLERK, people.registry, group, [], NOW)),
        (NotThere, take_out_of_group(CLERK, people.registry, group, homes[1:], NOW)),
        (BadValue, choose_leader(CLERK, people.registry, group, residents[2], NOW)),
        (NotInThatState, put_into_group(CLERK, people.registry, over, homes[2:], NOW)),
        (NotInThatState, end_group(CLERK, people.registry, over, NOW)),
        (NotThere, name_group(CLERK, people.registry, "g-none", "x", "", NOW)),
    ):
        with pytest.raises(refused):
            await asked
    assert await everything(people) == before


async def test_looking_at_groups_needs_a_purpose_that_sees_them_and_is_logged(people: People) -> None:
    residents, homes = await settle(people, 2)
    group = (await make_group(CLERK, people.registry, "ningdu", "第1组", "", homes, residents[1], NOW)).group
    for caller, refused in ((TECHNICIAN, PurposeRefused), (OPERATOR, NoIncident), (STRANGER, NotThere)):
        with pytest.raises(refused):
            await group_detail(caller, people.registry, people.log, group)
    assert (await list_groups(STRANGER, people.registry, people.log, "ningdu")).groups == ()
    await only_group(people)
    looked = "SELECT resident FROM look_up_person ORDER BY entry, resident"
    assert await people.rows(looked) == [(residents[1],)]
    await detail(people, group)
    assert await people.rows(looked) == [(residents[1],), *((one,) for one in sorted(residents))]


async def test_the_boxes_are_told_of_a_group_with_its_leader_first(people: People) -> None:
    await begin_roster(COMMAND_LINE, people.registry, "ningdu", NOW)
    residents, homes = await settle(people, 3)
    made = await make_group(CLERK, people.registry, "ningdu", "第1组", "", homes, residents[2], NOW)
    rows = await read_bundle_rows(COMMAND_LINE, people.registry, "ningdu")
    assert rows is not None
    before = rows.revision
    [told] = build_bundle(rows).responder_groups
    assert told.members[0] == residents[2]
    assert sorted(told.members) == sorted(residents)
    await undo_action(CLERK, people.registry, made.action, NOW + 1)
    rows = await read_bundle_rows(COMMAND_LINE, people.registry, "ningdu")
    assert rows is not None
    assert (rows.revision, list(build_bundle(rows).responder_groups)) == (before + 1, [])
