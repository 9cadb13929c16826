"""Departures in a community that walks, with 30 % of packets lost in bursts and receivers killed; seeded and short.

The long one, and what it is like with fewer receivers and longer bursts: `tests/prove/test_presence_walk.py`.
"""

from __future__ import annotations

from support.presence_walk import Conditions, Walk


def test_exits_are_noticed_in_twenty_seconds_and_nobody_leaves_who_stays() -> None:
    figures = Walk(1, Conditions(bands=30, hours=3, stay_s=(900, 5_400))).run()
    assert figures.exits > 25
    assert figures.missed == 0
    assert figures.false * 100 < figures.departed
    assert len(figures.late_seen_s) > 15
    assert max(figures.late_seen_s) <= 20, "with the two receivers that hear it up"
    assert max(figures.late_s) <= 60, "with one of them down"


def test_without_faults_every_exit_is_noticed_in_time_by_one_receiver_too() -> None:
    calm = Conditions(bands=30, hours=3, loss=0.0, in_range=1, receiver_up_s=(99_999, 99_999))
    figures = Walk(2, calm).run()
    assert (figures.missed, figures.false) == (0, 0)
    assert max(figures.late_s) <= 20
    assert len(figures.late_s) >= figures.exits - 5, "all but those of the last moment"
