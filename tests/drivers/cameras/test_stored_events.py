"""Which old times mean an old event, and which mean a wrong clock."""

from __future__ import annotations

import pytest

from anju_drivers.cameras.stored_events import KNOWN_FOR_S, StoredEvents

WALL_S = 1_790_000_000.0
HOUR_S = 3600.0


class Camera:
    """A camera whose events come at running time `now_s`; the box's wall clock runs with it."""

    def __init__(self) -> None:
        self.stored = StoredEvents()
        self.box_set_s = 0.0

    def sends(self, now_s: float, age_s: float, device: str = "hikvision:a") -> bool:
        wall_s = WALL_S + now_s + self.box_set_s
        return self.stored.is_stored(device, wall_s - age_s, wall_s, now_s)


@pytest.mark.parametrize("age_s", [72 * HOUR_S, 5 * HOUR_S, 700.0, 29 * 24 * HOUR_S])
def test_an_old_event_after_a_right_time_was_stored(age_s: float) -> None:
    camera = Camera()
    assert not camera.sends(0, 1)
    assert camera.sends(1, age_s)


@pytest.mark.parametrize("age_s", [599.0, 61.0, -HOUR_S, 40 * 24 * HOUR_S, 10 * 365 * 24 * HOUR_S])
def test_a_minute_the_future_and_a_clock_at_its_first_day_ring(age_s: float) -> None:
    camera = Camera()
    camera.sends(0, 0)
    assert not camera.sends(1, age_s)


def test_a_clock_that_was_never_right_or_long_ago_tells_nothing() -> None:
    camera = Camera()
    assert not camera.sends(0, 5 * HOUR_S)
    camera.sends(1, 0)
    assert camera.sends(1 + KNOWN_FOR_S, 5 * HOUR_S)
    assert not camera.sends(2 + KNOWN_FOR_S, 6 * HOUR_S)
    assert not camera.sends(2, 5 * HOUR_S, "hikvision:b")


def test_an_age_that_stays_is_another_zone_and_rings_from_then_on() -> None:
    camera = Camera()
    camera.sends(0, 0)
    assert camera.sends(1, 8 * HOUR_S)
    assert camera.sends(5, 8 * HOUR_S)  # several of one moment, sent in one go
    assert not camera.sends(20, 8 * HOUR_S + 2)
    camera.sends(25, 0)  # its heartbeats go right
    assert not camera.sends(26, 8 * HOUR_S)
    assert camera.sends(27, 5 * HOUR_S)


def test_the_same_event_sent_again_and_again_stays_old() -> None:
    camera = Camera()
    camera.sends(0, 0)
    assert all(camera.sends(now_s, 5 * HOUR_S + now_s) for now_s in range(1, 100, 12))


def test_a_box_whose_own_clock_was_set_believes_nobody() -> None:
    camera = Camera()
    camera.sends(0, 0)
    camera.box_set_s = 5 * HOUR_S
    assert not camera.sends(1, 5 * HOUR_S)


def test_memory_is_bounded() -> None:
    camera = Camera()
    for number in range(200):
        camera.sends(number, 0, f"hikvision:{number}")
    assert len(camera.stored._clocks) == 64
