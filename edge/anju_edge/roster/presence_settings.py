"""Presence thresholds out of a roster's settings and its devices' models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from anju_edge.roster.errors import RosterRefused
from anju_protos.roster_settings import setting_fault
from anju_protos.rules.device_models import departed_after_ms, model_of
from anju_protos.v1.control_pb2 import RosterBundle


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Engineering values; a site may change them in the roster's settings as `presence.<field>`.

    A rival receiver takes a band over when it hears it better by `hysteresis_db` for `dwell_ms`, or when the old one
    has not heard it for `stale_ms`. `departed_after_ms` is for bands of which nobody knows how often they are heard.
    """

    departed_after_ms: int = 90_000
    still_here_ms: int = 900_000
    hysteresis_db: int = 6
    dwell_ms: int = 4_000
    stale_ms: int = 10_000


_DEPARTED: Final = "presence.departed_after_s"
_FIELDS: Final = {  # setting -> (field, factor to it); what they take is in roster_settings.py
    _DEPARTED: ("departed_after_ms", 1000),
    "presence.still_here_s": ("still_here_ms", 1000),
    "presence.hysteresis_db": ("hysteresis_db", 1),
    "presence.dwell_s": ("dwell_ms", 1000),
    "presence.stale_s": ("stale_ms", 1000),
}


def presence_settings(bundle: RosterBundle) -> PresenceSettings:
    """Returns what a roster says of presence. Raises `RosterRefused`."""
    settings = PresenceSettings()
    for key, value in bundle.settings.items():
        if not key.startswith("presence."):
            continue
        if fault := setting_fault(key, value):
            raise RosterRefused(f"settings.{key}", fault)
        name, factor = _FIELDS[key]
        settings = replace(settings, **{name: int(value) * factor})
    return settings


def departures(bundle: RosterBundle) -> Mapping[str, int]:
    """Returns after which silence a device has departed, ms, of those whose model says how often they are heard.

    A site that sets one for all gets it for all.
    """
    if _DEPARTED in bundle.settings:
        return {}
    after = {device.key: departed_after_ms(model_of(device)) for device in bundle.devices}
    return {key: after_ms for key, after_ms in after.items() if after_ms is not None}
