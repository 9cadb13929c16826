"""RFXtrx433 on a serial port: its bytes in, packets out. What a packet says is decoded by pyRFXtrx. No I/O.

Frame: length (of what follows), type, subtype, sequence number, data; 38400 8N1, no checksum. The sequence number is
the transceiver's own, not the sender's. Source: pyRFXtrx 0.34 (LGPL-3, used as a library), packet types as in RFXCOM's
public list. A frame counts only when its type is known and, for the types that raise alarms, its length is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from RFXtrx import lowlevel

from anju_drivers.errors import FrameError

MIN_LENGTH, MAX_LENGTH = 4, 40
INTERFACE, TRANSMITTER = 0x01, 0x02
LIGHTING4, SECURITY1 = 0x13, 0x20
RESET, STATUS, START = 0x00, 0x02, 0x07  # interface commands
_LENGTHS = {TRANSMITTER: (4,), LIGHTING4: (9,), SECURITY1: (8,)}
_TYPES = (
    frozenset(lowlevel.PACKET_TYPES)
    | {INTERFACE, TRANSMITTER}
    | frozenset((0x17, 0x18, 0x1B, 0x1C, 0x1D, 0x1F, 0x21, 0x28, 0x30, 0x40, 0x41, 0x42, 0x43, 0x48, 0x58, 0x5D))
    | frozenset((0x5E, 0x5F, 0x61, 0x70, 0x72, 0x73, 0x76, 0x7F))
)
_WAIT, _NO_FRAME = -1, 0


class FrameDecoder:
    """Bytes in any chunks in, whole frames out. Never raises and holds at most one frame.

    `frames` counts whole frames, `skipped` the bytes that belonged to none.
    """

    def __init__(self) -> None:
        self._rest = b""
        self.frames = 0
        self.skipped = 0

    @property
    def pending(self) -> int:
        return len(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        buffer = self._rest + data
        found: list[bytes] = []
        at, end = 0, len(buffer)
        while at < end:
            size = _size(buffer, at, end)
            if size == _WAIT:
                break
            if size == _NO_FRAME:
                self.skipped += buffer[at] != 0  # zeros are what the transceiver sends while it starts
                at += 1
                continue
            found.append(buffer[at : at + size])
            self.frames += 1
            at += size
        self._rest = buffer[at:]
        return found

    def idle(self) -> list[bytes]:
        """The line fell silent in the middle of what looked like a frame: it was none. Finds what it hid."""
        found: list[bytes] = []
        while self._rest:
            buffer, self._rest = self._rest[1:], b""
            self.skipped += 1
            found += self.feed(buffer)
        return found


def _size(buffer: bytes, at: int, end: int) -> int:
    """Whole size of the frame at `at`, 0 when there is none, -1 when more bytes must tell."""
    length = buffer[at]
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        return _NO_FRAME
    if at + 1 >= end:
        return _WAIT
    kind = buffer[at + 1]
    if kind not in _TYPES or length not in _LENGTHS.get(kind, (length,)):
        return _NO_FRAME
    return length + 1 if end - at > length else _WAIT


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet, decoded. `kind` is pyRFXtrx's class, `values` its attributes by our names, only those it has.

    `command` is the text of a remote's command, `status` the whole status byte of a Security1 packet.
    """

    kind: str
    packet_type: int
    subtype: int
    sequence: int
    type_string: str
    id_string: str
    rssi: int | None = None
    battery: int | None = None
    command: str = ""
    status: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_tampered(self) -> bool:
        return self.status is not None and bool(self.status & 0x80)


_VALUES = {
    "humidity": "humidity_pct", "humidity_status_string": "humidity_status_string", "temp": "temperature_c",
    "temperature": "temperature_c", "temp1": "temperature_c", "temp2": "temperature2_c", "chill": "chill_c",
    "cmnd": "command", "cmnd_string": "command_text", "level": "level", "cmd": "cmd", "pulse": "pulse_us",
    "sound": "sound", "firmware_version": "firmware_version", "output_power": "output_power", "baro": "baro_hpa",
    "forecast_string": "forecast_string", "direction": "wind_direction_deg", "average_speed": "wind_average_m_s",
    "gust": "wind_gust_m_s", "raintotal": "rain_total_mm", "rainrate": "rain_rate", "uvi": "uv_index",
    "currentwatt": "power_w", "totalwatts": "energy_wh", "value": "value", "count": "count",
}  # fmt: skip


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
    is_security = frame[1] == SECURITY1
    return Packet(
        kind=type(found).__name__,
        packet_type=frame[1],
        subtype=frame[2],
        sequence=frame[3],
        type_string=str(attributes.get("type_string", "")),
        id_string=str(attributes.get("id_string", "")),
        rssi=_small(attributes.get("rssi")),
        battery=_small(attributes.get("battery")),
        command=str(values.get("command_text", "")),
        status=frame[7] if is_security else None,
        values=values | ({"status_text": _status(attributes, frame[7])} if is_security else {}),
    )


def _small(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= 15 else None


def _status(attributes: Mapping[str, object], status: int) -> str:
    text = str(attributes.get("security1_status_string", "unknown"))
    return f"{text} Tamper" if status & 0x80 and not text.endswith("Tamper") else text


def command(code: int, sequence: int = 0) -> bytes:
    """An interface command: RESET, STATUS or START."""
    return bytes((0x0D, 0x00, 0x00, sequence & 0xFF, code)) + bytes(9)
