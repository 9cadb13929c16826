"""A sheet beside the registry, on plain values: new, changed, missing, kept, and who cannot be told apart."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from anju_central.registry.imports.births import Birth, Exactness
from anju_central.registry.imports.comparison import Comparison, Plan
from anju_central.registry.imports.flats import flat_of_address
from anju_central.registry.imports.known_person import KnownPerson, Part
from anju_central.registry.imports.sheet_person import SheetContact, SheetPerson
from support.sheets.people import Somebody, people, somebody

AS_OF_MS = 1_000_000


def mark(number: str) -> bytes:
    return hashlib.sha256(number.encode()).digest()


def row(one: Somebody, number: int = 2, **said: Any) -> SheetPerson:
    person = SheetPerson(
        row=number,
        community="east",
        name=one.name,
        id_number=one.id_number,
        sex="male" if one.sex == "男" else "female",
        birth=Birth(one.born),
        phones=(one.phone,),
        flat=flat_of_address(one.address),
    )
    return replace(person, **said)


def known(one: Somebody, **has: Any) -> KnownPerson:
    person = KnownPerson(
        resident=f"r-{one.phone}",
        community="east",
        name=one.name,
        mark=mark(one.id_number),
        sex="male" if one.sex == "男" else "female",
        birth=Birth(one.born),
        phones=(one.phone,),
        flat=one.address,
    )
    return replace(person, **has)


def compared(rows: list[SheetPerson], registry: list[KnownPerson], erased: tuple[bytes, ...] = ()) -> Plan:
    comparison = Comparison(registry, erased, lambda number: [mark(number)], {}, AS_OF_MS)
    for person in rows:
        comparison.add(person)
    return comparison.finish({}, ["east"])


def codes(plan: Plan) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in plan.problems]


def test_the_same_sheet_again_changes_nothing() -> None:
    some = people(30)
    plan = compared([row(one, at) for at, one in enumerate(some)], [known(one) for one in some])
    assert (plan.same, plan.new, plan.changed, plan.missing, plan.problems) == (30, [], [], [], [])


def test_new_changed_and_missing() -> None:
    one, two, three, four = people(4)
    plan = compared(
        [row(one, 2), row(two, 3, name="改名某", phones=("12000099999",)), row(four, 4)],
        [known(one), known(two), known(three)],
    )
    assert [person.row for person in plan.new] == [4]
    assert [(changed.known.name, changed.parts) for changed in plan.changed] == [(two.name, (Part.NAME, Part.PHONES))]
    assert [missing.known.name for missing in plan.missing] == [three.name]


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"name": "改名某"}, Part.NAME),
        ({"archive_no": "A-7"}, Part.ARCHIVE_NO),
        ({"phones": ("12000099999",)}, Part.PHONES),
        ({"flat": flat_of_address("9栋9单元909")}, Part.FLAT),
        ({"is_head": True}, Part.HEAD),
        ({"contact": SheetContact("某某", "12000088888", "女儿")}, Part.CONTACT),
        ({"birth": Birth(date(1941, 3, 5))}, Part.BIRTH),
        ({"sex": "male"}, Part.SEX),
    ],
)
def test_each_part_changes_unless_a_newer_hand_changed_it(said: dict[str, Any], part: Part) -> None:
    one = somebody(0)
    [changed] = compared([row(one, **said)], [known(one, edited_ms={part: AS_OF_MS})]).changed
    assert changed.parts == (part,), "changed by hand before the sheet was made"
    plan = compared([row(one, **said)], [known(one, edited_ms={part: AS_OF_MS + 1})])
    assert plan.changed == []
    assert [(kept.part, kept.edited_ms) for kept in plan.kept] == [(part, AS_OF_MS + 1)]


def test_what_a_sheet_leaves_empty_it_does_not_take_away() -> None:
    one = somebody(0)
    bare = SheetPerson(row=2, community="east", name=one.name, id_number=one.id_number)
    plan = compared([bare], [known(one, archive_no="A-7", contact=SheetContact("某某", "12000088888"))])
    assert (plan.same, plan.changed) == (1, [])


def test_a_birth_that_is_known_better_stays() -> None:
    one = somebody(0)
    year = Birth(date(one.born.year, 1, 1), Exactness.YEAR)
    assert compared([row(one, birth=year)], [known(one)]).same == 1
    [changed] = compared([row(one)], [known(one, birth=year)]).changed
    assert changed.parts == (Part.BIRTH,)


def test_another_way_to_write_a_flat_is_no_change() -> None:
    one = somebody(0)
    assert compared([row(one)], [known(one, flat="1-1-101")]).same == 1


def test_people_without_id_numbers_are_known_by_birth_or_flat() -> None:
    one = somebody(0)
    by_birth = compared([row(one, id_number=None, flat=None)], [known(one)])
    by_flat = compared([row(one, id_number=None, birth=None)], [known(one, mark=None)])
    assert (by_birth.same, by_flat.same) == (1, 1)
    [changed] = compared([row(one)], [known(one, mark=None)]).changed
    assert changed.parts == (Part.ID_NUMBER,), "the number that was missing"


def test_two_id_numbers_are_two_people_whatever_else_is_the_same() -> None:
    one = somebody(0)
    plan = compared([row(one)], [known(one, mark=mark(somebody(2).id_number))])
    assert len(plan.new) == 1
    assert len(plan.missing) == 1


def test_who_could_be_several_is_refused_and_nobody_is_guessed() -> None:
    one = somebody(0)
    twins = [known(one, mark=None), known(one, mark=None, resident="r-other")]
    plan = compared([row(one, id_number=None)], twins)
    assert codes(plan) == [(2, "several-in-registry")]
    assert (plan.new, plan.changed, plan.same) == ([], [], 0)


def test_two_rows_of_one_person_go_in_once() -> None:
    one = somebody(0)
    plan = compared([row(one, 2), row(one, 3, id_number=None)], [known(one)])
    assert codes(plan) == [(3, "double-in-sheet")]


@pytest.mark.parametrize("said", [{}, {"archive_no": "A-1", "name": "改名某"}, {"birth": None}])
def test_a_sheet_without_id_numbers_brings_nobody_back_to_life(said: dict[str, Any]) -> None:
    one, other = people(2)
    gone = known(one, is_present=False, archive_no="A-1", mark=None)
    plan = compared([row(one, id_number=None, **said), row(other, 3, id_number=None)], [gone])
    assert codes(plan) == [(2, "left-before")]
    assert [person.name for person in plan.new] == [other.name]


def test_who_lives_there_now_is_found_before_who_left() -> None:
    one = somebody(0)
    plan = compared([row(one, id_number=None)], [known(one, resident="r-left", is_present=False), known(one)])
    assert (codes(plan), plan.same, plan.new) == ([], 1, [])


@pytest.mark.parametrize(
    ("has", "code"),
    [({"community": "west"}, "other-community"), ({"is_present": False}, "left-before")],
)
def test_who_is_elsewhere_or_gone_needs_a_life_event(has: dict[str, Any], code: str) -> None:
    one = somebody(0)
    plan = compared([row(one)], [known(one, **has)])
    assert codes(plan) == [(2, code)]
    assert plan.missing == []


def test_the_erased_do_not_come_back() -> None:
    one = somebody(0)
    plan = compared([row(one)], [], (mark(one.id_number),))
    assert codes(plan) == [(2, "erased")]
    assert plan.new == []


def test_a_missing_one_may_be_a_refused_row() -> None:
    one, two = people(2)
    comparison = Comparison([known(one), known(two)], [], lambda number: [mark(number)], {}, AS_OF_MS)
    comparison.add(row(two))
    [missing] = comparison.finish({9: ("east", one.name)}).missing
    assert (missing.known.name, missing.perhaps_row) == (one.name, 9)


def test_people_of_communities_that_a_sheet_is_not_about_are_not_missing() -> None:
    one, two = people(2)
    assert compared([row(one)], [known(one), known(two, community="west")]).missing == []
