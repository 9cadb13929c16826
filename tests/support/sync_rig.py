"""A real box's sending half and a real hub's receiving half on loopback: Journal, gRPC, event store."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import grpc

from anju_central.access.box_directory import BoxRecord
from anju_central.access.card_keys import CardKeeper
from anju_central.access.grpc_tls import ServerCertificates, add_port
from anju_central.access.refusals import RefusalLog
from anju_central.box_services import add_services, make_gate
from anju_central.control.rosters import RosterPush
from anju_central.ingest.service import SERVER_OPTIONS, Ingest
from anju_central.live.open_incidents import LiveIncidents
from anju_central.projections.projection import IncidentRecord, ref_key
from anju_central.store.append import unpack
from anju_central.store.damage import STORE_FILE
from anju_central.store.sqlite_store import SqliteEventStore
from anju_edge.clock import SimulatedClock
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.control_channel import CardPort, RosterPort
from anju_edge.sync.secure_channel import HubLines
from anju_edge.sync.settings import SyncSettings
from anju_edge.sync.uplink import Uplink
from anju_protos.incidents import incident_key
from anju_protos.line_check import KEEPALIVE_S, keepalive_options
from anju_protos.v1.control_pb2 import BoxStatus, FollowIncidents, Incident, IncidentChanges, OpenIncidents
from anju_protos.v1.event_pb2 import (
    ALARM_RAISED,
    P1,
    PRESENCE,
    SOS,
    Alarm,
    Anchor,
    Event,
    Presence,
    Stamp,
)
from anju_protos.v1.uplink_pb2 import EventList

BOX = BoxIdentity("box-1", "willow-court", "test 1.0")
FAST = SyncSettings(reconnect_min_s=0.02, reconnect_max_s=0.1, alarm_reconnect_max_s=0.1, status_period_s=0.2)
JOURNAL = JournalSettings(linger_s=0.02, ballast_bytes=0)


def telemetry(number: int) -> bytes:
    """Returns a TELEMETRY event that no other number makes."""
    payload = Presence(change=Presence.STILL_HERE, zone=f"zone-{number % 9}", rssi_dbm=-60).SerializeToString()
    stamp = Stamp(boot=7, elapsed_ms=number, wall_ms=1_790_000_000_000 + number)
    return Event(kind=PRESENCE, stamp=stamp, device=f"ble:{number:012x}", payload=payload).SerializeToString()


def alarm(number: int) -> bytes:
    """Returns an ALARM event."""
    payload = Alarm(reasons=[SOS], priority=P1).SerializeToString()
    stamp = Stamp(boot=7, elapsed_ms=number, wall_ms=1_790_000_000_000 + number)
    return Event(kind=ALARM_RAISED, stamp=stamp, device=f"ble:{number:012x}", payload=payload).SerializeToString()


@dataclass
class Contacts:
    """Remembers who was there."""

    channels: set[tuple[str, str]] = field(default_factory=set)
    statuses: dict[str, BoxStatus] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def connected(self, box: str, community: str, channel: str) -> None:
        self.channels.add((box, channel))
        self.changed.set()

    def status(self, box: str, status: BoxStatus) -> None:
        self.statuses[box] = status
        self.changed.set()

    def disconnected(self, box: str, channel: str) -> None:
        self.channels.discard((box, channel))
        self.changed.set()


class Feed(LiveIncidents):
    """Open incidents that a test sets."""

    def __init__(self) -> None:
        super().__init__(lambda: 1_790_000_000_000)
        self._pos = 0

    def put(self, *incidents: Incident) -> None:
        """They stand so now."""
        for incident in incidents:
            known = self.get(ref_key(incident.id))
            self._pos += known is None
            pos = self._pos if known is None else known.pos
            self.apply(IncidentRecord(incident, pos, 1_790_000_000_000, 1_790_000_000_000 + self._pos, "sos"))


class Incidents:
    """What a box is told of open incidents, by key: the newest word."""

    def __init__(self) -> None:
        self.open: dict[str, Incident] = {}
        self.wholes = 0
        self.lists: list[OpenIncidents] = []
        self.needs_whole = False

    def follow(self) -> FollowIncidents:
        self.needs_whole = False
        return FollowIncidents()

    def take(self, changes: IncidentChanges) -> None:
        for incident in changes.upserts:
            self.open[incident_key(incident.id)] = incident
        for incident in changes.closed:
            self.open.pop(incident_key(incident.id), None)
        self.wholes += changes.whole_ends

    def fold_list(self, listed: OpenIncidents) -> Iterator[None]:
        self.lists.append(listed)
        yield

    def restored(self) -> None:
        self.needs_whole = True


@dataclass
class Hub:
    """A listening hub."""

    store: SqliteEventStore
    port: int
    contacts: Contacts
    feed: Feed
    ingest: Ingest


class KnownBoxes:
    """A directory of a test's boxes and communities, as they are at the moment."""

    def __init__(self, communities: Mapping[str, str]) -> None:
        self._communities = communities

    def lookup(self, box: str) -> BoxRecord | None:
        community = self._communities.get(box)
        return None if community is None else BoxRecord(box, community, "active")

    def subscribe(self, callback: Callable[[str], None]) -> None:
        pass


