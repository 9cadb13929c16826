"""Readings as messages: floats become integers with their unit, what is out of range is left out or cut."""

from __future__ import annotations

import math

from anju_drivers.driver import (
    PositionFix,
    StateReading,
    VitalReading,
)
from anju_protos.v1.event_pb2 import (
    DeviceState,
    Position,
    Vital,
)

MAX_U32 = 2**32 - 1


NEARBY_MAX = 64  # beacons, access points, cells of one fix


def position_message(reading: PositionFix) -> Position:
    return Position(
        latitude_e7=scaled(reading.latitude_deg, 1e7, -900_000_000, 900_000_000),
        longitude_e7=scaled(reading.longitude_deg, 1e7, -1_800_000_000, 1_800_000_000),
        fix_valid=reading.fix_valid and math.isfinite(reading.latitude_deg) and math.isfinite(reading.longitude_deg),
        accuracy_m=bounded(reading.accuracy_m, 0, MAX_U32) or 0,
        speed_cm_s=scaled(reading.speed_m_s, 100, 0, MAX_U32),
        course_deg=scaled(reading.course_deg, 1, 0, 359),
        beacons=reading.beacons[:NEARBY_MAX],
        wifi=reading.wifi[:NEARBY_MAX],
        cells=reading.cells[:NEARBY_MAX],
    )


def vital_message(reading: VitalReading) -> Vital:
    return Vital(
        heart_rate_bpm=bounded(reading.heart_rate_bpm, 0, MAX_U32),
        systolic_mmhg=bounded(reading.systolic_mmhg, 0, MAX_U32),
        diastolic_mmhg=bounded(reading.diastolic_mmhg, 0, MAX_U32),
        spo2_pct=bounded(reading.spo2_pct, 0, MAX_U32),
        temperature_c100=hundredths(reading.temperature_c),
    )


def state_message(reading: StateReading) -> DeviceState:
    return DeviceState(
        battery_pct=bounded(reading.battery_pct, 0, MAX_U32),
        battery_mv=bounded(reading.battery_mv, 0, MAX_U32),
        steps=bounded(reading.steps, 0, MAX_U32),
        moving=reading.moving,
        contact_open=reading.contact_open,
        motion=reading.motion,
        occupied=reading.occupied,
        worn=reading.worn,
        temperature_c100=hundredths(reading.temperature_c),
        humidity_pct100=bounded(hundredths(reading.humidity_pct), 0, MAX_U32),
        detail=reading.detail,
    )


def bounded(value: int | None, low: int, high: int) -> int | None:
    """Whatever a driver says must fit its message: a wild battery value never costs the alarm."""
    return None if value is None else min(max(value, low), high)


def percent(value: int) -> int:
    return min(max(value, 0), 100)


def rssi(value: int) -> int:
    return min(max(value, -200), 100)


def scaled(value: float | None, factor: float, low: int, high: int) -> int:
    """A float as the message's integer; what is no number is 0."""
    if value is None or value != value:  # NaN differs from itself
        return 0
    return int(min(max(value * factor, low), high))


def hundredths(value: float | None) -> int | None:
    return None if value is None else scaled(value, 100, -(2**31), 2**31 - 1)
