"""Reading people on both engines: by purpose, of the own communities alone, each read in the log of look-ups."""

from __future__ import annotations

import ast
import inspect
import traceback
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import FunctionType

import pytest
from sqlalchemy.exc import IntegrityError

from anju_base.id_number import check_digit
from anju_central.access.caller import Caller, NotAllowed, Purpose, Role
from anju_central.registry import people as people_queries
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import FIELDS, PURPOSES, Field, PurposeRefused
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.people.break_glass import (
    break_glass,
    close_glass,
    list_broken_glass,
    own_broken_glass,
    take_note,
)
from anju_central.registry.people.record import list_people, people_of_incident, person
from anju_central.registry.people.search import search
from anju_central.registry.people_errors import (
    GlassNotBroken,
    NeedsReason,
    NoIncident,
    NothingToLookFor,
    UnknownResident,
)
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry.tables import Resident, ResidentState, Sex
from support.registry_people import (
    CASE,
    CLERK,
    INCIDENT,
    NOW,
    OPERATOR,
    PRIVACY,
    STRANGER,
    TECHNICIAN,
    People,
    about,
    people_in,
)

ID_NUMBER = "51099919400102123" + check_digit("51099919400102123")
SILENT = {  # read people and show nobody, or are the hub's own
    "own_broken_glass": "the caller's own",
    "list_broken_glass": "names accounts and incidents",
    "verify_look_ups": "shows nobody",
    "open_glass_incidents": "the hub's own, names incidents",
    "withheld_devices": "the hub's own, names devices whose places are not kept",
    "retention_state": "counts",
    "last_run_ms": "a time",
}


@pytest.fixture
async def people(registry: Registry, tmp_path: Path) -> AsyncIterator[People]:
    async with people_in(registry, tmp_path) as made:
        yield made


def query_functions() -> Iterator[FunctionType]:
    for module in iter_modules(people_queries.__path__):
        found = import_module(f"{people_queries.__name__}.{module.name}")
        for name, function in inspect.getmembers(found, inspect.iscoroutinefunction):
            if not name.startswith("_") and function.__module__ == found.__name__:
                yield function


def calls_of(function: FunctionType) -> list[str]:
    return [
        ast.unparse(node.func) + "(" + (ast.unparse(node.args[0]) if node.args else "")
        for node in ast.walk(ast.parse(inspect.getsource(function)))
        if isinstance(node, ast.Call)
    ]


# -- the only way in


def test_every_question_about_people_has_a_caller_and_is_logged() -> None:
    functions = list(query_functions())
    assert len(functions) > 15
    for function in functions:
        name = function.__qualname__
        first, second, *others = inspect.signature(function).parameters.values()
        assert (first.name, first.annotation, first.default) == ("caller", "Caller", inspect.Parameter.empty), name
        assert (second.name, second.annotation) == ("registry", "Registry"), name
        calls = calls_of(function)
        opened = [call for call in calls if call.startswith(("registry.read(", "registry.write("))]
        assert len(opened) == 1, f"{name} is one transaction"
        assert opened[0].endswith("(caller"), name
        if opened[0].startswith("registry.read(") and name not in SILENT:
            assert any((other.name, other.annotation) == ("log", "LookUpLog") for other in others), name
            noted = [call for call in calls if call.startswith(("log.note(", "log.note_once("))]
            assert noted
            assert noted[0].endswith("(caller"), f"{name} notes its look-up as its caller"


def test_a_caller_without_purpose_or_communities_cannot_be_made() -> None:
    with pytest.raises(TypeError):
        Caller("clerk-1", Role.COMMUNITY_STAFF, "every")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Caller("clerk-1", Role.COMMUNITY_STAFF, purpose=Purpose.CARE)  # type: ignore[call-arg]


def test_every_purpose_says_its_fields_and_every_role_its_purposes() -> None:
    assert set(FIELDS) == set(Purpose)
    assert set(PURPOSES) == set(Role)
    for purpose, fields in FIELDS.items():
        assert Field.ID_NUMBER not in fields or purpose is Purpose.CASE
    assert FIELDS[Purpose.STATISTICS] == frozenset()
    assert all(Purpose.STATISTICS not in purposes for purposes in PURPOSES.values())


# -- by purpose


