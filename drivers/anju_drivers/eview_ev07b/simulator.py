"""An EV07B pendant that is not there."""

from __future__ import annotations

import time
from collections.abc import Mapping

from anju_drivers.errors import DriverConfigError
from anju_drivers.eview_ev07b.frames import DATA, SERVICES, TIME_KEY, encode
from anju_drivers.testing.band import BandSimulator, band_simulator_options

DEVICE = "350000000000001"
ROOM_BEACON = bytes.fromhex("02005e10000a")
_ANSWER = 0x10
_LOW_BATTERY, _FALL, _SOS = 1, 1 << 2, 1 << 12
_STORED = 1 << 7


class PendantVoice:
    """What the pendant says; indoors, it hears the beacon of the room."""

    def __init__(self, device: str = DEVICE) -> None:
        self.device = device
        self.battery_pct = 78
        self._serial = 0

    def login(self) -> bytes:
        return self._message(SERVICES, [(0x01, self.device.encode()), (TIME_KEY, b"")])

    def heartbeat(self) -> bytes:
        return self._message(DATA, [self._id(), self._status()])

    def position(self, latitude: float, longitude: float, *, fix: bool = True) -> bytes:
        place = b"".join(round(one * 1e7).to_bytes(4, "little", signed=True) for one in (latitude, longitude))
        gps = place + bytes(6) + (8 if fix else 0).to_bytes(2, "little") + bytes(4) + bytes([8 if fix else 0])
        return self._message(DATA, [self._id(), self._status(), (0x20, gps)])

    def press(self, *, low_battery: bool = False, fall: bool = False, stored_s: int = 0) -> bytes:
        bits = (_FALL if fall else _SOS) | (_LOW_BATTERY if low_battery else 0)
        alarm = bits.to_bytes(4, "little") + _seconds(stored_s)
        beacon = b"\x00" + ROOM_BEACON[::-1] + bytes([256 - 52, 256 - 59, self.battery_pct])
        return self._message(DATA, [self._id(), self._status(stored_s), (0x02, alarm), (0x2C, beacon)])

    def _id(self) -> tuple[int, bytes]:
        return 0x01, self.device.encode()

    def _status(self, stored_s: int = 0) -> tuple[int, bytes]:
        status = self.battery_pct << 24 | 20 << 19 | (_STORED if stored_s else 0)
        return 0x24, _seconds(stored_s) + status.to_bytes(4, "little")

    def _message(self, command: int, parts: list[tuple[int, bytes]]) -> bytes:
        self._serial = (self._serial + 1) & 0xFFFF
        return encode(command, parts, self._serial, _ANSWER)


def _seconds(ago_s: int) -> bytes:
    return (int(time.time()) - ago_s).to_bytes(4, "little")


def simulate(options: Mapping[str, object]) -> BandSimulator:
    """Options: `port`, `device` (15 digits)."""
    device, port = band_simulator_options(options, DEVICE)
    if len(device) != 15 or not device.isdecimal():
        raise DriverConfigError("device", "must be 15 digits")
    return BandSimulator(PendantVoice(device), port)
