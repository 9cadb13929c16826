"""From what an advertisement says to what the box should know: identity, state, vitals and cries for help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypedDict

from anju_drivers.ble.advert import Advert, Part
from anju_drivers.ble.frames import is_static
from anju_drivers.ble.ibeacon import Beacon
from anju_drivers.driver import Reading, Reason, StateReading, VitalReading

# Yes-or-no fields: a change of one passes at once, while numbers wait their turn.
SWITCHES = frozenset({"moving", "contact_open", "motion", "occupied", "worn"})
BUTTON_FAMILIES = ("bthome", "ela", "holyiot", "minew", "sonoff", "xiaomi")
_NO_SENSOR_C = -100  # several tags send -128 for a sensor they do not have
_PRESSES = frozenset({
    "press", "double press", "triple press", "long press", "long double press", "long triple press", "hold press",
    "single press", "short press", "toggle",
})  # fmt: skip

# Sensors whose button is for pairing or a self-test.
_SETUP_BUTTONS = frozenset({"JTYJGD03MI", "MS1BB(MI)", "RTCGQ02LM", "SJWS01LM"})


class Sort(Enum):
    """How one cry for help is told from the next."""

    COUNTED = "a number in the message"
    HELD = "a button or sensor that is on until it is off"
    PLAIN = "nothing: equal messages within a window are one"


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that asks for help, or (HELD, not `active`) says that it no longer does.

    `button` tells a pressed button from a sensor. `name` separates what one device can say at the same time.
    """

    sort: Sort
    reasons: frozenset[Reason]
    name: bytes
    button: bool
    active: bool = True
    counter: int | None = None
    trusted: bool = False


class State(TypedDict, total=False):
    """Fields of a `StateReading` that an advertisement tells."""

    battery_pct: int
    battery_mv: int
    steps: int
    moving: bool
    contact_open: bool
    motion: bool
    occupied: bool
    worn: bool
    temperature_c: float
    humidity_pct: float


@dataclass(frozen=True, slots=True)
class Meaning:
    state: State = field(default_factory=State)
    heart_rate_bpm: int | None = None
    body_temperature_c: float | None = None
    signs: tuple[Sign, ...] = ()


def beacon_key(beacon: Beacon) -> str:
    return f"ble:{beacon.uuid}-{beacon.major}-{beacon.minor}"


def uid_key(uid: str) -> str:
    return f"ble:{uid.replace('/', '-')}"


def device_key(address: bytes, address_type: int, advert: Advert, names: Mapping[str, str] | None = None) -> str | None:
    """Whose advertisement it is; None when it names nobody who could be found again.

    In this order: a payload identity that the site gave a key (`names`), the address a device writes into its payload,
    its radio address where that stays the same, its beacon identity.
    """
    if names:
        for identity in (*(beacon.name for beacon in advert.beacons), *advert.uids):
            if identity in names:
                return names[identity]
    if advert.own_address:
        return f"ble:{advert.own_address}"
    if is_static(address, address_type):
        return f"ble:{address.hex()}"
    if advert.beacons:
        return beacon_key(advert.beacons[0])
    if advert.uids:
        return uid_key(advert.uids[0])
    return None


def of(advert: Advert) -> Meaning:
    """What an advertisement means, all its parts together."""
    state: State = {}
    heart: int | None = None
    body: float | None = None
    signs: list[Sign] = []
    for part in advert.parts:
        rate = part.values.get("heart_rate_bpm")
        heart = rate if isinstance(rate, int) and rate > 0 else heart
        signs += _signs(part)
        read = _state(part)
        if part.model.startswith("MMC-"):  # Miaomiaoce: clinical thermometers
            body = read.pop("temperature_c", body)
        state.update(read)
    return Meaning(state, heart, body, tuple(signs))


def plain_readings(device: str, meaning: Meaning) -> Iterator[Reading]:
    """The readings of one advertisement without any memory of earlier ones, for `explain`."""
    if meaning.state:
        yield StateReading(device, **meaning.state)
    if meaning.heart_rate_bpm is not None or meaning.body_temperature_c is not None:
        yield VitalReading(device, meaning.heart_rate_bpm, temperature_c=meaning.body_temperature_c)


