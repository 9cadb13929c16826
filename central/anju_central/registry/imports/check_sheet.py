"""All rows of a sheet below its header, checked; who stands in it twice is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Final

from anju_central.registry.han_text import folded
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.heads import Header, plain_head
from anju_central.registry.imports.limits import MAX_PROBLEMS
from anju_central.registry.imports.problems import Problem
from anju_central.registry.imports.row_check import Expected, RowCheck
from anju_central.registry.imports.sheet import CellFault, Row, Sheet, Value
from anju_central.registry.imports.sheet_person import CheckedSheet, SheetPerson

# Rows that are nobody: sums, signatures and remarks below the last person.
_NOBODY: Final = re.compile(
    r"(合计|小计|总计|共计|总数|填表|填报|制表|审核|负责人|经办人|说明|备注|注)\s*([:：（(].*|人.*)?"
)
_OF_A_PERSON: Final = frozenset({Field.NAME, Field.ID_NUMBER, Field.BIRTH, Field.PHONE, Field.SEX})


def check_sheet(sheet: Sheet, header: Header, expected: Expected) -> CheckedSheet:
    """Returns who is in the sheet and what is wrong. A row that cannot go in keeps no other out."""
    checked = CheckedSheet()
    heads = {
        plain for head in header.heads.values() for plain in (plain_head(head), plain_head(head.rpartition("/")[2]))
    }
    for row in _filled(sheet, header):
        if _is_nobody(row, heads, expected):
            checked.passed_over.append(row.number)
            continue
        check = RowCheck(expected, row.number, row.cells)
        person = check.person()
        _keep(checked, check.problems)
        if person is None:
            checked.refused.add(row.number)
            if check.name and check.community:
                checked.refused_names[row.number] = (check.community, check.name)
        else:
            checked.people.append(person)
    _find_doubles(checked, expected)
    return checked


def _keep(checked: CheckedSheet, problems: list[Problem]) -> None:
    room = max(0, MAX_PROBLEMS - len(checked.problems))
    checked.problems.extend(problems[:room])
    checked.problems_not_kept += max(0, len(problems) - room)


def _filled(sheet: Sheet, header: Header) -> Iterator[Row]:
    """Yields the rows below the header; a cell merged over several rows counts in each of them."""
    values = {row.number: row.cells for row in sheet.rows}
    reaching: dict[int, list[tuple[int, Value]]] = {}
    for area in sheet.merged:
        value = values.get(area.first_row, {}).get(area.first_column)
        if value is None or area.first_row <= header.row:
            continue
        for number in range(area.first_row + 1, area.last_row + 1):
            if number in values:  # a merged area may claim a million rows
                reaching.setdefault(number, []).append((area.first_column, value))
            elif number > sheet.rows[-1].number:
                break
    for row in sheet.rows:
        if row.number <= header.row:
            continue
        if row.number not in reaching:
            yield row
            continue
        yield Row(row.number, dict(reaching[row.number]) | row.cells)


def _is_nobody(row: Row, heads: Set[str], expected: Expected) -> bool:
    texts = [value for _, value in sorted(row.cells.items()) if isinstance(value, str)]
    if texts and _NOBODY.fullmatch(folded(texts[0])):
        return True
    if len(texts) > 1 and all(plain_head(text) in heads for text in texts):
        return True  # the header again, for the next printed page
    return _is_unfilled(row, expected)


def _is_unfilled(row: Row, expected: Expected) -> bool:
    """Whether only the ends of a merged flat or an empty formula stand in it, as in rows prepared for later."""
    return all(
        row.cells.get(column) in (None, CellFault.NO_RESULT)
        for column, field in expected.fields.items()
        if field in _OF_A_PERSON
    )


def _find_doubles(checked: CheckedSheet, expected: Expected) -> None:
    """Of one person's rows the first goes in. Same names with the same birth date are told, and go in."""
    numbers: dict[str, int] = {}
    names: dict[tuple[str, str, str], SheetPerson] = {}
    kept = []
    for person in checked.people:
        if person.id_number is not None:
            first = numbers.setdefault(person.id_number, person.row)
            if first != person.row:
                column = next((at for at, field in expected.fields.items() if field is Field.ID_NUMBER), 0)
                _keep(checked, [Problem(person.row, column, Field.ID_NUMBER, "double-in-sheet", {"row": first})])
                checked.refused.add(person.row)
                continue
        kept.append(person)
        if person.birth is None:
            continue
        key = (person.community, person.name, person.birth.on.isoformat())
        other = names.setdefault(key, person)
        if other is not person and not (other.id_number and person.id_number):
            _keep(checked, [Problem(person.row, 0, Field.NAME, "double-name-in-sheet", {"row": other.row})])
    checked.people = kept
