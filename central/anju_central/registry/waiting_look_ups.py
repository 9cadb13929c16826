"""Look-ups of emergencies that are not in the log yet, and their file in the data folder: a JSON object a line."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from anju_base.whole_file import replace_file
from anju_central.access.caller import Caller, Communities, Purpose, Role
from anju_central.registry.tables import LookUpKind

log = logging.getLogger(__name__)

WAITING_FILE: Final = "look_ups.waiting.jsonl"  # in the data folder


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at: `people` as (resident, community), which fields of them, and for which incident."""

    kind: LookUpKind
    people: frozenset[tuple[str, str]]
    fields: str
    incident: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WaitingGlass:
    """Glass that was broken while the registry could not be written: it is open here until it is written there."""

    community: str
    ends_ms: int
    closed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class WaitingLookUp:
    """A look-up that is not written yet."""

    at_ms: int
    account: str
    role: str
    purpose: str
    communities: tuple[str, ...] | None  # None: every
    seen: Seen
    glass: WaitingGlass | None = None

    @classmethod
    def of(cls, caller: Caller, seen: Seen, at_ms: int, glass: WaitingGlass | None = None) -> WaitingLookUp:
        """A look-up by somebody, at a time (UTC ms)."""
        scope = tuple(sorted(caller.communities)) if caller.communities != "every" else None
        return cls(at_ms, caller.account, caller.role.value, caller.purpose.value, scope, seen, glass)

    @property
    def caller(self) -> Caller:
        """Who looked."""
        scope: Communities = frozenset(self.communities) if self.communities is not None else "every"
        return Caller(self.account, Role(self.role), scope, Purpose(self.purpose))


class WaitingFile:
    """The file. One that cannot be written is said in the log of the process; what waits is in memory then."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / WAITING_FILE

    def read(self) -> tuple[list[WaitingLookUp], int]:
        """Returns what waits, and how many lines cannot be read: cut by a power failure, or by a disk."""
        found: list[WaitingLookUp] = []
        lost = 0
        with suppress(FileNotFoundError):
            for line in self._file.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    found.append(_decoded(line))
                except (ValueError, KeyError, TypeError, AttributeError):
                    lost += 1
        return found, lost

    def append(self, row: WaitingLookUp) -> None:
        """Adds a look-up, on the disk when this returns."""
        try:
            with open(
                os.open(self._file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(_encoded(row) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            log.error("%s: %s; what waits is in memory alone", self._file, error.strerror)

    def rewrite(self, rows: Iterable[WaitingLookUp]) -> None:
        """Takes out of the file what is written: a hub that is killed now writes it no second time."""
        text = "".join(_encoded(row) + "\n" for row in rows)
        try:
            replace_file(self._file, text.encode(), 0o600)
        except OSError as error:
            log.error("%s: %s; what was written may be written once more", self._file, error.strerror)

    def remove(self) -> None:
        """Nothing waits any more."""
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def _encoded(row: WaitingLookUp) -> str:
    fields = asdict(row)
    fields["seen"]["people"] = sorted(map(list, row.seen.people))
    fields["seen"]["kind"] = row.seen.kind.value
    return json.dumps(fields)


def _decoded(line: str) -> WaitingLookUp:
    fields = json.loads(line)
    seen = fields.pop("seen")
    people = frozenset((resident, community) for resident, community in seen.pop("people"))
    scope = fields.pop("communities")
    glass = fields.pop("glass", None)  # an earlier version's line has none
    kept = Seen(kind=LookUpKind(seen.pop("kind")), people=people, **seen)
    waiting = WaitingLookUp(
        communities=tuple(scope) if scope is not None else None,
        seen=kept,
        glass=WaitingGlass(**glass) if glass is not None else None,
        **fields,
    )
    for time_ms in (waiting.at_ms, *((waiting.glass.ends_ms, waiting.glass.closed_ms or 0) if waiting.glass else ())):
        time_ms.to_bytes(8, "big", signed=True)
    assert waiting.caller  # of a role and a purpose that there are: later nobody could say whose line it is
    return waiting
