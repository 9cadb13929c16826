"""Figures of two trees, measured in turns: which belong together, and whether one is really faster."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

ALIKE = 0.05  # what is nearer than this is the same, however steady it was measured
FEW = 4  # rounds; with fewer there are no quartiles

Sense = Literal["more is faster", "less is faster", "less is smaller", "limit"]
RATE_RATIO, TIME_RATIO = "rate / limit", "time / limit"
_RATES = {"ours", "rate", "share", "events_per_s", RATE_RATIO}
_SIZES = {"mb", "own_mb", "box_mb", "hub_mb", "nominal_mb", "heavy_mb", "plain", "zstd"}
_LIMITS = {"bare", "bare_p50", "bare_p99", "bare_mb", "bare_percent", "limit", "cut", "sync_ms", "gb", "heard_per_s"}
_WORDS = {"more is faster": ("faster", "slower"), "less is faster": ("slower", "faster"),
          "less is smaller": ("larger", "smaller"), "limit": ("", "")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """What a figure is called in both trees. `count` tells rows of the same words apart: 0, 1, ..."""

    bar: str
    figure: str  # without what changes from run to run
    name: str  # of the number: "rate", "p50"
    count: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of both trees, a value a round. `ratio` is new / old; it is the same within `margin`."""

    key: Key
    sense: Sense
    new: Sequence[float]
    old: Sequence[float]
    ratio: float
    margin: float  # 0.05 = 5 %
    verdict: str  # "same", "faster", ...; empty for a raw limit


def sense_of(name: str) -> Sense:
    """Returns what more of a number means; what is not known is a time."""
    if name in _LIMITS:
        return "limit"
    if name in _RATES:
        return "more is faster"
    return "less is smaller" if name in _SIZES else "less is faster"


def numbers(rows: Sequence[Mapping[str, Any]]) -> dict[Key, float]:  # Any: JSON
    """Returns the numbers of the rows of a results.json: each `raw`, and the ratio to the raw limit.

    What is said again in a further row of the same words (the rate, beside another limit) is left out.
    """
    found: dict[Key, float] = {}
    for row in rows:
        figure, limit = _steady(row["figure"]), _steady(row.get("limit", "").rpartition(":")[0])
        values = [
            (limit if limit and sense_of(name) == "limit" else figure, name, value)
            for name, value in row["raw"].items()
        ]
        if row.get("ratio") is not None and limit:
            values.append((limit, RATE_RATIO if _RATES & row["raw"].keys() else TIME_RATIO, row["ratio"]))
        for words, name, value in values:
            same = [had for key, had in found.items() if (key.bar, key.figure, key.name) == (row["bar"], words, name)]
            if value not in same:
                found[Key(row["bar"], words, name, len(same))] = float(value)
    return found


def _steady(words: str) -> str:
    """Words without what is counted anew in each run: "(400 presses)", "0.9"."""
    return " ".join(re.sub(r"\([^)]*\)|\b\d+\.\d+", " ", words).replace(" :", ":").replace(" ,", ",").split())


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Returns the quartiles; of fewer than four values the least and the greatest."""
    if len(values) < FEW:
        return min(values), max(values)
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, upper


def _relative_spread(values: Sequence[float]) -> float:
    low, high = spread(values)
    middle = statistics.median(values)
    return (high - low) / middle if middle else 0.0


def compare(key: Key, new: Sequence[float], old: Sequence[float]) -> Compared:
    """Judges a figure by its medians: the same within 5 % or the wider of both spreads, whichever is larger."""
    of_new, of_old = statistics.median(new), statistics.median(old)
    ratio = of_new / of_old if of_old else (1.0 if not of_new else float("inf"))
    margin = max(ALIKE, _relative_spread(new), _relative_spread(old))
    sense = sense_of(key.name)
    above, below = _WORDS[sense]
    verdict = "same" if sense != "limit" else ""
    if ratio > 1 + margin:
        verdict = above
    elif ratio < 1 / (1 + margin):
        verdict = below
    return Compared(key, sense, new, old, ratio, margin, verdict)


def compare_rounds(
    new: Sequence[Mapping[Key, float]], old: Sequence[Mapping[Key, float]]
) -> tuple[list[Compared], list[Key]]:
    """Returns what both trees measured in every round, in the new one's order, and the keys of what only one did."""
    common = [key for key in new[0] if all(key in numbers for numbers in (*new, *old))]
    every = dict.fromkeys(key for numbers in (*new, *old) for key in numbers)
    table = [compare(key, [n[key] for n in new], [o[key] for o in old]) for key in common]
    return table, [key for key in every if key not in common]
