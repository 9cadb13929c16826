"""B11 and B19: what a box does to its flash card, and how it bears a slow one."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvloop

from anju_edge.journal.entries import PendingEvent
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.journal.writer import TICK_S
from anju_protos.v1.event_pb2 import ACTIVITY, TELEMETRY
from bench.backlog import events
from bench.drain_bench import drain
from bench.inside_bench import single
from bench.limits import fsync_ms
from bench.place import BENCH, fresh
from bench.report import Row, quantile

DAY_S = 86_400.0
REPLAY_S = 120.0
DISK_MB = 2_048
NOMINAL_DAY, HEAVY_DAY = 25_000, 620_000
ACTIVITY_SHARE = 0.012  # 200 check-ins, 100 urgent triggers and steps of a nominal day's 25,000
B11_WANTED = "<= 200 / <= 350 MB"
B11_FIGURE = "block-layer bytes written: nominal day / heavy day (replayed in 2 minutes each, linger and ticks scaled)"
WARM_SHARE = 0.1  # of a day, before bytes are counted: a file that grows is not a day like the others


def why_no_loop() -> str:
    """Returns what is missing for a disk of one's own, empty if nothing is."""
    if os.geteuid() != 0:
        return "needs root (a loop device)"
    missing = [name for name in ("losetup", "mkfs.ext4", "mount") if not shutil.which(name)]
    return f"needs {', '.join(missing)}" if missing else ""


@contextmanager
def own_disk() -> Iterator[tuple[Path, str]]:
    """An ext4 file system on a loop device: its folder and the device's name."""
    image, folder = BENCH / "disk.image", BENCH / "disk"
    BENCH.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(DISK_MB << 20)
    subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image)], check=True)
    device = subprocess.run(
        ["losetup", "--find", "--show", str(image)], check=True, capture_output=True, text=True
    ).stdout.strip()
    try:
        subprocess.run(["mount", "-o", "noatime", device, str(folder)], check=True)
        try:
            yield folder, Path(device).name
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        subprocess.run(["losetup", "-d", device], check=True)
        image.unlink()


def _written(device: str) -> int:
    """Bytes written to a block device so far, the file system's own journal included."""
    return int(Path(f"/sys/block/{device}/stat").read_text().split()[6]) * 512


@dataclass(frozen=True, slots=True)
class DayWritten:
    """What a replayed day wrote to the device, and how many events it was too slow for."""

    written_mb: float
    dropped: int


async def _day(folder: Path, device: str, number: int) -> DayWritten:
    """Replays a day in REPLAY_S, all that runs by the clock scaled alike."""
    factor = DAY_S / REPLAY_S
    shipped = JournalSettings()
    settings = JournalSettings(linger_s=shipped.linger_s / factor, save_acks_s=shipped.save_acks_s / factor)
    day = folder / f"day-{number}"
    async with await Journal.open(day, settings, tick_s=TICK_S / factor) as journal:
        await journal.settled()  # the ballast is written
        confirming = asyncio.create_task(_confirm(journal))
        before = 0
        pace_s = REPLAY_S / number
        warm = int(number * WARM_SHARE)
        pending: list[PendingEvent] = []
        due = time.monotonic()
        for at, data in enumerate(events(number + warm)):
            if at == warm:
                await journal.flush()
                os.sync()
                before = _written(device)
            urgent = at % round(1 / ACTIVITY_SHARE) == 0 and number == NOMINAL_DAY
            pending.append(journal.append(ACTIVITY if urgent else TELEMETRY, data))
            due += pace_s
            if (ahead := due - time.monotonic()) > 0.001:
                await asyncio.sleep(ahead)
        await journal.flush()
        confirming.cancel()
        await asyncio.gather(confirming, return_exceptions=True)
        os.sync()
        return DayWritten((_written(device) - before) / 1e6, journal.dropped)


async def _confirm(journal: Journal) -> None:
    """A hub that confirms what it gets: every change of the journal, as over a good line."""
    seen = -1
    while True:
        seen = await journal.changed(seen)
        for info in journal.streams():
            if info.last > info.acked:
                await journal.acked(info.stream, info.last)


