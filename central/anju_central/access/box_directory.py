"""All boxes in memory, for what is asked at each call of a box: no I/O, and no await between question and answer.

The registry fills it (`registry/link.py`) and changes it with each change of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

log = logging.getLogger(__name__)

SERVED: Final = frozenset({"claimed", "active"})


@dataclass(frozen=True, slots=True)
class BoxRecord:
    """A box. `state` is unused, claimed, active, retired or revoked (`registry/tables/boxes.py` says what they mean).

    `spki` is the SHA-256 of the SubjectPublicKeyInfo of its newest certificate, None while it has none.
    """

    box: str
    community: str
    state: str
    spki: bytes | None = None

    @property
    def is_served(self) -> bool:
        """Whether it may stream."""
        return self.state in SERVED


class BoxDirectory:
    """Composed by the hub; used in the event loop only. `communities`: box -> community of those that are served."""

    def __init__(self) -> None:
        self._records: dict[str, BoxRecord] = {}
        self._communities: dict[str, str] = {}
        self._callbacks: list[Callable[[str], None]] = []
        self.communities: Mapping[str, str] = MappingProxyType(self._communities)

    def lookup(self, box: str) -> BoxRecord | None:
        """Returns what is known of a box."""
        return self._records.get(box)

    def records(self) -> list[BoxRecord]:
        """Returns all boxes by id, those too that are out of service."""
        return sorted(self._records.values(), key=lambda record: record.box)

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Calls `callback` with the id of each box that changes. Returns what ends it."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def update(self, records: Iterable[BoxRecord]) -> None:
        """Takes what is new of some boxes. Those who follow are told only of what differs."""
        for record in records:
            if self._records.get(record.box) == record:
                continue
            self._records[record.box] = record
            if record.is_served:
                self._communities[record.box] = record.community
            else:
                self._communities.pop(record.box, None)
            for callback in list(self._callbacks):
                try:
                    callback(record.box)
                except Exception:  # one who follows must not keep a revoked box in for another
                    log.exception("a change of box %s was not taken", record.box)
