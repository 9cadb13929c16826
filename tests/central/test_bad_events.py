"""No content ends the hub or hides another's alarm: every field of every kind at the edges of its type, end to end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from anju_central.store import receive_batch
from anju_central.store.receive_batch import PAYLOADS
from anju_protos.v1.control_pb2 import BoxStatus
from anju_protos.v1.event_pb2 import CHECK_IN, PRESENCE, Alarm, CheckIn, Event, EventRef, Stamp
from anju_protos.v1.uplink_pb2 import EventList, EventRun
from support.events import ACTIVITY, ALARM, BOOT, T0, TELEMETRY, Box, alarm, stamp, stream_id
from support.field_edges import at_edges, filled
from support.hubs import Hub, running

PAGES = (
    "/api/incidents?state=all&limit=2000",
    "/api/incidents?mark=test",
    "/api/boxes",
    "/api/check-ins",
    "/api/check-ins?day=2026-09-21",
    "/healthz",
    "/metrics",
)


def ordinary(kind: int) -> Event:
    payload = PAYLOADS[kind]()
    return Event(kind=kind, stamp=stamp(5), device="ble:edge", payload=filled(payload).SerializeToString())  # type: ignore[arg-type]  # a number


def edges(kind: int) -> Iterator[bytes]:
    """Yields events of a kind with each field of payload and envelope at each edge of its type."""
    base = ordinary(kind)
    for payload in at_edges(filled(PAYLOADS[kind]())):
        event = Event()
        event.CopyFrom(base)
        event.payload = payload.SerializeToString()
        yield event.SerializeToString()
    envelope = Event(kind=base.kind, stamp=stamp(5), device="ble:edge", origin=EventRef(stream=stream_id("o"), seq=3))
    envelope.stamp.device_time_ms = T0
    envelope.payload = base.payload
    for event in at_edges(envelope):
        yield event.SerializeToString()


async def still_works(hub: Hub, name: str) -> None:
    """Fails unless a new alarm still reaches an operator and every page answers."""
    device = f"ble:{name}"
    async with asyncio.timeout(60):
        taken = asyncio.create_task(hub.take(Box(name, ALARM, box="box-1"), alarm(device)))
        hub.parts.projector.ended.add_done_callback(lambda _: taken.cancel("a projection's thread ended"))
        assert (await taken).seq == 1
    assert hub.store.fault is None
    for page in PAGES:
        answer = await hub.http.get(page)
        assert answer.status_code == 200, (page, answer.text[:300])
    assert device in [one["device"] for one in (await hub.http.get("/api/incidents")).json()]


async def send_all(hub: Hub, box: Box, events: Sequence[bytes]) -> None:
    """Sends events in batches of a few: the quick look at a batch and the look at each event both have their turn."""
    for first in range(0, len(events), 20):
        ack = await hub.store.submit(box.submission(*events[first : first + 20]))
        assert (ack.seq, ack.rewind) == (box.seq, False)


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
async def test_every_field_of_every_kind_at_its_edges_ends_nothing(tmp_path: Path, kind: int) -> None:
    async with running(tmp_path) as hub:
        for lane in (ALARM, ACTIVITY, TELEMETRY):
            await send_all(hub, Box(f"edges {lane}", lane), list(edges(kind)))
        await still_works(hub, "after")
        assert hub.parts.projector.set_aside == 0, "what cannot be folded is set aside where it comes in"
    async with running(tmp_path) as hub:  # and it starts again
        await still_works(hub, "again")


TOO_LARGE = {
    "elapsed": Event(kind=PRESENCE, stamp=Stamp(boot=BOOT, elapsed_ms=2**63, wall_ms=T0), device="ble:x"),
    "origin": Event(kind=PRESENCE, stamp=stamp(1), device="ble:x", origin=EventRef(stream=stream_id("o"), seq=2**63)),
    "odd origin": Event(kind=PRESENCE, stamp=stamp(1), device="ble:x", origin=EventRef(stream=b"s" * 40, seq=1)),
}


@pytest.mark.parametrize("lane", [ALARM, ACTIVITY, TELEMETRY])
@pytest.mark.parametrize("name", TOO_LARGE)
async def test_a_number_that_no_store_holds_is_set_aside_and_said(tmp_path: Path, name: str, lane: int) -> None:
    async with running(tmp_path) as hub:
        ack = await hub.take(Box("bad", lane), TOO_LARGE[name], alarm("ble:good"))  # type: ignore[arg-type]  # a lane
        assert (ack.seq, ack.quarantined) == (2, 1)
        rules = [one["rule"] for one in (await hub.http.get("/api/incidents")).json()]
        assert ("unreadable_alarm" if lane == ALARM else "quarantine") in rules
        await still_works(hub, "after")


def take_all(events: Sequence[bytes]) -> list[Event]:
    """What the hub did before it looked at ranges."""
    return list(EventRun.FromString(EventList(events=events).SerializeToString()).events)


@pytest.mark.parametrize("lane", [ALARM, ACTIVITY, TELEMETRY])
async def test_a_store_that_holds_such_an_event_starts_and_folds_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lane: int
) -> None:
    box = Box("old", lane)  # type: ignore[arg-type]  # a lane
    before, bad = alarm("ble:before", at_ms=1), alarm("ble:bad")
    bad.stamp.elapsed_ms = 2**64 - 1
    seen = Event(kind=PRESENCE, stamp=stamp(9), device="ble:behind")
    with monkeypatch.context() as older:
        older.setattr(receive_batch, "parse_events", take_all)
        async with running(tmp_path) as hub:
            await hub.take(box, before, bad, seen, alarm("ble:behind", at_ms=2))
            assert hub.parts.projector.set_aside
    for path in (tmp_path / "hub" / "projections").iterdir():
        path.unlink()  # all is folded anew
    async with running(tmp_path) as hub:
        await still_works(hub, "after")
        assert hub.parts.projector.set_aside
        incidents = (await hub.http.get("/api/incidents")).json()
        [row] = [box for box in (await hub.http.get("/api/boxes")).json() if box["box"] == "box-1"]
    assert {"quarantine"} <= {one["rule"] for one in incidents}
    assert {"ble:before", "ble:behind"} <= {device["device"] for device in row["devices"]}
    if lane == ALARM:
        assert {"ble:before", "ble:bad", "ble:behind"} <= {one["device"] for one in incidents}, (
            "the press itself counts"
        )


async def test_a_check_in_at_the_end_of_the_calendar_is_of_no_day(tmp_path: Path) -> None:
    """The box's clock says 9999; at the site, eight hours ahead, that is no day at all."""
    async with running(tmp_path) as hub:
        event = Event(kind=CHECK_IN, stamp=stamp(5), payload=CheckIn(resident="r-0001").SerializeToString())
        event.stamp.wall_ms = 253_402_300_799_999
        await hub.take(Box("activity", ACTIVITY), event)
        await still_works(hub, "after")


async def test_priorities_marks_and_lanes_that_nobody_knows_are_counted_as_other(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        raised = alarm()
        raised.mark = 77  # type: ignore[assignment]  # of a later version
        raised.payload = Alarm(reasons=[99], priority=99).SerializeToString()  # type: ignore[arg-type,list-item]
        await hub.take(Box("alarm", ALARM), raised)
        status = BoxStatus(backlog={"ALARM": 3, "alarm": 4, "of a later version": 5, "\0": 6})
        hub.contacts.connected("box-1", "ningdu", "control")
        hub.contacts.status("box-1", status)
        figures = (await hub.http.get("/metrics")).text
        assert 'anju_hub_open_incidents{mark="other",priority="other"} 1.0' in figures
        assert [line for line in figures.splitlines() if line.startswith("anju_hub_box_backlog{")] == [
            'anju_hub_box_backlog{box="box-1",community="ningdu",lane="alarm"} 3.0'
        ]
