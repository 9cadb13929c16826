"""B15: boxes with certificates on one hub process: memory of each, the hub's share of a core, and all back at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from anju_central.simulation.certificates import make
from bench.community import Setup, write_hub
from bench.place import ROOT, fresh
from bench.programs import Hub
from bench.report import Row, quantile
from bench.trees import NotMeasurable

BOXES = int(os.environ.get("ANJU_BENCH_BOXES", "3000"))
A_PROCESS = 500  # boxes: a crowd is to be no slower than the hub that it measures
WORK_S, REST_S = 60.0, 20.0


class Crowd:
    """A process of boxes; what it answers are JSON lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, words: str) -> None:
        assert self._process.stdin is not None
        print(words, file=self._process.stdin, flush=True)

    def answer(self) -> dict[str, Any]:  # Any: JSON
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasurable("B15: boxes of the crowd were not welcomed, or it ended; what it said stands above")
        found: dict[str, Any] = json.loads(line)
        return found


@contextmanager
def crowds(address: str, authority: str, boxes: int) -> Iterator[list[Crowd]]:
    """Processes of boxes, ready to connect."""
    running = []
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    try:
        for first in range(0, boxes, A_PROCESS):
            count = min(A_PROCESS, boxes - first)
            command = (sys.executable, "-m", "bench.crowd", address, authority, str(first), str(count))
            pipe = subprocess.PIPE
            running.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment))
        made = [Crowd(process) for process in running]
        for one in made:
            one.answer()
        yield made
    finally:
        for process in running:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class Done:
    """What all did: seconds until the last was done, ms of each ack so far, calls that had to come again."""

    seconds: float
    took_ms: list[float]
    again: int


def _all(made: list[Crowd], words: str) -> Done:
    """Tells all the same and waits for the last."""
    began_s = time.monotonic()
    for one in made:
        one.tell(words)
    answers = [one.answer() for one in made]
    took_ms = [ms for answer in answers for ms in answer["took_ms"]]
    return Done(time.monotonic() - began_s, took_ms, sum(answer["again"] for answer in answers))


def b15() -> list[Row]:
    """Connects, works for a minute, drops and comes back all at once. `ANJU_BENCH_BOXES` boxes, 3,000 without it."""
    folder = fresh("b15")
    make(folder / "hub", [])
    setups = [Setup(number, bands=0, receivers=0) for number in range(BOXES)]
    with ExitStack() as stack:
        hub = stack.enter_context(Hub(write_hub(folder, setups)))
        made = stack.enter_context(crowds(hub.grpc, str(folder / "hub" / "tls"), BOXES))
        empty_mb = hub.memory_mb()
        first = _all(made, "connect")
        kb = (hub.memory_mb() - empty_mb) * 1024 / BOXES
        cpu_s = hub.cpu_s()
        work = _all(made, f"work {WORK_S}")
        share = (hub.cpu_s() - cpu_s) / work.seconds
        cpu_s = hub.cpu_s()
        silent = _all(made, f"rest {REST_S}")
        rest = (hub.cpu_s() - cpu_s) / silent.seconds
        _all(made, "drop")
        cpu_s = hub.cpu_s()
        storm = _all(made, "connect")
        storm_cpu_s = hub.cpu_s() - cpu_s
    p99 = quantile(work.took_ms, 0.99)
    what = f"{BOXES:,} boxes with certificates on one hub process"
    return [
        Row("B15", f"{what}: memory of each", f"{kb:.0f} kB", "<= 220 kB", kb <= 220, raw={"kb": kb}),
        Row(
            "B15",
            f"{what}: a core's share, {len(work.took_ms)} batches",
            f"{share:.0%}, {rest:.0%} while nothing comes, ack p99 {p99:.0f} ms",
            "<= 60 %, p99 <= 250 ms",
            share <= 0.6 and p99 <= 250,
            raw={"share": share, "rest": rest, "p99": p99},
        ),
        Row(
            "B15",
            f"{what}: all come back at once, welcomed on three services",
            f"{storm.seconds:.1f} s ({storm_cpu_s / BOXES * 1000:.1f} ms of hub CPU a box, {storm.again} calls again; "
            f"at first {first.seconds:.1f} s)",
            "<= 20 s",
            storm.seconds <= 20,
            raw={"storm": storm.seconds, "storm_cpu": storm_cpu_s, "again": storm.again, "first": first.seconds},
        ),
    ]