def _state(part: Part) -> State:
    state: State = {}
    values = part.values
    if (battery := _number(values, "battery_pct")) is not None and 0 <= battery <= 100:
        state["battery_pct"] = round(battery)
    if (volts := _number(values, "battery_v", "voltage_v")) is not None:
        state["battery_mv"] = round(volts * 1000)
    if part.family == "miband" and (steps := _number(values, "steps")) is not None:
        state["steps"] = round(steps)
    if (temperature := _number(values, "temperature_c")) is not None and temperature > _NO_SENSOR_C:
        state["temperature_c"] = round(temperature, 2)
    if (humidity := _number(values, "humidity_pct")) is not None:
        state["humidity_pct"] = round(humidity, 2)
    if (motion := _flag(values, "motion")) is not None:
        state["motion"] = motion
    if (moving := _flag(values, "moving", "vibration")) is not None:
        state["moving"] = moving
    if (closed := values.get("contact_closed")) is not None and isinstance(closed, list):
        state["contact_open"] = not all(closed)
    elif (is_open := _flag(values, "opening", "door", "window", "garage_door")) is not None:
        state["contact_open"] = is_open
    if (occupied := _flag(values, "occupancy", "bed_occupancy", "pressure_state", "presence")) is not None:
        state["occupied"] = occupied
    return state


def _number(values: Mapping[str, object], *names: str) -> float | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, int | float):
            return value
    return None


def _flag(values: Mapping[str, object], *names: str) -> bool | None:
    """The first of these that is there; of several sensors of a kind, whether any says yes."""
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            return any(value)
        if isinstance(value, int | float):
            return value != 0
    return None


# --- cries for help ---


def _signs(part: Part) -> Iterator[Sign]:
    yield from _buttons(part)
    yield from _sensors(part)


def _buttons(part: Part) -> Iterator[Sign]:
    sos = frozenset({Reason.SOS})
    match part.family:
        case "minew" | "ela":
            pressed = part.values.get("button_pressed")
            if not isinstance(pressed, list):
                return
            if part.counter is not None:
                if any(pressed):
                    yield Sign(Sort.COUNTED, sos, b"button", True, counter=part.counter)
                return
            for number, is_down in enumerate(pressed, 1):
                yield Sign(Sort.HELD, sos, b"button %d" % number, True, active=bool(is_down))
        case "holyiot":
            down = part.values.get("remote_single_press")
            if isinstance(down, int):
                yield Sign(Sort.HELD, sos, b"button", True, active=down != 0)
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


def _press(part: Part, reasons: frozenset[Reason], name: str, value: object) -> Sign:
    what = f"{name} {value}".encode()
    if part.counter is None:
        return Sign(Sort.PLAIN, reasons, what, True)
    return Sign(Sort.COUNTED, reasons, what, True, counter=part.counter, trusted=part.trusted)


_SENSORS: Sequence[tuple[Reason, tuple[str, ...]]] = (
    (Reason.SMOKE, ("smoke",)),
    (Reason.WATER, ("moisture_detected", "liquid")),
    (Reason.TAMPER, ("tamper",)),
    (Reason.GENERAL, ("gas_detected", "carbon_monoxide")),
    (Reason.LOW_BATTERY, ("battery_low", "low_battery")),
)


def _sensors(part: Part) -> Iterator[Sign]:
    for reason, names in _SENSORS:
        if (active := _flag(part.values, *names)) is not None:
            yield Sign(Sort.HELD, frozenset({reason}), reason.value.encode(), False, active)
    if part.values.get("status") == "door/window broken open":
        yield Sign(Sort.PLAIN, frozenset({Reason.TAMPER}), b"broken open", False)
    if part.values.get("method") == "coercion" or part.values.get("error") == "hijacking alarm":
        yield _press(part, frozenset({Reason.PANIC}), "lock", "coercion")
