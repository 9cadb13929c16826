"""A community that walks: bands go out and come back, packets are lost in bursts, receivers die, told of or not.

Seeded: the same seed is the same walk. What is measured is the presence tracker as a box has it, a look once a second.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from anju_edge.intake.presence import Change, PresenceChange, PresenceTracker
from anju_edge.roster.presence_settings import PresenceSettings

HEARTBEAT_S = 5  # a receiver's own word
UNPLUGGED_S = 3  # until the box notices that a receiver is gone
TOLD_SHARE = 0.5  # of the receivers that die, how many the box is told of; the others fall silent


@dataclass(frozen=True)
class Conditions:
    """How bad it is. A receiver is up for a while, then down for a while.

    `loss` of packets on each way, in bursts of `burst_s` on average; `in_range`: receivers that hear a band.
    """

    bands: int = 20
    hours: float = 2
    interval_s: int = 1
    departed_after_s: int = 19
    loss: float = 0.3
    burst_s: float = 2.0
    in_range: int = 2
    receivers: int = 8
    stay_s: tuple[int, int] = (1_800, 14_400)
    out_s: tuple[int, int] = (120, 1_800)
    receiver_up_s: tuple[int, int] = (1_800, 7_200)
    receiver_down_s: tuple[int, int] = (20, 900)


@dataclass
class Band:
    """One band: which receivers are in range, until when it is in or out, and whether each way is in a burst."""

    receivers: list[str]
    until_s: int
    is_out: bool = False
    out_at_s: int = 0
    is_said: bool = False
    seeing_s: int = 0  # of this time out, how long its receiver has been up at a stretch
    last_receiver: str = ""
    bad: dict[str, bool] = field(default_factory=dict)


@dataclass
class Figures:
    """What came of it. `late_s`: how long each exit took to be noticed where the receiver was up."""

    exits: int = 0
    departed: int = 0
    false: int = 0
    missed: int = 0
    late_s: list[int] = field(default_factory=list)
    late_seen_s: list[int] = field(default_factory=list)  # of these, with all its receivers up for a minute and more
    band_hours: float = 0

    @property
    def false_share(self) -> float:
        return self.false / max(1, self.departed)

    def add(self, other: Figures) -> None:
        """Takes in another walk's figures."""
        self.exits += other.exits
        self.departed += other.departed
        self.false += other.false
        self.missed += other.missed
        self.late_s += other.late_s
        self.late_seen_s += other.late_seen_s
        self.band_hours += other.band_hours


class Walk:
    """Runs one walk."""

    def __init__(self, seed: int, how: Conditions) -> None:
        self._luck = random.Random(seed)
        self._how = how
        names = [f"r{number}" for number in range(how.receivers)]
        self._tracker = PresenceTracker(PresenceSettings(), {name: f"zone-{name}" for name in names})
        self._bands = {f"b{number}": self._band(names) for number in range(how.bands)}
        after_ms = dict.fromkeys(self._bands, how.departed_after_s * 1000)
        self._tracker.configure(self._tracker.settings, self._tracker.zones, after_ms)
        self._down_until_s = dict.fromkeys(names, 0)
        self._dies_at_s = {name: self._between(how.receiver_up_s) for name in names}
        self._to_tell_s: dict[str, int] = {}
        stays = how.interval_s / how.burst_s  # of a burst, as a chain of two states looked at once an interval
        self._ends = 1 - 2.718281828 ** (-stays / (1 - how.loss))
        self.figures = Figures(band_hours=how.bands * how.hours)

    def run(self) -> Figures:
        """Returns the figures."""
        for now_s in range(1, round(self._how.hours * 3600)):
            self._receivers(now_s)
            for name, band in self._bands.items():
                self._move(band, now_s)
                if not band.is_out and now_s % self._how.interval_s == 0:
                    self._send(name, band, now_s)
            for change in self._tracker.tick(now_s * 1000):
                self._said(change, now_s)
        return self.figures

    def _band(self, names: list[str]) -> Band:
        return Band(self._luck.sample(names, self._how.in_range), self._between(self._how.stay_s))

    def _between(self, seconds: tuple[int, int]) -> int:
        return self._luck.randint(*seconds)

    def _receivers(self, now_s: int) -> None:
        for name in self._down_until_s:
            if self._to_tell_s.get(name) == now_s:
                for change in self._tracker.receiver_lost(name, now_s * 1000):
                    self._said(change, now_s)
            if now_s >= self._dies_at_s[name]:
                self._down_until_s[name] = now_s + self._between(self._how.receiver_down_s)
                self._dies_at_s[name] = self._down_until_s[name] + self._between(self._how.receiver_up_s)
                if self._luck.random() < TOLD_SHARE:
                    self._to_tell_s[name] = now_s + UNPLUGGED_S
            elif self._is_up(name, now_s) and (now_s + hash_of(name)) % HEARTBEAT_S == 0:
                self._tracker.alive(name, now_s * 1000)

    def _is_up(self, receiver: str, now_s: int) -> bool:
        return now_s >= self._down_until_s[receiver]

    def _move(self, band: Band, now_s: int) -> None:
        if band.is_out and not band.is_said:
            band.seeing_s = band.seeing_s + 1 if self._is_up(band.last_receiver, now_s) else 0
        if now_s < band.until_s:
            return
        if band.is_out:
            could_be_seen = band.seeing_s > self._how.departed_after_s + HEARTBEAT_S + 1
            self.figures.missed += could_be_seen and not band.is_said
        band.is_out = not band.is_out
        band.until_s = now_s + self._between(self._how.out_s if band.is_out else self._how.stay_s)
        if band.is_out:
            band.out_at_s, band.is_said, band.seeing_s = now_s, not band.last_receiver, 0
            self.figures.exits += bool(band.last_receiver)

    def _send(self, name: str, band: Band, now_s: int) -> None:
        for receiver in band.receivers:
            bad = band.bad.get(receiver, False)
            if bad:
                bad = self._luck.random() >= self._ends * (1 - self._how.loss)
            else:
                bad = self._luck.random() < self._ends * self._how.loss
            band.bad[receiver] = bad
            if not bad and self._is_up(receiver, now_s):
                rssi = -60 - 8 * band.receivers.index(receiver) + self._luck.randint(-4, 4)
                change = self._tracker.hear(name, receiver, rssi, now_s * 1000)
                if change is not None:
                    self._said(change, now_s)
        place = self._tracker.place(name, now_s * 1000)
        band.last_receiver = place.receiver if place is not None else ""

    def _said(self, change: PresenceChange, now_s: int) -> None:
        if change.change != Change.DEPARTED:
            return
        band = self._bands[change.device]
        all_up = all(now_s - self._how.departed_after_s > self._down_until_s[one] + 60 for one in band.receivers)
        self.figures.departed += 1
        if not band.is_out:
            self.figures.false += 1
        elif not band.is_said:
            band.is_said = True
            if band.seeing_s >= now_s - band.out_at_s:
                self.figures.late_s.append(now_s - band.out_at_s)
                if all_up:
                    self.figures.late_seen_s.append(now_s - band.out_at_s)


def hash_of(name: str) -> int:
    """Spreads heartbeats; the same in every run."""
    return sum(name.encode())
