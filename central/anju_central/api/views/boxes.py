"""The boxes as shown: contact, backlog, clock and troubles as the box last reported, the rest from projections."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from anju_central.api.models import (
    BacklogView,
    BoxView,
    ClockView,
    DeviceView,
    PlaceView,
    QualityName,
    StreamView,
    VersionView,
)
from anju_central.api.views.incidents import iso
from anju_central.live.box_times import BoxTimes
from anju_central.live.contact import BoxContact
from anju_central.live.open_incidents import LiveIncidents
from anju_central.projections.boxes import read_roster, read_software
from anju_central.projections.device_health import device_rows
from anju_central.projections.last_place import zone_rows
from anju_central.registry.labels import CommunityLabels, Labels
from anju_central.store.event_store import StoredStream
from anju_central.store.withheld_places import WithheldPlaces
from anju_protos.v1.control_pb2 import BoxStatus, DeviceLine
from anju_protos.v1.event_pb2 import BOX_CANNOT_RECORD, HELD, SYNCED, UNSET, Lane, RosterApplied, Stamp

UNADOPTED_MS = 24 * 3_600_000  # devices that only events name are shown for a day, and not more than MAX_UNADOPTED
MAX_UNADOPTED = 100
RECORDING_TROUBLE = "EDGE-JNL-001"
CAUSE_CHARS = 300  # of a cause; boxes of this version send 200 at most
CARD_LEVELS: Final[Mapping[str, Literal["off", "waits", "on"]]] = {"off": "off", "waits": "waits", "on": "on"}
VERSION_CHARS = 64
QUALITIES: Final[dict[int, QualityName]] = {UNSET: "UNSET", HELD: "HELD", SYNCED: "SYNCED"}
BORN = {"fork", "salvage", "import"}  # births of streams that people should know of


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device as the projections have it, over all boots of its box. Times are UTC ms."""

    events: int
    heard_ms: int | None
    battery_pct: int | None


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """Where a device was last heard; `at_ms` is UTC."""

    zone: str
    at_ms: int


@dataclass(slots=True)
class KnownBox:
    """A box as the projections have it."""

    software: str = ""
    roster: RosterApplied | None = None
    devices: dict[str, KnownDevice] = field(default_factory=dict)
    places: dict[str, KnownPlace] = field(default_factory=dict)


def read_box(db: sqlite3.Connection, box: str) -> KnownBox:
    """Reads what the boxes projection holds of one box."""
    return KnownBox(read_software(db, box), read_roster(db, box))


def read_devices(db: sqlite3.Connection, box: str, times: BoxTimes) -> dict[str, KnownDevice]:
    """Reads the devices of one box from the device_health projection."""
    devices: dict[str, KnownDevice] = {}
    latest: dict[str, tuple[int, int]] = {}  # device -> (heard, battery heard)
    for device, events, heard, battery in device_rows(db, box):
        at_ms = times.correct(box, Stamp.FromString(heard)).ms
        known = devices.get(device, KnownDevice(0, None, None))
        seen_ms, battery_ms = latest.get(device, (-1, -1))
        newer = at_ms >= seen_ms
        take_battery = battery is not None and at_ms >= battery_ms
        devices[device] = KnownDevice(
            known.events + events,
            at_ms if newer else known.heard_ms,
            battery if take_battery else known.battery_pct,
        )
        latest[device] = (max(seen_ms, at_ms), at_ms if take_battery else battery_ms)
    return devices


def read_places(db: sqlite3.Connection, box: str, times: BoxTimes) -> dict[str, KnownPlace]:
    """Reads the last zones of one box's devices from the last_place projection."""
    places: dict[str, KnownPlace] = {}
    for device, zone, at, age_ms in zone_rows(db, box):
        at_ms = times.correct(box, Stamp.FromString(at)).ms - age_ms
        held = places.get(device)
        if held is None or held.at_ms <= at_ms:
            places[device] = KnownPlace(zone, at_ms)
    return places


