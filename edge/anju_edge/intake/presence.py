"""Sightings in, presence out: who is where, without a word for each advertisement.

A band is heard once a second by every receiver in range. People want to know: arrived, moved, still here (every 15
minutes), departed, unknown. A receiver that dies leaves its bands *unknown*: nobody left, nobody can say.

A silence is a departure when the receivers that had the band say so by being heard themselves. Where less can be
said, because one of the two that heard it last is away, or because the band is often silent for half that time and
still here, it has to last `THIN` times as long: a departure that was none calls people out for nothing.

No I/O and no clock: `now_ms` is running time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from anju_edge.roster.presence_settings import PresenceSettings

THIN = 3
UNHEARD_DBM = -127
GAPS = 3  # within `MEMORY_MS`: fewer may be chance
MIN_GAP_MS = 5_000  # half of the shortest `departed_after_s` that a site may set
MEMORY_MS = 3_600_000  # how long it counts that a receiver heard a band, and that the band was silent and came back
RECEIVERS_MAX = 1024  # whoever speaks counts as one; an unadopted device with ever new names must not eat memory


class Change(IntEnum):
    """As `Presence.Change` in event.proto."""

    ARRIVED = 1
    MOVED = 2
    STILL_HERE = 3
    DEPARTED = 4
    UNKNOWN = 5


@dataclass(frozen=True, slots=True)
class PresenceChange:
    device: str
    change: Change
    zone: str
    receiver: str
    rssi_dbm: int
    from_zone: str = ""
    heard_ago_ms: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device was last heard, and how long ago. `known` is False after departed or unknown."""

    zone: str
    receiver: str
    rssi_dbm: int
    age_ms: int
    known: bool


class _Track:
    """One device. Plain slots: the sighting path writes here a thousand times a second."""

    __slots__ = (
        "gaps_ms",
        "heard_ms",
        "last_emitted_ms",
        "last_ms",
        "receiver",
        "rival",
        "rival_ms",
        "rival_rssi",
        "rival_since_ms",
        "rssi",
        "second",
        "second_ms",
        "state",
        "vouched_from_ms",
        "zone",
    )  # fmt: skip

    def __init__(self, receiver: str, zone: str, rssi: float, now_ms: int) -> None:
        self.receiver, self.zone, self.rssi = receiver, zone, rssi
        self.last_ms = now_ms  # by anybody
        self.heard_ms = now_ms  # by the receiver that has it
        self.rival, self.rival_rssi, self.rival_since_ms, self.rival_ms = "", 0.0, 0, 0
        self.last_emitted_ms = now_ms
        self.second, self.second_ms = "", 0  # the other receiver that heard it last
        self.gaps_ms = (-MEMORY_MS,) * GAPS  # when it came back from half a silence, the last times
        self.vouched_from_ms: int | None = None  # of an unknown one: since when its receiver is back
        self.state = Change.ARRIVED


