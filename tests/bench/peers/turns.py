"""`./dev bench --peers`: the product, NATS and mosquitto do the same work in turns, in one run; table and JSON."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from bench.peers.mosquitto import SERVER as MOSQUITTO
from bench.peers.mosquitto import MosquittoBridge
from bench.peers.nats_leaf import SERVER as NATS
from bench.peers.nats_leaf import NatsLeaf
from bench.peers.product import Product
from bench.peers.work import Drain, Live, Peer
from bench.place import BENCH, fresh
from bench.report import machine, quantile


@dataclass(slots=True)
class Measured:
    """A peer's rounds."""

    name: str
    durable: str
    lives: list[Live] = field(default_factory=list)
    drains: list[Drain] = field(default_factory=list)


def take_turns(rounds: int, events: int | None) -> None:
    """Measures and prints; the second round goes backwards. Without `events`, each peer drains its own number."""
    started = time.monotonic()
    peers: Sequence[Peer] = (Product(), NatsLeaf(always=True), NatsLeaf(always=False), MosquittoBridge())
    measured = {peer.name: Measured(peer.name, peer.durable) for peer in peers}
    for number in range(rounds):
        for place, peer in enumerate(peers if number % 2 == 0 else reversed(peers)):
            done = number * len(peers) + place
            live, drained = _one(peer, events or peer.backlog, f"round {number + 1}/{rounds} {peer.name}")
            measured[peer.name].lives.append(live)
            measured[peer.name].drains.append(drained)
            spent_s = time.monotonic() - started
            left_s = spent_s / (done + 1) * (rounds * len(peers) - done - 1)
            _say(f"{drained.rate:,.0f} ev/s; {spent_s:.0f} s so far, about {left_s:.0f} s left")
    _show(list(measured.values()), rounds, time.monotonic() - started)
    _write(list(measured.values()), time.monotonic() - started, BENCH / "peers.json")


def _say(line: str) -> None:
    print(line, flush=True)


def _one(peer: Peer, events: int, title: str) -> tuple[Live, Drain]:
    _say(f"{title}: idle")

    def say(line: str) -> None:
        _say(f"{title}: {line}")

    live = uvloop.run(peer.live(fresh("peers/live"), say))
    say(f"a backlog of {events:,} events")
    return live, uvloop.run(peer.drain(fresh("peers/drain"), events, say))


def span(values: Sequence[float], digits: int = 0) -> str:
    """Returns "97,000-106,000", the least and the greatest value, or one number if both are written alike."""
    low, high = (f"{value:,.{digits}f}" for value in (min(values), max(values)))
    return low if low == high else f"{low}-{high}"


def _quantiles(rounds: Sequence[list[float]], digits: int = 0) -> str:
    """p50 / p99 of the rounds' values."""
    of_some = [values for values in rounds if values]
    if not of_some:
        return "none"
    return " / ".join(span([quantile(values, share) for values in of_some], digits) for share in (0.5, 0.99))


def _show(measured: Sequence[Measured], rounds: int, seconds: float) -> None:
    title = f"anju bench, peers on the same work: {machine()}, rounds in turns: {rounds}, {seconds:.0f} s"
    table = Table(title=title, title_justify="left")
    for column in (
        "", "durable?", "events", "drain ev/s", "alarm during the drain p50 / p99 ms", "live p50 / p99 ms at 200/s",
        "edge idle RSS MB", "CPU us per drained event, edge / hub",
    ):  # fmt: skip
        table.add_column(column, overflow="fold")
    for one in measured:
        alarms = sum(len(drain.alarms_ms) for drain in one.drains)
        table.add_row(
            one.name, one.durable, f"{one.drains[0].events:,}", span([round(d.rate, -2) for d in one.drains]),
            f"{_quantiles([d.alarms_ms for d in one.drains])} ({alarms})",
            _quantiles([live.ms for live in one.lives], 1),
            span([live.idle_mb for live in one.lives]),
            f"{span([d.edge_us for d in one.drains], 1)} / {span([d.hub_us for d in one.drains], 1)}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 180).print(table)
    print("durable?: whether what the hub has acknowledged is on its disk. Least-greatest of the rounds.")
    for words in versions():
        print(words)


def versions() -> list[str]:
    """What the peers say they are."""
    said = (
        subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
        for command in ((str(NATS), "--version"), (MOSQUITTO, "-h"))
    )
    return [lines[0].strip() for lines in said if lines]


def _write(measured: Sequence[Measured], seconds: float, target: Path) -> None:
    body = {
        "machine": machine(),
        "seconds": round(seconds),
        "versions": versions(),
        "peers": [asdict(one) for one in measured],
        "medians": {one.name: _medians(one) for one in measured},
    }
    target.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    print(f"the same as JSON: {target}")


def _medians(one: Measured) -> dict[str, float]:
    figures = {
        "drain_per_s": [drain.rate for drain in one.drains],
        "alarm_p50_ms": [quantile(drain.alarms_ms, 0.5) for drain in one.drains if drain.alarms_ms],
        "alarm_p99_ms": [quantile(drain.alarms_ms, 0.99) for drain in one.drains if drain.alarms_ms],
        "live_p50_ms": [quantile(live.ms, 0.5) for live in one.lives],
        "live_p99_ms": [quantile(live.ms, 0.99) for live in one.lives],
        "idle_mb": [live.idle_mb for live in one.lives],
        "edge_us": [drain.edge_us for drain in one.drains],
        "hub_us": [drain.hub_us for drain in one.drains],
    }
    return {name: statistics.median(values) for name, values in figures.items() if values}
