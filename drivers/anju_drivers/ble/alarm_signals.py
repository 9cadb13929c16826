"""Cries for help in an advertisement: pressed buttons, and sensors that feel smoke or water."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from anju_drivers.ble.advert import Part
from anju_drivers.ble.formats.values import flag
from anju_drivers.driver import Reason

BUTTON_FAMILIES = ("bthome", "ela", "holyiot", "minew", "moko", "sonoff", "xiaomi")
_PRESSES = frozenset({
    "press", "double press", "triple press", "long press", "long double press", "long triple press", "hold press",
    "single press", "short press", "toggle",
})  # fmt: skip
# Sensors whose button is for pairing or a self-test.
_SETUP_BUTTONS = frozenset({"JTYJGD03MI", "MS1BB(MI)", "RTCGQ02LM", "SJWS01LM"})


class AlarmKind(Enum):
    """How one cry for help is told from the next."""

    COUNTED = "a number in the message"
    HELD = "a button or sensor that is on until it is off"
    PLAIN = "nothing: equal messages within a window are one"


@dataclass(frozen=True, slots=True)
class AlarmSignal:
    """Something that asks for help, or (HELD, not `active`) says that it no longer does.

    `button` tells a pressed button from a sensor. `name` separates what one device can say at the same time. `click`
    names the button of a device that tells of its going down (`is_hold`) before it tells which kind of press it was.
    """

    kind: AlarmKind
    reasons: frozenset[Reason]
    name: bytes
    button: bool
    active: bool = True
    counter: int | None = None
    trusted: bool = False
    click: bytes = b""  # whose button it is, where one click may be told twice: as held, then as pressed
    is_hold: bool = False


def signals_of(part: Part) -> Iterator[AlarmSignal]:
    """All that one structure of an advertisement says of this kind."""
    yield from _buttons(part)
    yield from _sensors(part)


def _buttons(part: Part) -> Iterator[AlarmSignal]:
    sos = frozenset({Reason.SOS})
    match part.family:
        case "minew" | "ela":
            pressed = part.values.get("button_pressed")
            if not isinstance(pressed, list):
                return
            if part.counter is not None:
                if any(pressed):
                    yield AlarmSignal(AlarmKind.COUNTED, sos, b"button", True, counter=part.counter)
                return
            for number, is_down in enumerate(pressed, 1):
                yield AlarmSignal(AlarmKind.HELD, sos, b"button %d" % number, True, active=bool(is_down))
        case "holyiot" if "button" in part.values:
            yield AlarmSignal(AlarmKind.HELD, sos, b"button", True, active=part.values["button"] == "toggle")
        case "moko":
            if (value := part.values.get("button")) in _PRESSES:
                yield _press(part, sos, "button", value)
            if part.values.get("inactive"):  # it lay still for a set time: nobody pressed
                yield replace(_press(part, frozenset({Reason.GENERAL}), "inactive", "so long"), button=False)
        case "bthome":
            for name, value in part.values.items():
                if name.startswith("button") and value in _PRESSES:
                    yield _press(part, sos, name, value)
        case "xiaomi" | "sonoff" if part.model not in _SETUP_BUTTONS:
            for name in ("button", "button_switch"):
                if (value := part.values.get(name)) in _PRESSES:
                    yield _press(part, sos, name, value)
        case _:
            return


def _press(part: Part, reasons: frozenset[Reason], name: str, value: object) -> AlarmSignal:
    what = f"{name} {value}".encode()
    click = name.encode() if part.family == "bthome" else b""
    is_hold = value == "hold press"
    if part.counter is None:
        return AlarmSignal(AlarmKind.PLAIN, reasons, what, True, click=click, is_hold=is_hold)
    return AlarmSignal(
        AlarmKind.COUNTED, reasons, what, True, True, part.counter, part.trusted, click=click, is_hold=is_hold
    )


_SENSORS: Sequence[tuple[Reason, tuple[str, ...]]] = (
    (Reason.SMOKE, ("smoke",)),
    (Reason.WATER, ("moisture_detected", "liquid")),
    (Reason.TAMPER, ("tamper",)),
    (Reason.GENERAL, ("gas_detected", "carbon_monoxide")),
    (Reason.LOW_BATTERY, ("battery_low", "low_battery")),
)


def _sensors(part: Part) -> Iterator[AlarmSignal]:
    for reason, names in _SENSORS:
        if (active := flag(part.values, *names)) is not None:
            yield AlarmSignal(AlarmKind.HELD, frozenset({reason}), reason.value.encode(), False, active)
    if part.values.get("status") == "door/window broken open":
        yield AlarmSignal(AlarmKind.PLAIN, frozenset({Reason.TAMPER}), b"broken open", False)
    if part.values.get("method") == "coercion" or part.values.get("error") == "hijacking alarm":
        yield _press(part, frozenset({Reason.PANIC}), "lock", "coercion")
