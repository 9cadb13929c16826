"""The one table of kinds: which parameters each has, what they take, and which of them a rule cannot do without.

`overdue` is decided (`overdue.py`) and not in it: nothing at a box checks anybody out, so such a rule would only ring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from anju_protos.rules.allowed import (
    PRIORITY,
    PRIORITY_OR_OFF,
    Allowed,
    CircleOnEarth,
    Devices,
    HoursOfDay,
    PolygonOnEarth,
    SomeOf,
    Whole,
    Zones,
    priority_of,
)
from anju_protos.rules.bands import BatteryLow, OffWrist
from anju_protos.rules.cameras import CAMERA_REASONS, SEEN_KINDS, CameraQuietHours
from anju_protos.rules.fences import Fence, read_circle, read_polygon
from anju_protos.rules.hours import read_hours
from anju_protos.rules.places import ForbiddenZone, Place, ZoneExit
from anju_protos.rules.presses import REASONS
from anju_protos.rules.quiet_people import NotHeard, NotMoving
from anju_protos.rules.spells import WatchRule

DEVICE_KINDS: Final = ("band", "camera", "kiosk", "reader", "receiver", "relay")
WEEK_S: Final = 7 * 86_400
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`needs`: of each group one parameter has to be given, and no two. `read`: makes the rule of values that fit.

    Without `read` a kind is thresholds of alarms that come anyway (`rule_set.py`).
    """

    keys: Mapping[str, Allowed]
    needs: tuple[tuple[str, ...], ...] = ()
    read: Callable[[str, Values], WatchRule] | None = None


def _names(values: Values, key: str) -> frozenset[str]:
    return frozenset(values.get(key, "").split())


def _off_wrist(rule: str, values: Values) -> WatchRule:
    priority = priority_of(values.get("priority", "P2"))
    return OffWrist(rule, priority, _names(values, "devices"), int(values.get("after_s", "120")) * 1000)


def _battery_low(rule: str, values: Values) -> WatchRule:
    priority = priority_of(values.get("priority", "P4"))
    days = int(values["days"]) if "days" in values else None
    return BatteryLow(rule, priority, _names(values, "devices"), days, int(values.get("percent", "20")))


def _not_heard(rule: str, values: Values) -> WatchRule:
    return NotHeard(
        rule,
        priority_of(values.get("priority", "P2")),
        _names(values, "devices"),
        read_hours(values.get("day", "07:00-21:00")),
        int(values.get("day_s", "14400")),
        int(values.get("night_s", "43200")),
    )


def _not_moving(rule: str, values: Values) -> WatchRule:
    return NotMoving(
        rule,
        priority_of(values.get("priority", "P2")),
        _names(values, "devices"),
        read_hours(values.get("day", "07:00-21:00")),
        int(values.get("day_s", "14400")),
        int(values.get("night_s", "43200")),
    )


def _place(values: Values) -> Place:
    fence: Fence | None = None
    if "circle" in values:
        fence = read_circle(values["circle"])
    elif "polygon" in values:
        fence = read_polygon(values["polygon"])
    return Place(_names(values, "zones"), _names(values, "receivers"), fence)


def _zone_exit(rule: str, values: Values) -> WatchRule:
    after_ms = int(values.get("after_s", "0")) * 1000
    priority = priority_of(values.get("priority", "P2"))
    return ZoneExit(rule, priority, _names(values, "devices"), _place(values), after_ms)


def _forbidden_zone(rule: str, values: Values) -> WatchRule:
    after_ms = int(values.get("after_s", "0")) * 1000
    priority = priority_of(values.get("priority", "P2"))
    return ForbiddenZone(rule, priority, _names(values, "devices"), _place(values), after_ms)


def _camera_quiet_hours(rule: str, values: Values) -> WatchRule:
    return CameraQuietHours(
        rule,
        priority_of(values.get("priority", "P3")),
        _names(values, "devices"),
        _names(values, "seen") or frozenset(SEEN_KINDS),
        read_hours(values.get("hours", "22:00-06:00")),
    )


_BANDS: Final = Devices("band")
_PLACE: Final = ("zones", "receivers", "circle", "polygon")
_WHERE: Final[Mapping[str, Allowed]] = {
    "devices": _BANDS,
    "zones": Zones(),
    "receivers": Devices("receiver"),
    "circle": CircleOnEarth(),
    "polygon": PolygonOnEarth(),
    "after_s": Whole(0, 3600),
    "priority": PRIORITY,
}
_WAITS: Final[Mapping[str, Allowed]] = {
    "devices": _BANDS,
    "day": HoursOfDay(),
    "day_s": Whole(300, WEEK_S),
    "night_s": Whole(300, WEEK_S),
    "priority": PRIORITY,
}
KINDS: Final[Mapping[str, Kind]] = {
    "sos": Kind(
        {
            "priority": PRIORITY,
            "unknown_priority": PRIORITY,
            "unknown_rings_per_min": Whole(1, 600),
            "rering_after_s": Whole(0, 3600),
            **{f"priority_{reason}": PRIORITY for reason in REASONS},
        }
    ),
    "fall": Kind({"priority": PRIORITY}),
    "help_bell": Kind({"priority": PRIORITY}),
    "camera": Kind(dict.fromkeys(CAMERA_REASONS, PRIORITY_OR_OFF)),
    "device_silent": Kind(
        {
            "kinds": SomeOf(DEVICE_KINDS),
            "devices": SomeOf(None),
            "after_s": Whole(0, 86_400),
            "priority": PRIORITY,
        }
    ),
    "off_wrist": Kind({"devices": _BANDS, "after_s": Whole(0, 86_400), "priority": PRIORITY}, read=_off_wrist),
    "battery_low": Kind(
        {"devices": _BANDS, "days": Whole(1, 365), "percent": Whole(1, 90), "priority": PRIORITY},
        read=_battery_low,
    ),
    "not_heard": Kind(_WAITS, needs=(("devices",),), read=_not_heard),
    "not_moving": Kind(_WAITS, needs=(("devices",),), read=_not_moving),
    "zone_exit": Kind(_WHERE, needs=(("devices",), _PLACE), read=_zone_exit),
    "forbidden_zone": Kind(_WHERE, needs=(("devices",), _PLACE), read=_forbidden_zone),
    "camera_quiet_hours": Kind(
        {
            "devices": Devices("camera"),
            "seen": SomeOf(SEEN_KINDS),
            "hours": HoursOfDay(),
            "priority": PRIORITY,
        },
        read=_camera_quiet_hours,
    ),
}
