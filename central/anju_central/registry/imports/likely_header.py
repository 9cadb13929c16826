"""The header of a sheet whose heads are no words that we know: a clerk then says by hand what the columns are."""

from __future__ import annotations

from typing import Final

from anju_central.registry.imports.columns import looks_of
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.heads import Header, find_header, heads_of
from anju_central.registry.imports.limits import HEADER_WITHIN_ROWS
from anju_central.registry.imports.sheet import Row, Sheet

MIN_HEADS: Final = 2
PEOPLES: Final = frozenset({Field.NAME, Field.ID_NUMBER, Field.PHONE})  # below heads of people's columns


def header_of(sheet: Sheet) -> Header | None:
    """Returns the header, by known words or by what stands below it; None where nothing looks like people."""
    return find_header(sheet) or _likely(sheet)


def _likely(sheet: Sheet) -> Header | None:
    """The first of the widest rows that are all words, each another, over a column that holds names or numbers."""
    best: Header | None = None
    for row in sheet.rows[:HEADER_WITHIN_ROWS]:
        heads = heads_of(sheet, row)
        if len(heads) < MIN_HEADS or len(set(heads.values())) < len(heads) or len(row.cells) > len(heads):
            continue
        header = Header(row.number, heads)
        is_wider = best is None or len(heads) > len(best.heads)
        if is_wider and not _is_of_people(row) and any(field in PEOPLES for field in looks_of(sheet, header)):
            best = header
    return best


def _is_of_people(row: Row) -> bool:
    """Whether the row is one of people itself: a sheet without any header."""
    only = Sheet(name="", rows=[row])
    heads = dict.fromkeys(row.cells, "")
    return any(field in PEOPLES - {Field.NAME} for field in looks_of(only, Header(row.number - 1, heads)))
