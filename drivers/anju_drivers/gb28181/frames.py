"""MANSCDP bodies of GB/T 28181 in, alarms and keep-alives out. No I/O.

Source: GB/T 28181-2016, 9.4 and A.2.5 (alarm notification, AlarmMethod, AlarmType, EventType), and bodies quoted in
issues of wvp-GB28181-pro. Real bodies break their prolog, their encoding and the case of names, so a body is the text
from its root's start to its root's end, in UTF-8 or else GB18030, read by local name in any case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from anju_drivers.cameras.device_time import DeviceTime, TimeTrust, read_time
from anju_drivers.cameras.options import event_word
from anju_drivers.cameras.private_events import is_private
from anju_drivers.cameras.words import kind_of
from anju_drivers.driver import TriggerReading, TriggerState
from anju_drivers.errors import FrameError
from anju_drivers.framing.damaged import Damaged
from anju_drivers.framing.parts import Part, PartKind, PartScanner
from anju_drivers.framing.xml import Element, local_name, read_xml, text_of

ROOTS = ("Notify", "Response", "Query", "Control")
DEVICE_ALARMS = {1: "video_loss", 2: "tamper", 3: "diagnostic", 4: "diagnostic", 5: "diagnostic", 6: "diagnostic"}
VIDEO_ALARMS = {
    1: "alarm_input",  # raised by hand
    2: "motion",
    3: "object_left",
    4: "object_removed",
    5: "line_crossing",
    6: "intrusion",
    8: "loitering",
    9: "ignored",  # flow counting
    10: "crowd",
    11: "scene_change",
    12: "fast_move",
    13: "tamper",
}
BEHAVIOURS = {  # codes in words, GB/T 28181-2022
    "loitering": "loitering",
    "intrusion": "intrusion",
    "crossing": "line_crossing",
    "gathering": "crowd",
    "running": "fast_move",
    "falldown": "fall",
    "fall_down": "fall",
}
_METHOD_DEVICE, _METHOD_VIDEO, _METHOD_FAULT = 2, 5, 6
_TYPE_ALARM_INPUT = "134"  # digits 11-13 of a device id
_INTRUSION_EVENTS = {1: "region_entrance", 2: "region_exit"}
_ROOT = re.compile(r"<\s*(?:[\w.-]+:)?(Notify|Response|Query|Control)\b[^>]*>", re.IGNORECASE)
_MAX_ALARMS = 32


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. There is no end message: each is a pulse. `device` is the 20-digit id, empty when none is named.

    `description` is free text of the device: shown to a technician, never sent on.
    """

    kind: str
    raw_type: str
    device: str
    method: int | None
    priority: int | None
    serial: str
    time: DeviceTime
    description: str

    def reading(self, device: str) -> TriggerReading:
        return TriggerReading(device=device, kind=self.kind, state=TriggerState.PULSE, raw_type=self.raw_type)

    def fields(self) -> dict[str, object]:
        """For a person and for the vector files."""
        return {
            "kind": self.kind,
            "state": TriggerState.PULSE.value,
            "raw_type": self.raw_type,
            "device": self.device or None,
            "method": self.method,
            "priority": self.priority,
            "sn": self.serial or None,
            "time_local": self.time.local,
            "time_utc": self.time.utc_text,
            "time_trust": self.time.trust.value,
            "description": self.description or None,
        }


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """The device lives; `is_well` false when it reports a fault of its own."""

    device: str
    serial: str
    is_well: bool


@dataclass(frozen=True, slots=True)
class Other:
    """A body that is neither alarm nor keep-alive."""

    command: str


Message: TypeAlias = Alarm | KeepAlive | Other | Damaged


def read_body(body: bytes, types: Mapping[str, str] | None = None) -> list[Message]:
    """Everything in one body. `types` maps the site's own raw types (`5/7`) to kinds. Raises `FrameError`."""
    text = text_of(body)
    start = _ROOT.search(text)
    if not start:
        raise FrameError("no MANSCDP element")
    end = re.search(rf"</\s*(?:[\w.-]+:)?{start[1]}\s*>", text[start.end() :], re.IGNORECASE)
    if not end:
        raise FrameError("cut in the middle")
    root, _ = read_xml(text[start.start() : start.end() + end.end()].encode())
    fields = _fields(root)
    command = event_word(fields.get("cmdtype"))
    is_notify = local_name(root.tag) == "notify"
    if is_notify and command.lower() == "alarm":
        return list(_alarms(root, fields, types or {}))
    if is_notify and command.lower() == "keepalive":
        is_well = fields.get("status", "OK").upper() == "OK"
        alive = KeepAlive(_device(fields), fields.get("sn", "")[:16], is_well)
        return [alive] if is_well else [alive, _fault(alive)]
    return [Other(command)]


