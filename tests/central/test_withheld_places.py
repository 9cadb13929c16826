"""Positions of somebody who consents to none: taken as all events are, and not kept; alarms are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from anju_central.access.caller import COMMAND_LINE
from anju_central.registry.people.consents import NewConsent, give_consent, withdraw_consent
from anju_central.registry.queries.roster_take_over import take_over_roster
from anju_central.registry.tables import ConsentChannel, ConsentKind, Language
from anju_central.store.log_reader import LogReader
from anju_central.store.sqlite_store import SqliteEventStore
from anju_central.store.withheld_places import WithheldPlaces
from anju_protos.roster_file import load_roster
from anju_protos.v1.event_pb2 import POSITION, RESOLVED, Event, EventRef, Position
from anju_protos.v1.uplink_pb2 import Skip, StreamState
from support.events import ACTIVITY, ALARM, Box, alarm, presence, stamp, step
from support.hubs import Hub, running

BAND, OTHER = "ble:ac233fc001aa", "ble:ac233fc001bb"
CONSENT = NewConsent(
    kind=ConsentKind.LOCATION,
    wording_version="2026-1",
    wording_hash=bytes(32),
    language=Language.ZH,
    channel=ConsentChannel.PAPER,
)


def fix(device: str = BAND, at_ms: int = 0) -> Event:
    """A position by satellites."""
    payload = Position(latitude_e7=293_000_000, longitude_e7=1_047_000_000, fix_valid=True).SerializeToString()
    return Event(kind=POSITION, stamp=stamp(at_ms), device=device, payload=payload)


def kept(path: Path) -> list[tuple[int, str, int]]:
    """What the telemetry log holds: (kind, device, elapsed ms)."""
    reader = LogReader(path)
    try:
        events = [event for batch in reader.batches(0, 1_000) for event in batch.events]
        return [(event.kind, event.device, event.stamp.elapsed_ms) for event in events]
    finally:
        reader.close()


def skips(path: Path) -> list[tuple[int, int, int]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("select first, last, cause from skip order by stream, first").fetchall()


async def test_they_are_left_out_and_the_stream_goes_on(tmp_path: Path) -> None:
    """Every number is accounted for, the running hash is the box's, and nothing comes again."""
    places = WithheldPlaces()
    store = SqliteEventStore.open(tmp_path, withheld=places)
    try:
        box, other = Box(), Box(box="box-2", community="other")
        await store.submit(box.submission(presence(BAND, at_ms=1)))
        places.withhold("ningdu", [BAND])
        mixed = [presence(BAND, at_ms=2), fix(at_ms=3), fix(OTHER, 4), fix(at_ms=5), presence(OTHER, at_ms=6)]
        ack = await store.submit(box.submission(*mixed))
        assert (ack.seq, ack.rewind, ack.quarantined) == (6, False, 0)
        await store.submit(other.submission(presence(BAND, at_ms=7)))
        assert (await store.submit(box.submission(fix(at_ms=8)))).seq == 7, "a batch of nothing else"
        places.withhold("ningdu", [])
        assert (await store.submit(box.submission(fix(at_ms=9)))).seq == 8
        [cursor] = await store.cursors("ningdu", [StreamState(stream=box.stream)])
        assert (cursor.seq, cursor.hash) == (8, box.hash)
        [mine] = [row for row in await store.streams() if row.box == "box-1"]
        assert (mine.events, mine.skipped, mine.lost) == (4, 4, 0)
        path = store.path
    finally:
        await store.close()
    assert sorted(at_ms for _, _, at_ms in kept(path)) == [1, 4, 6, 7, 9]
    assert skips(path) == [(2, 3, Skip.NO_CONSENT), (5, 5, Skip.NO_CONSENT), (7, 7, Skip.NO_CONSENT)]


async def test_a_place_in_another_lane_is_a_place(tmp_path: Path) -> None:
    places = WithheldPlaces()
    places.withhold("ningdu", [BAND])
    store = SqliteEventStore.open(tmp_path, withheld=places)
    try:
        box = Box("activity", ACTIVITY)
        assert (await store.submit(box.submission(fix(at_ms=1), fix(OTHER, 2)))).seq == 2
        path = store.path
    finally:
        await store.close()
    reader = LogReader(path)
    assert [row.event.device for row in reader.rows("activity", 0, 10)] == [OTHER]
    reader.close()


