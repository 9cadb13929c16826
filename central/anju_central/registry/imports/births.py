"""Birth dates as clerks write them, and how exactly they are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from anju_central.registry.han_text import folded
from anju_central.registry.imports.sheet import Value

FIRST_YEAR: Final = 1890  # nobody alive was born earlier
SERIAL_ZERO: Final = date(1899, 12, 30)  # ECMA-376, 18.17.4.1: day 0 of the 1900 calendar, from 1900-03-01 on
SERIALS: Final = range(61, 60_000)  # 1900-03-01 to 2064; years as numbers (1941) lie in between and are read as years
_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SMALL: Final = "[一二三四五六七八九十]{1,3}"
_CHINESE: Final = re.compile(rf"([〇○零一二三四五六七八九]{{4}})年(?:({_SMALL})月(?:({_SMALL})[日号]?)?)?")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: ?\d{1,2}:\d\d(?::\d\d)?)?")
_SOLID: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_MONTH: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")
_SOLID_MONTH: Final = re.compile(r"(\d{4})(\d\d)")
_YEAR: Final = re.compile(r"(\d{4})年?")
_SHORT: Final = re.compile(r"(\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class Exactness(StrEnum):
    """How far a birth date is known; the date is the first day of what is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Birth:
    """When somebody was born."""

    on: date
    exactness: Exactness = Exactness.DAY


class NotABirth(ValueError):
    """`code` as in `problems.TEXTS`."""

    def __init__(self, code: str, **about: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.about = about


def read_birth(value: Value, today: date) -> Birth:
    """Returns what a cell says. Raises NotABirth."""
    if isinstance(value, datetime):
        return _checked(Birth(value.date()), today)
    if isinstance(value, bool):
        raise NotABirth("birth-no-date")
    if isinstance(value, int | float):
        if value != int(value) and value >= FIRST_YEAR * 10:  # a serial number with a time of day
            value = int(value)
        if value != int(value):  # 1941.3 is a month, and 1941.1 may be October
            raise NotABirth("birth-no-date")
        number = int(value)
        if FIRST_YEAR <= number <= today.year:
            return Birth(date(number, 1, 1), Exactness.YEAR)
        if number in SERIALS:
            return _checked(Birth(SERIAL_ZERO + timedelta(days=number)), today)
        return _checked(_read_text(str(number)), today)
    return _checked(_read_text(folded(str(value))), today)


def _read_text(text: str) -> Birth:
    if "农历" in text or "阴历" in text or "腊月" in text or "正月" in text:
        raise NotABirth("birth-lunar")
    text = re.sub(r"\s*([-/.年月日])\s*", r"\1", text.removeprefix("'")).rstrip("生")
    if chinese := _CHINESE.fullmatch(text):
        year, month, day = chinese.groups()
        text = (
            year.translate(_DIGITS)
            + "年"
            + "".join(f"{_small_number(part)}{unit}" for part, unit in ((month, "月"), (day, "日")) if part)
        )
    for form in (_DAY, _SOLID):
        if found := form.fullmatch(text):
            return Birth(_day(int(found[1]), int(found[2]), int(found[3])))
    for form in (_MONTH, _SOLID_MONTH):
        if found := form.fullmatch(text):
            return Birth(_day(int(found[1]), int(found[2]), 1), Exactness.MONTH)
    if found := _YEAR.fullmatch(text):
        return Birth(_day(int(found[1]), 1, 1), Exactness.YEAR)
    if found := _SHORT.fullmatch(text):
        raise NotABirth("birth-two-digit-year", year=int(found[1]))
    raise NotABirth("birth-no-date")


def _small_number(text: str) -> int:
    """Returns 1 to 99 as written: 五, 十, 十二, 二十, 三十一."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(text.translate(_DIGITS))
    return (int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotABirth("birth-no-such-day") from None


def _checked(birth: Birth, today: date) -> Birth:
    if birth.on > today:
        raise NotABirth("birth-later")
    if birth.on.year < FIRST_YEAR:
        raise NotABirth("birth-too-early")
    return birth
