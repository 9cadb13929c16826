"""Tables for a terminal of 80 columns that can be copied: no lines drawn, nothing cut off, keys in one piece.

Columns are as wide as their widest cell, Chinese characters counting two. What does not fit beside the others goes to
lines of its own below the row, indented.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

WIDTH: Final = 80
GAP: Final = 2
INDENT: Final = "  "


@dataclass(frozen=True, slots=True)
class Row:
    """One row: short cells, and texts that may be long."""

    cells: Sequence[str]
    notes: Sequence[str] = ()


def table(heads: Sequence[str], rows: Iterable[Row], width: int = WIDTH) -> list[str]:
    """Returns the lines, none of them wider than `width` unless a single word is."""
    rows = list(rows)
    spans = [max(map(cell_len, column)) for column in zip(heads, *(row.cells for row in rows), strict=True)]
    lines = _row(heads, spans, width)
    for row in rows:
        lines += _row(row.cells, spans, width)
        for note in row.notes:
            lines += wrapped(note, width, INDENT)
    return lines


def _row(cells: Sequence[str], spans: Sequence[int], width: int) -> list[str]:
    """The cells of one row beside each other; those that have no room go on in the next line."""
    lines = [""]
    for cell, span in zip(cells, spans, strict=True):
        line = lines[-1]
        if line and cell_len(line) + span > width:
            lines[-1] = line.rstrip()
            line = INDENT
            lines.append(line)
        lines[-1] = line + cell + " " * (span - cell_len(cell) + GAP)
    return [line for line in (line.rstrip() for line in lines) if line]


def wrapped(text: str, width: int = WIDTH, indent: str = "") -> list[str]:
    """Returns a text in lines of at most `width` cells, broken at blanks, or inside a run of wide characters."""
    lines = [""]
    for word in _words(text):
        room = width - len(indent) - cell_len(lines[-1])
        if cell_len(word.rstrip()) > room and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [indent + line.rstrip() for line in lines if line.strip()]


def _words(text: str) -> Iterable[str]:
    word = ""
    for sign in text:
        if cell_len(sign) == 2 and sign not in "，。：；、）”":  # a line does not begin with these
            if word:
                yield word
            word = sign
            continue
        word += sign
        if sign == " ":
            yield word
            word = ""
    if word:
        yield word
