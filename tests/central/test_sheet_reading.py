"""Sheets of county offices: rows with their places, headers under titles, columns, and what is wrong in each row."""

from __future__ import annotations

from datetime import date

import pytest

from anju_central.registry.imports.births import Birth, Exactness
from anju_central.registry.imports.check_sheet import check_sheet
from anju_central.registry.imports.columns import Basis, propose
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.heads import find_header
from anju_central.registry.imports.likely_header import header_of
from anju_central.registry.imports.open_file import read_sheets
from anju_central.registry.imports.problems import NOTED, TEXTS
from anju_central.registry.imports.row_check import Expected
from anju_central.registry.imports.sheet import Sheet
from anju_central.registry.imports.sheet_person import CheckedSheet, SheetContact
from support.paths import TESTS
from support.sheets.fixtures import CSV_NAME, FIXTURES, gb18030_csv
from support.sheets.make import written
from support.sheets.people import people

SHEETS = TESTS / "central" / "sheets"
TODAY = date(2026, 11, 30)


def sheets(name: str) -> list[Sheet]:
    return read_sheets((SHEETS / name).read_bytes(), name)


def checked(sheet: Sheet, community: str | None = "east") -> CheckedSheet:
    header = find_header(sheet)
    assert header is not None
    fields = {column.column: column.field for column in propose(sheet, header)}
    return check_sheet(sheet, header, Expected(fields, TODAY, {"东社区": "east", "西社区": "west"}, community))


def told(result: CheckedSheet) -> dict[str, list[str]]:
    """Places of the problems by code."""
    found: dict[str, list[str]] = {}
    for problem in result.problems:
        found.setdefault(problem.code, []).append(problem.place)
    return found


@pytest.mark.parametrize("fixture", [one for one in FIXTURES if one.writer == "xlsxwriter"], ids=lambda one: one.name)
def test_committed_sheets_are_what_their_makers_make(fixture: object) -> None:
    one = next(each for each in FIXTURES if each is fixture)
    assert read_sheets(written(one), one.name) == sheets(one.name)
    assert (SHEETS / CSV_NAME).read_bytes() == gb18030_csv()


def test_a_header_is_found_under_titles_and_sums_are_nobody() -> None:
    (sheet,) = sheets("title_rows.xlsx")
    header = find_header(sheet)
    assert header is not None
    assert (header.row, header.heads[2]) == (4, "姓 名")
    result = checked(sheet)
    assert [person.row for person in result.people] == list(range(5, 17))
    assert result.passed_over == [17, 18]
    assert result.problems == []
    first, expected = result.people[0], people(1)[0]
    assert (first.name, first.id_number, first.phones) == (expected.name, expected.id_number, (expected.phone,))
    assert first.birth == Birth(expected.born)
    assert first.flat is not None
    assert (first.flat.building, first.flat.unit, first.flat.flat) == ("1", "1", "101")


def test_merged_flats_count_for_each_row_and_groups_tell_two_heads_apart() -> None:
    (sheet,) = sheets("merged_cells.xlsx")
    result = checked(sheet)
    assert result.problems == []
    labels = [person.flat.label if person.flat else "" for person in result.people]
    assert labels == ["2栋4单元301"] * 2 + ["2栋4单元401"] + ["2栋4单元402"] * 3
    assert {person.contact for person in result.people} == {SheetContact("某某", "12000099999")}
    assert [person.name for person in result.people] == [one.name for one in people(6)]


def test_numbers_that_lost_their_digits_are_refused_with_their_row() -> None:
    (sheet,) = sheets("numbers_as_numbers.xlsx")
    result = checked(sheet)
    assert told(result) == {"id-number-digits-lost": ["B3"], "id-number-raised": ["B4"]}
    assert result.refused == {3}
    one, _, three, four = people(4)
    assert [person.id_number for person in result.people] == [one.id_number, three.id_number, four.id_number]
    assert [person.phones for person in result.people] == [
        (one.phone,),
        (three.phone,),
        (four.phone, "12000088888"),
    ]


