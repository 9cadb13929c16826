"""Driver of terminals under the national standard JT/T 808, 2013 and 2019, which dial in over TCP."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.bands.presses import PressBook
from anju_drivers.bands.server import BandServer, band_options, band_settings, raw_devices
from anju_drivers.bands.session import reason_table
from anju_drivers.jt808.explain import GMT8_MIN, SiteMeanings
from anju_drivers.jt808.items import known_items
from anju_drivers.jt808.session import FAMILY, TerminalSession
from anju_drivers.options import Options

PORT = 5015
OPTIONS = band_options(
    PORT,
    utc_offset_min="minutes the terminals' clocks are ahead of UTC, -720 to 840; 480, as the standard says",
    items_off="list of vendor items that mean something else on these models, such as e7 or eb.0089, or all; none",
    alarm_bits="table of alarm bit (0 to 31) -> reason such as fall, or none; goes before the standard's meaning",
)


def create(name: str, options: Mapping[str, object]) -> BandServer:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    offset_min = table.integer("utc_offset_min", GMT8_MIN, -720, 840)
    bits = reason_table(table, "alarm_bits", 0, 31)
    items_off = frozenset(one.lower() for one in table.texts("items_off"))
    if wrong := sorted(items_off - known_items()):
        raise table.fail("items_off", f"{wrong[0]} is none of {', '.join(sorted(known_items()))}")
    settings = band_settings(table, PORT, raw_devices(options))
    site, presses = SiteMeanings(offset_min, bits, items_off), PressBook()
    return BandServer(FAMILY, name, settings, lambda wall: TerminalSession(wall, site, presses))
