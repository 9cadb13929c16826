"""What crosses from the process that reads a file: JSON, and back into what it was. Nothing else of it is trusted."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from anju_central.registry.imports.births import Birth, Exactness
from anju_central.registry.imports.columns import Basis, Column
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.flats import Flat
from anju_central.registry.imports.problems import Problem
from anju_central.registry.imports.reading import Choice, Remembered, SheetLook
from anju_central.registry.imports.sheet_person import CheckedSheet, SheetContact, SheetPerson

Json = dict[str, Any]  # as json.loads gives it


def choice_json(choice: Choice) -> Json:
    """Returns a choice as JSON can hold it."""
    return {
        "sheet": choice.sheet,
        "fields": [[column, field.value] for column, field in choice.fields.items()],
        "today": choice.today.isoformat(),
        "communities": dict(choice.communities),
        "community": choice.community,
    }


def choice_of_json(said: Json) -> Choice:
    """The other way."""
    fields = {int(column): Field(field) for column, field in said["fields"]}
    today = date.fromisoformat(said["today"])
    return Choice(said["sheet"], fields, today, said["communities"], said["community"])


def remembered_json(remembered: Remembered) -> Json:
    """Returns what is remembered of headers as JSON can hold it."""
    return {key.hex(): dict(fields) for key, fields in remembered.items()}


def remembered_of_json(said: Mapping[str, Mapping[str, str]]) -> Remembered:
    """The other way."""
    return {bytes.fromhex(key): {head: Field(field) for head, field in fields.items()} for key, fields in said.items()}


def look_json(look: SheetLook) -> Json:
    """Returns a look as JSON can hold it."""
    return dataclasses.asdict(look) | {"header_key": look.header_key.hex()}


def look_of_json(said: Json) -> SheetLook:
    """The other way."""
    columns = [
        Column(
            column=column["column"],
            head=column["head"],
            field=Field(column["field"]),
            basis=Basis(column["basis"]),
            looks_like=Field(column["looks_like"]) if column["looks_like"] else None,
            filled=column["filled"],
        )
        for column in said["columns"]
    ]
    return SheetLook(**(said | {"header_key": bytes.fromhex(said["header_key"]), "columns": columns}))


def problem_json(problem: Problem) -> list[Any]:
    """Returns a problem as JSON can hold it."""
    return [problem.row, problem.column, problem.field, problem.code, problem.about]


def problem_of_json(said: list[Any]) -> Problem:
    """The other way."""
    row, column, field, code, about = said
    return Problem(row, column, Field(field) if field else None, code, about)


def checked_lines(checked: CheckedSheet) -> Iterator[Json]:
    """Yields all rows, each as JSON can hold it."""
    yield from ({"person": _person_json(person)} for person in checked.people)
    yield from ({"problem": problem_json(problem)} for problem in checked.problems)
    yield {
        "refused_rows": sorted(checked.refused),
        "refused_names": [[row, *said] for row, said in checked.refused_names.items()],
        "passed_over": checked.passed_over,
        "problems_not_kept": checked.problems_not_kept,
    }


def add_line(checked: CheckedSheet, line: Json) -> None:
    """The other way, a line at a time."""
    if "person" in line:
        checked.people.append(_person_of_json(line["person"]))
    elif "problem" in line:
        checked.problems.append(problem_of_json(line["problem"]))
    else:
        checked.refused = set(line["refused_rows"])
        checked.refused_names = {row: (community, name) for row, community, name in line["refused_names"]}
        checked.passed_over = line["passed_over"]
        checked.problems_not_kept = line["problems_not_kept"]


def _person_json(person: SheetPerson) -> Json:
    said = {field.name: getattr(person, field.name) for field in dataclasses.fields(person)}
    said = {name: value for name, value in said.items() if value is not None}
    if person.birth is not None:
        said["birth"] = [person.birth.on.isoformat(), person.birth.exactness]
    for name in ("flat", "contact"):
        if name in said:
            said[name] = dataclasses.astuple(said[name])
    return said


def _person_of_json(said: Json) -> SheetPerson:
    if "birth" in said:
        on, exactness = said["birth"]
        said["birth"] = Birth(date.fromisoformat(on), Exactness(exactness))
    if "phones" in said:
        said["phones"] = tuple(said["phones"])
    if "flat" in said:
        said["flat"] = Flat(*said["flat"])
    if "contact" in said:
        said["contact"] = SheetContact(*said["contact"])
    return SheetPerson(**said)
