"""Which roster each box has, beside the one that is for it: how far behind, since when, and what it refuses.

Kept in memory, without I/O: a box says what it has at the start of each session and after each roster that it was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from anju_central.live.contact import ContactTracker
from anju_protos.v1.control_pb2 import RosterHeld

MOST_REASON_CHARS = 300
MOST_ROW_CHARS = 200


class Revision(Protocol):
    """A community's bundle, as far as this needs it."""

    @property
    def revision(self) -> int: ...


class Revisions(Protocol):
    """Where bundles are; `registry.bundles.book.BundleBook` says what the methods do."""

    def of(self, community: str) -> Revision | None: ...
    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """What a box does not use, and why: `row` as table.key.field, never a person. `since_ms` is UTC."""

    revision: int
    row: str
    reason: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class RosterState:
    """A box's roster. `hub_revision` None: a file on the box says it. `box_revision` None: it has not said what it has.

    `behind` revisions are missing, since `behind_since_ms` (UTC; None while it is not known since when).
    """

    box: str
    community: str
    hub_revision: int | None
    box_revision: int | None
    behind: int
    behind_since_ms: int | None
    refused: tuple[RefusedRow, ...]


class RosterStates:
    """Composed by the hub."""

    def __init__(self, bundles: Revisions, contacts: ContactTracker, now_ms: Callable[[], int]) -> None:
        self._bundles = bundles
        self._contacts = contacts
        self._now_ms = now_ms
        self._held: dict[str, int] = {}  # what boxes said since the hub's start
        self._since: dict[str, int] = {}
        self._refused: dict[str, RefusedRow] = {}
        bundles.subscribe(self._changed)

    def hear(self, box: str, held: RosterHeld) -> None:
        """A box said what it has, and perhaps what it refuses."""
        self._held[box] = held.revision
        if held.refused:
            row, reason = held.refused_row[:MOST_ROW_CHARS], held.refused_reason[:MOST_REASON_CHARS]
            known = self._refused.get(box)
            if known is None or (known.revision, known.row) != (held.refused, row):
                self._refused[box] = RefusedRow(held.refused, row, reason, self._now_ms())
        else:
            self._refused.pop(box, None)
        contact = self._contacts.of(box)
        if contact is not None:
            self._look(box, contact.community)
            self._contacts.on_change(box)  # pages look again

    def of(self, box: str, community: str) -> RosterState:
        """Returns how a box stands."""
        has, wanted = self._revision(box), self._wanted(community)
        refused = self._refused.get(box)
        return RosterState(
            box=box,
            community=community,
            hub_revision=wanted,
            box_revision=has,
            behind=max(wanted - has, 0) if wanted is not None and has is not None else 0,
            behind_since_ms=self._since.get(box),
            refused=(refused,) if refused is not None else (),
        )

    def all(self) -> list[RosterState]:
        """Returns how all boxes stand that the hub knows."""
        return [self.of(contact.box, contact.community) for contact in self._contacts.boxes()]

    def _changed(self, community: str) -> None:
        for contact in self._contacts.boxes():
            if contact.community == community:
                self._look(contact.box, community)
                self._contacts.on_change(contact.box)

    def _look(self, box: str, community: str) -> None:
        """Notes since when a box is behind; of one that has said nothing since the hub's start nobody knows that."""
        wanted = self._wanted(community)
        if wanted is None or self._held.get(box) == wanted:
            self._since.pop(box, None)
        elif box in self._held:
            self._since.setdefault(box, self._now_ms())

    def _revision(self, box: str) -> int | None:
        """0 is a box without a roster; None one that has said nothing."""
        if box in self._held:
            return self._held[box]
        contact = self._contacts.of(box)
        status = contact.status if contact is not None else None
        return status.roster_revision if status is not None and status.roster_revision else None

    def _wanted(self, community: str) -> int | None:
        bundle = self._bundles.of(community)
        return bundle.revision if bundle is not None else None
