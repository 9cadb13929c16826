"""Who gives way at a full listener."""

from __future__ import annotations

from anju_drivers.links.slots import Places


class Seat:
    def __init__(self, *, busy: bool = False, spoken: bool = False) -> None:
        self.is_busy, self.has_spoken, self.is_gone = busy, spoken, False

    def hang_up(self) -> None:
        self.is_gone = True


def filled(places: Places[Seat], peer: str, number: int, now_s: float = 0.0) -> list[Seat]:
    seats = [Seat() for _ in range(number)]
    assert all(places.enter(seat, peer, now_s) for seat in seats)
    return seats


def test_the_oldest_of_the_same_address_gives_way() -> None:
    places = Places[Seat](10, 10, 3)
    others, same = filled(places, "b", 2), filled(places, "a", 3)
    assert places.enter(Seat(), "a", 1.0)
    assert [seat.is_gone for seat in same] == [True, False, False]
    assert not any(seat.is_gone for seat in others)
    assert (len(places), places.shed) == (5, 1)


def test_newcomers_have_time_for_their_first_bytes() -> None:
    places = Places[Seat](100, 20, 3, grace_s=0.5)
    seats = filled(places, "a", 10)
    assert places.enter(Seat(), "a", 0.4)
    assert not any(seat.is_gone for seat in seats)
    assert places.enter(Seat(), "a", 0.5)
    assert [seat.is_gone for seat in seats] == [True] * 8 + [False] * 2


def test_who_settled_gives_way_to_other_addresses_too() -> None:
    places = Places[Seat](100, 4, 3, grace_s=0.5)
    seats = [seat for peer in "abcde" for seat in filled(places, peer, 1)]
    assert places.enter(Seat(), "f", 1.0)
    assert [seat.is_gone for seat in seats] == [True] * 2 + [False] * 3


def test_at_a_full_listener_the_oldest_of_all_gives_way() -> None:
    places = Places[Seat](4, 4, 4)
    first, *others = filled(places, "b", 2) + filled(places, "a", 2)
    assert places.enter(Seat(), "c", 0.0)
    assert first.is_gone
    assert not any(seat.is_gone for seat in others)


def test_the_busy_stay_and_the_useful_go_last() -> None:
    places = Places[Seat](3, 3, 3)
    busy, useful, idle = Seat(busy=True), Seat(spoken=True), Seat()
    for seat in (busy, useful, idle):
        assert places.enter(seat, "a", 0.0)
    assert places.enter(Seat(busy=True), "b", 0.0)
    assert idle.is_gone
    assert places.enter(Seat(busy=True), "b", 0.0)
    assert useful.is_gone
    assert not places.enter(Seat(), "b", 0.0)
    assert not busy.is_gone
    assert (len(places), places.shed) == (3, 3)


def test_an_address_whose_places_are_all_busy_gets_no_more() -> None:
    places = Places[Seat](10, 10, 2)
    for seat in (Seat(busy=True), Seat(busy=True)):
        assert places.enter(seat, "a", 0.0)
    assert not places.enter(Seat(), "a", 1.0)
    assert places.enter(Seat(), "b", 1.0)


def test_newcomers_stay_while_the_settled_are_busy() -> None:
    places = Places[Seat](10, 1, 4)
    assert places.enter(Seat(busy=True), "a", 0.0)
    newcomer = Seat()
    assert places.enter(newcomer, "b", 1.0)
    assert places.enter(Seat(), "b", 1.0)
    assert not newcomer.is_gone


def test_who_left_makes_room_and_all_can_be_ended() -> None:
    places = Places[Seat](2, 2, 1, grace_s=0)
    (first,) = filled(places, "a", 1)
    places.leave(first)
    places.leave(first)
    assert len(places) == 0
    (second,) = filled(places, "a", 1)
    places.hang_up()
    assert second.is_gone
    assert not first.is_gone
