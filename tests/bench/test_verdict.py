"""Figures of two trees: rows that belong together, and what is said of them."""

from __future__ import annotations

from typing import Any

import pytest

from bench.against import order
from bench.verdict import RATE_RATIO, Key, compare, compare_rounds, numbers, spread


def _row(bar: str, figure: str, raw: dict[str, float], limit: str = "", ratio: float | None = None) -> dict[str, Any]:
    return {"bar": bar, "figure": figure, "raw": raw, "limit": limit, "ratio": ratio}  # Any: as from JSON


@pytest.mark.parametrize(
    ("name", "new", "old", "verdict"),
    [
        ("rate", [104, 104, 104], [100, 100, 100], "same"),  # within 5 %
        ("rate", [106, 106, 106], [100, 100, 100], "faster"),
        ("rate", [94, 94, 94], [100, 100, 100], "slower"),
        ("rate", [110, 120, 130], [95, 100, 105], "faster"),  # 1.20, and 17 % of spread
        ("rate", [90, 120, 130], [95, 100, 105], "same"),  # 1.20, but 33 % of spread
        ("p50", [110, 110], [100, 100], "slower"),
        ("cpu_us", [80, 80], [100, 100], "faster"),
        ("mb", [80, 80], [60, 60], "larger"),
        ("zstd", [46, 46], [60, 60], "smaller"),
        ("bare", [80, 80], [60, 60], ""),  # the machine's, not ours
        ("rate", [100, 100, 100, 100, 9], [80, 80, 80, 80, 80], "faster"),  # one bad round is no quartile
        ("p50", [0, 0], [0, 0], "same"),
        ("p50", [1, 1], [0, 0], "slower"),
    ],
)  # fmt: skip
def test_medians_that_differ_by_more_than_their_spread_are_told_apart(
    name: str, new: list[float], old: list[float], verdict: str
) -> None:
    assert compare(Key("B1", "", name), new, old).verdict == verdict


def test_the_spread_of_few_rounds_is_all_of_it_and_of_more_their_quartiles() -> None:
    assert spread([3, 1, 2]) == (1, 3)
    assert spread([1, 2, 3, 4, 100]) == (2, 4)


def test_rows_meet_by_their_words_without_the_counts_of_a_run() -> None:
    here = numbers([_row("B6", "alarm during the drain (121 presses)", {"p50": 16})])
    there = numbers([_row("B6", "alarm during the drain (98 presses)", {"p50": 17})])
    assert here.keys() == there.keys() == {Key("B6", "alarm during the drain", "p50")}


def test_a_rate_beside_two_limits_is_one_rate_and_two_ratios() -> None:
    drain = "drain of 500,000 events"
    found = numbers(
        [
            _row("B5", drain, {"rate": 100, "limit": 400}, "bare gRPC, typed rows: 400 ev/s", 0.25),
            _row("B5", drain, {"rate": 100, "limit": 800}, "bare gRPC, plain: 800 ev/s", 0.125),
        ]
    )
    assert found == {
        Key("B5", drain, "rate"): 100,
        Key("B5", "bare gRPC, typed rows", "limit"): 400,
        Key("B5", "bare gRPC, typed rows", RATE_RATIO): 0.25,
        Key("B5", "bare gRPC, plain", "limit"): 800,
        Key("B5", "bare gRPC, plain", RATE_RATIO): 0.125,
    }


def test_what_only_one_tree_measures_is_named() -> None:
    both, new, old = Key("B1", "append", "ours"), Key("B2", "intake", "rate"), Key("B3", "live", "p50")
    table, only_one = compare_rounds([{both: 2.0, new: 1.0}], [{both: 1.0, old: 1.0}])
    assert [(row.key, row.ratio) for row in table] == [(both, 2.0)]
    assert only_one == [new, old]


def test_rounds_take_turns_in_being_first() -> None:
    assert order(3) == [(0, True), (0, False), (1, False), (1, True), (2, True), (2, False)]
