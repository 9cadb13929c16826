"""From what an advertisement says to what the box should know: identity, state, vitals and cries for help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from anju_drivers.ble.advert import Advert, Part
from anju_drivers.ble.alarm_signals import AlarmSignal, signals_of
from anju_drivers.ble.formats.ibeacon import Beacon
from anju_drivers.ble.formats.values import flag, number
from anju_drivers.ble.frames import is_static
from anju_drivers.driver import Reading, StateReading, VitalReading

# Yes-or-no fields: a change of one passes at once, while numbers wait their turn.
SWITCHES = frozenset({"moving", "contact_open", "motion", "occupied", "worn"})
_NO_SENSOR_C = -100  # several tags send -128 for a sensor they do not have


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
class Interpretation:
    """What one advertisement tells the box."""

    state: State = field(default_factory=State)
    heart_rate_bpm: int | None = None
    body_temperature_c: float | None = None
    signals: tuple[AlarmSignal, ...] = ()
    unknown: tuple[str, ...] = ()  # what buttons said that no table knows


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


def interpret(advert: Advert) -> Interpretation:
    """What an advertisement means, all its parts together."""
    state: State = {}
    heart_rate: int | None = None
    body_temperature: float | None = None
    signals: list[AlarmSignal] = []
    unknown: list[str] = []
    for part in advert.parts:
        unknown += _unknown(part)
        rate = part.values.get("heart_rate_bpm")
        heart_rate = rate if isinstance(rate, int) and rate > 0 else heart_rate
        signals += signals_of(part)
        part_state = _state(part)
        if part.model.startswith("MMC-"):  # Miaomiaoce: clinical thermometers
            body_temperature = part_state.pop("temperature_c", body_temperature)
        state.update(part_state)
    return Interpretation(state, heart_rate, body_temperature, tuple(signals), tuple(unknown))


def _unknown(part: Part) -> Iterator[str]:
    for name, value in part.values.items():
        if name.startswith("button") and isinstance(value, str) and value.startswith("unknown "):
            yield f"{name} {value.removeprefix('unknown ')}"


def readings_without_history(device: str, interpretation: Interpretation) -> Iterator[Reading]:
    """The readings of one advertisement without any memory of earlier ones, for `explain`."""
    if interpretation.state:
        yield StateReading(device, **interpretation.state)
    if interpretation.heart_rate_bpm is not None or interpretation.body_temperature_c is not None:
        yield VitalReading(device, interpretation.heart_rate_bpm, temperature_c=interpretation.body_temperature_c)


def _state(part: Part) -> State:
    state: State = {}
    values = part.values
    if (battery := number(values, "battery_pct")) is not None and 0 <= battery <= 100:
        state["battery_pct"] = round(battery)
    if (volts := number(values, "battery_v", "voltage_v")) is not None:
        state["battery_mv"] = round(volts * 1000)
    if part.family == "miband" and (steps := number(values, "steps")) is not None:
        state["steps"] = round(steps)
    if (temperature := number(values, "temperature_c")) is not None and temperature > _NO_SENSOR_C:
        state["temperature_c"] = round(temperature, 2)
    if (humidity := number(values, "humidity_pct")) is not None:
        state["humidity_pct"] = round(humidity, 2)
    if (motion := flag(values, "motion")) is not None:
        state["motion"] = motion
    if (moving := flag(values, "moving", "vibration")) is not None:
        state["moving"] = moving
    if (closed := values.get("contact_closed")) is not None and isinstance(closed, list):
        state["contact_open"] = not all(closed)
    elif (is_open := flag(values, "opening", "door", "window", "garage_door")) is not None:
        state["contact_open"] = is_open
    if (occupied := flag(values, "occupancy", "bed_occupancy", "pressure_state", "presence")) is not None:
        state["occupied"] = occupied
    return state
