"""Staff, volunteers and organisations on both engines: added, changed, ended, each undone whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anju_central.access.caller import COMMAND_LINE, NotAllowed
from anju_central.registry.database import Registry
from anju_central.registry.errors import UnknownCommunity
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.people.life_events import move_out
from anju_central.registry.people.staff import (
    OrganisationEntry,
    StaffEntry,
    VolunteerEntry,
    end_organisation,
    end_staff,
    end_volunteer,
    list_helpers,
    put_organisation,
    put_staff,
    put_volunteer,
)
from anju_central.registry.people.undoing import undo_action
from anju_central.registry.people_errors import BadValue, NoIncident, NotInThatState, NotThere, UnknownResident
from support.registry_people import CASE, CLERK, NOW, OPERATOR, STRANGER, TECHNICIAN, People, people_in


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def everything(people: People) -> list[list[tuple[object, ...]]]:
    return [
        await people.rows("SELECT staff, name, post, phone, account, organisation, ended_ms FROM staff ORDER BY staff"),
        await people.rows("SELECT volunteer, resident, name, phone, organisation, ended_ms FROM volunteer ORDER BY 1"),
        await people.rows("SELECT organisation, name, kind, phone, ended_ms FROM organisation ORDER BY organisation"),
    ]


async def test_who_works_and_helps_is_added_changed_and_ended_and_each_undone(people: People) -> None:
    registry = people.registry
    helper = await people.add("赵桂兰", "3-1-101", phones=("13800000009",))
    start = await everything(people)
    clinic = await put_organisation(
        CLERK, registry, "ningdu", None, OrganisationEntry("柠都诊所", "诊所", "0825-1"), NOW
    )
    staff = await put_staff(
        CLERK, registry, "ningdu", None, StaffEntry("周建国", "网格员", "138 0000 0001", organisation=clinic.row), NOW
    )
    first = await put_volunteer(CLERK, registry, "ningdu", None, VolunteerEntry(resident=helper), NOW)
    second = await put_volunteer(CLERK, registry, "ningdu", None, VolunteerEntry(name="吴某", phone="13900000001"), NOW)
    found = await list_helpers(CASE, registry, people.log, "ningdu")
    assert [(one.name, one.post, one.phone, one.organisation_name) for one in found.staff] == [
        ("周建国", "网格员", "13800000001", "柠都诊所")
    ]
    assert {(one.name, one.phones) for one in found.volunteers} == {
        ("赵桂兰", ("13800000009",)),
        ("吴某", ("13900000001",)),
    }
    assert [(one.name, one.members) for one in found.organisations] == [("柠都诊所", 1)]
    looked = await people.rows("SELECT resident FROM look_up_person")
    assert looked == [(helper,)]
    middle = await everything(people)
    for change in (
        put_staff(CLERK, registry, "ningdu", staff.row, StaffEntry("周建国", "社工"), NOW + 1),
        put_volunteer(CLERK, registry, "ningdu", second.row, VolunteerEntry(name="吴某", phone="13900000002"), NOW + 1),
        put_organisation(CLERK, registry, "ningdu", clinic.row, OrganisationEntry("第二诊所"), NOW + 1),
        end_staff(CLERK, registry, "ningdu", staff.row, NOW + 1),
        end_volunteer(CLERK, registry, "ningdu", first.row, NOW + 1),
    ):
        done = await change
        assert await everything(people) != middle
        await undo_action(CLERK, registry, done.action, NOW + 2)
        assert await everything(people) == middle
    await move_out(CLERK, registry, helper, NOW + 3)
    left = [one.name for one in (await list_helpers(CASE, registry, people.log, "ningdu")).volunteers if one.has_left]
    assert left == ["赵桂兰"]
    for done in (second, first, staff, clinic):
        await undo_action(CLERK, registry, done.action, NOW + 4)
    assert await everything(people) == start


async def test_what_does_not_fit_is_refused_and_changes_nothing(people: People) -> None:
    registry = people.registry
    foreign = await people.add("别处", community="other")
    clinic = await put_organisation(CLERK, registry, "ningdu", None, OrganisationEntry("柠都诊所"), NOW)
    entry = StaffEntry("周建国", organisation=clinic.row)
    staff = await put_staff(CLERK, registry, "ningdu", None, entry, NOW)
    before = await everything(people)
    for refused, asked in (
        (BadValue, put_staff(CLERK, registry, "ningdu", None, StaffEntry(" "), NOW)),
        (BadValue, put_staff(CLERK, registry, "ningdu", None, StaffEntry("周", post="x" * 41), NOW)),
        (BadValue, put_staff(CLERK, registry, "ningdu", None, StaffEntry("周", phone="abc"), NOW)),
        (BadValue, put_staff(CLERK, registry, "ningdu", None, StaffEntry("周", account="nobody"), NOW)),
        (NotThere, put_staff(CLERK, registry, "ningdu", None, StaffEntry("周", organisation="o-none"), NOW)),
        (UnknownCommunity, put_staff(STRANGER, registry, "ningdu", staff.row, entry, NOW)),
        (NotThere, put_staff(COMMAND_LINE, registry, "other", staff.row, StaffEntry("周"), NOW)),
        (NotAllowed, put_staff(TECHNICIAN, registry, "ningdu", None, entry, NOW)),
        (BadValue, put_volunteer(CLERK, registry, "ningdu", None, VolunteerEntry(name="吴"), NOW)),
        (UnknownResident, put_volunteer(CLERK, registry, "ningdu", None, VolunteerEntry(resident=foreign), NOW)),
        (BadValue, put_volunteer(COMMAND_LINE, registry, "ningdu", None, VolunteerEntry(resident=foreign), NOW)),
        (NotInThatState, end_organisation(CLERK, registry, "ningdu", clinic.row, NOW)),
        (NotThere, end_staff(STRANGER, registry, "ningdu", staff.row, NOW)),
        (NotThere, end_volunteer(CLERK, registry, "ningdu", "v-none", NOW)),
        (PurposeRefused, list_helpers(TECHNICIAN, registry, people.log, "ningdu")),
        (NoIncident, list_helpers(OPERATOR, registry, people.log, "ningdu")),
    ):
        with pytest.raises(refused):
            await asked
    assert await everything(people) == before
    assert (await list_helpers(STRANGER, registry, people.log, "ningdu")).staff == ()
