"""Recent check-ins: which tap is a second one, and on which day each was by the best that the box knows now.

A check-in keeps the day that the box believed in when it was recorded. When the date of this boot turns out to be
another (the hub was wrong, or had not been asked yet), the days of its check-ins move along: somebody who taps twice on
one day has come once, and who comes tomorrow is not told that she has been here.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from anju_base.sql_queries import load_queries
from anju_edge.journal.entries import PendingEvent, PersonalChange
from anju_edge.journal.recorder import Recorder
from anju_edge.roster.roster import Roster
from anju_edge.roster.store import RosterStore

MAX_ROWS = 4096
SQL = load_queries("anju_edge.kiosk.queries", "check_in")


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The site's time: calendar day, weekday 0 = Monday, minute of the day."""

    day: str
    weekday: int
    minute: int
    text: str


def local_time(roster: Roster, true_ms: int | None) -> LocalTime | None:
    """Returns a moment (UTC ms) at the site, None while nobody can say."""
    if true_ms is None:
        return None
    local = datetime.fromtimestamp(true_ms / 1000, UTC).astimezone(roster.zone_info)
    minute = local.hour * 60 + local.minute
    return LocalTime(local.date().isoformat(), local.weekday(), minute, f"{local:%H:%M}")


@dataclass(slots=True)
class CheckInRow:
    """One check-in as far as duplicates and undo need it. `at_ms` is the box's running time over all boots."""

    day: str
    activity: str
    resident: str
    kiosk: str
    nonce: bytes
    stream: bytes
    seq: int
    at_ms: int
    at_text: str
    recorded: PendingEvent | None = None  # None = from an earlier run, so durable
    confirmed: bool = True
    annulled: PendingEvent | None = None

    @property
    def is_lost(self) -> bool:
        """Memory was full while the disk was away: nothing of it is kept, so it has to be asked for anew."""
        return self.recorded is not None and self.recorded.dropped

    @property
    def ref(self) -> str:
        return f"{self.stream.hex()}-{self.seq}"


def alike(sql: str, args: tuple[object, ...]) -> PersonalChange:
    """What changes check-ins in the same way wherever they are kept."""
    return PersonalChange((sql, args), (sql, args))


class RecentCheckIns:
    """The latest check-ins, at most `MAX_ROWS`, by reference and by whose they are for what."""

    def __init__(self, recorder: Recorder, rosters: RosterStore) -> None:
        self._recorder, self._rosters = recorder, rosters
        self.by_ref: OrderedDict[str, CheckInRow] = OrderedDict()
        self._standing: defaultdict[tuple[str, str], list[CheckInRow]] = defaultdict(list)  # (resident, activity)
        self._dated_by: bytes | None = None  # the anchor that the days were told by

    def keep(self, row: CheckInRow) -> None:
        """Takes a check-in; the oldest are forgotten."""
        self.by_ref[row.ref] = row
        self._standing[row.resident, row.activity].append(row)
        while len(self.by_ref) > MAX_ROWS:
            self.annul(self.by_ref.popitem(last=False)[1])

    def annul(self, row: CheckInRow) -> None:
        """From now on a check-in is no reason to call another one a duplicate."""
        rows = self._standing.get((row.resident, row.activity), [])
        if row in rows:
            rows.remove(row)
        if not rows:
            self._standing.pop((row.resident, row.activity), None)

    def this_day(self) -> str:
        """The site's day now; while the date is unknown, this boot is one day."""
        local = local_time(self._rosters.current, self._recorder.clock.true_ms())
        return local.day if local is not None else f"unset-{self._recorder.clock.boot:016x}"

    def find(self, resident: str, activity: str) -> CheckInRow | None:
        """Returns the check-in of today that stands, the newest if there are several."""
        today = self.this_day()
        for row in reversed(self._standing.get((resident, activity), [])):
            if not row.is_lost and self.moment_of(row)[0] == today:
                return row
        return None

    def moment_of(self, row: CheckInRow) -> tuple[str, str]:
        """Returns the day and the time of day ("09:02", empty = unknown) of a check-in.

        For one of this boot by what the clock knows now, else as they were recorded.
        """
        clock, now_ms = self._recorder.clock, self._recorder.running_ms()
        true_ms = clock.true_ms()
        is_of_this_boot = now_ms - clock.elapsed_ms() <= row.at_ms <= now_ms
        if true_ms is None or not is_of_this_boot:
            return row.day, row.at_text
        local = local_time(self._rosters.current, true_ms - (now_ms - row.at_ms))
        if local is None:
            return row.day, row.at_text
        if local.day == row.day:
            return row.day, row.at_text or local.text
        return local.day, local.text

    def correct_days(self) -> None:
        """When the clock has another anchor than before: writes down the days that are other ones now."""
        anchor = self._recorder.clock.anchor()
        dated_by = anchor.SerializeToString(deterministic=True) if anchor is not None else None
        if dated_by == self._dated_by:
            return
        self._dated_by = dated_by
        for statement in self._corrections():
            self._recorder.later(statement)

    def _corrections(self) -> Iterator[PersonalChange]:
        """One statement for each run of check-ins that move to the same day."""
        run: tuple[str, bytes, int, int] | None = None  # day, stream, first and last seq
        for row in sorted(self.by_ref.values(), key=lambda row: (row.stream, row.seq)):
            day, _ = self.moment_of(row)
            if run is not None and (day == row.day or run[:2] != (day, row.stream)):
                yield alike(SQL.correct_days, run)
                run = None
            if day != row.day:
                row.day, row.at_text = day, ""
                run = (day, row.stream, run[2] if run is not None else row.seq, row.seq)
        if run is not None:
            yield alike(SQL.correct_days, run)
