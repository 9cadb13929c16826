"""The box's one TOML file, read once into frozen dataclasses; a wrong key or value stops the start and is named.

Defaults and limits stand beside the fields, keys that are gone in `RETIRED`. `load_config` raises `ConfigError` with
file, line, key, what is wrong and what is allowed. Secrets are no part of this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from anju_base.address import Address as Address
from anju_base.address import parse_address as parse_address
from anju_base.toml_config import TomlFileError
from anju_base.toml_config import line_of as line_of
from anju_base.toml_settings import (
    INLINE,
    NOT_A_KEY,
    REST,
    KeyWrong,
    Retired,
    in_range,
    length,
    parse_settings,
    read_settings,
    rows,
)
from anju_edge.journal.settings import MIB, JournalSettings
from anju_edge.kiosk.backend import KioskProfile
from anju_edge.kiosk.pairing.own_screen import run_folder
from anju_edge.sync.settings import SyncSettings

_ID = re.compile(r"[a-z0-9-]{1,32}")
# Keys of earlier versions: a file that still names one starts, with a warning in the log and at `check-config`.
RETIRED: Retired = MappingProxyType(
    {
        "supervision.unknown_sos_per_min": "since 0.1.0; the community file's rule of kind sos says how often unknown "
        "devices ring: unknown_rings_per_min",
        "kiosks[].pair_key": "since 0.1.0; a screen shows a code, which is approved once, by anju-edge page approve "
        "or at the console",
    }
)
_URL = re.compile(r"https?://[^\s/]+.*")


class ConfigError(TomlFileError):
    """Names the file, the line (None where it cannot be told), the key, and what would be right."""


def _is_id(text: str) -> None:
    if not _ID.fullmatch(text):
        raise ValueError("must be 1 to 32 of a-z, 0-9 and hyphen")


def _is_hub(text: str) -> None:
    if text:
        parse_address(text)


def _is_for_pages(text: str) -> None:
    if text and parse_address(text).is_everywhere:
        raise ValueError("choose one address of this box, for example 192.168.1.20:8470, not all")


def _is_for_status(text: str) -> None:
    if text and not parse_address(text).is_loopback:
        raise ValueError("must be a loopback address: it lists devices and has no log-in")


def _is_url(text: str) -> None:
    if not _URL.fullmatch(text):
        raise ValueError("must start with http:// or https:// and name a host")


@dataclass(frozen=True, slots=True)
class BoxConfig:
    """Who this box is and where its files are. `roster` is read again when it changes.

    `run`: the folder for what belongs to a run alone (the control socket, the key of the box's own screen); empty =
    /run/anju-edge where the data is at its usual place, else beside the data.
    """

    id: str = field(metadata=length(1, 32, check=_is_id))
    community: str = field(metadata=length(1, 32, check=_is_id))
    data: Path = field(default=Path("/var/lib/anju-edge"), metadata=length(1, 4096))
    roster: Path = field(default=Path("/etc/anju-edge/community.toml"), metadata=length(1, 4096))
    run: str = field(default="", metadata=length(0, 4096))

    @property
    def run_folder(self) -> Path:
        """Where what belongs to a run alone is kept."""
        return Path(self.run) if self.run else run_folder(self.data)


@dataclass(frozen=True, slots=True)
class HubConfig:
    """Where the hub is. An empty address = where the claim says; never claimed = no hub: the box works by itself.

    Any address but loopback needs an identity (`anju-edge claim`). A box without one starts all the same and says so:
    what it does on site must not hang on its certificate.
    """

    address: str = field(default="", metadata=length(0, 300, check=_is_hub))


@dataclass(frozen=True, slots=True)
class HttpConfig:
    """The kiosk pages' listener and the status listener. Empty = not served.

    `kiosk_listen` may be an address of this box in the community's LAN; `0.0.0.0` is refused, so that pages never
    show up on an interface that nobody thought of. The pages are then at the same port of 127.0.0.1 too, for the box's
    own screen. Status names devices, so it stays on loopback.
    """

    kiosk_listen: str = field(default="127.0.0.1:8470", metadata=length(0, 300, check=_is_for_pages))
    status_listen: str = field(default="127.0.0.1:8471", metadata=length(0, 300, check=_is_for_status))
    web_root: str = field(default="", metadata=length(0, 4096))


@dataclass(frozen=True, slots=True)
class KioskConfig:
    """One kiosk screen. `reader`: device keys, parted by commas, of the readers screwed to it; may be empty."""

    name: str = field(metadata=length(1, 32, check=_is_id))
    reader: str = field(default="", metadata=length(0, 1000))
    profile: KioskProfile = field(default_factory=KioskProfile, metadata=INLINE)


@dataclass(frozen=True, slots=True)
class AnnounceConfig:
    """Whether the kiosk pages are announced on the LAN by mDNS (never on loopback), and under which name.

    An empty name = the community's name and the box's id.
    """

    enabled: bool = True
    name: str = field(default="", metadata=length(0, 100))


@dataclass(frozen=True, slots=True)
class SirenConfig:
    """A serial relay board of the LCUS type with a siren or lamp on one channel. An empty port = no siren."""

    port: str = field(default="", metadata=length(0, 4096))
    baud: int = field(default=9600, metadata=in_range(1200, 115_200))
    channel: int = field(default=1, metadata=in_range(1, 16))
    pulse_on_ms: int = field(default=1_000, metadata=in_range(50, 60_000))
    pulse_off_ms: int = field(default=1_000, metadata=in_range(50, 60_000))
    test_s: float = field(default=3.0, metadata=in_range(0.1, 60))


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """A LAN endpoint that is told of alarms: zone, reason, priority; never a name."""

    name: str = field(metadata=length(1, 32, check=_is_id))
    url: str = field(metadata=length(1, 2000, check=_is_url))
    timeout_s: float = field(default=3.0, metadata=in_range(0.1, 60))
    queue: int = field(default=64, metadata=in_range(1, 10_000))
    retry_max_s: float = field(default=30.0, metadata=in_range(0.1, 3600))


@dataclass(frozen=True, slots=True)
class SupervisionConfig:
    """Self tests and rhythms. `synthetic_alarm_s` = 0 switches the hourly test alarm off."""

    synthetic_alarm_s: float = field(default=3600.0, metadata=in_range(0, 86_400))
    health_event_s: float = field(default=3600.0, metadata=in_range(1, 86_400))
    kiosk_silent_s: float = field(default=20.0, metadata=in_range(1, 3600))
    driver_retry_min_s: float = field(default=0.25, metadata=in_range(0.01, 60))
    driver_retry_max_s: float = field(default=30.0, metadata=in_range(0.01, 3600))
    unadopted_max: int = field(default=500, metadata=in_range(10, 100_000))


@dataclass(frozen=True, slots=True)
class DriverConfig:
    """One configured device: the driver's entry-point name, ours for it, and the driver's own options."""

    driver: str = field(metadata=length(1, 64))
    name: str = field(metadata=length(1, 32, check=_is_id))
    options: Mapping[str, object] = field(default_factory=dict, metadata=REST)


@dataclass(frozen=True, slots=True)
class EdgeConfig:
    """The whole file. `notes`: sentences about what in it is no longer used."""

    box: BoxConfig
    hub: HubConfig = HubConfig()
    http: HttpConfig = HttpConfig()
    journal: JournalSettings = field(default_factory=JournalSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    announce: AnnounceConfig = AnnounceConfig()
    siren: SirenConfig = SirenConfig()
    supervision: SupervisionConfig = SupervisionConfig()
    kiosks: tuple[KioskConfig, ...] = field(default=(), metadata=rows(64, unique="name"))
    webhooks: tuple[WebhookConfig, ...] = field(default=(), metadata=rows(64, unique="name"))
    drivers: tuple[DriverConfig, ...] = field(default=(), metadata=rows(200, unique="name"))
    stop_max_s: float = field(default=4.0, metadata=in_range(0.1, 15))
    source: Path = field(default=Path("edge.toml"), metadata=NOT_A_KEY)
    notes: tuple[str, ...] = field(default=(), metadata=NOT_A_KEY)


def load_config(path: Path) -> EdgeConfig:
    """Reads the file. Raises `ConfigError`; nothing is opened or started."""
    return _at(*read_settings(EdgeConfig, path, ConfigError, _check, RETIRED), path)


def parse_config(text: str, path: Path) -> EdgeConfig:
    """As `load_config`, from text; relative paths in it are taken from the file's folder."""
    return _at(*parse_settings(EdgeConfig, text, path, ConfigError, _check, RETIRED), path)


def _at(config: EdgeConfig, notes: tuple[str, ...], path: Path) -> EdgeConfig:
    """The configuration with where it was read from, and what was noticed."""
    folder = path.absolute().parent
    http, box = config.http, config.box
    if http.web_root:
        http = replace(http, web_root=str(folder / http.web_root))
    if box.run:
        box = replace(box, run=str(folder / box.run))
    return replace(config, box=box, http=http, source=path, notes=notes)


def _check(config: EdgeConfig) -> None:
    """Looks at keys that must go together."""
    journal, sync, supervision = config.journal, config.sync, config.supervision
    for key, low, high in (
        ("journal.retry_max_s", journal.retry_first_s, journal.retry_max_s),
        ("sync.reconnect_max_s", sync.reconnect_min_s, sync.reconnect_max_s),
        ("sync.alarm_reconnect_max_s", sync.reconnect_min_s, sync.alarm_reconnect_max_s),
        ("supervision.driver_retry_max_s", supervision.driver_retry_min_s, supervision.driver_retry_max_s),
    ):
        if low > high:
            raise KeyWrong(key, f"must be at least {low:g}, the shortest pause")
    if journal.reserve_bytes >= journal.quota_bytes:
        raise KeyWrong("journal.reserve_bytes", f"must be less than quota_bytes, {journal.quota_bytes}")
    if 0 < journal.hard_limit_bytes < MIB:
        raise KeyWrong("journal.hard_limit_bytes", f"must be 0 (no limit) or at least {MIB}")
