"""Whatever a device writes, its reading is recorded and its alarm rings: text, numbers and sizes at the one door."""

from __future__ import annotations

import dataclasses
import typing
from pathlib import Path
from typing import Any

import pytest

from anju_drivers.driver import (
    AlarmReading,
    CardReading,
    LinkReading,
    PositionFix,
    Reading,
    Reason,
    Sighting,
    StateReading,
    TriggerReading,
    TriggerState,
)
from anju_edge.intake.safe_reading import MAX_KEY_CHARS, MAX_TEXT_CHARS, MAX_TOKEN_CHARS, safe_key, safe_reading
from anju_protos.v1.event_pb2 import ALARM_RAISED, DEVICE_STATE, TRIGGER, Alarm, DeviceState, Trigger
from support.box_parts import BAND, CARD, RECEIVER, box_parts
from support.running_box import until

BROKEN = ("\ud800", "cam\udfff1", "a\x00b", "line\nline\x1b[31m", "\u202eright", "长" * 10**6, "\ud83d" * 1000, "")
HUGE = 10**400
NAN, INF = float("nan"), float("inf")


def made(kind: type, text: str, whole: int, real: float) -> Any:  # Any: any kind of reading
    """A reading of a kind whose every text and number is what is given, whatever fields it has or will have."""
    hints = typing.get_type_hints(kind)
    return kind(**{one.name: _value(hints[one.name], text, whole, real) for one in dataclasses.fields(kind)})


def _value(hint: Any, text: str, whole: int, real: float) -> object:
    parts = [one for one in typing.get_args(hint) if one is not type(None)]
    if typing.get_origin(hint) is tuple:
        return (text,) * 3
    if typing.get_origin(hint) is frozenset:
        return frozenset({Reason.SOS})
    if parts:
        return _value(parts[0], text, whole, real)
    if dataclasses.is_dataclass(hint):
        return made(typing.cast("type", hint), text, whole, real)
    if hint in (TriggerState,) or (isinstance(hint, type) and issubclass(hint, str) and hint is not str):
        return next(iter(typing.cast("Any", hint)))
    return {str: text, int: whole, float: real, bool: True, bytes: b"press"}[hint]


def texts(reading: Any) -> list[tuple[str, str]]:
    """Every text in a reading with its field's name, nested ones too."""
    found: list[tuple[str, str]] = []
    for one in dataclasses.fields(reading):
        value = getattr(reading, one.name)
        if dataclasses.is_dataclass(value):
            found += texts(value)
        elif isinstance(value, tuple):
            found += [(one.name, part) for part in value]
        elif isinstance(value, str):
            found.append((one.name, value))
    return found


@pytest.mark.parametrize("kind", typing.get_args(Reading))
@pytest.mark.parametrize("text", BROKEN, ids=lambda text: f"{len(text)}-{text[:8]!a}")
def test_every_text_of_every_reading_can_be_recorded(kind: type, text: str) -> None:
    found = texts(safe_reading(made(kind, text, 1, 1.0)))
    assert {name for name, _ in found} >= {"device"}
    for name, value in found:
        value.encode()
        assert len(value) <= (MAX_TOKEN_CHARS if name == "token" else MAX_TEXT_CHARS)
        if name != "token":
            assert value.isprintable()


@pytest.mark.parametrize("kind", typing.get_args(Reading))
@pytest.mark.parametrize(("whole", "real"), [(HUGE, NAN), (-HUGE, INF), (2**64, -INF), (0, HUGE)])
def test_every_number_of_every_reading_is_one(kind: type, whole: int, real: float) -> None:
    reading = safe_reading(made(kind, "x", whole, real))
    for one in dataclasses.fields(reading):
        value = getattr(reading, one.name)
        if type(value) is int:
            assert abs(value) < 2**64
        elif type(value) is float and value == value:
            assert abs(value) < INF


@pytest.mark.parametrize("kind", typing.get_args(Reading))
def test_what_fits_is_left_as_it_is(kind: type) -> None:
    reading = made(kind, "camera:gate-1", 7, 1.5)
    assert safe_reading(reading) is reading


def test_keys_that_differ_stay_different() -> None:
    keys = ["cam:\ud800", "cam:\ud801", "cam:" + "x" * 200, "cam:" + "x" * 200 + "y", "cam:\x00", "cam:\x01", "cam:"]
    assert len({safe_key(key) for key in keys}) == len(keys)
    assert all(len(safe_key(key)) <= MAX_KEY_CHARS for key in keys)


def test_a_space_of_chinese_text_stays() -> None:
    assert safe_reading(StateReading("x:y", detail="东门\u3000入口")).detail == "东门\u3000入口"


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: f"{len(text)}-{text[:8]!a}")
async def test_broken_text_costs_no_alarm_no_trigger_and_no_status(tmp_path: Path, text: str) -> None:
    async with box_parts(tmp_path) as box:
        position = PositionFix(BAND, HUGE, NAN, True, beacons=(text,), wifi=(text,))
        await box.intake.take(AlarmReading(f"cam:{text}", frozenset({Reason.SOS}), b"1", NAN, receiver=text,
                                           rssi_dbm=-60, position=position))  # fmt: skip
        await box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), b"1", 2.0, receiver=text, rssi_dbm=-60,
                                           battery_pct=HUGE))  # fmt: skip
        assert len(box.incidents.open()) == 2
        assert box.alerts.rings == 2
        await box.intake.take(TriggerReading(f"cam:{text}", "call_button", TriggerState.PULSE, region=text, rule=text,
                                             targets=(text,), raw_type=text, channel=HUGE))  # fmt: skip
        box.intake.take(StateReading(BAND, battery_pct=-HUGE, temperature_c=NAN, humidity_pct=HUGE, detail=text))
        box.intake.take(LinkReading(f"cam:{text}", False, text))
        box.intake.take(Sighting(BAND, text, -50))
        box.intake.take(Sighting(f"ble:{text}", text, -50))
        box.intake.heard(f"radio:{text}")
        assert [key for key, _ in box.devices if safe_key(key) != key] == [], "the status lists them"
        recorded = await box.recorded()
    kinds = [event.kind for event in recorded]
    assert (kinds.count(ALARM_RAISED), kinds.count(TRIGGER)) == (3, 1)  # the call button is one too
    for event in recorded:
        event.device.encode()
        if event.kind == TRIGGER:
            assert Trigger.FromString(event.payload).kind == "call_button"
        if event.kind == ALARM_RAISED:
            assert Alarm.FromString(event.payload).reasons
        if event.kind == DEVICE_STATE:
            assert not DeviceState.FromString(event.payload).HasField("temperature_c100")


async def test_a_card_whose_text_is_broken_is_an_unknown_card(tmp_path: Path) -> None:
    async with box_parts(tmp_path) as box:
        for text in BROKEN:
            box.intake.take(CardReading("card_reader:kiosk-1", f"qr:{text}"))
        box.intake.take(CardReading("card_reader:kiosk-1", CARD))
        await until(lambda: sum(box.kiosk_service.outcomes.values()) > len(BROKEN))
        assert box.kiosk_service.outcomes["unknown_card"] == len(BROKEN)


def test_a_sighting_of_a_band_keeps_its_names() -> None:
    reading = Sighting(BAND, RECEIVER, -60)
    assert safe_reading(reading) is reading
