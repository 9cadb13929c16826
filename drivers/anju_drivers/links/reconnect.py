"""When to try a camera again, and when to say that it is gone. No I/O; time and jitter are arguments.

Recorders that close the stream every 40 s are normal: that is no failure. A camera is offline after three failures in
a row or 90 s without a byte.
"""

from __future__ import annotations

from dataclasses import dataclass

OFFLINE_FAILURES = 3
OFFLINE_S = 90.0


@dataclass(frozen=True, slots=True)
class RetryPauses:
    """Pause after a stream that spoke, then `first_s`, `first_s + step_s`, ... up to `max_s`; each +-20 %."""

    again_s: float = 1.0
    first_s: float = 5.0
    step_s: float = 5.0
    max_s: float = 60.0


class LinkState:
    """Follows the attempts. `up` is None until it is known."""

    def __init__(self, pauses: RetryPauses, now_s: float) -> None:
        self.up: bool | None = None
        self._pauses = pauses
        self._failures = 0
        self._heard_s = now_s
        self._spoke = False

    def heard(self, now_s: float) -> bool:
        """Bytes came. True when this makes the camera reachable: say so once."""
        self._heard_s, self._spoke, self._failures = now_s, True, 0
        became_up = self.up is not True
        self.up = True
        return became_up

    def ended(self, jitter: float) -> float:
        """An attempt or a stream ended; returns the pause before the next. `jitter` is from 0 to 1."""
        if self._spoke:
            self._spoke = False
            pause_s = self._pauses.again_s
        else:
            pause_s = min(self._pauses.max_s, self._pauses.first_s + self._failures * self._pauses.step_s)
            self._failures += 1
        return pause_s * (0.8 + 0.4 * jitter)

    def lost(self, now_s: float) -> bool:
        """True when the camera has become unreachable: say so once."""
        is_lost = self._failures >= OFFLINE_FAILURES or now_s >= self._heard_s + OFFLINE_S
        if not is_lost or self.up is False:
            return False
        self.up = False
        return True

    def lost_at_s(self) -> float:
        """When silence alone will make it unreachable."""
        return self._heard_s + OFFLINE_S
