"""What a demonstration has beside its people: zones, bands and who wears them, responder groups, weekly activities."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.errors import RegistryRefused
from anju_central.registry.ids import new_id
from anju_central.registry.tables import (
    Activity,
    Binding,
    CommunityProfile,
    Consent,
    ConsentChannel,
    ConsentKind,
    Device,
    DeviceKind,
    DeviceState,
    GroupMember,
    Household,
    Language,
    Resident,
    ResponderGroup,
    Zone,
)
from anju_central.registry.tables.community_data import SALT_BYTES

GROUP_HOUSEHOLDS: Final = 15  # DOMAIN 0: 10 to 20 households a group
ZONES: Final = (("gate", "大门", "Gate"), ("square", "广场", "Square"), ("centre", "养老服务站", "Elder centre"))
ACTIVITIES: Final = (  # id, titles, weekdays (bit 0 = Monday), local minutes since midnight, room, points
    ("exercise", "晨练", "Morning exercise", 0b1111111, 7 * 60, 8 * 60, "广场", "Square", 1),
    ("calligraphy", "书法班", "Calligraphy", 0b0000010, 14 * 60, 16 * 60, "活动室", "Activity room", 5),
    ("choir", "合唱", "Choir", 0b0010000, 15 * 60, 17 * 60, "活动室", "Activity room", 5),
    ("health-talk", "健康讲座", "Health talk", 0b0001000, 9 * 60 + 30, 11 * 60, "养老服务站", "Elder centre", 5),
)
BAND_PERIOD_S: Final = 900
BAND_KEYS: Final = "ble:c300"  # addresses that radios draw at random begin so (two highest bits set)
UNASKED: Final = 4  # every so many-th wearer has not agreed to positions
WORDING: Final = "demo"


class PeopleThere(RegistryRefused):
    """A registry in which people are is no place for a demonstration."""

    code = "people-there"

    def __init__(self, count: int) -> None:
        super().__init__(f"this registry holds {count} residents: a demonstration begins in an empty one")


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """What was added to a community."""

    bands: int
    groups: int
    activities: int


async def require_nobody(caller: Caller, registry: Registry) -> None:
    """Raises PeopleThere, NotAllowed."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.read(caller) as session:
        count = await session.scalar(select(func.count()).select_from(Resident))
    if count:
        raise PeopleThere(count)


async def inhabited(caller: Caller, registry: Registry) -> set[str]:
    """Returns the communities in which somebody lives. Raises NotAllowed."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.read(caller) as session:
        return set(await session.scalars(select(Resident.community).distinct()))


async def add_demo_rest(
    caller: Caller, registry: Registry, community: str, first_band: int, bands: int, now_ms: int
) -> DemoCounts:
    """Adds zones, bands on residents, groups and activities to a community whose people are there. Raises NotAllowed.

    Bands are numbered from `first_band` on; every so many-th resident by archive number wears one.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        changes = await ChangeSet.begin(session, "demo", community, now_ms)
        session.add(
            CommunityProfile(
                community=community,
                time_zone="Asia/Shanghai",
                token_salt=secrets.token_bytes(SALT_BYTES),
                changed_ms=now_ms,
            )
        )
        for zone, zh, en in ZONES:
            session.add(Zone(community=community, zone=zone, label_zh=zh, label_en=en, made_ms=now_ms))
        for activity, zh, en, weekdays, starts, ends, room_zh, room_en, points in ACTIVITIES:
            session.add(
                Activity(
                    community=community,
                    activity=activity,
                    title_zh=zh,
                    title_en=en,
                    weekdays=weekdays,
                    starts_min=starts,
                    ends_min=ends,
                    room_zh=room_zh,
                    room_en=room_en,
                    points=points,
                    early_min=30,
                    changed_ms=now_ms,
                )
            )
        await session.flush()
        await _add_bands(session, changes, community, first_band, bands, now_ms)
        groups = await _add_groups(session, changes, community, now_ms)
        await changes.finish()
        return DemoCounts(bands, groups, len(ACTIVITIES))


async def _add_bands(
    session: AsyncSession, changes: ChangeSet, community: str, first: int, count: int, now_ms: int
) -> None:
    chosen = select(Resident.resident).where(Resident.community == community).order_by(Resident.archive_no)
    residents = (await session.scalars(chosen)).all()
    wearers = residents[:: max(1, len(residents) // max(count, 1))][:count]
    devices = [
        {
            "community": community,
            "key": f"{BAND_KEYS}{first + at:08x}",
            "kind": DeviceKind.BAND,
            "number": f"A{first + at:03}",
            "model": "演示手环 demo band",
            "label_zh": f"手环 {first + at}",
            "label_en": f"Band {first + at}",
            "period_s": BAND_PERIOD_S,
            "state": DeviceState.IN_SERVICE,
            "made_ms": now_ms,
        }
        for at in range(len(wearers))
    ]
    added = sorted(await changes.add_many(Device, devices, "key"), key=lambda row: str(row[1]))
    bindings = [
        {
            "community": community,
            "device": device,
            "resident": resident,
            "from_ms": now_ms,
            "made_by": changes.account,
        }
        for (device, _), resident in zip(added, wearers, strict=True)
    ]
    await changes.add_many(Binding, bindings)
    consents = [
        {
            "community": community,
            "resident": resident,
            "kind": ConsentKind.LOCATION,
            "wording_version": WORDING,
            "wording_hash": hashlib.sha256(WORDING.encode()).digest(),
            "language": Language.ZH,
            "channel": ConsentChannel.PAPER,
            "given_ms": now_ms,
            "made_by": changes.account,
        }
        for at, resident in enumerate(wearers, 1)
        if at % UNASKED
    ]
    await changes.add_many(Consent, consents)


async def _add_groups(session: AsyncSession, changes: ChangeSet, community: str, now_ms: int) -> int:
    """Neighbours by their flats; the first head of a household leads."""
    chosen = (
        select(Household.household, func.min(Resident.archive_no), func.min(Resident.resident))
        .join(Resident, Resident.household == Household.household)
        .where(Household.community == community, Resident.is_head)
        .group_by(Household.household)
        .order_by(func.min(Resident.archive_no))
    )
    homes = [(household, leader) for household, _, leader in await session.execute(chosen)]
    count = max(1, round(len(homes) / GROUP_HOUSEHOLDS))
    parts = [homes[len(homes) * at // count : len(homes) * (at + 1) // count] for at in range(count)]
    groups = [
        {
            "responder_group": new_id("g"),
            "community": community,
            "label_zh": f"第{at + 1}互助组",
            "label_en": f"Group {at + 1}",
            "leader": part[0][1],
            "made_ms": now_ms,
        }
        for at, part in enumerate(parts)
        if part
    ]
    await changes.add_many(ResponderGroup, groups)
    members = [
        {
            "community": community,
            "responder_group": group["responder_group"],
            "household": household,
            "from_ms": now_ms,
        }
        for group, part in zip(groups, parts, strict=True)
        for household, _ in part
    ]
    await changes.add_many(GroupMember, members)
    return len(groups)
