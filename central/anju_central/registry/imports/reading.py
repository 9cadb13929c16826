"""What is done with a file's bytes: a look at its sheets and columns, then all rows of one sheet checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from anju_central.registry.imports.check_sheet import check_sheet
from anju_central.registry.imports.columns import Column, propose
from anju_central.registry.imports.error_sheet import error_sheet
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.heads import Header
from anju_central.registry.imports.likely_header import header_of
from anju_central.registry.imports.open_file import read_sheets
from anju_central.registry.imports.problems import Problem
from anju_central.registry.imports.refused import SheetRefused
from anju_central.registry.imports.row_check import Expected
from anju_central.registry.imports.sheet import Sheet
from anju_central.registry.imports.sheet_person import CheckedSheet


@dataclass(frozen=True, slots=True)
class SheetLook:
    """A sheet as it is shown before anything is taken from it. `header_row` 0: none was found."""

    name: str
    is_hidden: bool
    rows: int
    columns_not_read: int
    header_row: int
    header_key: bytes
    columns: Sequence[Column]

    @property
    def has_people(self) -> bool:
        """Whether a column of names was found."""
        return any(column.field is Field.NAME for column in self.columns)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is taken over from a file: one sheet, and what its columns are.

    `communities`: what a cell may say, without spaces and in lower case -> id. `community`: of all rows, or None where
    a column says it.
    """

    sheet: str
    fields: Mapping[int, Field]
    today: date
    communities: Mapping[str, str]
    community: str | None


Remembered = Mapping[bytes, Mapping[str, Field]]  # a header's key -> plain head -> what its column was


def look(data: bytes, file_name: str, remembered: Remembered) -> list[SheetLook]:
    """Returns the sheets of a file. Raises SheetRefused."""
    return [_look(sheet, remembered) for sheet in read_sheets(data, file_name)]


def _look(sheet: Sheet, remembered: Remembered) -> SheetLook:
    header = header_of(sheet)
    columns = propose(sheet, header, remembered.get(header.key)) if header is not None else []
    below = [row for row in sheet.rows if header is not None and row.number > header.row]
    return SheetLook(
        name=sheet.name,
        is_hidden=sheet.is_hidden,
        rows=len(below),
        columns_not_read=sheet.right,
        header_row=header.row if header is not None else 0,
        header_key=header.key if header is not None else b"",
        columns=columns,
    )


def check(data: bytes, file_name: str, choice: Choice) -> CheckedSheet:
    """Returns all rows of the chosen sheet. Raises SheetRefused."""
    sheet, header = _chosen(data, file_name, choice)
    return _check(sheet, header, choice)


def read(data: bytes, file_name: str, remembered: Remembered, choice: Choice) -> tuple[SheetLook, Choice, CheckedSheet]:
    """A look and a check in one go: what a choice leaves empty, sheet or fields, is what is proposed.

    Raises SheetRefused.
    """
    sheets = {sheet.name: sheet for sheet in read_sheets(data, file_name)}
    looked = chosen_sheet([_look(sheet, remembered) for sheet in sheets.values()], choice.sheet or None)
    fields = choice.fields or {column.column: column.field for column in looked.columns}
    chosen = replace(choice, sheet=looked.name, fields=fields)
    sheet = sheets[looked.name]
    return looked, chosen, _check(sheet, _header(sheet, chosen), chosen)


def chosen_sheet(sheets: Sequence[SheetLook], name: str | None) -> SheetLook:
    """Returns the sheet of that name, else the one with people that has most rows. Raises SheetRefused."""
    if name is not None:
        for sheet in sheets:
            if sheet.name == name:
                return sheet
        raise SheetRefused("no-such-sheet", sheet=name)
    with_people = [sheet for sheet in sheets if sheet.has_people and not sheet.is_hidden]
    if not with_people:
        raise SheetRefused("no-name-column", sheet=sheets[0].name if sheets else "")
    return max(with_people, key=lambda sheet: sheet.rows)


def errors(data: bytes, file_name: str, choice: Choice, problems: Sequence[Problem]) -> bytes:
    """Returns an xlsx of the rows that did not go in whole, to mend and send again. Raises SheetRefused."""
    sheet, header = _chosen(data, file_name, choice)
    return error_sheet(sheet, header, problems)


def _chosen(data: bytes, file_name: str, choice: Choice) -> tuple[Sheet, Header]:
    sheet = next((sheet for sheet in read_sheets(data, file_name) if sheet.name == choice.sheet), None)
    if sheet is None:
        raise SheetRefused("no-such-sheet", sheet=choice.sheet)
    return sheet, _header(sheet, choice)


def _header(sheet: Sheet, choice: Choice) -> Header:
    header = header_of(sheet)
    if header is None or Field.NAME not in choice.fields.values():
        raise SheetRefused("no-name-column", sheet=choice.sheet)
    return header


def _check(sheet: Sheet, header: Header, choice: Choice) -> CheckedSheet:
    return check_sheet(sheet, header, Expected(choice.fields, choice.today, choice.communities, choice.community))
