"""Imports and other changes of a community's people keep out of each other's way, within a transaction that is open.

SQLite has one writer. On PostgreSQL an import locks its communities alone, by advisory locks: others, and who only
reads, wait for nothing. Whoever changes somebody there meanwhile is told, rather than kept waiting: a change that
holds rows and waits for the import, which waits for those rows, would end one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.people_errors import ImportRunning

PEOPLE_LOCK: Final = 0x616E6A76  # "anjv": the class of these locks, beside the one of migrations
_ALONE: Final = text("SELECT pg_advisory_xact_lock(:kind, :community)")
_AFTER: Final = text("SELECT pg_advisory_xact_lock_shared(:kind, :community)")
_BESIDE: Final = text("SELECT pg_try_advisory_xact_lock_shared(:kind, :community)")


async def lock_for_import(session: AsyncSession, communities: Iterable[str]) -> None:
    """Waits until nobody else changes people of these communities, and keeps others out until the transaction ends."""
    connection = await session.connection()
    if connection.dialect.name != "postgresql":
        return
    for community in sorted(communities):  # in one order, so that two imports never wait for each other
        await connection.execute(_ALONE, _key(community))
        session.info.setdefault("locked", set()).add(community)


async def wait_for_imports(session: AsyncSession, communities: Iterable[str]) -> None:
    """Waits until no import of these communities is going on."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        for community in sorted(communities):
            await connection.execute(_AFTER, _key(community))


async def change_beside_others(session: AsyncSession, community: str) -> None:
    """Says that people of a community are being changed. Raises ImportRunning."""
    connection = await session.connection()
    if connection.dialect.name != "postgresql" or community in session.info.get("locked", ()):
        return  # its own lock would refuse it where another import waits for that lock
    if not (await connection.execute(_BESIDE, _key(community))).scalar_one():
        raise ImportRunning(community)


def _key(community: str) -> dict[str, int]:
    """Two communities of one key wait for each other without need."""
    return {"kind": PEOPLE_LOCK, "community": crc32(community.encode()) - 2**31}  # a signed number of 32 bits