class BoxViews:
    """Builds box rows."""

    def __init__(self, labels: Labels, live_incidents: LiveIncidents, places: WithheldPlaces) -> None:
        self._labels = labels
        self._live_incidents = live_incidents
        self._places = places

    def box(self, contact: BoxContact, known: KnownBox, streams: Iterable[StoredStream], now_ms: int) -> BoxView:
        """Returns a box as shown at `now_ms` (UTC)."""
        labels = self._labels.of(contact.community)
        status = contact.status if contact.status is not None else BoxStatus()
        own = [stream for stream in streams if stream.box == contact.box and not stream.by_hub]
        troubles = list(status.troubles)
        fault = next((code for code in troubles if code.startswith(RECORDING_TROUBLE)), None)
        cannot = any(
            record.incident.box == contact.box and BOX_CANNOT_RECORD in record.incident.reasons
            for record in self._live_incidents.open()
        )
        roster = status.roster_revision or (known.roster.kept_revision or known.roster.revision if known.roster else 0)
        gauges = status.gauges
        return BoxView(
            box=contact.box,
            community=contact.community,
            name_zh=labels.name.zh,
            name_en=labels.name.en,
            contact=contact.state,
            last_contact_at=iso(contact.last_ms),
            silent_since=iso(contact.last_ms) if contact.state == "silent" else None,
            bearers=len(set(labels.bearers.values())),
            backlog=_backlog(status),
            clock=_clock(contact),
            recording=fault is None and not cannot,
            fault=fault or ("BOX_CANNOT_RECORD" if cannot else None),
            troubles=troubles,
            causes={code: status.causes[code][:CAUSE_CHARS] for code in troubles if code in status.causes},
            roster_revision=roster or None,
            card=CARD_LEVELS.get(status.card),
            software=status.software or known.software,
            version=_version(status),
            rtt_ms=gauges.get("rtt_ms"),
            streams=[_stream(stream) for stream in own],
            devices=self._devices(contact, status, known, labels, now_ms),
            notes=_notes(own, known.roster),
        )

    def _devices(
        self, contact: BoxContact, status: BoxStatus, known: KnownBox, labels: CommunityLabels, now_ms: int
    ) -> list[DeviceView]:
        reported = {line.device: line for line in status.devices}
        since_ms = now_ms - UNADOPTED_MS
        recent = [key for key, device in known.devices.items() if (device.heard_ms or 0) >= since_ms]
        unadopted = [key for key in recent if key not in labels.devices][:MAX_UNADOPTED]
        keys = [*reported, *(key for key in (*labels.devices, *unadopted) if key not in reported)]
        keys = [key for key in keys if key and not key.startswith("box:")]
        silent = contact.state != "online"  # nobody can say "not heard" then
        return [self._device(key, reported.get(key), contact, known, labels, now_ms, silent=silent) for key in keys]

    def _device(
        self,
        key: str,
        line: DeviceLine | None,
        contact: BoxContact,
        known: KnownBox,
        labels: CommunityLabels,
        now_ms: int,
        *,
        silent: bool,
    ) -> DeviceView:
        named, listed, held = labels.device(key), labels.devices.get(key), known.devices.get(key)
        heard_ago_s: int | None = None
        if line is not None and contact.status_ms is not None and (line.heard or line.heard_ago_s):
            heard_ago_s = line.heard_ago_s + (now_ms - contact.status_ms) // 1000
        elif held is not None and held.heard_ms is not None:
            heard_ago_s = max(now_ms - held.heard_ms, 0) // 1000
        battery = line.battery_pct if line is not None and line.HasField("battery_pct") else None
        if battery is None and held is not None:
            battery = held.battery_pct
        is_withheld = self._places.is_withheld(contact.community, key)
        place = None if is_withheld else known.places.get(key)
        return DeviceView(
            device=key,
            label_zh=named.zh,
            label_en=named.en,
            kind=(listed.kind if listed else "") or (line.kind if line else ""),
            zone=(listed.zone if listed else "") or (line.zone if line else ""),
            adopted=line.adopted if line is not None else listed is not None,
            heard=None if silent or line is None or _is_new(line) else line.heard,
            heard_ago_s=heard_ago_s,
            frames=line.frames if line is not None else (held.events if held else 0),
            errors=line.errors if line is not None else 0,
            battery_pct=battery,
            trouble=line.trouble if line is not None else "",
            place=_place(place, labels, now_ms) if place is not None else None,
            place_withheld=is_withheld,
        )


