"""Who may send how many bulk batches at a time: shared fairly among boxes. No I/O.

Each session may always have one batch on its way; a box that has news never waits for others to finish. Beyond that,
`budget` batches are divided evenly among the sessions that were busy lately, so that of many boxes that drain at once
none gets far ahead. A session that was given more while it was alone uses that up first. What all of them together may
have in the hub's memory is bounded in bytes, by `in_flight.InFlightBytes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BUSY_S: Final = 2.0  # a session counts as busy for so long after its last batch
RECOUNT_S: Final = 0.25
GATHER_S: Final = 0.2  # credits are given several at a time, unless a slow line would wait for that


@dataclass(slots=True, eq=False)
class CreditLine:
    """One session's part: `given` credits not yet used, `held` batches received and not yet answered."""

    given: int = 0
    held: int = 0
    used_s: float = float("-inf")
    owed_s: float = float("-inf")  # when credits were given last


class CreditPool:
    """All sessions' credits. Times are monotonic seconds, given by the caller."""

    def __init__(self, budget: int = 96, window: int = 8) -> None:
        self._budget = budget
        self._window = window
        self._lines: set[CreditLine] = set()
        self._busy = 0
        self._counted_s = float("-inf")

    @property
    def outstanding(self) -> int:
        """How many batches are on their way, in hand, or may be sent at any moment."""
        return sum(line.given + line.held for line in self._lines)

    def join(self, now: float) -> tuple[CreditLine, int]:
        """Takes a session in. Returns its line and its first credits."""
        line = CreditLine(used_s=now)
        self._lines.add(line)
        self._busy += 1  # not counted anew: thousands may come at once
        return line, self.owed(line, now)

    def leave(self, line: CreditLine) -> None:
        """A session is over; what it had is free."""
        self._lines.discard(line)
        self._busy -= line.used_s > self._counted_s - BUSY_S  # as it was counted

    def used(self, line: CreditLine, now: float) -> bool:
        """Notes a batch that came in. False when the box had no credit for it."""
        line.used_s = now
        if line.given < 1:
            return False
        line.given -= 1
        line.held += 1
        return True

    def answered(self, line: CreditLine, now: float) -> int:
        """Notes that a batch was answered. Returns the new credits to send, often 0: several go at once."""
        line.held -= 1
        return self.owed(line, now)

    def owed(self, line: CreditLine, now: float) -> int:
        """Returns the credits due to a session and counts them as given."""
        share = self.share(now)
        due = share - line.given - line.held
        if due < 1 or (due < share // 2 and now - line.owed_s < GATHER_S):
            return 0
        line.given += due
        line.owed_s = now
        return due

    def share(self, now: float) -> int:
        """Returns how many batches a busy session may have on their way."""
        if now - self._counted_s >= RECOUNT_S:
            self._counted_s = now
            self._busy = sum(now - line.used_s < BUSY_S for line in self._lines)
        return 1 + min(self._budget // max(self._busy, 1), self._window - 1)