class BodyDecoder:
    """A byte stream with MANSCDP bodies in it, such as captured SIP over TCP, in; messages out. Never raises."""

    def __init__(self, types: Mapping[str, str] | None = None) -> None:
        self._scanner = PartScanner(ROOTS)
        self._types = types
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return self._scanner.is_incomplete

    def feed(self, data: bytes) -> list[Message]:
        return [message for part in self._scanner.feed(data) for message in self._read(part)]

    def _read(self, part: Part) -> list[Message]:
        if part.kind is not PartKind.XML:
            self.dropped += 1
            return [Damaged("not a MANSCDP body")]
        try:
            return read_body(part.body, self._types)
        except FrameError as error:
            self.dropped += 1
            return [Damaged(error.reason)]


def _alarms(root: Element, fields: Mapping[str, str], types: Mapping[str, str]) -> list[Alarm]:
    """One for each type that the message gives; types stand in `Info` with their parameters."""
    method = _number(fields.get("alarmmethod"))
    found: list[tuple[str, str]] = []  # raw type, kind
    for one in root.iter():
        name, text = local_name(one.tag), (one.text or "").strip()
        if name == "alarmtype" and text:
            number = _number(text)
            raw = f"{method}/{text}" if method is not None else text
            kind = _kind(method, number, _device(fields)) if number is not None else kind_of(text, {})[0]
            found.append((event_word(raw), kind))
        elif name == "eventtype" and found:
            event = _number(text)
            raw, kind = found[-1]
            if kind == "intrusion" and event in _INTRUSION_EVENTS:
                found[-1] = raw, _INTRUSION_EVENTS[event]
        elif name == "behavioraleventtype":
            word = next((event_word(inner.text) for inner in one.iter() if local_name(inner.tag) == "code"), "")
            kind = "ignored" if is_private(word) else kind_of(word.replace("_", " "), {})[0]
            found.append((word, BEHAVIOURS.get(word.lower(), kind)))
    if not found:
        kind = _kind(method, None, _device(fields))
        if kind == "unknown":  # no code at all: some devices tell it in words only
            kind = kind_of(fields.get("alarmdescription") or fields.get("description", ""), {})[0]
        found.append((str(method) if method is not None else "", kind))
    device_time = read_time(fields.get("alarmtime", ""), oldest_year=1)  # shown as sent; nothing is decided by it
    return [
        Alarm(
            kind=types.get(raw.lower(), kind),
            raw_type=raw,
            device=_device(fields),
            method=method,
            priority=_number(fields.get("alarmpriority")),
            serial=fields.get("sn", "")[:16],
            time=device_time,
            description=(fields.get("alarmdescription") or fields.get("description", ""))[:64],
        )
        for raw, kind in found[:_MAX_ALARMS]
    ]


def _kind(method: int | None, number: int | None, device: str) -> str:
    if method == _METHOD_FAULT:
        return "diagnostic"
    if method == _METHOD_VIDEO:
        return VIDEO_ALARMS.get(number or 0, "unknown")
    if method == _METHOD_DEVICE:
        if number is None:
            return "alarm_input" if device[10:13] == _TYPE_ALARM_INPUT else "unknown"
        return DEVICE_ALARMS.get(number, "unknown")
    return "unknown"


def _fault(alive: KeepAlive) -> Alarm:
    none = DeviceTime(TimeTrust.NONE)
    return Alarm("diagnostic", "Keepalive", alive.device, None, None, alive.serial, none, "")


def _fields(root: Element) -> dict[str, str]:
    """First text of each name, in lower case, at any depth."""
    fields: dict[str, str] = {}
    for one in root.iter():
        text = (one.text or "").strip()
        if text:
            fields.setdefault(local_name(one.tag), text)
    return fields


def _device(fields: Mapping[str, str]) -> str:
    found = re.fullmatch(r"[0-9A-Za-z]{1,32}", fields.get("deviceid", ""))
    return found[0] if found else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else None
