"""Files that are no sheets, lie about themselves or want to grow: refused with a sentence, or harmless."""

from __future__ import annotations

import contextlib
import io
import os
import random
import struct
import zipfile
from datetime import date

import pytest
import xlsxwriter

from anju_central.registry.imports import limits, reading_process
from anju_central.registry.imports.niceness import be_nice
from anju_central.registry.imports.open_file import read_sheets
from anju_central.registry.imports.reading import Choice, check, look
from anju_central.registry.imports.reading_process import check_rows, look_at, read_rows
from anju_central.registry.imports.refused import SheetRefused
from anju_central.registry.imports.sheet import CellFault
from support.paths import TESTS
from support.sheets.cells import Cell, SheetOf
from support.sheets.fixtures import FIXTURES, three_rows
from support.sheets.written import workbook

SHEETS = TESTS / "central" / "sheets"
PLAIN = three_rows()[0]
SHEET = "xl/worksheets/sheet1.xml"


def with_part(name: str, old: str, new: str, data: bytes | None = None) -> bytes:
    """A workbook in which a part reads otherwise; the part is added when it is not there."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data or workbook([PLAIN]))) as before:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
            for entry in before.infolist():
                content = before.read(entry)
                if entry.filename == name:
                    assert old.encode() in content
                    content = content.replace(old.encode(), new.encode(), 1)
                after.writestr(entry.filename, content)
            if name not in before.namelist():
                after.writestr(name, new)
    return made.getvalue()


def refused(data: bytes, name: str = "a.xlsx") -> SheetRefused:
    with pytest.raises(SheetRefused) as error:
        read_sheets(data, name)
    assert error.value.text("zh-CN")
    assert error.value.text("en")
    return error.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\0" * 5_000, "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-format"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (b"%PDF-1.7 ...", "not-a-sheet"),
        ("<html><table><tr><td>姓名".encode(), "not-a-sheet"),
        (b"\x89PNG\r\n\x1a\n", "not-a-sheet"),
        (b"a,b\0c\n", "not-a-sheet"),
        ("姓名,电话\n".encode("gb18030") + b"\xff\xff\xff,1\n", "encoding"),
        (b"x" * (limits.MAX_FILE_BYTES + 1), "too-large"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_reason(data: bytes, code: str) -> None:
    assert refused(data).code == code


def bomb(part: str, size: int, told: int | None = None) -> bytes:
    """An archive with a part that unpacks to `size` zeros; `told` is what its directory says."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(part, "w") as stream:
            for _ in range(size // 2**20):
                stream.write(bytes(2**20))
    data = bytearray(made.getvalue())
    if told is not None:
        at = data.rindex(b"PK\x01\x02")
        struct.pack_into("<I", data, at + 24, told)  # APPNOTE.TXT 4.3.12: uncompressed size
    return bytes(data)


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_bomb_is_refused_before_it_is_unpacked(part: str) -> None:
    data = bomb(part, 256 * 2**20)
    assert len(data) < 2**20
    assert refused(data).code == "too-large"


def test_a_bomb_that_lies_about_its_size_is_damaged() -> None:
    assert refused(bomb("[Content_Types].xml", 64 * 2**20, told=1_000)).code == "damaged"


def test_too_many_parts_and_sheets_are_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for at in range(limits.MAX_PARTS + 1):
            archive.writestr(f"xl/media/{at}.png", b"")
    assert refused(made.getvalue()).code == "too-large"
    many = workbook([SheetOf(f"s{at}", []) for at in range(limits.MAX_SHEETS + 1)])
    assert refused(many).code == "too-many-sheets"


def test_entities_are_not_expanded() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    data = with_part(SHEET, "<worksheet ", f"{laughs}<worksheet ")
    data = with_part(SHEET, "<sheetData>", "<sheetData><row><c><v>&c;</v></c></row>", data)
    assert refused(data).code == "damaged"


def test_a_file_that_names_another_file_does_not_open_it() -> None:
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    data = with_part("xl/sharedStrings.xml", "<sst ", f"{outside}<sst ")
    assert refused(data).code == "damaged"


def test_huge_dimensions_cost_nothing() -> None:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    merged = '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    data = with_part(SHEET, "</sheetData>", far + merged)
    data = with_part(SHEET, '<dimension ref="A1:B4"', '<dimension ref="A1:XFD1048576"', data)
    (sheet,) = look(data, "a.xlsx", {})
    assert (sheet.rows, sheet.columns_not_read) == (3, 16_384 - limits.MAX_COLUMNS)
    fields = {column.column: column.field for column in sheet.columns}
    found = check(data, "a.xlsx", Choice("Sheet1", fields, date(2026, 11, 30), {}, "east"))
    assert len(found.people) == 3


def test_too_many_rows_are_refused() -> None:
    text = "姓名,电话\n" + "某,1\n" * limits.MAX_ROWS
    error = refused(text.encode(), "a.csv")
    assert (error.code, error.about["limit"]) == ("too-many-rows", limits.MAX_ROWS)


def test_formulas_are_their_saved_results_and_never_computed() -> None:
    rows: list[list[Cell | str | None]] = [
        ["姓名", "电话"],
        [Cell("王某", formula='CONCATENATE("王","某")'), Cell("", formula='HYPERLINK("http://example.invalid/","x")')],
        [Cell("李某", formula="'[other.xlsx]Sheet1'!A1"), "=cmd|' /C calc'!A0"],
    ]
    data = workbook([SheetOf("Sheet1", [list(row) for row in rows])])
    (sheet,) = read_sheets(data, "a.xlsx")
    assert sheet.rows[1].cells == {1: "王某"}
    assert sheet.rows[2].cells == {1: "李某", 2: "=cmd|' /C calc'!A0"}
    row = '<row r="9"><c r="A9"><f>1+1</f></c><c r="B9" t="e"><v>#N/A</v></c></row>'
    unsaved = with_part(SHEET, "</sheetData>", f"{row}</sheetData>")
    (sheet,) = read_sheets(unsaved, "a.xlsx")
    assert sheet.rows[-1].cells == {1: CellFault.NO_RESULT, 2: CellFault.ERROR}


@pytest.mark.parametrize(
    "broken",
    [
        ("xl/styles.xml", "<styleSheet ", "<styleSheet><nonsense/></styleSheet><!-- "),
        (SHEET, "</sheetData>", '</sheetData><autoFilter ref="nonsense"><x/></autoFilter><dataValidations count="z"/>'),
        (SHEET, "<sheetData>", '<cols><col min="x" max="y"/></cols><sheetData>'),
        ("xl/theme/theme1.xml", "<a:theme ", "<broken "),
        ("docProps/core.xml", "<cp:", "<broken:"),
    ],
    ids=["styles", "filters", "columns", "theme", "properties"],
)
def test_what_is_not_needed_may_be_broken(broken: tuple[str, str, str]) -> None:
    (sheet,) = read_sheets(with_part(*broken), "a.xlsx")
    assert len(sheet.rows) == 4


def test_any_damage_is_refused_or_read() -> None:
    luck = random.Random(20261130)
    for fixture in FIXTURES:
        whole = (SHEETS / fixture.name).read_bytes()
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for _ in range(25):
            name = luck.choice(list(parts))
            content = bytearray(parts[name])
            for _ in range(luck.randint(1, 8)):
                content[luck.randrange(len(content))] = luck.randrange(256)
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as archive:
                for each, plain in parts.items():
                    archive.writestr(each, bytes(content) if each == name else plain)
            with contextlib.suppress(SheetRefused):
                look(made.getvalue(), fixture.name, {})


async def test_a_sheet_is_read_in_a_process_of_its_own_as_in_this_one() -> None:
    data = (SHEETS / "dates.xlsx").read_bytes()
    (sheet,) = await look_at(data, "dates.xlsx", {})
    assert [sheet] == look(data, "dates.xlsx", {})
    fields = {column.column: column.field for column in sheet.columns}
    choice = Choice(sheet.name, fields, date(2026, 11, 30), {}, "east")
    assert await check_rows(data, "dates.xlsx", choice) == check(data, "dates.xlsx", choice)
    proposed = Choice("", {}, choice.today, {}, "east")
    assert await read_rows(data, "dates.xlsx", {}, proposed) == (sheet, choice, check(data, "dates.xlsx", choice))


def test_a_row_of_a_million_cells_is_no_row() -> None:
    row = '<row r="2">' + "<c><v>1</v></c>" * 1_000_000 + "</row>"
    assert refused(with_part(SHEET, "<sheetData>", "<sheetData>" + row)).code == "damaged"


async def test_a_file_that_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "READER_MEMORY_BYTES", 60 * 2**20)
    texts = f"<si><t>{'字' * 1_000_000}</t></si>" * 12
    data = with_part("xl/sharedStrings.xml", "<si>", f"{texts}<si>")
    with pytest.raises(SheetRefused) as error:
        await look_at(data, "a.xlsx", {})
    assert error.value.code in {"too-large", "damaged"}


async def test_a_file_that_takes_too_long_is_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "READ_WITHIN_S", 0.0)
    with pytest.raises(SheetRefused) as error:
        await look_at(workbook([PLAIN]), "a.xlsx", {})
    assert error.value.code == "too-long"


def test_external_links_stay_closed() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    page = book.add_worksheet("Sheet1")
    page.write_row(0, 0, ["姓名", "电话"])
    page.write_url(1, 0, "http://example.invalid/x", string="王某")
    book.close()
    data = with_part("xl/externalLinks/externalLink1.xml", "", "<externalLink>broken", made.getvalue())
    (sheet,) = read_sheets(data, "a.xlsx")
    assert sheet.rows[1].cells == {1: "王某"}


def test_a_process_that_may_not_give_way_reads_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused_by_the_unit(_by: int) -> int:
        raise PermissionError(1, "Operation not permitted")  # SystemCallFilter=~@resources with EPERM

    monkeypatch.setattr(os, "nice", refused_by_the_unit)
    be_nice()
