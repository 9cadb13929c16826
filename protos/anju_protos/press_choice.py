"""Which band is meant by "press it now": who was pressed or heard in the last minute. Box and console propose alike.

A press is what counts; advertising alone says only that a band is near. Two that were pressed are both shown and nobody
chooses for the person who hands the band out. No I/O; what wears what stays where it is known.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 60
MOST_SHOWN: Final = 20  # a hall full of bands: whoever is not among them is pressed again
BAND_KINDS: Final = frozenset({"band", ""})  # '' = nobody adopted it, so nobody said what it is


@dataclass(frozen=True, slots=True)
class HeardBand:
    """A device as its box last heard it, seconds ago; None = not since the box started."""

    device: str
    kind: str
    pressed_ago_s: int | None
    heard_ago_s: int | None
    rssi_dbm: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A band that may be meant. `is_bound`: somebody wears it already, so ask before it is given to another."""

    device: str
    pressed_ago_s: int | None
    heard_ago_s: int
    is_bound: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What to show, the likeliest first. `only` is the device when exactly one was pressed, '' otherwise."""

    proposals: tuple[Proposal, ...]
    only: str
    left_out: int  # heard, and not among the proposals


def choose(heard: Iterable[HeardBand], bound: Container[str]) -> Choice:
    """Returns who may be meant; `bound` has the devices that somebody wears.

    First those that were pressed, the latest first; then those that were only heard, free ones first, near ones first.
    """
    near = [band for band in heard if band.kind in BAND_KINDS and (_is_pressed(band) or _is_heard(band))]
    near.sort(key=lambda band: _rank(band, is_bound=band.device in bound))
    pressed = [band for band in near if _is_pressed(band)]
    shown = [
        Proposal(
            band.device,
            band.pressed_ago_s if _is_pressed(band) else None,
            band.heard_ago_s if band.heard_ago_s is not None else band.pressed_ago_s or 0,
            band.device in bound,
        )
        for band in near[: max(MOST_SHOWN, len(pressed))]
    ]
    return Choice(tuple(shown), pressed[0].device if len(pressed) == 1 else "", len(near) - len(shown))


def _is_pressed(band: HeardBand) -> bool:
    return band.pressed_ago_s is not None and band.pressed_ago_s <= WINDOW_S


def _is_heard(band: HeardBand) -> bool:
    return band.heard_ago_s is not None and band.heard_ago_s <= WINDOW_S


def _rank(band: HeardBand, *, is_bound: bool) -> tuple[bool, int, bool, int, str]:
    if _is_pressed(band):
        return False, band.pressed_ago_s or 0, is_bound, 0, band.device
    return True, 0, is_bound, -(band.rssi_dbm if band.rssi_dbm is not None else -200), band.device
