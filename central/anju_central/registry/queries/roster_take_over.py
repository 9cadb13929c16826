"""A community whose roster was a file: taken over once into the registry, from where its boxes get it from then on."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import CannotTakeOver
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.ids import ID, new_id
from anju_central.registry.name_keys import keys_of
from anju_central.registry.rows import known_community
from anju_central.registry.tables import (
    Activity,
    Binding,
    CommunityProfile,
    CommunityRule,
    CommunitySetting,
    Device,
    DeviceKind,
    DeviceState,
    GroupMember,
    Household,
    NameKey,
    Notice,
    Place,
    PlaceKind,
    Resident,
    ResidentState,
    ResponderGroup,
    RosterRevision,
    Token,
    TokenKind,
    Zone,
)
from anju_central.registry.tables.community_data import SALT_BYTES
from anju_protos.v1.control_pb2 import RosterBundle

TIME_ZONE: Final = "Asia/Shanghai"
PERSON_ID: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,31}")
NAME_CHARS: Final = 100
LABEL_CHARS: Final = 200


async def begin_roster(caller: Caller, registry: Registry, community: str, now_ms: int) -> None:
    """From now on the boxes of a community get their roster from the registry, which had no file before.

    Raises UnknownCommunity, CannotTakeOver, NotAllowed, OutOfScope.
    """
    caller.require(Right.MANAGE_BOXES)
    async with registry.write(caller) as session:
        await known_community(session, community)
        await _not_twice(session, community)
        if await session.get(CommunityProfile, community) is None:
            salt = secrets.token_bytes(SALT_BYTES)
            session.add(CommunityProfile(community=community, time_zone=TIME_ZONE, token_salt=salt, changed_ms=now_ms))
        session.add(RosterRevision(community=community, revision=1, taken_over_ms=now_ms))
        record(session, "roster.begin", community, community, now_ms)


async def take_over_roster(caller: Caller, registry: Registry, bundle: RosterBundle, now_ms: int) -> None:
    """Takes a roster file (as `load_roster` reads it) into the registry, all of it or nothing.

    Residents keep their ids, since events carry these; so the registry may hold none of the community yet. Raises
    UnknownCommunity, CannotTakeOver with the row, NotAllowed, OutOfScope.
    """
    caller.require(Right.MANAGE_BOXES)
    community = bundle.community
    _check(bundle)
    # in a thread, and before the registry is locked: their readings take a while
    keys = await asyncio.to_thread(lambda: {one.id: keys_of(one.name) for one in bundle.residents})
    async with registry.write(caller) as session:
        named = await known_community(session, community)
        await _not_twice(session, community)
        if await session.scalar(select(Resident.resident).where(Resident.community == community).limit(1)) is not None:
            raise CannotTakeOver(
                community,
                "the registry holds residents of it already, with other ids: a file comes before sheets",
            )
        named.name_zh = bundle.name_zh or named.name_zh
        named.name_en = bundle.name_en or named.name_en
        salt, zone = bundle.token_salt, bundle.time_zone or TIME_ZONE
        session.add(CommunityProfile(community=community, time_zone=zone, token_salt=salt, changed_ms=now_ms))
        await _add_people(session, bundle, keys, now_ms)
        await add_devices(session, bundle, caller.account, now_ms)
        session.add_all(rows_beside(bundle, now_ms))
        # counted once more with the rest of the transaction: boxes that have the file shall see that this is newer
        session.add(RosterRevision(community=community, revision=bundle.revision, taken_over_ms=now_ms))
        detail = f"revision {bundle.revision}, {len(bundle.residents)} residents, {len(bundle.devices)} devices"
        record(session, "roster.take-over", community, community, now_ms, detail)


async def _not_twice(session: AsyncSession, community: str) -> None:
    if await session.get(RosterRevision, community) is not None:
        raise CannotTakeOver(community, "that was done before, its roster comes from the registry")


def _check(bundle: RosterBundle) -> None:
    """What a file may say and the registry cannot hold. Raises CannotTakeOver."""
    for zone in bundle.zones:
        if not ID.fullmatch(zone.id):
            raise CannotTakeOver(bundle.community, f"zone {zone.id!r}: use 1 to 32 of a-z, 0-9 and hyphen")
    for table in ("activities", "rules", "notices"):
        ids = [row.id if table == "activities" else own_id(row.id) for row in getattr(bundle, table)]
        if wrong := next((one for one in ids if not ID.fullmatch(one)), None):
            raise CannotTakeOver(bundle.community, f"{table} {wrong!r}: use 1 to 32 of a-z, 0-9 and hyphen")
        if twice := next((one for one in ids if ids.count(one) > 1), None):
            raise CannotTakeOver(bundle.community, f"{table}: two would be {twice!r}: rename one of them")
    for resident in bundle.residents:
        if not PERSON_ID.fullmatch(resident.id):
            raise CannotTakeOver(bundle.community, f"resident {resident.id!r}: the id is longer than 32 characters")
        if len(resident.name) > NAME_CHARS or len(resident.flat) > LABEL_CHARS:
            raise CannotTakeOver(bundle.community, f"resident {resident.id!r}: name or flat is too long")
    bound = [binding.device for binding in bundle.bindings if not binding.to_ms]
    if double := next((device for device in bound if bound.count(device) > 1), None):
        raise CannotTakeOver(bundle.community, f"device {double!r} is bound twice: end one of the bindings")


def own_id(name: str) -> str:
    """What the registry calls a rule or a notice of a file, whose ids may have `_` and `.`: no event names these."""
    return name.replace("_", "-").replace(".", "-")


async def _add_people(
    session: AsyncSession, bundle: RosterBundle, keys_of_names: Mapping[str, frozenset[str]], now_ms: int
) -> None:
    """A household for each flat; who has no flat lives alone."""
    community = bundle.community
    homes: dict[str, str] = {}
    places = [
        Place(
            community=community,
            kind=PlaceKind.FLAT,
            name=flat[-40:],
            label=flat,
            flat_key=flat_key(flat),
            made_ms=now_ms,
        )
        for flat in sorted({resident.flat for resident in bundle.residents if resident.flat})
    ]
    session.add_all(places)
    await session.flush()
    for place in places:
        homes[place.label] = new_id("h")
        session.add(Household(household=homes[place.label], community=community, place=place.place, made_ms=now_ms))
    await session.flush()
    for one in bundle.residents:
        session.add(
            Resident(
                resident=one.id,
                community=community,
                state=ResidentState.PRESENT,
                name=one.name or one.masked_name,
                household=homes.get(one.flat),
                made_ms=now_ms,
                changed_ms=now_ms,
            )
        )
    await session.flush()
    for resident, keys in keys_of_names.items():
        session.add_all(NameKey(community=community, key=key, resident=resident) for key in keys)
    for group in bundle.responder_groups:
        await _add_group(session, bundle, group.id, homes, now_ms)


async def _add_group(
    session: AsyncSession, bundle: RosterBundle, name: str, homes: dict[str, str], now_ms: int
) -> None:
    """The households of its members: a file lists residents, and screens that answer for them."""
    group = next(one for one in bundle.responder_groups if one.id == name)
    flats = {resident.id: resident.flat for resident in bundle.residents}
    made = ResponderGroup(
        responder_group=new_id("g"),
        community=bundle.community,
        label_zh=group.label_zh or group.id,
        label_en=group.label_en,
        made_ms=now_ms,
    )
    session.add(made)
    await session.flush()
    for flat in sorted({flats[member] for member in group.members if flats.get(member)}):
        taken = await session.scalar(
            select(GroupMember.group_member).where(GroupMember.household == homes[flat], GroupMember.to_ms.is_(None))
        )
        if taken is None:
            session.add(
                GroupMember(
                    community=bundle.community,
                    responder_group=made.responder_group,
                    household=homes[flat],
                    from_ms=now_ms,
                )
            )
            await session.flush()


async def add_devices(session: AsyncSession, bundle: RosterBundle, account: str, now_ms: int) -> None:
    """Adds a bundle's zones, devices, bindings and tokens."""
    community = bundle.community
    session.add_all(
        Zone(
            community=community,
            zone=row.id,
            label_zh=row.label_zh or row.id,
            label_en=row.label_en,
            made_ms=now_ms,
        )
        for row in bundle.zones
    )
    await session.flush()
    devices = [
        Device(
            community=community,
            key=row.key,
            kind=DeviceKind(row.kind),
            number="",
            model=row.model[:80],
            zone=row.zone or None,
            label_zh=row.label_zh[:LABEL_CHARS],
            label_en=row.label_en[:LABEL_CHARS],
            period_s=row.period_s,
            state=DeviceState.IN_SERVICE,
            made_ms=now_ms,
        )
        for row in bundle.devices
    ]
    session.add_all(devices)
    await session.flush()
    numbers = {device.key: device.device for device in devices}
    for binding in bundle.bindings:
        ended = binding.to_ms or None
        session.add(
            Binding(
                community=community,
                device=numbers[binding.device],
                resident=binding.resident,
                from_ms=binding.from_ms,
                to_ms=ended,
                why_ended="roster file" if ended else None,
                made_by=account,
            )
        )
    for rows, kind in ((bundle.tokens, TokenKind.CARD), (bundle.guessable_tokens, TokenKind.ID_CARD)):
        for token in rows:
            session.add(
                Token(community=community, kind=kind, token_hash=token.hash, resident=token.resident, made_ms=now_ms)
            )


