"""Reads xlsx with openpyxl, part by part: only texts, number formats and sheets; nothing else of a file is opened.

Four things of openpyxl 3.1 are gone round: it is slow with texts, it does not know the date formats of Chinese editions
(ECMA-376, 18.8.30: 27-36 and 50-58), it believes what a sheet says of its own size, and a fault in a filter or a theme
ends its reading.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import numbers
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from anju_central.registry.imports.limits import (
    MAX_CELLS_OF_ROW,
    MAX_COLUMNS,
    MAX_MERGES,
    MAX_PART_BYTES,
    MAX_PARTS,
    MAX_ROWS,
    MAX_SHEET_BYTES,
    MAX_SHEETS,
    MAX_STRINGS_BYTES,
    MAX_TEXT_CHARS,
)
from anju_central.registry.imports.refused import SheetRefused
from anju_central.registry.imports.sheet import Area, CellFault, Row, Sheet, Value

CHINESE_DATE_FORMATS: Final = (*range(27, 37), *range(50, 59))
CELL_TAG: Final = f"{{{SHEET_MAIN_NS}}}c"
ROW_TAG: Final = f"{{{SHEET_MAIN_NS}}}row"
STRING_TAG: Final = f"{{{SHEET_MAIN_NS}}}si"
TEXT_TAG: Final = f"{{{SHEET_MAIN_NS}}}t"
SPOKEN_TAG: Final = f"{{{SHEET_MAIN_NS}}}rPh"
MERGE_TAG: Final = f"{{{SHEET_MAIN_NS}}}mergeCell"
IN_ROWS: Final = frozenset(f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("c", "v", "f", "is", "t", "r", "rPr", "rPh"))
ENCRYPTED: Final = 0x1  # APPNOTE.TXT 4.4.4: bit 0
BINARY_WORKBOOK: Final = "xl/workbook.bin"


def read_workbook(data: bytes) -> list[Sheet]:
    """Returns the sheets of a workbook, hidden ones too. Raises SheetRefused."""
    part = "zip"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look_at_sizes(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is not read here
            reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            part = "[Content_Types].xml"
            reader.read_manifest()
            part = "sharedStrings.xml"
            _read_strings(reader)
            part = "workbook.xml"
            reader.read_workbook()
            _read_styles(reader)
            places = [place for place in reader.parser.find_sheets() if "worksheet" in place[1].Type]
            if len(places) > MAX_SHEETS:
                raise SheetRefused("too-many-sheets", limit=MAX_SHEETS)
            sheets = []
            for about, place in places:
                part = str(about.name)
                sheets.append(_read_sheet(reader, about, place.target))
            return sheets
    except SheetRefused:
        raise
    except MemoryError as error:
        raise SheetRefused("too-large", limit=f"{MAX_SHEET_BYTES // (1024 * 1024)} MB") from error
    except Exception as error:
        raise SheetRefused("damaged", part=part) from error


def _look_at_sizes(archive: zipfile.ZipFile) -> None:
    """Refuses what would grow too large, by what the archive says; zipfile never gives more than that of a part."""
    entries = archive.infolist()
    if len(entries) > MAX_PARTS:
        raise SheetRefused("too-large", limit=f"{MAX_PARTS} parts")
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise SheetRefused("old-format")
        name = entry.filename.lower()
        if name == BINARY_WORKBOOK:
            raise SheetRefused("binary-workbook")
        limit = MAX_PART_BYTES
        if name.startswith("xl/worksheets/"):
            limit = MAX_SHEET_BYTES
        elif name.endswith("sharedstrings.xml"):
            limit = MAX_STRINGS_BYTES
        elif not name.endswith((".xml", ".rels")):
            continue  # pictures and the like: never opened
        if entry.file_size > limit:
            raise SheetRefused("too-large", limit=f"{limit // (1024 * 1024)} MB")
    if sum(entry.file_size for entry in entries if entry.filename.startswith("xl/worksheets/")) > 2 * MAX_SHEET_BYTES:
        raise SheetRefused("too-large", limit=f"{2 * MAX_SHEET_BYTES // (1024 * 1024)} MB")


def _read_strings(reader: Any) -> None:  # openpyxl brings no types
    """Reads the texts of all sheets. openpyxl builds a tree of objects for each, which takes ten times as long."""
    about = reader.package.find(SHARED_STRINGS)
    if about is None:
        return
    parts: list[str] = []
    with reader.archive.open(about.PartName[1:]) as source:
        for _, element in iterparse(source):
            if element.tag == TEXT_TAG:
                parts.append(element.text or "")
            elif element.tag == STRING_TAG:
                reader.shared_strings.append("".join(parts))
                parts.clear()
                element.clear()
            elif element.tag == SPOKEN_TAG:  # how a text is read aloud, with texts of its own
                del parts[len(parts) - len(element.findall(TEXT_TAG)) :]


def _read_styles(reader: Any) -> None:  # openpyxl brings no types
    """Learns which cells are dates. Without styles that can be read, the column's meaning has to say it."""
    for number in CHINESE_DATE_FORMATS:
        numbers.BUILTIN_FORMATS.setdefault(number, "yyyy-mm-dd")
    try:
        apply_stylesheet(reader.archive, reader.wb)
    except Exception:  # noqa: BLE001 - as above; a sheet is read without its looks
        reader.wb._date_formats = set()
        reader.wb._timedelta_formats = set()