@asynccontextmanager
async def serving(
    store: SqliteEventStore,
    *,
    port: int = 0,
    communities: dict[str, str] | None = None,
    keepalive_s: float = KEEPALIVE_S,
    certificates: ServerCertificates | None = None,
    options: Mapping[str, int] = MappingProxyType({}),
    card: CardKeeper | None = None,
    rosters: RosterPush | None = None,
) -> AsyncIterator[Hub]:
    """Serves `store` on loopback, with TLS when there are `certificates`. `options` are gRPC's, besides the hub's."""
    contacts, feed = Contacts(), Feed()
    every = dict(SERVER_OPTIONS) | dict(keepalive_options(keepalive_s)) | dict(options)
    known = {BOX.box: BOX.community} if communities is None else communities
    gate = make_gate(KnownBoxes(known), RefusalLog(), store.epoch, needs_certificate=certificates is not None)
    server = grpc.aio.server(interceptors=[gate], options=tuple(every.items()))
    core = add_services(server, store, known, contacts, feed, card=card, rosters=rosters)
    bound = add_port(server, f"127.0.0.1:{port}", certificates)
    await server.start()
    try:
        yield Hub(store, bound, contacts, feed, core)
    finally:
        await server.stop(0)


@asynccontextmanager
async def hub_at(
    folder: Path,
    *,
    port: int = 0,
    communities: dict[str, str] | None = None,
    keepalive_s: float = KEEPALIVE_S,
    certificates: ServerCertificates | None = None,
    options: Mapping[str, int] = MappingProxyType({}),
    card: CardKeeper | None = None,
    rosters: RosterPush | None = None,
) -> AsyncIterator[Hub]:
    """Serves the SQLite store in `folder`."""
    store = SqliteEventStore.open(folder)
    try:
        async with serving(
            store,
            port=port,
            communities=communities,
            keepalive_s=keepalive_s,
            certificates=certificates,
            options=options,
            card=card,
            rosters=rosters,
        ) as hub:
            yield hub
    finally:
        await store.close()


@dataclass
class Box:
    """A box's journal and uplink; `incidents` and `anchors` are what came down."""

    journal: Journal
    uplink: Uplink
    incidents: Incidents
    anchors: list[Anchor]


@asynccontextmanager
async def box_at(
    folder: Path,
    port: int,
    *,
    settings: SyncSettings = FAST,
    identity: BoxIdentity = BOX,
    journal: Journal | None = None,
    status: Callable[[], BoxStatus] = BoxStatus,
    lines: HubLines | None = None,
    card: CardPort | None = None,
    roster: RosterPort | None = None,
) -> AsyncIterator[Box]:
    """Runs a box's uplink against the hub at `port`, or by `lines`."""
    own = journal or await Journal.open(folder, JOURNAL)
    incidents = Incidents()
    anchors: list[Anchor] = []
    uplink = Uplink(
        identity,
        lines or HubLines(f"127.0.0.1:{port}"),
        own,
        SimulatedClock(boot=7),
        status,
        incidents,
        anchors.append,
        settings,
        random.Random(5),
        card=card,
        roster=roster,
    )
    running = asyncio.create_task(uplink.run())
    try:
        yield Box(own, uplink, incidents, anchors)
    finally:
        running.cancel()
        result = (await asyncio.gather(running, return_exceptions=True))[0]
        if journal is None:
            await own.close()
        if isinstance(result, Exception):
            raise result


async def until(condition: Callable[[], bool], *, limit_s: float = 20.0) -> None:
    """Waits until a condition of the running parts holds."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110  # what is looked at belongs to others and has no event
            await asyncio.sleep(0.005)


async def drained(box: Box, *, limit_s: float = 30.0) -> None:
    """Waits until the hub has confirmed all that is durable."""
    await box.journal.flush()
    await until(lambda: not any(box.journal.waiting().values()), limit_s=limit_s)


@dataclass
class Stored:
    """What a store holds, by stream: events with their numbers in order, skips as (first, last, cause)."""

    events: dict[bytes, list[tuple[int, bytes]]] = field(default_factory=dict)
    skips: dict[bytes, list[tuple[int, int, int]]] = field(default_factory=dict)
    copies: int = 0

    def count(self) -> int:
        """Returns the facts that count: copies of re-homed ones do not."""
        return sum(map(len, self.events.values())) - self.copies

    def check_cover(self) -> None:
        """Raises AssertionError unless delivered and skipped numbers of each stream are 1..n, each once."""
        for stream in self.events.keys() | self.skips.keys():
            spans = [(seq, seq) for seq, _ in self.events.get(stream, [])]
            spans = sorted(spans + [(first, last) for first, last, _ in self.skips.get(stream, [])])
            expected = 1
            for first, last in spans:
                assert first == expected, f"stream {stream.hex()}: {first} follows {expected - 1}"
                expected = last + 1


def stored(folder: Path) -> Stored:
    """Reads a hub's store in `folder`."""
    found = Stored()
    with closing(sqlite3.connect(f"file:{folder / STORE_FILE}?mode=ro", uri=True)) as db:
        db.execute("begin")  # one moment of a store that may be at work
        ids = dict(db.execute("select id, stream from stream where by_hub = 0"))
        for log in ("alarm_log", "activity_log"):
            for number, seq, again, data in db.execute(f"select stream, seq, again, bytes from {log} order by pos"):
                if number in ids:
                    found.events.setdefault(ids[number], []).append((seq, data))
                    found.copies += again
        batches = {
            pos: (EventList.FromString(unpack(packed, data)).events, again)
            for pos, packed, data, again in db.execute("select pos, packed, bytes, again from telemetry_log")
        }
        found.copies += sum(len(json.loads(again or "[]")) for _, again in batches.values())
        runs = "select r.stream, r.first, r.last, r.pos, r.at from run r join stream s on s.id = r.stream"
        for number, first, last, pos, at in db.execute(f"{runs} where s.lane = 3 order by r.stream, r.first"):
            events = batches[pos][0]
            rows = [(first + index, events[at + index]) for index in range(last - first + 1)]
            found.events.setdefault(ids[number], []).extend(rows)
        for number, first, last, cause in db.execute("select stream, first, last, cause from skip"):
            if number in ids:
                found.skips.setdefault(ids[number], []).append((first, last, cause))
    return found
