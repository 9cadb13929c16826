"""The box's one TOML file, read once into frozen dataclasses; a wrong key or value stops the start and is named.

Defaults stand beside the fields. `load_config` raises `ConfigError` with file, line, key and the range that holds.
Secrets are no part of this file.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from anju_base import toml_config
from anju_base.toml_config import TomlFileError
from anju_base.toml_config import line_of as line_of
from anju_edge.journal.journal import JournalSettings
from anju_edge.kiosk.backend import KioskProfile
from anju_edge.sync.uplink import SyncSettings

_ID = re.compile(r"[a-z0-9-]{1,32}")
_Section = TypeVar("_Section")


class ConfigError(TomlFileError):
    """Names the file, the line (None where it cannot be told), the key, and what would be right."""


class _Bad(ValueError):
    """A key that is wrong, before the file's name and line are known."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason


def _range(low: float, high: float) -> dict[str, tuple[float, float]]:
    return {"range": (low, high)}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen or connect: an IP address or host name, and a port (0 = any free one, for tests)."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class BoxConfig:
    """Who this box is and where its files are. `roster` is read again when it changes."""

    id: str
    community: str
    data: Path = Path("/var/lib/anju-edge")
    roster: Path = Path("/etc/anju-edge/community.toml")


@dataclass(frozen=True, slots=True)
class HubConfig:
    """Where the hub is. An empty address = no hub: the box works by itself and keeps what it has to tell."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class HttpConfig:
    """The kiosk pages' listener and the status listener. Empty = not served.

    `kiosk_listen` may be an address of this box in the community's LAN; `0.0.0.0` is refused, so that pages never
    show up on an interface that nobody thought of. Status names devices, so it stays on loopback.
    """

    kiosk_listen: str = "127.0.0.1:8470"
    status_listen: str = "127.0.0.1:8471"
    web_root: str = ""


@dataclass(frozen=True, slots=True)
class KioskConfig:
    """One kiosk screen. `reader`: device keys, parted by commas, of the readers screwed to it; may be empty."""

    name: str
    reader: str = ""
    profile: KioskProfile = field(default_factory=KioskProfile)


@dataclass(frozen=True, slots=True)
class AnnounceConfig:
    """Whether the kiosk pages are announced on the LAN by mDNS (never on loopback), and under which name.

    An empty name = the community's name and the box's id.
    """

    enabled: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class SirenConfig:
    """A serial relay board of the LCUS type with a siren or lamp on one channel. An empty port = no siren."""

    port: str = ""
    baud: int = field(default=9600, metadata=_range(1200, 115_200))
    channel: int = field(default=1, metadata=_range(1, 16))
    pulse_on_ms: int = field(default=1_000, metadata=_range(50, 60_000))
    pulse_off_ms: int = field(default=1_000, metadata=_range(50, 60_000))
    test_s: float = field(default=3.0, metadata=_range(0.1, 60))


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """A LAN endpoint that is told of alarms: zone, reason, priority; never a name."""

    name: str
    url: str
    timeout_s: float = field(default=3.0, metadata=_range(0.1, 60))
    queue: int = field(default=64, metadata=_range(1, 10_000))
    retry_max_s: float = field(default=30.0, metadata=_range(0.1, 3600))


@dataclass(frozen=True, slots=True)
class SupervisionConfig:
    """Self tests and rhythms. `synthetic_alarm_s` = 0 switches the hourly test alarm off."""

    synthetic_alarm_s: float = field(default=3600.0, metadata=_range(0, 86_400))
    health_event_s: float = field(default=3600.0, metadata=_range(1, 86_400))
    kiosk_silent_s: float = field(default=20.0, metadata=_range(1, 3600))
    driver_retry_min_s: float = field(default=0.25, metadata=_range(0.01, 60))
    driver_retry_max_s: float = field(default=30.0, metadata=_range(0.01, 3600))
    unadopted_max: int = field(default=500, metadata=_range(10, 100_000))
    unknown_sos_per_min: int = field(default=6, metadata=_range(1, 600))


@dataclass(frozen=True, slots=True)
class DriverConfig:
    """One configured device: the driver's entry-point name, ours for it, and the driver's own options."""

    driver: str
    name: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    box: BoxConfig
    hub: HubConfig = HubConfig()
    http: HttpConfig = HttpConfig()
    journal: JournalSettings = field(default_factory=JournalSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    announce: AnnounceConfig = AnnounceConfig()
    siren: SirenConfig = SirenConfig()
    supervision: SupervisionConfig = SupervisionConfig()
    kiosks: tuple[KioskConfig, ...] = ()
    webhooks: tuple[WebhookConfig, ...] = ()
    drivers: tuple[DriverConfig, ...] = ()
    stop_max_s: float = field(default=4.0, metadata=_range(0.1, 15))
    source: Path = Path("edge.toml")


def load_config(path: Path) -> EdgeConfig:
    """Reads the file. Raises `ConfigError`; nothing is opened or started."""
    return parse_config(toml_config.read_text(path, ConfigError), path)


def parse_config(text: str, path: Path) -> EdgeConfig:
    """As `load_config`, from text; relative paths in it are taken from the file's folder."""
    data = toml_config.parse(text, path, ConfigError)
    try:
        return _config(data, path)
    except _Bad as bad:
        raise ConfigError(path, line_of(text, bad.key), bad.key, bad.reason) from bad


