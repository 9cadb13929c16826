"""Which reports of a terminal are of one press.

The standard's emergency bit stands in every report until the platform confirms it, and stored reports repeat what live
ones said. So a press is a rising edge: the first report with the bit after one without, named by that report's own
time, live (0200) and stored (0704) alike. A report whose place between two edges is not known is a press of its own:
one that rings twice is the smaller harm. No I/O.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from anju_drivers.bands.session import EMERGENCIES, press_of
from anju_drivers.driver import Reason

MAX_TERMINALS = 2048
MAX_RUNS = 32  # of one terminal, for stored reports that come late


@dataclass(slots=True)
class _Run:
    """A stretch of reports with one reason. Times are the terminal's own, in milliseconds."""

    reason: Reason
    name: bytes
    first_ms: int | None
    last_ms: int | None

    def holds(self, time_ms: int) -> bool:
        return self.first_ms is not None and self.last_ms is not None and self.first_ms <= time_ms <= self.last_ms


class TerminalPresses:
    """The presses of one terminal."""

    def __init__(self) -> None:
        self._standing: dict[Reason, _Run] = {}
        self._runs: deque[_Run] = deque(maxlen=MAX_RUNS)
        self._newest_ms: int | None = None

    def live(self, reasons: Iterable[Reason], time_ms: int | None, salt: bytes) -> bytes:
        """The press that a live report is of. `salt` tells edges apart whose clock stands still."""
        wanted = [one for one in reasons if one in EMERGENCIES]
        self._standing = {reason: run for reason, run in self._standing.items() if reason in wanted}
        for reason in wanted:
            run = self._standing.get(reason)
            if run is None:
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
        name = press_of(reason.encode(), str(time_ms).encode())
        if time_ms is None or any(run.name == name for run in self._runs):
            name = press_of(reason.encode(), str(time_ms).encode(), salt)
        run = _Run(reason, name, time_ms, time_ms)
        self._runs.append(run)
        return run


def _stretched(run: _Run | None, time_ms: int | None) -> _Run | None:
    if run is not None and time_ms is not None:
        run.last_ms = max(run.last_ms or time_ms, time_ms)
    return run


def _name(runs: Iterable[_Run]) -> bytes:
    return press_of(*sorted(run.name for run in runs))


class PressBook:
    """The presses of all terminals of one listener, whatever connection they use. The longest unheard are forgotten."""

    def __init__(self) -> None:
        self._terminals: OrderedDict[str, TerminalPresses] = OrderedDict()

    def of(self, terminal_id: str) -> TerminalPresses:
        presses = self._terminals.get(terminal_id)
        if presses is None:
            presses = self._terminals[terminal_id] = TerminalPresses()
            if len(self._terminals) > MAX_TERMINALS:
                self._terminals.popitem(last=False)
        self._terminals.move_to_end(terminal_id)
        return presses
