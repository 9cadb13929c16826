"""Writes a set of serialized messages, to be read for ever by test_old_bytes.py.

Usage: write_old_bytes.py FOLDER. Run it once for a new kind of message or a new protocol version, and commit what it
adds; files that are there already are left alone, because their point is that today's code did not write them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import zstandard
from google.protobuf.message import Message

from anju_protos import chain
from anju_protos.v1 import control_pb2 as control
from anju_protos.v1 import event_pb2 as event
from anju_protos.v1 import uplink_pb2 as uplink
from support.old_bytes_reading import as_json, payload_type

STREAM = bytes(range(16))
BAND = "ble:ac233fc001aa"
ANCHOR = event.Anchor(boot=7, offset_ms=1_795_000_000_000, error_ms=12, at_elapsed_ms=61_000, source=event.Anchor.HUB)


def stamp(number: int) -> event.Stamp:
    return event.Stamp(
        boot=0xA1B2C3D4E5F60718,
        elapsed_ms=60_000 + number,
        wall_ms=1_795_500_000_000 + number,
        quality=event.HELD,
        error_ms=250,
        device_time_ms=-5,
    )


def payloads() -> Iterator[tuple[event.Kind.ValueType, Message]]:
    """One of each kind, with every field that a box writes today."""
    ref = event.EventRef(stream=STREAM, seq=9)
    yield event.PRESENCE, event.Presence(
        change=event.Presence.MOVED, zone="b3-u2", receiver="ble:receiver-1", rssi_dbm=-71, from_zone="b3-u1",
        heard_ago_ms=350,
    )  # fmt: skip
    yield event.POSITION, event.Position(
        latitude_e7=318_000_000, longitude_e7=-1_172_000_000, fix_valid=True, accuracy_m=9, speed_cm_s=120,
        course_deg=359, beacons=["a"], wifi=["b"], cells=["460-0-1-2"],
    )  # fmt: skip
    place = event.LastPlace(zone="b3-u2", receiver="ble:receiver-1", age_ms=900, rssi_dbm=-70)
    yield event.ALARM_RAISED, event.Alarm(
        reasons=[event.SOS, event.LOW_BATTERY], priority=event.P1, last_place=place, battery_pct=7, anchor=ANCHOR,
        counter=41, resident="r-0001", unknown_device=True, rule="sos", repeats=2, joins=ref,
    )  # fmt: skip
    yield event.VITAL, event.Vital(heart_rate_bpm=71, systolic_mmhg=130, diastolic_mmhg=80, spo2_pct=97,
                                   temperature_c100=3650)  # fmt: skip
    yield event.DEVICE_STATE, event.DeviceState(
        battery_pct=80, battery_mv=2990, steps=12, moving=True, contact_open=False, motion=True, occupied=False,
        worn=True, temperature_c100=-250, humidity_pct100=4500, link_up=False, detail="silent", rssi_dbm=-60,
    )  # fmt: skip
    yield event.TRIGGER, event.Trigger(
        kind="fall", state=event.Trigger.ACTIVE, channel=1, region="1", rule="2", targets=["human"], input=3,
        initial=True, ongoing=True, late=True, raw_type="fall", zone="gate", count=4,
    )  # fmt: skip
    yield event.CHECK_IN, event.CheckIn(
        token_hash=bytes(16), resident="r-0001", activity="calligraphy", session_day="2026-11-24",
        kiosk="kiosk:kiosk-1", method=event.CheckIn.BAND, nonce=bytes(range(16, 32)),
    )  # fmt: skip
    yield event.ANNULMENT, event.Annulment(annuls=ref, kiosk="kiosk:kiosk-1", reason="undo")
    yield event.REQUEST, event.Request(what="staff", kiosk="kiosk:kiosk-1", about="unknown_card")
    yield event.VISIT, event.Visit(resident="r-0001", visitor="m-01", note_code="ok")
    yield event.RECEIPT, event.Receipt(of="x-1", state="silenced")
    yield event.INCIDENT_STEP, event.IncidentStep(
        incident=ref, round=1, state=event.RESOLVED,
        actor=event.Actor(role=event.Actor.RESPONDER, id="m-01", place="neighbour"), cause="fall", contacted=True,
        note_code="n", repeat_of_press=ref, repeats=3, closed_on_site=True, reasons=[event.SOS], priority=event.P1,
        channel="siren kiosk lan",
    )  # fmt: skip
    yield event.COMMAND_RESULT, event.CommandResult(command=bytes(16), outcome=event.CommandResult.EXPIRED, detail="d")
    yield event.ROSTER_APPLIED, event.RosterApplied(revision=8, applied=False, error="tokens[2].token", kept_revision=7)
    yield event.BOOT, event.Boot(boot=7, software="anju-edge 0.1.0", cause="salvaged", running_time_ms=123_456)
    yield event.CLOCK_FIX, event.ClockFix(anchor=ANCHOR)
    yield event.HEALTH, event.Health(gauges={"rss_kb": 61_000, "cpu_s": 3}, troubles=["EDGE-JNL-001"])


def messages() -> Iterator[tuple[str, Message]]:
    """Every message of the set with its name."""
    events = []
    for number, (kind, payload) in enumerate(payloads(), 1):
        device = "" if kind in (event.BOOT, event.CLOCK_FIX, event.HEALTH, event.ROSTER_APPLIED) else BAND
        mark = event.DRILL if kind == event.CHECK_IN else event.REAL
        made = event.Event(
            kind=kind, stamp=stamp(number), device=device, payload=payload.SerializeToString(deterministic=True),
            mark=mark,
        )  # fmt: skip
        assert isinstance(payload, payload_type(kind) or Message)
        events.append(made.SerializeToString(deterministic=True))
        yield f"event_{event.Kind.Name(kind).lower()}", made
    moved = events[2] + event.Event(origin=event.EventRef(stream=STREAM, seq=3)).SerializeToString()
    yield "event_rehomed", event.Event.FromString(moved)
    yield "event_of_a_later_kind", event.Event(kind=event.Kind.ValueType(99), stamp=stamp(99), payload=b"\x01\x02\x03")
    skip = uplink.Skip(first=4, last=9, cause=uplink.Skip.QUOTA)
    skip.hash_after = chain.link_all(chain.genesis(STREAM), events[:9])
    batch = uplink.Batch(stream=STREAM, first_seq=1, events=[*events[:3], *events[9:]], skips=[skip])
    batch.hash_end = chain.link_all(skip.hash_after, events[9:])
    yield "batch", batch
    packed = zstandard.ZstdCompressor().compress(uplink.EventList(events=events).SerializeToString())
    whole = chain.link_all(chain.genesis(STREAM), events)
    yield "batch_zstd", uplink.Batch(
        stream=STREAM, first_seq=1, events_zstd=packed, event_count=len(events), hash_end=whole
    )  # fmt: skip
    state = uplink.StreamState(stream=STREAM, lane=event.ALARM, first=1, last=17, sealed=True, acked=17,
                               acked_hash=whole, origin_note="salvage")  # fmt: skip
    hello = uplink.Hello(protocol=1, software="anju-edge 0.1.0", box="box-1", community="ningdu", now=stamp(0),
                         boots=[ANCHOR], streams=[state], zstd=True, hub_epoch=bytes(16))  # fmt: skip
    yield "hello", hello
    yield "box_frame", uplink.BoxFrame(hello=hello)
    cursor = uplink.Cursor(stream=STREAM, seq=17, hash=whole)
    yield "welcome", uplink.Welcome(hub_epoch=bytes(16), hub_time_ms=1_795_500_000_000, cursors=[cursor], zstd=True,
                                    checkpoints=[uplink.Checkpoint(stream=STREAM, seq=17, hash=whole)])  # fmt: skip
    yield "welcome_refused", uplink.Welcome(refusal=uplink.Refusal(code=uplink.Refusal.BOX_UNKNOWN, message="add it"))
    yield "ack", uplink.Ack(stream=STREAM, seq=17, rewind=True, quarantined=1, hub_time_ms=1_795_500_000_000)
    yield "hub_frame_credit", uplink.HubFrame(credit=uplink.Credit(batches=4))
    incident = control.Incident(
        id=event.EventRef(stream=STREAM, seq=3), community="ningdu", box="box-1", priority=event.P1,
        reasons=[event.SOS], device=BAND, resident="r-0001", state=event.ACKED, round=1,
        owners=[event.Actor(role=event.Actor.OPERATOR, id="op-li", place="console")], repeats=2, found=stamp(3),
        anchor=ANCHOR,
    )  # fmt: skip
    yield "open_incidents", control.OpenIncidents(incidents=[incident], version=12)
    shared = control.Incident(unknown_device=True, strangers=["ble:0000000000b2", "ble:0000000000b3"])
    yield "incident_changes", control.IncidentChanges(
        base=11, version=12, upserts=[incident, shared], closed=[incident], unlisted=[incident.id], open=260,
        whole_ends=True,
    )  # fmt: skip
    yield "follow_incidents", control.ControlUp(follow=control.FollowIncidents(held=[incident.id]))
    status = control.BoxStatus(
        now=stamp(1), backlog={"ALARM": 2}, gauges={"rss_kb": 61_000}, software="anju-edge 0.1.0",
        troubles=["EDGE-UPL-001"], roster_revision=7,
    )  # fmt: skip
    line = control.DeviceLine(
        device=BAND, adopted=True, heard=True, heard_ago_s=2, frames=9, errors=1, battery_pct=80, trouble="t",
        kind="band", rssi_dbm=-60, zone="b3-u2",
    )  # fmt: skip
    status.devices.append(line)
    yield "box_status", status
    yield "time_answer", control.ControlDown(time=control.TimeAnswer(sent_elapsed_ms=5, hub_time_ms=1_795_500_000_000))


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, message in messages():
        target = folder / f"{name}.hex"
        if target.exists():
            continue
        data = message.SerializeToString(deterministic=True)
        lines = [data.hex()[at : at + 120] for at in range(0, len(data) * 2, 120)]
        target.write_text(f"# {message.DESCRIPTOR.full_name}\n" + "\n".join(lines) + "\n", encoding="ascii")
        said = json.dumps(as_json(message), indent=1, sort_keys=True, ensure_ascii=False)
        target.with_suffix(".json").write_text(said + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
