"""Bands, merging, editing, consents, requests and erasing, on both engines."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from anju_base.id_number import check_digit
from anju_central.access.caller import COMMAND_LINE, HUB, NotAllowed
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.people.bands import (
    NewDevice,
    add_device,
    hand_out,
    list_devices,
    note_lost,
    note_repaired,
    take_back,
)
from anju_central.registry.people.consents import NewConsent, give_consent, withdraw_consent, withheld_devices
from anju_central.registry.people.editing import Edit, NewContact, add_note, edit_person, end_note, set_contacts
from anju_central.registry.people.erasing import DAY_MS, erase, run_retention
from anju_central.registry.people.life_events import move_out, note_death
from anju_central.registry.people.look_ups import verify_look_ups, who_looked_at
from anju_central.registry.people.merging import merge, split
from anju_central.registry.people.record import person
from anju_central.registry.people.requests import close_request, date_requests, list_requests, open_request
from anju_central.registry.people.search import search
from anju_central.registry.people.undoing import history, undo_action
from anju_central.registry.people_errors import (
    BadValue,
    BoundAlready,
    CannotMerge,
    EditedMeanwhile,
    NeedsEveryCommunity,
    NoIncident,
    NotInThatState,
    NotThere,
    UnknownResident,
)
from anju_central.registry.tables import (
    ConsentChannel,
    ConsentKind,
    DeviceKind,
    DeviceState,
    Language,
    NoteKind,
    RequestKind,
)
from anju_central.registry.working_days import YearUnknown, due_on, seed
from support.registry_people import CASE, CLERK, NOW, OPERATOR, PRIVACY, STRANGER, TECHNICIAN, TODAY, People, people_in

FIRST_17 = "51099919400102123"
ID_NUMBER = FIRST_17 + check_digit(FIRST_17)
OTHER_17 = "51099919500102124"
OTHER_NUMBER = OTHER_17 + check_digit(OTHER_17)
LOCATION = NewConsent(
    kind=ConsentKind.LOCATION,
    wording_version="2026-1",
    wording_hash=b"w" * 32,
    language=Language.ZH,
    channel=ConsentChannel.PAPER,
)


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def band(people: People, key: str = "ble:ac233fc001aa", community: str = "ningdu") -> int:
    new = NewDevice(key, DeviceKind.BAND, number="17")
    return (await add_device(HUB, people.registry, community, new, NOW)).device


async def snapshot(people: People) -> dict[str, list[tuple[object, ...]]]:
    tables = {
        "resident": "resident, state, name, sex, born_on, household, merged_into, left_ms, id_number_hash, archive_no",
        "resident_phone": "resident, phone, position, ended_ms",
        "contact": "resident, position, other, name, ended_ms",
        "note": "note, resident, ended_ms",
        "binding": "device, resident, from_ms, to_ms",
        "device": "device, state",
        "consent": "resident, kind, withdrawn_ms",
        "household": "household, ended_ms",
        "name_key": "key, resident",
    }
    return {
        name: sorted(await people.rows(f"SELECT {columns} FROM {name}"), key=str) for name, columns in tables.items()
    }


# -- bands


async def test_a_bands_life_and_each_step_undone(people: People) -> None:
    anna, ben = await people.add("王秀英"), await people.add("李四")
    device = await band(people)

    async def state() -> tuple[DeviceState, str]:
        [row] = await list_devices(CLERK, people.registry, people.log, "ningdu")
        return row.state, row.name

    assert await state() == (DeviceState.IN_STOCK, "")
    await hand_out(CLERK, people.registry, device, anna, NOW + 1)
    assert await state() == (DeviceState.IN_SERVICE, "王秀英")
    with pytest.raises(BoundAlready) as refused:
        await hand_out(CLERK, people.registry, device, ben, NOW + 2)
    assert (refused.value.resident, refused.value.from_ms) == (anna, NOW + 1)
    assert "王" not in str(refused.value)
    moved = await hand_out(CLERK, people.registry, device, ben, NOW + 3, instead_of=refused.value.binding)
    assert await state() == (DeviceState.IN_SERVICE, "李四")
    history_of = await people.rows("SELECT resident, from_ms, to_ms, why_ended FROM binding ORDER BY binding")
    assert history_of == [(anna, NOW + 1, NOW + 3, "handed-on"), (ben, NOW + 3, None, None)]
    await undo_action(CLERK, people.registry, moved.action, NOW + 4)
    assert await state() == (DeviceState.IN_SERVICE, "王秀英")
    for step, after in (
        (note_lost, (DeviceState.LOST, "")),
        (take_back, (DeviceState.IN_STOCK, "")),
    ):
        before = await snapshot(people)
        done = await step(CLERK, people.registry, device, NOW + 5)
        assert await state() == after
        await undo_action(CLERK, people.registry, done.action, NOW + 6)
        assert await snapshot(people) == before
    await take_back(CLERK, people.registry, device, NOW + 7, broken=True)
    with pytest.raises(NotInThatState, match="in-repair, so it cannot be handed out"):
        await hand_out(CLERK, people.registry, device, anna, NOW + 8)
    await note_repaired(CLERK, people.registry, device, NOW + 9)
    for wrong in (note_repaired, take_back):
        with pytest.raises(NotInThatState):
            await wrong(CLERK, people.registry, device, NOW + 9)
    [masked] = await list_devices(TECHNICIAN, people.registry, people.log, "ningdu")
    assert masked.name == ""
    with pytest.raises(NotThere):
        await hand_out(STRANGER, people.registry, device, ben, NOW)
    with pytest.raises(AlreadyThere):
        await band(people)
    other = await band(people, community="other")
    with pytest.raises(NotInThatState):
        await hand_out(HUB, people.registry, other, anna, NOW)
    with pytest.raises(BadValue):
        await band(people, key="no driver")


# -- merging


async def two_records(people: People) -> tuple[str, str]:
    keep = await people.add("王秀英", "3-1-502", phones=("13800000001",))
    other = await people.add("王秀瑛", "8-2-301", phones=("13800000001", "08256660001"), id_number=ID_NUMBER)
    daughter = await people.add("王小", "8-2-301")
    await hand_out(CLERK, people.registry, await band(people), other, NOW)
    await give_consent(CLERK, people.registry, other, LOCATION, NOW)
    await set_contacts(
        CLERK,
        people.registry,
        other,
        [NewContact("女儿", other=daughter), NewContact("儿子", name="王大", phone="13900000002")],
        NOW,
    )
    await set_contacts(CLERK, people.registry, daughter, [NewContact("母亲", other=other)], NOW)
    await add_note(CLERK, people.registry, other, NoteKind.DANGER, "狗", NOW)
    return keep, other


async def test_a_merge_takes_all_over_and_is_undone_whole(people: People) -> None:
    keep, other = await two_records(people)
    before = await snapshot(people)
    done = await merge(CLERK, people.registry, keep, other, people.numbers, NOW + 1)
    shown = await person(CASE, people.registry, people.log, other, people.numbers, NOW)  # an event names the old id
    assert (shown.line.resident, shown.asked_for, shown.line.name) == (keep, other, "王秀英")
    assert shown.id_number == f"510***********{ID_NUMBER[-4:]}"
    assert shown.phones == ("13800000001", "08256660001")
    assert [contact.name for contact in shown.contacts] == ["王小", "王大"]
    assert shown.bands[0].key == "ble:ac233fc001aa"
    care = await person(CLERK, people.registry, people.log, keep, people.numbers, NOW)
    assert [note.text for note in care.notes] == ["狗"]
    assert care.born_on == date(1940, 1, 2)
    page = await search(CLERK, people.registry, people.log, "王秀", NOW)
    assert [line.resident for line in page.people] == [keep]
    newest, *_ = await history(CLERK, people.registry, people.log, other)
    assert newest.kind == "merge"
    await undo_action(CLERK, people.registry, done.action, NOW + 2)
    assert await snapshot(people) == before
    again = await person(CASE, people.registry, people.log, other, people.numbers, NOW)
    assert (again.line.resident, again.id_number) == (other, f"510***********{ID_NUMBER[-4:]}")


async def test_a_chain_of_merges_leads_to_the_one_that_stays_and_is_split(people: People) -> None:
    first, second, third = [await people.add(name) for name in ("王一", "王二", "王三")]
    device = await band(people)
    await hand_out(CLERK, people.registry, device, first, NOW)
    await merge(CLERK, people.registry, second, first, people.numbers, NOW + 1)
    await merge(CLERK, people.registry, third, second, people.numbers, NOW + 2)
    for one in (first, second, third):
        assert (await person(CLERK, people.registry, people.log, one, people.numbers, NOW)).line.resident == third
    [[binding]] = await people.rows("SELECT binding FROM binding")
    await split(CLERK, people.registry, first, NOW + 3, bindings=[binding])
    assert (await person(CLERK, people.registry, people.log, first, people.numbers, NOW)).bands[0].device == device
    assert (await person(CLERK, people.registry, people.log, second, people.numbers, NOW)).line.resident == third
    with pytest.raises(UnknownResident):
        await split(CLERK, people.registry, first, NOW + 4)


async def test_what_cannot_be_one_person_is_refused(people: People) -> None:
    one = await people.add("王一", id_number=ID_NUMBER)
    for other, why in (
        (one, "one record already"),
        (await people.add("王二", id_number=OTHER_NUMBER), "different ID numbers"),
        (await people.add("王三", community="other"), "two communities"),
    ):
        with pytest.raises(CannotMerge, match=why):
            await merge(HUB, people.registry, one, other, people.numbers, NOW)
    with pytest.raises(UnknownResident):
        await merge(STRANGER, people.registry, one, one, people.numbers, NOW)


# -- editing


async def test_two_who_edit_at_once_do_not_overwrite_each_other(people: People) -> None:
    resident = await people.add("王秀英", phones=("13800000001", "13800000002"))
    seen = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    edit = Edit(version=seen.version, name="王秀瑛", phones=("13800000002",), id_number=ID_NUMBER)
    before = await snapshot(people)
    done = await edit_person(CLERK, people.registry, resident, edit, people.numbers, TODAY, NOW)
    with pytest.raises(EditedMeanwhile):
        await edit_person(CLERK, people.registry, resident, edit, people.numbers, TODAY, NOW)
    assert [line.name for line in (await search(CLERK, people.registry, people.log, "wxy", NOW)).people] == ["王秀瑛"]
    assert (await search(CLERK, people.registry, people.log, "王秀英", NOW)).people == ()
    changed = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    assert (changed.phones, changed.born_on) == (("13800000002",), date(1940, 1, 2))
    await undo_action(CLERK, people.registry, done.action, NOW + 1)
    assert await snapshot(people) == before


async def test_contacts_are_replaced_whole_and_notes_end(people: People) -> None:
    resident, other = await people.add("王秀英"), await people.add("李四", phones=("13900000001",))
    await set_contacts(CLERK, people.registry, resident, [NewContact("邻居", other=other)], NOW)
    await set_contacts(
        CLERK,
        people.registry,
        resident,
        [NewContact("儿子", name="王大", phone="110"), NewContact("邻居", other=other)],
        NOW,
    )
    shown = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    assert [(row.position, row.name, row.phones) for row in shown.contacts] == [
        (1, "王大", ("110",)),
        (2, "李四", ("13900000001",)),
    ]
    assert len(await people.rows("SELECT contact FROM contact")) == 3
    for wrong in (
        [NewContact("自己", other=resident)],
        [NewContact("谁", name="王")],
        [NewContact("", phone="110")] * 11,
    ):
        with pytest.raises(BadValue):
            await set_contacts(CLERK, people.registry, resident, wrong, NOW)
    note = (await add_note(CLERK, people.registry, resident, NoteKind.CARE, " 糖 ", NOW)).note
    await end_note(CLERK, people.registry, note, NOW)
    assert (await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)).notes == ()
    with pytest.raises(NotThere):
        await end_note(STRANGER, people.registry, note, NOW)


# -- consents


async def test_a_withdrawn_location_consent_stops_positions_and_leaves_the_band_bound(people: People) -> None:
    """What the box is told: whose positions are kept, and who wears which band, are two things."""
    resident = await people.add("王秀英", "3-1-502")
    await hand_out(CLERK, people.registry, await band(people), resident, NOW)

    async def withheld() -> list[str]:
        return [row.device for row in await withheld_devices(HUB, people.registry)]

    async def worn() -> list[str]:
        return [row.name for row in await list_devices(CLERK, people.registry, people.log, "ningdu") if row.binding]

    assert await withheld() == ["ble:ac233fc001aa"]  # nobody has asked her yet
    await give_consent(CLERK, people.registry, resident, LOCATION, NOW)
    assert (await withheld(), await worn()) == ([], ["王秀英"])
    withdrawn = await withdraw_consent(
        CLERK, people.registry, resident, ConsentKind.LOCATION, ConsentChannel.DESK, NOW + 1
    )
    assert (await withheld(), await worn()) == (["ble:ac233fc001aa"], ["王秀英"])
    with pytest.raises(NotInThatState):
        await withdraw_consent(CLERK, people.registry, resident, ConsentKind.LOCATION, ConsentChannel.DESK, NOW)
    await undo_action(CLERK, people.registry, withdrawn.action, NOW + 2)
    assert await withheld() == []
    await give_consent(CLERK, people.registry, resident, replace(LOCATION, wording_version="2027-1"), NOW + 3)
    shown = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    assert [(row.wording_version, row.withdrawn_ms) for row in shown.consents] == [
        ("2027-1", None),
        ("2026-1", NOW + 3),
    ]
    for wrong in (replace(LOCATION, wording_hash=b"x"), replace(LOCATION, kind=ConsentKind.MINOR)):
        with pytest.raises(BadValue):
            await give_consent(CLERK, people.registry, resident, wrong, NOW)


# -- requests


def test_fifteen_working_days_over_national_day_and_not_beyond_the_known_years() -> None:
    years = {2026: seed(2026)}
    # worked: 20 to 24 and 28 to 30 September, 8 to 10 and 12 to 15 October: 5 + 3 + 3 + 4
    assert due_on(date(2026, 9, 18), 15, years) == date(2026, 10, 15)
    with pytest.raises(YearUnknown, match="2027 are not known"):
        due_on(date(2026, 12, 20), 15, years)
    with pytest.raises(YearUnknown):
        seed(2100)


async def test_a_request_has_its_date_or_says_that_it_is_not_known_yet(people: People) -> None:
    resident = await people.add("王秀英")
    dated = await open_request(CASE, people.registry, resident, RequestKind.ACCESS, date(2026, 9, 18), NOW)
    assert dated.due_on == date(2026, 10, 15)
    late = await open_request(CASE, people.registry, resident, RequestKind.DELETE, date(2099, 12, 20), NOW)
    assert late.due_on is None
    assert [row.number for row in await list_requests(CASE, people.registry, people.log)] == [dated.number, late.number]
    days = {"days_off": "[]", "days_on": "[]", "source": "test", "changed_ms": 1, "changed_by": "x"}
    for year in (2099, 2100):
        await people.run(
            "INSERT INTO working_year (year, days_off, days_on, source, changed_ms, changed_by)"
            " VALUES (:year, :days_off, :days_on, :source, :changed_ms, :changed_by)",
            year=year,
            **days,
        )
    assert await date_requests(PRIVACY, people.registry, NOW) == 1
    [_, row] = await list_requests(CASE, people.registry, people.log)
    assert row.due_on == date(2100, 1, 8)
    with pytest.raises(NotAllowed):
        await close_request(CASE, people.registry, late.number, "done", NOW)
    await close_request(PRIVACY, people.registry, late.number, "已删除", NOW)
    with pytest.raises(NotInThatState):
        await close_request(PRIVACY, people.registry, late.number, "again", NOW)
    assert len(await list_requests(CASE, people.registry, people.log)) == 1


# -- erasing


async def test_erasing_leaves_a_tombstone_and_nothing_else(people: People) -> None:
    keep, other = await two_records(people)
    await merge(CLERK, people.registry, keep, other, people.numbers, NOW + 1)
    with pytest.raises(NotInThatState, match="move out first"):
        await erase(PRIVACY, people.registry, keep, "asked", NOW + 2)
    await move_out(CLERK, people.registry, keep, NOW + 2)
    removed = await erase(PRIVACY, people.registry, keep, "asked", NOW + 3)
    assert removed.counts["resident"] == 2
    for one in (keep, other):
        with pytest.raises(UnknownResident):
            await person(CLERK, people.registry, people.log, one, people.numbers, NOW)
    assert {row for (row,) in await people.rows("SELECT resident FROM tombstone")} == {keep, other}
    for table in ("resident", "name_key", "resident_phone", "contact", "note", "consent", "binding", "record_change"):
        text = str(await people.rows(f"SELECT * FROM {table}"))
        assert keep not in text, table
        assert other not in text, table
        assert "秀" not in text, table
    [(counts, stopped)] = await people.rows("SELECT counts, stopped FROM deletion_certificate")
    assert (json.loads(counts)["resident"], stopped) == (2, "")
    assert await who_looked_at(PRIVACY, people.registry, people.log, keep) is not None
    assert (await verify_look_ups(COMMAND_LINE, people.registry)).fault is None


async def test_retention_cuts_what_is_old_and_stops_when_it_would_be_much(people: People) -> None:
    gone = await people.add("王秀英")
    await people.add("李四")
    await person(CLERK, people.registry, people.log, gone, people.numbers, NOW)
    await move_out(CLERK, people.registry, gone, NOW)
    people.now_ms = later = NOW + 1_100 * DAY_MS
    await search(CLERK, people.registry, people.log, "李", later)
    with pytest.raises(NotAllowed):
        await run_retention(CLERK, people.registry, later, clock_is_good=True)
    stopped = await run_retention(PRIVACY, people.registry, later, clock_is_good=False)
    assert "clock" in stopped.stopped
    removed = await run_retention(PRIVACY, people.registry, later, clock_is_good=True)
    assert removed.counts["look_up"] == 1
    assert removed.counts["resident"] == 1
    found = await verify_look_ups(COMMAND_LINE, people.registry)
    assert (found.first, found.last, found.fault) == (2, 2, None)
    assert await people.rows("SELECT name FROM resident") == [("李四",)]
    for number in range(51):
        await people.run(
            "INSERT INTO resident (resident, community, state, name, is_head, left_ms, made_ms, changed_ms, version)"
            " VALUES (:r, 'ningdu', 'died', '甲', false, 1, 1, 1, 1)",
            r=f"r-{number}",
        )
    much = await run_retention(PRIVACY, people.registry, later, clock_is_good=True)
    assert "51 of 52 people who left would go at once" in much.stopped
    assert len(await people.rows("SELECT resident FROM resident")) == 52
    sure = await run_retention(PRIVACY, people.registry, later, clock_is_good=True, confirmed=True)
    assert sure.counts["resident"] == 51


# -- no merge and no split says more than was said


async def test_a_consent_that_was_withdrawn_of_one_record_comes_back_by_no_merge(people: People) -> None:
    keep, other = await people.add("王一"), await people.add("王一")
    wording = NewConsent(
        kind=ConsentKind.LOCATION,
        wording_version="v1",
        wording_hash=bytes(32),
        language=Language.ZH,
        channel=ConsentChannel.PAPER,
    )
    for resident in (keep, other):
        await give_consent(CLERK, people.registry, resident, wording, NOW)
    await withdraw_consent(CLERK, people.registry, keep, ConsentKind.LOCATION, ConsentChannel.DESK, NOW + 1)
    done = await merge(CLERK, people.registry, keep, other, people.numbers, NOW + 2)
    counts = "SELECT count(*) FROM consent WHERE resident = :who AND withdrawn_ms IS NULL"
    assert await people.rows(counts, who=keep) == [(0,)]
    await undo_action(CLERK, people.registry, done.action, NOW + 3)
    await merge(CLERK, people.registry, other, keep, people.numbers, NOW + 4)
    assert await people.rows(counts, who=other) == [(0,)], "the other way round, too"


async def test_who_consents_again_after_a_withdrawal_consents(people: People) -> None:
    keep, other = await people.add("王一"), await people.add("王一")
    wording = NewConsent(
        kind=ConsentKind.LOCATION,
        wording_version="v1",
        wording_hash=bytes(32),
        language=Language.ZH,
        channel=ConsentChannel.PAPER,
    )
    await give_consent(CLERK, people.registry, keep, wording, NOW)
    await withdraw_consent(CLERK, people.registry, keep, ConsentKind.LOCATION, ConsentChannel.DESK, NOW + 1)
    await give_consent(CLERK, people.registry, other, wording, NOW + 2)
    await merge(CLERK, people.registry, keep, other, people.numbers, NOW + 3)
    counts = "SELECT count(*) FROM consent WHERE resident = :who AND withdrawn_ms IS NULL"
    assert await people.rows(counts, who=keep) == [(1,)]


@pytest.mark.parametrize("died_on", [date(2027, 1, 1), None])
async def test_nobody_comes_back_to_life_by_a_split(people: People, died_on: date | None) -> None:
    keep, other = await people.add("王一"), await people.add("王一")
    await merge(CLERK, people.registry, keep, other, people.numbers, NOW)
    await note_death(CLERK, people.registry, keep, died_on, NOW + 1)
    await split(CLERK, people.registry, other, NOW + 2)
    assert await people.rows("SELECT state FROM resident ORDER BY resident") == [("died",), ("died",)]


async def test_a_dead_record_that_was_merged_in_is_dead_when_it_is_split(people: People) -> None:
    keep, other = await people.add("王一"), await people.add("王一")
    await note_death(CLERK, people.registry, other, date(2027, 1, 1), NOW)
    await merge(CLERK, people.registry, keep, other, people.numbers, NOW + 1)
    await split(CLERK, people.registry, other, NOW + 2)
    assert await people.rows("SELECT state FROM resident WHERE resident = :who", who=other) == [("died",)]


async def test_an_operator_in_an_emergency_goes_through_no_list_of_wearers(people: People) -> None:
    with pytest.raises(NoIncident):
        await list_devices(OPERATOR, people.registry, people.log, "ningdu")


async def test_retention_is_for_the_whole_district(people: People) -> None:
    of_one = replace(PRIVACY, communities=frozenset({"ningdu"}))
    with pytest.raises(NeedsEveryCommunity):
        await run_retention(of_one, people.registry, NOW, clock_is_good=True)
