"""What a sheet would do, as lists in files beside it: a line of JSON for each row or person, read a page at a time.

They hold people's data and are their account's alone (0600), and go with the sheet (`uploads.py`).
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Final

from anju_central.registry.imports.comparison import Plan
from anju_central.registry.imports.job import Ready
from anju_central.registry.imports.known_person import KnownPerson
from anju_central.registry.imports.part_texts import birth_text, contact_text, flat_text, id_text, part_texts
from anju_central.registry.imports.problems import LEFT_OUT, NOTED, REFUSED, Problem
from anju_central.registry.imports.sheet_person import SheetPerson

Json = dict[str, Any]  # as json.loads gives it


class ListKind(StrEnum):
    """A list of a comparison."""

    NEW = "new"
    CHANGED = "changed"
    KEPT = "kept"
    MISSING = "missing"
    REFUSED = "refused"
    LEFT_OUT = "left-out"
    NOTED = "noted"


NAMES_PEOPLE: Final = frozenset({ListKind.CHANGED, ListKind.KEPT, ListKind.MISSING})  # of the registry
WORST_FIRST: Final = (REFUSED, LEFT_OUT, NOTED)


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some lines of a list, and how many there are in all."""

    total: int
    lines: list[Json]


def write_lists(folder: Path, ready: Ready) -> dict[str, int]:
    """Writes all lists of a comparison; returns how many lines each has. Raises OSError."""
    plan = ready.planned.plan
    counts = {
        ListKind.NEW: _write(folder, ListKind.NEW, map(_new, plan.new)),
        ListKind.CHANGED: _write(folder, ListKind.CHANGED, _changed(plan)),
        ListKind.KEPT: _write(folder, ListKind.KEPT, _kept(plan)),
        ListKind.MISSING: _write(folder, ListKind.MISSING, _missing(plan)),
    }
    by_worst: defaultdict[str, list[Json]] = defaultdict(list)
    for line in _rows(ready):
        by_worst[line["what_becomes"]].append(line)
    for kind in (ListKind.REFUSED, ListKind.LEFT_OUT, ListKind.NOTED):
        counts[kind] = _write(folder, kind, by_worst[kind.value])
    return {kind.value: count for kind, count in counts.items()}


def remove_lists(folder: Path) -> None:
    """Removes what a comparison left."""
    for kind in ListKind:
        _path(folder, kind).unlink(missing_ok=True)


def read_page(folder: Path, kind: ListKind, text: str, first: int, most: int) -> ListPage:
    """Returns up to `most` lines from the line `first` (from 0) on, of those that hold the text. Raises OSError."""
    with _path(folder, kind).open(encoding="utf-8") as file:
        if not text:
            lines = [json.loads(line) for line in islice(file, first, first + most)]
            return ListPage(first + len(lines) + sum(1 for _ in file), lines)
        found = [line for line in map(json.loads, file) if _holds(line, text)]
        return ListPage(len(found), found[first : first + most])


def residents_of(folder: Path, kind: ListKind) -> frozenset[str]:
    """Returns the people of a whole list. Raises OSError."""
    with _path(folder, kind).open(encoding="utf-8") as file:
        return frozenset(json.loads(line)["resident"] for line in file)


def _path(folder: Path, kind: ListKind) -> Path:
    return folder / f"{kind.value}.jsonl"


def _holds(line: Json, text: str) -> bool:
    said = (line.get("name", ""), line.get("flat", ""), str(line.get("row") or ""))
    return any(text in one for one in said)


def _write(folder: Path, kind: ListKind, lines: Iterable[Json]) -> int:
    count = 0
    flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
    with open(os.open(_path(folder, kind), flags, 0o600), "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _new(person: SheetPerson) -> Json:
    return {
        "row": person.row,
        "community": person.community,
        "name": person.name,
        "flat": flat_text(person),
        "sex": person.sex or "",
        "birth": birth_text(person.birth),
        "phones": "、".join(person.phones or ()),
        "contact": contact_text(person.contact),
        "id_number": id_text(person.id_number),
        "archive_no": person.archive_no or "",
    }


def _known(known: KnownPerson) -> Json:
    return {"resident": known.resident, "community": known.community, "name": known.name, "flat": known.flat}


def _changed(plan: Plan) -> Iterable[Json]:
    for one in plan.changed:
        parts = []
        for part in one.parts:
            before, after = part_texts(one.person, one.known, part)
            parts.append({"part": part.value, "before": before, "after": after})
        yield _known(one.known) | {"row": one.person.row, "parts": parts}


def _kept(plan: Plan) -> Iterable[Json]:
    """A line for each person; `before` is what stays, `after` what the sheet says."""
    by_person: dict[str, Json] = {}
    for one in plan.kept:
        line = by_person.setdefault(one.known.resident, _known(one.known) | {"row": one.person.row, "parts": []})
        before, after = part_texts(one.person, one.known, one.part)
        line["parts"].append(
            {"part": one.part.value, "before": before, "after": after, "edited_ms": one.edited_ms},
        )
    return by_person.values()


def _missing(plan: Plan) -> Iterable[Json]:
    for one in plan.missing:
        yield _known(one.known) | {"birth": birth_text(one.known.birth), "row": one.perhaps_row}


def _rows(ready: Ready) -> Iterable[Json]:
    """A line for each row in which something is wrong, in the sheet's order."""
    names = {person.row: person.name for person in ready.checked.people}
    names |= {row: name for row, (_, name) in ready.checked.refused_names.items()}
    heads = {column.column: column.head for column in ready.look.columns}
    by_row: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in ready.problems:
        by_row[problem.row].append(problem)
    for row, told in sorted(by_row.items()):
        becomes = {problem.what_becomes for problem in told}
        yield {
            "row": row,
            "name": names.get(row, ""),
            "what_becomes": next(one for one in WORST_FIRST if one in becomes),
            "problems": [
                {
                    "place": problem.place,
                    "head": heads.get(problem.column, ""),
                    "code": problem.code,
                    "what_becomes": problem.what_becomes,
                    "zh": problem.text("zh-CN"),
                    "en": problem.text("en"),
                }
                for problem in told
            ],
        }
