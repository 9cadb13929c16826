"""What one box is told of its community's incidents: the gravest 200, whatever the box itself opened, and a count.

After a box asked for the whole it gets that, then what changes, in frames that follow each other, P1 first. However
much is open and however slow the line is, a window holds a bounded number of keys: when more changes wait, they
are dropped and the box finds a gap, after which it asks for the whole. No I/O: the frame's taker asks `next_frame`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final

from anju_central.projections.projection import IncidentRecord, ref_key
from anju_protos import incidents
from anju_protos.v1.control_pb2 import Incident, IncidentChanges
from anju_protos.v1.event_pb2 import ACKED, NEW, RINGING, EventRef

SHOWN_MAX: Final = 200  # DESIGN 7
REFILL_BELOW: Final = 150  # what closes makes room; to look for the next gravest costs a look at all
WAITING_MAX: Final = 2_000  # keys of changes that a box was not told of yet
FRAME_INCIDENTS: Final = 100
HELD_MAX: Final = 5_000  # as many as a box may hold; a FollowIncidents of more than 1 MB is refused by gRPC
STREAM_BYTES: Final = 16

Rank = tuple[int, bool, int]


def needs_people(incident: Incident) -> bool:
    """True while somebody has still to do something about it at the hub."""
    return incidents.is_open(incident) or incidents.needs_hub_close(incident)


def rank(record: IncidentRecord) -> Rank:
    """Returns what decides who is shown: the gravest, people's before strangers', the newest."""
    incident = record.incident
    return incident.priority or 9, incident.unknown_device, -record.pos


def urgency(record: IncidentRecord) -> tuple[int, int, Rank]:
    """Returns what decides who is told first: the gravest, and of them what stops a sound, then what makes one."""
    state = record.incident.state
    stage = 0 if state >= ACKED else 1 if state == RINGING else 2
    return record.incident.priority or 9, stage, rank(record)


def in_short(incident: Incident) -> Incident:
    """Returns what a box needs of an incident that nobody has to do anything about any more."""
    return Incident(
        id=incident.id,
        community=incident.community,
        box=incident.box,
        priority=incident.priority,
        reasons=incident.reasons,
        device=incident.device,
        state=incident.state,
        round=incident.round,
        owners=incident.owners,
        repeats=incident.repeats,
        copies=incident.copies,
        mark=incident.mark,
        closed_on_site=incident.closed_on_site,
    )


class IncidentWindow:
    """One box's. `records` are all of its community, by key, `ranks` are of those that need people; their keeper says
    `changed` after each change.

    Nothing is sent before the first `restart`. `has_news` while there may be something to send; `on_news` is called
    whenever there is more.
    """

    def __init__(self, box: str, records: Mapping[bytes, IncidentRecord], ranks: Mapping[bytes, Rank]) -> None:
        self._box = box
        self._records = records
        self._ranks = ranks
        self._listed: dict[bytes, Rank] = {}
        self._held: frozenset[bytes] = frozenset()
        self._waiting: dict[bytes, None] = {}
        self._told: set[bytes] = set()  # of the listed ones
        self._unlisted: dict[bytes, EventRef] = {}
        self._whole: set[bytes] | None = None  # what is still to come of the whole that is being sent
        self._asked = False
        self._begins = False
        self._gap = False
        self._version = 0
        self._told_open = 0
        self.has_news = False
        self.on_news: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        """How many keys it holds."""
        return len(self._listed) + len(self._held) + len(self._waiting) + len(self._unlisted)

    def _note_news(self) -> None:
        self.has_news = True
        self.on_news()

    def restart(self, held: Iterable[EventRef]) -> None:
        """The box asks for the whole. `held` is what it says that it opened and holds open itself."""
        usable = (ref for ref in held if len(ref.stream) == STREAM_BYTES)
        self._held = frozenset(ref_key(ref) for ref in islice(usable, HELD_MAX))
        self._begin()

    def _begin(self) -> None:
        self._asked = True
        self._begins = True
        self._gap = False
        self._forget()
        self._refill()
        self._whole = {*self._listed, *(key for key in self._held if key in self._records)}
        self._waiting = dict.fromkeys(self._whole)
        self._note_news()

    def _forget(self) -> None:
        self._listed = {}
        self._told = set()
        self._unlisted = {}
        self._waiting = {}
        self._whole = None

    def gap(self) -> None:
        """The records are others, or too much waits: all that waits is dropped and the next frame follows no other.

        The box then asks for the whole, and says anew what it holds: nobody else knows that so well.
        """
        if self._begins:  # it has just said it
            self._begin()
        elif self._asked:
            self._asked = False
            self._gap = True
            self._forget()
            self._note_news()

    def changed(self, key: bytes, record: IncidentRecord) -> None:
        """An incident stands differently now, or is new."""
        if not self._asked:
            return
        if not needs_people(record.incident):
            was_listed = self._listed.pop(key, None) is not None
            self._told.discard(key)
            if was_listed or key in self._held or record.incident.box == self._box:
                self._wait_for(key)
            if len(self._listed) < REFILL_BELOW and len(self._listed) < len(self._ranks):
                self._refill()
        elif key in self._listed or self._makes_room(record):
            self._listed[key] = rank(record)
            self._wait_for(key)
        elif self._sounds_there(key, record.incident):
            self._wait_for(key)
        if len(self._waiting) + len(self._unlisted) > WAITING_MAX:
            self.gap()
        if self._waiting or len(self._ranks) != self._told_open:
            self._note_news()

    def _sounds_there(self, key: bytes, incident: Incident) -> bool:
        """Whether the box may ring for it, listed or not: it opened it, and it is no stranger's that was not rung."""
        is_rung = not incident.unknown_device or incident.state != NEW
        return key in self._held or (is_rung and incident.box == self._box)

    def _makes_room(self, record: IncidentRecord) -> bool:
        """Whether an incident that is not listed is to be, if need be instead of the least grave one."""
        if len(self._listed) < SHOWN_MAX:
            return True
        worst = max(self._listed, key=self._listed.__getitem__)
        if rank(record) >= self._listed[worst]:
            return False
        del self._listed[worst]
        gone = self._records.get(worst)
        if gone is not None and not self._sounds_there(worst, gone.incident):
            self._waiting.pop(worst, None)
            self._settle(worst)
            if worst in self._told:
                self._told.discard(worst)
                self._unlisted[worst] = gone.incident.id
        return True

    def _refill(self) -> None:
        others = ((found, key) for key, found in self._ranks.items() if key not in self._listed)
        for found, key in heapq.nsmallest(SHOWN_MAX - len(self._listed), others):
            self._listed[key] = found
            self._wait_for(key)

    def _wait_for(self, key: bytes) -> None:
        self._waiting[key] = None
        self._unlisted.pop(key, None)

    def next_frame(self, max_bytes: int) -> IncidentChanges | None:
        """Returns what to send next, of about so many bytes at most; None when there is nothing."""
        self.has_news = False
        if self._gap:
            self._gap = False
            self._version += 2
            return IncidentChanges(base=self._version - 1, version=self._version, open=len(self._ranks))
        is_due = bool(self._waiting) or bool(self._unlisted) or self._whole is not None
        if not self._asked or not (is_due or len(self._ranks) != self._told_open):
            return None
        frame = IncidentChanges(
            base=0 if self._begins else self._version,
            version=self._version + 1,
            unlisted=self._unlisted.values(),
            open=len(self._ranks),
        )
        self._begins = False
        self._unlisted = {}
        self._version = frame.version
        self._told_open = frame.open
        self._fill(frame, max_bytes)
        if self._whole is not None and not self._whole:
            frame.whole_ends = True
            self._whole = None
        if self._waiting or self._whole is not None:
            self._note_news()
        return frame

    def _fill(self, frame: IncidentChanges, max_bytes: int) -> None:
        """Moves what is most urgent of what waits into a frame, at least one."""
        waiting = [(urgency(record), key) for key in self._waiting if (record := self._records.get(key)) is not None]
        gone = self._waiting.keys() - {key for _, key in waiting}  # closed, and forgotten before it could be told
        size = 0
        for _, key in heapq.nsmallest(FRAME_INCIDENTS, waiting):
            incident = self._records[key].incident
            is_open = needs_people(incident)
            told = incident if is_open else in_short(incident)
            size += told.ByteSize()
            if size > max_bytes and (frame.upserts or frame.closed):
                break
            (frame.upserts if is_open else frame.closed).append(told)
            del self._waiting[key]
            self._settle(key)
            if key in self._listed:
                self._told.add(key)
        for key in gone:
            del self._waiting[key]
            self._settle(key)

    def _settle(self, key: bytes) -> None:
        if self._whole is not None:
            self._whole.discard(key)
