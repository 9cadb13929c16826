"""What a start needs to know of earlier runs, and what it records before anything else."""

from __future__ import annotations

import contextlib
import logging
import stat
from pathlib import Path

from anju_drivers.errors import NotRecorded
from anju_edge.clock import Clock, Floor, RunningTime
from anju_edge.journal.journal import Journal
from anju_edge.journal.newest_date import newest_sure_ms
from anju_edge.journal.recorder import Recorder
from anju_edge.journal.sql import KV
from anju_protos.v1.event_pb2 import BOOT, CLOCK_FIX, Boot, ClockFix

_log = logging.getLogger(__name__)


def keep_private(folder: Path) -> None:
    """The data folder is for its user alone: the journal makes it so, an older one that all could read loses that."""
    with contextlib.suppress(OSError):  # shows as a fault when the journal is opened
        mode = folder.stat().st_mode
        is_shared = bool(mode & stat.S_ISVTX)  # such as /tmp, which a wrong configuration may name
        if mode & 0o027 and not is_shared:
            folder.chmod(stat.S_IMODE(mode) & ~0o027)


async def time_of_earlier_runs(journal: Journal, clock: Clock) -> RunningTime:
    """Returns the running-time counter of the last run and gives `clock` its floor."""
    try:
        rows = await journal.query(KV.time_of_earlier_runs)
    except NotRecorded:  # the disk is away: count from zero rather than wait
        return RunningTime()
    kept = {key: value for key, value in rows if isinstance(value, bytes)}
    try:
        clock.set_floor(Floor.decode(kept["clock_floor"]))
    except (ValueError, KeyError, TypeError):  # none yet, or lost with a damaged page: the events know the date too
        clock.set_floor(Floor(await newest_sure_ms(journal)))
    try:
        return RunningTime.decode(kept["running_time"]) if "running_time" in kept else RunningTime()
    except (ValueError, KeyError, TypeError):  # a damaged row must not keep a box from starting
        _log.error("the running time of earlier runs cannot be read; it counts from zero")
        return RunningTime()


def record_boot(recorder: Recorder, clock: Clock, journal: Journal, software: str) -> None:
    """Records that this boot began, and its clock where the kernel vouches for it."""
    anchor = clock.poll()
    boot = Boot(
        boot=clock.boot,
        software=software,
        cause="salvaged" if journal.salvaged is not None else "started",
        running_time_ms=recorder.running_ms(),
    )
    recorder.record(BOOT, boot.SerializeToString(), side=lambda _: recorder.keep_time())
    if anchor is not None:
        recorder.record(CLOCK_FIX, ClockFix(anchor=anchor).SerializeToString())
