"""The records in a message of an EV07B pendant.

A message holds many records; one ends where a key comes again (beacons of one fix, 2C and 28, may be several).
Keys: 02 alarm, 14 battery, 19 Wi-Fi with names, 20 GPS, 21 / 29 / 2B cells, 22 Wi-Fi, 23 / 28 / 2C Bluetooth beacons,
24 status, 26 beacon of a known place, 27 a known place, 2A Wi-Fi of one, 30 steps, 40 heart rate, 41 SpO2. Source:
traccar Minifinder2ProtocolDecoder (behaviour), its captures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from anju_drivers.driver import Reason

ALARM, BATTERY, GPS, CELLS, WIFI, PLACED_BEACON, STATUS = 0x02, 0x14, 0x20, 0x21, 0x22, 0x23, 0x24
BEACON, WIDE_CELLS, HOME_WIFI, LTE_CELLS, ROOM_BEACON, STEPS, HEART = 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x30, 0x40
NAMED_WIFI, KNOWN_BEACON, KNOWN_PLACE, SPO2 = 0x19, 0x26, 0x27, 0x41
_IMEI, _SERVICE_KEYS = 0x01, frozenset({0x10, 0x11, 0x12})  # a heartbeat; what a message asks for
_HAS_PLACE = 1 << 7
_REPEATING = frozenset({BEACON, ROOM_BEACON})
_SHOWN = frozenset({_IMEI, ALARM, GPS, CELLS, WIFI, PLACED_BEACON, STATUS, BEACON, WIDE_CELLS, LTE_CELLS, ROOM_BEACON})

# Alarm bit -> name and reason; None: about the pendant itself, or news that ends an alarm. Bits 0 to 14 by captures and
# decoder, 11 and 17 by a public EV-04 / EV-12 integration whose author asked the vendor; 15, 16, 21, 24 and 25 by the
# table of another public integration of EV-04 (read_file id 52805109146), 31 by a pet tracker's capture. A bit without
# a line is told to staff as an unknown code.
ALARM_BITS: Mapping[int, tuple[str, Reason | None]] = {
    0: ("low_battery", Reason.LOW_BATTERY),
    1: ("overspeed", None),
    2: ("fall", Reason.FALL),
    4: ("geofence_1", Reason.GEOFENCE_OUT),
    5: ("geofence_2", Reason.GEOFENCE_OUT),
    6: ("geofence_3", Reason.GEOFENCE_OUT),
    7: ("geofence_4", Reason.GEOFENCE_OUT),
    8: ("power_off", Reason.POWER_CUT),
    9: ("power_on", None),
    10: ("motion", None),
    11: ("sos_stopped", None),
    12: ("sos", Reason.SOS),
    13: ("button_1", Reason.CALL_BUTTON),
    14: ("button_2", Reason.CALL_BUTTON),
    15: ("charging_begun", None),
    16: ("charging_ended", None),
    17: ("sos_ended", None),
    21: ("fall_ended", None),
    24: ("left_home", Reason.GEOFENCE_OUT),
    25: ("at_home", None),
    31: ("bark", None),
}
# Bits that two public sources read in different ways: no alarm, but staff hear of them. 11 is "SOS stopped" in the one,
# in the other "no motion" for a while, and who does not move may need help.
UNSURE_BITS = frozenset({11})
_FENCE_BITS, _ENTERED_AFTER = range(4, 8), 22  # bit 26 says that fence 1 (bit 4) was entered, and so on
DIRECTION_BITS = frozenset(bit + _ENTERED_AFTER for bit in _FENCE_BITS)


@dataclass(frozen=True, slots=True)
class Beacon:
    """A beacon fixed to a room. `index` from 1, as the pendant counts."""

    index: int
    mac: str
    rssi_dbm: int
    rssi_1m_dbm: int


@dataclass(frozen=True, slots=True)
class Cell:
    rssi_dbm: int
    lac: int
    cid: int


@dataclass(frozen=True, slots=True)
class AccessPoint:
    mac: str
    rssi_dbm: int


@dataclass(frozen=True, slots=True)
class GpsFix:
    latitude: float
    longitude: float
    speed_kmh: int
    course_deg: int
    altitude_m: int
    hdop: float
    odometer_m: int
    satellites: int


@dataclass(slots=True)
class Record:
    """One record. Times are seconds since 1970, UTC; what the pendant did not say is None."""

    time_s: int | None = None
    status: int | None = None
    alarm_bits: int | None = None
    alarm_time_s: int | None = None
    gps: GpsFix | None = None
    place: tuple[float, float] | None = None  # of a beacon that knows where it hangs, or one that the pendant knows
    place_source: str = "beacon"
    placed_beacon: str | None = None
    beacons: list[Beacon] = field(default_factory=list)
    mcc: int | None = None
    mnc: int | None = None
    cells: list[Cell] = field(default_factory=list)
    wifi: list[AccessPoint] = field(default_factory=list)
    wifi_named: list[AccessPoint] = field(default_factory=list)  # their names are not kept
    wifi_home: AccessPoint | None = None  # one that the pendant knows by its place
    battery_pct_own: int | None = None
    battery_mv: int | None = None
    steps: int | None = None
    heart_rate_bpm: int | None = None
    spo2_pct: int | None = None
    other_keys: list[str] = field(default_factory=list)
    keys: set[int] = field(default_factory=set)

    def _bit(self, bit: int) -> bool | None:
        return None if self.status is None else bool(self.status >> bit & 1)

    @property
    def is_charging(self) -> bool | None:
        return self._bit(4)

    @property
    def is_stored(self) -> bool | None:
        """Sent later, from the pendant's memory."""
        return self._bit(7)

    @property
    def is_moving(self) -> bool | None:
        return self._bit(9)

    @property
    def gsm_signal(self) -> int | None:
        return None if self.status is None else self.status >> 19 & 31

    @property
    def battery_pct(self) -> int | None:
        return self.battery_pct_own if self.status is None else self.status >> 24

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing but who sends it and what it asks for."""
        return self.keys <= {_IMEI, *_SERVICE_KEYS}

    def alarms(self) -> list[str]:
        """Names of all alarm bits, in their order."""
        named = {bit: name for bit, (name, _) in ALARM_BITS.items()}
        return [named.get(bit, f"bit_{bit}") for bit in self._alarm_bits_set()]

    def _alarm_bits_set(self) -> list[int]:
        """The bits that are set; those that say which way a fence was crossed are no alarms of their own."""
        bits = self.alarm_bits or 0
        return [bit for bit in range(32) if bits >> bit & 1 and bit not in DIRECTION_BITS]

    def unknown_bits(self, own: Mapping[int, Reason | None]) -> list[int]:
        """Bits that no table knows, or that public sources read in different ways."""
        known = ALARM_BITS.keys() - UNSURE_BITS
        return [bit for bit in self._alarm_bits_set() if bit not in known and bit not in own]

    def reasons(self, own: Mapping[int, Reason | None]) -> tuple[Reason, ...]:
        """Reasons of all alarm bits; a site's `own` meanings go first."""
        bits = self.alarm_bits or 0
        found: list[Reason | None] = [own[bit] for bit in sorted(own) if bits >> bit & 1]
        for bit in self._alarm_bits_set():
            if bit in _FENCE_BITS and bit not in own and bits >> bit + _ENTERED_AFTER & 1:
                found.append(Reason.GEOFENCE_IN)
            elif bit not in own:
                found.append(ALARM_BITS.get(bit, ("", None))[1])
        return tuple(dict.fromkeys(one for one in found if one is not None))

    @property
    def strongest_beacon(self) -> Beacon | None:
        return max(self.beacons, key=lambda one: one.rssi_dbm, default=None)


