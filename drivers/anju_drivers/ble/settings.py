"""The driver's table in `edge.toml`, and what makes an advertisement a cry for help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_drivers.ble.advert import Advert
from anju_drivers.ble.alarm_signals import BUTTON_FAMILIES
from anju_drivers.driver import Caution, Reason
from anju_drivers.errors import DriverConfigError
from anju_drivers.options import Options

OPTIONS = {
    "port": "serial port of the receiver: /dev/serial/by-id/..., a glob or another path (required)",
    "baud": "speed of the port, 9600 to 4000000 (115200); USB receivers do not care",
    "rtscts": "hardware flow control, for controllers on a real UART (false)",
    "receiver": "device key of this receiver (ble: and the driver's name)",
    "controller": "address of the Bluetooth controller that this receiver is, 12 hex digits; learned when absent",
    "active_scan": "ask bands for their scan response, where names and batteries often are (true)",
    "scan_interval_ms": "how often the receiver changes channel, 3 to 10000 (100)",
    "kick_s": "scanning is switched on again this often, since controllers stop by themselves, 0.5 to 60 (5)",
    "silent_s": "a receiver that says nothing for so long is lost, 2 to 600 (15)",
    "sos_window_s": "copies of one SOS identity within this time of the last are one press, 1 to 600 (30)",
    "button_window_s": "the same for buttons whose messages carry no number, 0.5 to 60 (5)",
    "state_min_s": "numbers of one device (battery, steps, temperature) are told at most this often, 1 to 3600 (60)",
    "buttons": f"whose button messages mean SOS (all of {', '.join(BUTTON_FAMILIES)})",
    "ignore_buttons": "device keys whose buttons mean nothing here, such as wall switches",
    "sos": "list of SOS identities for any device",
    "models": "per model: a list of SOS identities, or a table with addresses and sos",
    "devices": "beacon identity (uuid/major/minor, namespace/instance) to device key, for bands whose address changes",
    "keys": "radio address to bind key in hex, for encrypted BTHome and Xiaomi devices",
}
_PATTERNS = {
    "ibeacon": "uuid, uuid/major or uuid/major/minor; * = any",
    "eddystone": "namespace or namespace/instance; * = any",
    "name": "the advertised name begins with this",
    "service": "service UUID in hex, a colon, first bytes of its data in hex",
    "manufacturer": "company in hex, a colon, first bytes of its data in hex",
}
_SOS_OPTIONS = {
    **_PATTERNS,
    "addresses": "first hex digits of the radio addresses it holds for",
    "reasons": "what it means (sos)",
    "window_s": "copies within this time of the last are one press",
    "same_as": "uuid or namespace that the same device has otherwise",
    "replaces_slot": "hearing the usual identity means that the button was let go",
    "device": "device key that it always means",
}
_MODEL_OPTIONS = {"addresses": _SOS_OPTIONS["addresses"], "sos": "list of SOS identities"}
NO_SOS = Caution(
    "no_sos",
    "没有配置 SOS 标识：靠改变广播标识告警的手环按了没有反应。请在 sos 或 models 中填写；确实没有这种手环时写 sos = []",
    "no SOS identities: presses of bands that call by another identity do nothing. Fill in sos or models; "
    "where there are no such bands, write sos = []",
)
_KEY = re.compile(r"[a-z0-9_]+:[^\s]{1,80}")
_HEX = re.compile(r"([0-9a-f]{2})*")
_ADDRESS = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class SosRule:
    """One SOS identity: which advertisements mean that somebody asks for help.

    `name` says the pattern, alike at all receivers. Exactly one of the patterns is set. Bands such as Minew B10 change
    the advertised iBeacon or Eddystone UID while their button is held; which identity that is, is set when the band is
    set up, so it is configuration.

    - `ibeacon`: (uuid, major, minor), None = any. `eddystone`: (namespace, instance), "" = any.
    - `name`: the advertised name begins with it. `service`, `manufacturer`: (UUID or company, first bytes).
    - `addresses`: first hex digits of the senders it holds for; none = any sender.
    - `same_as`: the identity (uuid or namespace) that the same device has otherwise; used to name a device whose radio
      address changes.
    - `replaces_slot`: the SOS identity stands in place of the usual one, so hearing the usual one means that the
      button was let go and the next SOS is a new press.
    """

    name: str
    reasons: frozenset[Reason]
    window_s: float
    ibeacon: tuple[str, int | None, int | None] | None = None
    eddystone: tuple[str, str] | None = None
    local_name: str | None = None
    service: tuple[int, bytes] | None = None
    manufacturer: tuple[int, bytes] | None = None
    addresses: tuple[str, ...] = ()
    same_as: str = ""
    replaces_slot: bool = False
    device: str = ""

    def matches(self, address: bytes, advert: Advert) -> bool:
        if self.addresses and not address.hex().startswith(self.addresses):
            return False
        if self.ibeacon is not None:
            uuid, major, minor = self.ibeacon
            return any(
                beacon.uuid == uuid and major in (None, beacon.major) and minor in (None, beacon.minor)
                for beacon in advert.beacons
            )
        if self.eddystone is not None:
            space, instance = self.eddystone
            return any(uid == f"{space}/{instance}" or (not instance and uid.startswith(space)) for uid in advert.uids)
        if self.local_name is not None:
            return advert.local_name.startswith(self.local_name)
        kind, wanted = (0x16, self.service) if self.service is not None else (0xFF, self.manufacturer)
        if wanted is None:
            return False
        head = wanted[0].to_bytes(2, "little") + wanted[1]
        return any(found == kind and value.startswith(head) for found, value in advert.structures)


@dataclass(frozen=True, slots=True)
class BleSettings:
    port: str
    receiver: str
    controller: bytes = b""
    baud: int = 115200
    rtscts: bool = False
    active_scan: bool = True
    scan_interval_ms: int = 100
    rescan_interval_s: float = 5.0
    silent_s: float = 15.0
    sos_window_s: float = 30.0
    button_window_s: float = 5.0
    state_min_s: float = 60.0
    buttons: frozenset[str] = frozenset(BUTTON_FAMILIES)
    ignore_buttons: frozenset[str] = frozenset()
    sos: tuple[SosRule, ...] = ()
    is_sos_set: bool = False  # somebody has said what SOS looks like here, if only that nothing does
    devices: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return () if self.is_sos_set else (NO_SOS,)


def read(name: str, table: Mapping[str, object]) -> BleSettings:
    """The settings of driver `name`. Raises `DriverConfigError` with the key of what is unknown or out of range."""
    options = Options(table, OPTIONS)
    window_s = options.number("sos_window_s", 30.0, 1, 600)
    rules = _rules("sos", table.get("sos", []), window_s, ())
    for model, entry in options.table("models").items():
        rules += _model(f"models.{model}", entry, window_s)
    buttons = options.texts("buttons") if "buttons" in options else BUTTON_FAMILIES
    for family in buttons:
        if family not in BUTTON_FAMILIES:
            raise options.fail("buttons", f"{family!r} is none of {', '.join(BUTTON_FAMILIES)}")
    return BleSettings(
        port=options.text("port"),
        receiver=_device_key("receiver", table.get("receiver", f"ble:{name}".lower())),
        controller=bytes.fromhex(_address("controller", options.text("controller", "0" * 12))).strip(b"\0"),
        baud=options.integer("baud", 115200, 9600, 4_000_000),
        rtscts=_flag("rtscts", table.get("rtscts", False)),
        active_scan=_flag("active_scan", table.get("active_scan", True)),
        scan_interval_ms=options.integer("scan_interval_ms", 100, 3, 10_000),
        rescan_interval_s=options.number("kick_s", 5.0, 0.5, 60),
        silent_s=options.number("silent_s", 15.0, 2, 600),
        sos_window_s=window_s,
        button_window_s=options.number("button_window_s", 5.0, 0.5, 60),
        state_min_s=options.number("state_min_s", 60.0, 1, 3600),
        buttons=frozenset(buttons),
        ignore_buttons=frozenset(_device_key("ignore_buttons", one) for one in options.texts("ignore_buttons")),
        sos=tuple(rules),
        is_sos_set="sos" in table or bool(rules),
        devices={
            identity.lower().replace("-", ""): _device_key(f"devices.{identity}", device)
            for identity, device in options.table("devices").items()
        },
        keys={
            _address(f"keys.{address}", address): _bind_key(f"keys.{address}", key)
            for address, key in options.table("keys").items()
        },
    )


def _model(key: str, entry: object, window_s: float) -> list[SosRule]:
    if isinstance(entry, list):
        return _rules(key, entry, window_s, ())
    if not isinstance(entry, Mapping):
        raise DriverConfigError(key, "must be a list of SOS identities, or a table with addresses and sos")
    options = Options(entry, _MODEL_OPTIONS, f"{key}.")
    return _rules(f"{key}.sos", entry.get("sos", []), window_s, _prefixes(options))


def _rules(key: str, value: object, window_s: float, addresses: tuple[str, ...]) -> list[SosRule]:
    if not isinstance(value, list):
        raise DriverConfigError(key, "must be a list of tables")
    return [_rule(f"{key}[{number}]", entry, window_s, addresses) for number, entry in enumerate(value, 1)]


def _rule(key: str, entry: object, window_s: float, addresses: tuple[str, ...]) -> SosRule:
    if not isinstance(entry, Mapping):
        raise DriverConfigError(key, "must be a table")
    options = Options(entry, _SOS_OPTIONS, f"{key}.")
    patterns = [name for name in _PATTERNS if name in options]
    if len(patterns) != 1:
        raise DriverConfigError(key, f"needs exactly one of {', '.join(_PATTERNS)}")
    kind = patterns[0]
    text = options.text(kind)
    return SosRule(
        name=f"{kind} {text.lower()}",
        reasons=_reasons(options),
        window_s=options.number("window_s", window_s, 1, 600),
        ibeacon=_ibeacon(options, text) if kind == "ibeacon" else None,
        eddystone=_eddystone(options, text) if kind == "eddystone" else None,
        local_name=text if kind == "name" else None,
        service=_head(options, kind, text) if kind == "service" else None,
        manufacturer=_head(options, kind, text) if kind == "manufacturer" else None,
        addresses=_prefixes(options) or addresses,
        same_as=options.text("same_as", "").lower().replace("-", ""),
        replaces_slot=_flag(f"{key}.replaces_slot", entry.get("replaces_slot", False)),
        device=_device_key(f"{key}.device", entry["device"]) if "device" in entry else "",
    )


def _ibeacon(options: Options, text: str) -> tuple[str, int | None, int | None]:
    uuid, *rest = text.lower().replace("-", "").split("/")
    rest += ["*"] * (2 - len(rest))
    if len(uuid) != 32 or not _HEX.fullmatch(uuid) or len(rest) != 2:
        raise options.fail("ibeacon", f"must be {_PATTERNS['ibeacon']}")
    numbers: list[int | None] = []
    for part in rest:
        if part != "*" and not (part.isdecimal() and int(part) <= 0xFFFF):
            raise options.fail("ibeacon", "major and minor are 0 to 65535 or *")
        numbers.append(None if part == "*" else int(part))
    return uuid, numbers[0], numbers[1]


def _eddystone(options: Options, text: str) -> tuple[str, str]:
    space, _, instance = text.lower().partition("/")
    instance = "" if instance == "*" else instance
    if len(space) != 20 or not _HEX.fullmatch(space) or len(instance) not in (0, 12) or not _HEX.fullmatch(instance):
        raise options.fail("eddystone", "must be namespace (20 hex digits) or namespace/instance (12); * = any")
    return space, instance


def _head(options: Options, kind: str, text: str) -> tuple[int, bytes]:
    number, _, head = text.lower().partition(":")
    if len(number) != 4 or not _HEX.fullmatch(number) or not _HEX.fullmatch(head):
        raise options.fail(kind, f"must be {_PATTERNS[kind]}")
    return int(number, 16), bytes.fromhex(head)


def _reasons(options: Options) -> frozenset[Reason]:
    try:
        return frozenset(Reason(one) for one in options.texts("reasons")) or frozenset({Reason.SOS})
    except ValueError as error:
        raise options.fail("reasons", f"reasons are {', '.join(Reason)}") from error


def _prefixes(options: Options) -> tuple[str, ...]:
    prefixes = tuple(one.lower().replace(":", "") for one in options.texts("addresses"))
    for prefix in prefixes:
        if not 0 < len(prefix) <= 12 or not set(prefix) <= set("0123456789abcdef"):
            raise options.fail("addresses", "must hold the first hex digits of radio addresses")
    return prefixes


def _address(key: str, text: str) -> str:
    address = text.lower().replace(":", "")
    if not _ADDRESS.fullmatch(address):
        raise DriverConfigError(key, "must be a radio address, 12 hex digits")
    return address


def _bind_key(key: str, value: object) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value.lower()) or len(value) not in (24, 32):
        raise DriverConfigError(key, "must be 32 hex digits (24 for old Xiaomi remotes)")
    return bytes.fromhex(value)


def _device_key(key: str, value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value) or value != value.lower():
        raise DriverConfigError(key, "must be a device key: family:identity in lower case")
    return value


def _flag(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise DriverConfigError(key, "must be true or false")
    return value