def _config(data: dict[str, object], path: Path) -> EdgeConfig:
    known = {item.name for item in dataclasses.fields(EdgeConfig)} - {"source"}
    for key in data:
        if key not in known:
            raise _Bad(key, f"unknown key; known: {', '.join(sorted(known))}")
    if "box" not in data:
        raise _Bad("box", "is missing; it must have id and community")
    box = _section(BoxConfig, data["box"], "box")
    for key in ("id", "community"):
        if not _ID.fullmatch(getattr(box, key)):
            raise _Bad(f"box.{key}", "must be 1 to 32 of a-z, 0-9 and hyphen")
    folder = path.absolute().parent
    box = dataclasses.replace(box, data=folder / box.data, roster=folder / box.roster)
    hub = _section(HubConfig, data.get("hub", {}), "hub")
    if hub.address and not _address(hub.address, "hub.address").is_loopback:
        raise _Bad(
            "hub.address",
            "must be a loopback address (127.0.0.1, ::1, localhost) for now: this link has no encryption and no proof "
            "of identity until enrolment with TLS exists; use an SSH tunnel or VPN that ends on this box",
        )
    http = _section(HttpConfig, data.get("http", {}), "http")
    if http.kiosk_listen:
        kiosk = _address(http.kiosk_listen, "http.kiosk_listen")
        if _is_everywhere(kiosk.host):
            raise _Bad("http.kiosk_listen", "choose one address of this box, for example 192.168.1.20:8470, not all")
    if http.status_listen and not _address(http.status_listen, "http.status_listen").is_loopback:
        raise _Bad("http.status_listen", "must be a loopback address: it lists devices and has no log-in")
    if http.web_root:
        http = dataclasses.replace(http, web_root=str(folder / http.web_root))
    config = EdgeConfig(
        box=box,
        hub=hub,
        http=http,
        journal=_section(JournalSettings, data.get("journal", {}), "journal"),
        sync=_section(SyncSettings, data.get("sync", {}), "sync"),
        announce=_section(AnnounceConfig, data.get("announce", {}), "announce"),
        siren=_section(SirenConfig, data.get("siren", {}), "siren"),
        supervision=_section(SupervisionConfig, data.get("supervision", {}), "supervision"),
        kiosks=tuple(_kiosk(row, name) for name, row in _rows(data, "kiosks")),
        webhooks=tuple(_webhook(row, name) for name, row in _rows(data, "webhooks")),
        drivers=tuple(_driver(row, name) for name, row in _rows(data, "drivers")),
        stop_max_s=_number(data.get("stop_max_s", 4.0), float, "stop_max_s", (0.1, 15)),
        source=path,
    )
    if http.kiosk_listen and not _address(http.kiosk_listen, "http.kiosk_listen").is_loopback:
        for number, one in enumerate(config.kiosks, 1):
            if one.profile.role == "responder" and not one.profile.pair_key:
                raise _Bad(
                    f"kiosks[{number}].pair_key",
                    "is missing: a responder's screen shows flats and silences alarms, and anybody in the LAN of "
                    "http.kiosk_listen could open it",
                )
    for table, rows in (("kiosks", config.kiosks), ("webhooks", config.webhooks), ("drivers", config.drivers)):
        names = [row.name for row in rows]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise _Bad(f"{table}[{number + 1}].name", f"{name} stands twice; names must differ")
    return config


