"""`./dev bench --against REV`: the checkout and another commit measured in turns, in one run on one machine.

Each tree is measured by its own bench, in a process of its own; what is compared are the numbers in its results.json.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.place import BENCH, ROOT
from bench.report import machine
from bench.trees import NotMeasurable, Tree, git, is_dirty, short_name, tree
from bench.verdict import FEW, Compared, Key, compare_rounds, numbers, spread

BARS = ("B1", "B2", "B3", "B5", "B18", "B6")
ROUNDS = 5
END_S = 60.0  # a bench that is told to end stops its box and hub first


class _Clock:
    """Says how long the rest takes, from what the runs that are over took."""

    def __init__(self, runs: int) -> None:
        self._runs, self._done = runs, 0
        self._started = self._last = time.monotonic()

    def done(self) -> None:
        """One more run is over."""
        self._done += 1
        self._last = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    @property
    def left(self) -> str:
        """ "about 4 min left"; nothing is known before the first run is over."""
        if not self._done:
            return f"first of {self._runs} runs"
        a_run_s = (self._last - self._started) / self._done
        left_s = a_run_s * (self._runs - self._done) - min(a_run_s, time.monotonic() - self._last)
        return f"about {left_s / 60:.0f} min left" if left_s > 90 else f"about {left_s:.0f} s left"


def order(rounds: int) -> list[tuple[int, bool]]:
    """Returns (round, whether the new tree) of each run: A B, B A, A B, ... so that drift hits both alike."""
    return [(number, new) for number in range(rounds) for new in ((True, False) if number % 2 == 0 else (False, True))]


def against(revision: str, bars: Sequence[str], rounds: int) -> None:
    """Measures and prints. Raises NotMeasurable."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the trees are removed on the way out
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job begins with it ignored
    dirty = is_dirty(ROOT)
    folder = BENCH / "against"
    for log in folder.glob("*.log"):
        log.unlink()
    _say(f"preparing {short_name(ROOT, 'HEAD')} and {short_name(ROOT, revision)}")
    with (
        tree(ROOT, folder / "new", "HEAD", _say, uncommitted=dirty) as new,
        tree(ROOT, folder / "old", revision, _say) as old,
    ):
        for one, role in ((new, "new"), (old, "old")):
            _say(f"{role}: {_described(ROOT, one)}")
        of_new: list[Mapping[Key, float]] = []
        of_old: list[Mapping[Key, float]] = []
        clock = _Clock(2 * rounds)
        for number, is_new in order(rounds):
            title = f"round {number + 1}/{rounds} {'new' if is_new else 'old'}"
            measured = _measure(
                new if is_new else old, bars, title, clock, folder / f"{title.replace('/', ' of ')}.log"
            )
            (of_new if is_new else of_old).append(measured)
            clock.done()
        table, only_one = compare_rounds(of_new, of_old)
        _show(new, old, table, only_one, rounds, clock.seconds)
        _write(new, old, table, rounds, clock.seconds, BENCH / "against.json")


def _say(line: str) -> None:
    print(line, flush=True)


def _described(checkout: Path, one: Tree) -> str:
    subject = git(checkout, "show", "-s", "--format=%s", one.words.split()[0]).decode().strip()
    lines = [f"{one.words}: {subject}"]
    if one.beside.installed:
        lines.append(f"     beside this environment: {', '.join(one.beside.installed)}")
    if one.beside.refused:
        lines.append(f"     not installed, as there is no wheel: {', '.join(one.beside.refused)}")
    return "\n".join(lines)


def _measure(one: Tree, bars: Sequence[str], title: str, clock: _Clock, log: Path) -> dict[Key, float]:
    """Runs a tree's own bench once; passes on its line of each bar."""
    results = one.folder / ".bench" / "results.json"
    results.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench", "--only", ",".join(bars)]
    with log.open("w") as written:
        running = subprocess.Popen(
            command, cwd=one.folder, env=one.environment, stdout=subprocess.PIPE, stderr=written, text=True,
            start_new_session=True,
        )  # fmt: skip
        try:
            for line in running.stdout or ():
                written.write(line)
                if " ... " in line:
                    _say(f"{title}: {line.strip()}  ({clock.left})")
            running.wait()
        except BaseException:
            running.send_signal(signal.SIGINT)
            try:
                running.wait(END_S)
            except subprocess.TimeoutExpired:
                running.kill()
            raise
    if running.returncode or not results.exists():
        raise NotMeasurable(f"the bench of {one.words} failed ({log}):\n{log.read_text()[-2_000:]}")
    return numbers(json.loads(results.read_text())["rows"])


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def _cell(values: Sequence[float]) -> str:
    low, high = spread(values)
    return f"{_number(statistics.median(values))} ({_number(low)}..{_number(high)})"


def _show(
    new: Tree, old: Tree, table: Sequence[Compared], only_one: Sequence[Key], rounds: int, seconds: float
) -> None:
    title = f"anju bench, {new.words} against {old.words}: {machine()}, {rounds} rounds in turns, {seconds:.0f} s"
    shown = Table(title=title, title_justify="left")
    for column in ("bar", "figure", "number", f"new {new.words}", f"old {old.words}", "new / old", "verdict"):
        shown.add_column(column, overflow="fold")
    for row in table:
        verdict = f"{row.verdict} (within {row.margin:.0%})" if row.verdict == "same" else row.verdict
        verdict = verdict or "raw limit"
        words = (row.key.bar, row.key.figure, row.key.name)
        shown.add_row(*words, _cell(row.new), _cell(row.old), f"{row.ratio:.2f}", verdict)
    Console(width=None if sys.stdout.isatty() else 180).print(shown)
    what = "quartiles" if rounds >= FEW else "least..greatest"
    print(f"Medians ({what} of the rounds). Same: within 5 % or the wider spread of the two, whichever is larger.")
    if rounds < ROUNDS:
        print(f"{rounds} rounds show that it runs; a verdict needs {ROUNDS}.")
    for key in only_one:
        print(f"not in both trees, or not in every round: {key.bar} {key.figure}: {key.name}")


def _write(new: Tree, old: Tree, table: Sequence[Compared], rounds: int, seconds: float, target: Path) -> None:
    trees = {
        role: {"tree": one.words, "beside": one.beside.installed, "not_installed": one.beside.refused}
        for role, one in (("new", new), ("old", old))
    }
    body = {"machine": machine(), "seconds": round(seconds), "rounds": rounds, **trees,
            "figures": [asdict(row) for row in table]}  # fmt: skip
    target.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    print(f"the same as JSON: {target}")
