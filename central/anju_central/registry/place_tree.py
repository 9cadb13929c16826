"""Buildings, units and flats as a tree, out of flats as people write them. Pure.

Most registries hold flats alone ("3栋1单元502"): which building and unit a flat is in is read from its key ("3-1-502").
A flat or unit that was put somewhere by hand (`parent`) is there, whatever its label says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anju_central.registry.tables import PlaceKind

Order = tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place that has not ended, and how many live there: `without_group` of its `households` are in no group."""

    place: int
    kind: PlaceKind
    parent: int | None
    name: str
    label: str
    key: str
    latitude_e6: int | None
    longitude_e6: int | None
    households: int
    people: int
    without_group: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A building or a unit: `key` names it in the tree, `place` is its row, where it has one. Counts are of all in it.

    `name` and `label` are the row's; without one they are the key.
    """

    key: str
    place: int | None
    name: str
    label: str
    latitude_e6: int | None
    longitude_e6: int | None
    units: int
    flats: int
    households: int
    people: int
    without_group: int


def order_of(key: str) -> Order:
    """Sorts as people walk: 2 before 10."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in key.split("-"))


class PlaceTree:
    """The places of a community. Building "" holds the flats that are in none."""

    def __init__(self, lines: Iterable[PlaceLine]) -> None:
        self._rows: Mapping[int, PlaceLine] = {line.place: line for line in lines}
        self._named: dict[str, PlaceLine] = {}  # rows of buildings and units by their key in the tree
        for line in self._rows.values():
            if line.kind in (PlaceKind.BUILDING, PlaceKind.UNIT):
                self._named.setdefault(self._own_key(line), line)

    def branch_of(self, line: PlaceLine) -> tuple[str, str]:
        """Returns the keys of the building and unit that a flat or unit is in; '' for none."""
        parent = self._rows.get(line.parent) if line.parent is not None else None
        if parent is not None and parent.kind is PlaceKind.BUILDING:
            return self._own_key(parent), ""
        if parent is not None and parent.kind is PlaceKind.UNIT:
            return self.branch_of(parent)[0], self._own_key(parent)
        parts = line.key.split("-") if line.key else []
        if line.kind is PlaceKind.UNIT:
            return "-".join(parts[:-1]), self._own_key(line)
        if len(parts) > 2:
            return "-".join(parts[:-2]), "-".join(parts[:-1])
        return ("-".join(parts[:-1]), "") if len(parts) == 2 else ("", "")

    def _own_key(self, line: PlaceLine) -> str:
        return line.key or f"#{line.place}"

    def flats(self, building: str, unit: str | None = None) -> list[PlaceLine]:
        """Returns the flats of a building as people walk; of one unit where one is named ('' = those in none)."""
        found = [
            line
            for line in self._rows.values()
            if line.kind is PlaceKind.FLAT
            and self.branch_of(line)[0] == building
            and (unit is None or self.branch_of(line)[1] == unit)
        ]
        return sorted(found, key=lambda line: (order_of(line.key), line.label))

    def buildings(self) -> list[Branch]:
        """Returns all buildings, also those that only flats speak of, as people walk; '' last."""
        keys = {self.branch_of(line)[0] for line in self._rows.values() if line.kind is PlaceKind.FLAT}
        keys |= {self._own_key(line) for line in self._rows.values() if line.kind is PlaceKind.BUILDING}
        keys |= {self.branch_of(line)[0] for line in self._rows.values() if line.kind is PlaceKind.UNIT}
        branches = [self._branch(key, self.flats(key), len(self.units(key))) for key in keys]
        return sorted(branches, key=lambda branch: (not branch.key, order_of(branch.key)))

    def units(self, building: str) -> list[Branch]:
        """Returns the units of a building; one with key '' holds the flats that are in none."""
        flats = self.flats(building)
        keys = {self.branch_of(line)[1] for line in flats}
        for line in self._rows.values():
            if line.kind is PlaceKind.UNIT and self.branch_of(line)[0] == building:
                keys.add(self._own_key(line))
        branches = [self._branch(key, [one for one in flats if self.branch_of(one)[1] == key], 0) for key in keys]
        return sorted(branches, key=lambda branch: (not branch.key, order_of(branch.key)))

    def sites(self) -> list[PlaceLine]:
        """Returns gates, squares and whatever else is no dwelling."""
        return sorted((one for one in self._rows.values() if one.kind is PlaceKind.SITE), key=lambda one: one.label)

    def _branch(self, key: str, flats: list[PlaceLine], units: int) -> Branch:
        row = self._named.get(key)
        return Branch(
            key=key,
            place=row.place if row is not None else None,
            name=row.name if row is not None else key,
            label=row.label if row is not None else key,
            latitude_e6=row.latitude_e6 if row is not None else None,
            longitude_e6=row.longitude_e6 if row is not None else None,
            units=units,
            flats=len(flats),
            households=sum(line.households for line in flats),
            people=sum(line.people for line in flats),
            without_group=sum(line.without_group for line in flats),
        )