class PresenceTracker:
    """Folds sightings of adopted devices. `zones` maps a receiver's device key to the zone it hangs in."""

    def __init__(self, settings: PresenceSettings, zones: Mapping[str, str]) -> None:
        self.settings, self.zones = settings, zones
        self._departed_after_ms: Mapping[str, int] = {}
        self._tracks: dict[str, _Track] = {}
        self._alive_ms: dict[str, int] = {}
        self._dead: set[str] = set()

    def configure(
        self, settings: PresenceSettings, zones: Mapping[str, str], departed_after_ms: Mapping[str, int] | None = None
    ) -> None:
        """Takes a new roster over; bands keep their state. `departed_after_ms`: by device, where its model says it."""
        self.settings, self.zones = settings, zones
        self._departed_after_ms = departed_after_ms or {}

    def forget(self, device: str) -> None:
        """Drops a device that the roster no longer has."""
        self._tracks.pop(device, None)

    def hear(self, device: str, receiver: str, rssi_dbm: int, now_ms: int) -> PresenceChange | None:
        """Takes one sighting; returns what changed, mostly nothing."""
        self.alive(receiver, now_ms)
        track = self._tracks.get(device)
        if track is None:
            track = self._tracks[device] = _Track(receiver, self.zones.get(receiver, ""), rssi_dbm, now_ms)
            return self._say(device, track, Change.ARRIVED, "", now_ms)
        silent_ms = now_ms - track.last_ms
        if silent_ms >= MIN_GAP_MS:
            self._note_gap(device, track, silent_ms, now_ms)
        track.last_ms = now_ms
        if receiver != track.receiver:
            track.second, track.second_ms = receiver, now_ms
        if track.state >= Change.DEPARTED:
            return self._back(device, track, receiver, rssi_dbm, now_ms)
        if receiver == track.receiver:
            track.heard_ms = now_ms
            track.rssi += (rssi_dbm - track.rssi) * 0.3
            return None
        return self._rival(device, track, receiver, rssi_dbm, now_ms)

    def _note_gap(self, device: str, track: _Track, silent_ms: int, now_ms: int) -> None:
        """Remembers that a band was silent for long and is here, unless a receiver was to blame."""
        if silent_ms < self._after_ms(device) // 2 or track.state != Change.ARRIVED:
            return
        since_ms = now_ms - silent_ms // 2
        if self._was_heard(track.receiver, since_ms) and not self._lacks_second(track, since_ms):
            track.gaps_ms = (*track.gaps_ms[1:], now_ms)

    def _after_ms(self, device: str) -> int:
        return self._departed_after_ms.get(device, self.settings.departed_after_ms)

    def _was_heard(self, receiver: str, since_ms: int) -> bool:
        return receiver not in self._dead and self._alive_ms.get(receiver, 0) > since_ms

    def _lacks_second(self, track: _Track, since_ms: int) -> bool:
        """Whether the other receiver that heard the band last has not been heard itself since a moment."""
        if not track.second or track.second == track.receiver or track.last_ms - track.second_ms > MEMORY_MS:
            return False
        return not self._was_heard(track.second, since_ms)

    def _back(self, device: str, track: _Track, receiver: str, rssi_dbm: int, now_ms: int) -> PresenceChange:
        """Heard again. After unknown nothing needs to have happened; after departed somebody came."""
        was, before = track.state, track.zone
        self._take_over(track, receiver, rssi_dbm, now_ms)
        if was == Change.DEPARTED:
            return self._say(device, track, Change.ARRIVED, before, now_ms)
        change = Change.STILL_HERE if track.zone == before else Change.MOVED
        return self._say(device, track, change, before if change == Change.MOVED else "", now_ms)

    def _rival(self, device: str, track: _Track, receiver: str, rssi_dbm: int, now_ms: int) -> PresenceChange | None:
        if receiver == track.rival and now_ms - track.rival_ms <= self.settings.stale_ms:
            track.rival_rssi += (rssi_dbm - track.rival_rssi) * 0.3
        elif not track.rival or now_ms - track.rival_ms > self.settings.stale_ms or rssi_dbm > track.rival_rssi:
            track.rival, track.rival_rssi, track.rival_since_ms = receiver, float(rssi_dbm), now_ms
        else:
            return None  # a weaker third receiver
        track.rival_ms = now_ms
        gone = track.receiver in self._dead or now_ms - track.heard_ms > self.settings.stale_ms
        if not gone:
            if track.rival_rssi < track.rssi + self.settings.hysteresis_db:
                track.rival_since_ms = now_ms
                return None
            if now_ms - track.rival_since_ms < self.settings.dwell_ms:
                return None
        before = track.zone
        self._take_over(track, receiver, track.rival_rssi, now_ms)
        return self._say(device, track, Change.MOVED, before, now_ms) if track.zone != before else None

    def _take_over(self, track: _Track, receiver: str, rssi: float, now_ms: int) -> None:
        if receiver != track.receiver:
            track.second, track.second_ms = track.receiver, track.heard_ms
        track.receiver, track.zone, track.rssi = receiver, self.zones.get(receiver, ""), rssi
        track.last_ms = track.heard_ms = now_ms
        track.rival = ""

    def _say(self, device: str, track: _Track, change: Change, from_zone: str, now_ms: int) -> PresenceChange:
        track.last_emitted_ms = now_ms
        track.vouched_from_ms = None
        track.state = Change.ARRIVED if change <= Change.STILL_HERE else change
        ago_ms = max(0, now_ms - track.last_ms)
        return PresenceChange(device, change, track.zone, track.receiver, round(track.rssi), from_zone, ago_ms)

    def resume(self, device: str, receiver: str, now_ms: int) -> None:
        """Takes a device that was here when the box last ran: unknown, until it is heard or its receiver vouches."""
        if device not in self._tracks:
            track = _Track(receiver, self.zones.get(receiver, ""), UNHEARD_DBM, now_ms)
            track.state = Change.UNKNOWN
            self._tracks[device] = track

    def alive(self, receiver: str, now_ms: int) -> None:
        """The receiver itself spoke, whether or not it heard a band."""
        if receiver not in self._alive_ms and len(self._alive_ms) >= RECEIVERS_MAX:
            del self._alive_ms[next(iter(self._alive_ms))]  # comes again with its next word
        self._alive_ms[receiver] = now_ms
        if receiver in self._dead:
            self._dead.discard(receiver)

    def receiver_lost(self, receiver: str, now_ms: int) -> list[PresenceChange]:
        """The receiver is gone: bands that only it had are unknown from now on, not departed."""
        if receiver in self._dead:
            return []
        while len(self._dead) >= RECEIVERS_MAX:
            self._dead.pop()
        self._dead.add(receiver)
        changes = []
        for device, track in self._tracks.items():
            if track.receiver != receiver or track.state >= Change.DEPARTED:
                continue
            if track.rival and track.rival not in self._dead and now_ms - track.rival_ms <= self.settings.stale_ms:
                before = track.zone
                rival_ms = track.rival_ms
                self._take_over(track, track.rival, track.rival_rssi, now_ms)
                track.heard_ms = track.last_ms = rival_ms
                if track.zone != before:
                    changes.append(self._say(device, track, Change.MOVED, before, now_ms))
            else:
                changes.append(self._say(device, track, Change.UNKNOWN, track.zone, now_ms))
        return changes

    def tick(self, now_ms: int) -> list[PresenceChange]:
        """Call it about once a second: departures and "still here"."""
        changes = []
        still_here_ms = self.settings.still_here_ms
        for device, track in self._tracks.items():
            if track.state == Change.DEPARTED:
                continue
            after_ms = self._after_ms(device)
            if track.state == Change.UNKNOWN:
                self._note_receiver(track)
            if now_ms - track.last_ms >= after_ms:
                if self._is_vouched(track, after_ms, now_ms):
                    if now_ms - track.last_ms < THIN * after_ms and self._is_thin(track, now_ms):
                        continue
                    changes.append(self._say(device, track, Change.DEPARTED, track.zone, now_ms))
                elif track.state != Change.UNKNOWN:
                    changes.append(self._say(device, track, Change.UNKNOWN, track.zone, now_ms))
            elif track.state != Change.UNKNOWN and now_ms - track.last_emitted_ms >= still_here_ms:
                changes.append(self._say(device, track, Change.STILL_HERE, "", now_ms))
        return changes

    def _is_thin(self, track: _Track, now_ms: int) -> bool:
        """Whether a silence of this band says less than another's."""
        return now_ms - track.gaps_ms[0] < MEMORY_MS or self._lacks_second(track, track.last_ms)

    def _note_receiver(self, track: _Track) -> None:
        """Notes since when the receiver of an unknown band is back."""
        alive_ms = self._alive_ms.get(track.receiver, 0)
        if track.receiver in self._dead:
            track.vouched_from_ms = None
        elif track.vouched_from_ms is None and alive_ms > track.last_emitted_ms:
            track.vouched_from_ms = alive_ms

    def _is_vouched(self, track: _Track, after_ms: int, now_ms: int) -> bool:
        """Whether the band's receiver says that it left: it was heard well after the band's last word.

        Of a band that is unknown it has to be back for as long as the band has to be silent: whoever left while it was
        away has departed then, and is not unknown for ever.
        """
        if track.receiver in self._dead:
            return False
        alive_ms = self._alive_ms.get(track.receiver, 0)
        if track.state != Change.UNKNOWN:
            return alive_ms - track.last_ms >= after_ms // 2
        since_ms = track.vouched_from_ms
        return since_ms is not None and now_ms - since_ms >= after_ms and alive_ms - since_ms >= after_ms // 2

    def place(self, device: str, now_ms: int) -> Place | None:
        """Where the device was last heard; None if never."""
        track = self._tracks.get(device)
        if track is None:
            return None
        known = track.state < Change.DEPARTED
        return Place(track.zone, track.receiver, round(track.rssi), max(0, now_ms - track.last_ms), known)
