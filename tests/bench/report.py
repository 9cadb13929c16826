"""Rows of the bench: a figure, its bar, the raw limit beside it, and whether the bar was met. Table and JSON."""

from __future__ import annotations

import json
import platform
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure. `ratio` is against the raw limit of the same run, None where there is none."""

    bar: str  # "B1"
    figure: str  # what was measured, in words
    value: str  # with its unit
    want: str  # the bar in words
    met: bool
    limit: str = ""  # the raw limit, in words and with its unit
    ratio: float | None = None
    raw: dict[str, float] = field(default_factory=dict)


def quantile(values: list[float], share: float) -> float:
    """Returns the value at `share` (0..1) of the sorted values (nearest rank). Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Returns what this machine is, as far as a figure depends on it."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    cores = len([line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("processor")])
    return f"{cores} cores ({model}), Linux {platform.release()}, Python {platform.python_version()}"


def show(rows: list[Row], seconds: float, target: Path) -> None:
    """Prints the table and writes the same rows as JSON to `target`."""
    table = Table(title=f"anju bench: {machine()}, {seconds:.0f} s", title_justify="left", show_lines=False)
    for column in ("bar", "figure", "measured", "raw limit, same run", "ratio", "wanted", ""):
        table.add_column(column, overflow="fold")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        table.add_row(row.bar, row.figure, row.value, row.limit, ratio, row.want, "met" if row.met else "MISSED")
    Console(width=None if sys.stdout.isatty() else 150).print(table)
    target.parent.mkdir(parents=True, exist_ok=True)
    body = {"machine": machine(), "seconds": round(seconds), "rows": [asdict(row) for row in rows]}
    target.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    print(f"the same as JSON: {target}")
