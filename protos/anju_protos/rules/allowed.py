"""Which values a rule's parameters take: each says whether a text fits, and in a sentence what would.

Values are texts, as a roster has them. A value that names devices or zones is looked up at the site (`site.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from anju_protos.rules.fences import circle_fault, polygon_fault
from anju_protos.rules.hours import hours_fault
from anju_protos.v1.event_pb2 import P1, P2, P3, P4, Priority

PRIORITIES: Final = ("P1", "P2", "P3", "P4")
_NUMBERS: Final = {"P1": P1, "P2": P2, "P3": P3, "P4": P4}
MOST_KEYS: Final = 2_000  # devices or zones that one rule may name


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    lowest: int
    highest: int

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        is_short = len(value) <= 18 and value.isascii() and value.isdecimal()
        return is_short and self.lowest <= int(value) <= self.highest

    def __str__(self) -> str:
        return f"a whole number from {self.lowest} to {self.highest}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words."""

    words: tuple[str, ...]

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return value in self.words

    def __str__(self) -> str:
        return f"one of {', '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class SomeOf:
    """Words parted by blanks, none too; `words` None: any."""

    words: tuple[str, ...] | None

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return self.words is None or set(value.split()) <= set(self.words)

    def __str__(self) -> str:
        return "device keys parted by blanks" if self.words is None else f"{', '.join(self.words)}, parted by blanks"


@dataclass(frozen=True, slots=True)
class Devices:
    """Keys of devices that the site has, one at least, parted by blanks. `kind`: each is such a one."""

    kind: str

    def fits(self, value: str) -> bool:
        """Whether it names any; whether the site has them, `site.py` says."""
        return 0 < len(value.split()) <= MOST_KEYS

    def __str__(self) -> str:
        return f"keys of {self.kind}s of this community parted by blanks, one at least"


@dataclass(frozen=True, slots=True)
class Zones:
    """Ids of zones that the site has, one at least, parted by blanks."""

    def fits(self, value: str) -> bool:
        """Whether it names any; whether the site has them, `site.py` says."""
        return 0 < len(value.split()) <= MOST_KEYS

    def __str__(self) -> str:
        return "ids of zones of this community parted by blanks, one at least"


@dataclass(frozen=True, slots=True)
class HoursOfDay:
    """Hours of the day at the site, "22:00-06:00"."""

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return not hours_fault(value)

    def __str__(self) -> str:
        return "hours of the day like 22:00-06:00, over midnight too"


@dataclass(frozen=True, slots=True)
class CircleOnEarth:
    """A middle and a radius."""

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return not circle_fault(value)

    def __str__(self) -> str:
        return 'latitude, longitude (WGS-84) and radius in metres like "26.4712,116.0173 200", 20 to 20000 m'


@dataclass(frozen=True, slots=True)
class PolygonOnEarth:
    """Corners in order."""

    def fits(self, value: str) -> bool:
        """Whether a box takes it."""
        return not polygon_fault(value)

    def __str__(self) -> str:
        return '3 to 64 corners (WGS-84) in order like "26.471,116.017 26.472,116.017 26.472,116.019", no side crossing'


Allowed: TypeAlias = Whole | OneOf | SomeOf | Devices | Zones | HoursOfDay | CircleOnEarth | PolygonOnEarth

PRIORITY: Final = OneOf(PRIORITIES)
PRIORITY_OR_OFF: Final = OneOf((*PRIORITIES, "off"))


def priority_of(word: str) -> Priority.ValueType:
    """Returns the number of "P1" to "P4". Raises KeyError."""
    return _NUMBERS[word]
