"""A GT06 tracker that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from anju_drivers.errors import DriverConfigError
from anju_drivers.gt06.frames import encode
from anju_drivers.gt06.report import LOGIN, STATUS
from anju_drivers.testing.band import BandSimulator, band_simulator_options

DEVICE = "350000000000001"
_SOS, _FALL, _BATTERY_BITS = 0x01, 0x23, 3 << 3


class TrackerVoice:
    """What the tracker says: at an SOS with a low battery the status bits tell the battery, the alarm byte the SOS."""

    def __init__(self, device: str = DEVICE) -> None:
        self.device = device
        self.voltage_level = 4
        self._serial = 0

    def login(self) -> bytes:
        return self._frame(LOGIN, bytes.fromhex("0" + self.device))

    def heartbeat(self) -> bytes:
        return self._frame(STATUS, bytes([0x40, self.voltage_level, 4, 0, 2]))

    def position(self, latitude: float, longitude: float, *, fix: bool = True) -> bytes:
        return self._frame(0x12, self._gps(latitude, longitude, fix) + self._cell())

    def press(self, *, low_battery: bool = False, fall: bool = False, stored_s: int = 0) -> bytes:
        status = bytes(
            [0x40 | (_BATTERY_BITS if low_battery else 0), self.voltage_level, 4, _FALL if fall else _SOS, 2]
        )
        return self._frame(0x26, self._gps(0, 0, False, stored_s) + b"\x09" + self._cell() + status)

    def _gps(self, latitude: float, longitude: float, fix: bool, stored_s: int = 0) -> bytes:
        when = datetime.now(UTC) - timedelta(seconds=stored_s)
        flags = (1 << 10 if latitude >= 0 else 0) | (1 << 11 if longitude < 0 else 0) | (1 << 12 if fix else 0)
        head = bytes(
            [when.year - 2000, when.month, when.day, when.hour, when.minute, when.second, 0xC0 | (8 if fix else 0)]
        )
        place = b"".join(round(abs(one) * 1_800_000).to_bytes(4, "big") for one in (latitude, longitude))
        return head + place + b"\x00" + flags.to_bytes(2, "big")

    def _cell(self) -> bytes:
        return (460).to_bytes(2, "big") + b"\x00" + (9520).to_bytes(2, "big") + (3671).to_bytes(3, "big")

    def _frame(self, kind: int, content: bytes) -> bytes:
        self._serial = (self._serial + 1) & 0xFFFF
        return encode(kind, content, self._serial)


def simulate(options: Mapping[str, object]) -> BandSimulator:
    """Options: `port`, `device` (15 digits)."""
    device, port = band_simulator_options(options, DEVICE)
    if len(device) != 15 or not device.isdecimal():
        raise DriverConfigError("device", "must be 15 digits")
    return BandSimulator(TrackerVoice(device), port)
