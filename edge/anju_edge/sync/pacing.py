"""How much may be on its way to the hub, and when to try again: both without I/O, time and randomness are arguments.

In flight <= (windowed maximum of the delivery rate) x (minimum round trip + slack). The maximum, not the present rate:
a bound taken from the present rate shrinks when a lost packet stalls the line, which lowers the rate, which shrinks
the bound. The slack keeps the line busy (0.3 s where it is slow, where TCP's own recovery takes that long; 0.02 s
where it is fast, since the hub's queue is what an alarm's step through the projections waits behind).
Source of rate samples and windows: draft-ietf-ccwg-bbr, sections 4.1 and 5.5 (delivery rate, max filter, ProbeRTT).
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import Final

SLOW_SLACK_S: Final = 0.3
FAST_SLACK_S: Final = 0.02
FAST_RATE: Final = 1_000_000.0  # bytes/s; below it, or beyond FAST_RTT_S, a line counts as slow
FAST_RTT_S: Final = 0.05
RATE_WINDOW_S: Final = 10.0
SLOW_RATE_WINDOW_S: Final = 30.0  # lost packets stall a slow line for seconds; ten of them can be all bad luck
RTT_WINDOW_S: Final = 30.0
FIRST_WINDOW_BYTES: Final = 16_384  # before anything was measured
LEAST_WINDOW_BYTES: Final = 4_096
MOST_WINDOW_BYTES: Final = 4 * 1024 * 1024
BATCHES_IN_WINDOW: Final = 4  # more, smaller batches: acks come steadily and a stall costs less
LEAST_BATCH_BYTES: Final = 1_024
MOST_BATCH_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """What the pacer must remember of one batch until its ack."""

    size: int
    at: float
    delivered: int  # bytes delivered when it was sent
    delivered_at: float
    first_sent_at: float
    starved: bool  # there was less to send than the line could take: its rate says little
    probe: bool  # sent into an empty line to measure the round trip anew


@dataclass(slots=True)
class Pacer:
    """Measures the line by acks and bounds what is in flight. All times are monotonic seconds."""

    in_flight: int = 0
    min_rtt_s: float | None = None
    last_rtt_s: float | None = None
    _delivered: int = 0
    _delivered_at: float = 0.0
    _first_sent_at: float = 0.0
    _starved_until: int = -1  # samples sent before this many bytes were delivered are starved
    _rates: deque[tuple[float, float]] = field(default_factory=deque)  # (time, bytes/s), rates falling
    _rtt_at: float = 0.0
    _probing: bool = False

    @property
    def rate(self) -> float | None:
        """Largest delivery rate of the last 10 s (30 s on slow lines) in bytes/s, None before the first ack."""
        return self._rates[0][1] if self._rates else None

    @property
    def slow(self) -> bool:
        """True on a line where bytes are worth saving, and until the line has shown that it is fast."""
        rate, rtt = self.rate, self.min_rtt_s
        return rate is None or rtt is None or rate < FAST_RATE or rtt > FAST_RTT_S

    @property
    def window_bytes(self) -> int:
        """How many bytes may be in flight."""
        rate, rtt = self.rate, self.min_rtt_s
        if rate is None or rtt is None:
            return FIRST_WINDOW_BYTES
        slack = SLOW_SLACK_S if self.slow else FAST_SLACK_S
        return int(min(max(rate * (rtt + slack), LEAST_WINDOW_BYTES), MOST_WINDOW_BYTES))

    @property
    def batch_bytes(self) -> int:
        """How large the next batch may be, on the wire."""
        if self._probing:
            return LEAST_BATCH_BYTES
        return min(max(self.window_bytes // BATCHES_IN_WINDOW, LEAST_BATCH_BYTES), MOST_BATCH_BYTES)

    def may_send(self, now: float) -> bool:
        """True when another batch may go out. One is always allowed, however large."""
        if self.in_flight == 0:
            return True
        if self.min_rtt_s is not None and now - self._rtt_at > RTT_WINDOW_S:
            self._probing = True  # let the line run empty once: the next batch measures it without our own queue
        return not self._probing and self.in_flight < self.window_bytes

    def sent(self, size: int, now: float) -> Sent:
        """Notes that a batch went out; give the result back with its ack."""
        probe = self._probing and self.in_flight == 0
        if self.in_flight == 0:
            self._first_sent_at = self._delivered_at = now
        self.in_flight += size
        starved = self._delivered < self._starved_until
        return Sent(size, now, self._delivered, self._delivered_at, self._first_sent_at, starved, probe)

    def starved(self) -> None:
        """Notes that there was nothing more to send although the line could take it."""
        if self.in_flight < self.window_bytes:
            self._starved_until = self._delivered + self.in_flight + 1

    def acked(self, sent: Sent, now: float) -> None:
        """Takes the ack of a batch as a measurement."""
        self.in_flight -= sent.size
        self._delivered += sent.size
        self._delivered_at = now
        self._first_sent_at = sent.at
        rtt = max(now - sent.at, 1e-6)
        self.last_rtt_s = rtt
        if self.min_rtt_s is None or rtt <= self.min_rtt_s or sent.probe:
            self.min_rtt_s, self._rtt_at = rtt, now
            self._probing = False
        interval = max(now - sent.delivered_at, sent.at - sent.first_sent_at, 1e-6)
        rate = (self._delivered - sent.delivered) / interval
        if sent.starved and rate < (self.rate or 0.0):
            return
        while self._rates and self._rates[-1][1] <= rate:
            self._rates.pop()
        self._rates.append((now, rate))
        window_s = SLOW_RATE_WINDOW_S if self.slow else RATE_WINDOW_S
        while self._rates[0][0] < now - window_s:
            self._rates.popleft()

    def rewound(self, sent: Sent) -> None:
        """Notes that no ack of this batch will be measured: it was rewound."""
        self.in_flight -= sent.size


@dataclass(slots=True)
class Backoff:
    """Waits between attempts: jittered, doubling, so that 500 boxes do not return in the same second."""

    least_s: float
    most_s: float
    rng: random.Random
    _next_s: float = 0.0

    def next_delay_s(self) -> float:
        """Returns how long to wait before the next attempt."""
        ceiling = self._next_s or self.least_s
        self._next_s = min(ceiling * 2, self.most_s)
        return ceiling * self.rng.uniform(0.5, 1.5)

    def succeeded(self) -> None:
        """Notes a session that got as far as a Welcome."""
        self._next_s = 0.0
