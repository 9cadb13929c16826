"""Who gives way at a full listener."""

from __future__ import annotations

from anju_drivers.links.slots import ConnectionSlots


class Holder:
    def __init__(self, *, busy: bool = False, spoken: bool = False) -> None:
        self.is_busy, self.has_spoken, self.is_gone = busy, spoken, False

    def hang_up(self) -> None:
        self.is_gone = True


def filled(slots: ConnectionSlots[Holder], peer: str, number: int, now_s: float = 0.0) -> list[Holder]:
    holders = [Holder() for _ in range(number)]
    assert all(slots.enter(holder, peer, now_s) for holder in holders)
    return holders


def test_the_oldest_of_the_same_address_gives_way() -> None:
    slots = ConnectionSlots[Holder](10, 10, 3)
    others, same = filled(slots, "b", 2), filled(slots, "a", 3)
    assert slots.enter(Holder(), "a", 1.0)
    assert [holder.is_gone for holder in same] == [True, False, False]
    assert not any(holder.is_gone for holder in others)
    assert (len(slots), slots.shed) == (5, 1)


def test_newcomers_have_time_for_their_first_bytes() -> None:
    slots = ConnectionSlots[Holder](100, 20, 3, grace_s=0.5)
    holders = filled(slots, "a", 10)
    assert slots.enter(Holder(), "a", 0.4)
    assert not any(holder.is_gone for holder in holders)
    assert slots.enter(Holder(), "a", 0.5)
    assert [holder.is_gone for holder in holders] == [True] * 8 + [False] * 2


def test_who_settled_gives_way_to_other_addresses_too() -> None:
    slots = ConnectionSlots[Holder](100, 4, 3, grace_s=0.5)
    holders = [holder for peer in "abcde" for holder in filled(slots, peer, 1)]
    assert slots.enter(Holder(), "f", 1.0)
    assert [holder.is_gone for holder in holders] == [True] * 2 + [False] * 3


def test_at_a_full_listener_the_oldest_of_all_gives_way() -> None:
    slots = ConnectionSlots[Holder](4, 4, 4)
    first, *others = filled(slots, "b", 2) + filled(slots, "a", 2)
    assert slots.enter(Holder(), "c", 0.0)
    assert first.is_gone
    assert not any(holder.is_gone for holder in others)


def test_the_busy_stay_and_the_useful_go_last() -> None:
    slots = ConnectionSlots[Holder](3, 3, 3)
    busy, useful, idle = Holder(busy=True), Holder(spoken=True), Holder()
    for holder in (busy, useful, idle):
        assert slots.enter(holder, "a", 0.0)
    assert slots.enter(Holder(busy=True), "b", 0.0)
    assert idle.is_gone
    assert slots.enter(Holder(busy=True), "b", 0.0)
    assert useful.is_gone
    assert not slots.enter(Holder(), "b", 0.0)
    assert not busy.is_gone
    assert (len(slots), slots.shed) == (3, 3)


def test_an_address_whose_slots_are_all_busy_gets_no_more() -> None:
    slots = ConnectionSlots[Holder](10, 10, 2)
    for holder in (Holder(busy=True), Holder(busy=True)):
        assert slots.enter(holder, "a", 0.0)
    assert not slots.enter(Holder(), "a", 1.0)
    assert slots.enter(Holder(), "b", 1.0)


def test_newcomers_stay_while_the_settled_are_busy() -> None:
    slots = ConnectionSlots[Holder](10, 1, 4)
    assert slots.enter(Holder(busy=True), "a", 0.0)
    newcomer = Holder()
    assert slots.enter(newcomer, "b", 1.0)
    assert slots.enter(Holder(), "b", 1.0)
    assert not newcomer.is_gone


def test_who_left_makes_room_and_all_can_be_ended() -> None:
    slots = ConnectionSlots[Holder](2, 2, 1, grace_s=0)
    (first,) = filled(slots, "a", 1)
    slots.leave(first)
    slots.leave(first)
    assert len(slots) == 0
    (second,) = filled(slots, "a", 1)
    slots.hang_up()
    assert second.is_gone
    assert not first.is_gone