async def full_person(people: People) -> str:
    resident = await people.add(
        "单雪梅", "3栋1单元502", id_number=ID_NUMBER, phones=("138 0000 0001", "0825-6660001"), archive_no="A-7"
    )
    await people.add("王强", "3栋1单元502")
    await people.run(
        "INSERT INTO note (note, community, kind, resident, text, made_ms, made_by) VALUES "
        "('n-1', 'ningdu', 'danger', :r, '狗', 1, 'x'), ('n-2', 'ningdu', 'care', :r, '糖', 2, 'x')",
        r=resident,
    )
    return resident


async def test_each_purpose_sees_its_fields_alone(people: People) -> None:
    resident = await full_person(people)
    shown = await person(CASE, people.registry, people.log, resident, people.numbers, NOW)
    assert shown.line.name == "单雪梅"
    assert (shown.line.flat, shown.line.sex, shown.line.birth_year) == ("3栋1单元502", Sex.MALE, 1940)
    assert shown.id_number == f"510***********{ID_NUMBER[-4:]}"
    assert (shown.born_on, shown.archive_no) == (date(1940, 1, 2), "A-7")
    assert shown.notes == ()
    care = await person(CLERK, people.registry, people.log, resident, people.numbers, NOW)
    assert care.id_number is None
    assert care.archive_no is None
    assert [note.text for note in care.notes] == ["糖", "狗"]
    assert care.phones == ("13800000001", "08256660001")
    assert [member.name for member in care.members] == ["王强"]
    emergency = await person(
        OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident)
    )
    assert [note.text for note in emergency.notes] == ["狗"]
    assert emergency.born_on is None
    assert emergency.line.birth_year == 1940
    technical = await person(TECHNICIAN, people.registry, people.log, resident, people.numbers, NOW)
    assert technical.line.name == "单*梅"
    assert technical.line.flat == "3栋1单元502"
    assert (technical.phones, technical.members, technical.notes, technical.line.sex) == ((), (), (), None)
    activity = await person(
        replace(CLERK, purpose=Purpose.ACTIVITY), people.registry, people.log, resident, people.numbers, NOW
    )
    assert (activity.line.name, activity.phones, activity.bands) == ("单雪梅", (), ())


async def test_a_purpose_that_is_not_the_roles_is_refused(people: People) -> None:
    resident = await full_person(people)
    for caller in (
        replace(OPERATOR, purpose=Purpose.CARE),
        replace(TECHNICIAN, purpose=Purpose.CASE),
        replace(CLERK, purpose=Purpose.STATISTICS),
    ):
        with pytest.raises(PurposeRefused, match="may not look at people for"):
            await person(caller, people.registry, people.log, resident, people.numbers, NOW)
        with pytest.raises(PurposeRefused):
            await search(caller, people.registry, people.log, "单", NOW)
        with pytest.raises(PurposeRefused):
            await list_people(caller, people.registry, people.log, "ningdu")
    with pytest.raises(NotAllowed):
        await person(
            Caller("audit-1", Role.AUDITOR, "every", Purpose.CASE),
            people.registry,
            people.log,
            "r",
            people.numbers,
            NOW,
        )
    assert await people.rows("SELECT entry FROM look_up") == []


async def test_an_id_number_whose_key_is_away_keeps_the_record_readable(people: People, tmp_path: Path) -> None:
    resident = await full_person(people)
    without = IdNumbers(RegistrySecrets(tmp_path / "elsewhere", {}))
    shown = await person(CASE, people.registry, people.log, resident, without, NOW)
    assert (shown.id_number, shown.line.name) == ("?", "单雪梅")


async def test_nothing_of_an_id_number_is_in_the_database(people: People) -> None:
    await full_person(people)
    for table in ("resident", "record_change", "audit", "look_up"):
        assert ID_NUMBER not in str(await people.rows(f"SELECT * FROM {table}"))


# -- of the own communities


async def test_people_of_other_communities_are_not_told_from_nobody(people: People) -> None:
    resident = await full_person(people)
    with pytest.raises(UnknownResident) as refused:
        await person(STRANGER, people.registry, people.log, resident, people.numbers, NOW)
    assert "单" not in str(refused.value)
    assert (await search(STRANGER, people.registry, people.log, "单雪梅", NOW)).people == ()
    assert await list_people(STRANGER, people.registry, people.log, "ningdu") == []
    assert await people.rows("SELECT resident FROM look_up_person") == []


# -- the log


