"""Sheets taken over into the registry and taken back, on both engines: each run is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anju_central.access.caller import HUB, Caller, NotAllowed, Purpose, Role
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry, sqlite_url
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.imports import new_people
from anju_central.registry.imports.job import last_import_ms
from anju_central.registry.imports.known_person import Part
from anju_central.registry.imports.take_over import PreviewOutdated, RunUndone, UnknownRun, take_over, undo_import
from anju_central.registry.people.life_events import move_out, move_within
from anju_central.registry.people.search import search
from anju_central.registry.people_errors import ChangedSince
from anju_central.registry.queries.roster_take_over import begin_roster
from anju_central.registry.scope import OutOfScope
from anju_central.registry.tables import Household
from support.postgres import Postgres
from support.registry_people import CASE, CLERK, NOW, STRANGER, People, people_in
from support.sheets.people import people as some_people
from support.sheets.taken import Sent, csv_of

HOUR_MS = 3_600_000
TABLES = ("resident", "resident_phone", "contact", "household", "place", "name_key")


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


async def counts(people: People) -> dict[str, int]:
    """Rows of each table."""
    return {table: (await people.rows(f"SELECT count(*) FROM {table}"))[0][0] for table in TABLES}


async def test_a_sheet_goes_in_and_its_people_are_found(people: People) -> None:
    some = some_people(30)
    taken = await Sent(people, csv_of(some), NOW).taken()
    assert taken.counts == {"new": 30, "changed": 0, "moved-out": 0}
    found = await counts(people)
    assert (found["resident"], found["resident_phone"], found["contact"]) == (30, 30, 30)
    assert found["place"] == len({one.address for one in some}) == found["household"]
    assert await people.rows("SELECT count(*) FROM resident WHERE id_number IS NULL OR household IS NULL") == [(0,)]
    stored = await people.rows("SELECT id_number, id_number_hash FROM resident")
    assert not any(one.id_number.encode() in bytes(value) for row in stored for value in row for one in some)
    for text in ("qiuguifang", "qgf", some[1].name, some[1].phone[-4:]):
        found_by = await search(CLERK, people.registry, people.log, text, NOW)
        assert some[1].name in [line.name for line in found_by.people], text
    again = await Sent(people, csv_of(some), NOW).planned()
    assert (again.plan.same, again.plan.new, again.plan.changed, again.plan.missing) == (30, [], [], [])


async def test_next_months_sheet_changes_what_it_says_and_nobody_goes_without_a_tick(people: People) -> None:
    some = some_people(10)
    await Sent(people, csv_of(some), NOW).taken()
    people.now_ms += HOUR_MS
    moved, renamed = some[3], some[4]
    sheet = csv_of(
        [one for one in some if one not in some[:2]],
        **{
            f"p{moved.phone}": {"flat": "9栋9单元909", "phone": "12000077777"},
            f"p{renamed.phone}": {"name": "改名某", "contact_phone": "12000066666"},
        },
    )
    sent = Sent(people, sheet, people.now_ms)
    plan = (await sent.planned()).plan
    parts = {changed.known.name: set(changed.parts) for changed in plan.changed}
    assert parts == {moved.name: {Part.PHONES, Part.FLAT}, renamed.name: {Part.NAME, Part.CONTACT}}
    assert [missing.known.name for missing in plan.missing] == sorted(one.name for one in some[:2])
    gone = plan.missing[0].known.resident
    taken = await sent.taken(frozenset({gone}))
    assert taken.counts == {"new": 0, "changed": 2, "moved-out": 1}
    assert await people.rows("SELECT state, count(*) FROM resident GROUP BY state ORDER BY state") == [
        ("moved-out", 1),
        ("present", 9),
    ]
    assert await people.rows("SELECT count(*) FROM resident WHERE name = '改名某'") == [(1,)]
    found = await search(CLERK, people.registry, people.log, "9-9-909", people.now_ms)
    assert [line.flat for line in found.people] == ["9栋9单元909"]


async def test_a_hand_edit_newer_than_the_sheet_stays_and_is_listed(people: People) -> None:
    one, two = some_people(2)
    await Sent(people, csv_of([one, two]), NOW).taken()
    [(resident,)] = await people.rows("SELECT resident FROM resident WHERE name = :name", name=one.name)
    people.now_ms += HOUR_MS
    await move_within(CLERK, people.registry, resident, "7栋7单元707", people.now_ms)
    older = await Sent(people, csv_of([one, two]), people.now_ms - 1).planned()
    assert [(kept.known.name, kept.part) for kept in older.plan.kept] == [(one.name, Part.FLAT)]
    assert older.plan.changed == []
    newer = await Sent(people, csv_of([one, two]), people.now_ms).planned()
    assert [changed.parts for changed in newer.plan.changed] == [(Part.FLAT,)]


async def test_a_sheet_of_another_community_outdates_no_hand_edit(people: People) -> None:
    assert await last_import_ms(CASE, people.registry, {"ningdu"}) == 0
    await Sent(people, csv_of(some_people(2)), NOW).taken()
    of_both = replace(CASE, communities="every")
    await people.run("UPDATE import_run SET community = 'other', made_ms = :later", later=NOW + HOUR_MS)
    await Sent(people, csv_of(some_people(3)), NOW).taken()
    assert await last_import_ms(of_both, people.registry, {"ningdu"}) == NOW
    assert await last_import_ms(of_both, people.registry, {"other"}) == NOW + HOUR_MS
    assert await last_import_ms(of_both, people.registry, {"ningdu", "other"}) == NOW
    assert await last_import_ms(CASE, people.registry, {"ningdu", "other"}) == 0, "what it may not see it never had"


async def test_a_run_is_taken_back_whole_and_another_sheet_may_come(people: People) -> None:
    some = some_people(20)
    await Sent(people, csv_of(some[:5]), NOW).taken()
    before = await counts(people)
    people.now_ms += HOUR_MS
    changing = {f"p{some[0].phone}": {"flat": "9栋9单元909", "phone": "12000077777", "contact_phone": "12000066666"}}
    sent = Sent(people, csv_of(some, **changing), people.now_ms)
    taken = await sent.taken()
    people.now_ms += HOUR_MS
    await undo_import(CASE, people.registry, taken.runs["ningdu"], people.now_ms)
    assert await counts(people) == before
    plan = (await Sent(people, csv_of(some[:5]), NOW).planned()).plan
    assert (plan.same, plan.changed, plan.missing) == (5, [], [])
    with pytest.raises(RunUndone):
        await undo_import(CASE, people.registry, taken.runs["ningdu"], people.now_ms)
    people.now_ms += HOUR_MS
    assert (await sent.taken()).counts["new"] == 15


async def test_what_somebody_changed_since_is_not_undone_silently(people: People) -> None:
    one = some_people(1)[0]
    taken = await Sent(people, csv_of([one]), NOW).taken()
    [(resident,)] = await people.rows("SELECT resident FROM resident")
    await move_out(CLERK, people.registry, resident, NOW + HOUR_MS)
    with pytest.raises(ChangedSince):
        await undo_import(CASE, people.registry, taken.runs["ningdu"], NOW + 2 * HOUR_MS)
    assert await people.rows("SELECT state FROM import_run") == [("applied",)]


async def test_a_sheet_of_the_district_goes_into_each_community_and_back(people: People) -> None:
    some = some_people(4)
    lines = [
        "姓名,身份证号,社区",
        *[f"{one.name},{one.id_number},{'东' if at % 2 else '西'}" for at, one in enumerate(some)],
    ]
    everywhere = Caller("super-1", Role.SUPERVISOR, "every", Purpose.CASE)
    sent = Sent(people, "\n".join(lines).encode(), NOW, everywhere, None, {"东": "ningdu", "西": "other"})
    taken = await sent.taken()
    assert set(taken.runs) == {"ningdu", "other"}
    assert await people.rows("SELECT community, count(*) FROM resident GROUP BY community ORDER BY community") == [
        ("ningdu", 2),
        ("other", 2),
    ]
    undone = await undo_import(everywhere, people.registry, taken.runs["other"], NOW + 1)
    assert undone == {"ningdu": 1, "other": 1}
    assert (await counts(people))["resident"] == 0


async def test_a_failure_half_way_leaves_nothing(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await counts(people)
    made: list[dict[str, object]] = []
    contact_values = new_people.contact_values

    def fail_later(*values: object) -> dict[str, object]:
        made.append({})
        if len(made) > 150:  # in the second slice
            raise ValueError
        return contact_values(*values)  # type: ignore[arg-type] # as they were given

    monkeypatch.setattr(new_people, "contact_values", fail_later)
    with pytest.raises(ValueError):  # noqa: PT011
        await Sent(people, csv_of(some_people(200)), NOW).taken()
    assert await counts(people) == before
    assert await people.rows("SELECT count(*) FROM import_run") == [(0,)]


async def test_a_preview_that_is_outdated_does_nothing(people: People) -> None:
    some = some_people(3)
    sent = Sent(people, csv_of(some), NOW)
    planned = await sent.planned()
    _, about = sent.checked()
    await people.add("后来某", "1栋1单元101")
    with pytest.raises(PreviewOutdated):
        await take_over(CASE, people.registry, people.numbers, planned, about, frozenset(), NOW)
    assert (await counts(people))["resident"] == 1


async def test_the_erased_are_refused(people: People) -> None:
    one = some_people(1)[0]
    mark = people.numbers.marks(one.id_number)[0]
    await people.run(
        "INSERT INTO tombstone (resident, community, erased_ms, erased_by, why, id_number_hash)"
        " VALUES ('r-gone', 'ningdu', 1, 'privacy-1', 'asked', :mark)",
        mark=mark,
    )
    sent = Sent(people, csv_of([one]), NOW)
    assert [problem.code for problem in await sent.problems()] == ["erased"]
    assert (await sent.taken()).counts["new"] == 0


async def test_who_may_not(people: People) -> None:
    data = csv_of(some_people(1))
    with pytest.raises(NotAllowed):
        await Sent(people, data, NOW, Caller("op-1", Role.OPERATOR, "every", Purpose.EMERGENCY)).planned()
    with pytest.raises(PurposeRefused):
        await Sent(people, data, NOW, CLERK).planned()
    taken = await Sent(people, data, NOW).taken()
    stranger = Caller(STRANGER.account, STRANGER.role, STRANGER.communities, Purpose.CASE)
    assert (await Sent(people, data, NOW, stranger, "other").planned()).plan.missing == []
    with pytest.raises(UnknownRun):
        await undo_import(stranger, people.registry, taken.runs["ningdu"], NOW)


async def test_progress_is_told(people: People) -> None:
    sent = Sent(people, csv_of(some_people(250)), NOW)
    told: list[tuple[int, int]] = []
    _, about = sent.checked()
    await take_over(
        CASE,
        people.registry,
        people.numbers,
        await sent.planned(),
        about,
        frozenset(),
        NOW,
        lambda *so: told.append(so),
    )
    assert told == [(100, 250), (200, 250), (250, 250)]


async def test_many_rows_at_once_are_of_the_actions_community(people: People) -> None:
    async with people.registry.write(CASE) as session:
        changes = await ChangeSet.begin(session, "import", "ningdu", NOW)
        with pytest.raises(OutOfScope):
            await changes.add_many(Household, [{"household": "h-1", "community": "other", "made_ms": NOW}])


async def test_boxes_are_told_of_people_that_a_sheet_brought_and_took(people: People) -> None:
    """Rows of many people go past the session's objects, which count what boxes have to hear of."""
    await begin_roster(HUB, people.registry, "ningdu", NOW)
    [(before,)] = await people.rows("SELECT revision FROM roster_revision")
    taken = await Sent(people, csv_of(some_people(3)), NOW).taken()
    [(after,)] = await people.rows("SELECT revision FROM roster_revision")
    assert after > before
    await undo_import(CASE, people.registry, taken.runs["ningdu"], NOW + 1)
    assert (await people.rows("SELECT revision FROM roster_revision"))[0][0] > after


