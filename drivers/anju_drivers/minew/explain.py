"""A Minew receiver's body for a technician and for the vector file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from anju_drivers.ble import advert
from anju_drivers.ble.explain import text_of
from anju_drivers.ble.formats.values import Values
from anju_drivers.ble.frames import RSSI_UNKNOWN
from anju_drivers.ble.interpretation import device_key, interpret, readings_without_history
from anju_drivers.driver import Explained
from anju_drivers.errors import FrameError
from anju_drivers.minew.frames import Heard, Packet, read_push
from anju_drivers.minew.reports import reports
from anju_drivers.testing.vectors import item_bytes


def explain(data: bytes) -> list[Explained]:
    """One body: a line for the receiver, then one for each sender."""
    try:
        push = read_push(data)
    except FrameError as error:
        return [Explained(f"damaged body: {error.reason}", {"error": error.reason})]
    receiver = text_of(push.receiver) or "unnamed"
    lines = [Explained(f"{push.form} from {receiver}, {len(push.heard)} senders", {"gateway_mac": receiver})]
    for heard in push.heard:
        fields = _fields(heard, push.form)
        readings = []
        for report in reports(heard):
            understood = advert.decode(report.address, report.data)
            device = device_key(report.address, report.address_type, understood)
            device = device or f"ble:{report.address.hex()}"
            readings += list(readings_without_history(device, interpret(understood)))
        strengths = ", ".join(str(one.rssi_dbm) for one in heard.packets if one.rssi_dbm != RSSI_UNKNOWN)
        lines.append(Explained(f"{fields['mac']} {strengths or 'no RSSI'} dBm", fields, tuple(readings)))
    return lines


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `minew_gateway.json` in the vocabulary of its `expect`. Raises `ValueError` without bytes."""
    data = item_bytes(item)
    try:
        push = read_push(data)
    except FrameError as error:
        return {"event": None, "error": error.reason}
    got: dict[str, object] = {
        "event": "push",
        "gateway_mac": text_of(push.receiver) if push.receiver else None,
        "device_count": len(push.heard),
        "devices": [_fields(heard, push.form) for heard in push.heard],
    }
    if push.form in ("binary_long", "connect"):
        got |= {
            "header_hex": data[:2].hex(),
            "declared_len": push.declared_bytes,
            "length_ok": push.declared_bytes == len(data),
            "bytes_used": push.used_bytes,
        }
    if push.form == "binary_long":
        got["tail_ok"] = data[-1] == 0xDD
    for theirs, ours in (("gatewayFree", "gateway_free_pct"), ("gatewayLoad", "gateway_load")):
        if theirs in push.about:
            got[ours] = push.about[theirs]
    return got


def _fields(heard: Heard, form: str) -> dict[str, object]:
    fields: dict[str, object] = {"mac": text_of(heard.address)}
    if form.startswith("json"):
        fields |= _json_fields(heard)
    else:
        fields["packets"] = [_packet_fields(packet) for packet in heard.packets]
    if reading := dict(_readings(heard)):
        fields["reading"] = reading
    return fields


def _packet_fields(packet: Packet) -> dict[str, object]:
    return {
        "adv_data_hex": packet.advert.hex(),
        "response_byte": packet.response,
        "random_address": packet.is_random,
        "rssi_dbm": packet.rssi_dbm,
    }


def _json_fields(heard: Heard) -> dict[str, object]:
    names = {
        "timestamp": "time_utc", "type": "type", "battery": "battery_pct", "temperature": "temperature_c",
        "humidity": "humidity_pct", "bleName": "local_name", "no": "channel",
    }  # fmt: skip
    fields = {ours: heard.decoded[theirs] for theirs, ours in names.items() if theirs in heard.decoded}
    if heard.packets and heard.packets[0].rssi_dbm != RSSI_UNKNOWN:
        fields["rssi_dbm"] = heard.packets[0].rssi_dbm
    if "rawData" in heard.decoded:
        fields["adv_data_hex"] = heard.packets[0].advert.hex() if heard.packets else ""
    return fields


def _readings(heard: Heard) -> Iterator[tuple[str, object]]:
    """What the advertisements say, of one sensor a plain value."""
    for packet in heard.packets:
        for part in advert.decode(heard.address, packet.advert).parts[:1]:
            yield from _plain(part.values).items()


def _plain(values: Values) -> Values:
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in values.items()}
