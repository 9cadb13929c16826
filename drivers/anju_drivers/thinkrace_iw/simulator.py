"""A ThinkRace watch that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from anju_drivers.testing.band import BandSimulator, band_simulator_options
from anju_drivers.thinkrace_iw.frames import encode

DEVICE = "350000000000001"


class IwVoice:
    """What the watch says. It has no bit for a low battery beside an SOS: the percentage tells it."""

    def __init__(self, device: str = DEVICE) -> None:
        self.device = device
        self.battery_pct = 80

    def login(self) -> bytes:
        return encode("AP00", self.device)

    def heartbeat(self) -> bytes:
        return encode("AP03", f",{self._state()},0,0")

    def position(self, latitude: float, longitude: float, *, fix: bool = True) -> bytes:
        return encode("AP01", self._located(latitude, longitude, fix, 0) + ",Lobby|02-00-5E-10-00-0A|-61")

    def press(self, *, low_battery: bool = False, fall: bool = False, stored_s: int = 0) -> bytes:
        if low_battery:
            self.battery_pct = 9
        code = "05" if fall else "01"
        return encode("AP10", self._located(0, 0, False, stored_s) + f",{code},zh-cn,00,Lobby|02-00-5E-10-00-0A|-61")

    def health(self, heart_rate_bpm: int) -> bytes:
        return encode("AP49", f",{heart_rate_bpm}")

    def _state(self) -> str:
        return f"060{0:03d}{self.battery_pct:03d}00102"

    def _located(self, latitude: float, longitude: float, fix: bool, stored_s: int) -> str:
        when = datetime.now(UTC) - timedelta(seconds=stored_s)
        north = f"{int(latitude):02d}{latitude % 1 * 60:07.4f}N"
        east = f"{int(longitude):03d}{longitude % 1 * 60:07.4f}E"
        valid = "A" if fix else "V"
        return f"{when:%y%m%d}{valid}{north}{east}000.0{when:%H%M%S}000.00{self._state()},460,0,9520,3671"


def simulate(options: Mapping[str, object]) -> BandSimulator:
    """Options: `port`, `device`."""
    device, port = band_simulator_options(options, DEVICE)
    return BandSimulator(IwVoice(device), port)
