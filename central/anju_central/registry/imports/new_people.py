"""Adds the new people of a sheet within a change that is open, a slice at a time: flats, households, then people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.changes import ChangeSet
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.id_numbers import IdNumbers, SealedIdNumber
from anju_central.registry.ids import new_id
from anju_central.registry.imports.flats import Flat
from anju_central.registry.imports.sheet_person import SheetContact, SheetPerson
from anju_central.registry.name_keys import keys_of
from anju_central.registry.tables import (
    BirthExactness,
    Contact,
    Household,
    Place,
    PlaceKind,
    Resident,
    ResidentPhone,
    ResidentState,
    Sex,
)
from anju_central.registry.tables.base import LABEL_LENGTH

PLACE_NAME_CHARS = 40
Row = dict[str, Any]  # values by column


@dataclass(slots=True)
class Homes:
    """The flats and households of a community, those there are and those that were added."""

    community: str
    places: dict[str, int] = field(default_factory=dict)  # flat key, or label where there is none -> place
    households: dict[int, str] = field(default_factory=dict)  # place -> the household that lived there first

    @classmethod
    async def of(cls, session: AsyncSession, community: str) -> Homes:
        """Reads them."""
        homes = cls(community)
        places = select(Place.place, Place.flat_key, Place.label).where(
            Place.community == community, Place.ended_ms.is_(None)
        )
        for place, key, label in await session.execute(places.order_by(Place.place)):
            homes.places.setdefault(key or label, place)
        households = select(Household.place, Household.household).where(
            Household.community == community, Household.ended_ms.is_(None), Household.place.is_not(None)
        )
        for place, household in await session.execute(households.order_by(Household.made_ms, Household.household)):
            if place is not None:
                homes.households.setdefault(place, household)
        return homes

    async def add(self, changes: ChangeSet, flats: Sequence[Flat], now_ms: int) -> None:
        """Adds the flats that are not there, and a household in each that has none."""
        fresh: dict[str, Row] = {}
        for flat in flats:
            key = place_key(flat)
            if key not in self.places and key not in fresh:
                label = flat.label[:LABEL_LENGTH]
                own = flat_key(label)
                fresh[key] = {
                    "community": self.community,
                    "kind": PlaceKind.FLAT,
                    "name": (own.rpartition("-")[2] or label)[:PLACE_NAME_CHARS],
                    "label": label,
                    "flat_key": own,
                    "made_ms": now_ms,
                }
        for place, key, label in await changes.add_many(Place, list(fresh.values()), "flat_key", "label"):
            self.places[key or label] = place
        wanted = dict.fromkeys(self.places[place_key(flat)] for flat in flats)
        homes = [
            {"household": new_id("h"), "community": self.community, "place": place, "made_ms": now_ms}
            for place in wanted
            if place not in self.households
        ]
        for household, place in await changes.add_many(Household, homes, "place"):
            self.households[place] = household

    def forget(self, household: str) -> None:
        """A household ended: who comes to its flat begins another."""
        self.households = {place: lives for place, lives in self.households.items() if lives != household}

    def household(self, flat: Flat | None) -> str | None:
        """Returns who lives in a flat that is there."""
        return self.households[self.places[place_key(flat)]] if flat is not None else None


def place_key(flat: Flat) -> str:
    """Returns by what a flat is the same flat."""
    label = flat.label[:LABEL_LENGTH]
    return flat_key(label) or label


@dataclass(frozen=True, slots=True)
class Fresh:
    """Somebody who is to be added, with all that takes time: it is done before the transaction that others wait for."""

    person: SheetPerson
    resident: str
    kept: SealedIdNumber | None


def make_fresh(person: SheetPerson, numbers: IdNumbers, today: date) -> Fresh:
    """Gives somebody an id, seals the id number and finds the readings of the name. Raises SecretsUnavailable."""
    resident = new_id("r")
    kept = numbers.seal(person.id_number, resident, today) if person.id_number is not None else None
    keys_of(person.name)  # it remembers them
    return Fresh(person, resident, kept)


async def add_people(changes: ChangeSet, people: Sequence[Fresh], homes: Homes, now_ms: int) -> None:
    """Adds people of one community."""
    await homes.add(changes, [one.person.flat for one in people if one.person.flat is not None], now_ms)
    rows = [_resident(one, homes, now_ms) for one in people]
    await changes.add_many(Resident, rows)
    phones = [phone for one in people for phone in _phones(one.person, one.resident, now_ms)]
    await changes.add_many(ResidentPhone, phones)
    contacts = [
        contact_values(one.person.community, one.resident, one.person.contact, 1, now_ms)
        for one in people
        if one.person.contact is not None
    ]
    await changes.add_many(Contact, contacts)


def _resident(one: Fresh, homes: Homes, now_ms: int) -> Row:
    person, kept = one.person, one.kept
    return {
        "resident": one.resident,
        "community": person.community,
        "state": ResidentState.PRESENT,
        "name": person.name,
        "sex": Sex(person.sex) if person.sex is not None else None,
        "born_on": person.birth.on if person.birth is not None else None,
        "birth_exactness": BirthExactness(person.birth.exactness) if person.birth is not None else None,
        "id_number": kept.sealed if kept is not None else None,
        "id_number_hash": kept.mark if kept is not None else None,
        "archive_no": person.archive_no,
        "household": homes.household(person.flat),
        "is_head": bool(person.is_head),
        "made_ms": now_ms,
        "changed_ms": now_ms,
        "version": 1,
    }


def _phones(person: SheetPerson, resident: str, now_ms: int) -> list[Row]:
    return [
        {
            "community": person.community,
            "resident": resident,
            "phone": phone,
            "backwards": phone[::-1],
            "position": position,
            "made_ms": now_ms,
        }
        for position, phone in enumerate(person.phones or (), start=1)
    ]


def contact_values(community: str, resident: str, contact: SheetContact, position: int, now_ms: int) -> Row:
    """Returns the values of a row for the contact that a sheet names."""
    return {
        "community": community,
        "resident": resident,
        "position": position,
        "relation": contact.relation,
        "name": contact.name,
        "phone": contact.phone,
        "made_ms": now_ms,
    }
