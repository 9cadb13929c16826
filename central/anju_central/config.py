"""The hub's configuration: one TOML file, read once into frozen values. Whatever is wrong in it stops the start.

A refusal names the file, the line, the key, what is wrong and what is allowed.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from anju_base.address import Address, parse_address
from anju_base.address import is_loopback as is_loopback
from anju_base.toml_config import TomlFileError
from anju_base.toml_settings import NOT_A_KEY, NOTHING_RETIRED, KeyWrong, Retired, in_range, length, read_settings, rows

_ID = re.compile(r"[a-z0-9-]{1,32}")
_LABEL = r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")
GRPC_ADDRESS = "127.0.0.1:7420"
HTTP_ADDRESS = "127.0.0.1:7480"
ENROLMENT_ADDRESS = "127.0.0.1:7421"
SILENT_AFTER_S = 90
REGISTRY_SCHEME = "postgresql+asyncpg://"
# Keys of earlier versions: a file that still names one starts, with a warning in the log.
RETIRED: Retired = NOTHING_RETIRED

MAX_CONSOLE_NAMES = 20
WHY_NAMES = (
    "takes operators in at every address of this machine, so the names and addresses under which they ask must be "
    'said: hosts = "hub.example 192.0.2.7" under [console]'
)


class ConfigError(TomlFileError):
    """The start stops: `key` is wrong for `reason`, at `line` (1-based, None where it cannot be told) of `path`."""


def _is_id(text: str) -> None:
    if not _ID.fullmatch(text):
        raise ValueError("must be 1 to 32 of a-z, 0-9 and hyphen")


def _is_address(text: str) -> None:
    parse_address(text)


def _are_hosts(text: str) -> None:
    names = text.replace(",", " ").split()
    if not 1 <= len(names) <= MAX_CONSOLE_NAMES:
        raise ValueError(f"must be 1 to {MAX_CONSOLE_NAMES} names or addresses with spaces between them")
    for name in names:
        if not is_host(name):
            raise ValueError(
                "must be names like hub.example or IP addresses, without https://, port or *, with spaces between them"
            )


def _is_registry(text: str) -> None:
    if not text.startswith(REGISTRY_SCHEME):
        raise ValueError(f"must begin with {REGISTRY_SCHEME}; leave it out for a file in data_dir")
    if urlsplit(text).password is not None:
        raise ValueError("must hold no password: use the socket's own check of users (peer), or PGPASSFILE")


@dataclass(frozen=True, slots=True)
class BoxConfig:
    """A box from before there was a registry, which takes it over once. `roster`: its community's file of labels."""

    box: str = field(metadata=length(1, 32, check=_is_id))
    community: str = field(metadata=length(1, 32, check=_is_id))
    roster: Path | None = field(default=None, metadata=length(1, 4096))


@dataclass(frozen=True, slots=True)
class BackupConfig:
    """Where `anju-central backup` puts its copies when no file is named, and how many stay there. None = nowhere."""

    folder: Path | None = field(default=None, metadata=length(1, 4096))
    keep: int = field(default=14, metadata=in_range(1, 1000))


@dataclass(frozen=True, slots=True)
class ConsoleConfig:
    """How operators' browsers find and trust the console.

    - `hosts`: names and addresses under which they ask, with spaces between them; None = the host of `http_address`, or
      the names in `certificate`.
    - `certificate`, `key`: the district's own, PEM, the certificate with what signed it behind it; None = the hub makes
      one by itself.
    """

    hosts: str | None = field(default=None, metadata=length(1, 2_000, check=_are_hosts))
    certificate: Path | None = field(default=None, metadata=length(1, 4096))
    key: Path | None = field(default=None, metadata=length(1, 4096))

    @property
    def names(self) -> tuple[str, ...]:
        """`hosts`, each once, as they are compared."""
        return tuple(dict.fromkeys(plain_host(name) for name in (self.hosts or "").replace(",", " ").split()))


