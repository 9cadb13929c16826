"""The hub's configuration: one TOML file, read once into frozen values. Whatever is wrong in it stops the start.

A refusal names the key, what is allowed, and the line, so that it can be mended without reading this code.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from anju_base import toml_config
from anju_base.toml_config import TomlFileError, line_of

ID_PATTERN = re.compile(r"[a-z0-9-]{1,32}")
GRPC_ADDRESS = "127.0.0.1:7420"
HTTP_ADDRESS = "127.0.0.1:7480"
SILENT_AFTER_S = 90
ADDRESS_PATTERN = re.compile(r"(\[[0-9a-fA-F:]+\]|[^:\[\]]+):(\d{1,5})")

WHY_LOOPBACK = (
    "only this machine (127.0.0.1, ::1 or localhost): until boxes and operators have certificates, anyone who reaches "
    "this port could read alarms and answer them. Put both ends on one machine or carry the port through an SSH tunnel"
)


class ConfigError(TomlFileError):
    """The start stops: `key` is wrong for `reason`, at `line` (1-based, None when the key is missing) of `path`."""


@dataclass(frozen=True, slots=True)
class BoxConfig:
    """A box the hub knows: only these may connect."""

    box: str
    community: str
    roster: Path | None = None  # the community's roster file; labels come from it


@dataclass(frozen=True, slots=True)
class CentralConfig:
    """Everything `anju-central run` needs to know."""

    data_dir: Path
    grpc_address: str = GRPC_ADDRESS  # port 0 takes any free one
    http_address: str = HTTP_ADDRESS
    silent_after_s: int = SILENT_AFTER_S  # no contact for so long and the community counts as silent
    compress_telemetry: bool = False  # zstd batches at rest: 40 % less disk, about 1 us more CPU per event
    boxes: tuple[BoxConfig, ...] = ()
    web_root: Path | None = None  # the built console; None = the one beside the package


def split_address(address: str) -> tuple[str, int]:
    """Returns (host, port) of `host:port` or `[v6]:port`. Raises ValueError for anything else."""
    found = ADDRESS_PATTERN.fullmatch(address)
    if not found or int(found[2]) > 65_535:
        raise ValueError("host:port, for example 127.0.0.1:7420")
    return found[1].strip("[]"), int(found[2])


def address_text(host: str, port: int) -> str:
    """Returns what `split_address` took apart."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_config(path: Path) -> CentralConfig:
    """Reads `path`. Relative paths in it are relative to the file. Raises ConfigError."""
    text = toml_config.read_text(path, ConfigError)
    return _Reader(path, text).read(toml_config.parse(text, path, ConfigError))


class _Reader:
    """One pass over the parsed file; knows the text only to tell line numbers."""

    TOP = frozenset(
        {"data_dir", "grpc_address", "http_address", "silent_after_s", "compress_telemetry", "boxes", "web_root"}
    )
    BOX = frozenset({"box", "community", "roster"})

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text_of_file = path, text

    def read(self, data: Mapping[str, object]) -> CentralConfig:
        self._known(data, self.TOP, None)
        if "data_dir" not in data:
            raise ConfigError(self._path, None, "data_dir", "missing; the folder for the hub's databases")
        web_root = self._path_of(data, "web_root", None)
        return CentralConfig(
            data_dir=self._path_of(data, "data_dir", None) or Path(),
            grpc_address=self._address(data, "grpc_address", GRPC_ADDRESS),
            http_address=self._address(data, "http_address", HTTP_ADDRESS),
            silent_after_s=self._number(data, "silent_after_s", SILENT_AFTER_S, 5, 86_400),
            compress_telemetry=self._flag(data, "compress_telemetry", False),
            boxes=self._boxes(data),
            web_root=web_root,
        )

    def _fail(self, key: str, reason: str, table: int | None) -> ConfigError:
        name = key if table is None else f"boxes[{table + 1}].{key}"
        return ConfigError(self._path, line_of(self._text_of_file, name), name, reason)

    def _known(self, data: Mapping[str, object], allowed: frozenset[str], table: int | None) -> None:
        for key in data:
            if key not in allowed:
                raise self._fail(key, f"is not a key here; known are {', '.join(sorted(allowed))}", table)

    def _text(self, data: Mapping[str, object], key: str, default: str, table: int | None) -> str:
        value = data.get(key, default)
        if not isinstance(value, str) or not value:
            raise self._fail(key, f"must be a text, is {value!r}", table)
        return value

    def _path_of(self, data: Mapping[str, object], key: str, table: int | None) -> Path | None:
        if key not in data:
            return None
        return self._path.parent / Path(self._text(data, key, "", table)).expanduser()

    def _number(self, data: Mapping[str, object], key: str, default: int, low: int, high: int) -> int:
        value = data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._fail(key, f"must be a whole number from {low} to {high}, is {value!r}", None)
        return value

    def _flag(self, data: Mapping[str, object], key: str, default: bool) -> bool:
        value = data.get(key, default)
        if not isinstance(value, bool):
            raise self._fail(key, f"must be true or false, is {value!r}", None)
        return value

    def _address(self, data: Mapping[str, object], key: str, default: str) -> str:
        value = self._text(data, key, default, None)
        try:
            host, _ = split_address(value)
        except ValueError as error:
            raise self._fail(key, f"must be {error}, is {value!r}", None) from error
        if not is_loopback(host):
            raise self._fail(key, f"is {value!r}, but may be {WHY_LOOPBACK}", None)
        return value

    def _boxes(self, data: Mapping[str, object]) -> tuple[BoxConfig, ...]:
        rows = data.get("boxes", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._fail("boxes", "must be written as [[boxes]] tables", None)
        boxes: list[BoxConfig] = []
        for number, row in enumerate(rows):
            self._known(row, self.BOX, number)
            for key in ("box", "community"):
                if key not in row:
                    raise ConfigError(self._path, None, f"boxes[{number + 1}].{key}", "missing")
                if not ID_PATTERN.fullmatch(self._text(row, key, "", number)):
                    raise self._fail(key, f"must be 1-32 of a-z, 0-9 and -, is {row[key]!r}", number)
            box = BoxConfig(row["box"], row["community"], self._path_of(row, "roster", number))
            if any(box.box == other.box for other in boxes):
                raise self._fail("box", f"{box.box!r} is there twice", number)
            boxes.append(box)
        return tuple(boxes)
