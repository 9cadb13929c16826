"""Values of a person's record, checked before they are put in."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_base.id_number import NotANumber
from anju_central.registry.han_text import folded_name
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.people_errors import BadValue, DoubleFound
from anju_central.registry.tables import BirthExactness, Resident, ResidentState, Sex
from anju_central.registry.tables.base import NAME_LENGTH


def checked_name(name: str) -> str:
    """Returns a name as it is kept. Raises BadValue."""
    plain = folded_name(name)
    if not plain or len(plain) > NAME_LENGTH:
        raise BadValue("name", f"a name has 1 to {NAME_LENGTH} characters")
    return plain


async def put_number(
    session: AsyncSession, row: Resident, number: str, numbers: IdNumbers, today: date
) -> dict[str, object]:
    """Returns the columns of an ID number and what it says. Raises BadValue, DoubleFound, SecretsUnavailable."""
    try:
        kept = numbers.seal(number.strip(), row.resident, today)
    except NotANumber as error:
        raise BadValue("id_number", f"cannot be right ({error.fault}): compare it with the card") from error
    chosen = select(Resident).where(
        Resident.id_number_hash.in_(numbers.marks(number.strip())),
        Resident.state == ResidentState.PRESENT,
        Resident.resident.not_in([row.resident, row.came_from or ""]),
    )
    double = (await session.scalars(chosen)).first()
    if double is not None:
        raise DoubleFound(double.resident, double.community)
    return {
        "id_number": kept.sealed,
        "id_number_hash": kept.mark,
        "sex": Sex.MALE if kept.says.is_male else Sex.FEMALE,
        "born_on": kept.says.birth,
        "birth_exactness": BirthExactness.DAY,
    }
