"""A JT/T 808 terminal that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from anju_drivers.errors import DriverConfigError
from anju_drivers.jt808.explain import AUTH, BATCH, GMT8_MIN, HEARTBEAT, LOCATION, REGISTER
from anju_drivers.jt808.frames import encode
from anju_drivers.testing.band import BandSimulator, band_simulator_options

DEVICE = "010000000001"
_SOS, _LOW_VOLTAGE = 1, 1 << 7


class TerminalVoice:
    """What the terminal says. A `version` makes it a 2019 one; its id has 12 or 20 digits then."""

    def __init__(self, device: str = DEVICE, version: int | None = None) -> None:
        self.device, self.version = device, version
        self._terminal = bytes.fromhex(device)
        self._serial = 0

    def login(self) -> bytes:
        register = bytes(4 + 5 + 20 + 7) + b"\x00"
        return self._message(REGISTER, register) + self._message(AUTH, self.device.encode())

    def heartbeat(self) -> bytes:
        return self._message(HEARTBEAT, b"")

    def position(self, latitude: float, longitude: float, *, fix: bool = True) -> bytes:
        return self._message(LOCATION, self._location(0, latitude, longitude, fix))

    def press(self, *, low_battery: bool = False, fall: bool = False, stored_s: int = 0) -> bytes:
        """The standard has no bit for a fall, so that is an SOS too. A stored one comes as a batch."""
        location = self._location(_SOS | (_LOW_VOLTAGE if low_battery else 0), 0, 0, False, stored_s)
        if not stored_s:
            return self._message(LOCATION, location)
        return self._message(BATCH, b"\x00\x01\x01" + len(location).to_bytes(2, "big") + location)

    def in_parts(self, msg_id: int, body: bytes, size: int) -> bytes:
        """A message in sub-packets of at most `size` bytes."""
        parts = [body[at : at + size] for at in range(0, len(body), size)]
        return b"".join(self._message(msg_id, part, len(parts), at) for at, part in enumerate(parts, 1))

    def _location(self, alarm: int, latitude: float, longitude: float, fix: bool, stored_s: int = 0) -> bytes:
        when = datetime.now(UTC) + timedelta(minutes=GMT8_MIN, seconds=-stored_s)
        status = (1 << 1 if fix else 0) | (1 << 2 if latitude < 0 else 0) | (1 << 3 if longitude < 0 else 0)
        numbers = ((alarm, 4), (status, 4), (round(abs(latitude) * 1e6), 4), (round(abs(longitude) * 1e6), 4))
        head = b"".join(value.to_bytes(size, "big") for value, size in (*numbers, (12, 2), (0, 2), (0, 2)))
        return head + bytes.fromhex(f"{when:%y%m%d%H%M%S}") + bytes.fromhex("300118310107")

    def _message(self, msg_id: int, body: bytes, packets: int = 0, number: int = 0) -> bytes:
        self._serial = (self._serial + 1) & 0xFFFF
        return encode(msg_id, self._terminal, self._serial, body, self.version, packets, number)


def simulate(options: Mapping[str, object]) -> BandSimulator:
    """Options: `port`, `device` (12 digits)."""
    device, port = band_simulator_options(options, DEVICE)
    device = device.rjust(12, "0")
    if len(device) != 12 or not device.isdecimal():
        raise DriverConfigError("device", "must be at most 12 digits")
    return BandSimulator(TerminalVoice(device), port)
