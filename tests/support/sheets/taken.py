"""A sheet taken over in a test, all the way from bytes to the registry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from anju_central.access.caller import Caller
from anju_central.registry.imports.problems import Problem
from anju_central.registry.imports.reading import Choice, check, look
from anju_central.registry.imports.sheet_person import CheckedSheet
from anju_central.registry.imports.take_over import Planned, SheetFile, Taken, compare, take_over
from support.registry_people import CASE, TODAY, People
from support.sheets.people import Somebody

HEADS = "姓名,身份证号,电话,住址,紧急联系人,紧急联系人电话"


def csv_of(some: list[Somebody], **otherwise: dict[str, str]) -> bytes:
    """A sheet of them. `otherwise`: by phone number (with a letter before it), what stands in a column instead."""
    lines = [HEADS]
    for one in some:
        cells = {
            "name": one.name,
            "id": one.id_number,
            "phone": one.phone,
            "flat": one.address,
            "contact": "某某",
            "contact_phone": "12000099999",
        }
        lines.append(",".join((cells | otherwise.get(f"p{one.phone}", {})).values()))
    return "\n".join(lines).encode()


@dataclass
class Sent:
    """A sheet that a clerk sends to the community `ningdu`."""

    people: People
    data: bytes
    as_of_ms: int
    caller: Caller = CASE
    community: str | None = "ningdu"
    communities: dict[str, str] = field(default_factory=dict)
    name: str = "sheet.csv"

    def checked(self) -> tuple[CheckedSheet, SheetFile]:
        """What is in it."""
        sheet = next(sheet for sheet in look(self.data, self.name, {}) if sheet.has_people)
        fields = {column.column: column.field for column in sheet.columns}
        choice = Choice(sheet.name, fields, TODAY, self.communities, self.community)
        about = SheetFile(
            file_name=self.name,
            file_hash=hashlib.sha256(self.data).digest(),
            header_key=sheet.header_key,
            heads={column.column: column.head for column in sheet.columns},
            fields=fields,
            as_of_ms=self.as_of_ms,
            today=TODAY,
            communities=frozenset([self.community] if self.community else []),
        )
        return check(self.data, self.name, choice), about

    async def planned(self) -> Planned:
        """What it would do."""
        checked, about = self.checked()
        return await compare(self.caller, self.people.registry, self.people.numbers, checked, about)

    async def taken(self, ticked: frozenset[str] = frozenset()) -> Taken:
        """Takes it over."""
        _, about = self.checked()
        planned = await self.planned()
        people = self.people
        return await take_over(self.caller, people.registry, people.numbers, planned, about, ticked, people.now_ms)

    async def problems(self) -> list[Problem]:
        """What is wrong in it, by itself and beside the registry."""
        checked, _ = self.checked()
        return checked.problems + (await self.planned()).plan.problems
