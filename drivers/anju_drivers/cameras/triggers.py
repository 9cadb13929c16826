"""Camera triggers: the vocabulary of all camera drivers, and edges made out of repeats.

Cameras repeat a trigger every second while it lasts, many never say that it ended, and a badly set one floods. The
filter lets each trigger through once when it begins and once when it ends. Time is an argument.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from anju_drivers.driver import TriggerReading, TriggerState

KINDS = frozenset(
    [
        "motion",
        "pir",
        "object",
        "line_crossing",
        "intrusion",
        "region_entrance",
        "region_exit",
        "loitering",
        "fall",
        "crowd",
        "fast_move",
        "object_left",
        "object_removed",
        "tamper",
        "scene_change",
        "video_loss",
        "alarm_input",
        "audio",
        "call_button",
        "diagnostic",
        "ignored",
        "unknown",
    ]
)
TARGETS = frozenset({"human", "vehicle", "animal", "package"})
NEVER_HELD_BACK = frozenset({"fall", "call_button", "tamper", "alarm_input"})  # may be a person's call for help
PRESSES = frozenset({"call_button"})  # each beginning is a call of its own, also where no end ever comes
NOISY = "noisy_camera"
MAX_OPEN = 512

_Key = tuple[str, int, str, str, str, tuple[str, ...]]  # device, channel, kind, region, rule, targets


@dataclass(frozen=True, slots=True)
class TriggerTiming:
    """Engineering values, settings of the driver: no vendor states them."""

    clear_after_s: float = 10.0  # after the last repeat, where the camera sends no end; inf where it always does
    renew_after_s: float = math.inf  # of silence, after which what is still open begins anew: its end was never said
    pulse_hold_s: float = 0.0  # after a pulse, in which another one of its key is its repeat
    min_gap_s: float = 2.0  # between two beginnings of one key
    noisy_per_min: int = 20


@dataclass(slots=True)
class _Track:
    last: TriggerReading
    is_open: bool = False
    opened_s: float = float("-inf")
    seen_s: float = float("-inf")
    pulsed_s: float = float("-inf")
    doubted_until_s: float = float("inf")  # open, but the camera was lost since: ends then unless it is confirmed
    begins_s: deque[float] = field(default_factory=deque)
    noisy: bool = False


class TriggerFilter:
    """Readings as the camera sent them in, edges out. One key is (device, channel, kind, region, rule, targets).

    - Where the camera names what it saw, that belongs to the key: a person and a car in one region are two, and the
      car's end leaves the person open.
    - A beginning passes once; repeats only keep it open. It ends by the camera's word or `clear_after_s` later, and
      begins anew after `renew_after_s` of silence.
    - A press (`PRESSES`) that is said again after `min_gap_s` of silence is another press, whatever is open.
    - A pulse has no end; with `pulse_hold_s` its repeats are folded.
    - Within `min_gap_s`, or beyond `noisy_per_min` beginnings a minute, a new beginning is held back and counted in
      `held_back`; a flood is said once as `diagnostic` with raw type `noisy_camera` and the kind as its rule. Kinds in
      `NEVER_HELD_BACK` pass always.
    - `ongoing` keeps an open trigger open and never opens one; `late` passes and changes nothing; `ignored` is dropped.
    - At most `MAX_OPEN` keys are remembered; the oldest is closed first.
    """

    def __init__(self, timing: TriggerTiming | None = None) -> None:
        self.timing = timing or TriggerTiming()
        self.held_back = 0
        self.ignored = 0
        self._tracks: OrderedDict[_Key, _Track] = OrderedDict()

    def take(self, reading: TriggerReading, now_s: float) -> list[TriggerReading]:
        """Edges that this reading makes, ended ones first."""
        out = self.tick(now_s)
        if reading.kind == "ignored":
            self.ignored += 1
        elif reading.late:
            out.append(reading)
        elif reading.state is TriggerState.INACTIVE:
            out += self._end(reading)
        elif reading.ongoing:
            self._extend(reading, now_s)
        else:
            out += self._begin(reading, now_s)
        return out

    def tick(self, now_s: float) -> list[TriggerReading]:
        """Ends of triggers whose camera has said nothing more; call it at `next_due_s`."""
        out = []
        for key, track in list(self._tracks.items()):
            if track.is_open and now_s >= self._due_s(track):
                out.append(self._close(track))
            if not track.is_open and now_s >= track.seen_s + 60:  # a minute is what the flood count looks back
                del self._tracks[key]
        return out

    def doubt(self, now_s: float, confirm_s: float) -> None:
        """The camera was lost and is back: what is open ends unless it is said again within `confirm_s`."""
        for track in self._tracks.values():
            track.doubted_until_s = now_s + confirm_s

    def next_due_s(self) -> float | None:
        """When `tick` will next have something to end; None while nothing is open."""
        due_s = min((self._due_s(track) for track in self._tracks.values() if track.is_open), default=math.inf)
        return None if due_s == math.inf else due_s

    def _due_s(self, track: _Track) -> float:
        return min(track.seen_s + self.timing.clear_after_s, track.doubted_until_s)

    def _begin(self, reading: TriggerReading, now_s: float) -> list[TriggerReading]:
        track, out = self._track(reading)
        silent_s = now_s - track.seen_s
        track.seen_s, track.doubted_until_s = now_s, math.inf
        if track.is_open and reading.state is TriggerState.ACTIVE:
            if reading.kind in PRESSES and silent_s >= self.timing.min_gap_s:
                track.last = reading
                return [*out, reading]
            if silent_s < self.timing.renew_after_s:
                track.last = reading
                return out
            out.append(self._close(track))
        track.last = reading
        if reading.state is TriggerState.PULSE and reading.kind not in NEVER_HELD_BACK:
            is_held = now_s < track.pulsed_s + self.timing.pulse_hold_s
            track.pulsed_s = now_s
            if is_held or track.is_open:
                return out
        begins = track.begins_s
        begins.append(now_s)
        while begins and begins[0] <= now_s - 60:
            begins.popleft()
        while len(begins) > self.timing.noisy_per_min + 1:
            begins.popleft()
        if reading.kind not in NEVER_HELD_BACK:
            if len(begins) > self.timing.noisy_per_min:
                self.held_back += 1
                if track.noisy:
                    return out
                track.noisy = True
                return [*out, _noisy(reading)]
            track.noisy = False
            if now_s < track.opened_s + self.timing.min_gap_s:
                self.held_back += 1
                return out
        track.opened_s = now_s
        track.is_open = track.is_open or reading.state is TriggerState.ACTIVE
        return [*out, reading]

    def _extend(self, reading: TriggerReading, now_s: float) -> None:
        for track in self._matching(reading):
            track.seen_s, track.doubted_until_s = now_s, math.inf

    def _end(self, reading: TriggerReading) -> list[TriggerReading]:
        ended = []
        for track in self._matching(reading):
            self._close(track)
            ended.append(replace(reading, region=track.last.region, rule=track.last.rule, targets=track.last.targets))
        return ended

    def is_open(self, reading: TriggerReading) -> bool:
        """Whether the camera speaks of something that has begun already."""
        return bool(self._matching(reading))

    def _matching(self, reading: TriggerReading) -> list[_Track]:
        """Open triggers that this reading is about.

        What it does not name means all: cameras do not repeat everything. Where no trigger has the name that it gives,
        those are meant that gave none.
        """
        is_open = [
            track
            for track in self._tracks.values()
            if track.is_open
            and (track.last.device, track.last.channel, track.last.kind)
            == (reading.device, reading.channel, reading.kind)
        ]
        named = [track for track in is_open if _is_about(reading, track.last, _says)]
        return named or [track for track in is_open if _is_about(reading, track.last, _may_say)]

    def _track(self, reading: TriggerReading) -> tuple[_Track, list[TriggerReading]]:
        key = _key(reading)
        evicted: list[TriggerReading] = []
        track = self._tracks.get(key)
        if track is None:
            if len(self._tracks) >= MAX_OPEN:
                _, oldest = self._tracks.popitem(last=False)
                evicted = [self._close(oldest)] if oldest.is_open else []
            track = self._tracks[key] = _Track(reading)
        self._tracks.move_to_end(key)
        return track, evicted

    @staticmethod
    def _close(track: _Track) -> TriggerReading:
        track.is_open, track.doubted_until_s = False, math.inf
        return replace(track.last, state=TriggerState.INACTIVE, ongoing=False, initial=False, device_time_ms=None)


def _key(reading: TriggerReading) -> _Key:
    targets = tuple(sorted(reading.targets))
    return (reading.device, reading.channel, reading.kind, reading.region, reading.rule, targets)


def _is_about(
    reading: TriggerReading, known: TriggerReading, is_same: Callable[[frozenset[str], frozenset[str]], bool]
) -> bool:
    return all(
        is_same(frozenset(given) - {""}, frozenset(of_known) - {""})
        for given, of_known in (
            ((reading.region,), (known.region,)),
            ((reading.rule,), (known.rule,)),
            (reading.targets, known.targets),
        )
    )


def _says(given: frozenset[str], known: frozenset[str]) -> bool:
    """Nothing is given, or one name is in common."""
    return not given or not given.isdisjoint(known)


def _may_say(given: frozenset[str], known: frozenset[str]) -> bool:
    return not known or _says(given, known)


def _noisy(reading: TriggerReading) -> TriggerReading:
    return replace(
        reading, kind="diagnostic", state=TriggerState.PULSE, raw_type=NOISY, rule=reading.kind, targets=(), input=0
    )