def test_dates_of_all_kinds() -> None:
    (sheet,) = sheets("dates.xlsx")
    result = checked(sheet)
    births = {person.row: person.birth for person in result.people}
    for row, one in enumerate(people(7), start=2):
        assert births[row] == Birth(one.born), f"a Chinese built-in format in row {row}"
    day = Birth(date(1941, 3, 5))
    assert [births[row] for row in range(9, 12)] == [day] * 3
    assert [births[row] for row in range(12, 19)] == [day] * 7
    assert births[20] == Birth(date(1941, 3, 1), Exactness.MONTH)
    assert births[21] == Birth(date(1941, 1, 1), Exactness.YEAR)
    assert [births[row] for row in (19, 22, 23, 24)] == [None] * 4
    assert told(result) == {
        "age-does-not-fit": ["C11"],
        "birth-two-digit-year": ["B19"],
        "birth-no-such-day": ["B22"],
        "birth-later": ["B23"],
        "birth-lunar": ["B24"],
    }
    assert result.refused == set(), "a date that cannot be read keeps nobody out"


def test_radicals_and_full_width_become_plain() -> None:
    (sheet,) = sheets("full_width_and_radicals.xlsx")
    result = checked(sheet)
    assert told(result) == {}
    assert [person.name for person in result.people] == ["马建国", "黄秀金", "龙玉兰", "買買提·艾力"]
    assert [person.id_number for person in result.people] == [one.id_number for one in people(4)]
    assert [person.phones for person in result.people] == [
        ("12000000000",),
        ("12000000001",),
        ("12000000002",),
        ("08258661234",),
    ]
    labels = [person.flat.label if person.flat else "" for person in result.people]
    assert labels == ["1栋2单元301", "1栋1单元102", "1栋1单元201", "幸福小区3栋1单元502"]


def test_old_numbers_are_raised_and_their_doubles_found() -> None:
    (sheet,) = sheets("old_numbers.xlsx")
    result = checked(sheet)
    assert told(result) == {
        "id-number-raised": ["B2", "B3"],
        "double-in-sheet": ["B4"],
        "id-number-check-digit": ["B5"],
        "id-number-form": ["B6"],
    }
    one, two, _ = people(3)
    assert [person.id_number for person in result.people] == [one.id_number, two.id_number]
    assert result.refused == {4, 5, 6}


def test_each_of_several_sheets_is_there() -> None:
    found = sheets("several_sheets.xlsx")
    assert [(sheet.name, sheet.is_hidden) for sheet in found] == [
        ("填表说明", False),
        ("东社区", False),
        ("西社区", False),
        ("旧数据", True),
        ("Sheet5", False),
    ]
    assert [find_header(sheet) is not None for sheet in found] == [False, True, True, True, False]
    assert [len(checked(sheet).people) for sheet in found[1:4]] == [5, 4, 3]


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    (sheet,) = sheets("wrong_dimension.xlsx")
    assert len(checked(sheet).people) == 3


