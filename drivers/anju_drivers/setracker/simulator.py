"""A SeTracker watch that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from anju_drivers.setracker.frames import encode
from anju_drivers.testing.band import BandSimulator, band_simulator_options

DEVICE = "1000000001"
_SOS, _LOW_BATTERY, _FALL = 1 << 16, 1 << 17 | 1, 1 << 21


class WatchVoice:
    """What the watch says. `time` is its clock, UTC."""

    def __init__(self, device: str = DEVICE, manufacturer: str = "3G") -> None:
        self.device, self.manufacturer = device, manufacturer
        self.battery_pct = 78

    def login(self) -> bytes:
        return self.heartbeat()  # there is no login: the keep-alive comes first

    def heartbeat(self) -> bytes:
        return self._frame(f"LK,0,0,{self.battery_pct}")

    def position(self, latitude: float, longitude: float, *, fix: bool = True) -> bytes:
        return self._report("UD_LTE", 0, latitude, longitude, fix)

    def press(self, *, low_battery: bool = False, fall: bool = False, stored_s: int = 0) -> bytes:
        status = (_FALL if fall else _SOS) | (_LOW_BATTERY if low_battery else 0)
        return self._report("AL_LTE", status, 0, 0, False, stored_s)

    def health(self, heart_rate_bpm: int) -> bytes:
        return self._frame(f"heart,{heart_rate_bpm}")

    def _report(
        self, command: str, status: int, latitude: float, longitude: float, fix: bool, stored_s: int = 0
    ) -> bytes:
        when = datetime.now(UTC) - timedelta(seconds=stored_s)
        place = f"{latitude:.6f},N,{longitude:.6f},E"
        return self._frame(
            f"{command},{when:%d%m%y,%H%M%S},{'A' if fix else 'V'},{place},0.00,0,0,{8 if fix else 0},80,"
            f"{self.battery_pct},0,0,{status:08X},1,0,460,0,9520,3671,60,1,lobby,02:00:5e:10:00:0a,-61,0.0"
        )

    def _frame(self, content: str) -> bytes:
        return encode(self.manufacturer, self.device, content.encode())


def simulate(options: Mapping[str, object]) -> BandSimulator:
    """Options: `port`, `device`."""
    device, port = band_simulator_options(options, DEVICE)
    return BandSimulator(WatchVoice(device), port)
