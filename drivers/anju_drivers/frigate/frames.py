"""MQTT messages of Frigate in, triggers out. No I/O.

Source: Frigate documentation, "MQTT integration": topics `events`, `<camera>/motion`, `<camera>/audio/<type>`,
`<camera>/status/<role>` (0.17; its PR 19709) and `available` under a prefix, which may have levels. Sub-labels, which
name people, and snapshots are never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from anju_drivers.cameras.device_time import DeviceTime, TimeTrust, epoch_time
from anju_drivers.cameras.options import event_word
from anju_drivers.cameras.private_events import is_private
from anju_drivers.driver import TriggerReading, TriggerState
from anju_drivers.errors import FrameError
from anju_drivers.framing.json_text import read_json

MAX_PAYLOAD_BYTES = 256 * 1024
PREFIX = "frigate"
_HUMANS = frozenset({"person"})
_VEHICLES = frozenset({"car", "truck", "bus", "motorcycle", "bicycle", "train", "boat", "vehicle"})
_ANIMALS = frozenset({"dog", "cat", "bird", "horse", "sheep", "cow", "bear", "animal", "raccoon", "deer", "fox"})
_PACKAGES = frozenset({"package", "amazon", "fedex", "ups", "usps", "dhl"})
_STATES = {"new": TriggerState.ACTIVE, "update": TriggerState.ACTIVE, "end": TriggerState.INACTIVE}


@dataclass(frozen=True, slots=True)
class FrigateEvent:
    """`state` None for what is ignored. An object is known by `id` from its first message to its end."""

    kind: str
    state: TriggerState | None
    camera: str
    raw_type: str
    id: str = ""
    targets: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    initial: bool = False
    has_ended: bool = False
    time: DeviceTime = field(default_factory=lambda: DeviceTime(TimeTrust.NONE))

    def reading(self, device: str) -> TriggerReading:
        """The object's id is its rule: two people at once are two triggers, and each ends by its own word."""
        return TriggerReading(
            device=device,
            kind=self.kind,
            state=self.state or TriggerState.PULSE,
            rule=self.id,
            targets=self.targets,
            initial=self.initial,
            raw_type=self.raw_type,
            device_time_ms=self.time.utc_ms if self.state is TriggerState.ACTIVE else None,
        )

    def fields(self) -> dict[str, object]:
        """For a person and for the vector files."""
        return {
            "kind": self.kind,
            "state": self.state.value if self.state else None,
            "source": self.camera,
            "raw_type": self.raw_type,
            "id": self.id or None,
            "targets": list(self.targets),
            "zones": list(self.zones),
            "initial": self.initial,
            "late": False,
            "time_utc": self.time.utc_text,
        }


@dataclass(frozen=True, slots=True)
class Available:
    """Whether Frigate itself runs."""

    is_online: bool


Message: TypeAlias = FrigateEvent | Available


def topics(prefix: str) -> tuple[str, ...]:
    """What to subscribe to."""
    tails = ("events", "+/motion", "+/audio/+", "+/status/+", "available")
    return tuple(f"{prefix}/{tail}" for tail in tails)


def prefix_of(topic: str) -> str:
    """What stands before the part that is Frigate's own, for a topic whose prefix is not known."""
    found = re.fullmatch(r"(.+?)/(?:events|available|[^/]+/motion|[^/]+/(?:audio|status)/[^/]+)", topic)
    return found[1] if found else topic.split("/", 1)[0] or PREFIX


def read_message(
    topic: str,
    payload: bytes,
    retained: bool = False,
    prefix: str = PREFIX,
    types: Mapping[str, str] | None = None,
) -> Message | None:
    """None for a topic that is not ours. `types` maps labels and audio types to kinds. Raises `FrameError`."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise FrameError("too large")
    if not topic.startswith(f"{prefix}/"):
        return None
    levels = topic.removeprefix(f"{prefix}/").split("/")
    if levels == ["available"]:
        return Available(payload.strip().lower() == b"online")
    if levels == ["events"]:
        return _object(payload, retained, types or {})
    if len(levels) == 2 and levels[1] == "motion":
        return FrigateEvent("motion", _switch(payload), event_word(levels[0]), "motion", initial=retained)
    if len(levels) == 3 and levels[1] == "audio" and levels[2] not in ("all", "dBFS", "rms", "state", "set"):
        word = event_word(levels[2])
        kind = (types or {}).get(word.lower(), "audio")
        return FrigateEvent(kind, _switch(payload), event_word(levels[0]), f"audio/{word}", initial=retained)
    if len(levels) == 3 and levels[1] == "status":
        role = event_word(levels[2])
        state = _health(payload)
        return FrigateEvent("diagnostic", state, event_word(levels[0]), f"status/{role}", id=role, initial=retained)
    return None


def _switch(payload: bytes) -> TriggerState:
    word = payload.strip().upper()
    if word not in (b"ON", b"OFF"):
        raise FrameError("neither ON nor OFF")
    return TriggerState.ACTIVE if word == b"ON" else TriggerState.INACTIVE


def _health(payload: bytes) -> TriggerState:
    """Active while the stream gives no pictures; one that somebody switched off is no fault."""
    word = payload.strip().lower()
    if word not in (b"online", b"offline", b"disabled"):
        raise FrameError("neither online, offline nor disabled")
    return TriggerState.ACTIVE if word == b"offline" else TriggerState.INACTIVE


def _object(payload: bytes, retained: bool, types: Mapping[str, str]) -> FrigateEvent:
    try:
        value = read_json(payload)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(value, Mapping):
        raise FrameError("no object")
    after = value.get("after")
    if not isinstance(after, Mapping):
        raise FrameError("no object")
    message_type = event_word(value.get("type"))
    label, camera, key = (event_word(after.get(name)) for name in ("label", "camera", "id"))
    if not camera or not key or message_type not in _STATES:
        raise FrameError("no camera, id or type")
    is_about_somebody = is_private(label)
    if is_about_somebody or after.get("false_positive") is True:
        raw_type = "" if is_about_somebody else label
        return FrigateEvent("ignored", None, camera, raw_type, key, initial=retained, has_ended=message_type == "end")
    zones = after.get("current_zones")
    return FrigateEvent(
        kind=types.get(label.lower(), "object"),
        state=_STATES[message_type],
        camera=camera,
        raw_type=label,
        id=key,
        targets=_targets(label.lower()),
        zones=tuple(event_word(zone) for zone in zones[:16]) if isinstance(zones, list) else (),
        initial=retained,
        has_ended=message_type == "end",
        time=epoch_time(after.get("start_time")),
    )


def _targets(label: str) -> tuple[str, ...]:
    for name, labels in (("human", _HUMANS), ("vehicle", _VEHICLES), ("animal", _ANIMALS), ("package", _PACKAGES)):
        if label in labels:
            return (name,)
    return ()
