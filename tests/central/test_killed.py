"""Acknowledged = on disk: the hub's store is killed again and again, and every ack that it gave must hold."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from anju_central.projections.projection_file import ProjectionFile, all_projections
from anju_central.store.log_reader import LogReader
from anju_central.store.sqlite_store import reading
from anju_protos import chain
from anju_protos.v1.event_pb2 import ALARM, TELEMETRY, Event
from support.events import Box
from support.killed_store import LANES, event_at
from support.paths import TESTS

KILLS = 30


def one_life(folder: Path, acks_before_the_end: int) -> dict[int, int]:
    """Runs a store until it gave so many acks, kills it, and returns the last ack of each lane."""
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "support.killed_store", str(folder)]
    acked: dict[int, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(acks_before_the_end):
            lane, seq = process.stdout.readline().split()
            acked[int(lane)] = int(seq)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout.read().splitlines():  # acks that it had printed already count too
            parts = line.split()
            if len(parts) == 2:
                acked[int(parts[0])] = int(parts[1])
    return acked


def test_no_ack_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    kill_and_judge(tmp_path, KILLS, seed=4)


def kill_and_judge(tmp_path: Path, kills: int, seed: int) -> int:
    """Kills a store so many times and checks every ack. Returns how many events it holds in the end."""
    rng = random.Random(seed)
    acked: dict[int, int] = {}
    total = 0
    for _ in range(kills):
        acked |= one_life(tmp_path, rng.randint(1, 25))
    reader = LogReader(tmp_path / "store.sqlite")
    for lane in LANES:
        box = Box("kill", lane, f"box-{lane}")
        if lane == TELEMETRY:
            stored = [event for batch in reader.batches(0, 1_000_000) for event in batch.events]
        else:
            rows = reader.rows("alarm" if lane == ALARM else "activity", 0, 1_000_000)
            assert [row.ref.seq for row in rows] == list(range(1, len(rows) + 1))
            stored = [row.event for row in rows]
        assert len(stored) >= acked.get(lane, 0)
        assert stored == [event_at(lane, seq) for seq in range(1, len(stored) + 1)]
        [(seq, known)] = read_cursor(tmp_path, box)
        assert seq == len(stored)
        total += seq
        assert known == chain.link_all(chain.genesis(box.stream), map(Event.SerializeToString, stored))
    counts = fold_all(tmp_path, reader)
    assert counts == (reader.head("alarm"), reader.head("activity"))
    reader.close()
    return total


def read_cursor(folder: Path, box: Box) -> list[tuple[int, bytes]]:
    """Returns the stored cursor of a stream."""
    with reading(folder / "store.sqlite") as db:
        return db.execute("select seq, hash from stream where stream = ?", (box.stream,)).fetchall()


def fold_all(folder: Path, reader: LogReader) -> tuple[int, int]:
    """Folds incidents and attendance, and returns how many there are of each."""
    counts: dict[str, int] = {}
    for projection in all_projections():
        if projection.name in ("incidents", "attendance"):
            file = ProjectionFile(folder / f"{projection.name}.sqlite", projection, reader.epoch())
            log = projection.logs[0]
            assert log != "telemetry"
            file.fold(log, reader.rows(log, 0, 1_000_000), reader.head(log))
            table = "incident" if projection.name == "incidents" else "check_in"
            (counts[projection.name],) = file.db.execute(f"select count(*) from {table}").fetchone()
            file.close()
    return counts["incidents"], counts["attendance"]
