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


def quick() -> PresenceTracker:
    """One that departs after 20 s."""
    presence = tracker()
    presence.configure(PresenceSettings(), ZONES, {"band": 20_000})
    return presence


def run(presence: PresenceTracker, from_s: int, to_s: int, *alive: str) -> list[tuple[int, Change]]:
    """A tick a second while these receivers are heard; returns what is said of the band, and when."""
    found = []
    for now_s in range(from_s, to_s + 1):
        for receiver in alive:
            presence.alive(receiver, now_s * 1000)
        found += [(now_s, change.change) for change in presence.tick(now_s * 1000)]
    return found


def test_a_departure_is_each_models_own() -> None:
    presence = quick()
    presence.hear("band", "r1", -60, 0)
    presence.hear("other", "r1", -60, 0)
    assert run(presence, 1, 90, "r1") == [(20, Change.DEPARTED), (90, Change.DEPARTED)]


def test_who_left_while_the_receiver_was_away_has_departed_once_it_vouches_again() -> None:
    presence = quick()
    presence.hear("band", "r1", -60, 0)
    assert said(list(presence.receiver_lost("r1", 5_000))) == [(Change.UNKNOWN, "a")]
    assert run(presence, 6, 300) == []
    assert run(presence, 301, 400, "r1") == [(321, Change.DEPARTED)]


def test_a_receiver_that_dies_again_vouches_for_nobody() -> None:
    presence = quick()
    presence.hear("band", "r1", -60, 0)
    presence.receiver_lost("r1", 5_000)
    assert run(presence, 6, 20, "r1") == []
    presence.receiver_lost("r1", 21_000)
    assert run(presence, 22, 300) == []
    assert run(presence, 301, 400, "r1") == [(321, Change.DEPARTED)]


def test_one_of_two_receivers_away_the_other_has_to_be_sure() -> None:
    presence = quick()
    presence.hear("band", "r1", -50, 0)
    presence.hear("band", "r2", -60, 0)
    assert run(presence, 1, 90, "r1") == [(60, Change.DEPARTED)], "r2 might have heard it"
    presence = quick()
    presence.hear("band", "r1", -50, 0)
    presence.hear("band", "r2", -60, 0)
    assert run(presence, 1, 90, "r1", "r2") == [(20, Change.DEPARTED)]


def test_a_band_that_is_often_silent_for_long_has_to_be_so_for_longer() -> None:
    presence = quick()
    for now_s in (0, 10, 20, 30):
        presence.hear("band", "r1", -50, now_s * 1000)
    assert run(presence, 31, 99, "r1") == [(90, Change.DEPARTED)]
    presence = quick()
    for now_s in (0, 9, 19, 29):
        presence.hear("band", "r1", -50, now_s * 1000)
    assert run(presence, 30, 99, "r1") == [(49, Change.DEPARTED)], "twice may be chance"
    presence.hear("band", "r1", -50, 4_000_000)
    assert run(presence, 4_001, 4_099, "r1") == [(4_020, Change.DEPARTED)], "an hour later it is forgotten"


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
                    assert here in ("here", "unknown")
                    here = "gone"
                case Change.UNKNOWN:
                    assert here == "here"
                    here = "unknown"
            zone = change.zone
            assert change.heard_ago_ms >= 0
