"""Which reports of a band are of one press.

Many bands repeat an SOS in every report for as long as it stands, and stored reports repeat what live ones said. So a
press is a rising edge: the first report with the bit after one without, named by that report's own time, live and
stored alike. A report whose place between two edges is not known is a press of its own: one that rings twice is the
smaller harm. No I/O.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from anju_drivers.bands.session import EMERGENCIES, STATE_BURST_S, press_of
from anju_drivers.driver import AlarmReading, Reason

MAX_BANDS = 2048
MAX_RUNS = 32  # of one band, for stored reports that come late


@dataclass(slots=True)
class _Run:
    """A stretch of reports with one reason. Times are the band's own, in milliseconds."""

    reason: Reason
    name: bytes
    first_ms: int | None
    last_ms: int | None

    def reaches(self, time_ms: int | None) -> bool:
        """Whether a report of that time may still be of it: nobody knows what was in a longer pause."""
        if time_ms is None or self.last_ms is None:
            return True
        return time_ms - self.last_ms <= STATE_BURST_S * 1000

    def holds(self, time_ms: int) -> bool:
        return self.first_ms is not None and self.last_ms is not None and self.first_ms <= time_ms <= self.last_ms


class BandPresses:
    """The presses of one band."""

    def __init__(self) -> None:
        self._standing: dict[Reason, _Run] = {}
        self._runs: deque[_Run] = deque(maxlen=MAX_RUNS)
        self._newest_ms: int | None = None
        self._edges = 0

    def event(self, reasons: Iterable[Reason], time_ms: int | None, name: bytes) -> bytes:
        """A message that is a press by itself, such as an alarm message: reports that repeat it are of the same one."""
        for reason in reasons:
            if reason in EMERGENCIES:
                run = self._standing[reason] = _Run(reason, name, time_ms, time_ms)
                self._runs.append(run)
        return name

    def live(self, reasons: Iterable[Reason], time_ms: int | None, salt: bytes) -> bytes:
        """The press that a live report is of. `salt` tells edges apart whose clock stands still."""
        wanted = [one for one in reasons if one in EMERGENCIES]
        self._standing = {reason: run for reason, run in self._standing.items() if reason in wanted}
        for reason in wanted:
            run = self._standing.get(reason)
            if run is None or not run.reaches(time_ms):
                self._standing[reason] = self._begin(reason, time_ms, salt)
            elif time_ms is not None:
                run.last_ms = max(run.last_ms or time_ms, time_ms)
        if time_ms is not None:
            self._newest_ms = max(self._newest_ms or time_ms, time_ms)
        return _name(self._standing.values())

    def stored(self, records: Iterable[tuple[Iterable[Reason], int | None, bytes]]) -> list[bytes]:
        """The presses that stored reports (reasons, time, salt) are of; what is newer than all before is as live."""
        names: list[bytes] = []
        run_of: dict[Reason, _Run] = {}
        for reasons, time_ms, salt in records:
            if time_ms is not None and (self._newest_ms is None or time_ms > self._newest_ms):
                names.append(self.live(reasons, time_ms, salt))
                run_of = dict(self._standing)
                continue
            wanted = [one for one in reasons if one in EMERGENCIES]
            run_of = {
                reason: self._holding(reason, time_ms)
                or _stretched(run_of.get(reason), time_ms)
                or self._begin(reason, time_ms, salt)
                for reason in wanted
            }
            names.append(_name(run_of.values()))
        return names

    def _holding(self, reason: Reason, time_ms: int | None) -> _Run | None:
        """The run that a time lies in."""
        if time_ms is None:
            return None
        return next((run for run in self._runs if run.reason is reason and run.holds(time_ms)), None)

    def _begin(self, reason: Reason, time_ms: int | None, salt: bytes) -> _Run:
        self._edges += 1
        name = press_of(reason.encode(), str(time_ms).encode())
        if time_ms is None or any(run.name == name for run in self._runs):
            name = press_of(reason.encode(), str(time_ms).encode(), salt, self._edges.to_bytes(8, "big"))
        run = _Run(reason, name, time_ms, time_ms)
        self._runs.append(run)
        return run


def _stretched(run: _Run | None, time_ms: int | None) -> _Run | None:
    """The run, longer by a report; None where it is too long ago."""
    if run is None or not run.reaches(time_ms):
        return None
    if time_ms is not None:
        run.last_ms = max(run.last_ms or time_ms, time_ms)
    return run


def _name(runs: Iterable[_Run]) -> bytes:
    names = sorted({run.name for run in runs})
    return names[0] if len(names) == 1 else press_of(*names)


def standing_alarm(raised: AlarmReading) -> AlarmReading:
    """An alarm that the band repeats in its reports: one press for as long as they go on, however seldom they come."""
    return replace(raised, burst_window_s=STATE_BURST_S)


class PressBook:
    """The presses of all bands of one listener, whatever connection they use. The longest unheard are forgotten."""

    def __init__(self) -> None:
        self._bands: OrderedDict[str, BandPresses] = OrderedDict()

    def of(self, identity: str) -> BandPresses:
        presses = self._bands.get(identity)
        if presses is None:
            presses = self._bands[identity] = BandPresses()
            if len(self._bands) > MAX_BANDS:
                self._bands.popitem(last=False)
        self._bands.move_to_end(identity)
        return presses
