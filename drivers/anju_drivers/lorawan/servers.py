"""Events of LoRaWAN servers, told apart by their fields, since topics are the site's to choose. No I/O.

| server | an uplink is | payload |
|---|---|---|
| ChirpStack 4 | `deviceInfo`, `fPort`, `data` | base64 |
| ChirpStack 3, and servers inside gateways of RAK and Milesight | `devEUI` (hex, or base64), `data` | base64 |
| The Things Stack 3 | `end_device_ids`, `uplink_message` | base64 |
| ThingPark (Actility and operators) | `DevEUI_uplink`; numbers may be texts | hex |
| Everynet | `type` uplink, `meta`, `params` | base64 |
| Wanesy (Kerlink) | `endDevice`, `gwInfo`, `payload` | hex, or base64 (`encodingType`) |

Protobuf's JSON leaves out what is 0 or empty: a missing counter is 0. Sources: ChirpStack 4, "Event types", and
chirpstack-api 3.11.1, `integration.proto`; The Things Stack, "Data formats"; public captures of all six, named in
`tests/vectors/lorawan_servers.json`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from anju_drivers.errors import FrameError
from anju_drivers.framing.json_text import read_json
from anju_drivers.lorawan.events import DeviceStatus, Event, Gateway, Joined, OtherEvent, Uplink

MAX_PAYLOAD_BYTES = 255
_EUI = re.compile(r"[0-9a-f]{16}")
_EUI_BYTES = 8
_DEVICE_ID = re.compile(r"[a-z0-9](?:-?[a-z0-9]){1,35}")  # as The Things Stack allows them
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
# Last words of ChirpStack's topics that say more than the fields. Any other word, such as a site's own, says nothing.
_TOPIC_KINDS = {"up": "up", "rx": "up", "join": "join", "status": "status"} | {
    kind: kind for kind in ("ack", "txack", "log", "error", "location", "integration")
}

_Fields = Mapping[str, object]


def read_event(body: bytes, topic_word: str = "") -> Event:
    """One event; `topic_word` is the last word of its topic. Raises `FrameError` for what no server of these sends."""
    try:
        value = read_json(body)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(value, dict):
        raise FrameError("not an object")
    if "deviceInfo" in value or "devEUI" in value:
        return _chirpstack(value, _TOPIC_KINDS.get(topic_word, ""))
    if "end_device_ids" in value:
        return _things_stack(value)
    if any(name.startswith("DevEUI_") for name in value):
        return _thingpark(value)
    if "meta" in value and "params" in value:
        return _everynet(value)
    if "endDevice" in value:
        return _wanesy(value)
    raise FrameError("no event of a LoRaWAN server that we know: JSON with deviceInfo, devEUI or end_device_ids")


def _chirpstack(value: _Fields, kind: str) -> Event:
    is_v3 = "deviceInfo" not in value
    info = value if is_v3 else _object(value, "deviceInfo")
    dev_eui = _eui(info.get("devEUI" if is_v3 else "devEui"))
    address = _address(value.get("devAddr"))
    match "up" if "data" in value or "fPort" in value else kind or _chirpstack_kind(value):
        case "up":
            return Uplink(
                dev_eui=dev_eui,
                counter=_counter(value.get("fCnt")),
                port=_whole(value.get("fPort")),
                payload=_from_base64(value.get("data")),
                address=address,
                unique=str(value.get("deduplicationId", "")),
                gateways=_gateways(value.get("rxInfo"), ("gatewayId", "gatewayID", "mac"), ("snr", "loRaSNR")),
                profile=str(info.get("deviceProfileName", "")),
                tags=_texts(_object(info, "tags")),
            )
        case "join":
            return Joined(dev_eui, address)
        case "status":
            return _status(value, dev_eui)
        case other:
            return OtherEvent(dev_eui, other)


def _chirpstack_kind(value: _Fields) -> str:
    if "rxInfo" in value or "dr" in value:
        return "up"
    if any(name in value for name in ("margin", "batteryLevel", "externalPowerSource", "batteryLevelUnavailable")):
        return "status"
    return "join" if "devAddr" in value else "other"


def _status(value: _Fields, dev_eui: str) -> DeviceStatus:
    level = value.get("batteryLevel", 0.0)
    unknown = value.get("batteryLevelUnavailable") is True or value.get("externalPowerSource") is True
    is_level = isinstance(level, int | float) and not isinstance(level, bool) and 0 <= level <= 100
    return DeviceStatus(
        dev_eui,
        float(level) if is_level and not unknown and isinstance(level, int | float) else None,
        _whole(value.get("margin")),
    )


def _things_stack(value: _Fields) -> Event:
    ids = _object(value, "end_device_ids")
    dev_eui = str(ids.get("dev_eui", "")).lower()
    if not _EUI.fullmatch(dev_eui):  # a device that was activated by hand need not have one
        dev_eui = str(ids.get("device_id", ""))
        if not _DEVICE_ID.fullmatch(dev_eui):
            raise FrameError("no dev_eui and no device_id")
    address = _address(ids.get("dev_addr"))
    if "join_accept" in value:
        return Joined(dev_eui, address)
    if "uplink_message" not in value:
        kinds = (name for name in value if name not in ("end_device_ids", "correlation_ids", "received_at"))
        return OtherEvent(dev_eui, next(iter(kinds), "other")[:40])
    message = _object(value, "uplink_message")
    version = _object(message, "version_ids")
    return Uplink(
        dev_eui=dev_eui,
        counter=_counter(message.get("f_cnt")),
        port=_whole(message.get("f_port")),
        payload=_from_base64(message.get("frm_payload")),
        address=address,
        unique="",
        gateways=_gateways(message.get("rx_metadata"), ("gateway_ids",), ("snr",)),
        profile=f"{version.get('brand_id', '')} {version.get('model_id', '')}".strip(),
        tags=(*_texts(_object(message, "attributes")), *_texts(_object(value, "attributes"))),
    )


def _thingpark(value: _Fields) -> Event:
    kind = next(name for name in value if name.startswith("DevEUI_"))
    inner = _object(value, kind)
    dev_eui = _eui(inner.get("DevEUI"))
    if kind != "DevEUI_uplink":
        return OtherEvent(dev_eui, kind.removeprefix("DevEUI_")[:40])
    heard = _object(inner, "Lrrs").get("Lrr")
    own = {name: inner.get(name) for name in ("Lrrid", "LrrRSSI", "LrrSNR")}
    customer = _object(_object(inner, "CustomerData"), "alr")
    return Uplink(
        dev_eui=dev_eui,
        counter=_counter(inner.get("FCntUp")),
        port=_whole(inner.get("FPort")),
        payload=_from_hex(inner.get("payload_hex")),
        address=_address(inner.get("DevAddr")),
        unique="",
        gateways=_gateways(heard or [own], ("Lrrid",), ("LrrSNR",), "LrrRSSI"),
        profile="",
        tags=(*_texts(_object(_object(inner, "DriverCfg"), "app")), *_texts(customer)),
    )


def _everynet(value: _Fields) -> Event:
    meta, params = _object(value, "meta"), _object(value, "params")
    dev_eui = _eui(meta.get("device"))
    kind = str(value.get("type", ""))
    if kind != "uplink":
        return OtherEvent(dev_eui, kind[:40])
    hardware = _object(_object(params, "radio"), "hardware")
    heard = {"id": meta.get("gateway"), "rssi": hardware.get("rssi"), "snr": hardware.get("snr")}
    return Uplink(
        dev_eui=dev_eui,
        counter=_counter(params.get("counter_up")),
        port=_whole(params.get("port")),
        payload=_from_base64(params.get("payload")),
        address=_address(meta.get("device_addr")),
        unique="",
        gateways=_gateways([heard], ("id",), ("snr",)),
        profile="",
        tags=(),
    )


def _wanesy(value: _Fields) -> Event:
    device = _object(value, "endDevice")
    dev_eui = _eui(device.get("devEui"))
    if "payload" not in value:
        return OtherEvent(dev_eui, "other")
    is_base64 = str(value.get("encodingType", "")).upper() == "BASE64"
    return Uplink(
        dev_eui=dev_eui,
        counter=_counter(value.get("fCntUp")),
        port=_whole(value.get("fPort")),
        payload=(_from_base64 if is_base64 else _from_hex)(value.get("payload")),
        address=_address(device.get("devAddr")),
        unique="",
        gateways=_gateways(value.get("gwInfo"), ("gwEui",), ("snr",)),
        profile="",
        tags=(),
    )


def _object(value: _Fields, name: str) -> _Fields:
    inner = value.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _texts(tags: _Fields) -> tuple[str, ...]:
    return tuple(f"{name} {one}" for name, one in tags.items() if isinstance(one, str))


def _address(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""


def _whole(value: object) -> int:
    """Protobuf writes 64-bit numbers as texts, and ThingPark all numbers."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _counter(value: object) -> int:
    return max(0, _whole(value))


