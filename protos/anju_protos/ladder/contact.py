"""What a side knows of the other one: since when there is contact without a gap that matters.

The hub stops sending before the box begins: its limit is the shorter one, and it counts from the newest word of its own
that the box is known to have heard (an echo), never from what merely came in. So no line that carries one way only
makes both believe that they hold an incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BOX_LIMIT_MS: Final = 15_000  # DESIGN 7: no contact for 15 s, and the box sends
HUB_LIMIT_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Contact:
    """`since_ms`: contact without a gap since then, None = there is none now. `last_ms`: the last sign of it.

    `box_sends`, `hub_sends`: which of them have a channel to phones. Only where both do have they to agree.
    """

    since_ms: int | None
    last_ms: int
    box_sends: bool = True
    hub_sends: bool = True


class ContactWatch:
    """Signs of contact in, a `Contact` out. For a box its start counts as a sign, a hub waits for the first echo."""

    def __init__(self, limit_ms: int, started_ms: int, *, is_heard: bool) -> None:
        self._limit_ms = limit_ms
        self._last_ms = started_ms
        self._since_ms: int | None = started_ms if is_heard else None

    def heard(self, at_ms: int) -> None:
        """Notes a sign. At the hub: when that was sent which the box has echoed."""
        if self._since_ms is None or at_ms - self._last_ms > self._limit_ms:
            self._since_ms = at_ms
        self._last_ms = max(self._last_ms, at_ms)

    def contact(self, now_ms: int, *, box_sends: bool = True, hub_sends: bool = True) -> Contact:
        """Returns what is known now."""
        is_lost = now_ms - self._last_ms > self._limit_ms
        return Contact(None if is_lost else self._since_ms, self._last_ms, box_sends, hub_sends)
