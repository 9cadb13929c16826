"""Presence from sightings: tables of what is said, and what must hold for any sequence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anju_edge.intake.presence import Change, PresenceChange, PresenceTracker
from anju_edge.roster.presence_settings import PresenceSettings

ZONES = {"r1": "a", "r2": "b", "r3": "a"}


def tracker() -> PresenceTracker:
    return PresenceTracker(PresenceSettings(), ZONES)


def said(changes: list[PresenceChange | None]) -> list[tuple[Change, str]]:
    return [(change.change, change.zone) for change in changes if change is not None]


def test_first_word_is_arrived_and_more_of_the_same_says_nothing() -> None:
    presence = tracker()
    assert said([presence.hear("band", "r1", -60, second * 1000) for second in range(30)]) == [(Change.ARRIVED, "a")]


def test_a_better_receiver_takes_over_after_the_dwell_not_at_the_first_word() -> None:
    presence = tracker()
    presence.hear("band", "r1", -70, 0)
    assert presence.hear("band", "r2", -50, 1000) is None
    assert presence.hear("band", "r2", -50, 3000) is None
    moved = presence.hear("band", "r2", -50, 5100)
    assert moved == PresenceChange("band", Change.MOVED, "b", "r2", -50, "a")


def test_two_receivers_that_hear_alike_do_not_make_it_flutter() -> None:
    presence = tracker()
    changes = []
    for second in range(600):
        changes.append(presence.hear("band", "r1", -65 + second % 5, second * 1000))
        changes.append(presence.hear("band", "r2", -65 + (second + 2) % 5, second * 1000 + 100))
    assert said(changes) == [(Change.ARRIVED, "a")]


def test_another_receiver_of_the_same_zone_is_no_move() -> None:
    presence = tracker()
    presence.hear("band", "r1", -80, 0)
    assert said([presence.hear("band", "r3", -40, second * 1000) for second in range(1, 20)]) == []
    place = presence.place("band", 20_000)
    assert place is not None
    assert (place.zone, place.receiver, place.age_ms) == ("a", "r3", 1000)


def test_still_here_every_quarter_of_an_hour() -> None:
    presence = tracker()
    presence.hear("band", "r1", -60, 0)
    changes: list[PresenceChange | None] = []
    for second in range(1, 2000):
        presence.hear("band", "r1", -60, second * 1000)
        changes += presence.tick(second * 1000)
    assert said(changes) == [(Change.STILL_HERE, "a"), (Change.STILL_HERE, "a")]


def test_silence_before_a_living_receiver_is_departed() -> None:
    presence = tracker()
    presence.hear("band", "r1", -60, 0)
    presence.alive("r1", 80_000)
    assert presence.tick(89_999) == []
    assert said(list(presence.tick(90_000))) == [(Change.DEPARTED, "a")]
    assert presence.tick(200_000) == []
    assert said([presence.hear("band", "r1", -60, 300_000)]) == [(Change.ARRIVED, "a")]


def test_silence_of_both_is_unknown() -> None:
    """Nobody told us that the receiver died, but nobody can vouch that the band left either."""
    presence = tracker()
    presence.hear("band", "r1", -60, 0)
    assert said(list(presence.tick(90_000))) == [(Change.UNKNOWN, "a")]


def test_a_lost_receiver_leaves_its_bands_unknown_and_their_return_is_no_arrival() -> None:
    presence = tracker()
    presence.hear("band", "r1", -60, 0)
    presence.hear("far", "r2", -60, 0)
    assert said(list(presence.receiver_lost("r1", 5_000))) == [(Change.UNKNOWN, "a")]
    assert presence.receiver_lost("r1", 6_000) == []
    assert said([presence.hear("band", "r1", -60, 9_000)]) == [(Change.STILL_HERE, "a")]


def test_a_band_that_another_receiver_hears_moves_there_when_the_first_dies() -> None:
    presence = tracker()
    presence.hear("band", "r1", -50, 0)
    presence.hear("band", "r2", -80, 1_000)
    assert said(list(presence.receiver_lost("r1", 5_000))) == [(Change.MOVED, "b")]


Step = tuple[str, str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hear", "hear", "hear", "tick", "lost", "alive"]),
        st.sampled_from(["r1", "r2", "r3"]),
        st.integers(-100, -30),
        st.integers(0, 120_000),
    ),
    max_size=80,
)


@given(STEPS)
def test_what_is_said_is_a_story_that_makes_sense(steps: list[tuple[str, str, int, int]]) -> None:
    """Arrived only when not here; departed and unknown only when here; moved always to another zone."""
    presence, now_ms, here, zone = tracker(), 0, "gone", ""
    for what, receiver, rssi, wait_ms in steps:
        now_ms += wait_ms
        changes: list[PresenceChange] = []
        if what == "hear":
            change = presence.hear("band", receiver, rssi, now_ms)
            changes = [change] if change else []
        elif what == "tick":
            changes = presence.tick(now_ms)
        elif what == "lost":
            changes = presence.receiver_lost(receiver, now_ms)
        else:
            presence.alive(receiver, now_ms)
        for change in changes:
            match change.change:
                case Change.ARRIVED:
                    assert here == "gone"
                    here = "here"
                case Change.MOVED:
                    assert here in ("here", "unknown")
                    assert change.zone != zone
                    here = "here"
                case Change.STILL_HERE:
                    assert here in ("here", "unknown")
                    assert change.zone == zone
                    here = "here"
                case Change.DEPARTED:
                    assert here == "here"
                    here = "gone"
                case Change.UNKNOWN:
                    assert here == "here"
                    here = "unknown"
            zone = change.zone
            assert change.heard_ago_ms >= 0