async def test_postgresql_plans_a_large_import_with_the_rows_that_it_wrote(postgres: Postgres, tmp_path: Path) -> None:
    """It planned as for empty tables: 10,339 people took 192 s, and as long to take back."""
    registry = await Registry.open(await postgres.new_database())
    try:
        async with people_in(registry, tmp_path) as people:
            taken = await Sent(people, csv_of(some_people(500)), NOW).taken()
            known = "SELECT reltuples FROM pg_class WHERE oid = 'resident'::regclass"
            assert await people.rows(known) == [(400.0,)], "looked at after 100 and after 400"
            await undo_import(CASE, registry, taken.runs["ningdu"], NOW)
            assert await people.rows(known) == [(500.0,)], "and before all is taken back"
    finally:
        await registry.close()


async def test_what_is_played_gives_no_rows_to_executemany(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.13.5 ends with an InterfaceError there, older ones throw the rows away: no demo began on Debian 13."""

    class Strict(sqlite3.Connection):
        def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
            assert "RETURNING" not in sql.upper()
            return super().executemany(sql, parameters)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **more: connect(*a, **{"factory": Strict} | more))
    registry = await Registry.open(sqlite_url(tmp_path / "registry.sqlite"))
    try:
        async with people_in(registry, tmp_path) as people:
            taken = await Sent(people, csv_of(some_people(30)), NOW).taken()
            assert taken.counts["new"] == 30
            assert (await counts(people))["resident"] == 30
    finally:
        await registry.close()
