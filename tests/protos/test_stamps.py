"""Stamp correction: the true time of events from boots that knew it late, badly or never."""

from __future__ import annotations

import pytest

from anju_protos.stamps import UNBOUNDED_MS, Anchors, TrueTime
from anju_protos.v1.event_pb2 import HELD, SYNCED, UNSET, Anchor, Stamp

TRUE = 1_795_000_000_000  # some moment in 2026, UTC ms
DECADE = 10 * 365 * 86_400_000


def anchor(boot: int, offset_ms: int, error_ms: int = 20, at_ms: int = 0, source: int = Anchor.HUB) -> Anchor:
    return Anchor(boot=boot, offset_ms=offset_ms, error_ms=error_ms, at_elapsed_ms=at_ms, source=source)  # type: ignore[arg-type]  # enums are ints


def stamp(boot: int, elapsed_ms: int, wall_ms: int = 0, quality: int = UNSET, error_ms: int = 0) -> Stamp:
    return Stamp(boot=boot, elapsed_ms=elapsed_ms, wall_ms=wall_ms, quality=quality, error_ms=error_ms)  # type: ignore[arg-type]  # enums are ints


@pytest.mark.parametrize("wall_ms", [0, 86_400_000, TRUE - DECADE, TRUE + DECADE])
def test_an_anchor_corrects_earlier_and_later_events_of_its_boot_whatever_the_wall_clock_said(wall_ms: int) -> None:
    anchors = Anchors()
    anchors.add(anchor(7, TRUE, at_ms=3_600_000))
    for elapsed in (5, 3_600_000, 9_000_000):
        got = anchors.correct(stamp(7, elapsed, wall_ms))
        assert got.ms == TRUE + elapsed
        assert not got.about


def test_the_error_grows_50_ppm_away_from_the_anchor() -> None:
    anchors = Anchors()
    anchors.add(anchor(7, TRUE, error_ms=20, at_ms=0))
    assert anchors.correct(stamp(7, 86_400_000)).error_ms == 20 + 4_320


def test_a_worse_anchor_is_refused_and_a_better_one_taken() -> None:
    anchors = Anchors()
    assert anchors.add(anchor(7, TRUE, error_ms=100))
    assert not anchors.add(anchor(7, TRUE + 5, error_ms=120))
    assert not anchors.add(anchor(7, TRUE + 5, error_ms=95))  # hardly better: not worth an event
    assert anchors.add(anchor(7, TRUE + 5, error_ms=10))
    best = anchors.best(7)
    assert best is not None
    assert best.offset_ms == TRUE + 5


def test_hub_time_that_contradicts_ntp_is_refused_and_ntp_corrects_the_hub() -> None:
    anchors = Anchors()
    assert anchors.add(anchor(7, TRUE, error_ms=50, source=Anchor.NTP))
    assert not anchors.add(anchor(7, TRUE + 86_400_000, error_ms=1))
    other = Anchors()
    assert other.add(anchor(7, TRUE + 86_400_000, error_ms=1))
    assert other.add(anchor(7, TRUE, error_ms=50, source=Anchor.NTP))


def test_a_boot_without_an_anchor_is_bounded_by_its_neighbours() -> None:
    anchors = Anchors()
    for seen in (stamp(1, 0), stamp(1, 60_000), stamp(2, 1_000), stamp(2, 30_000), stamp(3, 500)):
        anchors.saw(seen)
    anchors.add(anchor(1, TRUE))
    anchors.add(anchor(3, TRUE + 600_000))
    got = anchors.correct(stamp(2, 10_000))
    low, high = TRUE + 60_000 + 10_000, TRUE + 600_000 - 20_000
    assert got == TrueTime((low + high) // 2, (high - low + 1) // 2, about=True)


def test_what_nothing_bounds_says_so() -> None:
    assert Anchors().correct(stamp(9, 5, wall_ms=1_000)) == TrueTime(1_000, UNBOUNDED_MS, about=True)


def test_a_synced_clock_is_believed_and_a_held_one_is_about() -> None:
    anchors = Anchors()
    assert anchors.correct(stamp(9, 5, TRUE, SYNCED, 30)) == TrueTime(TRUE, 30, about=False)
    assert anchors.correct(stamp(9, 5, TRUE, HELD, 2_000)) == TrueTime(TRUE, 2_000, about=True)


def test_a_held_clock_outside_its_neighbours_is_not_believed() -> None:
    anchors = Anchors()
    for seen in (stamp(1, 0), stamp(1, 60_000), stamp(2, 0), stamp(2, 5_000)):
        anchors.saw(seen)
    anchors.add(anchor(1, TRUE))
    got = anchors.correct(stamp(2, 1_000, TRUE - DECADE, HELD, 2_000))
    assert got.about
    assert got.ms == TRUE + 61_000


def test_boots_lie_in_the_order_of_their_beginnings_although_the_present_one_was_seen_first() -> None:
    """A box returns after two boots without a clock: an alarm of the present boot overtakes what waited from them."""
    anchors = Anchors()
    anchors.add(anchor(1, TRUE))
    anchors.saw(stamp(1, 60_000))
    anchors.began(1, 10)
    anchors.add(anchor(4, TRUE + 86_400_000))
    anchors.saw(stamp(4, 5_000))
    for boot, place in ((2, 11), (3, 12), (4, 13)):
        anchors.saw(stamp(boot, 1_000))
        anchors.saw(stamp(boot, 9_000))
        anchors.began(boot, place)
    got = anchors.correct(stamp(2, 1_000))
    low, high = TRUE + 60_000 + 1_000, TRUE + 86_400_000 - 9_000 - 8_000
    assert (got.ms, got.error_ms, got.about) == ((low + high) // 2, (high - low + 1) // 2, True)


def test_of_two_that_contradict_the_later_measured_holds_in_any_order() -> None:
    """The box takes a contradicting date after a second look only: the first one was wrong, however exact it was."""
    wrong, right = anchor(7, TRUE + DECADE, error_ms=1, at_ms=1_000), anchor(7, TRUE, error_ms=150, at_ms=700_000)
    for order in ((wrong, right), (right, wrong)):
        anchors = Anchors()
        for one in order:
            anchors.add(one)
        best = anchors.best(7)
        assert best is not None
        assert best.offset_ms == TRUE
