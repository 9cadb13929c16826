"""Captures explained: for people (`anju-edge decode ble`) and in the words of the vector files' `expect`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from anju_drivers.ble import (
    ad,
    advert,
    bthome,
    diract,
    eddystone,
    ela,
    frames,
    ibeacon,
    meaning,
    minew,
    moko,
    ruuvi,
)
from anju_drivers.ble.frames import AdvertisingReport, CommandComplete, CommandStatus, HciDecoder, HciEvent
from anju_drivers.ble.values import Values
from anju_drivers.driver import Explained

FILES = ("ble_hci_h4.json", "ble_payloads.json", "bthome_v2.json")
_EVENT_TYPES = ("ADV_IND", "ADV_DIRECT_IND", "ADV_SCAN_IND", "ADV_NONCONN_IND", "SCAN_RSP")
_ADDRESS_TYPES = {0: "public", 1: "random", 2: "public_identity", 3: "random_identity", 0xFF: "anonymous"}
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def decode_item(item: Mapping[str, object]) -> Mapping[str, object]:
    """What an item of one of `FILES` says, in its file's vocabulary. Raises `ValueError` for items without bytes."""
    data = item.get("input_hex")
    if not isinstance(data, str):
        raise ValueError("an item needs input_hex")
    value = bytes.fromhex(data)
    if "ad" in item:
        return {"reading": _payload(str(item.get("kind", "")), str(item.get("name", "")), str(item["ad"]), value)}
    if "service_uuid16" in item:
        return _bthome(item, value)
    return _hci(value, _keys(item))


def explain(data: bytes) -> list[Explained]:
    """The frames of a capture, one line each; bytes that form none are summed up in a last line."""
    decoder = HciDecoder()
    lines = [_explained(event) for event in decoder.feed(data) + decoder.idle()]
    if decoder.skipped:
        lines.append(Explained(f"{decoder.skipped} bytes belong to no frame", {"skipped_bytes": decoder.skipped}))
    return lines


class CaptureDecoder:
    """Explains a stream in any chunks. `dropped` counts the bytes that belonged to no frame."""

    def __init__(self) -> None:
        self.dropped = 0
        self._decoder = HciDecoder()

    def feed(self, data: bytes) -> list[Explained]:
        explained = [_explained(event) for event in self._decoder.feed(data)]
        self.dropped = self._decoder.skipped
        return explained


def _explained(event: HciEvent) -> Explained:
    if not isinstance(event, AdvertisingReport):
        fields = {name: f"{value:04x}" if name == "opcode" else value for name, value in event._asdict().items()}
        if isinstance(event, CommandComplete):
            fields["parameters"] = event.parameters.hex()
        return Explained(type(event).__name__, fields)
    understood = advert.decode(event.address, event.data)
    device = meaning.device_key(event.address, event.address_type, understood) or f"ble:{event.address.hex()}"
    fields = _report(event) | {"device": device} | _understood(understood)
    models = " + ".join(part.model for part in understood.parts) or "unknown"
    return Explained(
        f"{_address(event.address)} {event.rssi_dbm} dBm: {models}",
        fields,
        tuple(meaning.plain_readings(device, meaning.of(understood))),
    )


# --- ble_hci_h4 ---


def _keys(item: Mapping[str, object]) -> dict[str, bytes]:
    keys = item.get("aes_key")
    if not isinstance(keys, Mapping):
        return {}
    return {str(address).replace(":", "").lower(): bytes.fromhex(str(key)) for address, key in keys.items()}


def _hci(data: bytes, keys: Mapping[str, bytes]) -> dict[str, object]:
    decoder = HciDecoder()
    events = decoder.feed(data)
    if not events or decoder.skipped or decoder.pending:
        return _damaged(data, decoder, events)
    return _event(data, events, keys)


def _event(data: bytes, events: list[HciEvent], keys: Mapping[str, bytes]) -> dict[str, object]:
    got: dict[str, object] = {
        "hci_event_hex": f"{data[1]:02x}",
        "declared_len": data[2],
        "length_ok": data[2] == len(data) - 3,
    }
    first = events[0]
    if isinstance(first, CommandComplete):
        got |= {"num_hci_command_packets": first.credits, "opcode_hex": f"{first.opcode:04x}", "status": first.status}
        if first.opcode == frames.READ_BD_ADDR and len(first.parameters) == 7:
            got["bd_addr"] = _address(first.parameters[:0:-1])
        return got
    if isinstance(first, CommandStatus):
        return got | {"opcode_hex": f"{first.opcode:04x}", "status": first.status}
    if not isinstance(first, AdvertisingReport):
        return got | {"hardware_code": first.code}
    reports = [event for event in events if isinstance(event, AdvertisingReport)]
    got |= {
        "subevent": "le_extended_advertising_report" if first.extended else "le_advertising_report",
        "num_reports": len(reports),
        "report_len_ok": True,
    }
    got |= _report(first) | _understood(advert.decode(first.address, first.data, keys))
    if len(reports) > 1:
        got["reports"] = [_report(one) | _understood(advert.decode(one.address, one.data, keys)) for one in reports]
    return got


