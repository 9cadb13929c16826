"""What a message of each model means.

One function for each model that matters to an alarm; any other model is read by its field names, and so is what a
reader leaves unsaid: tamper, alarm and contact mean the same in all of them. Sources: the JSON of
merbanan/rtl_433_tests and of rtl_433 91b2ebd; which values of a Chuango or Kerui code mean what, from their output.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Fields: TypeAlias = Mapping[str, object]

# Senders with a fixed code and no checksum (EV1527, SC226x and kin): any noise or foreign remote decodes as one of
# them, and one sender's burst as another's. They act only when paired.
LEARNED_MODELS = frozenset({
    "Akhan-100F14", "Chuango-Security", "Generic-Remote", "Kerui-Security", "Smoke-GS558", "Waveman-Switch",
})  # fmt: skip
CHECKED_MODELS = (
    "Cavius-Security", "Interlogix-Security", "SimpliSafe-Keypad", "SimpliSafe-Sensor", "X10-Security",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MessageInterpretation:
    """`event` is one of panic, contact, motion, tamper, smoke, water, alarm, low_battery, zone_alarm, remote, test,
    pairing, muted and status; `values` are its details, `also` what the same message says beside it."""

    event: str
    values: Fields = field(default_factory=dict)
    also: tuple[str, ...] = ()


def interpret(model: str, fields: Fields) -> MessageInterpretation:
    """Never raises, whatever the fields hold."""
    reader = _READERS.get(model)
    if reader is None:
        return _by_fields(model, fields)
    read = reader(fields)
    events, values = _flags(fields)
    if read.event == "water":  # the same field, by its better name
        events = [one for one in events if one != "alarm"]
    if read.event in ("contact", "motion"):  # the reader's own word goes before a bare field
        events = [one for one in events if one not in ("contact", "motion")]
    first, *more = [read.event, *read.also, *(one for one in events if one not in (read.event, *read.also))]
    if first == "status" and more:
        first, *more = more
    return MessageInterpretation(first, {**values, **read.values}, tuple(more))


def _text(fields: Fields, *names: str) -> str:
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            return value
    return ""


def _number(fields: Fields, name: str) -> int | None:
    value = fields.get(name)
    if isinstance(value, str) and re.fullmatch(r"0x[0-9a-fA-F]{1,8}|\d{1,9}", value):  # versions before 2019
        return int(value, 0 if value.startswith("0x") else 10)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _contact(closed: bool) -> MessageInterpretation:
    return MessageInterpretation("contact", {"closed": closed})


def _x10(fields: Fields) -> MessageInterpretation:
    text = _text(fields, "event", "remarks")
    words = text.upper()
    if "PANIC" in words:
        return MessageInterpretation("panic")
    if "MOTION" in words:
        return MessageInterpretation("motion", {"active": "TRIPPED" in words})
    if "CLOSED" in words or "OPEN" in words:
        return _contact("CLOSED" in words)
    return MessageInterpretation("remote", {"command": text})


_CHUANGO = {
    0x0: MessageInterpretation("test"),
    0x2: MessageInterpretation("panic"),
    0x3: MessageInterpretation("tamper"),
    0xC: _contact(True),
    0xD: MessageInterpretation("low_battery"),
}


def _chuango(fields: Fields) -> MessageInterpretation:
    text, number = _text(fields, "cmd"), _number(fields, "cmd_id")
    if text.endswith("Zone"):
        return MessageInterpretation("zone_alarm", {"zone": text})
    return _CHUANGO.get(-1 if number is None else number) or MessageInterpretation("remote", {"command": text})


_KERUI = {
    0xA: MessageInterpretation("motion", {"active": True}),
    0xE: _contact(False),
    0x7: _contact(True),
    0xB: MessageInterpretation("tamper"),
    0x5: MessageInterpretation("water"),
    0xF: MessageInterpretation("low_battery"),
}
_KERUI_STATES = {"motion": 0xA, "open": 0xE, "close": 0x7, "tamper": 0xB, "water": 0x5, "battery": 0xF}


def _kerui(fields: Fields) -> MessageInterpretation:
    number = _number(fields, "cmd")
    if number is None:
        number = _KERUI_STATES.get(_text(fields, "state"), -1)
    return _KERUI.get(number) or MessageInterpretation("status", {"unknown": f"cmd {number}"} if number >= 0 else {})


def _interlogix(fields: Fields) -> MessageInterpretation:
    subtype = _text(fields, "subtype", "device_type")
    switches = [fields.get(f"switch{number}") for number in range(1, 6)]
    return MessageInterpretation(
        "panic" if subtype == "panic" else "status", {"subtype": subtype, "switches": switches}
    )


def _simplisafe_sensor(fields: Fields) -> MessageInterpretation:
    """A key chain's panic shows as "Contact Open", so nothing is made of the state without pairing."""
    return MessageInterpretation(
        "status", {name: fields[name] for name in ("state", "extradata", "seq") if name in fields}
    )


def _simplisafe_keypad(fields: Fields) -> MessageInterpretation:
    values = {name: fields[name] for name in ("seq", "extradata") if name in fields}
    return MessageInterpretation("panic" if "panic" in _text(fields, "extradata").lower() else "status", values)


_CAVIUS = (
    (0x20, "smoke"), (0x10, "water"), (0x40, "test"), (0x08, "low_battery"), (0x04, "muted"), (0x80, "pairing"),
)  # fmt: skip


def _cavius(fields: Fields) -> MessageInterpretation:
    """A message is a bit set; the gravest bit is the event."""
    bits = _number(fields, "message") or 0
    events = [event for bit, event in _CAVIUS if bits & bit] or ["status"]
    return MessageInterpretation(events[0], also=tuple(events[1:]))


