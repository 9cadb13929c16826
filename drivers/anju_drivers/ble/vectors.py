"""Captures in the words of the vector files' `expect`, for tests and for `anju-edge decode ble --vectors`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from anju_drivers.ble import ad, advert, commands, frames
from anju_drivers.ble.explain import explain_report, report_fields, text_of, understood_fields
from anju_drivers.ble.formats import bthome, diract, eddystone, ela, ibeacon, minew, minew_tags, moko, ruuvi
from anju_drivers.ble.formats.values import Values
from anju_drivers.ble.frames import AdvertisingReport, CommandComplete, CommandStatus, HciDecoder, HciEvent
from anju_drivers.ble.reading_mapper import ReadingMapper
from anju_drivers.ble.settings import BleSettings
from anju_drivers.ble.shared_state import SharedState
from anju_drivers.driver import Explained
from anju_drivers.testing.cases import steps

FILES = (
    "ble_hci_h4.json", "ble_hci_h4_more.json", "ble_payloads.json", "ble_payloads_more.json", "bthome_v2.json",
    "bthome_v2_more.json",
)  # fmt: skip
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


def hear(item: Mapping[str, object]) -> Iterator[tuple[float, Explained]]:
    """What one receiver makes of an item's advertisements, in order and at their times.

    Structures without their company or UUID (`ad` items) cannot be heard. Raises `ValueError` without bytes.
    """
    if "ad" in item:
        return
    settings = BleSettings(port="", receiver="ble:decode", keys=_keys(item))
    mapper = ReadingMapper(settings, SharedState())
    for at_s, step in steps(item):
        for report in _reports(step, item):
            explained = explain_report(report, settings.keys)
            readings = tuple(mapper.map_report(report, at_s))
            yield at_s, Explained(explained.summary, explained.fields, readings)


def _reports(step: Mapping[str, object], item: Mapping[str, object]) -> list[AdvertisingReport]:
    digits = step.get("input_hex")
    if not isinstance(digits, str):
        raise ValueError("an item needs input_hex")
    data = bytes.fromhex(digits)
    if "service_uuid16" not in item:
        decoder = HciDecoder()
        found = decoder.feed(data) + decoder.idle()
        return [one for one in found if isinstance(one, AdvertisingReport)]
    uuid16, address = int(str(item["service_uuid16"]), 16), _address(item)
    return [AdvertisingReport(address, 0, 0, ad.encode(ad.service_data(uuid16, data)), -60)]


def _address(item: Mapping[str, object]) -> bytes:
    return bytes.fromhex(str(item.get("address", "00:00:00:00:00:00")).replace(":", ""))


def _keys(item: Mapping[str, object]) -> dict[str, bytes]:
    keys, key = item.get("aes_key"), item.get("bind_key")
    if isinstance(key, str):
        return {_address(item).hex(): bytes.fromhex(key)}
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
        if first.opcode == commands.READ_BD_ADDR and len(first.parameters) == 7:
            got["bd_addr"] = text_of(first.parameters[:0:-1])
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
    got |= _one(first, keys)
    if len(reports) > 1:
        got["reports"] = [_one(one, keys) for one in reports]
    return got


def _one(report: AdvertisingReport, keys: Mapping[str, bytes]) -> dict[str, object]:
    return report_fields(report) | understood_fields(advert.decode(report.address, report.data, keys))


def _damaged(data: bytes, decoder: HciDecoder, events: list[HciEvent]) -> dict[str, object]:
    """Why these bytes are not exactly one frame, and what was still found in them."""
    found = [event for event in events if isinstance(event, AdvertisingReport)]
    if found:
        count = "one advertisement" if len(found) == 1 else f"{_number(len(found))} advertisements"
        frame_word = "one valid frame" if decoder.frames == 1 else f"{_number(decoder.frames)} valid frames"
        first = found[0]
        return {
            "event": f"{count} from {text_of(first.address)} rssi {first.rssi_dbm}",
            "error": f"{decoder.skipped} garbage bytes, then {frame_word}",
            "reports": [_one(one, {}) for one in found],
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


def _eddystone_or_kkm(value: bytes) -> Values | None:
    return eddystone.kkm(value) or eddystone.decode(value)


_DECODERS: dict[str, tuple[str, Callable[[bytes], Values | None]]] = {
    "ibeacon": ("manufacturer_data", ibeacon.ibeacon_id),
    "diract": ("manufacturer_data", diract.manufacturer),
    "ela": ("manufacturer_data", ela.manufacturer),
    "minew_mfr": ("manufacturer_data", minew_tags.manufacturer),
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


def _bthome(item: Mapping[str, object], value: bytes) -> dict[str, object]:
    key = item.get("bind_key")
    message = bthome.decode(
        value,
        _address(item),
        bytes.fromhex(key) if isinstance(key, str) else None,
        int(str(item["service_uuid16"]), 16),
    )
    if message is None:
        return {"bthome_version": None, "values": {}, "binary": {}, "events": {}}
    return {
        "bthome_version": message.version,
        "encrypted": message.encrypted,
        "trigger_based": message.trigger_based,
        "mac_included": message.mac_included,
        "values": {name: {"value": read, "unit": unit or "None"} for name, (read, unit) in message.values.items()},
        "binary": message.binary,
        "device_type": message.device_type,
        "firmware": message.firmware,
        "events": {
            name: {"event_type": event.kind, "props": event.properties} for name, event in message.events.items()
        },
    }
