"""The list of paired pages on disk: written whole, kept twice, never used when a byte of it is wrong.

One line of JSON, then the SHA-256 of that line. Of the copies that are whole the newest counts. The one in the folder
of the running system outlives a card that dies while the box is restarted: a help button must not hang on a disk.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final  # Any: JSON that is checked field by field

from anju_base.whole_file import replace_file
from anju_edge.kiosk.pairing.paired_page import PageKind, PairedPage

_log = logging.getLogger(__name__)

NAME: Final = "pages.json"
LAST_GOOD: Final = "pages.last-good.json"
MOST_BYTES: Final = 1 << 18
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class PageList:
    """All paired pages, and the ids of the last ones that were revoked. `generation` grows with each change."""

    generation: int = 0
    pages: Sequence[PairedPage] = ()
    revoked: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found. `damage`: what is wrong with a copy. `is_lost`: there were copies, and none is whole."""

    found: PageList | None
    damage: str = ""
    is_lost: bool = False


class PageFile:
    """The copies. They are tried in this order; all of them are written at each change."""

    def __init__(self, data: Path, run: Path) -> None:
        self._copies = (data / NAME, data / LAST_GOOD)
        self._in_memory = run / NAME

    def load(self) -> Loaded:
        """Reads all copies. Never raises."""
        whole: list[PageList] = []
        damage: list[str] = []
        for path in (*self._copies, self._in_memory):
            try:
                with path.open("rb") as file:
                    whole.append(decode(file.read(MOST_BYTES + 1)))
            except FileNotFoundError:
                continue
            except OSError as error:
                if path != self._in_memory:  # a folder that is missing is said where it is needed
                    damage.append(f"{path}: {error.strerror or error}")
            except ValueError as error:
                damage.append(f"{path}: {error}")
        newest = max(whole, key=lambda one: one.generation, default=None)
        return Loaded(newest, "; ".join(damage), is_lost=bool(damage) and newest is None)

    def save(self, pages: PageList) -> str:
        """Writes all copies; durable on return. Returns what is wrong with a copy that could not be written.

        The copy in memory goes first: what was revoked stays revoked although the disk is broken. Raises OSError when
        the disk takes none.
        """
        data = encode(pages)
        try:
            replace_file(self._in_memory, data)
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._in_memory, error)
        faults: list[tuple[Path, OSError]] = []
        for path in self._copies:
            try:
                replace_file(path, data)
            except OSError as error:
                faults.append((path, error))
        if len(faults) == len(self._copies):
            raise faults[0][1]
        return "; ".join(f"{path}: {error.strerror or error}" for path, error in faults)


def encode(pages: PageList) -> bytes:
    """Returns a list as it is kept."""
    body = {
        "format": _FORMAT,
        "generation": pages.generation,
        "pages": [asdict(page) for page in pages.pages],
        "revoked": list(pages.revoked),
    }
    line = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n"


def decode(data: bytes) -> PageList:
    """Reads what `encode` wrote. Raises ValueError for anything else."""
    line, _, digest = data.rstrip(b"\n").rpartition(b"\n")
    if not line or hashlib.sha256(line).hexdigest().encode() != digest:
        raise ValueError("its checksum is wrong")
    body = json.loads(line)
    if body.get("format") != _FORMAT:
        raise ValueError(f"its format is {body.get('format')}, not {_FORMAT}")
    return PageList(
        int(body["generation"]),
        tuple(_page(row) for row in body["pages"]),
        tuple(str(one) for one in body["revoked"]),
    )


def _page(row: Mapping[str, Any]) -> PairedPage:
    known = {each.name for each in fields(PairedPage)}
    return PairedPage(**{name: value for name, value in row.items() if name in known} | {"kind": PageKind(row["kind"])})
