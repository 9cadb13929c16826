"""Working days in China: weekdays without public holidays, with the weekend days that make up for them.

Published for one year at a time, each November; so they are data, a year to a row, seeded from chinesecalendar. Beyond
the last known year nothing is computed: a date that is wrong is worse than none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.tables import WorkingYear

SATURDAY: Final = 5
SEED_FROM: Final = 2020


class YearUnknown(Exception):
    """The working days of a year are not known yet."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"the working days of {year} are not known: they are published in the November before; enter them, "
            "or update this program"
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class Year:
    """The days of a year that are otherwise than the weekday says."""

    days_off: frozenset[date]
    days_on: frozenset[date]


def is_working(day: date, years: Mapping[int, Year]) -> bool:
    """Whether people work on a day. Raises YearUnknown."""
    year = years.get(day.year)
    if year is None:
        raise YearUnknown(day.year)
    return day in year.days_on or (day.weekday() < SATURDAY and day not in year.days_off)


def due_on(received: date, working_days: int, years: Mapping[int, Year]) -> date:
    """Returns the last of so many working days after the day on which something came. Raises YearUnknown."""
    day = received
    left = working_days
    while left:
        day += timedelta(days=1)
        if is_working(day, years):
            left -= 1
    return day


def seed(year: int) -> Year:
    """Returns what chinesecalendar knows of a year. Raises YearUnknown."""
    import chinese_calendar  # only where a year is missing

    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    try:
        works = {day: chinese_calendar.is_workday(day) for day in days}
    except NotImplementedError as error:  # its way to say that it has no data
        raise YearUnknown(year) from error
    return Year(
        frozenset(day for day in days if day.weekday() < SATURDAY and not works[day]),
        frozenset(day for day in days if day.weekday() >= SATURDAY and works[day]),
    )


async def known_years(session: AsyncSession, first: int, last: int) -> dict[int, Year]:
    """Returns the years of the table, and for those that are missing there what chinesecalendar knows."""
    chosen = select(WorkingYear).where(WorkingYear.year >= first, WorkingYear.year <= last)
    years = {row.year: Year(_dates(row.days_off), _dates(row.days_on)) for row in await session.scalars(chosen)}
    for year in range(max(first, SEED_FROM), last + 1):
        if year not in years:
            try:
                years[year] = seed(year)
            except YearUnknown:
                continue
    return years


def _dates(text: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, json.loads(text)))