def rows_beside(bundle: RosterBundle, now_ms: int) -> Iterator[Activity | CommunityRule | CommunitySetting | Notice]:
    """Gives a bundle's settings, rules, activities and notices."""
    common = {"community": bundle.community, "changed_ms": now_ms}
    for key, value in bundle.settings.items():
        yield CommunitySetting(key=key, value=value, **common)
    for rule in bundle.rules:
        parameters = json.dumps(dict(rule.values), ensure_ascii=False, sort_keys=True)
        yield CommunityRule(rule=own_id(rule.id), kind=rule.kind, parameters=parameters, **common)
    for row in bundle.activities:
        yield Activity(
            activity=row.id,
            title_zh=row.title_zh[:LABEL_CHARS],
            title_en=row.title_en[:LABEL_CHARS],
            weekdays=row.weekdays,
            starts_min=row.starts_min,
            ends_min=row.ends_min,
            room_zh=row.room_zh[:LABEL_CHARS],
            room_en=row.room_en[:LABEL_CHARS],
            points=row.points,
            early_min=row.early_min,
            **common,
        )
    for notice in bundle.notices:
        yield Notice(
            notice=own_id(notice.id),
            text_zh=notice.text_zh,
            text_en=notice.text_en,
            from_ms=notice.from_ms,
            to_ms=notice.to_ms or None,
            **common,
        )
