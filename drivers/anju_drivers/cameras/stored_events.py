"""Which events a device kept and sent long afterwards, told by its own clock."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field

# Engineering values: no vendor states them.
RIGHT_WITHIN_S = 60
KNOWN_FOR_S = 3600.0  # after it was right a clock is believed so long; a camera may lose power in between
STORED_AFTER_S = 600.0  # younger ones ring: whoever fell ten minutes ago may still lie there
STORED_UP_TO_S = 30 * 86_400.0  # older than this is a clock that was set back to its first day
SHIFTED_AFTER_S = 10.0
SHIFTED_WITHIN_S = 5.0
_MAX_DEVICES = 64


@dataclass(slots=True)
class _Clock:
    """Running time when it was last seen right, and how far the box's own wall clock was ahead of running time then.

    `ages` holds (age in s, running time) of events that were taken for stored, `shifts` the ages that came again.
    """

    right_s: float
    wall_ahead_s: float
    ages: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=16))
    shifts: deque[float] = field(default_factory=lambda: deque(maxlen=16))


class StoredEvents:
    """An event is a stored one when its time is old and the device's clock was right shortly before.

    A clock that was never seen right, or that may have been set since, tells nothing; nor does an age that comes again
    some seconds later, since then the time itself goes on, only behind: the clock was set back, or these events are
    dated in another zone. Whatever is in doubt is taken as of now, so that a wrong clock silences no siren. The box's
    own clock is believed only while it runs evenly.
    """

    def __init__(self) -> None:
        self._clocks: OrderedDict[str, _Clock] = OrderedDict()

    def is_stored(self, device: str, event_s: float, wall_s: float, now_s: float) -> bool:
        """`event_s` is the device's time and `wall_s` the box's, both since 1970; `now_s` is running time."""
        age_s = wall_s - event_s
        clock = self._clocks.get(device)
        if abs(age_s) <= RIGHT_WITHIN_S:
            self._is_right(device, wall_s, now_s)
            return False
        if clock is None or now_s > clock.right_s + KNOWN_FOR_S:
            return False
        if abs(wall_s - now_s - clock.wall_ahead_s) > RIGHT_WITHIN_S:  # the box's clock was set
            return False
        if not STORED_AFTER_S < age_s <= STORED_UP_TO_S:
            return False
        return not self._is_shifted(clock, age_s, now_s)

    def _is_right(self, device: str, wall_s: float, now_s: float) -> None:
        clock = self._clocks.setdefault(device, _Clock(now_s, wall_s - now_s))
        clock.right_s, clock.wall_ahead_s = now_s, wall_s - now_s
        self._clocks.move_to_end(device)
        if len(self._clocks) > _MAX_DEVICES:
            self._clocks.popitem(last=False)

    @staticmethod
    def _is_shifted(clock: _Clock, age_s: float, now_s: float) -> bool:
        if any(abs(age_s - shift_s) <= SHIFTED_WITHIN_S for shift_s in clock.shifts):
            return True
        before_s = [since_s for known_s, since_s in clock.ages if abs(age_s - known_s) <= SHIFTED_WITHIN_S]
        if not before_s:
            clock.ages.append((age_s, now_s))
        elif now_s >= before_s[0] + SHIFTED_AFTER_S:
            clock.shifts.append(age_s)
            return True
        return False
