"""A sheet beside the registry: who is new, what changed in whom, who is missing, and what stays as it is.

Nobody is taken out because a sheet leaves them out: that needs a tick. What somebody changed by hand after the sheet
was made stays, and is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from anju_central.registry.flat_keys import flat_key
from anju_central.registry.imports.births import Birth, Exactness
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.known_person import KnownPerson, Part
from anju_central.registry.imports.problems import REFUSED, Problem
from anju_central.registry.imports.sheet_person import SheetPerson

Marks = Callable[[str], list[bytes]]  # an id number -> its keyed hashes, the newest key's first


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that the sheet says otherwise, and that somebody changed by hand after the sheet was made."""

    person: SheetPerson
    known: KnownPerson
    part: Part
    edited_ms: int


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody in whom the sheet changes something."""

    person: SheetPerson
    known: KnownPerson
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who lives in a community of the sheet and is not in it. `perhaps_row` was refused and has that name."""

    known: KnownPerson
    perhaps_row: int | None = None


@dataclass(slots=True)
class Plan:
    """What a sheet would do, if it were taken over."""

    new: list[SheetPerson] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    same: int = 0
    missing: list[Missing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)


class _Index:
    """People of the registry by what a sheet says of them where it has no ID number."""

    def __init__(self) -> None:
        self._by_archive_no: defaultdict[tuple[str, str], list[KnownPerson]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, str], list[KnownPerson]] = defaultdict(list)

    def add(self, person: KnownPerson) -> None:
        """Adds somebody."""
        self._by_name[person.community, person.name].append(person)
        if person.archive_no:
            self._by_archive_no[person.community, person.archive_no].append(person)

    def find(self, person: SheetPerson, marks: frozenset[bytes]) -> list[KnownPerson]:
        """Returns who could be meant: by archive number, else by looks."""
        if person.archive_no is not None:
            found = self._by_archive_no.get((person.community, person.archive_no), [])
            found = [known for known in found if known.mark is None or not marks]
            if found:
                return found
        return self._by_looks(person, marks)

    def _by_looks(self, person: SheetPerson, marks: frozenset[bytes]) -> list[KnownPerson]:
        """Same name and birth date, or name and flat where one of them has no birth date; and no two id numbers."""
        named = self._by_name.get((person.community, person.name), [])
        named = [known for known in named if known.mark is None or not marks]
        born = [known for known in named if person.birth and known.birth and births_agree(person.birth, known.birth)]
        if born:
            return born
        key = (flat_key(person.flat.label) or person.flat.label) if person.flat is not None else ""
        return [
            known for known in named if (person.birth is None or known.birth is None) and key and known.flat_key == key
        ]


