"""An RFXtrx433's bytes for a technician and for the vector file."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Explained, Reading
from anju_drivers.errors import FrameError
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.rfxtrx.frames import SECURITY1, FrameDecoder, Packet
from anju_drivers.rfxtrx.reading_mapper import RfxtrxReadingMapper
from anju_drivers.rfxtrx.settings import RfxtrxSettings
from anju_drivers.testing.vectors import item_bytes


class PacketStream:
    """Packets with the readings each would make if its class were enabled. `dropped` counts stray bytes."""

    def __init__(self) -> None:
        self._frames = FrameDecoder()
        self._damaged = 0
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return bool(self._frames.pending)

    def feed(self, data: bytes) -> list[Explained]:
        explained = [self._explain(frame) for frame in self._frames.feed(data)]
        self.dropped = self._frames.skipped + self._damaged
        return explained

    def finish(self) -> list[Explained]:
        """The capture ended: what an unfinished frame hid."""
        explained = [self._explain(frame) for frame in self._frames.idle()]
        self.dropped = self._frames.skipped + self._damaged
        return explained

    def _explain(self, frame: bytes) -> Explained:
        from anju_drivers.rfxtrx.packets import read_packet  # its library is no part of an idle box

        try:
            packet = read_packet(frame)
        except FrameError as error:
            self._damaged += 1
            return Explained(f"damaged packet: {error.reason}", {"error": error.reason})
        if packet is None:
            return Explained(f"packet of unknown type {frame[1]:02x}", {"packet_type_hex": f"{frame[1]:02x}"})
        return Explained(f"{packet.kind} {packet.id_string}", _fields(packet), tuple(_readings(packet)))


def _readings(packet: Packet) -> list[Reading]:
    settings = RfxtrxSettings("", "rfxtrx:decode", classes=frozenset({packet.kind}))
    readings = RfxtrxReadingMapper(settings, RadioDedup(instance_id=bytes(4))).map_packet(packet, 0.0)
    return readings if packet.kind not in ("Status", "Undecoded") else []


def explain(data: bytes) -> list[Explained]:
    """Every packet of a capture; bytes that belong to none are summed up in a last line."""
    stream = PacketStream()
    lines = stream.feed(data) + stream.finish()
    if stream.dropped:
        lines.append(Explained(f"{stream.dropped} bytes belong to no packet", {"skipped_bytes": stream.dropped}))
    return lines


def _fields(packet: Packet) -> dict[str, object]:
    fields: dict[str, object] = {
        "packet_type_hex": f"{packet.packet_type:02x}",
        "subtype": packet.subtype,
        "seq": packet.sequence,
        "packet_class": packet.kind,
        "type_string": packet.type_string,
        "id_string": packet.id_string,
        **packet.values,
    }
    if packet.rssi is not None:
        fields["rssi_0_15"] = packet.rssi
    if packet.battery is not None:
        fields["battery_0_9"] = packet.battery
    if packet.packet_type == SECURITY1:
        fields["status"] = packet.status
    return fields


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `rfxtrx433.json` in the vocabulary of its `expect`. Raises `ValueError` without bytes."""
    from anju_drivers.rfxtrx.packets import read_packet

    data = item_bytes(item)
    got: dict[str, object] = {"event": None}
    if data:
        got |= {"declared_len": data[0], "length_ok": data[0] == len(data) - 1}
    if len(data) >= 4:
        got |= {"packet_type_hex": f"{data[1]:02x}", "subtype": data[2], "seq": data[3]}
    try:
        packet = read_packet(data)
    except FrameError as error:
        return got | {"error": error.reason}
    return got if packet is None else got | {"event": packet.kind.lower()} | _fields(packet)
