"""How large tables are, told to PostgreSQL in the middle of a long change; SQLite does not ask.

A plan is made from what is known of a table, and of one that was empty a moment ago nothing is: each check of a foreign
key then read all rows of the community by the wrong index. 10,339 people into an empty registry took 192 s so (B22).
Autovacuum would look a minute later; a transaction that is open it never sees.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.tables import Base

FIRST_ROWS: Final = 100
_TIMES: Final = 4


class GrowingTables:
    """Of a change in one transaction: looks at the tables anew when it has written four times as much."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._next_rows = FIRST_ROWS

    async def grown(self, rows: int) -> None:
        """The change wrote for `rows` people so far."""
        if rows >= self._next_rows:
            self._next_rows = rows * _TIMES
            await look_at_sizes(self._session)


async def look_at_sizes(session: AsyncSession) -> None:
    """Lets the database plan with the rows that there are now, those of this transaction too. Waits for nobody."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
        await connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {tables}")
