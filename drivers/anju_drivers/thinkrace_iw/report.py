"""What the commands of an IW / TRV watch say.

AP01, AP10, YP03, YP14: `yymmdd A|V ddmm.mmmmN dddmm.mmmmE km/h hhmmss course`, then the watch's state (digits: gsm 3,
satellites 3, battery % 3, acc 1, fortification 2, mode 2), `,mcc,mnc,lac,cid`, and as the model has it an alarm code,
language, flag and Wi-Fi. Source: traccar TrvProtocolDecoder (behaviour) and its captures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anju_drivers.bands.session import moment
from anju_drivers.driver import Reason

# Alarm codes that captures and public servers show: 02 low battery, 03 not worn. Models add others, which are news
# until a site's option `alarm_codes` says what they are.
ALARM_CODES: Mapping[int, Reason] = {
    1: Reason.SOS,
    2: Reason.LOW_BATTERY,
    3: Reason.REMOVED,
    5: Reason.FALL,
    6: Reason.FALL,
}

_LOCATED = re.compile(
    r",?(\d{2})(\d{2})(\d{2})([AV])(\d{2})(\d{2}\.\d+)([NS])(\d{3})(\d{2}\.\d+)([EW])([\d. ]{5})"
    r"(\d{2})(\d{2})(\d{2})([\d. ]{6})(\d{3})(\d{3})(\d{3})(\d)(\d{2})(\d{2})\d*(?:,(.*))?",
    re.ASCII | re.DOTALL,
)
# The same with commas between its parts, and coordinates without their leading zeros, perhaps with a sign.
_PARTED = re.compile(
    r",?(\d{6}),([AV])(-?)(\d{1,4}\.\d+)([NS])(-?)(\d{1,5}\.\d+)([EW]),(\d{1,3}\.\d),(\d{6}),(\d{1,3}\.\d\d),(.*)",
    re.ASCII | re.DOTALL,
)
_OPPOSITE = {"N": "S", "S": "N", "E": "W", "W": "E"}
_STATE = re.compile(r",?(\d{3})(\d{3})(\d{3})(\d)(\d{2})(\d{2})", re.ASCII)
_WIFI = re.compile(r"([^|]*?)\|([0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5})\|\s*(-?\d{1,4})\s*(?:[&,]|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    mcc: int | None
    mnc: int | None
    lac: int
    cid: int
    rssi_raw: int | None = None


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """`rssi_raw` as sent: some firmware leaves the sign away."""

    ssid: str
    mac: str
    rssi_raw: int


@dataclass(frozen=True, slots=True)
class State:
    gsm_signal: int
    satellites: int
    battery_pct: int
    acc: int
    fortification: str
    working_mode: int


@dataclass(frozen=True, slots=True)
class Located:
    """A located report; `time` in the watch's own zone. `alarm_code` None: the report has no such field."""

    time: datetime | None
    fix_valid: bool
    latitude: float
    longitude: float
    speed_kmh: float | None
    course_deg: float | None
    state: State
    cell: Cell | None
    alarm_code: int | None
    wifi: tuple[AccessPoint, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """AP02: cells, Wi-Fi and Bluetooth beacons, no position."""

    language: str
    reply_flag: int
    mcc: int
    mnc: int
    cells: tuple[Cell, ...]
    wifi_declared: int
    wifi: tuple[AccessPoint, ...] = field(default=())
    beacons: tuple[AccessPoint, ...] = field(default=())


def read_located(rest: str) -> Located | None:
    """The report after the command, or None for another shape."""
    found = _LOCATED.match(_joined(rest))
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[at]) for at in (1, 2, 3, 12, 13, 14))
    cell, after = _cell(found[22] or "")
    code = after[0] if after and re.fullmatch(r"\d{2}", after[0], re.ASCII) else None
    names = after if code is None else after[3:]
    return Located(
        time=moment(2000 + year, month, day, hour, minute, second),
        fix_valid=found[4] == "A",
        latitude=_degrees(found[5], found[6], found[7] == "S"),
        longitude=_degrees(found[8], found[9], found[10] == "W"),
        speed_kmh=_number(found[11]),
        course_deg=_number(found[15]),
        state=_state(found, 16),
        cell=cell,
        alarm_code=None if code is None else int(code),
        wifi=read_wifi(",".join(names)),
    )


def _joined(rest: str) -> str:
    """A report in parts as one without commas."""
    parted = _PARTED.match(rest)
    if parted is None:
        return rest
    date, fix, minus_north, latitude, north, minus_east, longitude, east, speed, time, course, state = parted.groups()
    north, east = _OPPOSITE[north] if minus_north else north, _OPPOSITE[east] if minus_east else east
    (up, up_part), (over, over_part) = latitude.split("."), longitude.split(".")
    place = f"{fix}{up:0>4}.{up_part}{north}{over:0>5}.{over_part}{east}"
    return f"{date}{place}{speed:0>5}{time}{course:0>6}{state}"


def _cell(text: str) -> tuple[Cell | None, list[str]]:
    """The serving cell, and the fields after it."""
    given = text.split(",")
    numbers = [_whole(one) for one in given[:4]]
    mcc, mnc, lac, cid = (*numbers, None, None, None, None)[:4]
    if lac is None or cid is None:
        return None, given[4:]
    return Cell(mcc, mnc, lac, cid), given[4:]


def read_state(text: str) -> State | None:
    """`060 009 080 0 01 02` without the blanks: gsm, satellites, battery, acc, fortification, mode."""
    found = _STATE.match(text)
    if found is None:
        return None
    return _state(found, 1)


def _state(found: re.Match[str], at: int) -> State:
    gsm, satellites, battery, acc, fortification, mode = found.groups()[at - 1 : at + 5]
    return State(int(gsm), int(satellites), int(battery), int(acc), fortification, int(mode))


def read_surroundings(args: list[str]) -> Surroundings | None:
    """`language,reply flag,count,mcc,mnc,lac|cid|rssi,..,count,ssid|mac|rssi&..`

    Models that hear beacons put them behind the language: `zh_cn|2@name|mac|rssi&..`.
    """
    if len(args) < 6:
        return None
    numbers = [_whole(one) for one in args[1:5]]
    reply_flag, count, mcc, mnc = numbers
    if reply_flag is None or count is None or mcc is None or mnc is None:
        return None
    cells: list[Cell] = []
    at = 5
    while at < len(args) and args[at].count("|") == 2 and len(cells) < count:
        lac, cid, rssi = (_whole(one) for one in args[at].split("|"))
        if lac is not None and cid is not None:
            cells.append(Cell(mcc, mnc, lac, cid, rssi))
        at += 1
    declared = _whole(args[at]) if at < len(args) else None
    wifi = read_wifi(",".join(args[at + 1 :]))
    language, _, heard = args[0].partition("|")
    beacons = read_wifi(heard.partition("@")[2])
    return Surroundings(language, reply_flag, mcc, mnc, tuple(cells), declared or 0, wifi, beacons)


def read_wifi(text: str) -> tuple[AccessPoint, ...]:
    """`ssid|xx-xx-xx-xx-xx-xx|rssi&..`, with stray blanks; a name may hold anything but a bar."""
    return tuple(
        AccessPoint(one[1].strip(), one[2].lower().replace("-", ":"), int(one[3])) for one in _WIFI.finditer(text)
    )


def _degrees(degrees: str, minutes: str, is_negative: bool) -> float:
    value = int(degrees) + float(minutes) / 60
    return -value if is_negative else value


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*-?\d{1,12}\s*", text, re.ASCII) else None
