"""Captures of bands and cameras, cut short and with bits turned over: no error, and nobody is moved to nowhere."""

from __future__ import annotations

import random

import pytest

from anju_drivers.driver import AlarmReading, DriverSpec, PositionFix, Reading
from anju_drivers.registry import load_drivers
from anju_drivers.testing.vectors import item_bytes
from support.band_rig import vectors

BANDS = ("setracker", "thinkrace_iw", "jt808", "eview_ev07b", "gt06")
CAMERAS = ("hikvision", "http_push", "onvif", "dahua", "mail_in", "frigate", "gb28181")
CUTS, FLIPS = 8, 12
MAX_BYTES = 1500  # the long captures repeat what the short ones hold
SPECS = load_drivers().specs


def captures(spec: DriverSpec) -> list[bytes]:
    items = [item for file in spec.vector_files for item in vectors(file)]
    found = [item_bytes(item) for item in items if "input_hex" in item or "input_text" in item]
    return [data for data in found if 0 < len(data) <= MAX_BYTES]


def variants(data: bytes, rng: random.Random) -> list[bytes]:
    found = [data, *(data[: rng.randrange(len(data))] for _ in range(CUTS))]
    for _ in range(FLIPS):
        damaged = bytearray(data)
        for _ in range(rng.randrange(1, 4)):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        found.append(bytes(damaged))
    return found


def positions(readings: tuple[Reading, ...]) -> list[PositionFix]:
    beside = [one.position for one in readings if isinstance(one, AlarmReading) and one.position is not None]
    return [one for one in readings if isinstance(one, PositionFix)] + beside


@pytest.mark.parametrize("name", [*BANDS, *CAMERAS])
def test_cut_and_flipped_captures(name: str) -> None:
    spec, rng = SPECS[name], random.Random(1)
    assert captures(spec)
    for data in captures(spec):
        for variant in variants(data, rng):
            explained = spec.explain(variant)
            if spec.decoder is not None:
                explained = [*explained, *spec.decoder().feed(variant)]
            for fix in (fix for one in explained for fix in positions(one.readings)):
                if fix.fix_valid:
                    assert (fix.latitude_deg, fix.longitude_deg) != (0, 0)
                    assert abs(fix.latitude_deg) <= 90
                    assert abs(fix.longitude_deg) <= 180


@pytest.mark.parametrize("name", BANDS)
def test_the_vectors_are_read_without_an_error_when_they_are_damaged(name: str) -> None:
    spec, rng = SPECS[name], random.Random(2)
    for data in captures(spec):
        for variant in variants(data, rng):
            spec.vectors({"name": "damaged", "input_hex": variant.hex()})
