"""A registry with people in it, for tests: two communities, a log of look-ups, keys, a clock that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from anju_central.access.caller import HUB, Caller, Purpose, Role
from anju_central.registry.database import Registry
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.look_up_log import LookUpLog
from anju_central.registry.people.life_events import NewResident, move_in
from anju_central.registry.people.record import About
from anju_central.registry.queries.communities import add_community
from anju_central.registry.secrets import RegistrySecrets

NOW: Final = 1_800_000_000_000
TODAY: Final = date(2027, 1, 15)
HERE: Final = frozenset({"ningdu"})
CLERK: Final = Caller("clerk-1", Role.COMMUNITY_STAFF, HERE, Purpose.CARE)
CASE: Final = Caller("clerk-1", Role.COMMUNITY_STAFF, HERE, Purpose.CASE)
INCIDENT: Final = "ab" * 16 + "-1"
STRANGER: Final = Caller("clerk-2", Role.COMMUNITY_STAFF, frozenset({"other"}), Purpose.CARE)
OPERATOR: Final = Caller("op-1", Role.OPERATOR, "every", Purpose.EMERGENCY)
TECHNICIAN: Final = Caller("tech-1", Role.TECHNICIAN, HERE, Purpose.DEVICE_MAINTENANCE)
PRIVACY: Final = Caller("privacy-1", Role.PRIVACY_OFFICER, "every", Purpose.CASE)
SUPERVISOR: Final = Caller("super-1", Role.SUPERVISOR, "every", Purpose.CASE)


def about(resident: str, incident: str = INCIDENT, community: str = "ningdu") -> About:
    """An incident whose events name a resident."""
    return About(incident, community, "ble:none", resident)


@dataclass
class People:
    """What the query functions need, and short ways to what tests do often."""

    registry: Registry
    log: LookUpLog
    numbers: IdNumbers
    now_ms: int = NOW

    async def add(self, name: str, flat: str = "", community: str = "ningdu", **fields: Any) -> str:
        """Adds somebody as the hub and returns the id."""
        new = NewResident(name=name, flat=flat, **fields)
        return (await move_in(HUB, self.registry, community, new, self.numbers, TODAY, self.now_ms)).resident

    async def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Rows by plain SQL, past everything."""
        async with self.registry._engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(statement), values)]

    async def run(self, statement: str, **values: object) -> None:
        """A change by plain SQL, past everything."""
        async with self.registry._writing.begin() as connection:
            await connection.execute(text(statement), values)


@asynccontextmanager
async def people_in(registry: Registry, folder: Path) -> AsyncIterator[People]:
    """Two communities without anybody."""
    for community in ("ningdu", "other"):
        await add_community(HUB, registry, community, "", "", NOW)
    secrets = RegistrySecrets(folder, {})
    secrets.make()
    made = People(registry, LookUpLog(folder, lambda: made.now_ms), IdNumbers(secrets))
    yield made