async def test_an_open_incident_needs_them_from_the_press_on(tmp_path: Path) -> None:
    places = WithheldPlaces()
    places.withhold("ningdu", [BAND])
    store = SqliteEventStore.open(tmp_path, withheld=places)
    try:
        box = Box()
        places.emergency(b"incident", "ningdu", BAND, stamp(100))
        assert not places.is_withheld("ningdu", BAND)
        await store.submit(box.submission(fix(at_ms=50), fix(at_ms=150)))
        places.emergency(b"incident", "ningdu", BAND, None)
        assert places.is_withheld("ningdu", BAND)
        await store.submit(box.submission(fix(at_ms=200)))
        path = store.path
    finally:
        await store.close()
    assert [at_ms for _, _, at_ms in kept(path)] == [150]


async def place_shown(hub: Hub) -> tuple[str | None, bool]:
    """The zone that the Boxes page shows of the band, and whether it says that there is no consent."""
    boxes = (await hub.http.get("/api/boxes")).json()
    [box] = [row for row in boxes if row["box"] == "box-1"]
    [band] = [row for row in box["devices"] if row["device"] == BAND]
    return band["place"] and band["place"]["zone"], band["place_withheld"]


async def test_the_hub_follows_a_consent_from_the_registry_on(tmp_path: Path) -> None:
    """Given: kept and shown. Withdrawn: from then on neither, and an SOS rings with its zone. Given again: kept."""
    async with running(tmp_path) as hub:
        registry, follower = hub.parts.registry.registry, hub.parts.rosters
        roster = load_roster(hub.parts.label_watch.labels.files["ningdu"])
        await take_over_roster(COMMAND_LINE, registry, roster, hub.clock.ms)
        await follower.refresh()
        telemetry, alarms = Box("telemetry"), Box("alarms", ALARM)
        await hub.take(telemetry, presence(at_ms=1_000))
        assert await place_shown(hub) == (None, True), "nobody has asked her yet"

        await give_consent(COMMAND_LINE, registry, "r-0001", CONSENT, hub.clock.ms)
        await follower.refresh()
        await hub.take(telemetry, presence(at_ms=2_000))
        assert await place_shown(hub) == ("b3-u2", False)

        await withdraw_consent(
            COMMAND_LINE, registry, "r-0001", ConsentKind.LOCATION, ConsentChannel.DESK, hub.clock.ms
        )
        await follower.refresh()
        await hub.take(telemetry, presence(at_ms=3_000), fix(at_ms=4_000))
        assert await place_shown(hub) == (None, True), "what was kept before is not shown either"

        await hub.take(alarms, alarm(at_ms=5_000, last_place={"zone": "b3-u2", "age_ms": 1_000}))
        [incident] = (await hub.http.get("/api/incidents?open=true")).json()
        assert (incident["place"]["zone"], incident["priority"]) == ("b3-u2", "P1")
        await hub.take(telemetry, fix(at_ms=6_000))
        assert await place_shown(hub) == ("b3-u2", False), "somebody is on the way"
        path = hub.store.path

        ref = EventRef(stream=alarms.stream, seq=1)
        await hub.take(alarms, step(7_000, incident=ref, state=RESOLVED, closed_on_site=True))
        await hub.take(telemetry, fix(at_ms=8_000))
        assert await place_shown(hub) == (None, True)
        await give_consent(COMMAND_LINE, registry, "r-0001", CONSENT, hub.clock.ms + 1)
        await follower.refresh()
        await hub.take(telemetry, fix(at_ms=9_000))
        assert [at_ms for *_, at_ms in kept(path)] == [2_000, 6_000, 9_000]
        await withdraw_consent(
            COMMAND_LINE, registry, "r-0001", ConsentKind.LOCATION, ConsentChannel.DESK, hub.clock.ms + 2
        )
    async with running(tmp_path, hub.clock) as hub:
        await hub.take(telemetry, fix(at_ms=10_000))
        assert await place_shown(hub) == (None, True), "known from the start on, before any bundle is read"
    assert [at_ms for *_, at_ms in kept(path)] == [2_000, 6_000, 9_000]
