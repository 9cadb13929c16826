"""Tells the copies of one press from a new press.

A band repeats its SOS for seconds, and each receiver in range hears every copy. The same device, press and reasons
within the driver's window of the last copy is one press: one event, one ring, and a count. A new counter or other
reasons is a new press, always. Nothing is ever held back by device alone.

No I/O and no clock: `now_ms` is running time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import dataclass, replace

MAX_BURSTS = 4096  # beyond it the one silent for longest is forgotten: its next copy would ring again, the safe side
MAX_WINDOW_S = 3600.0
FIRST_REPORT_MS = 5_000
LAST_REPORT_MS = 600_000


@dataclass(slots=True)
class Burst:
    """One press and its copies. `incident` is set once the press became one, `recorded` ends when it is on disk."""

    last_ms: int
    window_ms: int
    copies: int = 0  # after the first
    reported: int = 0
    report_ms: int = 0
    report_every_ms: int = FIRST_REPORT_MS
    incident: str = ""
    recorded: Awaitable[None] | None = None

    @property
    def unreported(self) -> int:
        return self.copies - self.reported


class PressDedup:
    """Open bursts by (device, press, reasons)."""

    def __init__(self, limit: int = MAX_BURSTS) -> None:
        self._limit = limit
        self._open: OrderedDict[tuple[str, bytes, frozenset[int]], Burst] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def take(
        self, device: str, press: bytes, reasons: frozenset[int], window_s: float, now_ms: int
    ) -> tuple[Burst, bool, list[Burst]]:
        """Takes a copy. Returns its burst, whether it is a new press, and bursts that this pushed out."""
        key = (device, press, reasons)
        window_ms = round(min(max(0.0, window_s), MAX_WINDOW_S) * 1000)  # in this order NaN becomes 0
        burst = self._open.get(key)
        if burst is not None and now_ms - burst.last_ms <= window_ms:
            burst.copies += 1
            burst.last_ms, burst.window_ms = now_ms, window_ms
            self._open.move_to_end(key)
            return burst, False, []
        out = [burst] if burst is not None else []
        burst = self._open[key] = Burst(now_ms, window_ms, report_ms=now_ms)
        self._open.move_to_end(key)
        while len(self._open) > self._limit:
            out.append(self._open.popitem(last=False)[1])
        return burst, True, out

    def begin_anew(self, burst: Burst, now_ms: int) -> Burst:
        """Makes the copy that was just taken the first of a new press; returns the old burst, for its count."""
        old = replace(burst, copies=burst.copies - 1)
        burst.copies = burst.reported = 0
        burst.report_ms, burst.report_every_ms, burst.incident = now_ms, FIRST_REPORT_MS, ""
        burst.recorded = None
        return old

    def due(self, now_ms: int) -> list[Burst]:
        """Returns bursts whose count should be reported now: over, or long since the last report. Forgets the over."""
        due = []
        for key, burst in list(self._open.items()):
            over = now_ms - burst.last_ms > burst.window_ms
            if over:
                del self._open[key]
            if burst.unreported and (over or now_ms - burst.report_ms >= burst.report_every_ms):
                burst.report_ms = now_ms
                burst.report_every_ms = min(burst.report_every_ms * 2, LAST_REPORT_MS)
                due.append(burst)
        return due

    def drain(self) -> list[Burst]:
        """Returns all bursts with an unreported count, at a stop."""
        rest = [burst for burst in self._open.values() if burst.unreported]
        self._open.clear()
        return rest
