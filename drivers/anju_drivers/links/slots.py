"""How many connections a listener holds, and who gives way: whoever says nothing keeps nobody out. No I/O, no clock.

A newcomer beyond the limits takes the slot of the oldest connection that has nothing under way: of its own address
where that one has too many, else of any. Those that have said something sensible before give way last.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import inf
from typing import Generic, Protocol, TypeVar


class SlotHolder(Protocol):
    """One connection. `is_busy`: in the middle of something that counts. `has_spoken`: it was useful before."""

    @property
    def is_busy(self) -> bool: ...

    @property
    def has_spoken(self) -> bool: ...

    def hang_up(self) -> None:
        """Ends it at once."""


_Holder = TypeVar("_Holder", bound=SlotHolder)


class ConnectionSlots(Generic[_Holder]):
    """Those that are open, oldest first. `shed` counts those that had to go or were not let in.

    At most `settled` connections, and `per_peer` of one address, may be older than `grace_s`. The younger ones have
    only the limit of all, `connections`, so that a good device's first bytes have time to come while others dial
    without end.
    """

    def __init__(self, connections: int, settled: int, per_peer: int, grace_s: float = 0.5) -> None:
        self.connections, self.settled, self.per_peer, self.grace_s = connections, settled, per_peer, grace_s
        self.shed = 0
        self._open: dict[_Holder, float] = {}  # since when, in seconds
        self._peers: dict[_Holder, str] = {}
        self._of_peer: dict[str, dict[_Holder, float]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, holder: _Holder, peer: str, now_s: float) -> bool:
        """Gives the connection a slot, or returns False: everybody else is busy."""
        old_s = now_s - self.grace_s
        same = self._of_peer.get(peer, {})
        while (is_crowded := _since(same, self.per_peer) <= old_s) and self._shed_idle(same, old_s):
            pass
        while _since(self._open, self.settled) <= old_s and self._shed_idle(self._open, old_s):
            pass
        if is_crowded or (len(self._open) >= self.connections and not self._shed_idle(self._open, now_s)):
            self.shed += 1
            return False
        self._open[holder] = self._of_peer.setdefault(peer, {})[holder] = now_s
        self._peers[holder] = peer
        return True

    def leave(self, holder: _Holder) -> None:
        """It is gone. Does nothing when it had no slot any more."""
        if self._open.pop(holder, None) is None:
            return
        peer = self._peers.pop(holder)
        same = self._of_peer[peer]
        del same[holder]
        if not same:
            del self._of_peer[peer]

    def hang_up(self) -> None:
        """Ends all of them."""
        for holder in list(self._open):
            holder.hang_up()

    def _shed_idle(self, holders: Mapping[_Holder, float], until_s: float) -> bool:
        """Ends one that has been open since `until_s` and has nothing under way; False when there is none."""
        useful: _Holder | None = None
        for holder, since_s in holders.items():
            if since_s > until_s:
                break
            if not holder.is_busy and not holder.has_spoken:
                return self._end(holder)
            if not holder.is_busy:
                useful = useful or holder
        return useful is not None and self._end(useful)

    def _end(self, holder: _Holder) -> bool:
        self.shed += 1
        self.leave(holder)
        holder.hang_up()
        return True


def _since(holders: Mapping[_Holder, float], number: int) -> float:
    """Since when so many are open; never when there are fewer."""
    return next(islice(holders.values(), number - 1, None), inf)
