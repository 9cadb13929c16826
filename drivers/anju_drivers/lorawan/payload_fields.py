"""Words and fields that the payload tables of all makers but Milesight share.

Values, beside those of `milesight`: `begins` lists calls that a message makes by itself; `stands` tells of a call
whether it stands, as a flag in every message; `unknown` lists codes that no table here knows; `position` is a fix.
A call is one of `CALLS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from anju_drivers.lorawan.milesight import Values

CALLS = ("sos", "alert", "fall", "man_down", "tamper", "danger_area", "low_battery")
PayloadReader: TypeAlias = Callable[[bytes, int], Values]


class ShortPayload(Exception):
    """A payload that ends before what it should hold."""


def unknown(*codes: str) -> Values:
    return {"unknown": list(codes)}


def byte_at(payload: bytes, at: int) -> int:
    if at >= len(payload):
        raise ShortPayload
    return payload[at]


def i32_at(payload: bytes, at: int) -> int:
    """Big-endian."""
    if at + 4 > len(payload):
        raise ShortPayload
    return int.from_bytes(payload[at : at + 4], "big", signed=True)


def percent(level: int) -> Values:
    return {"battery_pct": level} if level <= 100 else {}


def fix_at(latitude_deg: float, longitude_deg: float) -> Values:
    """A position, where it is one: no fix is told as zeros or as what lies beyond the poles."""
    is_place = abs(latitude_deg) <= 90 and abs(longitude_deg) <= 180 and (latitude_deg, longitude_deg) != (0, 0)
    return {"position": {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg}} if is_place else {}