def _report(report: AdvertisingReport) -> dict[str, object]:
    structures = [{"type_hex": f"{kind:02x}", "data_hex": value.hex()} for kind, value in ad.structures(report.data)]
    if rest := ad.truncated(report.data):
        structures.append({"truncated_hex": rest.hex()})
    fields: dict[str, object] = {
        "address_type": _ADDRESS_TYPES.get(report.address_type, str(report.address_type)),
        "address": _address(report.address),
        "adv_data_hex": report.data.hex(),
        "rssi_dbm": report.rssi_dbm,
        "ad_structures": structures,
    }
    if report.extended:
        return fields | {
            "event_type_bits": report.event_type,
            "primary_phy": report.primary_phy,
            "secondary_phy": report.secondary_phy,
            "sid": report.sid,
            "tx_power_dbm": report.tx_power_dbm,
        }
    return fields | {"event_type": _EVENT_TYPES[report.event_type]}


def _understood(understood: advert.Advert) -> dict[str, object]:
    fields: dict[str, object] = {"reading": None}
    if understood.local_name:
        fields["local_name"] = understood.local_name
    if understood.parts:
        first = understood.parts[0]
        fields |= {"device_type": first.model, "reading": first.values or None}
        if first.family == "sonoff" and understood.own_address:
            fields["device_mac"] = _address(bytes.fromhex(understood.own_address))
    return fields


def _damaged(data: bytes, decoder: HciDecoder, events: list[HciEvent]) -> dict[str, object]:
    """Why these bytes are not exactly one frame, and what was still found in them."""
    found = [event for event in events if isinstance(event, AdvertisingReport)]
    if found:
        count = "one advertisement" if len(found) == 1 else f"{_number(len(found))} advertisements"
        frame_word = "one valid frame" if decoder.frames == 1 else f"{_number(decoder.frames)} valid frames"
        first = found[0]
        return {
            "event": f"{count} from {_address(first.address)} rssi {first.rssi_dbm}",
            "error": f"{decoder.skipped} garbage bytes, then {frame_word}",
            "reports": [_report(one) | _understood(advert.decode(one.address, one.data)) for one in found],
        }
    return {"event": None, "error": _length_error(data)}


def _length_error(data: bytes) -> str:
    if len(data) < 3 or data[0] != frames.EVENT:
        return "no frame"
    off = data[2] - (len(data) - 3)
    if off == 0:
        return "inner lengths do not add up"
    return f"declared parameter length {_number(abs(off))} too {'large' if off > 0 else 'small'}"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _address(address: bytes) -> str:
    return ":".join(f"{byte:02X}" for byte in address)


# --- ble_payloads ---


def _eddystone_or_kkm(value: bytes) -> Values | None:
    return eddystone.kkm(value) or eddystone.decode(value)


_DECODERS: dict[str, tuple[str, Callable[[bytes], Values | None]]] = {
    "ibeacon": ("manufacturer_data", ibeacon.ibeacon_id),
    "diract": ("manufacturer_data", diract.manufacturer),
    "ela": ("manufacturer_data", ela.manufacturer),
    "minew_mfr": ("manufacturer_data", minew.manufacturer),
    "moko": ("manufacturer_data", moko.manufacturer),
    "ruuvi": ("manufacturer_data", ruuvi.manufacturer),
    "eddystone": ("service_data", _eddystone_or_kkm),
    "minew_a1": ("service_data", minew.service),
}


def _payload(kind: str, name: str, where: str, value: bytes) -> Values | None:
    """A structure's value without its company or UUID: the item's kind, else its name, says whose it is."""
    for family, (_, decoder) in _DECODERS.items():
        if kind == family or (kind not in _DECODERS and name.startswith(family)):
            return decoder(value)
    for usual, decoder in _DECODERS.values():
        if usual == where and (read := decoder(value)) is not None and set(read) != {"uri"}:
            return read
    return None


# --- bthome_v2 ---


def _bthome(item: Mapping[str, object], value: bytes) -> dict[str, object]:
    address = bytes.fromhex(str(item.get("address", "00:00:00:00:00:00")).replace(":", ""))
    key = item.get("bind_key")
    message = bthome.decode(
        value, address, bytes.fromhex(key) if isinstance(key, str) else None, int(str(item["service_uuid16"]), 16)
    )
    if message is None:
        return {"bthome_version": None, "values": {}, "binary": {}, "events": {}}
    return {
        "bthome_version": message.version,
        "encrypted": message.encrypted,
        "trigger_based": message.trigger_based,
        "mac_included": message.mac_included,
        "values": {name: {"value": read, "unit": unit} for name, (read, unit) in message.values.items()},
        "binary": message.binary,
        "events": {
            name: {"event_type": kind, "props": properties} for name, (kind, properties) in message.events.items()
        },
    }