async def test_each_read_says_who_whom_which_fields_what_for_and_for_which_incident(people: People) -> None:
    resident = await full_person(people)
    await person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=about(resident))
    await search(CLERK, people.registry, people.log, "wangqiang", NOW)
    rows = await people.rows(
        "SELECT entry, account, purpose, kind, fields, incident, people FROM look_up ORDER BY entry"
    )
    assert rows[0][1:4] == ("op-1", "emergency", "record")
    assert "danger" in rows[0][4].split(",")
    assert rows[0][5:] == (INCIDENT, 2)  # and who lives with them
    assert rows[1][1:4] == ("clerk-1", "care", "search")
    [[found]] = await people.rows("SELECT resident FROM look_up_person WHERE entry = 2")
    assert found != resident
    assert "单" not in str(await people.rows("SELECT * FROM look_up"))


async def test_people_of_an_incident_are_noted_once_per_operator(people: People) -> None:
    resident, other = await full_person(people), await people.add("李四")

    async def shown(caller: Caller, incident: str = INCIDENT) -> dict[str, str]:
        found = await people_of_incident(caller, people.registry, people.log, [resident, "r-gone"], incident)
        return {named: line.name for named, line in found.items()}

    for _ in range(3):
        assert await shown(OPERATOR) == {resident: "单雪梅"}
    await shown(replace(OPERATOR, account="op-2"))
    await shown(OPERATOR, "cd" * 16 + "-1")
    with pytest.raises(NoIncident):
        await shown(OPERATOR, "")
    noted = await people.rows("SELECT account, incident FROM look_up ORDER BY entry")
    assert noted == [("op-1", INCIDENT), ("op-2", INCIDENT), ("op-1", "cd" * 16 + "-1")]
    both = await people_of_incident(OPERATOR, people.registry, people.log, [resident, other], INCIDENT)
    assert set(both) == {resident, other}
    assert await people.rows("SELECT resident FROM look_up_person WHERE entry = 4") == [(other,)]


# -- search


async def found(people: People, text: str, caller: Caller = CLERK) -> list[str]:
    return [line.name for line in (await search(caller, people.registry, people.log, text, NOW)).people]


async def test_people_are_found_by_name_pinyin_initials_phone_flat_and_band(people: People) -> None:
    resident = await full_person(people)
    await people.add("单车", "12号楼3门1001", phones=("13900001234",))
    await people.add("吕布", "3栋2单元101")
    await people.run(
        "INSERT INTO device (device, community, key, kind, number, model, label_zh, label_en, period_s, state, made_ms)"
        " VALUES (1, 'ningdu', 'ble:ac233fc001aa', 'band', '0017', '', '', '', 0, 'in-service', 1)"
    )
    await people.run(
        "INSERT INTO binding (community, device, resident, from_ms, made_by) VALUES ('ningdu', 1, :r, 1, 'x')",
        r=resident,
    )
    for typed in ("单雪梅", "雪梅", "shanxuemei", "dan xue mei", "sxm", "SXM", "xuemei", "单 雪梅"):
        assert await found(people, typed) == ["单雪梅"], typed
    assert await found(people, "单") == ["单车", "单雪梅"]
    assert await found(people, "lvbu") == await found(people, "Lü bu") == ["吕布"]
    assert await found(people, "0001") == ["单雪梅"]  # both of her numbers end with it
    assert await found(people, "1234") == ["单车"]
    assert await found(people, "139 0000 1234") == ["单车"]
    assert sorted(await found(people, "3-1-502")) == ["单雪梅", "王强"]
    assert sorted(await found(people, "3栋1单元")) == ["单雪梅", "王强"]
    assert sorted(await found(people, "三栋")) == sorted(["单雪梅", "吕布", "王强"])
    assert await found(people, "12-3-1001") == ["单车"]
    assert await found(people, "0017") == ["单雪梅"]
    assert await found(people, "AC233FC001AA") == ["单雪梅"]
    assert await found(people, "单雪梅", TECHNICIAN) == ["单*梅"]
    assert await found(people, "nobody") == []
    for typed in ("", " ", "s", "12", "-", "%", "\x00"):
        with pytest.raises(NothingToLookFor):
            await found(people, typed)
    assert await found(people, "单\x00%_") == ["单车", "单雪梅"]  # no sign stands for others
    assert await found(people, "x" * 10_000) == []


async def test_many_are_cut_and_said_to_be_more(people: People) -> None:
    for number in range(7):
        await people.add("王" + "一二三四五六七"[number])
    page = await search(CLERK, people.registry, people.log, "wang", NOW, limit=5)
    assert (len(page.people), page.more) == (5, True)
    assert (await search(CLERK, people.registry, people.log, "王", NOW)).more is False


