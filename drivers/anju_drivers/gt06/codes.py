"""What a GT06 tracker's alarm byte and status bits mean.

Sources: GT06 protocol 1.8.1, 5.3.1.17; Concox JM-VL03 protocol 1.1.2, alarm table (public copy); traccar
Gt06ProtocolDecoder (behaviour).
"""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Reason

# Bits 3-5 of the status byte.
TERMINAL_ALARMS: Mapping[int, tuple[str, Reason | None]] = {
    1: ("vibration", None),
    2: ("power_cut", Reason.POWER_CUT),
    3: ("low_battery", Reason.LOW_BATTERY),
    4: ("sos", Reason.SOS),
    6: ("geofence", Reason.GEOFENCE_OUT),
    7: ("removed", Reason.REMOVED),
}
# The alarm byte. None: about a vehicle or the tracker itself, and no alarm for people. What is not listed is told to
# staff as an unknown code.
ALARM_CODES: Mapping[int, tuple[str, Reason | None]] = {
    0x01: ("sos", Reason.SOS),
    0x02: ("power_cut", Reason.POWER_CUT),
    0x03: ("vibration", None),
    0x04: ("geofence_in", Reason.GEOFENCE_IN),
    0x05: ("geofence_out", Reason.GEOFENCE_OUT),
    0x06: ("overspeed", None),
    0x09: ("vibration", None),
    0x0A: ("gps_lost", None),
    0x0B: ("gps_found", None),
    0x0C: ("switched_on", None),
    0x0D: ("first_fix", None),
    0x0E: ("low_battery", Reason.LOW_BATTERY),
    0x0F: ("low_battery", Reason.LOW_BATTERY),
    0x10: ("sim_changed", None),
    0x11: ("power_off", Reason.POWER_CUT),
    0x12: ("flight_mode", None),
    0x13: ("tamper", Reason.TAMPER),
    0x14: ("door", None),
    0x15: ("low_battery", Reason.LOW_BATTERY),
    0x16: ("sound", None),
    0x17: ("false_base_station", None),
    0x18: ("removed", Reason.REMOVED),
    0x19: ("low_battery", Reason.LOW_BATTERY),
    0x20: ("sleep", None),
    0x23: ("fall", Reason.FALL),
    0x24: ("charger_inserted", None),
    0x25: ("tamper", Reason.TAMPER),
    0x29: ("acceleration", None),
    0x2A: ("cornering", None),
    0x2B: ("cornering", None),
    0x2C: ("collision", Reason.GENERAL),
    0x30: ("braking", None),
    0x32: ("tamper", Reason.TAMPER),
    0x4B: ("driving", None),
    0x4C: ("driving", None),
    0x4D: ("driving", None),
    0x4E: ("vehicle_stability", None),
    0xFE: ("acc_on", None),
    0xFF: ("acc_off", None),
}

# The status of an alarm in the long form, type 33 (AZ735).
LONG_ALARMS: Mapping[int, tuple[str, Reason | None]] = {
    0xA0: ("armed", None),
    0xA1: ("disarmed", None),
    0xA2: ("low_battery", Reason.LOW_BATTERY),
    0xA3: ("low_battery", Reason.LOW_BATTERY),
    0xA4: ("general", Reason.GENERAL),
    0xA5: ("door", None),
}

# Types that say nothing about a person: known, and no news for anybody (traccar Gt06ProtocolDecoder, behaviour).
NOTICES: Mapping[int, str] = {
    0x15: "an answer to a command",
    0x21: "an answer to a command",
    0x66: "vehicle diagnostics",
    0x81: "an answer to a command",
    0x8C: "vehicle diagnostics",
    0x94: "information on itself",
    0x9B: "bytes from its serial port",
}
