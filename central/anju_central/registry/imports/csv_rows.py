"""Reads CSV as spreadsheet programs write it: UTF-8 with or without a mark, UTF-16, or GB18030; any usual separator."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Final

from anju_central.registry.imports.limits import MAX_COLUMNS, MAX_ROWS, MAX_TEXT_CHARS
from anju_central.registry.imports.refused import SheetRefused
from anju_central.registry.imports.sheet import Row, Sheet, Value

MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS: Final = ",;\t|"
SEPARATOR_WITHIN_LINES: Final = 20
CUT_PLACE: Final = MAX_TEXT_CHARS + 1  # one more shows that it was longer


def read_csv(data: bytes, name: str) -> Sheet:
    """Returns the one sheet of a file. All its values are texts. Raises SheetRefused."""
    text = _decoded(data)
    if "\0" in text:
        raise SheetRefused("not-a-sheet")
    sheet = Sheet(name)
    # A field of a file that lost a quotation mark runs to the end; the file's own size is the bound.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        for number, fields in enumerate(lines, start=1):
            if number > MAX_ROWS:
                raise SheetRefused("too-many-rows", sheet=name, limit=MAX_ROWS)
            sheet.right = max(sheet.right, len(fields) - MAX_COLUMNS)
            cells: dict[int, Value] = {
                at: value[:CUT_PLACE] for at, value in enumerate(fields[:MAX_COLUMNS], start=1) if value.strip()
            }
            if cells:
                sheet.rows.append(Row(number, cells))
    except csv.Error as error:
        raise SheetRefused("damaged", part=f"line {lines.line_num}") from error
    sheet.right = max(sheet.right, 0)
    return sheet


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise SheetRefused("encoding", line=data.count(b"\n", 0, error.start) + 1) from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise SheetRefused("encoding", line=data.count(b"\n", 0, error.start) + 1) from error


def _separator(text: str) -> str:
    """Returns the separator that splits the first lines into the most fields, a comma when none does."""
    lines = text.split("\n", SEPARATOR_WITHIN_LINES)[:SEPARATOR_WITHIN_LINES]
    return max(SEPARATORS, key=lambda separator: sum(line.count(separator) for line in lines))
