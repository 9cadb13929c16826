"""How a flat is looked up: by its numbers, whatever stands between them. "3栋1单元502" and "3-1-502" are one flat."""

from __future__ import annotations

import re
from typing import Final

from anju_central.registry.han_text import folded

_PARTS: Final = re.compile(r"\d+|[a-z]+")
_NUMERALS: Final = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}
_WRITTEN: Final = re.compile(r"([一二三四五六七八九])?(十)?([一二三四五六七八九])?(?=号|栋|幢|座|楼|单元|门|室)")


def flat_key(label: str) -> str:
    """Returns the numbers and letters of a label with hyphens between them, the last four of them; '' for none."""
    plain = _WRITTEN.sub(_digits, folded(label).lower())
    return "-".join(part.lstrip("0") or "0" for part in _PARTS.findall(plain)[-4:])


def _digits(found: re.Match[str]) -> str:
    tens, ten, ones = found.groups()
    if not ten:
        return _NUMERALS.get(tens or "", "") + _NUMERALS.get(ones or "", "")
    return _NUMERALS.get(tens or "", "1") + _NUMERALS.get(ones or "", "0")
