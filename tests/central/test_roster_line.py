"""What one box is told of its roster, by what it said and what it was told before."""

from __future__ import annotations

import pytest

from anju_central.control.rosters import RosterLine, Telling
from anju_central.registry.bundles.book import CommunityBundle
from anju_protos.v1.control_pb2 import RosterHeld

NOW = CommunityBundle("ningdu", 9, b"d" * 32, b"packed")
NEXT = CommunityBundle("ningdu", 10, b"e" * 32, b"packed")
OLD = RosterHeld(revision=8, digest=b"c" * 32)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (None, Telling.NOTHING),  # a box of the version before
        (RosterHeld(), Telling.SNAPSHOT),  # a new one
        (OLD, Telling.DELTA),
        (RosterHeld(revision=9, digest=b"d" * 32), Telling.NOTHING),
        (RosterHeld(revision=9, digest=b"x" * 32), Telling.DELTA),  # a snapshot, where nothing leads from there
        (RosterHeld(revision=8), Telling.SNAPSHOT),  # what came did not fit
        (RosterHeld(revision=8, digest=b"c" * 32, refused=9), Telling.NOTHING),
        (RosterHeld(revision=8, digest=b"c" * 32, refused=7), Telling.DELTA),
    ],
)
def test_a_box_is_told_what_leads_from_what_it_has(held: RosterHeld | None, told: Telling) -> None:
    line = RosterLine()
    if held is not None:
        line.hear(held)
    assert line.next(NOW) is told
    assert line.next(None) is Telling.NOTHING, "its roster is a file"


def test_it_is_told_one_thing_at_a_time() -> None:
    line = RosterLine()
    line.hear(OLD)
    line.sent(NOW, as_delta=True)
    assert line.next(NEXT) is Telling.NOTHING
    line.hear(RosterHeld(revision=9, digest=b"d" * 32))
    assert line.next(NEXT) is Telling.DELTA


def test_a_delta_that_does_not_fit_is_followed_by_a_snapshot_and_that_by_nothing() -> None:
    line = RosterLine()
    line.hear(OLD)
    line.sent(NOW, as_delta=True)
    line.hear(RosterHeld(revision=8))
    assert line.next(NOW) is Telling.SNAPSHOT
    line.sent(NOW, as_delta=False)
    line.hear(RosterHeld(revision=9, digest=b"?" * 32))  # a box that does not know every field
    assert line.next(NOW) is Telling.NOTHING
    assert line.next(NEXT) is Telling.DELTA, "a snapshot again, since no step has that digest"
