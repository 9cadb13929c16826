"""Camera triggers: the vocabulary of all camera drivers, and edges made out of repeats.

Cameras repeat a trigger every second while it lasts, many never say that it ended, and a badly set one floods. The
filter lets each trigger through once when it begins and once when it ends. Time is an argument.
"""

from __future__ import annotations

from collections import OrderedDict, deque
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
NOISY = "noisy_camera"
MAX_OPEN = 512

_Key = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class TriggerTiming:
    """Engineering values, settings of the driver: no vendor states them."""

    clear_after_s: float = 10.0  # after the last repeat, where the camera sends no end
    min_gap_s: float = 2.0  # between two beginnings of one key
    noisy_per_min: int = 20


@dataclass(slots=True)
class _Track:
    last: TriggerReading
    is_open: bool = False
    opened_s: float = float("-inf")
    seen_s: float = float("-inf")
    begins_s: deque[float] = field(default_factory=deque)
    noisy: bool = False


class TriggerFilter:
    """Readings as the camera sent them in, edges out. One key is (device, channel, kind, region or rule).

    - A beginning passes once; repeats only keep it open. It ends by the camera's word or `clear_after_s` later.
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
            if track.is_open and now_s >= track.seen_s + self.timing.clear_after_s:
                out.append(self._close(track))
            if not track.is_open and now_s >= track.seen_s + 60:  # a minute is what the flood count looks back
                del self._tracks[key]
        return out

    def next_due_s(self) -> float | None:
        """When `tick` will next have something to end; None while nothing is open."""
        return min((t.seen_s + self.timing.clear_after_s for t in self._tracks.values() if t.is_open), default=None)

    def _begin(self, reading: TriggerReading, now_s: float) -> list[TriggerReading]:
        track, evicted = self._track(reading)
        track.seen_s, track.last = now_s, reading
        if track.is_open and reading.state is TriggerState.ACTIVE:
            return evicted
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
                    return evicted
                track.noisy = True
                return [*evicted, _noisy(reading)]
            track.noisy = False
            if now_s < track.opened_s + self.timing.min_gap_s:
                self.held_back += 1
                return evicted
        track.opened_s = now_s
        track.is_open = reading.state is TriggerState.ACTIVE
        return [*evicted, reading]

    def _extend(self, reading: TriggerReading, now_s: float) -> None:
        for track in self._matching(reading):
            track.seen_s = now_s

    def _end(self, reading: TriggerReading) -> list[TriggerReading]:
        ended = []
        for track in self._matching(reading):
            self._close(track)
            ended.append(replace(reading, region=track.last.region, rule=track.last.rule, targets=track.last.targets))
        return ended

    def _matching(self, reading: TriggerReading) -> list[_Track]:
        """Open triggers that this reading is about; one without region means all: cameras do not repeat it."""
        place = reading.region or reading.rule
        return [
            track
            for key, track in self._tracks.items()
            if track.is_open
            and key[:3] == (reading.device, reading.channel, reading.kind)
            and (not place or key[3] == place)
        ]

    def _track(self, reading: TriggerReading) -> tuple[_Track, list[TriggerReading]]:
        key = (reading.device, reading.channel, reading.kind, reading.region or reading.rule)
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
        track.is_open = False
        return replace(track.last, state=TriggerState.INACTIVE, ongoing=False, initial=False, device_time_ms=None)


def _noisy(reading: TriggerReading) -> TriggerReading:
    return replace(
        reading, kind="diagnostic", state=TriggerState.PULSE, raw_type=NOISY, rule=reading.kind, targets=(), input=0
    )
