"""Where people live: buildings, units, flats and sites with counts, and what changes them. Names nobody.

Each change is one action, which `undo_action` takes back whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.han_text import folded
from anju_central.registry.people_errors import BadValue, NotInThatState, NotThere
from anju_central.registry.place_tree import Branch, PlaceLine, PlaceTree
from anju_central.registry.rows import known_community
from anju_central.registry.tables import GroupMember, Household, Place, PlaceKind, Resident, ResidentState

NAME_CHARS: Final = 40
LABEL_CHARS: Final = 200
PARENTS: Final = {  # what may be in what
    PlaceKind.BUILDING: frozenset[PlaceKind](),
    PlaceKind.SITE: frozenset[PlaceKind](),
    PlaceKind.UNIT: frozenset({PlaceKind.BUILDING}),
    PlaceKind.FLAT: frozenset({PlaceKind.BUILDING, PlaceKind.UNIT}),
}


@dataclass(frozen=True, slots=True)
class Buildings:
    """A community's buildings, and its sites."""

    buildings: tuple[Branch, ...]
    sites: tuple[PlaceLine, ...]


@dataclass(frozen=True, slots=True)
class BuildingRows:
    """A building's units and a page of its flats, `found` of them fit."""

    units: tuple[Branch, ...]
    flats: tuple[PlaceLine, ...]
    found: int


@dataclass(frozen=True, slots=True)
class PlaceDone:
    """What was done: the action's number, by which it is undone, and the place."""

    action: int
    place: int


async def list_buildings(caller: Caller, registry: Registry, community: str) -> Buildings:
    """Returns the buildings of a community with counts. Raises NotAllowed, PurposeRefused."""
    _check_seen(caller)
    async with registry.read(caller) as session:
        tree = PlaceTree(await _lines(session, community))
    return Buildings(tuple(tree.buildings()), tuple(tree.sites()))


async def list_flats(
    caller: Caller,
    registry: Registry,
    community: str,
    building: str,
    unit: str | None = None,
    *,
    offset: int = 0,
    limit: int = 200,
) -> BuildingRows:
    """Returns a building's units, and a page of its flats, of a unit only where one is named.

    Raises NotAllowed, PurposeRefused.
    """
    _check_seen(caller)
    async with registry.read(caller) as session:
        tree = PlaceTree(await _lines(session, community))
    flats = tree.flats(building, unit)
    return BuildingRows(tuple(tree.units(building)), tuple(flats[offset : offset + limit]), len(flats))


async def add_place(
    caller: Caller,
    registry: Registry,
    community: str,
    kind: PlaceKind,
    name: str,
    parent: int | None,
    now_ms: int,
) -> PlaceDone:
    """Adds a place: "3栋", "1单元" in that, "502" in that; its label is put together from them.

    Raises NotAllowed, UnknownCommunity, NotThere, BadValue, AlreadyThere.
    """
    caller.require(Right.MANAGE_PEOPLE)
    plain = _name(name)
    try:
        async with registry.write(caller) as session:
            await known_community(session, community)
            above = await _parent(session, community, kind, parent)
            label = _label(above, plain)
            await _check_free(session, community, label, None)
            changes = await ChangeSet.begin(session, "place-added", community, now_ms)
            row = Place(
                community=community,
                kind=kind,
                parent=parent,
                name=plain,
                label=label,
                flat_key=flat_key(label),
                made_ms=now_ms,
            )
            await changes.add(row)
            await changes.finish()
            return PlaceDone(changes.number, row.place)
    except IntegrityError as error:
        raise AlreadyThere("place", plain) from error


async def name_place(caller: Caller, registry: Registry, place: int, name: str, now_ms: int) -> PlaceDone:
    """Gives a place another name; whatever is in it is called anew with it. A flat that is in nothing: its whole label.

    Raises NotAllowed, NotThere, NotInThatState, BadValue, AlreadyThere.
    """
    caller.require(Right.MANAGE_PEOPLE)
    plain = _name(name)
    try:
        async with registry.write(caller) as session:
            row = await _known(session, place, "get a name")
            above = await session.get(Place, row.parent) if row.parent is not None else None
            changes = await ChangeSet.begin(session, "place-named", row.community, now_ms)
            changes.set(row, name=plain)
            await _call(session, changes, row, _label(above, plain))
            await changes.finish()
            return PlaceDone(changes.number, place)
    except IntegrityError as error:
        raise AlreadyThere("place", plain) from error


async def put_place(caller: Caller, registry: Registry, place: int, parent: int | None, now_ms: int) -> PlaceDone:
    """Says which building or unit a flat is in, or which building a unit; its label stays as people write it.

    Raises NotAllowed, NotThere, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await _known(session, place, "be put anywhere")
        await _parent(session, row.community, row.kind, parent, is_needed=False)
        changes = await ChangeSet.begin(session, "place-put", row.community, now_ms)
        changes.set(row, parent=parent)
        await changes.finish()
        return PlaceDone(changes.number, place)


async def locate_place(
    caller: Caller, registry: Registry, place: int, latitude_e6: int | None, longitude_e6: int | None, now_ms: int
) -> PlaceDone:
    """Says where a place is: WGS-84, in millionths of a degree; None, None = not known.

    Raises NotAllowed, NotThere, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    if (latitude_e6 is None) != (longitude_e6 is None):
        raise BadValue("coordinates", "latitude and longitude, both or none")
    if abs(latitude_e6 or 0) > 90_000_000 or abs(longitude_e6 or 0) > 180_000_000:
        raise BadValue("coordinates", "latitude from -90 to 90, longitude from -180 to 180 degrees")
    async with registry.write(caller) as session:
        row = await _known(session, place, "be located")
        changes = await ChangeSet.begin(session, "place-located", row.community, now_ms)
        changes.set(row, latitude_e6=latitude_e6, longitude_e6=longitude_e6)
        await changes.finish()
        return PlaceDone(changes.number, place)


