"""Somebody as one row of a sheet says; None where it says nothing, which leaves alone what the registry has."""

from __future__ import annotations

from dataclasses import dataclass, field

from anju_central.registry.imports.births import Birth
from anju_central.registry.imports.flats import Flat
from anju_central.registry.imports.problems import Problem


@dataclass(frozen=True, slots=True)
class SheetContact:
    """Whom to call for somebody."""

    name: str
    phone: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class SheetPerson:
    """A row that can go in. `id_number` has 18 characters; `sex` "male" or "female"; `row` is the file's number."""

    row: int
    community: str
    name: str
    id_number: str | None = field(default=None, repr=False)
    archive_no: str | None = None
    sex: str | None = None
    birth: Birth | None = None
    phones: tuple[str, ...] | None = None
    flat: Flat | None = None
    is_head: bool | None = None
    contact: SheetContact | None = None


@dataclass(slots=True)
class CheckedSheet:
    """All rows of a sheet. `refused` are rows with a problem that keeps them out; `passed_over` are sums, signatures
    and repeated heads.
    """

    people: list[SheetPerson] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused_names: dict[int, tuple[str, str]] = field(default_factory=dict)  # row -> community and name, where both are
    refused: set[int] = field(default_factory=set)
    passed_over: list[int] = field(default_factory=list)
    problems_not_kept: int = 0
