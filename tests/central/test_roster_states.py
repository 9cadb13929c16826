"""Which roster each box has: how far behind it is and since when, and which row it refuses."""

from __future__ import annotations

from anju_central.live.contact import ContactTracker
from anju_central.live.roster_states import RefusedRow, RosterState, RosterStates
from anju_central.registry.bundles.book import BundleBook
from anju_protos.v1.control_pb2 import BoxStatus, RosterHeld
from support.roster_bundles import made_bundle
from support.roster_rig import put


class Rig:
    """Two boxes in a community and one elsewhere, with a clock that is turned by hand."""

    def __init__(self) -> None:
        self.now_ms = 1_000
        self.book = BundleBook()
        known = [("box-1", "ningdu"), ("box-2", "ningdu"), ("box-3", "other")]
        self.contacts = ContactTracker(known, 60.0, lambda: 0.0, lambda: self.now_ms)
        self.states = RosterStates(self.book, self.contacts, lambda: self.now_ms)
        self.looked: list[str] = []
        self.contacts.on_change = self.looked.append

    def revise(self, revision: int) -> None:
        put(self.book, made_bundle(2, community="ningdu", revision=revision))

    def says(self, box: str, revision: int, refused: int = 0, row: str = "", reason: str = "") -> None:
        held = RosterHeld(revision=revision, refused=refused, refused_row=row, refused_reason=reason)
        self.states.hear(box, held)

    def of(self, box: str) -> RosterState:
        return next(state for state in self.states.all() if state.box == box)


def test_a_box_is_behind_from_the_first_change_that_it_missed_until_it_has_the_newest() -> None:
    rig = Rig()
    rig.revise(410)
    rig.says("box-1", 410)
    assert rig.of("box-1") == RosterState("box-1", "ningdu", 410, 410, 0, None, ())
    for rig.now_ms, revision in ((2_000, 411), (3_000, 412), (4_000, 413)):
        rig.revise(revision)
    assert rig.of("box-1") == RosterState("box-1", "ningdu", 413, 410, 3, 2_000, ())
    rig.says("box-1", 412)
    assert rig.of("box-1").behind_since_ms == 2_000
    rig.says("box-1", 413)
    assert rig.of("box-1") == RosterState("box-1", "ningdu", 413, 413, 0, None, ())
    assert "box-3" not in rig.looked, "pages of other communities have nothing to look at"
    assert rig.looked[-1] == "box-1"


def test_of_a_box_that_has_not_come_yet_nobody_knows_since_when() -> None:
    rig = Rig()
    rig.revise(5)
    assert rig.of("box-2") == RosterState("box-2", "ningdu", 5, None, 0, None, ())
    rig.contacts.status("box-2", BoxStatus(roster_revision=3))  # a version that says no more than that
    assert rig.of("box-2") == RosterState("box-2", "ningdu", 5, 3, 2, None, ())
    assert rig.of("box-3").hub_revision is None, "a file says it"


def test_what_a_box_refuses_stands_with_its_row_until_it_takes_a_later_one() -> None:
    rig = Rig()
    rig.revise(2)
    rig.says("box-1", 1, 2, "rules.odd.kind", "unknown kind")
    rig.says("box-2", 2)
    rig.now_ms = 5_000
    rig.says("box-1", 1, 2, "rules.odd.kind", "unknown kind")
    assert rig.of("box-1").refused == (RefusedRow(2, "rules.odd.kind", "unknown kind", 1_000),)
    assert (rig.of("box-1").behind, rig.of("box-2").behind) == (1, 0)
    rig.revise(3)
    rig.says("box-1", 3)
    assert rig.of("box-1").refused == ()


def test_a_registry_put_back_from_a_backup_leaves_no_box_ahead() -> None:
    rig = Rig()
    rig.revise(50)
    rig.says("box-1", 50)
    rig.revise(40)
    assert (rig.of("box-1").behind, rig.of("box-1").behind_since_ms) == (0, 1_000)
    rig.says("box-1", 40)
    assert rig.of("box-1").behind_since_ms is None
