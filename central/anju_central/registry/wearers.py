"""Who wore a band when: what names somebody beside an incident. The bindings of the registry, from-to; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wearing:
    """Somebody wore a device from-to (UTC ms; `to_ms` None = still)."""

    device: str
    resident: str
    from_ms: int
    to_ms: int | None

    def overlaps(self, first_ms: int, last_ms: int) -> bool:
        """Whether any of it lies between two moments."""
        return self.from_ms <= last_ms and (self.to_ms is None or self.to_ms > first_ms)


@dataclass(frozen=True, slots=True)
class Wearers:
    """All bindings of a community, ended ones too, by device."""

    _of_device: Mapping[str, tuple[Wearing, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, wearings: Iterable[Wearing]) -> Wearers:
        """Returns them by device."""
        found: dict[str, tuple[Wearing, ...]] = {}
        for one in wearings:
            found[one.device] = (*found.get(one.device, ()), one)
        return cls(found)

    def at(self, device: str, at_ms: int, error_ms: int, said: str) -> str:
        """Returns who wore a device at a moment known within `error_ms`, '' for nobody.

        `said` is whom the box named then. It may have known an older roster: so the registry's word counts where it has
        one, and somebody whose binding had ended is not named. The box's counts where the registry knows nothing of the
        two, and where the moment is not known well enough to tell two wearers apart.
        """
        known = self._of_device.get(device, ())
        then = [one for one in known if one.overlaps(at_ms - error_ms, at_ms + error_ms)]
        if any(one.resident == said for one in then):
            return said
        if then:
            return min(then, key=lambda one: (not one.overlaps(at_ms, at_ms), -one.from_ms)).resident
        return "" if any(one.resident == said for one in known) else said
