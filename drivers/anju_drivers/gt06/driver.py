"""Driver of trackers of the GT06 family (Concox, Jimi and many without a name), which dial in over TCP."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.bands.presses import PressBook
from anju_drivers.bands.server import BandServer, band_options, band_settings, raw_devices
from anju_drivers.bands.session import reason_table
from anju_drivers.gt06.session import FAMILY, TrackerSession
from anju_drivers.options import Options

PORT = 5023
OPTIONS = band_options(
    PORT,
    alarm_codes="table of the model's alarm byte (0 to 255, also 0x..) -> reason such as fall, or none",
    utc_offset_min="minutes the trackers' clocks are ahead of UTC in all messages, -720 to 840; by the login if absent",
)


def create(name: str, options: Mapping[str, object]) -> BandServer:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    codes = reason_table(table, "alarm_codes", 0, 255)
    offset_min = table.integer("utc_offset_min", None, -720, 840) if "utc_offset_min" in table else None
    settings = band_settings(table, PORT, raw_devices(options))
    presses = PressBook()
    return BandServer(FAMILY, name, settings, lambda wall: TrackerSession(codes, wall, offset_min, presses))
