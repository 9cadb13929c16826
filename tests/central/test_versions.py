"""A box of the version before or after: its Hello is served, and what it says that we do not know is kept and shown."""

from __future__ import annotations

from pathlib import Path

import grpc
import pytest

from anju_central.box_services import add_services
from anju_central.ingest.service import SERVER_OPTIONS
from anju_protos.incidents import incident_key
from anju_protos.v1.event_pb2 import ALARM_RAISED, RESOLVED, Event, EventRef, IncidentState, Kind, Lane, Reason
from anju_protos.v1.uplink_pb2 import Batch, BoxFrame, Hello, HubFrame, StreamState
from anju_protos.v1.uplink_pb2_grpc import BulkUplinkStub
from support.events import ACTIVITY, ALARM, TELEMETRY, Box, alarm, presence, stamp, step
from support.hubs import running
from support.old_bytes_reading import read
from support.paths import OLD_BYTES
from support.simulator.memory_store import MemoryStore
from support.sync_rig import Contacts, Feed

OLD = OLD_BYTES
LATER_FIELD = b"\xfa\x3e\x03new"  # field 1007, three bytes
LATER_KIND, LATER_REASON, LATER_STATE, LATER_LANE = 99, 98, 35, 9


async def test_a_box_of_an_earlier_version_is_served_from_hello_to_ack() -> None:
    """Its frames are the bytes that version wrote, with a frame of a kind that nobody knows in between."""
    greeting, batch = read(OLD / "hello.hex")[1], read(OLD / "batch.hex")[1]
    box = Hello.FromString(greeting)
    stream = Batch.FromString(batch).stream
    server = grpc.aio.server(options=SERVER_OPTIONS)
    store = MemoryStore()
    add_services(server, store, {box.box: box.community}, Contacts(), Feed())
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = BulkUplinkStub(channel).Stream()  # type: ignore[call-arg]  # the stubs know only calls with an iterator
        named = Hello(streams=[StreamState(stream=stream, lane=TELEMETRY, first=1, last=17)]).SerializeToString()
        hello = BoxFrame()
        hello.hello.MergeFromString(greeting + named + LATER_FIELD)
        await call.write(hello)
        for frame in (BoxFrame.FromString(LATER_FIELD), BoxFrame(batch=Batch.FromString(batch + LATER_FIELD))):
            await call.write(frame)
        answers: list[HubFrame] = []
        while not answers or not answers[-1].HasField("ack"):
            got = await call.read()
            assert isinstance(got, HubFrame)
            answers.append(got)
        assert not answers[0].welcome.HasField("refusal")
        assert answers[-1].ack.seq == 17
        call.cancel()
    await server.stop(0)
    kept = store.rows_of[box.community, stream]
    assert list(kept.rows.values()) == list(Batch.FromString(batch).events)


@pytest.mark.parametrize("lane", [ALARM, ACTIVITY, TELEMETRY, LATER_LANE])
async def test_kinds_and_fields_of_a_later_version_are_kept_and_stop_nothing(
    tmp_path: Path, lane: Lane.ValueType
) -> None:
    async with running(tmp_path) as hub:
        later = Event(kind=Kind.ValueType(LATER_KIND), stamp=stamp(5), device="new:1", payload=b"\xff\x00later")
        sealed = Event(kind=ALARM_RAISED, stamp=stamp(6), device="ble:sealed", key_id=7, payload=b"\x00sealed")
        sent: list[Event | bytes] = [
            later.SerializeToString() + LATER_FIELD,
            sealed.SerializeToString(),
            presence(at_ms=7),
        ]
        ack = await hub.take(Box("later", lane), *sent)
        assert (ack.seq, ack.quarantined) == (3, 0)
        assert (await hub.http.get("/api/incidents?state=all")).json() == []
        for path in ("/api/boxes", "/api/check-ins", "/metrics", "/healthz"):
            assert (await hub.http.get(path)).status_code == 200


async def test_reasons_and_states_of_a_later_version_are_shown_as_numbers(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm(reasons=[Reason.ValueType(LATER_REASON)]))
        there = step(10, incident=EventRef(stream=box.stream, seq=1), state=IncidentState.ValueType(LATER_STATE))
        await hub.take(box, there)
        [incident] = (await hub.http.get("/api/incidents")).json()
        assert (incident["reasons"], incident["state"]) == (["98"], "35")
        assert "resolve" in incident["allowed"]  # a person can close what this version does not know
        url = f"/api/incidents/{incident_key(EventRef(stream=box.stream, seq=1))}"
        done = await hub.http.post(f"{url}/resolve", json={"cause": "fall", "contacted": True})
        assert (done.status_code, done.json()["state"]) == (200, IncidentState.Name(RESOLVED))
