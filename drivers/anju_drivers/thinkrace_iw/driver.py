"""Driver of GPS watches of the ThinkRace IW / TRV family, which dial in over TCP."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.bands.presses import PressBook
from anju_drivers.bands.server import BandServer, band_options, band_settings, raw_devices
from anju_drivers.bands.session import reason_table
from anju_drivers.options import Options
from anju_drivers.thinkrace_iw.session import FAMILY, IwSession

PORT = 5098
OPTIONS = band_options(
    PORT,
    utc_offset_min="minutes the watches' clocks are set ahead of UTC, -720 to 840; 0",
    alarm_codes="table of the model's alarm code (0 to 99) -> reason such as removed, or none",
)


def create(name: str, options: Mapping[str, object]) -> BandServer:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    offset_min = table.integer("utc_offset_min", 0, -720, 840)
    codes = reason_table(table, "alarm_codes", 0, 99)
    settings = band_settings(table, PORT, raw_devices(options))
    presses = PressBook()
    return BandServer(FAMILY, name, settings, lambda wall: IwSession(wall, offset_min, codes, presses))