def _gs558(fields: Fields) -> MessageInterpretation:
    return MessageInterpretation("smoke", {"unit": _number(fields, "unit"), "learn": bool(_number(fields, "learn"))})


_YALE_CONTACTS, _YALE_MOTIONS = (0xAC, 0xAD), (0x15,)
_YALE_TRIGGER, _YALE_BINDING, _YALE_TAMPER = 1, 3, 4


def _yale(fields: Fields) -> MessageInterpretation:
    """Type, state and event of Yale HSA; its fobs and keypads are in no public table."""
    kind, state, event = (_number(fields, name) for name in ("stype", "state", "event"))
    if kind is None or state is None or event is None:
        return MessageInterpretation("status")
    if event == _YALE_BINDING:
        return MessageInterpretation("pairing")
    if kind in (*_YALE_CONTACTS, *_YALE_MOTIONS) and event == _YALE_TAMPER:
        known = {0: "status", 2: "tamper", 8: "low_battery"}.get(state & 0x0F)
        if known is not None:
            return MessageInterpretation(known)
    elif kind in _YALE_CONTACTS and event == _YALE_TRIGGER:
        return _contact(False)
    elif kind in _YALE_MOTIONS and event == _YALE_TRIGGER:
        return MessageInterpretation("motion", {"active": True}, ("low_battery",) if state & 0x0F == 2 else ())
    return MessageInterpretation("status", {"unknown": f"stype {kind:02x} state {state:02x} event {event:02x}"})


def _jasco(fields: Fields) -> MessageInterpretation:
    closed = _number(fields, "status")
    return MessageInterpretation("status") if closed is None else _contact(bool(closed))


def _leak_sensor(fields: Fields) -> MessageInterpretation:
    """Sensors of water alone, whose decoders say "alarm"."""
    return MessageInterpretation("water" if _number(fields, "alarm") else "status")


def _generic_remote(fields: Fields) -> MessageInterpretation:
    """The code is 16 bits of id and 8 of command as this decoder cuts them; EV1527's own cut is 20 and 4."""
    sender, command = _number(fields, "id"), _number(fields, "cmd")
    if sender is None or command is None or not 0 <= sender <= 0xFFFF or not 0 <= command <= 0xFF:
        return MessageInterpretation("remote", {"command": fields.get("cmd")})
    return MessageInterpretation("remote", {"command": command, "code24_hex": f"{sender:04x}{command:02x}"})


_READERS: Mapping[str, Callable[[Fields], MessageInterpretation]] = {
    "X10-Security": _x10,
    "Chuango-Security": _chuango,
    "Kerui-Security": _kerui,
    "Interlogix-Security": _interlogix,
    "SimpliSafe-Sensor": _simplisafe_sensor,
    "SimpliSafe-Keypad": _simplisafe_keypad,
    "Cavius-Security": _cavius,
    "Smoke-GS558": _gs558,
    "Generic-Remote": _generic_remote,
    "Yale-HSA": _yale,
    "Jasco-Security": _jasco,
    "Bresser-Leakage": _leak_sensor,
    "Fineoffset-WH55": _leak_sensor,
}
_FLEX_NAMES = (
    ("panic", re.compile(r"panic|sos|emergency|pendant|help", re.IGNORECASE)),
    ("water", re.compile(r"water|leak|flood", re.IGNORECASE)),
    ("smoke", re.compile(r"smoke|fire", re.IGNORECASE)),
    ("tamper", re.compile(r"tamper", re.IGNORECASE)),
)
_FLAGS = (
    ("panic", ("panic", "sos", "emergency")),
    ("smoke", ("smoke", "fire_alarm")),
    ("water", ("water", "leak", "detect_wet", "leakage")),
    ("alarm", ("alarm",)),
    ("tamper", ("tamper",)),
    ("motion", ("motion", "motion_detected", "pir")),
)
_CONTACTS = ("opened", "contact_open", "reed_open", "open")
_CLOSED = ("closed", "contact_closed", "reed_closed")


def _flags(fields: Fields) -> tuple[list[str], dict[str, object]]:
    """Events and values of the fields that any model may have, in their order of gravity; also those that say no."""
    events: list[str] = []
    values: dict[str, object] = {}
    for event, names in _FLAGS:
        states = [number for name in names if (number := _number(fields, name)) is not None]
        if any(states):
            events.append(event)
        if states and event == "motion":
            values["active"] = any(states)
    contact = next((number for name in _CONTACTS if (number := _number(fields, name)) is not None), None)
    if contact is None:
        closed = next((number for name in _CLOSED if (number := _number(fields, name)) is not None), None)
        contact = None if closed is None else int(closed == 0)
    if contact is not None:
        events.append("contact")
        values["closed"] = not contact
    return events, values


def _by_fields(model: str, fields: Fields) -> MessageInterpretation:
    """A model without a reader of its own: a flex decoder's name was chosen by the site and says what it is."""
    events, values = _flags(fields)
    if "num_rows" in fields or "rows" in fields:
        named = next((event for event, name in _FLEX_NAMES if name.search(model)), None)
        if named is not None:
            events = [named, *(one for one in events if one != named)]
        return MessageInterpretation(*_split(events or ["remote"], values))
    words = " ".join(str(fields[name]) for name in ("event", "state", "text", "extradata") if name in fields).lower()
    if "panic" in words and "panic" not in events:
        events.insert(0, "panic")
    if "closed" not in values and words in ("open", "close", "closed"):
        events.append("contact")
        values["closed"] = words != "open"
    if "active" in values and "motion" not in events:
        events.append("motion")
    return MessageInterpretation(*_split(events, values)) if events else MessageInterpretation("status")


def _split(events: list[str], values: Fields) -> tuple[str, Fields, tuple[str, ...]]:
    return events[0], values, tuple(events[1:])
