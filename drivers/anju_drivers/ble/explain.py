"""Captures explained to a person: `anju-edge decode ble`."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.ble import ad, advert
from anju_drivers.ble.frames import AdvertisingReport, CommandComplete, HciDecoder, HciEvent
from anju_drivers.ble.interpretation import device_key, interpret, readings_without_history
from anju_drivers.driver import Explained

_EVENT_TYPES = ("ADV_IND", "ADV_DIRECT_IND", "ADV_SCAN_IND", "ADV_NONCONN_IND", "SCAN_RSP")
_ADDRESS_TYPES = {0: "public", 1: "random", 2: "public_identity", 3: "random_identity", 0xFF: "anonymous"}


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
    return explain_report(event)


def explain_report(event: AdvertisingReport, keys: Mapping[str, bytes] | None = None) -> Explained:
    """One advertisement, without any memory of earlier ones. `keys` maps 12 hex digits to bind keys."""
    understood = advert.decode(event.address, event.data, keys)
    device = device_key(event.address, event.address_type, understood) or f"ble:{event.address.hex()}"
    fields = report_fields(event) | {"device": device} | understood_fields(understood)
    models = " + ".join(part.model for part in understood.parts) or "unknown"
    return Explained(
        f"{text_of(event.address)} {event.rssi_dbm} dBm: {models}",
        fields,
        tuple(readings_without_history(device, interpret(understood))),
    )


def report_fields(report: AdvertisingReport) -> dict[str, object]:
    structures = [{"type_hex": f"{kind:02x}", "data_hex": value.hex()} for kind, value in ad.structures(report.data)]
    if rest := ad.truncated(report.data):
        structures.append({"truncated_hex": rest.hex()})
    fields: dict[str, object] = {
        "address_type": _ADDRESS_TYPES.get(report.address_type, str(report.address_type)),
        "address": text_of(report.address),
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


def understood_fields(understood: advert.Advert) -> dict[str, object]:
    fields: dict[str, object] = {"reading": None}
    if understood.local_name:
        fields["local_name"] = understood.local_name
    if understood.parts:
        first = understood.parts[0]
        fields |= {"device_type": first.model, "reading": first.values or None}
        if first.family == "sonoff" and understood.own_address:
            fields["device_mac"] = text_of(bytes.fromhex(understood.own_address))
    return fields


def text_of(address: bytes) -> str:
    return ":".join(f"{byte:02X}" for byte in address)
