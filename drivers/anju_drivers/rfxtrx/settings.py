"""The driver's table of `edge.toml`: the port, which packet classes act, which codes are learned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anju_drivers.driver import Reason
from anju_drivers.options import Options
from anju_drivers.rfxtrx.frames import Packet

CLASSES = (  # those of pyRFXtrx; importing it to list them would load it on every box
    "Baro",
    "Bbq",
    "Cartelectronic",
    "Chime",
    "DDxxxx",
    "Energy",
    "Energy1",
    "Energy4",
    "Energy5",
    "Funkbus",
    "Humid",
    "Lighting1",
    "Lighting2",
    "Lighting3",
    "Lighting4",
    "Lighting5",
    "Lighting6",
    "Rain",
    "RfxMeter",
    "Rfy",
    "RollerTrol",
    "Security1",
    "Status",
    "Temp",
    "TempHumid",
    "TempHumidBaro",
    "TempRain",
    "UV",
    "Undecoded",
    "Wind",
)
LEARNED = ("Chime", "Funkbus", "Lighting1", "Lighting2", "Lighting3", "Lighting4", "Lighting5", "Lighting6")

OPTIONS = {
    "port": "serial port of the transceiver: /dev/serial/by-id/usb-RFXCOM_*, a glob or another path (required)",
    "baud": "speed of the port, 9600 to 115200 (38400)",
    "receiver": "device key of this receiver (rfxtrx: and the driver's name)",
    "classes": "packet classes that act without pairing: Security1, and sensors such as TempHumid (Security1)",
    "paired": "list of tables with class, id, command, reasons, device: remotes and pendants that may act",
    "burst_s": "the same message within this time of its last copy is one message, 1 to 10 (3)",
    "state_min_s": "numbers of one sensor are told at most this often, 1 to 3600 (60)",
    "silent_s": "a transceiver that does not answer for so long is lost, 5 to 600 (30)",
}
PAIR_OPTIONS = {
    "class": f"packet class, one of {', '.join(CLASSES)}",
    "id": "id as the class has it; of Lighting4 the 24-bit code in hex; a * at its end stands for any rest",
    "command": "only this command, such as On; any when absent",
    "reasons": "what it means (sos; of Security1 by its own status)",
    "device": "device key; rfxtrx:class-id when absent",
}
_KEY = re.compile(r"[a-z0-9_]+:[^\sA-Z]{1,64}")


@dataclass(frozen=True, slots=True)
class Pair:
    """One learned device. `start` is the id, or its beginning with `is_prefix`."""

    kind: str
    start: str
    is_prefix: bool
    command: str | None
    reasons: frozenset[Reason]
    device: str

    def is_of(self, packet: Packet) -> bool:
        if packet.kind != self.kind:
            return False
        own = packet.id_string.partition(":")[0] if packet.kind == "Security1" else packet.id_string.lower()
        if packet.kind == "Chime" and own.startswith(f"{self.start}:"):
            return True  # its first two bytes, as pyRFXtrx shows them, are still good for a button that was paired so
        return own.startswith(self.start) if self.is_prefix else own == self.start

    def matches(self, packet: Packet) -> bool:
        return self.is_of(packet) and self.command in (None, packet.command.lower())


@dataclass(frozen=True, slots=True)
class RfxtrxSettings:
    port: str
    receiver: str
    baud: int = 38400
    classes: frozenset[str] = frozenset({"Security1"})
    pairs: tuple[Pair, ...] = ()
    burst_s: float = 3.0
    state_min_s: float = 60.0
    silent_s: float = 30.0


def read(name: str, options: Mapping[str, object]) -> RfxtrxSettings:
    """Raises `DriverConfigError` with the key of what is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    receiver = table.text("receiver", f"rfxtrx:{name.lower()}")
    if not _KEY.fullmatch(receiver):
        raise table.fail("receiver", "must be a device key: family:identity in lower case")
    classes = frozenset(table.texts("classes")) if "classes" in table else frozenset({"Security1"})
    for kind in sorted(classes):
        if kind in LEARNED:
            raise table.fail("classes", f"{kind} acts only for devices listed under paired")
        if kind not in CLASSES:
            raise table.fail("classes", f"{kind!r} is none of {', '.join(CLASSES)}")
    entries = options.get("paired", [])
    if not isinstance(entries, list) or not all(isinstance(one, Mapping) for one in entries):
        raise table.fail("paired", "must be a list of tables")
    pairs = [_pair(Options(one, PAIR_OPTIONS, f"paired[{number}].")) for number, one in enumerate(entries, 1)]
    return RfxtrxSettings(
        port=table.text("port"),
        receiver=receiver,
        baud=table.integer("baud", 38400, 9600, 115200),
        classes=classes,
        pairs=tuple(pairs),
        burst_s=table.number("burst_s", 3.0, 1, 10),
        state_min_s=table.number("state_min_s", 60.0, 1, 3600),
        silent_s=table.number("silent_s", 30.0, 5, 600),
    )


def _pair(table: Options) -> Pair:
    identity = table.text("id").lower()
    try:
        reasons = frozenset(Reason(one) for one in table.texts("reasons"))
    except ValueError as error:
        raise table.fail("reasons", f"reasons are {', '.join(Reason)}") from error
    device = table.text("device", "")
    if device and not _KEY.fullmatch(device):
        raise table.fail("device", "must be a device key: family:identity in lower case")
    start = identity.removesuffix("*")
    if not start:
        raise table.fail("id", "must name more than any device")
    command = table.text("command", "").lower() or None
    return Pair(table.text("class", None, CLASSES), start, start != identity, command, reasons, device)
