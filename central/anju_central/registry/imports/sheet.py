"""A sheet as it was read: rows and cells with the coordinates that they have in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CellFault(StrEnum):
    """A cell that holds nothing to read."""

    ERROR = "error"  # #N/A, #REF! and so on: a formula that failed
    NO_RESULT = "no-result"  # a formula whose result was never saved


Value = str | int | float | bool | datetime | CellFault


@dataclass(frozen=True, slots=True)
class Area:
    """Cells that were merged into one. Rows and columns count from 1, the last ones are of it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Row:
    """What stands in a row, by column (from 1). Cells without anything are not there."""

    number: int
    cells: dict[int, Value]


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows` in the file's order, those without anything are not there. `right` is how many columns stand
    too far right to be looked at.
    """

    name: str
    is_hidden: bool = False
    rows: list[Row] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    right: int = 0


def column_letters(column: int) -> str:
    """Returns a column's name in spreadsheets: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The other way: A is 1, AA is 27. Raises ValueError."""
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise ValueError(letters)
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
