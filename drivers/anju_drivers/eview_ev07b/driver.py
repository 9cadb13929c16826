"""Driver of 4G SOS pendants EV07B (Eview, sold as MiniFinder and others), which dial in over TCP."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.bands.server import BandServer, band_options, band_settings, raw_devices
from anju_drivers.bands.session import reason_table
from anju_drivers.eview_ev07b.session import FAMILY, PendantSession
from anju_drivers.options import Options

PORT = 5203
OPTIONS = band_options(PORT, alarm_bits="table of the model's alarm bit (0 to 31) -> reason such as general, or none")


def create(name: str, options: Mapping[str, object]) -> BandServer:
    """Raises `DriverConfigError` naming the key that is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    bits = reason_table(table, "alarm_bits", 0, 31)
    settings = band_settings(table, PORT, raw_devices(options))
    return BandServer(FAMILY, name, settings, lambda wall: PendantSession(wall, bits))