async def end_place(caller: Caller, registry: Registry, place: int, now_ms: int) -> PlaceDone:
    """A place is no more: nobody lives there, and nothing is in it. Raises NotAllowed, NotThere, NotInThatState."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await _known(session, place, "end")
        lives = select(Household.household).where(Household.place == place, Household.ended_ms.is_(None)).limit(1)
        holds = select(Place.place).where(Place.parent == place, Place.ended_ms.is_(None)).limit(1)
        if (await session.scalars(lives)).first() is not None:
            raise NotInThatState("place", "lived in", "end before its households move")
        if (await session.scalars(holds)).first() is not None:
            raise NotInThatState("place", "in use", "end before what is in it")
        changes = await ChangeSet.begin(session, "place-ended", row.community, now_ms)
        changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return PlaceDone(changes.number, place)


def _check_seen(caller: Caller) -> None:
    """Raises NotAllowed, PurposeRefused."""
    caller.require(Right.SEE_PEOPLE)
    if Field.FLAT not in fields_for(caller):
        raise PurposeRefused(caller.role, caller.purpose)


async def _lines(session: AsyncSession, community: str) -> list[PlaceLine]:
    people = (
        select(Household.place, func.count(func.distinct(Household.household)), func.count(Resident.resident))
        .outerjoin(Resident, (Resident.household == Household.household) & (Resident.state == ResidentState.PRESENT))
        .where(Household.community == community, Household.ended_ms.is_(None))
        .group_by(Household.place)
    )
    counts = {place: (homes, living) for place, homes, living in await session.execute(people)}
    grouped = (
        select(Household.place, func.count())
        .join(GroupMember, (GroupMember.household == Household.household) & GroupMember.to_ms.is_(None))
        .where(Household.community == community, Household.ended_ms.is_(None))
        .group_by(Household.place)
    )
    in_groups = dict((await session.execute(grouped)).tuples().all())
    rows = await session.scalars(select(Place).where(Place.community == community, Place.ended_ms.is_(None)))
    lines = []
    for row in rows:
        homes, living = counts.get(row.place, (0, 0))
        lines.append(
            PlaceLine(
                place=row.place,
                kind=row.kind,
                parent=row.parent,
                name=row.name,
                label=row.label,
                key=row.flat_key,
                latitude_e6=row.latitude_e6,
                longitude_e6=row.longitude_e6,
                households=homes,
                people=living,
                without_group=homes - in_groups.get(row.place, 0),
            )
        )
    return lines


async def _known(session: AsyncSession, place: int, asked: str) -> Place:
    """Returns the row of a place that has not ended, locked. Raises NotThere, NotInThatState."""
    row = await session.get(Place, place, with_for_update=True)
    if row is None:
        raise NotThere("place", str(place))
    if row.ended_ms is not None:
        raise NotInThatState("place", "ended", asked)
    return row


async def _parent(
    session: AsyncSession, community: str, kind: PlaceKind, parent: int | None, *, is_needed: bool = True
) -> Place | None:
    """Raises NotThere, NotInThatState, BadValue."""
    allowed = PARENTS[kind]
    if parent is None:
        if kind is PlaceKind.UNIT and is_needed:
            raise BadValue("parent", "a unit is in a building: name it")
        return None
    row = await _known(session, parent, "hold anything")
    if row.community != community:
        raise NotThere("place", str(parent))
    if row.kind not in allowed:
        within = " or ".join(sorted(allowed)) or "nothing"
        raise BadValue("parent", f"a {kind.value} is in {within}, not in a {row.kind.value}")
    return row


def _name(name: str) -> str:
    plain = folded(name)
    if not plain or len(plain) > NAME_CHARS:
        raise BadValue("name", f"a place's name has 1 to {NAME_CHARS} characters, for example 3栋, 1单元 or 502")
    return plain


def _label(above: Place | None, name: str) -> str:
    label = f"{above.label}{name}" if above is not None else name
    if len(label) > LABEL_CHARS:
        raise BadValue("name", f"building, unit and name together have at most {LABEL_CHARS} characters")
    return label


async def _check_free(session: AsyncSession, community: str, label: str, but: int | None) -> None:
    """Another way to write the same numbers is the same place. Raises AlreadyThere."""
    key = flat_key(label)
    same = Place.flat_key == key if key else Place.label == label
    chosen = select(Place.place).where(Place.community == community, same, Place.ended_ms.is_(None))
    if any(place != but for place in await session.scalars(chosen)):
        raise AlreadyThere("place", label)


async def _call(session: AsyncSession, changes: ChangeSet, row: Place, label: str) -> None:
    """Gives a place its label, and all that is in it theirs. Raises AlreadyThere, BadValue."""
    await _check_free(session, row.community, label, row.place)
    before = row.label
    changes.set(row, label=label, flat_key=flat_key(label))
    await changes.flush()
    inside = select(Place).where(Place.parent == row.place, Place.ended_ms.is_(None)).order_by(Place.place)
    for child in (await session.scalars(inside)).all():
        if child.label == f"{before}{child.name}":  # another was put here by hand, and is called as people write it
            await _call(session, changes, child, _label(row, child.name))
