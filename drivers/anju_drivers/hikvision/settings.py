"""What both ways of hearing a Hikvision camera need to know about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_drivers.cameras.options import TRIGGER_OPTIONS, mac_address, trigger_timing, trigger_types
from anju_drivers.cameras.triggers import TriggerTiming
from anju_drivers.options import Options


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
    **TRIGGER_OPTIONS,
    "clear_after_s": "seconds after the last repeat at which a trigger ends by itself, 2 to 3600; 10",
}


def camera_settings(table: Options) -> CameraSettings:
    """Raises `DriverConfigError` with the key."""
    return CameraSettings(
        types=trigger_types(table),
        is_recorder=table.text("device_type", "camera", ("camera", "recorder")) == "recorder",
        mac=mac_address(table),
        timing=trigger_timing(table, TriggerTiming()),
    )