def _place(place: KnownPlace, labels: CommunityLabels, now_ms: int) -> PlaceView:
    named = labels.zone(place.zone)
    return PlaceView(zone=place.zone, zone_zh=named.zh, zone_en=named.en, age_s=max(now_ms - place.at_ms, 0) // 1000)


def _backlog(status: BoxStatus) -> BacklogView:
    counts = {name.lower(): count for name, count in status.backlog.items()}
    return BacklogView(
        alarm=counts.get("alarm", 0), activity=counts.get("activity", 0), telemetry=counts.get("telemetry", 0)
    )


def _version(status: BoxStatus) -> VersionView | None:
    """None for a box from a checkout, and for one of a version that knew no slots."""
    if not status.HasField("version"):
        return None
    said = status.version
    return VersionView(
        running=said.running[:VERSION_CHARS],
        on_trial=said.on_trial,
        waiting=said.waiting[:VERSION_CHARS],
        taken_back=said.rolled_back.bad[:VERSION_CHARS],
        update=said.update[:CAUSE_CHARS],
    )


def _clock(contact: BoxContact) -> ClockView:
    if contact.status is None or not contact.status.HasField("now") or contact.status_ms is None:
        return ClockView(quality="UNKNOWN", error_ms=None, skew_ms=None)
    now = contact.status.now
    quality = QUALITIES.get(now.quality, "UNKNOWN")
    return ClockView(
        quality=quality,
        error_ms=None if quality == "UNSET" else now.error_ms,
        skew_ms=now.wall_ms - contact.status_ms,
    )


def _stream(stream: StoredStream) -> StreamView:
    return StreamView(
        stream=stream.stream.hex(),
        lane=lane_name(stream.lane),
        sealed=bool(stream.sealed),
        cursor=stream.seq,
        skipped=stream.skipped,
        lost=stream.lost,
        quarantined=stream.quarantined,
    )


def lane_name(lane: int) -> str:
    """Returns a lane's name, its number for one from a newer version."""
    return Lane.Name(Lane.ValueType(lane)) if lane in Lane.values() else str(lane)


def _notes(streams: Sequence[StoredStream], roster: RosterApplied | None) -> list[str]:
    """Plain English lines about what happened to a box's records; codes and times, never a person."""
    notes = [
        f"{stream.note}: a new {lane_name(stream.lane)} stream since {_minute(stream.born_ms)}"
        for stream in streams
        if stream.note in BORN
    ]
    forked = [stream.forked_ms for stream in streams if stream.forked_ms is not None]
    if forked:
        notes.append(f"fork: the box's disk and the hub went different ways, last seen {_minute(max(forked))}")
    for word, count in (
        ("skipped", sum(stream.skipped for stream in streams)),
        ("lost at the hub", sum(stream.lost for stream in streams)),
        ("set aside as not understood", sum(stream.quarantined for stream in streams)),
    ):
        if count:
            notes.append(f"{count} events {word}")
    if roster is not None and not roster.applied and roster.error:
        notes.append(f"roster {roster.revision} refused: {roster.error}")
    return notes


def _minute(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%MZ")


def _is_new(line: DeviceLine) -> bool:
    """True for a device that nobody has heard yet and whose silence is not known to mean anything."""
    return not line.heard and not line.frames and not line.trouble
