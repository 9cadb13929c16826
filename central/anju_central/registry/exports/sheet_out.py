"""Writes a list as xlsx: dates and numbers typed, header frozen, filters on, nothing in it that computes.

Rows are written as they come: 100,000 need no more memory than one. XlsxWriter keeps them in a temporary folder until
the file is whole, so that folder is the caller's and goes with it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:  # only the process that writes one loads the library
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Kind = Literal["text", "date", "time", "number"]
Out = str | int | float | date | datetime | None

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
MAX_CELL_CHARS: Final = 32_767  # ECMA-376, as Excel keeps it
MAX_FOOT_CHARS: Final = 255  # of a page's foot with its codes, as Excel has it
FOOT_REST: Final = "&L&R&P / &N"
NUMBER_FORMATS: Final[dict[Kind, str]] = {
    "text": "@",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
    "number": "0",
}


@dataclass(frozen=True, slots=True)
class OutColumn:
    """A column: its head, and what its cells are. `width` in characters."""

    head: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class About:
    """What stands on every printed page and on a sheet of its own: why the list is there, and until when."""

    lines: Sequence[tuple[str, str]]

    @property
    def footer(self) -> str:
        """Returns the lines as one, for the foot of a page; `&` begins a code there."""
        foot = ""
        for character in self.text:
            code = "&&" if character == "&" else character
            if len(foot) + len(code) + len(FOOT_REST) > MAX_FOOT_CHARS:  # a longer one would not be there at all
                return foot
            foot += code
        return foot

    @property
    def text(self) -> str:
        """Returns the lines as one."""
        return " · ".join(f"{head}: {text}" for head, text in self.lines)


def escaped(text: str) -> str:
    """Returns a text that no spreadsheet program takes for a formula, also after it was saved as CSV."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def write_sheet(
    target: Path, name: str, columns: Sequence[OutColumn], rows: Iterable[Sequence[Out]], about: About, mark: str = ""
) -> int:
    """Writes the file; returns how many rows there are. `mark` stands above the heads, for whoever has it on a screen.

    Raises OSError.
    """
    import xlsxwriter

    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sheet-") as folder:
        book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "tmpdir": folder, "strings_to_urls": False})
        heads = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        shown = {kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()}
        page = book.add_worksheet(name)
        top = 1 if mark else 0  # the row of the heads, from 0
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(0, top)
        page.set_footer(f"&L{about.footer}&R&P / &N")
        for at, column in enumerate(columns):
            page.set_column(at, at, column.width, shown[column.kind])
        if mark:
            page.write_string(0, 0, escaped(mark), book.add_format({"italic": True, "font_color": "#9C0006"}))
        for at, column in enumerate(columns):
            page.write_string(top, at, column.head, heads)
        count = 0
        for count, row in enumerate(rows, start=1):
            for at, (column, value) in enumerate(zip(columns, row, strict=True)):
                write_cell(page, top + count, at, value, shown[column.kind])
        page.autofilter(top, 0, top + max(count, 1), len(columns) - 1)
        why = book.add_worksheet("说明 About")
        for at, (head, text) in enumerate(about.lines):
            why.write_string(at, 0, head, heads)
            why.write_string(at, 1, escaped(text))
        book.close()
    return count


def write_cell(page: Worksheet, row: int, column: int, value: Out, shown: Format | None) -> None:
    """Writes a value as what it is, never as a formula or a link."""
    match value:
        case None:
            return
        case str():
            page.write_string(row, column, escaped(value)[:MAX_CELL_CHARS], shown)
        case datetime():
            page.write_datetime(row, column, value.replace(tzinfo=None), shown)
        case date():
            page.write_datetime(row, column, value, shown)
        case _:
            page.write_number(row, column, value, shown)
