"""A line that carries nothing any more and that nobody closed: both ends find out, and what waits arrives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from anju_central.ingest.service import SERVER_OPTIONS
from anju_edge.sync.settings import SyncSettings
from anju_protos.incidents import incident_key
from anju_protos.line_check import DEAD_KNOWN_S, keepalive_options, known_dead_s
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, SOS, EventRef
from support.net_faults import faulty_line
from support.sync_rig import BOX, FAST, box_at, hub_at, until

SHORT_S, NEVER_S = 1.0, 600.0
LIMIT_S = 15.0  # gRPC's own time, which counted before, is 60 s


def test_as_shipped_a_dead_line_is_known_in_half_a_minute_at_both_ends() -> None:
    settings = SyncSettings()
    assert known_dead_s(settings.keepalive_s) <= DEAD_KNOWN_S <= 30
    at_hub = dict(SERVER_OPTIONS)
    assert dict(keepalive_options(settings.keepalive_s)).items() <= at_hub.items()
    answers_ms = {at_hub["grpc.http2.ping_timeout_ms"], at_hub["grpc.keepalive_timeout_ms"]}
    assert at_hub["grpc.keepalive_time_ms"] + max(answers_ms) <= DEAD_KNOWN_S * 1000


def test_a_configuration_of_the_version_before_still_keeps_the_bound() -> None:
    assert known_dead_s(20.0) <= DEAD_KNOWN_S


async def test_half_open_line_idle_is_given_up_and_the_operators_answer_arrives(tmp_path: Path) -> None:
    """The siren sounds; the operator answers into a line that is dead. Nothing is sent up that would show it."""
    settings = replace(FAST, keepalive_s=SHORT_S)
    async with (
        hub_at(tmp_path / "hub", keepalive_s=NEVER_S) as hub,
        faulty_line(hub.port) as line,
        box_at(tmp_path / "box", line.port, settings=settings) as box,
    ):
        state = box.uplink.state
        await until(lambda: state.alarm.connected and state.bulk.connected and state.control.connected)
        line.strand()
        ref = EventRef(stream=b"s" * 16, seq=1)
        hub.feed.put(Incident(id=ref, community=BOX.community, box=BOX.box, reasons=[SOS], state=ACKED))
        await until(lambda: incident_key(ref) in box.incidents.open, limit_s=LIMIT_S)
        await until(lambda: min(state.alarm.sessions, state.bulk.sessions, state.control.sessions) >= 2)


async def test_half_open_line_idle_is_known_to_the_hub(tmp_path: Path) -> None:
    settings = replace(FAST, keepalive_s=NEVER_S)
    async with (
        hub_at(tmp_path / "hub", keepalive_s=SHORT_S) as hub,
        faulty_line(hub.port) as line,
        box_at(tmp_path / "box", line.port, settings=settings),
    ):
        await until(lambda: len(hub.contacts.channels) == 3)
        line.strand()
        line.refuse = True
        await until(lambda: not hub.contacts.channels, limit_s=LIMIT_S)