def _level(value: object) -> float | None:
    """A signal's strength in dBm or dB; None for what can be none."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,4}(\.\d{1,9})?", value):
        value = float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isinstance(value, int | float) and -300 < value < 300 else None


def _eui(value: object) -> str:
    """An EUI of 16 hex digits, in lower case. Protobuf's own JSON writes its eight bytes as base64."""
    text = value if isinstance(value, str) else ""
    digits = text.replace("-", "").replace(":", "").lower()
    if _EUI.fullmatch(digits):
        return digits
    try:
        whole = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        whole = b""
    if len(whole) != _EUI_BYTES:
        raise FrameError("no EUI of the device")
    return whole.hex()


def _from_base64(data: object) -> bytes:
    if data is None:  # nothing but LoRaWAN commands
        return b""
    if not isinstance(data, str):
        raise FrameError("data is no text: the server must pass payloads on as they are")
    try:
        return _bounded(base64.b64decode(data, validate=True))
    except ValueError as error:
        raise FrameError("data is not base64") from error


def _from_hex(data: object) -> bytes:
    if data is None:
        return b""
    if not isinstance(data, str) or not _HEX.fullmatch(data):
        raise FrameError("payload is not hex")
    return _bounded(bytes.fromhex(data))


def _bounded(payload: bytes) -> bytes:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise FrameError("data is longer than a LoRaWAN payload")
    return payload


