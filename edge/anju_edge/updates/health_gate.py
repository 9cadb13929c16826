"""Decides whether a new version has proved itself. No I/O: looks at signs and the time, says what they amount to."""

from __future__ import annotations

from enum import Enum
from typing import Final

STEADY_S: Final = 600.0  # so long without a break: ten minutes of signs of life and of records that reach the disk
HUB_WITHIN_S: Final = 1800.0  # after READY; a line that comes back later than this proves nothing about a version


class Verdict(Enum):
    """What to do now."""

    WAIT = "wait"
    GOOD = "good"
    NO_HUB = "no_hub"


class HealthGate:
    """A version on trial. `wants_hub`: the version before was in contact with the hub when it ended.

    Times are monotonic seconds. `look` once a second.
    """

    def __init__(
        self, now_s: float, *, wants_hub: bool, steady_s: float = STEADY_S, hub_within_s: float = HUB_WITHIN_S
    ) -> None:
        self._wants_hub = wants_hub
        self._steady_s = steady_s
        self._hub_until_s = now_s + hub_within_s
        self._steady_since_s = now_s
        self._probed_at_s: float | None = None
        self._has_met_hub = False

    def probed(self, now_s: float, *, is_recorded: bool) -> None:
        """Takes what became of an event that was recorded to see whether records reach the disk."""
        if is_recorded:
            self._probed_at_s = now_s
        else:
            self._steady_since_s = now_s

    def look(self, now_s: float, *, is_fed: bool, is_recording: bool, in_contact: bool) -> Verdict:
        """`is_fed`: the watchdog got its sign of life in time. A break of either begins the ten minutes anew."""
        self._has_met_hub = self._has_met_hub or in_contact
        if not (is_fed and is_recording):
            self._steady_since_s = now_s
            return Verdict.WAIT
        is_steady = now_s - self._steady_since_s >= self._steady_s
        is_probed = self._probed_at_s is not None and self._probed_at_s > self._steady_since_s
        if not (is_steady and is_probed):
            return Verdict.WAIT
        if not self._wants_hub or self._has_met_hub:
            return Verdict.GOOD
        return Verdict.NO_HUB if now_s >= self._hub_until_s else Verdict.WAIT
