"""Finding people: by name, pinyin, initials, the end of a phone number, flat or band."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import fields_for, said
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.glass import require_broken_glass
from anju_central.registry.han_text import folded
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.name_keys import FIRST_HAN, looked_up
from anju_central.registry.people_errors import NothingToLookFor
from anju_central.registry.person_rows import PersonLine, lines_of
from anju_central.registry.tables import (
    Binding,
    Community,
    Device,
    Household,
    LookUpKind,
    NameKey,
    Place,
    Resident,
    ResidentPhone,
    ResidentState,
)

MOST: Final = 50  # on a page
CANDIDATES: Final = 400  # of one way to look, before people who left are taken out
LAST: Final = "\U0010ffff"  # behind every text that begins the same
MAX_TYPED: Final = 100
_DIGITS: Final = re.compile(r"[\d\s-]+", re.ASCII)
_FLAT: Final = re.compile(r"\d-|[栋幢座楼号室门#]|单元")
_BAND: Final = re.compile(r"[a-z0-9:_.-]{4,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found, the closest first. `more`: there are others; type more of the name."""

    people: tuple[PersonLine, ...]
    more: bool


async def search(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    text: str,
    now_ms: int,
    *,
    limit: int = 20,
    with_left: bool = False,
    community: str | None = None,
    incident: str | None = None,
    reason: str = "",
) -> Found:
    """Returns who fits what was typed; `with_left` with those who moved out or died, of `community` alone if said.

    In an emergency the glass has to be broken for its incident first. Raises NotAllowed, PurposeRefused,
    NothingToLookFor, GlassNotBroken, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    typed = folded(text)[:MAX_TYPED]
    _check_enough(typed)
    limit = min(limit, MOST)
    async with registry.read(caller) as session:
        opened = None
        if caller.purpose is Purpose.EMERGENCY:
            waiting = log.opened_glass(caller, incident, now_ms)
            opened = await require_broken_glass(session, waiting, incident, now_ms)
        residents = await _candidates(session, typed, community)
        chosen = select(Resident).where(Resident.resident.in_(residents))
        if opened is not None:
            chosen = chosen.where(Resident.community.in_(sorted(opened)))
        states = set(ResidentState) - {ResidentState.MERGED} if with_left else {ResidentState.PRESENT}
        rows = [row for row in await session.scalars(chosen) if row.state in states]
        order = {resident: place for place, resident in enumerate(residents)}
        rows.sort(key=lambda row: (order[row.resident], row.name, row.resident))
        lines = await lines_of(session, rows[:limit], fields)
    people = frozenset((line.resident, line.community) for line in lines)
    await log.note(caller, registry, Seen(LookUpKind.SEARCH, people, said(fields), incident, reason))
    return Found(tuple(lines), len(rows) > limit)


def _check_enough(typed: str) -> None:
    """Raises NothingToLookFor."""
    plain = looked_up(typed)
    is_enough = any(sign >= FIRST_HAN for sign in plain) or len(plain) >= (3 if plain.isdigit() else 2)
    if not is_enough:
        raise NothingToLookFor


async def _candidates(session: AsyncSession, typed: str, community: str | None) -> list[str]:
    """Returns residents by every way that fits what was typed, the closest first, each once."""
    mine = select(Community.community)
    if community is not None:
        mine = mine.where(Community.community == community)
    communities = (await session.scalars(mine)).all()
    low = typed.lower()
    ways: list[Select[tuple[str]]] = []
    if _DIGITS.fullmatch(typed):
        digits = re.sub(r"\D", "", typed)
        ways.append(_by_band_number(communities, digits))
        ways += [_by_flat(communities, flat_key(typed)), _by_phone(communities, digits)]
    elif _FLAT.search(typed) and flat_key(typed):
        ways.append(_by_flat(communities, flat_key(typed)))
    if any(sign.isalpha() for sign in typed):
        ways.append(_by_name(communities, looked_up(typed)))
    if _BAND.fullmatch(low):
        ways += [_by_band_number(communities, typed), _by_band_key(communities, low)]
    found: dict[str, None] = {}
    for way in ways:
        for resident in await session.scalars(way):
            found.setdefault(resident)
    return list(found)[:CANDIDATES]


def _by_name(communities: Sequence[str], key: str) -> Select[tuple[str]]:
    """The communities are named, so that the index is entered once for each; exact names come first."""
    closest = func.min(NameKey.key)
    return (
        select(NameKey.resident)
        .where(NameKey.community.in_(communities), NameKey.key >= key, NameKey.key < key + LAST)
        .group_by(NameKey.resident)
        .order_by(func.length(closest), closest, NameKey.resident)
        .limit(CANDIDATES)
    )


def _by_phone(communities: Sequence[str], digits: str) -> Select[tuple[str]]:
    backwards = digits[::-1]
    return (
        select(ResidentPhone.resident)
        .where(
            ResidentPhone.community.in_(communities),
            ResidentPhone.backwards >= backwards,
            ResidentPhone.backwards < backwards + LAST,
            ResidentPhone.ended_ms.is_(None),
        )
        .order_by(ResidentPhone.backwards, ResidentPhone.resident)
        .limit(CANDIDATES)
    )


def _by_flat(communities: Sequence[str], key: str) -> Select[tuple[str]]:
    return (
        select(Resident.resident)
        .join(Household, Household.household == Resident.household)
        .join(Place, Place.place == Household.place)
        .where(
            Place.community.in_(communities),
            (Place.flat_key == key) | ((Place.flat_key >= key + "-") & (Place.flat_key < key + "-" + LAST)),
        )
        .order_by(func.length(Place.flat_key), Place.flat_key, Resident.resident)
        .limit(CANDIDATES)
    )


def _by_band_number(communities: Sequence[str], number: str) -> Select[tuple[str]]:
    return _wearers(communities).where(Device.number == number)


def _by_band_key(communities: Sequence[str], part: str) -> Select[tuple[str]]:
    """A district has some thousand bands: no index is worth it."""
    return _wearers(communities).where(Device.key.endswith(part, autoescape=True))


def _wearers(communities: Sequence[str]) -> Select[tuple[str]]:
    return (
        select(Resident.resident)
        .join(Binding, Binding.resident == Resident.resident)
        .join(Device, Device.device == Binding.device)
        .where(Binding.to_ms.is_(None), Binding.community.in_(communities))
        .limit(CANDIDATES)
    )
