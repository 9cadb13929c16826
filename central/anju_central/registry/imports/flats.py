"""Where somebody lives: building, unit and flat out of an address, or out of their own columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from anju_central.registry.han_text import folded

_FULL: Final = re.compile(
    r"(?P<building>[0-9A-Za-z一二三四五六七八九十]{1,6})(?:号楼|栋|幢|座|楼|#)"
    r"(?:(?P<unit>[0-9A-Za-z一二三四五六七八九十]{1,4})(?:单元|门))?"
    r"(?:\d{1,2}[楼层])?(?P<flat>[0-9A-Za-z]{1,6})(?:室|号|户|房)?$"
)
_HYPHENS: Final = re.compile(
    r"(?P<building>[0-9A-Za-z]{1,4})-(?:(?P<unit>[0-9A-Za-z]{1,3})-)?(?P<flat>[0-9A-Za-z]{2,6})(?:室|号)?$"
)
_NAMED: Final = {
    "building": re.compile(r"(号楼|栋|幢|座|楼|#)$"),
    "unit": re.compile(r"(单元|门)$"),
    "flat": re.compile(r"(室|号|户|房)$"),
}
LOOKED_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat. `label` is how it is shown; the parts are empty where none were found."""

    label: str
    building: str = ""
    unit: str = ""
    flat: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether building and flat are known."""
        return bool(self.building and self.flat)


def flat_of_parts(building: str, unit: str, flat: str) -> Flat | None:
    """Returns the flat of three columns, None where the flat's number is missing."""
    parts = {
        name: _NAMED[name].sub("", folded(text).replace(" ", ""))
        for name, text in (("building", building), ("unit", unit), ("flat", flat))
    }
    if not parts["flat"]:
        return None
    return Flat(_label(**parts), **parts)


def flat_of_address(address: str) -> Flat:
    """Returns the flat that an address ends with, else the address as it is."""
    plain = folded(address)[:LOOKED_CHARS]
    tight = plain.replace(" ", "").rstrip(",，。;；")
    for form in (_FULL, _HYPHENS):
        if found := form.search(tight):
            parts = {name: text or "" for name, text in found.groupdict().items()}
            before = tight[: found.start()].rstrip("-")
            return Flat(before + _label(**parts), **parts)
    return Flat(plain)


def _label(building: str, unit: str, flat: str) -> str:
    return f"{building + '栋' if building else ''}{unit + '单元' if unit else ''}{flat}"
