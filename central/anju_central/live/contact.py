"""Which boxes the hub is in contact with, and since when it hears nothing from those it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from anju_protos.v1.control_pb2 import BoxStatus

Contact = Literal["online", "silent", "never"]


@dataclass(slots=True)
class BoxContact:
    """What is known of one box's contact. `heard_s` is monotonic, the other times are UTC ms."""

    box: str
    community: str
    heard_s: float | None = None  # None = never in contact, as far as the hub knows
    last_ms: int | None = None
    silent: bool = False
    is_met: bool = False  # in contact since this hub started, not only remembered
    channels: set[str] = field(default_factory=set)
    status: BoxStatus | None = None
    status_ms: int | None = None  # hub time when the status came

    @property
    def state(self) -> Contact:
        """Whether the box is there, silent beyond the limit, or was never heard."""
        if self.heard_s is None:
            return "never"
        return "silent" if self.silent else "online"


class ContactTracker:
    """Tracks contact with every box. Everything that a box sends counts as a sign of life.

    `monotonic_s` measures silence, `now_ms` (UTC) only tells people since when.
    """

    def __init__(
        self,
        known: Iterable[tuple[str, str]],
        silent_after_s: float,
        monotonic_s: Callable[[], float],
        now_ms: Callable[[], int],
    ) -> None:
        self._boxes = {box: BoxContact(box, community) for box, community in known}
        self._silent_after_s = silent_after_s
        self._monotonic_s = monotonic_s
        self._now_ms = now_ms
        self.on_change: Callable[[str], None] = lambda _box: None

    def boxes(self) -> list[BoxContact]:
        """Returns all known boxes, those of the start first, by id."""
        return list(self._boxes.values())

    def of(self, box: str) -> BoxContact | None:
        """Returns what is known of a box's contact."""
        return self._boxes.get(box)

    def know(self, box: str, community: str) -> None:
        """A box may come from now on."""
        if box not in self._boxes:
            self._boxes[box] = BoxContact(box, community)
            self.on_change(box)

    def forget(self, box: str) -> None:
        """A box is out of service: nobody waits for it any more."""
        if self._boxes.pop(box, None) is not None:
            self.on_change(box)

    def remember(self, box: str, last_ms: int, *, silent: bool) -> None:
        """After a start: the box was last heard at `last_ms`; unless it was silent already, it has the full time."""
        held = self._boxes.get(box)
        if held is not None:
            held.heard_s, held.last_ms, held.silent = self._monotonic_s(), last_ms, silent
            if silent:
                held.heard_s -= self._silent_after_s

    def connected(self, box: str, community: str, channel: str) -> None:
        """A channel (alarm, bulk, control) of a box came up."""
        held = self._boxes.setdefault(box, BoxContact(box, community))
        held.channels.add(channel)
        self._heard(held, self._now_ms())
        self.on_change(box)

    def status(self, box: str, status: BoxStatus) -> None:
        """A box said how it is."""
        held = self._boxes.get(box)
        if held is not None:
            held.status, held.status_ms = status, self._now_ms()
            self._heard(held, held.status_ms)
            self.on_change(box)

    def disconnected(self, box: str, channel: str) -> None:
        """A channel went down. The box counts as silent only when it stays away."""
        held = self._boxes.get(box)
        if held is not None:
            held.channels.discard(channel)
            self.on_change(box)

    def heard(self, box: str, at_ms: int) -> None:
        """Facts of a box came in at `at_ms` (hub time, UTC)."""
        held = self._boxes.get(box)
        if held is None:
            return
        if abs(self._now_ms() - at_ms) < self._silent_after_s * 1000:
            self._heard(held, at_ms)
        elif held.heard_s is None:  # projections are folded anew: old facts show that the box was there once
            self.remember(box, at_ms, silent=False)
        elif not held.channels:
            held.last_ms = max(held.last_ms or 0, at_ms)

    def _heard(self, held: BoxContact, at_ms: int) -> None:
        held.heard_s, held.is_met = self._monotonic_s(), True
        held.last_ms = max(held.last_ms or 0, at_ms)
        if held.silent:
            held.silent = False
            self.on_change(held.box)

    def mark_silent(self) -> list[BoxContact]:
        """Marks boxes that have been away for too long as silent. Returns those that just became so."""
        now_s = self._monotonic_s()
        fell_silent = [
            held
            for held in self._boxes.values()
            if held.heard_s is not None and not held.silent and now_s - held.heard_s >= self._silent_after_s
        ]
        for held in fell_silent:
            held.silent = True
            self.on_change(held.box)
        return fell_silent
