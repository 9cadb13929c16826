"""Life events of people on both engines: what each does, and that it is undone whole or refused with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from anju_base.id_number import check_digit
from anju_central.access.caller import COMMAND_LINE, NotAllowed, Role
from anju_central.registry.database import Registry
from anju_central.registry.people.life_events import NewResident, move_in, move_out, move_within, note_death
from anju_central.registry.people.look_ups import verify_look_ups
from anju_central.registry.people.record import person
from anju_central.registry.people.search import search
from anju_central.registry.people.undoing import history, undo_action
from anju_central.registry.people_errors import (
    AlreadyUndone,
    BadValue,
    ChangedSince,
    DoubleFound,
    NotInThatState,
    UnknownAction,
    UnknownResident,
)
from anju_central.registry.queries.audit_trail import read_audit
from support.registry_people import CASE, CLERK, NOW, STRANGER, TODAY, People, people_in

ID_NUMBER = "51099919400102123" + check_digit("51099919400102123")
BAND = (
    "INSERT INTO device (device, community, key, kind, number, model, label_zh, label_en, period_s, state, made_ms)"
    " VALUES (1, 'ningdu', 'ble:a1', 'band', '17', '', '', '', 0, 'in-service', 1)"
)
BOUND = "INSERT INTO binding (community, device, resident, from_ms, made_by) VALUES ('ningdu', 1, :r, 1, 'x')"
TOKEN = (
    "INSERT INTO token (community, kind, token_hash, resident, made_ms)"
    " SELECT 'ningdu', 'card', secret, :r, 1 FROM (SELECT token_salt AS secret FROM community_profile) AS salts"
)
SALT = (
    "INSERT INTO community_profile (community, time_zone, token_salt, changed_ms)"
    " VALUES ('ningdu', 'Asia/Shanghai', :salt, 1)"
)


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def found(people: People, text: str) -> list[str]:
    return [line.name for line in (await search(CLERK, people.registry, people.log, text, NOW)).people]


async def everything(people: People) -> dict[str, list[tuple[object, ...]]]:
    """What of the registry an undo has to bring back."""
    columns = "resident, state, name, household, is_head, merged_into, died_on, left_ms"
    return {
        "resident": await people.rows(f"SELECT {columns} FROM resident ORDER BY resident"),
        "name_key": await people.rows("SELECT key, resident FROM name_key ORDER BY key, resident"),
        "phone": await people.rows("SELECT phone, position, ended_ms FROM resident_phone ORDER BY resident_phone"),
        "household": await people.rows("SELECT household, place, ended_ms FROM household ORDER BY household"),
        "place": await people.rows("SELECT label FROM place ORDER BY place"),
        "binding": await people.rows("SELECT device, resident, to_ms, why_ended FROM binding ORDER BY binding"),
        "device": await people.rows("SELECT device, state FROM device ORDER BY device"),
        "token": await people.rows("SELECT resident, ended_ms FROM token ORDER BY token"),
    }


async def test_moving_in_is_undone_whole_and_done_again(people: People) -> None:
    before = await everything(people)
    new = NewResident(name="单 雪梅", flat="3栋1单元502", id_number=ID_NUMBER, phones=("13800000001", "0825-6660001"))
    done = await move_in(CLERK, people.registry, "ningdu", new, people.numbers, TODAY, NOW)
    after = await everything(people)
    assert await found(people, "shanxuemei") == ["单雪梅"]
    undone = await undo_action(CLERK, people.registry, done.action, NOW + 1, "wrong community")
    assert await everything(people) == before
    assert await found(people, "单雪梅") == []
    with pytest.raises(AlreadyUndone):
        await undo_action(CLERK, people.registry, done.action, NOW + 2)
    again = await undo_action(CLERK, people.registry, undone, NOW + 3)
    assert await everything(people) == after
    shown = await person(CASE, people.registry, people.log, done.resident, people.numbers, NOW)
    assert shown.id_number == f"510***********{ID_NUMBER[-4:]}"
    assert shown.phones == ("13800000001", "08256660001")
    await undo_action(CLERK, people.registry, again, NOW + 4)
    assert await everything(people) == before
    trail = await read_audit(COMMAND_LINE, people.registry, subject=done.resident)
    assert [row.action for row in trail] == ["people.undo"] * 3 + ["people.moved-in"]
    assert "单" not in str(await people.rows("SELECT * FROM audit"))


@pytest.mark.parametrize("event", ["moved-out", "died", "moved-within", "moved-together"])
async def test_an_event_is_undone_whole(people: People, event: str) -> None:
    resident = await people.add("王秀英", "3栋1单元502", phones=("13800000001",))
    await people.add("王强", "3栋1单元502")
    await people.run(BAND)
    await people.run(BOUND, r=resident)
    await people.run(SALT, salt=b"s" * 16)
    await people.run(TOKEN, r=resident)
    before = await everything(people)
    if event == "moved-out":
        done = await move_out(CLERK, people.registry, resident, NOW)
    elif event == "died":
        done = await note_death(CLERK, people.registry, resident, date(2027, 1, 10), NOW)
    else:
        together = event == "moved-together"
        done = await move_within(CLERK, people.registry, resident, "8-2-301", NOW, whole_household=together)
    after = await everything(people)
    if event in ("moved-out", "died"):
        assert after["binding"] == [(1, resident, NOW, event)]
        assert after["device"] == [(1, "in-service")]  # nobody has returned it yet
        assert after["token"] == [(resident, NOW)]
        assert await found(people, "王秀英") == []
        page = await search(CLERK, people.registry, people.log, "王秀英", NOW, with_left=True)
        assert [line.state for line in page.people] == [event]
        with pytest.raises(NotInThatState):
            await move_within(CLERK, people.registry, resident, "1-1-1", NOW)
        with pytest.raises(NotInThatState):
            await move_out(CLERK, people.registry, resident, NOW)
    else:
        assert after["binding"] == before["binding"]
        shown = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
        assert shown.line.flat == "8-2-301"
        assert len(shown.members) == (1 if event == "moved-together" else 0)
    await undo_action(CLERK, people.registry, done.action, NOW + 1)
    assert await everything(people) == before


async def test_a_flat_that_nobody_lives_in_any_more_ends_its_household(people: People) -> None:
    resident = await people.add("王秀英", "3栋1单元502")
    await move_out(CLERK, people.registry, resident, NOW)
    assert await people.rows("SELECT ended_ms FROM household") == [(NOW,)]
    await people.add("李四", "３幢１单元０５０２室")  # the same flat, another household
    assert await people.rows("SELECT label FROM place") == [("3栋1单元502",)]
    assert len(await people.rows("SELECT household FROM household WHERE ended_ms IS NULL")) == 1


async def test_what_was_changed_since_is_not_undone_over(people: People) -> None:
    resident = await people.add("王秀英", "3栋1单元502")
    first = await move_within(CLERK, people.registry, resident, "8-2-301", NOW)
    second = await move_within(CLERK, people.registry, resident, "9-2-301", NOW + 1)
    with pytest.raises(ChangedSince, match="moved-within"):
        await undo_action(CLERK, people.registry, first.action, NOW + 2)
    await undo_action(CLERK, people.registry, second.action, NOW + 3)
    await undo_action(CLERK, people.registry, first.action, NOW + 4)
    shown = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    assert shown.line.flat == "3栋1单元502"


async def test_what_belongs_to_it_by_now_keeps_a_record(people: People) -> None:
    new = NewResident(name="王秀英")
    done = await move_in(CLERK, people.registry, "ningdu", new, people.numbers, TODAY, NOW)
    await people.run(BAND)
    await people.run(BOUND, r=done.resident)
    with pytest.raises(ChangedSince, match="added later"):
        await undo_action(CLERK, people.registry, done.action, NOW + 1)
    assert await found(people, "王秀英") == ["王秀英"]


async def test_who_comes_from_another_community_leaves_it(people: People) -> None:
    old = await people.add("王秀英", "1-1-101", community="other", id_number=ID_NUMBER)
    new = NewResident(name="王秀英", flat="3-1-502", id_number=ID_NUMBER)
    both = replace(CLERK, communities=frozenset({"ningdu", "other"}))
    with pytest.raises(DoubleFound) as refused:
        await move_in(both, people.registry, "ningdu", new, people.numbers, TODAY, NOW)
    assert (refused.value.resident, refused.value.community) == (old, "other")
    with pytest.raises(UnknownResident):
        await move_in(CLERK, people.registry, "ningdu", replace(new, came_from=old), people.numbers, TODAY, NOW)
    done = await move_in(both, people.registry, "ningdu", replace(new, came_from=old), people.numbers, TODAY, NOW)
    states = dict(await people.rows("SELECT resident, state FROM resident"))
    assert states == {old: "moved-out", done.resident: "present"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \u200b"}, "name"),
        ({"name": "王" * 101}, "name"),
        ({"id_number": "510999194001021230"}, "id_number"),
        ({"phones": ("12",)}, "phone"),
        ({"phones": ("电话",)}, "phone"),
        ({"born_on": date(2027, 1, 16)}, "birth"),
        ({"flat": "x" * 300}, "flat"),
    ],
)
async def test_what_does_not_fit_is_said_by_its_field_and_changes_nothing(
    people: People, wrong: dict[str, object], field: str
) -> None:
    new = NewResident(**{"name": "王秀英", **wrong})  # type: ignore[arg-type]  # as a form may send it
    with pytest.raises(BadValue) as refused:
        await move_in(CLERK, people.registry, "ningdu", new, people.numbers, TODAY, NOW)
    assert refused.value.field == field
    assert await people.rows("SELECT record_action FROM record_action") == []


async def test_only_who_may_changes_the_own_communities_people(people: People) -> None:
    resident = await people.add("王秀英", "3-1-502")
    with pytest.raises(UnknownResident):
        await move_out(STRANGER, people.registry, resident, NOW)
    with pytest.raises(NotAllowed):
        await move_out(replace(CLERK, role=Role.OPERATOR), people.registry, resident, NOW)
    done = await move_out(CLERK, people.registry, resident, NOW)
    with pytest.raises(UnknownAction):
        await undo_action(STRANGER, people.registry, done.action, NOW)


async def test_a_records_history_says_what_was_done_and_hides_what_nobody_needs(people: People) -> None:
    new = NewResident(name="王秀英", flat="3-1-502", id_number=ID_NUMBER)
    done = await move_in(CLERK, people.registry, "ningdu", new, people.numbers, TODAY, NOW)
    await note_death(CLERK, people.registry, done.resident, None, NOW + 1)
    entries = await history(CLERK, people.registry, people.log, done.resident)
    assert [entry.kind for entry in entries] == ["died", "moved-in"]
    died = {change.field: (change.before, change.after) for change in entries[0].changes}
    assert died == {"state": ("present", "died"), "left_ms": (None, NOW + 1)}
    assert ID_NUMBER not in str(entries)
    assert (await verify_look_ups(COMMAND_LINE, people.registry)).fault is None