@dataclass(frozen=True, slots=True)
class CentralConfig:
    """Everything `anju-central run` needs to know.

    - `grpc_address`, `http_address`: port 0 takes any free one. Boxes come by `grpc_address`; one that is not loopback
      needs certificates in `data_dir/tls` (`access/grpc_tls.py` says so at the start).
    - `enrolment_address`: where boxes are claimed and renew, by TLS; served once there is an authority in DATA/tls.
    - `http_address`: where operators come; plain HTTP on a loopback address, HTTPS on any other, and on each with a
      certificate of the district's own (`console`).
    - `silent_after_s`: no contact for so long, and the community counts as silent.
    - `compress_telemetry`: zstd batches at rest, 40 % less disk, about 1 us more CPU an event.
    - `web_root`: the built console; None = the one beside the package.
    - `registry`: where communities, boxes and accounts are kept; None = `registry.sqlite` in `data_dir`.
    - `notes`: sentences about what in the file is no longer used.
    """

    data_dir: Path = field(metadata=length(1, 4096))
    grpc_address: str = field(default=GRPC_ADDRESS, metadata=length(1, 300, check=_is_address))
    http_address: str = field(default=HTTP_ADDRESS, metadata=length(1, 300, check=_is_address))
    enrolment_address: str = field(default=ENROLMENT_ADDRESS, metadata=length(1, 300, check=_is_address))
    silent_after_s: int = field(default=SILENT_AFTER_S, metadata=in_range(5, 86_400))
    compress_telemetry: bool = False
    boxes: tuple[BoxConfig, ...] = field(default=(), metadata=rows(5_000, unique="box"))
    web_root: Path | None = field(default=None, metadata=length(1, 4096))
    registry: str | None = field(default=None, metadata=length(1, 1000, check=_is_registry))
    console: ConsoleConfig = ConsoleConfig()
    backup: BackupConfig = BackupConfig()
    notes: tuple[str, ...] = field(default=(), metadata=NOT_A_KEY)

    @property
    def is_https(self) -> bool:
        """Whether operators come by HTTPS."""
        return self.console.certificate is not None or not parse_address(self.http_address).is_loopback

    @property
    def console_names(self) -> tuple[str, ...]:
        """The names and addresses of the console that are said; () where its certificate says them."""
        if self.console.names or parse_address(self.http_address).is_everywhere:
            return self.console.names
        return (plain_host(parse_address(self.http_address).host),)


def split_address(address: str) -> tuple[str, int]:
    """Returns (host, port) of `host:port` or `[v6]:port`. Raises ValueError for anything else."""
    found = parse_address(address)
    return found.host, found.port


def address_text(host: str, port: int) -> str:
    """Returns what `split_address` took apart."""
    return str(Address(host, port))


def load_config(path: Path) -> CentralConfig:
    """Reads `path`. Relative paths in it are relative to the file. Raises ConfigError."""
    config, notes = read_settings(CentralConfig, path, ConfigError, _go_together, RETIRED)
    return replace(config, notes=notes)


def is_host(text: str) -> bool:
    """Whether it is an IP address or may be the name of a machine."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_NAME.fullmatch(text.removesuffix("."))) and not re.fullmatch(r"[\d.]+", text)  # 192.0.2 is neither
    return True


def plain_host(text: str) -> str:
    """A name or address in the one form in which it is compared: lower case, no dot at the end, short IPv6."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text.lower().removesuffix(".")


def _go_together(config: CentralConfig) -> None:
    """Raises KeyWrong for keys of the console that do not."""
    console = config.console
    if (console.certificate is None) != (console.key is None):
        there, missing = ("certificate", "key") if console.key is None else ("key", "certificate")
        raise KeyWrong(f"console.{missing}", f"is missing: {there} of [console] needs it")
    where = parse_address(config.http_address)
    if where.is_everywhere and not console.names and console.certificate is None:
        raise KeyWrong("http_address", WHY_NAMES)
