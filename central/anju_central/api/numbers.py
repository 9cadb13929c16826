"""Numbers as requests may give them. A database's row has 64 bits; a larger number is refused, and names no row."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query
from pydantic import Field

MAX_NUMBER: Final = 2**63 - 1  # of a BIGINT of PostgreSQL and of an INTEGER of SQLite
InPath = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
Before = Annotated[int | None, Query(ge=0, le=MAX_NUMBER)]  # of a list, what comes before this; null = the newest
InBody = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