def read_records(parts: Iterable[tuple[int, bytes]]) -> list[Record]:
    """The records of a message. Parts that are too short stay unread; never raises."""
    records = [Record()]
    for key, data in parts:
        if key in records[-1].keys and key not in _REPEATING:
            records.append(Record())
        record = records[-1]
        record.keys.add(key)
        if key not in _SHOWN:
            record.other_keys.append(f"{key:02x}")
        _read(record, key, data)
    return records


def _read(record: Record, key: int, data: bytes) -> None:
    if key == ALARM and len(data) >= 4:
        record.alarm_bits = _u(data, 0, 4)
        record.alarm_time_s = _u(data, 4, 4) if len(data) >= 8 else None
    elif key == STATUS and len(data) >= 8:
        record.time_s, record.status = _u(data, 0, 4), _u(data, 4, 4)
    elif key == GPS and len(data) >= 21:
        record.gps = _gps(data)
    elif key in (PLACED_BEACON, KNOWN_BEACON) and len(data) >= 6:  # the id alone names the room
        record.placed_beacon = data[5::-1].hex()
        if len(data) >= 14:
            record.place = (_degrees(data, 6), _degrees(data, 10))
    elif key == KNOWN_PLACE and len(data) >= 8:
        record.place, record.place_source = (_degrees(data, 0), _degrees(data, 4)), "place"
    elif key in _REPEATING and len(data) >= 9:
        _read_beacon(record, key, data)
    elif key in (CELLS, WIDE_CELLS, LTE_CELLS) and len(data) >= 3:
        _read_cells(record, data, 2 if key == CELLS else 4)
    elif key == WIFI:
        record.wifi += [AccessPoint(data[at + 1 : at + 7].hex(":"), _i8(data[at])) for at in range(0, len(data) - 6, 7)]
    elif key == NAMED_WIFI:
        record.wifi_named += _named_wifi(data)
    elif key == HOME_WIFI and len(data) >= 8:
        record.wifi_home = AccessPoint(data[1:7].hex(":"), _i8(data[7]))
        if data[0] & _HAS_PLACE and len(data) >= 16:
            record.place = (_degrees(data, 8), _degrees(data, 12))
    elif key == BATTERY and len(data) >= 3:
        record.battery_pct_own, record.battery_mv = data[0], _u(data, 1, 2)
    elif key == STEPS and len(data) >= 8:
        record.steps = _u(data, 4, 4)
    elif key == HEART and len(data) >= 5:
        record.heart_rate_bpm = data[4]
    elif key == SPO2 and len(data) >= 5:
        record.spo2_pct = data[4]


