"""Answers and requests about buildings, units, flats, sites and zones; they name nobody.

Positions are WGS-84, in millionths of a degree.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from anju_central.api.models import Answer
from anju_central.api.numbers import MAX_NUMBER
from anju_central.api.people_requests import Asked, ShortText

PlaceKindName = Literal["building", "unit", "flat", "site"]
Degrees = Annotated[int, Field(ge=-180_000_000, le=180_000_000)]
RowNumber = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
Name = Annotated[str, Field(max_length=200)]


class BranchView(Answer):
    """A building or unit by its key in the tree; `place` null: only its flats speak of it. Counts are of all in it."""

    key: str
    place: int | None
    name: str
    label: str
    latitude_e6: int | None
    longitude_e6: int | None
    units: int
    flats: int
    households: int
    people: int
    without_group: int


class DwellingView(Answer):
    """A flat or site, and how many live there; `without_group` of its households are in no responder group."""

    place: int
    kind: PlaceKindName
    parent: int | None
    name: str
    label: str
    key: str
    latitude_e6: int | None
    longitude_e6: int | None
    households: int
    people: int
    without_group: int


class BuildingsView(Answer):
    """A community's buildings, and what is no dwelling."""

    buildings: list[BranchView]
    sites: list[DwellingView]


class FlatsView(Answer):
    """A building's units, and a page of its flats: `found` there are."""

    units: list[BranchView]
    flats: list[DwellingView]
    found: int


class ZoneView(Answer):
    """A part of a community that receivers cover, and how many devices hang there."""

    zone: str
    label_zh: str
    label_en: str
    devices: int
    ended_at: str | None


class ZonesView(Answer):
    """A community's zones by id, ended ones last."""

    zones: list[ZoneView]


class PlaceActedView(Answer):
    """What was done; `action` undoes it."""

    action: int
    place: int


class ZoneActedView(Answer):
    """What was done; `action` undoes it."""

    action: int
    zone: str


class PlaceRequest(Asked):
    """A new place, in `parent`: a unit in a building, a flat in either."""

    community: Annotated[str, Field(max_length=64)]
    kind: PlaceKindName
    name: Name
    parent: RowNumber | None = None


class PlaceNameRequest(Asked):
    """How it is called."""

    name: Name


class PutPlaceRequest(Asked):
    """In which building or unit it is; null: as its label says."""

    parent: RowNumber | None


class LocateRequest(Asked):
    """Where it is; both or none."""

    latitude_e6: Degrees | None
    longitude_e6: Degrees | None


class ZoneRequest(Asked):
    """A new zone; its id is for good: 1 to 32 of a-z, 0-9 and hyphen."""

    community: Annotated[str, Field(max_length=64)]
    zone: Annotated[str, Field(max_length=64)]
    label_zh: ShortText
    label_en: ShortText = ""


class ZoneNameRequest(Asked):
    """How it is called."""

    label_zh: ShortText
    label_en: ShortText = ""