class Comparison:
    """Takes the rows of one sheet in their order. `known`: all of the communities that the sheet may speak of."""

    def __init__(
        self,
        known: Iterable[KnownPerson],
        erased: Iterable[bytes],
        marks: Marks,
        columns: Mapping[Field, int],
        as_of_ms: int,
    ) -> None:
        self.plan = Plan()
        self._marks = marks
        self._columns = columns
        self._as_of_ms = as_of_ms
        self._erased = frozenset(erased)
        self._known = list(known)
        self._by_mark: defaultdict[bytes, list[KnownPerson]] = defaultdict(list)
        self._present = _Index()
        self._left = _Index()  # moved out or died
        self._found: dict[str, int] = {}  # resident -> the row that is this person
        self._communities: set[str] = set()
        for person in self._known:
            if person.mark is not None:
                self._by_mark[person.mark].append(person)
            (self._present if person.is_present else self._left).add(person)

    def add(self, person: SheetPerson) -> None:
        """Compares one row."""
        self._communities.add(person.community)
        marks = frozenset(self._marks(person.id_number)) if person.id_number is not None else frozenset()
        if marks & self._erased:
            self._refuse(person, Field.ID_NUMBER, "erased")
            return
        candidates = self._candidates(person, marks)
        if candidates is None:
            return
        if len(candidates) > 1:
            self._refuse(person, Field.NAME, "several-in-registry", count=len(candidates))
            return
        if not candidates:
            self.plan.new.append(person)
            return
        [known] = candidates
        row = self._found.setdefault(known.resident, person.row)
        if row != person.row:
            self._refuse(person, Field.NAME, "double-in-sheet", row=row)
            return
        self._compare(person, known, marks)

    def finish(self, refused_names: Mapping[int, tuple[str, str]], communities: Iterable[str] = ()) -> Plan:
        """Returns the plan. `refused_names`: rows that were refused -> community and name, as far as they can be read;
        `communities`: those that the sheet is about, besides those of its rows.
        """
        covered = self._communities | set(communities)
        rows = {said: row for row, said in refused_names.items()}
        for person in self._known:
            if person.is_present and person.community in covered and person.resident not in self._found:
                row = rows.get((person.community, person.name))
                self.plan.missing.append(Missing(person, row))
        self.plan.missing.sort(key=lambda one: (one.known.community, one.known.name, one.known.resident))
        return self.plan

    def _refuse(self, person: SheetPerson, field: Field, code: str, **about: str | int) -> None:
        problem = Problem(person.row, self._columns.get(field, 0), field, code, about)
        self.plan.problems.append(problem)
        if problem.what_becomes == REFUSED:
            self.plan.refused.add(person.row)

    def _candidates(self, person: SheetPerson, marks: frozenset[bytes]) -> list[KnownPerson] | None:
        """Returns who could be meant; None where the row was refused."""
        same = [known for mark in marks for known in self._by_mark.get(mark, ())]
        here = [known for known in same if known.is_present and known.community == person.community]
        if here:
            return here
        if any(known.is_present for known in same):
            self._refuse(person, Field.ID_NUMBER, "other-community")
            return None
        if any(known.community == person.community for known in same):
            self._refuse(person, Field.ID_NUMBER, "left-before")
            return None
        found = self._present.find(person, marks)
        if not found and self._left.find(person, marks):
            self._refuse(person, Field.NAME, "left-before")  # no sheet brings somebody back to life
            return None
        return found

    def _compare(self, person: SheetPerson, known: KnownPerson, marks: frozenset[bytes]) -> None:
        parts = []
        for part in different_parts(person, known, marks):
            edited_ms = known.edited_ms.get(part, 0)
            if edited_ms > self._as_of_ms:
                self.plan.kept.append(Kept(person, known, part, edited_ms))
            else:
                parts.append(part)
        if parts:
            self.plan.changed.append(Changed(person, known, tuple(parts)))
        else:
            self.plan.same += 1


def different_parts(person: SheetPerson, known: KnownPerson, marks: frozenset[bytes]) -> list[Part]:
    """Returns what the sheet says otherwise. What it leaves empty it does not say."""
    key = (flat_key(person.flat.label) or person.flat.label) if person.flat is not None else ""
    differs = {
        Part.NAME: person.name != known.name,
        Part.ID_NUMBER: bool(marks) and known.mark not in marks,
        Part.ARCHIVE_NO: person.archive_no is not None and person.archive_no != known.archive_no,
        Part.SEX: person.sex is not None and person.sex != known.sex,
        Part.BIRTH: person.birth is not None and not _adds_nothing(person.birth, known.birth),
        Part.PHONES: person.phones is not None and person.phones != known.phones,
        Part.FLAT: person.flat is not None and key != known.flat_key,
        Part.HEAD: person.is_head is not None and person.is_head != known.is_head,
        Part.CONTACT: person.contact is not None and person.contact != known.contact,
    }
    return [part for part, is_other in differs.items() if is_other]


_DIGITS = {Exactness.DAY: 3, Exactness.MONTH: 2, Exactness.YEAR: 1}


def births_agree(one: Birth, other: Birth) -> bool:
    """Whether two births may be the same, as far as both are known."""
    parts = min(_DIGITS[one.exactness], _DIGITS[other.exactness])
    return one.on.timetuple()[:parts] == other.on.timetuple()[:parts]


def _adds_nothing(said: Birth, known: Birth | None) -> bool:
    """Whether the registry knows it as exactly, or better, and the same."""
    if known is None:
        return False
    return births_agree(said, known) and _DIGITS[said.exactness] <= _DIGITS[known.exactness]