def _is_everywhere(host: str) -> bool:
    """True for what binds to all interfaces, also in the short forms that the resolver understands ("0", "0.0")."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host == "*" or not re.sub(r"0x|[0.]", "", host.lower())


def _rows(data: Mapping[str, object], table: str) -> list[tuple[str, Mapping[str, object]]]:
    rows = data.get(table, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _Bad(table, f"must be written as [[{table}]] tables")
    return [(f"{table}[{number}]", row) for number, row in enumerate(rows, 1)]


def _kiosk(row: Mapping[str, object], where: str) -> KioskConfig:
    own = {key: row[key] for key in ("name", "reader") if key in row}
    rest = {key: value for key, value in row.items() if key not in own}
    choices: dict[str, tuple[object, ...]] = {
        "role": ("lobby", "responder"),
        "language": ("zh", "en"),
        "scale_pct": (100, 125, 150),
    }
    for key, allowed in choices.items():
        if key in rest and rest[key] not in allowed:
            raise _Bad(f"{where}.{key}", f"must be one of {', '.join(map(str, allowed))}")
    profile = _section(KioskProfile, rest, where, also=("name", "reader"))
    kiosk = dataclasses.replace(_section(KioskConfig, own, where), profile=profile)
    if not _ID.fullmatch(kiosk.name):
        raise _Bad(f"{where}.name", "must be 1 to 32 of a-z, 0-9 and hyphen")
    return kiosk


def _webhook(row: Mapping[str, object], where: str) -> WebhookConfig:
    hook = _section(WebhookConfig, row, where)
    if not re.fullmatch(r"https?://[^\s/]+.*", hook.url):
        raise _Bad(f"{where}.url", "must start with http:// or https:// and name a host")
    return hook


def _driver(row: Mapping[str, object], where: str) -> DriverConfig:
    for key in ("driver", "name"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise _Bad(f"{where}.{key}", "is missing; it must be text")
    name = str(row["name"])
    if not _ID.fullmatch(name):
        raise _Bad(f"{where}.name", "must be 1 to 32 of a-z, 0-9 and hyphen")
    options = {key: value for key, value in row.items() if key not in ("driver", "name")}
    return DriverConfig(str(row["driver"]), name, options)


def parse_address(text: str) -> Address:
    """Returns `host:port` or `[v6]:port` taken apart. Raises ValueError."""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:\[\]]+)):(\d{1,5})", text)
    if not found or int(found[3]) > 65_535:
        raise ValueError("must be host:port, for example 127.0.0.1:7420")
    return Address(found[1] or found[2], int(found[3]))


def _address(text: str, key: str) -> Address:
    try:
        return parse_address(text)
    except ValueError as error:
        raise _Bad(key, str(error)) from error


def _section(kind: type[_Section], table: object, where: str, also: tuple[str, ...] = ()) -> _Section:
    """A dataclass from a TOML table: unknown keys, wrong types and values out of range are named."""
    if not isinstance(table, dict):
        raise _Bad(where, "must be a table")
    if not dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind} is no dataclass")
    hints = typing.get_type_hints(kind)
    fields = {item.name: item for item in dataclasses.fields(kind)}
    simple = {name for name in fields if _is_simple(hints[name])}
    values: dict[str, object] = {}
    for key, value in table.items():
        if key not in simple:
            raise _Bad(f"{where}.{key}", f"unknown key; known: {', '.join(sorted({*simple, *also}))}")
        values[key] = _value(value, hints[key], f"{where}.{key}", fields[key].metadata.get("range"))
    for name, item in fields.items():
        missing = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        if missing and name not in values:
            raise _Bad(f"{where}.{name}", "is missing")
    try:
        return typing.cast("_Section", kind(**values))
    except ValueError as error:  # a section's own check names the key first: "key: reason"
        key, colon, reason = str(error).partition(": ")
        raise _Bad(f"{where}.{key}" if colon and key in fields else where, reason if colon else str(error)) from error


def _is_simple(hint: object) -> bool:
    if typing.get_origin(hint) in (typing.Union, types.UnionType, typing.Literal):
        return all(
            part in (int, float, str, bool, types.NoneType) or isinstance(part, str | int)
            for part in typing.get_args(hint)
        )
    return hint in (int, float, str, bool, Path)


def _value(value: object, hint: object, key: str, limits: tuple[float, float] | None) -> object:
    if typing.get_origin(hint) is typing.Literal:
        if value not in typing.get_args(hint):
            raise _Bad(key, f"must be one of {', '.join(map(str, typing.get_args(hint)))}")
        return value
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    if hint is bool:
        if not isinstance(value, bool):
            raise _Bad(key, "must be true or false")
        return value
    if hint in (int, float):
        return _number(value, int if hint is int else float, key, limits)
    if not isinstance(value, str):
        raise _Bad(key, f"must be text in quotes, not {value!r}")
    return Path(value) if hint is Path else value


_Number = TypeVar("_Number", int, float)


def _number(value: object, kind: type[_Number], key: str, limits: tuple[float, float] | None) -> _Number:
    between = f" from {limits[0]:g} to {limits[1]:g}" if limits else ""
    what = "a whole number" if kind is int else "a number"
    right = isinstance(value, int if kind is int else (int, float)) and not isinstance(value, bool)
    if not right or (limits and not limits[0] <= typing.cast("float", value) <= limits[1]):
        raise _Bad(key, f"must be {what}{between}, not {value!r}")
    return kind(typing.cast("float", value))
