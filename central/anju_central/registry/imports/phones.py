"""Phone numbers as clerks write them: several in a cell, with spaces, hyphens and country codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from anju_central.registry.han_text import folded
from anju_central.registry.imports.sheet import Value

MAX_PHONES: Final = 4
MAX_DIGITS: Final = 15  # ITU-T E.164, section 6
MIN_DIGITS: Final = 3  # 110, 120
_BETWEEN: Final = re.compile(r"[、,;/|或\n]+")
_COUNTRY: Final = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
_MOBILE: Final = re.compile(r"1\d{10}")
_LANDLINE: Final = re.compile(r"0\d{9,11}")
_LIKELY: Final = re.compile(r"1\d{10}|0\d{2,3}-?\d{7,8}")


@dataclass(frozen=True, slots=True)
class Phones:
    """The numbers of a cell, digits alone, in order. `odd`: one of them looks like no usual number."""

    numbers: tuple[str, ...]
    is_odd: bool = False
    left_out: int = 0


def read_phones(value: Value) -> Phones:
    """Returns the numbers of a cell, none where there is none in it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = folded(str(value)) if not isinstance(value, str) else _BETWEEN.sub("、", folded(value.replace("\n", "、")))
    found: dict[str, bool] = {}
    for part in text.split("、"):
        for number in _numbers(part):
            found.setdefault(number, _MOBILE.fullmatch(number) is None and _LANDLINE.fullmatch(number) is None)
    kept = dict(list(found.items())[:MAX_PHONES])
    return Phones(tuple(kept), any(kept.values()), len(found) - len(kept))


def _numbers(part: str) -> list[str]:
    """The numbers of a text without separators: two with a space between them, or one in groups."""
    words = part.split(" ")
    if len(words) > 1 and sum(1 for word in words if _LIKELY.search(word)) == len([w for w in words if w]):
        return [number for word in words for number in _numbers(word)]
    digits = re.sub(r"\D", "", part)
    digits = _COUNTRY.sub("", digits)
    return [digits] if MIN_DIGITS <= len(digits) <= MAX_DIGITS else []
