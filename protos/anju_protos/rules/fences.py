"""Circles and polygons on the Earth (WGS-84), and how far from their edge a position is.

Distances are taken on a plane through the fence's own place (equirectangular, mean Earth radius 6,371,009 m, IUGG):
within 20 km of it, below 60 degrees of latitude, that is wrong by less than 0.5 %, less than a receiver's own error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias

EARTH_M: Final = 6_371_009.0
RADIUS_M: Final = (20, 20_000)
CORNERS: Final = (3, 64)
UNSTATED_ACCURACY_M: Final = 30  # engineering value: of a fix that says none
_POINT: Final = re.compile(r"(-?\d{1,2}(?:\.\d{1,9})?),(-?\d{1,3}(?:\.\d{1,9})?)", re.ASCII)
_CIRCLE: Final = re.compile(rf"({_POINT.pattern}) (\d{{1,6}})", re.ASCII)

Flat: TypeAlias = tuple[float, float]  # metres east and north of a fence's place


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS-84."""

    latitude: float
    longitude: float

    def flat(self, of: Point) -> Flat:
        """Returns where another point lies from here, in metres east and north."""
        east = (of.longitude - self.longitude + 180) % 360 - 180
        x = math.radians(east) * math.cos(math.radians(self.latitude)) * EARTH_M
        return x, math.radians(of.latitude - self.latitude) * EARTH_M


@dataclass(frozen=True, slots=True)
class Circle:
    """All that is within `radius_m` of the middle."""

    middle: Point
    radius_m: int

    def beyond_m(self, at: Point) -> float:
        """Returns how far outside the edge a point is, in metres; negative inside."""
        return math.hypot(*self.middle.flat(at)) - self.radius_m


@dataclass(frozen=True, slots=True)
class Polygon:
    """All that is between the corners, which are in order; the last is joined to the first."""

    corners: tuple[Point, ...]

    def beyond_m(self, at: Point) -> float:
        """Returns how far outside the edge a point is, in metres; negative inside."""
        here = self.corners[0].flat(at)
        inside, nearest = False, math.inf
        for (x1, y1), (x2, y2) in self.sides():
            nearest = min(nearest, _to_side_m(here, (x1, y1), (x2, y2)))
            if (y1 > here[1]) != (y2 > here[1]) and here[0] < x1 + (here[1] - y1) / (y2 - y1) * (x2 - x1):
                inside = not inside
        return -nearest if inside else nearest

    def sides(self) -> Iterator[tuple[Flat, Flat]]:
        """Returns the sides in metres from the first corner."""
        flat = [self.corners[0].flat(corner) for corner in self.corners]
        return zip(flat, [*flat[1:], flat[0]], strict=True)


Fence: TypeAlias = Circle | Polygon


def circle_fault(text: str) -> str:
    """Returns what is wrong with a circle written as "26.4712,116.0173 200", '' for nothing."""
    found = _CIRCLE.fullmatch(text)
    if found is None:
        return 'must look like "26.4712,116.0173 200"'
    if _point(found[1]) is None:
        return "names no place on Earth"
    return "" if RADIUS_M[0] <= int(found[4]) <= RADIUS_M[1] else "the radius must be 20 to 20000 m"


def polygon_fault(text: str) -> str:
    """Returns what is wrong with a polygon written as corners parted by blanks, '' for nothing."""
    corners = [_point(part) for part in text.split(" ")[: CORNERS[1] + 1]]
    known = [corner for corner in corners if corner is not None]
    if len(known) != len(corners) or not CORNERS[0] <= len(corners) <= CORNERS[1]:
        return 'must be 3 to 64 corners like "26.471,116.017 26.472,116.017 26.472,116.019"'
    polygon = Polygon(tuple(known))
    sides = list(polygon.sides())
    if max(math.hypot(*corner) for corner, _ in sides) > 2 * RADIUS_M[1]:
        return "must be at most 40 km wide"
    if any(_cross(one, other) for one, other in combinations(sides, 2)):
        return "no side may cross another"
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in sides)
    return "" if abs(doubled) / 2 >= 100 else "must hold 100 square metres at least"


def read_circle(text: str) -> Circle:
    """Returns what `circle_fault` has nothing against. Raises ValueError."""
    found = _CIRCLE.fullmatch(text)
    middle = _point(found[1]) if found else None
    if found is None or middle is None or circle_fault(text):
        raise ValueError(circle_fault(text))
    return Circle(middle, int(found[4]))


def read_polygon(text: str) -> Polygon:
    """Returns what `polygon_fault` has nothing against. Raises ValueError."""
    if fault := polygon_fault(text):
        raise ValueError(fault)
    return Polygon(tuple(corner for part in text.split(" ") if (corner := _point(part)) is not None))


def _point(text: str) -> Point | None:
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return Point(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _to_side_m(at: Flat, begin: Flat, end: Flat) -> float:
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    length = dx * dx + dy * dy
    along = ((at[0] - begin[0]) * dx + (at[1] - begin[1]) * dy) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(at[0] - begin[0] - along * dx, at[1] - begin[1] - along * dy)


def _cross(one: tuple[Flat, Flat], other: tuple[Flat, Flat]) -> bool:
    """Whether two sides cross between their ends; neighbours share one and do not."""
    return _turn(*one, other[0]) * _turn(*one, other[1]) < 0 and _turn(*other, one[0]) * _turn(*other, one[1]) < 0


def _turn(a: Flat, b: Flat, c: Flat) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
