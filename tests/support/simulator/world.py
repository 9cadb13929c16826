"""The simulator: several boxes, one hub, a network and disks that fail, all in one thread on a clock that jumps.

Everything that decides is the real code (`session`, `send_window`, `pacing`, `handshake`, `receive_batch`, `credits`);
this file only carries frames and lets time pass. One seed gives one run, to the byte.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeVar

from anju_central.ingest.credits import CreditLine, CreditPool
from anju_central.ingest.handshake import refusal_of, welcome_for
from anju_central.store.event_store import Submission
from anju_edge.journal.streams import StreamInfo
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.pacing import Backoff, Pacer
from anju_edge.sync.send_window import Acked, SendWindow, Stuck
from anju_edge.sync.session import (
    LOCKED,
    Forked,
    Resume,
    SyncSession,
    fill_trimmed_gap,
    first_held,
    points_to_check,
    with_newest_last,
)
from anju_edge.sync.settings import SyncSettings
from anju_protos.v1.event_pb2 import TELEMETRY, Event, Stamp
from anju_protos.v1.uplink_pb2 import BoxFrame, Credit, HubFrame, StreamState, Welcome
from support.simulator.card_journal import CardJournal
from support.simulator.memory_journal import MemoryJournal
from support.simulator.memory_store import MemoryStore

T = TypeVar("T")
HOUR_S = 3600.0


def done(work: Coroutine[object, object, T]) -> T:
    """Runs a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # StopIteration does not know its type
    raise RuntimeError("it waited")


def without_origin(data: bytes) -> bytes:
    """Returns an event's bytes as they were first recorded."""
    event = Event.FromString(data)
    if not event.HasField("origin"):
        return data
    return data.removesuffix(Event(origin=event.origin).SerializeToString())