def _read_sheet(reader: Any, about: Any, target: str) -> Sheet:  # openpyxl brings no types
    book = reader.wb
    sheet = Sheet(str(about.name), about.state != "visible")
    with reader.archive.open(target) as source:
        parser = _RowParser(
            source,
            reader.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.rows():
            if len(sheet.rows) >= MAX_ROWS:
                raise SheetRefused("too-many-rows", sheet=sheet.name, limit=MAX_ROWS)
            kept = {}
            for cell in cells:
                value = _value(cell)
                if value is None:
                    continue
                if cell["column"] > MAX_COLUMNS:
                    sheet.right = max(sheet.right, cell["column"] - MAX_COLUMNS)
                    continue
                kept[cell["column"]] = value
            if kept:
                sheet.rows.append(Row(number, kept))
    sheet.merged = parser.areas
    sheet.rows.sort(key=lambda row: row.number)
    return sheet


def _value(cell: dict[str, Any]) -> Value | None:  # openpyxl brings no types
    value = cell["value"]
    if cell["data_type"] == "e":
        return CellFault.ERROR
    if isinstance(value, str):
        return value[: MAX_TEXT_CHARS + 1] if value.strip() else None
    if isinstance(value, int | float | datetime | CellFault):
        return value
    return None if value is None else str(value)  # a time of day, a length of time


class _RowParser(WorkSheetParser):  # type: ignore[misc] # openpyxl brings no types
    """Rows and merged areas of a sheet; all else in it is passed over unread."""

    areas: list[Area]

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Yields the number and cells of each row; `areas` are known at the end."""
        self.areas = []
        cells = 0
        for _, element in iterparse(self.source):
            if element.tag == CELL_TAG:
                cells += 1
                if cells > MAX_CELLS_OF_ROW:  # a row is held whole
                    raise ValueError(f"more than {MAX_CELLS_OF_ROW} cells in a row")
            elif element.tag == ROW_TAG:
                cells = 0
                yield self.parse_row(element)
                element.clear()
            elif element.tag == MERGE_TAG:
                if len(self.areas) < MAX_MERGES:
                    left, top, right, bottom = range_boundaries(element.get("ref"))
                    self.areas.append(Area(top, left, bottom, right))
                element.clear()
            elif element.tag not in IN_ROWS:
                element.clear()

    def parse_cell(self, element: Any) -> dict[str, Any]:  # openpyxl brings no types
        """As openpyxl does, and a formula without a result is told from an empty cell."""
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None and element.find(VALUE_TAG) is None:
            cell["value"] = CellFault.NO_RESULT
        return cell
