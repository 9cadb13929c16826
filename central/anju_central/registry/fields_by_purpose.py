"""Which fields of a person each purpose may see, and who may look for which purpose (PRIVACY V1, V2): the one table.

Whatever is not named here is not read for that purpose. What a box gets is another table, in the bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from anju_central.access.caller import Caller, Purpose, Role


class Field(StrEnum):
    """What can be seen of a person. Without NAME the name is masked (王*秀)."""

    NAME = "name"
    FLAT = "flat"
    SEX = "sex"
    AGE = "age"  # the year of birth
    BIRTH = "birth"
    PHONES = "phones"
    CONTACTS = "contacts"
    DANGER = "danger"  # notes for whoever goes there
    GRADE = "grade"
    NOTES = "notes"  # all others
    ID_NUMBER = "id-number"  # masked, always
    HOUSEHOLD = "household"
    BANDS = "bands"
    GROUP = "group"
    CONSENTS = "consents"
    HISTORY = "history"
    ARCHIVE_NO = "archive-no"


_EVERYDAY: Final = frozenset({Field.NAME, Field.FLAT, Field.SEX, Field.AGE, Field.HOUSEHOLD, Field.BANDS, Field.GROUP})
FIELDS: Final[Mapping[Purpose, frozenset[Field]]] = {
    Purpose.EMERGENCY: _EVERYDAY | {Field.PHONES, Field.CONTACTS, Field.DANGER, Field.GRADE},
    Purpose.CARE: _EVERYDAY
    | {Field.BIRTH, Field.PHONES, Field.CONTACTS, Field.DANGER, Field.GRADE, Field.NOTES, Field.CONSENTS}
    | {Field.HISTORY},
    Purpose.ACTIVITY: frozenset({Field.NAME, Field.FLAT, Field.AGE, Field.CONSENTS}),
    Purpose.CASE: _EVERYDAY
    | {Field.BIRTH, Field.PHONES, Field.CONTACTS, Field.ID_NUMBER, Field.CONSENTS, Field.HISTORY, Field.ARCHIVE_NO},
    Purpose.DEVICE_MAINTENANCE: frozenset({Field.FLAT, Field.BANDS}),
    Purpose.STATISTICS: frozenset(),  # counts alone
}
PURPOSES: Final[Mapping[Role, frozenset[Purpose]]] = {
    Role.OPERATOR: frozenset({Purpose.EMERGENCY}),
    Role.SUPERVISOR: frozenset(Purpose) - {Purpose.STATISTICS},
    Role.COMMUNITY_STAFF: frozenset(Purpose) - {Purpose.STATISTICS},
    Role.PROGRAMME_OFFICER: frozenset(),
    Role.PRIVACY_OFFICER: frozenset({Purpose.CASE}),
    Role.TECHNICIAN: frozenset({Purpose.DEVICE_MAINTENANCE}),
    Role.AUDITOR: frozenset(),
    Role.HUB: frozenset(Purpose) - {Purpose.STATISTICS},
}


class PurposeRefused(Exception):
    """Nobody of that role looks at people for that purpose."""

    def __init__(self, role: Role, purpose: Purpose) -> None:
        may = ", ".join(sorted(PURPOSES[role])) or "none"
        super().__init__(f"{role} may not look at people for {purpose}: for {role} there is {may}")
        self.role, self.purpose = role, purpose


def fields_for(caller: Caller) -> frozenset[Field]:
    """Returns what the caller may see of a person. Raises PurposeRefused."""
    if caller.purpose not in PURPOSES[caller.role]:
        raise PurposeRefused(caller.role, caller.purpose)
    return FIELDS[caller.purpose]


def said(fields: frozenset[Field]) -> str:
    """Fields as the log of look-ups names them."""
    return ",".join(sorted(fields))
