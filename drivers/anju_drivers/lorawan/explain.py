"""LoRa lines, events and payloads for a technician and for the vector file."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Explained, Reading
from anju_drivers.errors import FrameError
from anju_drivers.framing.explained_lines import ExplainedLines
from anju_drivers.lorawan import milesight, payloads
from anju_drivers.lorawan.events import DeviceStatus, Event, Joined, Uplink
from anju_drivers.lorawan.frames import RakLines, RakPacket, read_rak_line
from anju_drivers.lorawan.reading_mapper import LorawanReadingMapper
from anju_drivers.lorawan.servers import read_event
from anju_drivers.lorawan.settings import LorawanSettings
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.testing.vectors import item_bytes, item_context


class EventLines(RakLines):
    """Lines as long as an event of a server with many gateways."""

    max_bytes = 32 * 1024


def decoder() -> ExplainedLines:
    """Lines of a RAK module, or one JSON event a line as `mosquitto_sub` prints them."""
    mapper = _mapper()
    return ExplainedLines(EventLines(), lambda line: _explain_line(line, mapper), "not understood")


def _mapper() -> LorawanReadingMapper:
    return LorawanReadingMapper(LorawanSettings("lorawan:decode"), RadioDedup())


def _explain_line(line: bytes, mapper: LorawanReadingMapper) -> Explained:
    if line.startswith(b"{"):
        return _event(read_event(line), mapper)
    answer = read_rak_line(line)
    if isinstance(answer, RakPacket):
        return Explained(f"LoRa packet, {len(answer.payload)} bytes, {answer.rssi_dbm} dBm", _packet(answer))
    return Explained(f"module: {answer.text}", {"status": answer.text})


def _event(event: Event, mapper: LorawanReadingMapper) -> Explained:
    if isinstance(event, Uplink):
        readings: tuple[Reading, ...] = tuple(mapper.map_uplink(event, 0.0))
        return Explained(f"uplink {event.counter} of {event.dev_eui}", _event_fields(event, ""), readings)
    if isinstance(event, DeviceStatus):
        return Explained(f"status of {event.dev_eui}", _event_fields(event, ""))
    if isinstance(event, Joined):
        mapper.note_join(event)
        return Explained(f"{event.dev_eui} has joined", _event_fields(event, ""))
    return Explained(f"{event.kind} of {event.dev_eui}", _event_fields(event, ""))


def _packet(packet: RakPacket) -> dict[str, object]:
    fields: dict[str, object] = {
        "event": "rxp2p",
        "rssi_dbm": packet.rssi_dbm,
        "snr_db": packet.snr_db,
        "payload_hex": packet.payload.hex(),
    }
    if packet.payload and all(0x20 <= byte < 0x7F for byte in packet.payload):
        fields["payload_text"] = packet.payload.decode("ascii")
    return fields


def _event_fields(event: Event, model: str) -> dict[str, object]:
    if isinstance(event, Uplink):
        model = model or next(filter(None, map(payloads.model_in, (event.profile, *event.tags))), "")
        fields: dict[str, object] = {
            "event": "up",
            "dev_eui": event.dev_eui,
            "fport": event.port,
            "fcnt": event.counter,
            "dev_addr": event.address,
            "payload_hex": event.payload.hex(),
            "reading": payloads.decode(event.payload, event.port, model) or None,
        }
        if event.gateways:
            best = max(event.gateways, key=lambda one: one.rssi_dbm)
            fields |= {"gateway_id": best.gateway_id, "rssi_dbm": best.rssi_dbm, "snr_db": best.snr_db}
        return fields
    if isinstance(event, DeviceStatus):
        return {
            "event": "status",
            "dev_eui": event.dev_eui,
            "battery_pct": event.battery_pct,
            "margin_db": event.margin_db,
        }
    if isinstance(event, Joined):
        return {"event": "join", "dev_eui": event.dev_eui, "dev_addr": event.address}
    return {"event": event.kind, "dev_eui": event.dev_eui}


def explain(data: bytes) -> list[Explained]:
    """Lines of a RAK module, events of a ChirpStack server, or one Milesight payload."""
    text = data.strip()
    if text.startswith(b"{"):
        try:
            return [_event(read_event(text), _mapper())]
        except FrameError:
            return decoder().feed(data + b"\n")
    is_payload = bool(text) and any(byte < 0x09 or byte > 0x7E for byte in text)
    if is_payload and (values := milesight.decode(data)).keys() - {"unknown"}:
        return [Explained("Milesight payload", {"reading": values})]
    return decoder().feed(data + b"\n")


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `lorawan_milesight.json` in the vocabulary of its `expect`. Raises `ValueError` without bytes."""
    data, model = item_bytes(item), str(item.get("model", "")).lower()
    if isinstance(item.get("input_hex"), str):
        port = item.get("fport")
        return payloads.decode(data, port if isinstance(port, int) else 0, model)
    try:
        if data.lstrip().startswith(b"{"):
            kind = str(item_context(item).get("topic", "")).rpartition("/")[2]
            return _event_fields(read_event(data, kind), model)
        found = read_rak_line(data)
    except FrameError as error:
        return {"event": None, "error": error.reason}
    return _packet(found) if isinstance(found, RakPacket) else {"event": None, "status": found.text}
