"""Presence thresholds out of a roster's settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from anju_edge.roster.errors import RosterRefused
from anju_protos.v1.control_pb2 import RosterBundle


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Engineering values; a site may change them in the roster's settings as `presence.<field>`.

    A rival receiver takes a band over when it hears it better by `hysteresis_db` for `dwell_ms`, or when the old one
    has not heard it for `stale_ms`.
    """

    departed_after_ms: int = 90_000
    still_here_ms: int = 900_000
    hysteresis_db: int = 6
    dwell_ms: int = 4_000
    stale_ms: int = 10_000


_SETTINGS = {  # setting -> (field, factor to it, lowest, highest)
    "presence.departed_after_s": ("departed_after_ms", 1000, 10, 86_400),
    "presence.still_here_s": ("still_here_ms", 1000, 60, 86_400),
    "presence.hysteresis_db": ("hysteresis_db", 1, 0, 40),
    "presence.dwell_s": ("dwell_ms", 1000, 0, 300),
    "presence.stale_s": ("stale_ms", 1000, 1, 300),
}


def presence_settings(bundle: RosterBundle) -> PresenceSettings:
    settings = PresenceSettings()
    for key, value in bundle.settings.items():
        if not key.startswith("presence."):
            continue
        if key not in _SETTINGS:
            raise RosterRefused(f"settings.{key}", f"unknown setting; known: {', '.join(sorted(_SETTINGS))}")
        name, factor, low, high = _SETTINGS[key]
        if not value.isdecimal() or not low <= int(value) <= high:
            raise RosterRefused(f"settings.{key}", f"must be a whole number from {low} to {high}")
        settings = replace(settings, **{name: int(value) * factor})
    return settings
