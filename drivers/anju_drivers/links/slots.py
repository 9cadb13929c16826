"""How many connections a listener holds, and who gives way: whoever says nothing keeps nobody out. No I/O, no clock.

A newcomer beyond the limits takes the place of the oldest connection that has nothing under way: of its own address
where that one has too many, else of any. Those that have said something sensible before give way last.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import inf
from typing import Generic, Protocol, TypeVar


class Seated(Protocol):
    """One connection. `is_busy`: in the middle of something that counts. `has_spoken`: it was useful before."""

    @property
    def is_busy(self) -> bool: ...

    @property
    def has_spoken(self) -> bool: ...

    def hang_up(self) -> None:
        """Ends it at once."""


_Seat = TypeVar("_Seat", bound=Seated)


class Places(Generic[_Seat]):
    """Those that are open, oldest first. `shed` counts those that had to go or were not let in.

    At most `settled` connections, and `per_peer` of one address, may be older than `grace_s`. The younger ones have
    only the limit of all, `connections`, so that a good device's first bytes have time to come while others dial
    without end.
    """

    def __init__(self, connections: int, settled: int, per_peer: int, grace_s: float = 0.5) -> None:
        self.connections, self.settled, self.per_peer, self.grace_s = connections, settled, per_peer, grace_s
        self.shed = 0
        self._open: dict[_Seat, float] = {}  # since when, in seconds
        self._peers: dict[_Seat, str] = {}
        self._of_peer: dict[str, dict[_Seat, float]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, seat: _Seat, peer: str, now_s: float) -> bool:
        """Gives the connection a place, or returns False: everybody else is busy."""
        old_s = now_s - self.grace_s
        same = self._of_peer.get(peer, {})
        while (is_crowded := _since(same, self.per_peer) <= old_s) and self._shed_one(same, old_s):
            pass
        while _since(self._open, self.settled) <= old_s and self._shed_one(self._open, old_s):
            pass
        if is_crowded or (len(self._open) >= self.connections and not self._shed_one(self._open, now_s)):
            self.shed += 1
            return False
        self._open[seat] = self._of_peer.setdefault(peer, {})[seat] = now_s
        self._peers[seat] = peer
        return True

    def leave(self, seat: _Seat) -> None:
        """It is gone. Does nothing when it had no place any more."""
        if self._open.pop(seat, None) is None:
            return
        peer = self._peers.pop(seat)
        same = self._of_peer[peer]
        del same[seat]
        if not same:
            del self._of_peer[peer]

    def hang_up(self) -> None:
        """Ends all of them."""
        for seat in list(self._open):
            seat.hang_up()

    def _shed_one(self, seats: Mapping[_Seat, float], until_s: float) -> bool:
        """Ends one that has been open since `until_s` and has nothing under way; False when there is none."""
        useful: _Seat | None = None
        for one, since_s in seats.items():
            if since_s > until_s:
                break
            if not one.is_busy and not one.has_spoken:
                return self._end(one)
            if not one.is_busy:
                useful = useful or one
        return useful is not None and self._end(useful)

    def _end(self, seat: _Seat) -> bool:
        self.shed += 1
        self.leave(seat)
        seat.hang_up()
        return True


def _since(seats: Mapping[_Seat, float], number: int) -> float:
    """Since when so many are open; never when there are fewer."""
    return next(islice(seats.values(), number - 1, None), inf)
