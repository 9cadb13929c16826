"""An alarm while the disk fails, under disk_recorder.c.

Usage: alarm_through_fault.py FOLDER FAULT_FILE KIND. Prints what happened as one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from anju_drivers.errors import NotRecorded
from anju_edge.journal.journal import Journal, JournalSettings, PendingEvent
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, HEALTH, TELEMETRY, Event


def event(name: str) -> bytes:
    return Event(kind=HEALTH, device=name).SerializeToString()


async def run(folder: Path, fault_file: Path, kind: str) -> dict[str, object]:
    settings = JournalSettings(linger_s=0.0, ballast_bytes=1 << 20, floor_bytes=0, retry_first_s=0.01, retry_max_s=0.05)
    journal = await Journal.open(folder, settings)
    changes: list[str | None] = []
    down, up = asyncio.Event(), asyncio.Event()

    def on_fault(fault: str | None) -> None:
        changes.append(fault)
        (up if fault is None else down).set()

    journal.on_fault = on_fault
    before = journal.append(ACTIVITY, event("before"))
    await before
    _set_fault(fault_file, kind)
    started = time.monotonic()
    alarm = journal.append(ALARM, event("alarm"))
    append_s = time.monotonic() - started
    refused = await _refused(alarm)
    refused_s = time.monotonic() - started
    await down.wait()
    second = journal.append(ALARM, event("second alarm"))
    second_refused = await _refused(second)
    telemetry = journal.append(TELEMETRY, event("telemetry"))
    readable = await journal.read(before.stream, 0, 10, 1 << 20)
    fault_while = journal.fault
    _set_fault(fault_file, None)
    await up.wait()
    await journal.flush()
    batch = await journal.read(alarm.stream, 0, 10, 1 << 20)
    devices = [] if batch is None else [Event.FromString(data).device for data in batch.events]
    ended: dict[str, object] = {
        "append_s": append_s,
        "refused": refused,
        "refused_s": refused_s,
        "second_refused": second_refused,
        "readable": readable is not None and len(readable.events) == 1,
        "fault": fault_while,
        "changes": [change is not None for change in changes],
        "alarms": devices,
        "telemetry_durable": telemetry.durable,
        "recording": journal.recording,
    }
    await journal.close()
    return ended


def _set_fault(fault_file: Path, kind: str | None) -> None:
    if kind is None:
        fault_file.unlink()
    else:
        fault_file.write_text(kind)


async def _refused(entry: PendingEvent) -> bool:
    try:
        await entry
    except NotRecorded:
        return True
    return False


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))))
