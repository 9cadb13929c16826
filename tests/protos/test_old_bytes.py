"""Bytes that earlier versions wrote say the same today: events lie in journals and stores for years."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from anju_central.store import receive_batch
from anju_protos import chain
from anju_protos.incidents import add_step, open_incident
from anju_protos.v1.event_pb2 import (
    ACKED,
    ALARM_RAISED,
    BOOT,
    PRESENCE,
    SOS,
    Alarm,
    Event,
    EventRef,
    IncidentStep,
    Kind,
)
from anju_protos.v1.uplink_pb2 import Batch, Cursor
from support.old_bytes_reading import as_json, read
from support.paths import OLD_BYTES

OLD = OLD_BYTES
FILES = sorted(OLD.rglob("*.hex"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_old_bytes_say_what_they_said(path: Path) -> None:
    kind, data = read(path)
    message = kind.FromString(data)
    assert as_json(message) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert message.SerializeToString(deterministic=True) == data, "and would be written the same"


def test_the_set_has_every_kind_of_event() -> None:
    kinds = {Event.FromString(read(path)[1]).kind for path in FILES if path.stem.startswith("event_")}
    assert set(Kind.values()) - {Kind.KIND_UNSPECIFIED} <= kinds


@pytest.mark.parametrize("name", ["batch", "batch_zstd"])
def test_the_hub_takes_an_old_batch_and_its_running_hash_still_holds(name: str) -> None:
    batch = Batch.FromString(read(OLD / f"{name}.hex")[1])
    outcome = receive_batch.receive(Cursor(stream=batch.stream), batch)
    assert not outcome.rewind
    assert not outcome.quarantined
    assert outcome.cursor.seq == 17
    assert outcome.cursor.hash == batch.hash_end
    if not batch.skips:
        assert chain.link_all(chain.genesis(batch.stream), outcome.events) == batch.hash_end


def test_an_old_alarm_and_an_old_step_fold_to_the_same_incident() -> None:
    alarm = Event.FromString(read(OLD / "event_alarm_raised.hex")[1])
    step = IncidentStep.FromString(Event.FromString(read(OLD / "event_incident_step.hex")[1]).payload)
    incident = open_incident("ningdu", "box-1", EventRef(stream=bytes(range(16)), seq=9), alarm)
    assert add_step(incident, step)
    assert (incident.round, incident.closed_on_site, incident.repeats) == (1, True, 3)
    assert incident.cause == "fall"
    assert SOS in incident.reasons
    assert incident.state > ACKED


def test_a_rehomed_event_keeps_its_bytes_and_adds_its_origin() -> None:
    first = read(OLD / "event_alarm_raised.hex")[1]
    moved = read(OLD / "event_rehomed.hex")[1]
    assert moved.startswith(first)
    assert Event.FromString(moved).origin.seq == 3
    assert Alarm.FromString(Event.FromString(moved).payload).counter == 41


def test_a_kind_of_a_later_version_passes_through_whole() -> None:
    data = read(OLD / "event_of_a_later_kind.hex")[1]
    event = Event.FromString(data)
    assert event.kind not in (ALARM_RAISED, PRESENCE, BOOT)
    assert event.SerializeToString(deterministic=True) == data
    stream = bytes(16)
    outcome = receive_batch.receive(Cursor(stream=stream), Batch(stream=stream, first_seq=1, events=[data]))
    assert (outcome.events, outcome.quarantined) == ([data], [])
