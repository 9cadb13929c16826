"""Resident id numbers: whether they can be right, birth and sex. GB 11643-1999; check digit ISO 7064 MOD 11-2.

Foreigners' permanent residence cards since 2023 have numbers of the same length, which begin with 9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_FORM = re.compile(r"\d{17}[\dX]|\d{15}", re.ASCII)
_CHECK_DIGITS = "10X98765432"
# First two digits: GB/T 2260 provinces; 81 to 83 stand for residence permits of Hong Kong, Macao and Taiwan residents.
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
_FIRST_YEAR = 1800
_PERMANENT_RESIDENT = "9"  # cards since 2023: 9, province, country of three digits, birth, order, check digit
LONG_CHARS = 18
OLD_CHARS = 15  # until 1999: no century, no check digit


class NumberFault(StrEnum):
    """Why a number cannot be right. The first that is found."""

    FORM = "form"  # not 18 characters, or 15 digits
    PROVINCE = "province"
    BIRTH = "birth"  # no such day
    LATER = "later"  # born after today
    CHECK_DIGIT = "check-digit"


class NotANumber(ValueError):
    """A number that cannot be right. The number itself is not in it: it names a person."""

    def __init__(self, fault: NumberFault) -> None:
        super().__init__(f"no id number: {fault}")
        self.fault = fault


@dataclass(frozen=True, slots=True, repr=False)
class Number:
    """What an id number says. Kept out of `repr`: it names a person."""

    birth: date
    is_male: bool


def check_digit(first_17: str) -> str:
    """The eighteenth character for seventeen digits."""
    return _CHECK_DIGITS[sum(int(digit) << (17 - at) for at, digit in enumerate(first_17)) % 11]


def read(text: str, today: date | None = None) -> Number:
    """The meaning of a number of 18, or 15 (before 1999), characters. Raises NotANumber.

    With `today`, nobody is born later. The county is not looked at: codes change, people keep theirs.
    """
    text = text.upper()
    if not _FORM.fullmatch(text):
        raise NotANumber(NumberFault.FORM)
    is_long = len(text) == LONG_CHARS
    is_foreign = is_long and text[0] == _PERMANENT_RESIDENT
    if int(text[1:3] if is_foreign else text[:2]) not in _PROVINCES:
        raise NotANumber(NumberFault.PROVINCE)
    born, order = (text[6:14], text[14:17]) if is_long else ("19" + text[6:12], text[12:15])
    try:
        birth = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        raise NotANumber(NumberFault.BIRTH) from None
    if birth.year < _FIRST_YEAR:
        raise NotANumber(NumberFault.BIRTH)
    if today is not None and birth > today:
        raise NotANumber(NumberFault.LATER)
    if is_long and check_digit(text[:17]) != text[17]:
        raise NotANumber(NumberFault.CHECK_DIGIT)
    return Number(birth, int(order) % 2 == 1)


def parse(text: str) -> Number | None:
    """The meaning of a number, None for one that cannot be right."""
    try:
        return read(text)
    except NotANumber:
        return None


def raised(text: str) -> str:
    """The number of 18 characters for one of 15 (born 1900-1999), upper case; one of 18 as it is."""
    text = text.upper()
    if len(text) != OLD_CHARS:
        return text
    first_17 = f"{text[:6]}19{text[6:]}"
    return first_17 + check_digit(first_17)


def is_checked(text: str) -> bool:
    """Whether a number has 18 characters and the right check digit, whatever else it says."""
    return bool(re.fullmatch(r"\d{17}[\dX]", text, re.ASCII)) and check_digit(text[:17]) == text[17]
