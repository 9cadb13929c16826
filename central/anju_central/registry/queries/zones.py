"""Zones: the parts of a community that receivers cover, as events name them. Each change is undone whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.fields_by_purpose import fields_for
from anju_central.registry.han_text import folded
from anju_central.registry.ids import check_id
from anju_central.registry.people_errors import BadValue, NotInThatState, NotThere
from anju_central.registry.rows import known_community
from anju_central.registry.tables import Binding, Device, Zone

LABEL_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone, and how many devices hang there. `ended_ms` (UTC): no longer used, its id stands in events for ever."""

    zone: str
    label_zh: str
    label_en: str
    devices: int
    ended_ms: int | None


@dataclass(frozen=True, slots=True)
class ZoneDone:
    """What was done: the action's number, by which it is undone, and the zone."""

    action: int
    zone: str


async def list_zones(caller: Caller, registry: Registry, community: str) -> list[ZoneRow]:
    """Returns a community's zones by id, ended ones last. Raises NotAllowed, PurposeRefused."""
    caller.require(Right.SEE_PEOPLE)
    fields_for(caller)
    async with registry.read(caller) as session:
        zones = (await session.scalars(select(Zone).where(Zone.community == community))).all()
        own = select(Device.zone, func.count()).where(
            Device.community == community, Device.retired_ms.is_(None), Device.zone.is_not(None)
        )
        counts = dict((await session.execute(own.group_by(Device.zone))).tuples().all())
        bound = select(Binding.zone, func.count()).where(
            Binding.community == community, Binding.to_ms.is_(None), Binding.zone.is_not(None)
        )
        hanging = dict((await session.execute(bound.group_by(Binding.zone))).tuples().all())
    rows = [
        ZoneRow(
            row.zone,
            row.label_zh,
            row.label_en,
            max(counts.get(row.zone, 0), hanging.get(row.zone, 0)),
            row.ended_ms,
        )
        for row in zones
    ]
    return sorted(rows, key=lambda row: (row.ended_ms is not None, row.zone))


async def add_zone(
    caller: Caller, registry: Registry, community: str, zone: str, label_zh: str, label_en: str, now_ms: int
) -> ZoneDone:
    """Adds a zone; its id is for good. Raises NotAllowed, UnknownCommunity, NotAnId, BadValue, AlreadyThere."""
    caller.require(Right.MANAGE_PEOPLE)
    check_id(zone)
    zh, en = _labels(label_zh, label_en)
    async with registry.write(caller) as session:
        await known_community(session, community)
        if await session.get(Zone, (community, zone)) is not None:
            raise AlreadyThere("zone", zone)
        changes = await ChangeSet.begin(session, "zone-added", community, now_ms)
        await changes.add(Zone(community=community, zone=zone, label_zh=zh, label_en=en, made_ms=now_ms))
        await changes.finish()
        return ZoneDone(changes.number, zone)


async def name_zone(
    caller: Caller, registry: Registry, community: str, zone: str, label_zh: str, label_en: str, now_ms: int
) -> ZoneDone:
    """Calls a zone something else; its id stays. Raises NotAllowed, NotThere, NotInThatState, BadValue."""
    caller.require(Right.MANAGE_PEOPLE)
    zh, en = _labels(label_zh, label_en)
    async with registry.write(caller) as session:
        row = await session.get(Zone, (community, zone), with_for_update=True)
        if row is None:
            raise NotThere("zone", zone)
        if row.ended_ms is not None:
            raise NotInThatState("zone", "ended", "get a name")
        changes = await ChangeSet.begin(session, "zone-named", community, now_ms)
        changes.set(row, label_zh=zh, label_en=en)
        await changes.finish()
        return ZoneDone(changes.number, zone)


async def end_zone(caller: Caller, registry: Registry, community: str, zone: str, now_ms: int) -> ZoneDone:
    """A zone is no longer used. One where devices hang stays: an alarm heard there would say no place.

    Raises NotAllowed, NotThere, NotInThatState.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await session.get(Zone, (community, zone), with_for_update=True)
        if row is None:
            raise NotThere("zone", zone)
        if row.ended_ms is not None:
            raise NotInThatState("zone", "ended", "end")
        device = select(Device.device).where(
            Device.community == community, Device.zone == zone, Device.retired_ms.is_(None)
        )
        bound = select(Binding.binding).where(
            Binding.community == community, Binding.zone == zone, Binding.to_ms.is_(None)
        )
        for chosen in (device, bound):
            if (await session.scalars(chosen.limit(1))).first() is not None:
                raise NotInThatState("zone", "where devices hang", "end before they hang somewhere else")
        changes = await ChangeSet.begin(session, "zone-ended", community, now_ms)
        changes.set(row, ended_ms=now_ms)
        await changes.finish()
        return ZoneDone(changes.number, zone)


def _labels(label_zh: str, label_en: str) -> tuple[str, str]:
    """Raises BadValue."""
    zh, en = folded(label_zh), folded(label_en)
    if not zh or max(len(zh), len(en)) > LABEL_CHARS:
        raise BadValue("label", f"a zone's name has 1 to {LABEL_CHARS} characters, for example 3栋1单元 or 东门")
    return zh, en
