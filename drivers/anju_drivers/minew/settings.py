"""The driver's table of `edge.toml`: where to listen, which receivers may push, and the SOS identities of bands."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

from anju_drivers.ble import settings as ble_settings
from anju_drivers.ble.settings import BleSettings
from anju_drivers.links.lan import PushLimits, bind_address
from anju_drivers.options import Options

MIN_SECRET = 16
_NO_PORT = "lan"  # the BLE driver's table needs a serial port; a LAN receiver has none
_SHARED = (
    "sos_window_s", "button_window_s", "state_min_s", "buttons", "ignore_buttons", "sos", "models", "devices", "keys",
)  # fmt: skip

# Room for a stairwell's worth of unknown senders that dribble, beside receivers that push once a second.
LIMITS = PushLimits(body_bytes=256 * 1024, body_s=5.0, per_peer=8)

OPTIONS = {
    "bind": "address or interface name to listen on (required)",
    "port": "TCP port to listen on, 0 to 65535 (8090)",
    "receivers": "table of receiver name -> table with secret or secret_file, mac, sources, receiver (required)",
    "silent_s": "a receiver that does not push for so long is lost, 3 to 600 (15)",
    "rssi": "which strength of a push counts: median or max (median)",
    **{name: ble_settings.OPTIONS[name] for name in _SHARED},
}
RECEIVER_OPTIONS = {
    "secret": f"the receiver posts to /minew/<secret>; at least {MIN_SECRET} characters of A-Z a-z 0-9 _ -",
    "secret_file": "systemd credential or file that holds the secret",
    "mac": "the receiver's own address, as its label says; pushes that name another are refused",
    "sources": "IP addresses it may push from; any when empty",
    "receiver": "device key of this receiver (minew: and its name)",
}


@dataclass(frozen=True, slots=True, repr=False)
class ReceiverSettings:
    """One receiver: it pushes to `/minew/<secret>`. `ble` is what its mapper needs to know."""

    secret: str
    mac: bytes
    sources: frozenset[str]
    ble: BleSettings


@dataclass(frozen=True, slots=True, repr=False)
class MinewSettings:
    bind: str
    port: int
    receivers: tuple[ReceiverSettings, ...]
    silent_s: float = 15.0
    strongest: bool = False
    limits: PushLimits = LIMITS


def read(options: Mapping[str, object]) -> MinewSettings:
    """Raises `DriverConfigError` with the key of what is unknown or out of range."""
    table = Options(options, OPTIONS)
    shared = {name: options[name] for name in _SHARED if name in options}
    ble_settings.read("minew", {"port": _NO_PORT, **shared})  # says what is wrong with a shared key by its own name
    receivers = []
    for name, value in table.table("receivers").items():
        if not isinstance(value, Mapping):
            raise table.fail(f"receivers.{name}", "must be a table")
        receivers.append(_receiver(name, Options(value, RECEIVER_OPTIONS, f"receivers.{name}."), shared))
    if not receivers:
        raise table.fail("receivers", "at least one receiver is needed")
    if len({one.secret for one in receivers}) < len(receivers):
        raise table.fail("receivers", "two receivers have the same secret")
    rssi = table.text("rssi", "median", ("median", "max"))
    return MinewSettings(
        bind=bind_address(table.text("bind")),
        port=table.integer("port", 8090, 0, 65535),
        receivers=tuple(receivers),
        silent_s=table.number("silent_s", 15.0, 3, 600),
        strongest=rssi == "max",
    )


def _receiver(name: str, table: Options, shared: Mapping[str, object]) -> ReceiverSettings:
    secret = table.secret("secret")
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{{MIN_SECRET},128}}", secret):
        raise table.fail("secret", f"must be {MIN_SECRET} to 128 characters of A-Z a-z 0-9 _ -")
    sources = table.texts("sources")
    for source in sources:
        try:
            ipaddress.ip_address(source)
        except ValueError as error:
            raise table.fail("sources", f"{source!r} is no IP address") from error
    digits = re.sub(r"[:-]", "", table.text("mac", ""))
    if digits and not re.fullmatch(r"[0-9A-Fa-f]{12}", digits):
        raise table.fail("mac", "must be an address such as AC:23:3F:C0:01:EA")
    key = table.text("receiver", f"minew:{name.lower()}")
    if not re.fullmatch(r"[a-z0-9_]+:[^\sA-Z]{1,64}", key):
        raise table.fail("receiver", "must be a device key: family:identity in lower case")
    settings = ble_settings.read(name, {"port": _NO_PORT, "receiver": key, **shared})
    return ReceiverSettings(secret, bytes.fromhex(digits), frozenset(sources), settings)
