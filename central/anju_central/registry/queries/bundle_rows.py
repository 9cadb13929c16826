"""What a box is told: the rows of one community, and nothing that no purpose of a box needs.

Of people: id, name (masked before it leaves the hub), flat, tokens as keyed hashes, who wears what, who helps whom, and
whether positions of them may be kept. No ID number, no birth date, no phone, no note, nobody who moved out or died.

Where there may be thousands of rows they come as columns and in slices: the loop has its turn in between.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller
from anju_central.registry.database import Registry
from anju_central.registry.tables import (
    Activity,
    Binding,
    Community,
    CommunityProfile,
    CommunityRule,
    CommunitySetting,
    Consent,
    ConsentKind,
    Device,
    DeviceKind,
    DeviceState,
    GroupMember,
    Household,
    Notice,
    Place,
    Resident,
    ResidentState,
    ResponderGroup,
    RosterRevision,
    Token,
    TokenKind,
    Zone,
)
from anju_central.registry.wearers import Wearing

Ending = TypeVar("Ending", Zone, ResponderGroup, Activity)
SLICE: Final = 200  # rows read before whatever waits has its turn


@dataclass(frozen=True, slots=True)
class ResidentLine:
    """A resident; `flat` as people say it, '' where none is known."""

    resident: str
    name: str
    household: str | None
    flat: str


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device that is not retired."""

    device: int
    key: str
    kind: DeviceKind
    zone: str | None
    label_zh: str
    label_en: str
    model: str
    period_s: int
    state: DeviceState


@dataclass(frozen=True, slots=True)
class BindingLine:
    """A binding that is open: to a resident or to a zone."""

    device: int
    resident: str | None
    zone: str | None
    from_ms: int


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token that counts."""

    kind: TokenKind
    token_hash: bytes
    resident: str


@dataclass(frozen=True, slots=True)
class BundleRows:
    """All that a community's bundle is made of, as it was at `revision` or later."""

    revision: int
    community: Community
    profile: CommunityProfile | None
    zones: Sequence[Zone]
    devices: Sequence[DeviceLine]
    residents: Sequence[ResidentLine]
    bindings: Sequence[BindingLine]
    worn: Sequence[Wearing]  # for the hub's own screens: who wore what, ended bindings too
    located: frozenset[str]  # residents who consent to positions
    tokens: Sequence[TokenLine]
    groups: Sequence[ResponderGroup]
    households_of_group: Mapping[str, frozenset[str]]
    activities: Sequence[Activity]
    rules: Sequence[CommunityRule]
    settings: Mapping[str, str]
    notices: Sequence[Notice]


async def roster_revisions(caller: Caller, registry: Registry) -> dict[str, int]:
    """Returns the revision of each community whose boxes get their roster from the registry."""
    async with registry.read(caller) as session:
        rows = await session.scalars(select(RosterRevision))
        return {row.community: row.revision for row in rows}


async def read_bundle_rows(caller: Caller, registry: Registry, community: str) -> BundleRows | None:
    """Returns what a box of the community is told, None where the registry is not where it comes from."""
    async with registry.read(caller) as session:
        # The revision first: what another transaction changes in between is read again with its own.
        told = await session.get(RosterRevision, community)
        named = await session.get(Community, community)
        if told is None or named is None:
            return None
        revision = told.revision
        settings = await session.scalars(select(CommunitySetting).where(CommunitySetting.community == community))
        return BundleRows(
            revision=revision,
            community=named,
            profile=await session.get(CommunityProfile, community),
            zones=await _all(session, Zone, community),
            devices=await _devices(session, community),
            residents=await _residents(session, community),
            bindings=await _bindings(session, community),
            worn=await _worn(session, community),
            located=await _located(session, community),
            tokens=await _tokens(session, community),
            groups=await _all(session, ResponderGroup, community),
            households_of_group=await _members(session, community),
            activities=await _all(session, Activity, community),
            rules=(await session.scalars(select(CommunityRule).where(CommunityRule.community == community))).all(),
            settings={row.key: row.value for row in settings},
            notices=(await session.scalars(select(Notice).where(Notice.community == community))).all(),
        )


async def _all(session: AsyncSession, table: type[Ending], community: str) -> Sequence[Ending]:
    """Those that have not ended."""
    chosen = select(table).where(table.community == community, table.ended_ms.is_(None))
    return (await session.scalars(chosen)).all()


async def _slices(session: AsyncSession, chosen: Select[Any]) -> AsyncIterator[Sequence[Row[Any]]]:  # Any: its columns
    result = await session.stream(chosen)
    async for rows in result.partitions(SLICE):
        yield rows


async def _devices(session: AsyncSession, community: str) -> list[DeviceLine]:
    chosen = select(
        Device.device,
        Device.key,
        Device.kind,
        Device.zone,
        Device.label_zh,
        Device.label_en,
        Device.model,
        Device.period_s,
        Device.state,
    ).where(Device.community == community, Device.retired_ms.is_(None))
    return [DeviceLine(*row) async for rows in _slices(session, chosen) for row in rows]


async def _bindings(session: AsyncSession, community: str) -> list[BindingLine]:
    chosen = select(Binding.device, Binding.resident, Binding.zone, Binding.from_ms).where(
        Binding.community == community, Binding.to_ms.is_(None)
    )
    return [BindingLine(*row) async for rows in _slices(session, chosen) for row in rows]


async def _worn(session: AsyncSession, community: str) -> list[Wearing]:
    chosen = (
        select(Device.key, Binding.resident, Binding.from_ms, Binding.to_ms)
        .join(Device, Device.device == Binding.device)
        .where(Binding.community == community, Binding.resident.is_not(None))
    )
    return [Wearing(*row) async for rows in _slices(session, chosen) for row in rows]


async def _located(session: AsyncSession, community: str) -> frozenset[str]:
    chosen = select(Consent.resident).where(
        Consent.community == community, Consent.kind == ConsentKind.LOCATION, Consent.withdrawn_ms.is_(None)
    )
    return frozenset([resident async for rows in _slices(session, chosen) for (resident,) in rows])


async def _tokens(session: AsyncSession, community: str) -> list[TokenLine]:
    chosen = select(Token.kind, Token.token_hash, Token.resident).where(
        Token.community == community, Token.ended_ms.is_(None)
    )
    return [TokenLine(*row) async for rows in _slices(session, chosen) for row in rows]


async def _residents(session: AsyncSession, community: str) -> list[ResidentLine]:
    chosen = (
        select(Resident.resident, Resident.name, Resident.household, Place.label)
        .outerjoin(Household, Household.household == Resident.household)
        .outerjoin(Place, Place.place == Household.place)
        .where(Resident.community == community, Resident.state == ResidentState.PRESENT)
    )
    found = []
    async for rows in _slices(session, chosen):
        found += [ResidentLine(resident, name, home, flat or "") for resident, name, home, flat in rows]
    return found


async def _members(session: AsyncSession, community: str) -> dict[str, frozenset[str]]:
    chosen = select(GroupMember.responder_group, GroupMember.household).where(
        GroupMember.community == community, GroupMember.to_ms.is_(None)
    )
    found: dict[str, set[str]] = {}
    async for rows in _slices(session, chosen):
        for group, household in rows:
            found.setdefault(group, set()).add(household)
    return {group: frozenset(households) for group, households in found.items()}
