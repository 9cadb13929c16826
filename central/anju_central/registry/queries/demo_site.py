"""A community of the demonstration to which a box comes: its devices, cards for some, and its roster for the box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.queries.roster_take_over import add_devices, rows_beside
from anju_central.registry.tables import (
    Binding,
    Community,
    CommunityProfile,
    Device,
    Resident,
    RosterRevision,
    Token,
    TokenKind,
    Zone,
)
from anju_protos.roster_file import token_hash
from anju_protos.v1.control_pb2 import RosterBundle

CARDS: Final = 10  # a community: those who come to activities


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody of the demonstration with a device key or a card's number (10 hex digits)."""

    name: str
    thing: str


@dataclass(frozen=True, slots=True)
class Site:
    """What a demonstration shows of a community beside its box."""

    community: str
    name_zh: str
    name_en: str
    bands: tuple[Holder, ...]
    cards: tuple[Holder, ...]


def cards_of(community: str) -> list[str]:
    """Returns the numbers of a community's cards, always the same: 10 hex digits, as an RDM6300 reader tells them."""
    number = int(community.rpartition("-")[2])
    return [f"{0x1A + number:02X}00{number:02X}{0xA0 + at:02X}{at * 13 % 256:02X}" for at in range(CARDS)]


async def add_demo_site(caller: Caller, registry: Registry, equipment: RosterBundle, now_ms: int) -> None:
    """Adds devices, rules, notices and cards to a community whose people are there, and begins its roster; once.

    Raises NotAllowed.
    """
    caller.require(Right.MANAGE_BOXES)
    community = equipment.community
    async with registry.write(caller) as session:
        if await session.get(RosterRevision, community) is not None:
            return
        zones = set(await session.scalars(select(Zone.zone).where(Zone.community == community)))
        new = RosterBundle()
        new.CopyFrom(equipment)
        new.ClearField("zones")
        new.zones.extend(zone for zone in equipment.zones if zone.id not in zones)
        await add_devices(session, new, caller.account, now_ms)
        session.add_all(rows_beside(new, now_ms))
        salt = (await session.get_one(CommunityProfile, community)).token_salt
        holders = await session.scalars(_residents(community).limit(CARDS))
        for card, resident in zip(cards_of(community), holders.all(), strict=True):
            hashed = token_hash(salt, f"em4100:{card}")
            session.add(
                Token(
                    community=community,
                    kind=TokenKind.CARD,
                    token_hash=hashed,
                    resident=resident.resident,
                    made_ms=now_ms,
                )
            )
        session.add(RosterRevision(community=community, revision=1, taken_over_ms=now_ms))
        record(session, "roster.begin", community, community, now_ms, "demo")


async def demo_site(caller: Caller, registry: Registry, community: str) -> Site:
    """Returns a community with who has which band and card. Raises NotAllowed."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.read(caller) as session:
        named = await session.get_one(Community, community)
        worn = (
            select(Resident.name, Device.key)
            .join(Binding, Binding.resident == Resident.resident)
            .join(Device, Device.device == Binding.device)
            .where(Resident.community == community, Binding.to_ms.is_(None))
            .order_by(Device.key)
        )
        bands = tuple(Holder(name, key) for name, key in (await session.execute(worn)).tuples())
        return Site(community, named.name_zh, named.name_en, bands, await _cards(session, community))


async def _cards(session: AsyncSession, community: str) -> tuple[Holder, ...]:
    salt = (await session.get_one(CommunityProfile, community)).token_salt
    held = (
        select(Token.token_hash, Resident.name)
        .join(Resident, Resident.resident == Token.resident)
        .where(Token.community == community, Token.ended_ms.is_(None))
    )
    names = {bytes(hashed): name for hashed, name in (await session.execute(held)).tuples()}
    numbers = {token_hash(salt, f"em4100:{card}"): card for card in cards_of(community)}
    return tuple(Holder(names[hashed], card) for hashed, card in numbers.items() if hashed in names)


def _residents(community: str) -> Select[tuple[Resident]]:
    return select(Resident).where(Resident.community == community).order_by(Resident.archive_no)
