"""What both ways of hearing a Hikvision camera need to know about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_drivers.options import Options
from anju_drivers.triggers import KINDS, TriggerTiming


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """`types` maps the site's own raw types, in lower case, to kinds; `mac` (colons, lower case) may be empty."""

    types: Mapping[str, str] = field(default_factory=dict)
    is_recorder: bool = False
    mac: str = ""
    timing: TriggerTiming = field(default_factory=TriggerTiming)


CAMERA_OPTIONS = {
    "device_type": "camera or recorder; a recorder's channels above 32 are its IP channels 1..; camera",
    "mac": "MAC address the documents must name; any when absent",
    "types": "table of raw event type -> kind, such as falldetection = 'fall'; goes before the built-in table",
    "clear_after_s": "seconds after the last repeat at which a trigger ends by itself, 2 to 600; 10",
    "min_gap_s": "seconds between two beginnings of one trigger, 0 to 60; 2",
    "noisy_per_min": "beginnings a minute beyond which a camera is called noisy, 2 to 600; 20",
}


def camera_settings(table: Options) -> CameraSettings:
    """Raises `DriverConfigError` with the key."""
    types: dict[str, str] = {}
    for raw, kind in table.table("types").items():
        if not isinstance(kind, str) or kind not in KINDS:
            raise table.fail(f"types.{raw}", f"must be one of {', '.join(sorted(KINDS))}")
        types[raw.lower()] = kind
    digits = re.sub(r"[:-]", "", table.text("mac", "").lower())
    if digits and not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise table.fail("mac", "must be a MAC address such as 1e:70:fe:e0:b2:be")
    return CameraSettings(
        types=types,
        is_recorder=table.text("device_type", "camera", ("camera", "recorder")) == "recorder",
        mac=":".join(digits[at : at + 2] for at in range(0, len(digits), 2)),
        timing=TriggerTiming(
            clear_after_s=table.number("clear_after_s", 10.0, 2, 600),
            min_gap_s=table.number("min_gap_s", 2.0, 0, 60),
            noisy_per_min=table.integer("noisy_per_min", 20, 2, 600),
        ),
    )
