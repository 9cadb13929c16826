"""What a sheet of a fixture consists of, whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than its value. `number_format` is the number of a built-in format (ECMA-376, 18.8.30)."""

    value: Value
    number_format: int | None = None
    rows: int = 1
    columns: int = 1
    formula: str = ""


@dataclass(frozen=True, slots=True)
class SheetOf:
    """A sheet: rows of cells, None where there is nothing."""

    name: str
    rows: list[list[Cell | Value]]
    is_hidden: bool = False


def cell_of(content: Cell | Value) -> Cell:
    """Returns a cell for a bare value."""
    return content if isinstance(content, Cell) else Cell(content)
