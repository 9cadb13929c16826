"""The driver's table of `edge.toml`: where the lines come from, which models act, which devices are paired."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_drivers.driver import Reason
from anju_drivers.links.lan import bind_address
from anju_drivers.options import Options
from anju_drivers.rtl433.frames import Received, model_of
from anju_drivers.rtl433.models import CHECKED_MODELS, LEARNED_MODELS

OPTIONS = {
    "udp": "address:port on which rtl_433 -F syslog:address:port of its own unit is heard, such as 127.0.0.1:1433",
    "unix": "path of a stream socket that gives rtl_433's lines to whoever connects, such as of a socket unit",
    "command": "program and arguments whose standard output is read, for trials without a unit",
    "receiver": "device key of this receiver (rtl433: and the driver's name)",
    "models": f"models that act without pairing ({', '.join(CHECKED_MODELS)})",
    "paired": "list of tables with model, id, cmd, reasons, device: the devices without a checksum that may act",
    "burst_s": "the same message within this time of its last copy is one message, 1 to 10 (3)",
    "silent_s": "a receiver whose program says nothing for so long is lost, 10 to 3600 (150)",
    "switches": "Interlogix: subtype.switchN.open or .closed to a reason, on a change (smoke.switch4.closed, ..)",
}
PAIR_OPTIONS = {
    "model": "model as rtl_433 says it",
    "id": "id as rtl_433 says it",
    "cmd": "only this command, state or code, or open or closed of a contact; any when absent",
    "reasons": "what it means; by the device's own message when absent, a remote control's means sos",
    "device": "device key; rtl433:model-id when absent",
    "switches": "Interlogix: this device's own rules, as the receiver's table; they ring whenever they hold",
}
SWITCHES = {"smoke.switch4.closed": Reason.SMOKE, "motion.switch3.open": Reason.TAMPER}
_KEY = re.compile(r"[a-z0-9_]+:[^\sA-Z]{1,64}")


@dataclass(frozen=True, slots=True)
class Pair:
    """One learned device. `command` None: any of its messages."""

    model: str
    device_id: str
    command: str | None
    reasons: frozenset[Reason]
    device: str
    switches: Mapping[str, Reason] = field(default_factory=dict)

    def matches(self, received: Received) -> bool:
        return self.command is None or self.command in received.commands


@dataclass(frozen=True, slots=True)
class Source:
    """Exactly one of the three is set."""

    udp: tuple[str, int] | None = None
    unix: str = ""
    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rtl433Settings:
    source: Source
    receiver: str
    models: frozenset[str] = frozenset(CHECKED_MODELS)
    pairs: Mapping[tuple[str, str], tuple[Pair, ...]] = field(default_factory=dict)
    burst_s: float = 3.0
    silent_s: float = 150.0
    switches: Mapping[str, Reason] = field(default_factory=lambda: dict(SWITCHES))


def read(name: str, options: Mapping[str, object]) -> Rtl433Settings:
    """Raises `DriverConfigError` with the key of what is unknown, missing or out of range."""
    table = Options(options, OPTIONS)
    receiver = table.text("receiver", f"rtl433:{name.lower()}")
    if not _KEY.fullmatch(receiver):
        raise table.fail("receiver", "must be a device key: family:identity in lower case")
    models = frozenset(map(model_of, table.texts("models"))) if "models" in table else frozenset(CHECKED_MODELS)
    for model in sorted(models & LEARNED_MODELS):
        raise table.fail("models", f"{model} has no checksum and acts only for devices listed under paired")
    return Rtl433Settings(
        source=_source(table),
        receiver=receiver,
        models=models,
        pairs=_pairs(table, options.get("paired", [])),
        burst_s=table.number("burst_s", 3.0, 1, 10),
        silent_s=table.number("silent_s", 150.0, 10, 3600),
        switches=_switches(table) if "switches" in table else dict(SWITCHES),
    )


def _source(table: Options) -> Source:
    given = [name for name in ("udp", "unix", "command") if name in table]
    if len(given) != 1:
        raise table.fail("udp", "give exactly one of udp, unix and command")
    if given == ["unix"]:
        return Source(unix=table.text("unix"))
    if given == ["command"]:
        command = table.texts("command")
        if not command:
            raise table.fail("command", "a program is needed")
        return Source(command=command)
    address, _, port = table.text("udp").rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise table.fail("udp", "must be address:port")
    return Source(udp=(bind_address(address.strip("[]"), "udp"), int(port)))


def _pairs(table: Options, value: object) -> dict[tuple[str, str], tuple[Pair, ...]]:
    if not isinstance(value, list):
        raise table.fail("paired", "must be a list of tables")
    pairs: dict[tuple[str, str], tuple[Pair, ...]] = {}
    for number, entry in enumerate(value, 1):
        if not isinstance(entry, Mapping):
            raise table.fail(f"paired[{number}]", "must be a table")
        pair = _pair(Options(entry, PAIR_OPTIONS, f"paired[{number}]."), entry)
        key = pair.model, pair.device_id
        pairs[key] = (*pairs.get(key, ()), pair)
    return pairs


def _pair(table: Options, entry: Mapping[str, object]) -> Pair:
    model = model_of(table.text("model"))
    device_id, command = _word(table, entry, "id"), entry.get("cmd")
    if device_id is None:
        raise table.fail("id", "is needed")
    try:
        reasons = frozenset(Reason(one) for one in table.texts("reasons"))
    except ValueError as error:
        raise table.fail("reasons", f"reasons are {', '.join(Reason)}") from error
    device = table.text("device", "")
    if device and not _KEY.fullmatch(device):
        raise table.fail("device", "must be a device key: family:identity in lower case")
    word = None if command is None else _word(table, entry, "cmd")
    return Pair(model, device_id, word, reasons, device, _switches(table) if "switches" in table else {})


def _word(table: Options, entry: Mapping[str, object], key: str) -> str | None:
    """Ids and commands are numbers in some models and texts in others."""
    value = entry.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise table.fail(key, "must be a text or a whole number")
    return str(value).lower() if key == "cmd" else str(value)


def _switches(table: Options) -> dict[str, Reason]:
    rules: dict[str, Reason] = {}
    for name, reason in table.table("switches").items():
        if not re.fullmatch(r"[a-z]+\.switch[1-5]\.(open|closed)", name):
            raise table.fail(f"switches.{name}", "must be subtype.switchN.open or .closed")
        if not isinstance(reason, str) or reason not in set(Reason):
            raise table.fail(f"switches.{name}", f"must be one of {', '.join(Reason)}")
        rules[name] = Reason(reason)
    return rules
