"""Driver of GPS watches and wristbands of the SeTracker family, which dial in over TCP."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.bands.presses import PressBook
from anju_drivers.bands.server import BandServer, band_options, band_settings, raw_devices
from anju_drivers.options import Options
from anju_drivers.setracker.session import FAMILY, WatchSession

PORT = 5093
OPTIONS = band_options(
    PORT, utc_offset_min="minutes the watches' clocks are set ahead of UTC (command LZ), -720 to 840; 0"
)


def create(name: str, options: Mapping[str, object]) -> BandServer:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    offset_min = table.integer("utc_offset_min", 0, -720, 840)
    settings = band_settings(table, PORT, raw_devices(options))
    presses = PressBook()
    return BandServer(FAMILY, name, settings, lambda wall: WatchSession(offset_min, wall, presses))
