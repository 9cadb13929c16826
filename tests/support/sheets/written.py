"""Sheets written by XlsxWriter: for what LibreOffice does not write, and where bytes must be the same each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime

import xlsxwriter
from xlsxwriter.format import Format

from support.sheets.cells import SheetOf, cell_of

MADE = datetime(2026, 10, 1, 8, 0, tzinfo=UTC).replace(tzinfo=None)


def workbook(sheets: Sequence[SheetOf]) -> bytes:
    """Returns the same bytes for the same sheets."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties({"created": MADE})
    formats: dict[int, Format] = {}
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.is_hidden:
            page.hide()
        for row, contents in enumerate(sheet.rows):
            for column, content in enumerate(contents):
                cell = cell_of(content)
                shown_as = None
                if cell.number_format is not None:
                    shown_as = formats.setdefault(
                        cell.number_format, book.add_format({"num_format": cell.number_format})
                    )
                if cell.rows > 1 or cell.columns > 1:
                    last = (row + cell.rows - 1, column + cell.columns - 1)
                    page.merge_range(row, column, *last, cell.value, shown_as)
                elif cell.formula:
                    page.write_formula(row, column, "=" + cell.formula, shown_as, cell.value)
                elif isinstance(cell.value, str):
                    page.write_string(row, column, cell.value, shown_as)
                elif isinstance(cell.value, date):
                    page.write_datetime(row, column, datetime(*cell.value.timetuple()[:3]), shown_as)  # noqa: DTZ001
                elif cell.value is not None:
                    page.write_number(row, column, cell.value, shown_as)
    book.close()
    return made.getvalue()


def with_dimension(data: bytes, told: str) -> bytes:
    """Returns a workbook whose first sheet says of its size what is not true."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content, count = re.subn(rb'<dimension ref="[^"]*"', f'<dimension ref="{told}"'.encode(), content)
                assert count == 1
            new.writestr(entry, content)
    return made.getvalue()