async def test_a_list_is_paged_by_name(people: People) -> None:
    for name in ("丙", "甲", "乙", "甲"):
        await people.add(name)
    first = await list_people(CLERK, people.registry, people.log, "ningdu", limit=3)
    rest = await list_people(CLERK, people.registry, people.log, "ningdu", after=first[-1].resident)
    assert len({line.resident for line in first + rest}) == 4
    assert [line.name for line in first + rest] == sorted(line.name for line in first + rest)
    with pytest.raises(NoIncident):
        await list_people(OPERATOR, people.registry, people.log, "ningdu")


# -- breaking the glass


async def test_an_emergency_looks_beyond_its_incident_only_with_a_reason_and_others_learn_of_it(people: People) -> None:
    resident = await full_person(people)
    with pytest.raises(NoIncident):
        await person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW)
    for incident in (None, INCIDENT):
        with pytest.raises(GlassNotBroken):
            await search(OPERATOR, people.registry, people.log, "单", NOW, incident=incident)
    with pytest.raises(NeedsReason):
        await break_glass(OPERATOR, people.registry, people.log, "ningdu", INCIDENT, "  ", NOW)
    with pytest.raises(NoIncident):
        await break_glass(CLERK, people.registry, people.log, "ningdu", INCIDENT, "走失老人", NOW)
    stranger = about("r-somebody-else")
    with pytest.raises(GlassNotBroken):
        await person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=stranger)
    opened = await break_glass(OPERATOR, people.registry, people.log, "ningdu", INCIDENT, "走失老人", NOW)
    assert await own_broken_glass(OPERATOR, people.registry, people.log, NOW) == [opened]
    page = await search(OPERATOR, people.registry, people.log, "单", NOW, incident=INCIDENT)
    assert [line.name for line in page.people] == ["单雪梅"]
    await person(OPERATOR, people.registry, people.log, resident, people.numbers, NOW, about=stranger)
    with pytest.raises(GlassNotBroken):  # of another incident, another operator, or after its end
        await search(OPERATOR, people.registry, people.log, "单", NOW, incident="cd" * 16 + "-1")
    with pytest.raises(GlassNotBroken):
        await search(replace(OPERATOR, account="op-2"), people.registry, people.log, "单", NOW, incident=INCIDENT)
    with pytest.raises(GlassNotBroken):
        await search(OPERATOR, people.registry, people.log, "单", opened.ends_ms, incident=INCIDENT)
    elsewhere = await people.add("单雪梅", community="other")
    with pytest.raises(GlassNotBroken):  # the privacy officer of another community would be told of it
        await person(OPERATOR, people.registry, people.log, elsewhere, people.numbers, NOW, about=stranger)
    page = await search(OPERATOR, people.registry, people.log, "单", NOW, incident=INCIDENT)
    assert [line.community for line in page.people] == ["ningdu"]
    assert await list_broken_glass(PRIVACY, people.registry, unseen=True) == [opened]
    await take_note(PRIVACY, people.registry, opened.number, NOW)
    assert await list_broken_glass(PRIVACY, people.registry, unseen=True) == []
    assert await close_glass(OPERATOR, people.registry, people.log, INCIDENT, NOW) == 1
    assert await own_broken_glass(OPERATOR, people.registry, people.log, NOW) == []
    kinds = [kind for (kind,) in await people.rows("SELECT kind FROM look_up ORDER BY entry")]
    assert kinds == ["break-glass", "search", "record", "search"]
    reasons = await people.rows("SELECT reason FROM look_up WHERE kind = 'break-glass'")
    assert reasons == [("走失老人",)]


async def test_a_broken_rule_of_the_database_tells_no_name(people: People) -> None:
    """PostgreSQL says the whole row that it refuses, and a traceback goes into the log."""
    resident = await people.add("单雪梅")

    async def die() -> None:
        async with people.registry.write(CLERK) as session:
            row = await session.get_one(Resident, resident)
            row.state = ResidentState.DIED  # without a day: `left_when`
            record(session, "people.test", resident, "ningdu", NOW)

    with pytest.raises(IntegrityError) as refused:
        await die()
    told = "".join(traceback.format_exception(refused.value))
    assert "left_when" in told
    assert "单雪梅" not in told