def _read_beacon(record: Record, key: int, data: bytes) -> None:
    flags = data[0]
    record.beacons.append(Beacon((flags & 0x0F) + 1, data[6:0:-1].hex(), _i8(data[7]), _i8(data[8])))
    place_at = 9 if key == BEACON else 10  # behind the beacon's battery
    if flags & _HAS_PLACE and len(data) >= place_at + 8:
        record.place = (_degrees(data, place_at), _degrees(data, place_at + 4))


def _named_wifi(data: bytes) -> list[AccessPoint]:
    """Signal i8, MAC, length of the name and the name, each; a last one that is cut is left out."""
    found: list[AccessPoint] = []
    at = 0
    while at + 8 <= len(data) and at + 8 + data[at + 7] <= len(data):
        found.append(AccessPoint(data[at + 1 : at + 7].hex(":"), _i8(data[at])))
        at += 8 + data[at + 7]
    return found


def _read_cells(record: Record, data: bytes, cid_bytes: int) -> None:
    """mcc u16, mnc u8 (u16 where only that fits), then signal i8, area u16, cell of `cid_bytes` each."""
    size = 3 + cid_bytes
    start = 3 if (len(data) - 3) % size == 0 or (len(data) - 4) % size else 4
    record.mcc, record.mnc = _u(data, 0, 2), _u(data, 2, start - 2)
    record.cells += [
        Cell(_i8(data[at]), _u(data, at + 1, 2), _u(data, at + 3, cid_bytes))
        for at in range(start, len(data) - size + 1, size)
    ]


def _gps(data: bytes) -> GpsFix:
    return GpsFix(
        latitude=_degrees(data, 0),
        longitude=_degrees(data, 4),
        speed_kmh=_u(data, 8, 2),
        course_deg=_u(data, 10, 2),
        altitude_m=int.from_bytes(data[12:14], "little", signed=True),
        hdop=_u(data, 14, 2) / 10,
        odometer_m=_u(data, 16, 4),
        satellites=data[20],
    )


def _u(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _i8(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


def _degrees(data: bytes, at: int) -> float:
    return int.from_bytes(data[at : at + 4], "little", signed=True) / 1e7
