"""`./dev bench`: measures, beside the raw limit of the same run, and prints a table. See docs/performance.md."""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Callable

from bench import (
    crowd_bench,
    district_bench,
    drain_bench,
    driver_bench,
    encryption_bench,
    flood_bench,
    import_bench,
    incident_bench,
    inside_bench,
    line_bench,
    live_bench,
    people_bench,
    snapshot_bench,
    wear_bench,
)
from bench.against import BARS, ROUNDS, against
from bench.place import BENCH
from bench.report import Row, show
from bench.trees import NotMeasurable

Bench = Callable[[], list[Row]]
DEFAULT: dict[str, Bench] = {
    "B1": inside_bench.b1,
    "B2": inside_bench.b2,
    "B3": inside_bench.b3,
    "B4,B9,B10": live_bench.b4_b9_b10,
    "B4f": flood_bench.b4f,
    "B5,B18": drain_bench.b5_b18,
    "B6": drain_bench.b6,
    "B8": live_bench.b8,
    "B12": drain_bench.b12,
    "B13": live_bench.b13,
    "D1": driver_bench.d1,
    "D2": driver_bench.d2,
    "D3,D4": driver_bench.d3_d4,
}
FULL: dict[str, Bench] = {
    "B7": line_bench.b7,
    "B9-drain": drain_bench.b9,
    "B11": wear_bench.b11,
    "B14": district_bench.b14,
    "B15": crowd_bench.b15,
    "B16": drain_bench.b16,
    "B17": people_bench.b17,
    "B17-incident": incident_bench.b17_incident,
    "B19": wear_bench.b19,
    "B20": drain_bench.b20,
    "B21": snapshot_bench.b21,
    "B22": import_bench.b22,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also the long ones (about 40 minutes)")
    parser.add_argument("--only", default="", help="bars by name, for example B1,B5; long ones too")
    bars = ", ".join(encryption_bench.BARS)
    parser.add_argument(
        "--encryption", choices=("off", "on"), default="off", help=f"on: {bars} with the card encrypted, beside plain"
    )
    parser.add_argument("--against", metavar="REV", help="another commit and this tree in turns, and which is faster")
    parser.add_argument("--rounds", type=int, help=f"how often --against ({ROUNDS}) or --peers (2) take turns")
    parser.add_argument("--peers", action="store_true", help="NATS and mosquitto on the same work, in turns with ours")
    parser.add_argument("--events", type=int, help="of the backlog of --peers (500,000; 100,000 where each is synced)")
    options = parser.parse_args()
    only = [bar for bar in options.only.upper().split(",") if bar]
    known = {part for names in (*DEFAULT, *FULL) for part in names.upper().split(",")}
    if unknown := set(only) - known:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    try:
        if options.against:
            against(options.against, only or BARS, options.rounds or ROUNDS)
        elif options.peers:
            from bench.peers.turns import take_turns  # its clients are installed only for this

            take_turns(options.rounds or 2, options.events)
        else:
            run_bars(set(only), full=options.full, encrypted=options.encryption == "on")
    except NotMeasurable as error:
        parser.exit(1, f"{error}\n")
    except KeyboardInterrupt:
        parser.exit(128 + signal.SIGINT, "interrupted\n")


def run_bars(only: set[str], *, full: bool, encrypted: bool = False) -> None:
    """Measures the bars named, or the default ones, or all; `encrypted`: those that an encrypted card may slow down."""
    chosen = encryption_bench.BARS if encrypted else {**DEFAULT, **FULL} if full or only else DEFAULT
    started = time.monotonic()
    rows: list[Row] = []
    for names, bench in chosen.items():
        if only and not only & set(names.upper().split(",")):
            continue
        began = time.monotonic()
        print(f"{names} ...", end="", flush=True)
        measured = bench()
        print(f" {time.monotonic() - began:.0f} s: " + "; ".join(row.value for row in measured), flush=True)
        rows += measured
    show(rows, time.monotonic() - started, BENCH / "results.json")


if __name__ == "__main__":
    main()
