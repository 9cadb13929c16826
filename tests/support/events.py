"""Events, batches and submissions for tests of the hub."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from anju_central.store.event_store import Submission
from anju_protos import chain
from anju_protos.v1.event_pb2 import (
    ACTIVITY,
    ALARM,
    ALARM_RAISED,
    CHECK_IN,
    INCIDENT_STEP,
    P1,
    PRESENCE,
    SOS,
    SYNCED,
    TELEMETRY,
    Alarm,
    CheckIn,
    Event,
    IncidentStep,
    Lane,
    Presence,
    Quality,
    Stamp,
)
from anju_protos.v1.uplink_pb2 import Batch, Skip

BOOT = 0x1122334455667788
T0 = 1_790_000_000_000


def stream_id(name: str) -> bytes:
    """Returns a 16-byte stream id for a name."""
    return sha256(name.encode()).digest()[:16]


def stamp(at_ms: int = 0, boot: int = BOOT, quality: Quality.ValueType = SYNCED) -> Stamp:
    """Returns a stamp `at_ms` after the boot, whose clock is right unless `quality` says otherwise."""
    return Stamp(boot=boot, elapsed_ms=at_ms, wall_ms=T0 + at_ms, quality=quality, error_ms=20)


def presence(device: str = "ble:ac233fc001aa", zone: str = "b3-u2", at_ms: int = 0, boot: int = BOOT) -> Event:
    """Returns a presence event."""
    seen = Presence(change=Presence.MOVED, zone=zone, receiver="ble:receiver-1", rssi_dbm=-70)
    return Event(kind=PRESENCE, stamp=stamp(at_ms, boot), device=device, payload=seen.SerializeToString())


def alarm(device: str = "ble:ac233fc001aa", at_ms: int = 0, **fields: Any) -> Event:
    """Returns an SOS of P1; `fields` go to the Alarm."""
    raised = Alarm(**{"reasons": [SOS], "priority": P1, "rule": "sos", "resident": "r-0001", **fields})
    return Event(kind=ALARM_RAISED, stamp=stamp(at_ms), device=device, payload=raised.SerializeToString())


def step(at_ms: int = 0, **fields: Any) -> Event:
    """Returns an incident step of the box; `fields` go to the IncidentStep."""
    return Event(kind=INCIDENT_STEP, stamp=stamp(at_ms), payload=IncidentStep(**fields).SerializeToString())


def check_in(resident: str = "r-0001", at_ms: int = 0, day: str = "2026-09-21", nonce: bytes = b"") -> Event:
    """Returns a card check-in."""
    tapped = CheckIn(
        token_hash=b"t" * 16,
        resident=resident,
        activity="calligraphy",
        session_day=day,
        kiosk="kiosk:1",
        method=CheckIn.CARD,
        nonce=nonce,
    )
    return Event(kind=CHECK_IN, stamp=stamp(at_ms), payload=tapped.SerializeToString())


class Box:
    """One stream of a box: gives batches in order, as a journal would."""

    def __init__(
        self, name: str = "a", lane: Lane.ValueType = TELEMETRY, box: str = "box-1", community: str = "ningdu"
    ) -> None:
        self.stream, self.lane, self.box, self.community = stream_id(f"{box}/{name}"), lane, box, community
        self.seq, self.hash = 0, chain.genesis(self.stream)

    def batch(self, events: Sequence[Event | bytes], skips: Sequence[Skip] = ()) -> Batch:
        """Returns the next batch: first the skips, then the events."""
        data = [event if isinstance(event, bytes) else event.SerializeToString() for event in events]
        first = self.seq + 1
        for skip in skips:
            self.seq, self.hash = skip.last, skip.hash_after or chain.link_lost(self.hash, skip.first, skip.last)
        self.hash = chain.link_all(self.hash, data)
        self.seq += len(data)
        return Batch(stream=self.stream, first_seq=first, events=data, skips=skips, hash_end=self.hash)

    def submission(self, *events: Event | bytes, skips: Sequence[Skip] = ()) -> Submission:
        """Returns the next batch as ingest would hand it over."""
        return self.hand_over(self.batch(events, skips))

    def hand_over(self, batch: Batch) -> Submission:
        """Returns `batch` as ingest would hand it over."""
        return Submission(self.box, self.community, self.lane, False, batch, self.lane == ALARM)


__all__ = [
    "ACTIVITY",
    "ALARM",
    "BOOT",
    "T0",
    "TELEMETRY",
    "Box",
    "alarm",
    "check_in",
    "presence",
    "stamp",
    "step",
    "stream_id",
]
