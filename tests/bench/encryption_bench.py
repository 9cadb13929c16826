"""B1, B2, B5, B12, B18 of a box whose card is encrypted, beside the same without, in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import uvloop

from bench import inside_bench
from bench.drain_bench import SMALL, Drained, drain
from bench.place import fresh
from bench.report import Row

T = TypeVar("T")
MOST: Final = 1.05  # DESIGN's price: 5 % of the rate and of the CPU
ROUNDS: Final = 5
WIRE_EVENTS: Final = 100_000


def b1() -> list[Row]:
    """Journal append."""
    plain, ours = _in_turns(
        lambda name, on: uvloop.run(inside_bench.append(fresh(name) / "box", inside_bench.ROUND_S, encrypted=on)), "b1"
    )
    return [_rate("B1", "journal append, 1,000 waiting writers", plain, ours)]


def b2() -> list[Row]:
    """Whole intake."""
    plain, ours = _in_turns(
        lambda name, on: uvloop.run(inside_bench.intake(fresh(name), inside_bench.ROUND_S, encrypted=on)), "b2"
    )
    return [
        _rate(
            "B2", "reading -> stamped, bound, ruled, durable", [rate for rate, _ in plain], [rate for rate, _ in ours]
        ),
        _cost("B2", "CPU us a reading", [cpu for _, cpu in plain], [cpu for _, cpu in ours]),
    ]


def b5_b18(events: int = SMALL) -> list[Row]:
    """The drain over lines with certificates, which give the keys back, and its CPU."""
    plain, ours = _in_turns(lambda name, on: _drain(name, events, on), "b5")
    return [
        _rate("B5", f"drain of {events:,} TELEMETRY events", [run.rate for run in plain], [run.rate for run in ours]),
        _cost("B18", "CPU us of the box an event", [run.box_us for run in plain], [run.box_us for run in ours]),
        _cost("B18", "CPU us of the hub an event", [run.hub_us for run in plain], [run.hub_us for run in ours]),
    ]


def b12(events: int = WIRE_EVENTS) -> list[Row]:
    """Bytes on the wire with zstd: what is sent is not encrypted anew, so nothing may change."""
    plain, ours = (
        uvloop.run(
            drain(
                f"b12-encryption-{on}",
                events,
                counted=True,
                sections={"sync": {"zstd": "on"}},
                certified=True,
                encrypted=on,
            )
        )
        for on in (False, True)
    )
    return [_cost("B12", "wire bytes an event, zstd", [plain.bytes_up / events], [ours.bytes_up / events])]


BARS: Final[dict[str, Callable[[], list[Row]]]] = {"B1": b1, "B2": b2, "B5,B18": b5_b18, "B12": b12}


def _drain(name: str, events: int, on: bool) -> Drained:
    return uvloop.run(drain(name, events, certified=True, encrypted=on))


def _in_turns(measure: Callable[[str, bool], T], name: str) -> tuple[list[T], list[T]]:
    """(without, with): a round of the one, a round of the other, and the other way round in the next."""
    found: dict[bool, list[T]] = {False: [], True: []}
    for number in range(ROUNDS):
        for on in (False, True) if number % 2 == 0 else (True, False):
            found[on].append(measure(f"{name}-encryption-{'on' if on else 'off'}-{number}", on))
    return found[False], found[True]


def _rate(bar: str, figure: str, plain: Sequence[float], ours: Sequence[float]) -> Row:
    ratio = statistics.median(on / off for on, off in zip(ours, plain, strict=True))
    return _row(bar, figure, plain, ours, ratio, ">= 0.95 x plain", ratio >= 2 - MOST)


def _cost(bar: str, figure: str, plain: Sequence[float], ours: Sequence[float]) -> Row:
    ratio = statistics.median(on / off for on, off in zip(ours, plain, strict=True))
    return _row(bar, figure, plain, ours, ratio, "<= 1.05 x plain", ratio <= MOST)


def _row(
    bar: str, figure: str, plain: Sequence[float], ours: Sequence[float], ratio: float, want: str, met: bool
) -> Row:
    on, off = statistics.median(ours), statistics.median(plain)
    words = f"{off:,.1f}" if off < 1_000 else f"{off:,.0f}"
    value = f"{on:,.1f}" if on < 1_000 else f"{on:,.0f}"
    return Row(
        bar, f"{figure}, card encrypted", value, want, met, f"plain, same run: {words}", ratio, {"on": on, "off": off}
    )
