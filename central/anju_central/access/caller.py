"""Who asks, for which communities and what for: the first argument of everything that reads or changes the registry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Communities = frozenset[str] | Literal["every"]


class Role(StrEnum):
    """What somebody is here for (EXPERIENCE O22). HUB is the process itself: no account has it."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    COMMUNITY_STAFF = "community-staff"
    PROGRAMME_OFFICER = "programme-officer"
    PRIVACY_OFFICER = "privacy-officer"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    HUB = "hub"


class Purpose(StrEnum):
    """What somebody looks or acts for (PRIVACY V1)."""

    EMERGENCY = "emergency"
    CARE = "care"
    ACTIVITY = "activity"
    CASE = "case"
    DEVICE_MAINTENANCE = "device-maintenance"
    STATISTICS = "statistics"


class Right(StrEnum):
    """What a role may do. Whatever has no right named at its route is denied (`api/gate_table.py`)."""

    SEE_INCIDENTS = "see-incidents"
    HANDLE_INCIDENTS = "handle-incidents"  # acknowledge, go, close
    SEE_CHECK_INS = "see-check-ins"
    SEE_BOXES = "see-boxes"
    MANAGE_BOXES = "manage-boxes"  # add, claim, revoke and retire them
    SEE_AUDIT = "see-audit"
    SEE_ACCOUNTS = "see-accounts"
    MANAGE_ACCOUNTS = "manage-accounts"  # add, reset, disable them, change roles and communities
    SEE_PEOPLE = "see-people"  # for which purposes: `registry/fields_by_purpose.py`
    MANAGE_PEOPLE = "manage-people"  # records, life events, bindings, consents
    BREAK_GLASS = "break-glass"  # look somebody up in an emergency beyond its incident
    SEE_LOOK_UPS = "see-look-ups"
    MANAGE_PRIVACY = "manage-privacy"  # requests, erasure, retention


_WATCH: Final = frozenset({Right.SEE_INCIDENTS, Right.HANDLE_INCIDENTS, Right.SEE_CHECK_INS, Right.SEE_BOXES})
RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    Role.OPERATOR: _WATCH | {Right.SEE_PEOPLE, Right.BREAK_GLASS},
    Role.SUPERVISOR: frozenset(Right),
    Role.COMMUNITY_STAFF: _WATCH | {Right.SEE_PEOPLE, Right.MANAGE_PEOPLE, Right.BREAK_GLASS},
    Role.PROGRAMME_OFFICER: frozenset({Right.SEE_CHECK_INS}),
    Role.PRIVACY_OFFICER: frozenset(
        {Right.SEE_AUDIT, Right.SEE_ACCOUNTS, Right.SEE_PEOPLE, Right.SEE_LOOK_UPS, Right.MANAGE_PRIVACY}
    ),
    Role.TECHNICIAN: frozenset({Right.SEE_BOXES, Right.MANAGE_BOXES, Right.SEE_PEOPLE}),  # of people masked names
    Role.AUDITOR: frozenset({Right.SEE_BOXES, Right.SEE_AUDIT, Right.SEE_ACCOUNTS, Right.SEE_LOOK_UPS}),
    Role.HUB: frozenset(Right),
}
# Of a session that began while the registry could not be asked (`away.py`): what an alarm needs, no more.
AWAY_RIGHTS: Final = _WATCH
# Who gives rights, or reads who did what, proves more than a password (ADR 0021).
NEEDS_SECOND_FACTOR: Final = frozenset({Role.SUPERVISOR, Role.PRIVACY_OFFICER, Role.AUDITOR})


class NotAllowed(Exception):
    """The caller's role does not give this right."""

    def __init__(self, role: Role, right: Right) -> None:
        who = ", ".join(sorted(role for role, rights in RIGHTS.items() if right in rights and role is not Role.HUB))
        super().__init__(f"{role} may not {right.replace('-', ' ')}: ask one of {who}")
        self.role, self.right = role, right


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `account` is an account's name, or `hub` or `command-line`; never a person's name.

    `communities` is what may be seen and changed; "every" is for the hub itself and for roles of the whole district.
    """

    account: str
    role: Role
    communities: Communities
    purpose: Purpose

    def require(self, right: Right) -> None:
        """Raises NotAllowed."""
        if right not in RIGHTS[self.role]:
            raise NotAllowed(self.role, right)

    def may_see(self, community: str) -> bool:
        """Returns whether the community is one of the caller's."""
        return self.communities == "every" or community in self.communities


HUB: Final = Caller("hub", Role.HUB, "every", Purpose.DEVICE_MAINTENANCE)  # what the process does by itself
COMMAND_LINE: Final = Caller("command-line", Role.HUB, "every", Purpose.DEVICE_MAINTENANCE)  # owns the data folder