def _gateways(
    heard: object, id_names: tuple[str, ...], snr_names: tuple[str, ...], rssi_name: str = "rssi"
) -> tuple[Gateway, ...]:
    listed = [one for one in heard if isinstance(one, Mapping)] if isinstance(heard, list) else []
    found = (_gateway(one, id_names, snr_names, rssi_name) for one in listed)
    return tuple(one for one in found if one.gateway_id)


def _gateway(value: _Fields, id_names: tuple[str, ...], snr_names: tuple[str, ...], rssi_name: str) -> Gateway:
    named = next((value[name] for name in id_names if name in value), "")
    if isinstance(named, Mapping):  # The Things Stack: an EUI, and a name that its owner gave
        named = named.get("eui") or named.get("gateway_id") or ""
    rssi_dbm = _level(value.get(rssi_name))
    snr_db = next((one for one in (_level(value.get(name)) for name in snr_names) if one is not None), 0.0)
    return Gateway(_gateway_id(named), round(rssi_dbm or 0.0), snr_db)


def _gateway_id(value: object) -> str:
    """A gateway's EUI or name, as it may stand in a device key."""
    text = value if isinstance(value, str) else ""
    try:
        return _eui(text)
    except FrameError:
        return re.sub(r"[^a-z0-9_-]", "", text.lower())[:32]
