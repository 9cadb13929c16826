"""Proposes what each column of a sheet is: by what was chosen last time, by its head, else by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anju_central.registry.han_text import folded
from anju_central.registry.imports.fields import REPEATED, Field
from anju_central.registry.imports.heads import Header, field_of_head, plain_head
from anju_central.registry.imports.limits import SAMPLE_ROWS
from anju_central.registry.imports.sheet import Row, Sheet, Value

MOSTLY: Final = 0.8  # of the values of a column
FEW: Final = 0.2
LOOKED_CHARS: Final = 100  # of a value; nothing that is told apart here is longer


class Basis(StrEnum):
    """Why a column is taken for what it is."""

    REMEMBERED = "remembered"
    HEAD = "head"
    CONTENTS = "contents"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what it is proposed to be. `looks_like` is set where its contents say something else."""

    column: int
    head: str
    field: Field
    basis: Basis
    looks_like: Field | None
    filled: int  # of the rows that were looked at


_LOOKS: Final[dict[Field, Callable[[str], object]]] = {
    Field.ID_NUMBER: re.compile(r"'?(\d{17}[\dXx]|\d{15})").fullmatch,
    Field.PHONE: re.compile(r"(1\d{10}|0\d{2,3}-?\d{7,8})([、,;/ ].*)?").fullmatch,
    Field.BIRTH: re.compile(r"(18|19|20)\d\d([-/.年]\d{1,2}([-/.月]\d{1,2}日?)?月?|\d{4})").fullmatch,
    Field.SEX: re.compile(r"[男女](性)?").fullmatch,
    Field.AGE: re.compile(r"\d{1,3}岁?").fullmatch,
    Field.ADDRESS: re.compile(r".*\d+[栋幢号楼#].*\d.*|.*[路街巷村组镇乡].*\d.*").fullmatch,
    Field.NAME: re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}").fullmatch,
}


def propose(sheet: Sheet, header: Header, remembered: Mapping[str, Field] | None = None) -> list[Column]:
    """Returns the columns in order. `remembered`: plain heads of the same set of heads, as they were chosen before.

    A field is given once, to the first column that claims it; those that their contents alone would give come last.
    """
    claims = []
    for column, head in header.heads.items():
        texts = _texts_below(sheet, header, column)
        looks = _looks_like(texts)
        field, basis = _claim(head, looks, remembered)
        claims.append(Column(column, head, field, basis, _doubt(field, looks, texts), len(texts)))
    return _each_once(claims)


def looks_of(sheet: Sheet, header: Header) -> list[Field]:
    """Returns what the columns under a header look like, as far as they do."""
    found = (_looks_like(_texts_below(sheet, header, column)) for column in header.heads)
    return [field for field in found if field is not None]


def _texts_below(sheet: Sheet, header: Header, column: int) -> list[str]:
    sample = [row for row in sheet.rows if row.number > header.row][:SAMPLE_ROWS]
    return [text for row in sample if (text := _text(row, column))]


def _claim(head: str, looks: Field | None, remembered: Mapping[str, Field] | None) -> tuple[Field, Basis]:
    if remembered is not None and (before := remembered.get(plain_head(head))) is not None:
        return before, Basis.REMEMBERED
    if (named := field_of_head(head)) is not None:
        return named, Basis.HEAD
    if looks is not None and looks is not Field.NAME and looks is not Field.AGE:  # too much else looks like these
        return looks, Basis.CONTENTS
    return Field.IGNORED, Basis.NONE


def _each_once(claims: Sequence[Column]) -> list[Column]:
    order = {Basis.REMEMBERED: 0, Basis.HEAD: 1, Basis.CONTENTS: 2, Basis.NONE: 3}
    given: set[Field] = set()
    kept: dict[int, Column] = {}
    for claim in sorted(claims, key=lambda claim: (order[claim.basis], claim.column)):
        if claim.field in given and claim.field not in REPEATED:
            claim = Column(claim.column, claim.head, Field.IGNORED, Basis.NONE, claim.field, claim.filled)
        given.add(claim.field)
        kept[claim.column] = claim
    return [kept[claim.column] for claim in claims]


def _text(row: Row, column: int) -> str:
    value: Value | None = row.cells.get(column)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return folded(str(value)[:LOOKED_CHARS]) if value is not None else ""


def _looks_like(texts: Sequence[str]) -> Field | None:
    """Returns the one meaning that most of the values could have."""
    if not texts:
        return None
    plain = [text.replace(" ", "") for text in texts]
    for field, fits in _LOOKS.items():
        if sum(1 for text in plain if fits(text)) >= MOSTLY * len(plain):
            return field
    return None


def _doubt(field: Field, looks: Field | None, texts: Sequence[str]) -> Field | None:
    """What the contents look like, where hardly any of them could be what the column is taken for."""
    if looks is None or looks is field or (fits := _LOOKS.get(field)) is None:
        return None
    fitting = sum(1 for text in texts if fits(text.replace(" ", "")))
    return looks if fitting <= FEW * len(texts) else None
