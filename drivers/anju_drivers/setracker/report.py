"""What a watch's located report (UD, AL, WT and their kin) says: alarm bits, position, cells and Wi-Fi.

fields after the command: ddmmyy, hhmmss, A|V, lat, N|S, lon, E|W, km/h, course, altitude m, satellites, gsm, battery %,
steps, rolls, status (hex 32), then cells and Wi-Fi. Sources: traccar WatchProtocolDecoder (behaviour) and its captures;
4P-Touch watch protocol, status bits (public copy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from anju_drivers.bands.session import moment
from anju_drivers.driver import Reason

# Bit -> reason, in the order of the bits. The low half says how the watch is, the high half what it raises.
ALARM_BITS: tuple[tuple[int, Reason], ...] = (
    (0, Reason.LOW_BATTERY),
    (1, Reason.GEOFENCE_OUT),
    (2, Reason.GEOFENCE_IN),
    (14, Reason.POWER_CUT),
    (16, Reason.SOS),
    (17, Reason.LOW_BATTERY),
    (18, Reason.GEOFENCE_OUT),
    (19, Reason.GEOFENCE_IN),
    (20, Reason.REMOVED),
    (21, Reason.FALL),
)
STRAP_BIT, MOVING_BIT, REMOVED_BIT = 3, 4, 20
HEALTH_BITS = {22: "heart rate abnormal"}  # by the vendor's table; a value of the body, no fall
_KNOWN_BITS = frozenset({STRAP_BIT, MOVING_BIT, *HEALTH_BITS, *(bit for bit, _ in ALARM_BITS)})
_MAC = re.compile(r"[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){5}")  # some leave a leading 0 away
_STATUS = re.compile(r"[0-9A-Fa-f]{4,8}")
_STATUS_AT = 15
_FIRST_AFTER = 16
# Count, timing advance, country, network, area, cell (a cell of 256 and more, so that no other numbers look alike).
_CELLS = re.compile(
    r"[1-9],[0-9]{1,3},[2-7][0-9]{2},[0-9]{1,3},[0-9]{1,6},(?:25[6-9]|2[6-9][0-9]|[3-9][0-9]{2}|[0-9]{4,9})"
)


@dataclass(frozen=True, slots=True)
class Cell:
    lac: int
    cid: int
    signal_raw: int | None


@dataclass(frozen=True, slots=True)
class AccessPoint:
    ssid: str
    mac: str
    rssi_dbm: int | None


@dataclass(frozen=True, slots=True)
class Network:
    """`mcc` and `mnc` as sent: some watches write hex there."""

    mcc: str | None = None
    mnc: str | None = None
    cells: tuple[Cell, ...] = ()
    wifi: tuple[AccessPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A located report. `time` is in the watch's own zone; what it does not say is None."""

    time: datetime | None
    fix_valid: bool
    latitude: float | None
    longitude: float | None
    speed_kmh: float | None
    course_deg: float | None
    altitude_m: float | None
    satellites: int | None
    gsm_signal: int | None
    battery_pct: int | None
    steps: int | None
    rolls: int | None
    status: int | None
    network: Network

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All alarm bits, each reason once, in the order of the bits."""
        status = self.status or 0
        return tuple(dict.fromkeys(reason for bit, reason in ALARM_BITS if status >> bit & 1))

    @property
    def news(self) -> list[str]:
        """What the status says of the body that is no alarm for people by itself."""
        return [text for bit, text in HEALTH_BITS.items() if (self.status or 0) >> bit & 1]

    @property
    def unknown_bits(self) -> list[int]:
        return [bit for bit in range(32) if (self.status or 0) >> bit & 1 and bit not in _KNOWN_BITS]

    @property
    def is_moving(self) -> bool:
        return bool((self.status or 0) >> MOVING_BIT & 1)


def read_report(fields: list[str]) -> Report:
    """Reads the fields after the command. Whatever is missing or odd stays None; never raises."""
    given = [field.strip() for field in fields]
    early_cells_at = _early_cells_at(given)
    status_at = _status_at(given, early_cells_at)
    network_at = early_cells_at or (_FIRST_AFTER if status_at is None else status_at + 1)
    return Report(
        time=_time(_at(given, 0), _at(given, 1)),
        fix_valid=_at(given, 2).upper() == "A",
        latitude=_coordinate(_at(given, 3), _at(given, 4) in ("S", "s")),
        longitude=_coordinate(_at(given, 5), _at(given, 6) in ("W", "w")),
        speed_kmh=_number(_at(given, 7)),
        course_deg=_number(_at(given, 8)),
        altitude_m=_number(_at(given, 9)),
        satellites=_whole(_at(given, 10)),
        gsm_signal=_whole(_at(given, 11)),
        battery_pct=_whole(_at(given, 12)),
        steps=_whole(_at(given, 13)),
        rolls=_whole(_at(given, 14)),
        status=int(given[status_at], 16) if status_at is not None else None,
        network=read_network(fields[network_at:]),
    )


def _status_at(given: list[str], cells_at: int | None) -> int | None:
    """Where the status stands; a watch that leaves out or adds a field must not hide its alarm bits.

    Where cells stand instead of it, it is looked for before them only: a cell of eight digits is no SOS.
    """
    if cells_at is None and _STATUS.fullmatch(_at(given, _STATUS_AT)):
        return _STATUS_AT
    for at in range(7, min(len(given), _FIRST_AFTER + 1 if cells_at is None else cells_at)):
        if len(given[at]) == 8 and _STATUS.fullmatch(given[at]):
            return at
    return None


def _early_cells_at(given: list[str]) -> int | None:
    """Where cells begin in a report that has fewer fields before them than the protocol says."""
    for at in range(8, _FIRST_AFTER):
        if _CELLS.fullmatch(",".join(given[at : at + 6])):
            return at
    return None


def read_network(tokens: list[str]) -> Network:
    """Cells: count, timing advance, mcc, mnc, (lac, cid, signal)*; Wi-Fi: count, (ssid, mac, rssi)*; an accuracy.

    The parts are told by what they hold: a count of cells may be 0 with or without the three fields after it, a name
    may hold commas. Numbers are hex where any of them has a hex letter.
    """
    count = min(_whole(_at(tokens, 0)) or 0, len(tokens))
    cells: list[Cell] = []
    if count > 0:
        rows = [tokens[at : at + 3] for at in range(4, 4 + 3 * count, 3) if at + 1 < len(tokens)]
        is_hex = any(re.search(r"[A-Fa-f]", one) for row in rows for one in row[:2])
        for row in rows:
            lac, cid = (_whole(one, 16 if is_hex else 10) for one in row[:2])
            if lac is None or cid is None:
                break
            cells.append(Cell(lac, cid, _whole(row[2]) if len(row) > 2 else None))
    has_operator = count > 0 or _has_operator(tokens)
    return Network(
        mcc=(_at(tokens, 2).strip() or None) if has_operator else None,
        mnc=(_at(tokens, 3).strip() or None) if has_operator else None,
        cells=tuple(cells),
        wifi=_wifi(tokens, (4 + 3 * count) if has_operator else 1),
    )


def _has_operator(tokens: list[str]) -> bool:
    """Whether `0, timing advance, mcc, mnc` stands here, rather than a Wi-Fi list right after the 0."""
    return bool(
        re.fullmatch(r"[0-9A-Fa-f]{1,4}", _at(tokens, 2).strip())
        and re.fullmatch(r"[0-9A-Fa-f]{1,4}", _at(tokens, 3).strip())
        and not _MAC.fullmatch(_at(tokens, 3).strip())
    )


def _wifi(tokens: list[str], count_at: int) -> tuple[AccessPoint, ...]:
    found: list[AccessPoint] = []
    name_at = count_at + 1
    for at, token in enumerate(tokens):
        if not _MAC.fullmatch(token.strip()):
            continue
        first = at - 1 if name_at > at else name_at
        ssid = ",".join(tokens[max(first, 0) : at])
        found.append(AccessPoint(ssid, _mac(token), _whole(_at(tokens, at + 1))))
        name_at = at + 2
    return tuple(found)


def _mac(token: str) -> str:
    return ":".join(byte.zfill(2) for byte in re.split("[:-]", token.strip().lower()))


def _at(tokens: list[str], index: int) -> str:
    return tokens[index] if index < len(tokens) else ""


def _time(date: str, clock: str) -> datetime | None:
    if not re.fullmatch(r"\d{6}", date, re.ASCII) or not re.fullmatch(r"\d{6}", clock, re.ASCII):
        return None
    day, month, year = (int(date[at : at + 2]) for at in (0, 2, 4))
    hour, minute, second = (int(clock[at : at + 2]) for at in (0, 2, 4))
    return moment(2000 + year, month, day, hour, minute, second)


def _coordinate(text: str, is_negative: bool) -> float | None:
    """South and west are negative; else the sign is kept: some watches write `-6.4,N`."""
    value = _number(text)
    if value is None or not is_negative:
        return value
    return -abs(value)


def _number(text: str) -> float | None:
    if not re.fullmatch(r"[+-]?(?:\d+\.?\d*|\.\d+)", text.strip(), re.ASCII) or len(text) > 32:
        return None
    return float(text)


def _whole(text: str, base: int = 10) -> int | None:
    text = text.strip()
    pattern = r"[0-9A-Fa-f]{1,16}" if base == 16 else r"[+-]?\d{1,16}"
    if re.fullmatch(pattern, text, re.ASCII):
        return int(text, base)
    number = _number(text) if base == 10 else None
    return None if number is None else round(number)