def test_gb18030_with_characters_that_gbk_lacks() -> None:
    (sheet,) = sheets(CSV_NAME)
    result = checked(sheet)
    assert [person.name for person in result.people] == [people(1)[0].name, "\u9fcf䶮", "\U0002c1b0某"]
    assert [person.id_number for person in result.people] == [one.id_number for one in people(3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_in_any_usual_encoding_and_separator(encoding: str, separator: str) -> None:
    one = people(1)[0]
    text = f"姓名{separator}身份证号\r\n{one.name}{separator}{one.id_number}\r\n"
    (sheet,) = read_sheets(text.encode(encoding), "people.csv")
    assert [person.id_number for person in checked(sheet).people] == [one.id_number]


def test_columns_are_remembered_and_doubted() -> None:
    one = people(1)[0]
    (sheet,) = read_sheets(f"姓名,号码,电话\n{one.name},{one.phone},{one.id_number}\n".encode(), "a.csv")
    header = find_header(sheet)
    assert header is not None
    proposed = propose(sheet, header)
    assert [(column.field, column.basis) for column in proposed] == [
        (Field.NAME, Basis.HEAD),
        (Field.PHONE, Basis.CONTENTS),
        (Field.PHONE, Basis.HEAD),
    ]
    assert proposed[2].looks_like is Field.ID_NUMBER
    remembered = {"姓名": Field.NAME, "号码": Field.PHONE, "电话": Field.ID_NUMBER}
    again = propose(sheet, header, remembered)
    assert [column.field for column in again] == [Field.NAME, Field.PHONE, Field.ID_NUMBER]
    assert {column.basis for column in again} == {Basis.REMEMBERED}


def test_the_same_heads_in_another_order_have_the_same_key() -> None:
    keys = []
    for text in ("姓名,身份证号,电话\nx,y,z\n", "电 话,姓名（必填）,身份证号\nx,y,z\n"):
        (sheet,) = read_sheets(text.encode(), "a.csv")
        header = find_header(sheet)
        assert header is not None
        keys.append(header.key)
    assert keys[0] == keys[1]


def test_a_sheet_of_the_district_names_the_community_of_each_row() -> None:
    rows = [
        f"{one.name},{one.id_number},{place}"
        for one, place in zip(people(3), ("东社区", "西 社区", "北社区"), strict=True)
    ]
    (sheet,) = read_sheets("\n".join(["姓名,身份证号,所属社区", *rows]).encode(), "a.csv")
    result = checked(sheet, community=None)
    assert [person.community for person in result.people] == ["east", "west"]
    assert told(result) == {"community-unknown": ["C4"]}


def csv_sheet(*lines: str) -> Sheet:
    (sheet,) = read_sheets("\n".join(lines).encode(), "a.csv")
    return sheet


def test_a_header_of_words_that_nobody_knows_is_found_over_what_looks_like_people() -> None:
    rows = [f"{number},{one.name},{one.id_number},{one.phone},无" for number, one in enumerate(people(4), 1)]
    title, asides, heads = "柠都社区花名单,,,,", "填表：李,日期：九月,,,", "排,老者,证,联,备"
    header = header_of(csv_sheet(title, asides, heads, *rows))
    assert header is not None
    assert (header.row, header.heads) == (3, {1: "排", 2: "老者", 3: "证", 4: "联", 5: "备"})
    columns = propose(csv_sheet(title, asides, heads, *rows), header)
    assert [(column.field, column.basis) for column in columns[1:4]] == [
        (Field.IGNORED, Basis.NONE),  # too much else looks like a name: the clerk says which
        (Field.ID_NUMBER, Basis.CONTENTS),
        (Field.PHONE, Basis.CONTENTS),
    ]


def test_what_is_no_sheet_of_people_has_no_header() -> None:
    rows = [f"{one.name},{one.id_number},{one.phone}" for one in people(4)]
    assert header_of(csv_sheet(*rows)) is None, "people from the first row on"
    assert header_of(csv_sheet("项目,金额", "九月份的水费,30", "九月份的电费,50")) is None
    assert [header_of(sheet) is not None for sheet in sheets("several_sheets.xlsx")] == [False, True, True, True, False]


def test_no_problem_repeats_a_value() -> None:
    for fixture in FIXTURES:
        for sheet in sheets(fixture.name):
            if find_header(sheet) is None:
                continue
            for problem in checked(sheet).problems:
                for locale in ("zh-CN", "en"):
                    text = problem.text(locale)
                    assert text
                    assert not any(one.id_number in text or one.name in text for one in people(20))


def test_every_problem_says_what_would_be_right_in_both_languages() -> None:
    for code, (what, chinese, english) in TEXTS.items():
        assert what in {"refused", "left-out", NOTED}, code
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese), code
        assert english.isascii() or "男" in english or "“" in english, code
