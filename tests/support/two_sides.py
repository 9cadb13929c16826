"""A box and a hub that climb one ladder, each with its own incident and clock of seconds; the line between is cut.

What one side records the other sees a second later, in order, as long as the line carries that way. A side that is
dead does nothing and loses what it did not record; what it told is told all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from anju_protos.incidents import add_step
from anju_protos.ladder.contact import BOX_LIMIT_MS, HUB_LIMIT_MS, ContactWatch
from anju_protos.ladder.notes import Key, ladder_step
from anju_protos.ladder.runner import advance, next_look_ms
from anju_protos.ladder.state import (
    Action,
    LadderState,
    Relieve,
    RingAgain,
    Send,
    StandDown,
    TakeOver,
    begin,
    resume,
)
from anju_protos.ladder.steps import DEFAULT_LADDERS, Ladder
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import P1, RINGING, Actor, EventRef, IncidentState, IncidentStep, LadderNote

BOX, HUB = LadderNote.BOX, LadderNote.HUB
ID: Final = EventRef(stream=b"i" * 16, seq=1)


@dataclass(frozen=True)
class Told:
    """A message that left."""

    at_s: int
    side: LadderNote.Side.ValueType
    key: Key
    in_doubt: bool


@dataclass
class SideOfIt:
    """One side. `state` None: it has not heard of the incident, or does not run."""

    side: LadderNote.Side.ValueType
    incident: Incident
    watch: ContactWatch
    state: LadderState | None = None
    is_alive: bool = True
    knows: bool = False
    seq: int = 1
    outbox: list[IncidentStep] = field(default_factory=list)
    has_channel: bool = True
    looked: tuple[object, ...] = ()  # what it saw when it looked last
    next_ms: int | None = None

    def record(self, step: IncidentStep) -> None:
        self.seq += 1
        step.ref.CopyFrom(EventRef(stream=bytes([self.side]) * 16, seq=self.seq))
        add_step(self.incident, step)
        self.outbox.append(step)


@dataclass
class World:
    """Both sides; `now_s` is the time of both."""

    ladder: Ladder = field(default_factory=lambda: DEFAULT_LADDERS[P1])
    now_s: int = 0
    up: bool = True  # box to hub
    down: bool = True  # hub to box
    told: list[Told] = field(default_factory=list)
    stood_down: list[tuple[int, StandDown]] = field(default_factory=list)
    rang_again: list[tuple[int, int]] = field(default_factory=list)
    crash_while_sending: bool = False
    box: SideOfIt = field(init=False)
    hub: SideOfIt = field(init=False)
    box_sends: bool = True
    is_lazy: bool = False  # looks only when something changed or can be due

    def __post_init__(self) -> None:
        self.box = SideOfIt(BOX, self._incident(), ContactWatch(BOX_LIMIT_MS, 0, is_heard=True), knows=True)
        self.hub = SideOfIt(HUB, self._incident(), ContactWatch(HUB_LIMIT_MS, 0, is_heard=False))

    def _incident(self) -> Incident:
        return Incident(id=ID, priority=P1, state=RINGING)

    def sides(self) -> tuple[SideOfIt, SideOfIt]:
        return self.box, self.hub

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.second()

    def second(self) -> None:
        """Words travel, then both look."""
        self._travel()
        for one in self.sides():
            if one.is_alive and one.knows:
                self._look(one)
        self.now_s += 1

    def _travel(self) -> None:
        now_ms = self.now_s * 1000
        if self.box.is_alive and self.hub.is_alive:
            if self.down:
                self.box.watch.heard(now_ms)
            if self.up and self.down:
                self.hub.watch.heard(now_ms)
        for one, other, carries in ((self.box, self.hub, self.up), (self.hub, self.box, self.down)):
            if not (one.is_alive and other.is_alive and carries):
                continue
            for step in one.outbox:
                add_step(other.incident, step)
            one.outbox.clear()
            other.knows = True

    def _look(self, one: SideOfIt) -> None:
        now_ms = self.now_s * 1000
        if one.state is None:
            one.state = begin(one.side, one.incident, now_ms, rang_ago_ms=now_ms if one is self.hub else 0)
        contact = one.watch.contact(now_ms, box_sends=self.box_sends)
        seen = (contact.since_ms, len(one.incident.steps), one.incident.state, one.incident.round)
        is_due = one.next_ms is not None and now_ms >= one.next_ms
        if self.is_lazy and seen == one.looked and not is_due:
            return
        one.state, actions = advance(self.ladder, one.state, one.incident, contact, now_ms)
        one.looked = seen
        one.next_ms = next_look_ms(self.ladder, one.state, one.incident, now_ms)
        for action in actions:
            self._do(one, action)
            if not one.is_alive:
                return

    def _do(self, one: SideOfIt, action: Action) -> None:
        match action:
            case TakeOver(number):
                self.note(one, LadderNote.TAKES_OVER, nth=number)
            case Relieve(number):
                self.note(one, LadderNote.RELIEVED, nth=number)
            case RingAgain(number):
                self.rang_again.append((self.now_s, number))
                one.record(IncidentStep(incident=ID, round=number, state=RINGING, actor=Actor(role=Actor.BOX)))
            case StandDown():
                self.stood_down.append((self.now_s, action))
                self.note(one, LadderNote.STOOD_DOWN, round_=action.round)
            case Send():
                self._send(one, action)

    def _send(self, one: SideOfIt, send: Send) -> None:
        self.note_send(one, LadderNote.BEGUN, send)
        if not one.has_channel:
            self.note_send(one, LadderNote.FAILED, send)
            return
        self.told.append(Told(self.now_s, one.side, send.key, send.in_doubt))
        if self.crash_while_sending:
            self.crash_while_sending = False
            self.kill(one)
        else:
            self.note_send(one, LadderNote.TOLD, send)

    def note_send(self, one: SideOfIt, act: LadderNote.Act.ValueType, send: Send) -> None:
        note = LadderNote(act=act, side=one.side, nth=send.nth, target=send.target, in_doubt=send.in_doubt)
        one.record(ladder_step(one.incident, note, Actor(role=Actor.BOX), send.round))

    def note(self, one: SideOfIt, act: LadderNote.Act.ValueType, *, nth: int = 0, round_: int | None = None) -> None:
        note = LadderNote(act=act, side=one.side, nth=nth)
        one.record(ladder_step(one.incident, note, Actor(role=Actor.BOX), round_))

    # ---- what happens to them

    def line(self, *, up: bool, down: bool) -> None:
        self.up, self.down = up, down

    def kill(self, one: SideOfIt) -> None:
        one.is_alive = False
        one.state = None

    def start(self, one: SideOfIt, *, knows_the_time: bool = True) -> None:
        if one.is_alive:
            return
        now_ms = self.now_s * 1000
        limit_ms = BOX_LIMIT_MS if one is self.box else HUB_LIMIT_MS
        one.is_alive = True
        one.looked = ()
        one.watch = ContactWatch(limit_ms, now_ms, is_heard=one is self.box)
        if one.knows:
            rang_s = max((at for at, number in self.rang_again if number <= one.incident.round), default=0)
            ago_ms = (self.now_s - rang_s) * 1000 if knows_the_time else None
            one.state = resume(one.side, self.ladder, one.incident, now_ms, rang_ago_ms=ago_ms)

    def step(self, one: SideOfIt, state: IncidentState.ValueType) -> None:
        """Somebody answers at this side."""
        if one.is_alive and one.knows and one.incident.state < state:
            actor = Actor(role=Actor.RESPONDER, id="m-01")
            one.record(IncidentStep(incident=ID, round=one.incident.round, state=state, actor=actor))

    def press(self) -> None:
        """The band is pressed again: it counts, and rings again where somebody had answered."""
        answered = self.box.incident.state > RINGING
        if self.box.is_alive:
            state = RINGING if answered else IncidentState.NEW
            round_ = self.box.incident.round + answered
            self.box.record(
                IncidentStep(incident=ID, round=round_, state=state, repeats=1, actor=Actor(role=Actor.BOX))
            )
            if answered:
                self.rang_again.append((self.now_s, round_))

    def messages(self) -> list[tuple[str, int, int]]:
        """(target, round, how often) of each telling."""
        counts: dict[Key, int] = {}
        for one in self.told:
            counts[one.key] = counts.get(one.key, 0) + 1
        return sorted((key[1], key[0], count) for key, count in counts.items())
