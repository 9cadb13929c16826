"""The driver's table of `edge.toml`: a RAK module on a serial port, or a LoRaWAN server's MQTT broker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from anju_drivers.driver import Reason
from anju_drivers.lorawan.payloads import MODELS
from anju_drivers.options import Options

TOPIC = "application/+/device/+/event/+"
BUTTONS = ("short", "long", "double", "triple")
MORE_BUTTONS = (*BUTTONS, "once")  # once: a click of a device that has another press for SOS

SHARED_OPTIONS = {
    "mode": "mqtt: events of a LoRaWAN server; serial: a RAK module that receives LoRa packets (required)",
    "receiver": "device key of this receiver (lorawan: and the driver's name)",
    "buttons": f"which presses of a button mean SOS, of {', '.join(MORE_BUTTONS)} ({', '.join(BUTTONS)})",
}
MQTT_OPTIONS = SHARED_OPTIONS | {
    "host": "address of the MQTT broker, best on this machine or LAN (mqtt, required)",
    "port": "its port, 1 to 65535; 1883, 8883 with tls (mqtt); serial port of the module (serial, required)",
    "tls": "speak TLS, certificates checked against the system's roots; false (mqtt)",
    "user": "MQTT user (mqtt)",
    "password": "its password; better password_file (mqtt)",
    "password_file": "systemd credential or file that holds the password (mqtt)",
    "topic": f"what to subscribe to ({TOPIC}) (mqtt)",
    "devices": "table of devEui -> table with model and device (mqtt)",
    "profiles": "table of ChirpStack device profile name -> model, where the name does not say it (mqtt)",
}
SERIAL_OPTIONS = SHARED_OPTIONS | {
    "port": MQTT_OPTIONS["port"],
    "baud": "speed of the port, 9600 to 921600; 115200 (serial)",
    "setup": 'commands that set the module to receive for ever; ["AT+PRECV=0", "AT+PRECV=65534"] (serial)',
    "senders": "list of tables with prefix, device, model, reasons: whose packets these are (serial)",
    "burst_s": "the same packet within this time of its last copy is one press, 1 to 60; 5 (serial)",
    "silent_s": "a module that does not answer for so long is lost, 5 to 600; 45 (serial)",
}
OPTIONS = SERIAL_OPTIONS | MQTT_OPTIONS
DEVICE_OPTIONS = {
    "model": f"one of {', '.join(MODELS)}",
    "device": "device key; lorawan:devEui when absent",
    "calls": "list of first bytes in hex: a payload that begins so is an SOS, whatever the model",
}
SENDER_OPTIONS = {
    "prefix": "first bytes of its packets in hex, at least two bytes",
    "device": "device key",
    "model": "what follows is a Milesight payload of this model",
    "reasons": "what a packet means where there is no model (sos)",
}
_KEY = re.compile(r"[a-z0-9_]+:[^\sA-Z]{1,64}")


@dataclass(frozen=True, slots=True)
class Known:
    """What the site says of one device."""

    model: str = ""
    device: str = ""
    calls: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """A peer that sends LoRa packets: known by their first bytes, since they carry no sender."""

    prefix: bytes
    device: str
    model: str
    reasons: frozenset[Reason]


@dataclass(frozen=True, slots=True, repr=False)
class MqttSettings:
    host: str
    port: int
    tls: bool
    user: str
    password: str
    topic: str


@dataclass(frozen=True, slots=True)
class SerialModule:
    port: str
    baud: int
    setup: tuple[str, ...]
    silent_s: float


@dataclass(frozen=True, slots=True)
class LorawanSettings:
    """One of `mqtt` and `serial` is set."""

    receiver: str
    mqtt: MqttSettings | None = None
    serial: SerialModule | None = None
    devices: Mapping[str, Known] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)
    senders: tuple[Sender, ...] = ()
    buttons: frozenset[str] = frozenset(BUTTONS)
    burst_s: float = 5.0


def read(name: str, options: Mapping[str, object]) -> LorawanSettings:
    """Raises `DriverConfigError` with the key of what is unknown, missing or out of range."""
    is_serial = options.get("mode") == "serial"
    table = Options(options, SERIAL_OPTIONS if is_serial else MQTT_OPTIONS)
    table.text("mode", None, ("mqtt", "serial"))
    receiver = _device_key(table, "receiver", f"lorawan:{name.lower()}")
    buttons = table.texts("buttons") if "buttons" in table else BUTTONS
    for button in buttons:
        if button not in MORE_BUTTONS:
            raise table.fail("buttons", f"{button!r} is none of {', '.join(MORE_BUTTONS)}")
    if is_serial:
        return LorawanSettings(
            receiver,
            serial=_serial(table),
            senders=_senders(table, options.get("senders", [])),
            buttons=frozenset(buttons),
            burst_s=table.number("burst_s", 5.0, 1, 60),
        )
    return LorawanSettings(
        receiver,
        mqtt=_mqtt(table, options.get("tls", False)),
        devices=_devices(table),
        profiles={
            profile: _model(table, f"profiles.{profile}", one) for profile, one in table.table("profiles").items()
        },
        buttons=frozenset(buttons),
    )


def _mqtt(table: Options, tls: object) -> MqttSettings:
    if not isinstance(tls, bool):
        raise table.fail("tls", "must be true or false")
    has_password = "password" in table or "password_file" in table
    return MqttSettings(
        host=table.text("host"),
        port=table.integer("port", 8883 if tls else 1883, 1, 65535),
        tls=tls,
        user=table.text("user", ""),
        password=table.secret("password") if has_password else "",
        topic=table.text("topic", TOPIC),
    )


def _serial(table: Options) -> SerialModule:
    setup = table.texts("setup") if "setup" in table else ("AT+PRECV=0", "AT+PRECV=65534")
    for line in setup:
        if not re.fullmatch(r"[ -~]{1,120}", line):
            raise table.fail("setup", "commands are plain text in one line")
    return SerialModule(
        port=table.text("port"),
        baud=table.integer("baud", 115200, 9600, 921600),
        setup=setup,
        silent_s=table.number("silent_s", 45.0, 5, 600),
    )


def _devices(table: Options) -> dict[str, Known]:
    devices: dict[str, Known] = {}
    for eui, value in table.table("devices").items():
        digits = eui.lower().replace(":", "").replace("-", "")
        if not re.fullmatch(r"[0-9a-f]{16}", digits):
            raise table.fail(f"devices.{eui}", "must be a devEui, 16 hex digits")
        if not isinstance(value, Mapping):
            raise table.fail(f"devices.{eui}", "must be a table")
        inner = Options(value, DEVICE_OPTIONS, f"devices.{eui}.")
        devices[digits] = Known(
            _model(inner, "model", inner.text("model", "")), _device_key(inner, "device", ""), _calls(inner)
        )
    return devices


def _calls(table: Options) -> tuple[bytes, ...]:
    found = table.texts("calls") if "calls" in table else ()
    if not all(re.fullmatch(r"([0-9a-fA-F]{2}){1,32}", one) for one in found):
        raise table.fail("calls", "must be a list of 1 to 32 bytes in hex")
    return tuple(map(bytes.fromhex, found))


def _senders(table: Options, value: object) -> tuple[Sender, ...]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise table.fail("senders", "must be a list of tables")
    return tuple(_sender(Options(one, SENDER_OPTIONS, f"senders[{at}].")) for at, one in enumerate(value, 1))


def _sender(table: Options) -> Sender:
    prefix = table.text("prefix").lower()
    if not re.fullmatch(r"([0-9a-f]{2}){2,32}", prefix):
        raise table.fail("prefix", "must be 2 to 32 bytes in hex")
    try:
        reasons = frozenset(Reason(one) for one in table.texts("reasons")) or frozenset({Reason.SOS})
    except ValueError as error:
        raise table.fail("reasons", f"reasons are {', '.join(Reason)}") from error
    model = _model(table, "model", table.text("model", ""))
    return Sender(bytes.fromhex(prefix), _device_key(table, "device", None), model, reasons)


def _model(table: Options, key: str, value: object) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or value.lower() not in MODELS:
        raise table.fail(key, f"must be one of {', '.join(MODELS)}")
    return value.lower()


def _device_key(table: Options, key: str, default: str | None) -> str:
    value = table.text(key, default)
    if value and not _KEY.fullmatch(value):
        raise table.fail(key, "must be a device key: family:identity in lower case")
    return value
