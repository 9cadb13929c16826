"""The names of the identity's files, and what can be told of them without opening a key: loads nothing heavy.

`DATA/identity/` holds `key.pem`, `certificate.pem` (the box's, then what signed it), `roots.pem` (pinned private roots)
and `hub.json` ({"grpc": "host:port", "enrolment": "host:port"}). `key.py` reads them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from anju_base.address import parse_address

FOLDER: Final = "identity"
KEY: Final = "key.pem"
CERTIFICATE: Final = "certificate.pem"
ROOTS: Final = "roots.pem"
HUB: Final = "hub.json"
MOST_BYTES: Final = 1 << 18  # of a file; certificates of a box are 2 kB

Print = tuple[tuple[int, int, int] | None, ...]  # what changes with files: inode, size, time of each


def has_identity(folder: Path) -> bool:
    """Whether any of its files is there: then nothing goes over a plain line, whatever is wrong with them."""
    return any((folder / name).exists() for name in (KEY, CERTIFICATE, ROOTS))


def hub_address(folder: Path) -> str:
    """Returns the hub's gRPC address as it was given at the claim, "" where there is none."""
    try:
        with (folder / HUB).open("rb") as file:
            told = json.loads(file.read(MOST_BYTES))
        address = told.get("grpc") if isinstance(told, dict) else None
        return str(parse_address(address)) if isinstance(address, str) else ""
    except (OSError, ValueError, RecursionError):
        return ""


def print_of(folder: Path) -> Print:
    """What changes with the files."""
    return tuple(_print_of(folder / name) for name in (KEY, CERTIFICATE, ROOTS, HUB))


def _print_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
