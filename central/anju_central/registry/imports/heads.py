"""Finds the header of a sheet under its titles, and says what each column is called."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from anju_central.registry.han_text import folded
from anju_central.registry.imports.fields import FIELD_OF_WORD, OURS, Field
from anju_central.registry.imports.limits import HEADER_WITHIN_ROWS
from anju_central.registry.imports.sheet import Area, Row, Sheet

_SIGNS: Final = re.compile(r"[\W_]+")
_ASIDE: Final = re.compile(r"[（(【\[].*?[)）】\]]")  # "身份证号（18位）", "姓名（必填）"
MIN_KNOWN: Final = 2  # heads that are known words; one alone may be a title


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet. `heads` by column as a person reads them, a group's name before its columns' own."""

    row: int
    heads: dict[int, str]

    @property
    def key(self) -> bytes:
        """Returns the SHA-256 of the set of heads: by it the columns of next month's sheet are known again."""
        plain = sorted(set(map(plain_head, self.heads.values())) - set(OURS))
        return hashlib.sha256("\n".join(plain).encode()).digest()


def plain_head(head: str) -> str:
    """Returns a head without signs, spaces and what stands in brackets, in lower case."""
    plain = folded(head).lower()
    return _SIGNS.sub("", _ASIDE.sub("", plain)) or _SIGNS.sub("", plain)


def field_of_head(head: str) -> Field | None:
    """Returns what a head names, None where it is no known word; "group/head" as a whole, then the head alone."""
    if (found := FIELD_OF_WORD.get(plain_head(head))) is not None:
        return found
    _, slash, own = head.rpartition("/")
    return FIELD_OF_WORD.get(plain_head(own)) if slash else None


def find_header(sheet: Sheet) -> Header | None:
    """Returns the header: of the first rows the one with the most heads that are known words."""
    best, most = None, 0
    for row in sheet.rows[:HEADER_WITHIN_ROWS]:
        known = {FIELD_OF_WORD[plain] for plain in map(plain_head, _texts(row).values()) if plain in FIELD_OF_WORD}
        if len(known) > most and (len(known) >= MIN_KNOWN or Field.NAME in known):
            best, most = row, len(known)
    if best is None:
        return None
    return Header(best.number, heads_of(sheet, best))


def _texts(row: Row) -> dict[int, str]:
    return {column: text for column, value in row.cells.items() if isinstance(value, str) and (text := folded(value))}


def heads_of(sheet: Sheet, row: Row) -> dict[int, str]:
    """The heads of a row, by column. Above may stand groups over several columns, and heads that reach down into it."""
    heads = _texts(row)
    texts_above = {above.number: _texts(above) for above in sheet.rows if above.number < row.number}
    width = max([*heads, *(area.last_column for area in sheet.merged)], default=0)
    for area in sheet.merged:
        text = texts_above.get(area.first_row, {}).get(area.first_column)
        if text is None or area.first_row >= row.number:
            continue
        if area.last_row >= row.number:  # a head of several rows
            heads.setdefault(area.first_column, text)
        elif _is_group(area, row.number, width):
            for column in range(area.first_column, area.last_column + 1):
                if column in heads:
                    heads[column] = f"{text}/{heads[column]}"
    return dict(sorted(heads.items()))


def _is_group(area: Area, header_row: int, width: int) -> bool:
    """Whether it stands right above the header and is no title over everything."""
    columns = area.last_column - area.first_column + 1
    return area.last_row == header_row - 1 and 1 < columns < width