def b11() -> list[Row]:
    """Bytes that reach the block layer in a day."""
    if reason := why_no_loop():
        return [Row("B11", B11_FIGURE, f"skipped: {reason}", B11_WANTED, False)]
    with own_disk() as (folder, device):
        nominal, heavy = (uvloop.run(_day(folder, device, number)) for number in (NOMINAL_DAY, HEAVY_DAY))
    return [b11_row(nominal, heavy)]


def b11_row(nominal: DayWritten, heavy: DayWritten) -> Row:
    """Judges both days. A day of which events were dropped was not replayed: it fails, however little it wrote."""
    said = f"{nominal.written_mb:.0f} / {heavy.written_mb:.0f} MB"
    dropped = nominal.dropped + heavy.dropped
    if dropped:
        said += f", not a measurement: {dropped} events dropped, the machine does not keep up with the replay"
    met = not dropped and nominal.written_mb <= 200 and heavy.written_mb <= 350
    raw = {"nominal_mb": nominal.written_mb, "heavy_mb": heavy.written_mb, "dropped": float(dropped)}
    return Row("B11", B11_FIGURE, said, B11_WANTED, met, raw=raw)


CARD_SYNC_US = 22_000
DRAINED, CARD_PRESSES = 500_000, 60


def _shim(folder: Path) -> Path | None:
    """Builds the slow fsync; None without a C compiler."""
    if not shutil.which("cc"):
        return None
    target = folder / "slow_sync.so"
    source = Path(__file__).with_name("slow_sync.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(target), str(source), "-ldl"], check=True)
    return target


def _measured(environment: Mapping[str, str], *arguments: str) -> list[float]:
    """Runs a part of the bench in a process that has the slow fsync; returns the numbers it prints."""
    command = [sys.executable, "-m", "bench.wear_bench", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **environment})
    return [float(number) for number in json.loads(done.stdout)]


def b19() -> list[Row]:
    """A card that manages about 44 syncs a second."""
    folder = fresh("b19")
    shim = _shim(folder)
    if shim is None:
        return [Row("B19", "a card-like disk", "skipped: needs a C compiler (cc)", "p99 <= 8 / <= 15 syncs", False)]
    slow = {"LD_PRELOAD": str(shim), "ANJU_SYNC_US": str(CARD_SYNC_US)}
    (sync_ms,) = _measured(slow, "sync", str(folder))
    live = _measured(slow, "single", str(folder / "live"))
    run = uvloop.run(drain("b19-drain", DRAINED, presses=CARD_PRESSES, box_environment=slow))
    live_p99, alarm_p99 = quantile(live, 0.99), quantile(run.alarms_ms, 0.99)
    return [
        Row(
            "B19",
            "card-like disk: ACTIVITY at 200/s, reading -> durable",
            f"p50 {quantile(live, 0.5):.0f} ms, p99 {live_p99:.0f} ms",
            "p99 <= 8 mean syncs",
            live_p99 <= 8 * sync_ms,
            f"mean sync {sync_ms:.1f} ms ({1000 / sync_ms:.0f} a second)",
            live_p99 / sync_ms,
            {"p99": live_p99, "sync_ms": sync_ms},
        ),
        Row(
            "B19",
            f"the same: alarm while draining, device byte -> console ({len(run.alarms_ms)} presses)",
            f"p50 {quantile(run.alarms_ms, 0.5):.0f} ms, p99 {alarm_p99:.0f} ms",
            "p99 <= 15 mean syncs",
            alarm_p99 <= 15 * sync_ms,
            f"mean sync {sync_ms:.1f} ms",
            alarm_p99 / sync_ms,
            {"p99": alarm_p99, "sync_ms": sync_ms},
        ),
    ]


if __name__ == "__main__":
    what, where = sys.argv[1], Path(sys.argv[2])
    where.mkdir(exist_ok=True)
    print(json.dumps([fsync_ms(where)] if what == "sync" else uvloop.run(single(where, 200, 6.0))))
