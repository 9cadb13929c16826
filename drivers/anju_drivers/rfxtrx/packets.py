"""What pyRFXtrx makes of a frame. Loaded only where a transceiver is configured, or a capture is explained.

Of a chime it takes two bytes for the id, which holds of Byron SX only: the other makes have three, or four (firmware
1045 and later), and two buttons that differ in the last of them would be one. Their ids are read here.
Source: tests of RFXCOM's node-rfxcom (chimeHandler) and of openHAB's binding.
"""

from __future__ import annotations

from collections.abc import Mapping

from RFXtrx import lowlevel

from anju_drivers.errors import FrameError
from anju_drivers.rfxtrx.frames import CHIME, SECURITY1, Packet

_VALUES = {
    "humidity": "humidity_pct", "humidity_status_string": "humidity_status_string", "temp": "temperature_c",
    "temperature": "temperature_c", "temp1": "temperature_c", "temp2": "temperature2_c", "chill": "chill_c",
    "cmnd": "command", "cmnd_string": "command_text", "level": "level", "cmd": "cmd", "pulse": "pulse_us",
    "sound": "sound", "firmware_version": "firmware_version", "output_power": "output_power", "baro": "baro_hpa",
    "forecast_string": "forecast_string", "direction": "wind_direction_deg", "average_speed": "wind_average_m_s",
    "gust": "wind_gust_m_s", "raintotal": "rain_total_mm", "rainrate": "rain_rate", "uvi": "uv_index",
    "currentwatt": "power_w", "totalwatts": "energy_wh", "value": "value", "count": "count",
}  # fmt: skip

_CHIME_ID_AT, _BYRON_SX, _BYRON_BY, _FOUR_BYTES = 4, 0, 3, frozenset({6, 7})  # 1byOne QH-A19, Byron DBY


def read_packet(frame: bytes) -> Packet | None:
    """What pyRFXtrx makes of a whole frame; None for a type it does not know. Raises `FrameError` for a damaged one."""
    if len(frame) < 4 or frame[0] + 1 != len(frame):
        raise FrameError("length byte differs", frame)
    try:
        found = lowlevel.parse(bytearray(frame))
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # the library trusts what a frame says
        raise FrameError("not readable", frame) from error
    if found is None:
        return None
    attributes = {name: value for name, value in vars(found).items() if value is not None}
    values: dict[str, object] = {}
    for theirs, ours in _VALUES.items():
        value = attributes.get(theirs)
        if isinstance(value, int | float | str) and value != "":
            values[ours] = value
    is_security, is_chime = frame[1] == SECURITY1, frame[1] == CHIME
    identity = str(attributes.get("id_string", ""))
    return Packet(
        kind=type(found).__name__,
        packet_type=frame[1],
        subtype=frame[2],
        sequence=frame[3],
        type_string=str(attributes.get("type_string", "")),
        id_string=_chime_id(frame) if is_chime and len(frame) > _CHIME_ID_AT + 3 else identity,
        rssi=frame[-1] >> 4 if is_chime else _small(attributes.get("rssi")),
        battery=_small(attributes.get("battery")),
        command=str(values.get("command_text", "")),
        status=frame[7] if is_security else None,
        values=values | ({"status_text": _status(attributes, frame[7])} if is_security else {}),
    )


def _chime_id(frame: bytes) -> str:
    """`00:ff` of a Byron SX, `00:a1:f3` of others; of a Byron BY's third byte only the bit that is not its key."""
    subtype, identity = frame[2], frame[_CHIME_ID_AT:-1]
    if subtype == _BYRON_SX:
        identity = identity[:2]
    elif subtype == _BYRON_BY:
        identity = identity[:2] + bytes([identity[2] & 0x80])
    elif subtype not in _FOUR_BYTES:
        identity = identity[:3]  # the fourth is not used
    return identity.hex(":")


def _small(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= 15 else None


def _status(attributes: Mapping[str, object], status: int) -> str:
    text = str(attributes.get("security1_status_string", "unknown"))
    return f"{text} Tamper" if status & 0x80 and not text.endswith("Tamper") else text
