"""What LoRa receivers say: RAK AT lines on a serial port, ChirpStack v4 events over MQTT. No I/O.

Sources: RAK RUI3 AT command manual (+EVT:RXP2P:RSSI:SNR:payload) and public captures; ChirpStack v4, "Event types"
(JSON as protobuf writes it: fields that are 0 or empty are missing, so a missing fCnt is 0).
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from anju_drivers.errors import FrameError

MAX_LINE_BYTES = 1024
MAX_PAYLOAD_BYTES = 255
_RXP2P = re.compile(
    rb"\+EVT:RXP2P:\s*(?:RSSI\s)?\s*(-?\d{1,4})\s*:\s*(?:SNR\s)?\s*(-?\d{1,3})\s*:"
    rb"(?:\s*(\d{1,3})\s*:)?\s*((?:[0-9A-Fa-f]{2}){0,255})\s*"
)
_EUI = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class RakPacket:
    """A LoRa packet between peers: bytes and no sender's name."""

    rssi_dbm: int
    snr_db: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class RakStatus:
    """Any other line: an answer, a receive timeout or error. Never a packet."""

    text: str

    @property
    def is_stopped(self) -> bool:
        """The receiver left its receive mode, or may have."""
        return self.text.upper().startswith(("+EVT:RXP2P RECEIVE TIMEOUT", "+EVT:RXP2P RECEIVE ERROR"))


class RakLines:
    """Bytes in any chunks in, lines out, ended by CR, LF or both; longer ones are skipped and counted in `dropped`."""

    max_bytes = MAX_LINE_BYTES

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_skipping = False
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        found: list[bytes] = []
        *lines, rest = data.replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            whole, self._rest = bytes(self._rest + line).strip(b"\0 \t"), bytearray()
            if self._is_skipping:
                self._is_skipping = False
            elif len(whole) > self.max_bytes:
                self.dropped += 1
            elif whole:
                found.append(whole)
        self._rest += rest
        if self._is_skipping:
            self._rest.clear()
        elif len(self._rest) > self.max_bytes:
            self._rest.clear()
            self._is_skipping = True
            self.dropped += 1
        return found


def read_rak_line(line: bytes) -> RakPacket | RakStatus:
    """One line. Raises `FrameError` for a packet that is damaged.

    Some firmware writes the words RSSI and SNR before the numbers, or the payload's length before the payload.
    """
    found = _RXP2P.fullmatch(line.strip())
    if found:
        payload = bytes.fromhex(found[4].decode())
        if found[3] and int(found[3]) != len(payload):
            raise FrameError("declared length differs")
        return RakPacket(int(found[1]), int(found[2]), payload)
    text = line.decode("ascii", "replace").strip()
    if text.startswith("+EVT:RXP2P:"):
        raise FrameError("damaged packet line")
    return RakStatus(text[:80])


@dataclass(frozen=True, slots=True)
class Gateway:
    """One LoRaWAN gateway that heard an uplink."""

    gateway_id: str
    rssi_dbm: int
    snr_db: float


@dataclass(frozen=True, slots=True)
class Uplink:
    """An uplink of a device. `address` is the session's, changed by each join; `unique` names this delivery."""

    dev_eui: str
    counter: int
    port: int
    payload: bytes
    address: str
    unique: str
    gateways: tuple[Gateway, ...]
    profile: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """A device has joined: its counter begins anew."""

    dev_eui: str
    address: str


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """What the LoRaWAN layer of a device says; a battery of None is unknown or mains."""

    dev_eui: str
    battery_pct: float | None
    margin_db: int


@dataclass(frozen=True, slots=True)
class OtherEvent:
    """ack, txack, log, location, integration: nothing for us."""

    dev_eui: str
    kind: str


Event = Uplink | Joined | DeviceStatus | OtherEvent


def read_event(body: bytes, kind: str = "") -> Event:
    """One ChirpStack event; `kind` is the topic's last word, else told from the fields. Raises `FrameError`."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(value, dict):
        raise FrameError("not an object")
    info = _object(value, "deviceInfo")
    dev_eui = str(info.get("devEui", "")).lower()
    if not _EUI.fullmatch(dev_eui):
        raise FrameError("no devEui: only ChirpStack v4 with JSON is understood")
    match kind or _kind(value):
        case "up":
            return _uplink(value, info, dev_eui)
        case "join":
            return Joined(dev_eui, str(value.get("devAddr", "")).lower())
        case "status":
            return _status(value, dev_eui)
        case other:
            return OtherEvent(dev_eui, other)


def _kind(value: Mapping[str, object]) -> str:
    if any(name in value for name in ("rxInfo", "data", "fPort", "dr")):
        return "up"
    if any(name in value for name in ("margin", "batteryLevel", "externalPowerSource", "batteryLevelUnavailable")):
        return "status"
    return "join" if "devAddr" in value else "other"


def _object(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    inner = value.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _whole(value: object, default: int = 0) -> int:
    """Protobuf writes 64-bit numbers as texts."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _uplink(value: Mapping[str, object], info: Mapping[str, object], dev_eui: str) -> Uplink:
    data = value.get("data") or ""
    try:
        payload = base64.b64decode(data, validate=True) if isinstance(data, str) else b""
    except ValueError as error:
        raise FrameError("data is not base64") from error
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise FrameError("data is longer than a LoRaWAN payload")
    heard = value.get("rxInfo")
    gateways = [_gateway(one) for one in heard if isinstance(one, Mapping)] if isinstance(heard, list) else []
    tags = _object(info, "tags")
    return Uplink(
        dev_eui=dev_eui,
        counter=max(0, _whole(value.get("fCnt"))),
        port=_whole(value.get("fPort")),
        payload=payload,
        address=str(value.get("devAddr", "")).lower(),
        unique=str(value.get("deduplicationId", "")),
        gateways=tuple(one for one in gateways if one.gateway_id),
        profile=str(info.get("deviceProfileName", "")),
        tags=tuple(f"{name} {one}" for name, one in tags.items() if isinstance(one, str)),
    )


def _gateway(value: Mapping[str, object]) -> Gateway:
    rssi, snr = value.get("rssi"), value.get("snr")
    return Gateway(
        str(value.get("gatewayId", "")).lower()[:32],
        round(rssi) if isinstance(rssi, int | float) and -300 < rssi < 100 else 0,
        float(snr) if isinstance(snr, int | float) and -300 < snr < 300 else 0.0,
    )


def _status(value: Mapping[str, object], dev_eui: str) -> DeviceStatus:
    level = value.get("batteryLevel", 0.0)
    unknown = value.get("batteryLevelUnavailable") is True or value.get("externalPowerSource") is True
    is_level = isinstance(level, int | float) and not isinstance(level, bool) and 0 <= level <= 100
    return DeviceStatus(
        dev_eui,
        float(level) if is_level and not unknown and isinstance(level, int | float) else None,
        _whole(value.get("margin")),
    )
