"""One spelling for what a resident presents, so that a roster's row and a reader's word meet. Texts in, texts out.

A token is `scheme:value`. People copy values from cards and spreadsheets: in small letters, with blanks or hyphens, in
full-width digits, an id number of 15 digits. Readers always say the same. What no reader can ever say is refused with
its reason; a scheme that is not ours is a plug-in's own business and stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

_CHECK_DIGITS: Final = "10X98765432"  # GB 11643-1999, ISO 7064 MOD 11-2
_SEPARATORS: Final = re.compile(r"[\s.:_\-\u2010-\u2015\u2212]+")  # what stands between digits on cards and in tables
OWN_CODE: Final = "AJ1"  # check_in_codes.PREFIX, which a roster need not load libraries for
_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424: which symbology a scanner read
_DRAWN: Final = frozenset({"em4100", "nfc"})
_NUMBER: Final = re.compile(r"[\dXx\s.:_\-\u2010-\u2015\u2212]*")  # of a document or a phone
_OLD_PERMIT: Final = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)  # foreigners' permits until 2023 have no check digit


class TokenRefused(ValueError):
    """No reader can say this. `reason` completes "the token ..." and holds nothing of it: it is a person's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def canonical(token: str) -> str:
    """Returns the token as readers say it. Raises `TokenRefused`."""
    folded = unicodedata.normalize("NFKC", token)
    scheme, colon, value = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf").partition(":")
    scheme = scheme.strip().lower()
    spell = _SPELLINGS.get(scheme)
    if not colon or spell is None:
        return token
    return f"{scheme}:{spell(value.strip())}"


def is_guessable(token: str) -> bool:
    """Whether a token says something of a person, so that who has the salt finds it by trying: an ID number, a phone's.

    The numbers of cards, bands and printed codes are drawn at random. A scheme that is not ours may be anything.
    """
    scheme, _, value = token.partition(":")
    if scheme == "qr":
        return _NUMBER.fullmatch(value) is not None
    return scheme not in _DRAWN


def as_presented(token: str) -> str:
    """As `canonical`, for what a reader said: an odd one stays as it is, and nobody's."""
    try:
        return canonical(token)
    except TokenRefused:
        return token


def _hex(value: str, sizes: range, what: str) -> str:
    digits = _SEPARATORS.sub("", value).upper()
    if len(digits) not in sizes or not re.fullmatch(r"[0-9A-F]+", digits):
        raise TokenRefused(f"must have {what} hex digits, leading zeros too, as the reader says it")
    return digits


def _em4100(value: str) -> str:
    return _hex(value, range(10, 11), "10")


def _nfc(value: str) -> str:
    return _hex(value, range(8, 21, 2), "8 to 20 (an even number of)")


def _idcard(value: str) -> str:
    number = _SEPARATORS.sub("", value).upper()
    if _OLD_PERMIT.fullmatch(number):
        return number
    if re.fullmatch(r"\d{15}", number, re.ASCII):  # before 1999: readers read cards of the second generation alone
        number = f"{number[:6]}19{number[6:]}"
        number += _check_digit(number)
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        raise TokenRefused("must be an id number of 18 (or 15) digits, the last one a digit or X")
    if _check_digit(number[:17]) != number[17]:
        raise TokenRefused("is no id number: its check digit is wrong, so a digit is mistyped")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise TokenRefused("is no id number: its date of birth does not exist") from error
    return number


def _check_digit(first_17: str) -> str:
    return _CHECK_DIGITS[sum(int(digit) << (17 - at) for at, digit in enumerate(first_17)) % 11]


def _qr(value: str) -> str:
    if _AIM.match(value):
        raise TokenRefused("must be the code's text without the scanner's prefix, such as ]Q1")
    if not value:
        raise TokenRefused("has no text")
    if value.startswith(OWN_CODE):
        raise TokenRefused(f"begins with {OWN_CODE} like a signed check-in code, and is never looked up")
    return value


_SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "em4100": _em4100,
    "nfc": _nfc,
    "idcard": _idcard,
    "qr": _qr,
}
