"""The journal's queues: what was appended and is not on disk yet. Bounded, whatever the disk does.

One queue a lane, filled by the event loop and emptied by the writer thread. In quiet times an append is one
`deque.append`, which needs no lock; the lock is for the writer's taking and for the rare case that a queue is full.

When full: alarms of one device become one, with a count (`Alarm.repeats`), and the numbers of the merged ones become a
MERGED gap. Alarm-lane entries that cannot be merged (steps, alarms of ever new devices) may use four times the bound.
Beyond it, and in the other lanes beyond the bound, what comes last is dropped and its number becomes a NOT_RECORDED
gap. Nobody was told that any of these is recorded.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable

from google.protobuf.message import DecodeError

from anju_edge.journal.entries import Entry, Gap, NewStream, PendingEvent, Rehoming
from anju_edge.journal.streams import LANES
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, ALARM_RAISED, TELEMETRY, Alarm, Event
from anju_protos.v1.uplink_pb2 import Skip


class PendingQueue:
    """Entries in order, by lane."""

    def __init__(self, urgent_bound: int, telemetry_bound: int) -> None:
        self.lock = threading.Lock()
        self.alarms: deque[Entry] = deque()
        self.activity: deque[Entry] = deque()
        self.telemetry: deque[Entry] = deque()
        self._by_lane: dict[int, deque[Entry]] = {
            ALARM: self.alarms,
            ACTIVITY: self.activity,
            TELEMETRY: self.telemetry,
        }
        self.bounds: dict[int, int] = {ALARM: urgent_bound, ACTIVITY: urgent_bound, TELEMETRY: telemetry_bound}
        self._in_hand: dict[int, list[Entry]] = {}  # by the list's id: what the writer has taken and not confirmed yet
        self.merged = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self.alarms) + len(self.activity) + len(self.telemetry)

    def queue(self, lane: int) -> deque[Entry]:
        return self._by_lane[lane]

    def put_when_full(self, entry: PendingEvent) -> bool:
        """Finds a place for an event whose queue is at its bound. Returns whether its bytes are kept."""
        with self.lock:
            queue, bound = self._by_lane[entry.lane], self.bounds[entry.lane]
            if entry.lane == ALARM:
                if self._merge(entry):
                    self.merged += 1
                    _put_gap(queue, entry, Skip.MERGED)
                    return False
                bound *= 4
            if len(queue) < bound:
                queue.append(entry)
                return True
            self.dropped += 1
            _put_gap(queue, entry, Skip.NOT_RECORDED)
            return False

    def _merge(self, entry: PendingEvent) -> bool:
        event = _alarm_event(entry.data)
        if event is None:
            return False
        for other in self.alarms:
            if not isinstance(other, PendingEvent) or other.shown or event.device.encode() not in other.data:
                continue
            first = _alarm_event(other.data)
            if first is None or first.device != event.device or first.mark != event.mark:
                continue
            kept, late = Alarm.FromString(first.payload), Alarm.FromString(event.payload)
            if list(kept.reasons) != list(late.reasons):
                continue
            kept.repeats += 1 + late.repeats
            first.payload = kept.SerializeToString()
            other.data = first.SerializeToString()
            return True
        return False

    def take(self, limit: int, *, alarms_only: bool = False, telemetry: bool = True) -> list[Entry]:
        """Takes up to `limit` entries off the queues, alarms first. They are unconfirmed until `confirm` or `put_back`.

        Without `telemetry`, for a full disk, that lane gives only what stands before its first event and needs no room.
        """
        taken: list[Entry] = []
        with self.lock:
            for queue in (self.alarms, self.activity, self.telemetry):
                if queue is self.activity and alarms_only:
                    break
                if queue is self.telemetry and not telemetry:
                    while queue and len(taken) < limit and isinstance(queue[0], Gap | NewStream):
                        taken.append(queue.popleft())
                    break
                room = limit - len(taken)
                if len(queue) <= room:
                    taken += queue
                    queue.clear()
                else:
                    taken += [queue.popleft() for _ in range(room)]
                    break
            if taken:
                self._in_hand[id(taken)] = taken
        return taken

    def put_back(self, entries: Iterable[Entry]) -> None:
        """Returns what could not be written to where it was."""
        with self.lock:
            self._in_hand.pop(id(entries), None)
            for entry in reversed(list(entries)):
                self._by_lane[entry.lane].appendleft(entry)

    def confirm(self, entries: list[Entry]) -> None:
        """Forgets what was taken, the list that `take` gave: it is on disk, and the loop knows. In the loop."""
        self._in_hand.pop(id(entries), None)

    def waiting(self) -> dict[int, int]:
        """Returns how many entries are unconfirmed, by lane."""
        with self.lock:
            counts = {lane: len(self._by_lane[lane]) for lane in LANES}
            for entry in self._taken():
                counts[entry.lane] += 1
        return counts

    def unconfirmed(self) -> list[PendingEvent]:
        """Returns all events that wait, and those that the writer has in hand just now."""
        with self.lock:
            queued = [entry for queue in self._by_lane.values() for entry in queue]
            return [entry for entry in (*self._taken(), *queued) if isinstance(entry, PendingEvent)]

    def _taken(self) -> list[Entry]:
        return [entry for group in list(self._in_hand.values()) for entry in group]

    def rehomings(self) -> list[Rehoming]:
        """Returns the slices of a fork that wait."""
        with self.lock:
            return [entry for queue in self._by_lane.values() for entry in queue if isinstance(entry, Rehoming)]


def _put_gap(queue: deque[Entry], entry: PendingEvent, cause: int) -> None:
    last = queue[-1] if queue else None
    if isinstance(last, Gap) and last.stream == entry.stream and last.cause == cause and last.last == entry.seq - 1:
        last.last = entry.seq
    else:
        queue.append(Gap(entry.stream, entry.lane, entry.seq, entry.seq, cause))


def _alarm_event(data: bytes) -> Event | None:
    try:
        event = Event.FromString(data)
    except DecodeError:
        return None
    return event if event.kind == ALARM_RAISED and event.key_id == 0 and event.device else None