class Time:
    """A clock that jumps from one due call to the next."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def after(self, wait_s: float, call: Callable[[], None]) -> None:
        """Calls `call` when `wait_s` has passed; calls for one moment keep their order."""
        self._count += 1
        heapq.heappush(self._due, (self.now + wait_s, self._count, call))

    def run(self, until_s: float, enough: Callable[[], bool] = lambda: False) -> None:
        """Lets time pass until `until_s` or until it is enough."""
        while self._due and self._due[0][0] <= until_s and not enough():
            self.now, _, call = heapq.heappop(self._due)
            call()
        if not enough():
            self.now = until_s


@dataclass(eq=False)
class Connection:
    """One connection: frames arrive in order, late; after a cut nothing does, and the ends learn of it late."""

    time: Time
    rng: random.Random
    latency_s: float
    to_hub: Callable[[BoxFrame], None] = lambda _: None
    to_box: Callable[[HubFrame], None] = lambda _: None
    box_ends: Callable[[], None] = lambda: None
    hub_ends: Callable[[], None] = lambda: None
    alive: bool = True
    _free: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})

    def up(self, frame: BoxFrame) -> None:
        copied = BoxFrame.FromString(frame.SerializeToString())
        self._carry(True, lambda: self.to_hub(copied))

    def down(self, frame: HubFrame) -> None:
        copied = HubFrame.FromString(frame.SerializeToString())
        self._carry(False, lambda: self.to_box(copied))

    def _carry(self, up: bool, deliver: Callable[[], None]) -> None:
        self._free[up] = max(self._free[up], self.time.now + self.latency_s * self.rng.uniform(0.5, 2))

        def arrive() -> None:
            if self.alive:
                deliver()

        self.time.after(self._free[up] - self.time.now, arrive)

    def cut(self, *, silent: bool = False) -> None:
        """Ends the connection. `silent`: the box learns it by its keepalive, as behind a router that forgot."""
        if not self.alive:
            return
        self.alive = False
        self.time.after(self.rng.uniform(0, 0.2), self.hub_ends)
        self.time.after(self.rng.uniform(20, 30) if silent else self.rng.uniform(0, 0.2), self.box_ends)


class SimHub:
    """Hello, batches, commits with a delay, acks. A restart loses what was not committed."""

    def __init__(self, time: Time, rng: random.Random, communities: dict[str, str]) -> None:
        self._time, self._rng, self._communities = time, rng, communities
        self.store = MemoryStore(rng.randbytes(16))
        self.up = True
        self.life = 0
        self.connections: dict[Connection, None] = {}  # in order: a set's order would change from run to run
        self.credits = CreditPool(budget=12, window=4)
        self._busy_until = 0.0
        self.arrivals: dict[bytes, float] = {}

    def connect(self, channel: str, connection: Connection) -> bool:
        """Takes a connection, or says that nobody listens."""
        if not self.up:
            return False
        self.connections[connection] = None
        _HubSession(self, self._time, channel, connection)
        return True

    def stop(self) -> None:
        """The process ends."""
        self.up = False
        self.life += 1
        for connection in list(self.connections):
            connection.cut()
        self.connections.clear()
        self.credits = CreditPool(budget=12, window=4)

    def start(self, store: MemoryStore | None = None) -> None:
        """The process starts again, perhaps with a store from a backup, which gets a new epoch."""
        if store is not None:
            self.store = store
            self.store.epoch = self._rng.randbytes(16)
        self.up = True

    def welcome(self, frame: BoxFrame) -> Welcome:
        refusal = refusal_of(frame.hello, self._communities)
        if refusal is not None:
            return Welcome(refusal=refusal)
        return done(welcome_for(frame.hello, self._communities[frame.hello.box], self.store, int(self._time.now)))

    def commit(self, submission: Submission, then: Callable[[HubFrame], None]) -> None:
        """Commits later, in order, urgent ones at once; nothing if the process ends before."""
        life = self.life
        wait_s = self._rng.uniform(0.001, 0.02)
        if not submission.urgent:
            self._busy_until = max(self._busy_until, self._time.now) + wait_s
            wait_s = self._busy_until - self._time.now

        def committed() -> None:
            if life == self.life:
                ack = self.store.take(submission)
                for data in self.store.appended:
                    self.arrivals.setdefault(without_origin(data), self._time.now)
                then(HubFrame(ack=ack))

        self._time.after(wait_s, committed)


class _HubSession:
    def __init__(self, hub: SimHub, time: Time, channel: str, connection: Connection) -> None:
        self._hub, self._time, self._channel, self._connection = hub, time, channel, connection
        self._streams: dict[bytes, StreamState] | None = None
        self._box = self._community = ""
        self._line: CreditLine | None = None
        connection.to_hub, connection.hub_ends = self._take, self._end
        self._credits = hub.credits

    def _end(self) -> None:
        self._hub.connections.pop(self._connection, None)
        if self._line is not None:
            self._credits.leave(self._line)

    def _take(self, frame: BoxFrame) -> None:
        if frame.HasField("hello"):
            welcome = self._hub.welcome(frame)
            self._connection.down(HubFrame(welcome=welcome))
            if welcome.HasField("refusal"):
                self._connection.cut()
                return
            self._box, self._community = frame.hello.box, frame.hello.community
            self._streams = {state.stream: state for state in frame.hello.streams}
            if self._channel == "bulk":
                self._line, first = self._credits.join(self._time.now)
                self._connection.down(HubFrame(credit=Credit(batches=first)))
            return
        assert self._streams is not None, "a batch before Hello"
        batch = frame.batch
        state = self._streams[batch.stream]
        if self._line is not None:
            assert self._credits.used(self._line, self._time.now), "a batch without credit"
        urgent = self._channel == "alarm"
        submission = Submission(self._box, self._community, state.lane, state.sealed, batch, urgent)
        self._hub.commit(submission, self._answer)

    def _answer(self, frame: HubFrame) -> None:
        self._connection.down(frame)
        if self._line is not None:
            credit = self._credits.answered(self._line, self._time.now)
            if credit:
                self._connection.down(HubFrame(credit=Credit(batches=credit)))


class SimBox:
    """A box: its journal and the shell around the sans-IO parts, as `uplink.py` is with real channels."""

    def __init__(
        self,
        identity: BoxIdentity,
        time: Time,
        rng: random.Random,
        hub: SimHub,
        journal: Callable[[BoxIdentity, int], CardJournal] | None = None,
    ) -> None:
        """`journal`: makes an encrypted one that keeps so many confirmed events; else there is one in memory."""
        self.identity, self._time, self._rng, self.hub = identity, time, rng, hub
        self.settings = SyncSettings(batch_events=20, seal_backlog_events=120, zstd=rng.choice(["on", "off", "auto"]))
        keep_acked = rng.choice((0, 40))
        self.journal: MemoryJournal | CardJournal = (
            journal(identity, keep_acked) if journal is not None else MemoryJournal(rng, keep_acked=keep_acked)
        )
        self.welcomed: Callable[[], None] = lambda: None
        self.restarted: Callable[[], None] = lambda: None
        self.journal.on_change = self._journal_changed
        self.line_up = True
        self.latency_s = rng.choice([0.001, 0.02, 0.15])
        self.forks = 0
        self.lost_at_hub = 0  # times it said that a restored hub lost what it had confirmed, nobody knows which
        self.offline_since = 0.0
        self.session = SyncSession(identity, self.settings)
        self.channels = [SimChannel(self, name, time, rng) for name in ("alarm", "bulk")]

    def _journal_changed(self) -> None:
        for channel in getattr(self, "channels", ()):
            channel.journal_changed()

    def restart(self) -> None:
        """The process ends and starts again."""
        self.session = SyncSession(self.identity, self.settings)
        for channel in self.channels:
            channel.end()
        self.journal.restart()
        self.restarted()

    def cut(self, *, silent: bool) -> None:
        for channel in self.channels:
            if channel.connection is not None and self._rng.random() < 0.7:
                channel.connection.cut(silent=silent)

    def settled(self) -> bool:
        """True when the hub has all that is held."""
        return not self.journal.is_moving and all(
            info.acked == info.last and (info.last == 0 or self._at_hub(info.stream) >= info.last)
            for info in self.journal.streams()
        )

    def _at_hub(self, stream: bytes) -> int:
        rows = self.hub.store.rows_of.get((self.identity.community, stream))
        return rows.cursor.seq if rows is not None else 0


class SimChannel:
    """One channel of a box, reconnecting for ever."""

    def __init__(self, box: SimBox, name: str, time: Time, rng: random.Random) -> None:
        self._box, self._name, self._time, self._rng = box, name, time, rng
        self._backoff = Backoff(0.5, 5.0 if name == "alarm" else 10.0, rng)
        self.connection: Connection | None = None
        self._window: SendWindow | None = None
        self._hello_streams: list[StreamInfo] = []
        self._ours: set[bytes] = set()
        self._locked: dict[bytes, int] = {}
        time.after(rng.uniform(0, 0.5), self._connect)

    @property
    def _alarm(self) -> bool:
        return self._name == "alarm"

    def _connect(self) -> None:
        box = self._box
        if self.connection is not None:
            return
        connection = Connection(self._time, self._rng, box.latency_s)
        if not box.line_up or not box.hub.connect(self._name, connection):
            self._time.after(self._backoff.next_delay_s(), self._connect)
            return
        self.connection = connection
        connection.to_box, connection.box_ends = self._take_from(connection), lambda: self._over(connection)
        offline_s = self._time.now - box.offline_since
        if not self._alarm and box.session.should_seal(box.journal.streams(), offline_s):
            done(box.journal.seal(TELEMETRY, "seal"))
        streams = box.session.named(box.journal.streams(), alarm=self._alarm)
        self._hello_streams = streams
        connection.up(BoxFrame(hello=box.session.hello(streams, Stamp(), [])))
        self._watch_timeouts(connection)

    def works(self) -> bool:
        """True when the hub has welcomed this connection and nothing has happened to it, known or not."""
        return self._window is not None and self.connection is not None and self.connection.alive

    def _take_from(self, connection: Connection) -> Callable[[HubFrame], None]:
        def take(frame: HubFrame) -> None:
            if connection is self.connection:
                self._take(frame)

        return take

    def end(self) -> None:
        """Gives the connection up and comes again."""
        if self.connection is not None:
            connection, self.connection, self._window = self.connection, None, None
            connection.cut(silent=True)
            for stream in self._ours:
                self._box.journal.unpin(stream)
            self._box.offline_since = self._time.now
            self._time.after(self._backoff.next_delay_s(), self._connect)

    def _over(self, connection: Connection) -> None:
        if connection is self.connection:
            self.end()

    def _watch_timeouts(self, connection: Connection) -> None:
        if connection is not self.connection:
            return
        patience_s = min(self._box.session.patience_s(alarm=self._alarm), 20.0)
        if self._window is not None and self._window.oldest_s(self._time.now) > patience_s:
            self._box.session.patience_over(alarm=self._alarm)
            self.end()
        else:
            self._time.after(1.0, lambda: self._watch_timeouts(connection))

    def _take(self, frame: HubFrame) -> None:
        box = self._box
        if frame.HasField("welcome"):
            self._welcomed(frame.welcome)
        elif self._window is not None and frame.HasField("credit"):
            self._window.credited(frame.credit.batches)
        elif self._window is not None and frame.HasField("ack"):
            for output in self._window.acked(frame.ack, self._time.now):
                if isinstance(output, Acked):
                    box.session.confirmed(output.stream, alarm=self._alarm)
                    done(box.journal.acked(output.stream, output.seq))
                elif isinstance(output, Stuck):
                    box.session.mark_stuck(output.stream, output.seq)
                    self.end()
                    return
            self._pin(frame.ack.stream)
        self._pump()

    def _welcomed(self, welcome: Welcome) -> None:
        box = self._box
        streams = with_newest_last(self._hello_streams, box.journal.streams())
        hashes = {point: done(box.journal.hash_at(*point)) for point in points_to_check(streams, welcome)}
        verdict = box.session.judge(streams, welcome, hashes)
        if isinstance(verdict, Forked):
            if not box.session.is_forked_already(verdict, box.journal.streams()):
                box.forks += 1
                box.lost_at_hub += bool(verdict.gone)
                done(box.journal.fork(verdict.common))
                box.session.forked(verdict)
            self.end()
            return
        assert isinstance(verdict, Resume), verdict
        self._backoff.succeeded()
        if self._alarm:
            box.welcomed()
        ours = box.session.sent_here(streams, alarm=self._alarm)
        self._ours = {info.stream for info in ours}
        self._locked = {stream: verdict.cursors[stream] for stream in verdict.locked}
        self._window = SendWindow(
            ours,
            verdict.cursors,
            None if self._alarm else Pacer(),
            batch_events=box.settings.batch_events,
            zstd=verdict.zstd and box.settings.zstd != "off",
            always_zstd=box.settings.zstd == "on",
        )
        for info in ours:
            if info.stream in verdict.locked:
                continue
            if verdict.cursors[info.stream] > info.acked or info.sealed:
                done(box.journal.acked(info.stream, verdict.cursors[info.stream]))
        self.journal_changed()

    def journal_changed(self) -> None:
        if self._window is None:
            return
        sent_here = self._box.session.sent_here(self._box.journal.streams(), alarm=self._alarm)
        if any(info.stream not in self._ours for info in sent_here):
            self.end()
            return
        self._window.changed()
        self._pump()

    def _pin(self, stream: bytes) -> None:
        if self._window is not None and (span := self._window.in_flight(stream)) is not None:
            self._box.journal.pin(stream, *span)
        else:
            self._box.journal.unpin(stream)

    def _pump(self) -> None:
        window, journal = self._window, self._box.journal
        while window is not None and (read := window.next_read(self._time.now)) is not None:
            info = read.info
            if info.stream in self._locked and done(journal.hash_at(info.stream, self._locked[info.stream])) != LOCKED:
                self.end()
                return
            batch = None
            if info.stream not in self._locked:
                batch = done(journal.read(info.stream, read.after, read.max_events, read.max_bytes))
            first = batch.first_seq if batch is not None else first_held(info, journal.streams())
            if first > read.after + 1:
                hash_before = done(journal.hash_at(info.stream, first - 1))
                batch = fill_trimmed_gap(info.stream, read.after, first, batch, hash_before)
            out = window.on_read(read, batch, self._time.now)
            if out is not None and self.connection is not None:
                self._pin(info.stream)
                self.connection.up(BoxFrame(batch=out))
