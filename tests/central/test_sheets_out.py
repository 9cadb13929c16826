"""Lists and error sheets as files, read back by openpyxl and by the reader of imports."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from anju_central.registry.exports.sheet_out import About, OutColumn, escaped, write_sheet
from anju_central.registry.imports.reading import Choice, check, errors, look
from anju_central.registry.imports.reading_process import make_error_sheet
from support.paths import TESTS
from support.sheets.fixtures import FIXTURES
from support.sheets.people import people

SHEETS = TESTS / "central" / "sheets"
ABOUT = About([("理由 reason", "季度走访 & 核对"), ("到期 expires", "2026-12-07")])
COLUMNS = [
    OutColumn("姓名 name"),
    OutColumn("生日 born", "date"),
    OutColumn("登记 made", "time"),
    OutColumn("岁 age", "number"),
]


def choice_for(data: bytes, name: str) -> Choice:
    sheet = next(sheet for sheet in look(data, name, {}) if sheet.has_people)
    fields = {column.column: column.field for column in sheet.columns}
    return Choice(sheet.name, fields, date(2026, 11, 30), {}, "east")


def test_a_list_is_typed_frozen_filtered_and_says_why_it_is_there(tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"
    made = datetime(2026, 11, 30, 8, 5, tzinfo=UTC)
    rows = [(one.name, one.born, made, at) for at, one in enumerate(people(50))]
    assert write_sheet(target, "人员", COLUMNS, rows, ABOUT) == 50
    assert list(tmp_path.iterdir()) == [target], "nothing of it lies about"
    book = openpyxl.load_workbook(target)
    page = book["人员"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:D51")
    first = people(1)[0]
    assert [cell.value for cell in page[2]] == [
        first.name,
        datetime.combine(first.born, datetime.min.time()),
        made.replace(tzinfo=None),
        0,
    ]
    assert page["B2"].is_date
    assert "季度走访" in (page.oddFooter.left.text or "")
    assert book["说明 About"]["B1"].value == "季度走访 & 核对"


def test_a_long_reason_is_cut_at_the_foot_and_whole_on_its_own_sheet(tmp_path: Path) -> None:
    target, long = tmp_path / "list.xlsx", "走访&" * 120
    write_sheet(target, "人员", [OutColumn("姓名")], [("某",)], About([("理由", long)]), mark="申请人 clerk-1")
    book = openpyxl.load_workbook(target)
    assert (book["人员"].oddFooter.left.text or "").startswith("理由: 走访")
    assert book["说明 About"]["B1"].value == long
    assert [book["人员"][cell].value for cell in ("A1", "A2", "A3")] == ["申请人 clerk-1", "姓名", "某"]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\t=1", "\r=1", '=HYPERLINK("http://example.invalid")'])
def test_no_text_becomes_a_formula(tmp_path: Path, text: str) -> None:
    assert escaped(text) == f"'{text}"
    target = tmp_path / "list.xlsx"
    write_sheet(target, "人员", [OutColumn("姓名")], [(text,), ("http://example.invalid",)], ABOUT)
    cell = openpyxl.load_workbook(target)["人员"]["A2"]
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")
    with zipfile.ZipFile(target) as archive:
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in archive.namelist(), "an address is no link"
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda one: one.name)
def test_an_error_sheet_comes_back_with_the_same_columns_and_order(fixture: object) -> None:
    name = next(one.name for one in FIXTURES if one is fixture)
    data = (SHEETS / name).read_bytes()
    choice = choice_for(data, name)
    checked = check(data, name, choice)
    rows = sorted({problem.row for problem in checked.problems if problem.what_becomes != "noted"})
    again = errors(data, name, choice, checked.problems)
    page = openpyxl.load_workbook(io.BytesIO(again)).worksheets[0]
    assert [row[-2] for row in page.iter_rows(min_row=2, values_only=True)] == rows
    (sheet,) = look(again, name, {})
    taken = [column.field for column in sheet.columns][:-2]
    assert taken == list(choice.fields.values())
    if name != "merged_cells.xlsx":  # there the heads had their groups' names
        before = next(each for each in look(data, name, {}) if each.name == choice.sheet)
        assert sheet.header_key == before.header_key, "its columns are remembered"


def test_a_mended_row_goes_in() -> None:
    name = "old_numbers.xlsx"
    data = (SHEETS / name).read_bytes()
    choice = choice_for(data, name)
    book = openpyxl.load_workbook(io.BytesIO(errors(data, name, choice, check(data, name, choice).problems)))
    page = book.worksheets[0]
    right = people(3)[2]
    for row in page.iter_rows(min_row=2):
        if row[0].value == right.name:
            row[1].value = right.id_number
    mended = io.BytesIO()
    book.save(mended)
    again = check(mended.getvalue(), name, choice_for(mended.getvalue(), name))
    assert right.id_number in [person.id_number for person in again.people]


async def test_the_error_sheet_is_made_in_the_process_that_reads() -> None:
    data = (SHEETS / "dates.xlsx").read_bytes()
    choice = choice_for(data, "dates.xlsx")
    checked = check(data, "dates.xlsx", choice)
    made = await make_error_sheet(data, "dates.xlsx", choice, checked.problems)
    assert openpyxl.load_workbook(io.BytesIO(made)).worksheets[0].max_row == 5
