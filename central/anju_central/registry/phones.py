"""A resident's phone numbers, within a change that is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.changes import ChangeSet
from anju_central.registry.han_text import folded
from anju_central.registry.people_errors import BadValue
from anju_central.registry.tables import Resident, ResidentPhone

MAX_PHONES: Final = 8
DIGITS: Final = range(3, 16)  # 110; ITU-T E.164, section 6
_BETWEEN: Final = re.compile(r"[\s()+.-]")
_COUNTRY: Final = re.compile(r"^(?:00)?86(?=1\d{10}$)")


def digits_of(phone: str) -> str:
    """Returns a number as it is kept, digits alone. Raises BadValue. Odd ones are taken: 140 to 149 are in use."""
    digits = _COUNTRY.sub("", _BETWEEN.sub("", folded(phone)))
    if not digits.isascii() or not digits.isdigit() or len(digits) not in DIGITS:
        raise BadValue("phone", "a number has 3 to 15 digits")
    return digits


async def set_phones(
    session: AsyncSession, changes: ChangeSet, row: Resident, phones: Sequence[str], now_ms: int
) -> None:
    """Makes these somebody's numbers, the first is called first; others end. Raises BadValue."""
    wanted = list(dict.fromkeys(map(digits_of, phones)))
    if len(wanted) > MAX_PHONES:
        raise BadValue("phone", f"at most {MAX_PHONES} numbers")
    chosen = select(ResidentPhone).where(ResidentPhone.resident == row.resident, ResidentPhone.ended_ms.is_(None))
    kept = {}
    for old in await session.scalars(chosen):
        if old.phone in wanted:
            kept[old.phone] = old
        else:
            changes.set(old, ended_ms=now_ms)
    for position, phone in enumerate(wanted, 1):
        if phone in kept:
            changes.set(kept[phone], position=position)
        else:
            await changes.add(
                ResidentPhone(
                    community=row.community,
                    resident=row.resident,
                    phone=phone,
                    backwards=phone[::-1],
                    position=position,
                    made_ms=now_ms,
                )
            )
