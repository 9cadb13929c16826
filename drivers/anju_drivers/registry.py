"""The drivers that are installed, ours and others', found by the entry-point group `anju.drivers`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from anju_drivers.driver import DriverSpec

_log = logging.getLogger(__name__)

GROUP = "anju.drivers"


class UnknownDriver(LookupError):
    """No such driver is installed, or it cannot be loaded; says which there are, and why it failed."""


@dataclass(frozen=True, slots=True)
class Registry:
    """`broken` maps the names of drivers that could not be loaded to the reason and the package to ask about.

    `installed` names those that were left out on purpose too.
    """

    specs: Mapping[str, DriverSpec]
    broken: Mapping[str, str]
    installed: frozenset[str] = frozenset()

    def get(self, name: str) -> DriverSpec:
        """Raises `UnknownDriver`."""
        if name in self.specs:
            return self.specs[name]
        if name in self.broken:
            raise UnknownDriver(f"driver {name} cannot be loaded: {self.broken[name]}")
        there = ", ".join(sorted({*self.installed, *self.specs})) or "none"
        raise UnknownDriver(f"no driver {name!r} is installed; there are {there}")


def load_drivers(only: Collection[str] | None = None) -> Registry:
    """Loads every installed driver, or those named by `only`: what a box does not use costs it no memory.

    One that fails is logged and listed in `broken`; the others are not disturbed.
    """
    specs: dict[str, DriverSpec] = {}
    broken: dict[str, str] = {}
    points = entry_points(group=GROUP)
    for point in points:
        if only is not None and point.name not in only:
            continue
        package = point.dist.name if point.dist else point.value
        try:
            spec = _load(point)
        except Exception as error:  # noqa: BLE001 - others' code runs here; one bad plug-in must not silence the rest
            broken[point.name] = f"{type(error).__name__}: {error} (package {package})"
            _log.exception("driver %s of package %s cannot be loaded", point.name, package)
            continue
        if spec.name in specs:
            broken[f"{package}:{point.name}"] = f"its name {spec.name!r} is taken (package {package})"
            _log.error("driver %s of package %s: its name is taken by another", spec.name, package)
            continue
        specs[spec.name] = spec
    return Registry(specs, broken, frozenset(points.names))


def _load(point: EntryPoint) -> DriverSpec:
    spec = point.load()
    if not isinstance(spec, DriverSpec):
        raise TypeError(f"{point.value} is no DriverSpec")
    if spec.name != point.name:
        raise ValueError(f"the entry point is called {point.name!r}, its driver {spec.name!r}")
    return spec
