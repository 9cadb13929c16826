"""Full collections come in short steps: what is made and kept is left out, what is made and lost is found."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from anju_base.garbage import SLOW_S, STEP_AFTER, WHOLE_EVERY_S, YOUNG, GarbageSteps


class Knot:
    """An object that refers to itself."""

    def __init__(self) -> None:
        self.me = self


class Time:
    """A clock of which each look takes `tick_s`."""

    def __init__(self) -> None:
        self.s = 100.0
        self.tick_s = 0.0

    def __call__(self) -> float:
        self.s += self.tick_s
        return self.s


@pytest.fixture
def clock() -> Iterator[Time]:
    before = gc.get_threshold()
    try:
        yield Time()
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
        gc.collect()


def full_collections() -> int:
    return int(gc.get_stats()[2]["collections"])


def make(count: int) -> list[list[int]]:
    return [[number] for number in range(count)]


def survived() -> list[list[int]]:
    """Enough that lives for a step to be due."""
    return make(YOUNG[0] * (YOUNG[1] + 1) * (STEP_AFTER + 1))


def test_the_interpreter_makes_no_full_collection_by_itself_any_more(clock: Time) -> None:
    GarbageSteps(monotonic_s=clock).begin()
    before = full_collections()
    kept = make(400_000)
    assert (len(kept), full_collections()) == (400_000, before)


def test_a_step_finds_what_was_lost_and_comes_when_enough_was_made(clock: Time) -> None:
    steps = GarbageSteps(monotonic_s=clock)
    steps.begin()
    before = full_collections()
    steps.step()
    assert full_collections() == before, "nothing was made"
    knot = weakref.ref(Knot())
    kept = survived()
    steps.step()
    assert (full_collections(), knot()) == (before + 1, None)
    assert kept


def test_only_what_survived_a_slow_step_is_left_out_and_the_whole_is_looked_at_once_a_day(clock: Time) -> None:
    is_calm = False
    steps = GarbageSteps(lambda: is_calm, clock)
    steps.begin()
    kept = survived()
    frozen = gc.get_freeze_count()
    steps.step()
    assert gc.get_freeze_count() <= frozen, "a quick one leaves nothing out"
    lost = [Knot()]
    knot = weakref.ref(lost[0])
    kept += survived()
    clock.tick_s = SLOW_S + 0.001
    steps.step()
    clock.tick_s = 0.0
    assert gc.get_freeze_count() > frozen + len(kept) // 2
    lost.clear()
    kept += survived()
    steps.step()
    assert knot() is not None, "it is among what is left out"
    clock.s += WHOLE_EVERY_S
    steps.step()
    assert knot() is not None, "not while somebody calls for help"
    is_calm = True
    steps.step()
    assert knot() is None
    before = full_collections()
    clock.s += WHOLE_EVERY_S
    steps.step()
    assert full_collections() == before, "nothing was left out since"
