"""While the disk does not take alarms, the hub can have them all the same; with the disk back each counts once."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from anju_drivers.errors import NotRecorded
from anju_edge.journal.journal import Journal
from anju_edge.journal.settings import JournalSettings
from anju_edge.journal.upkeep import Upkeep
from anju_protos import chain
from anju_protos.v1.event_pb2 import ALARM, ALARM_RAISED, TELEMETRY, Alarm, Event

QUICK = JournalSettings(retry_first_s=0.01, retry_max_s=0.02)


def sos(device: str, battery_pct: int = 50) -> bytes:
    alarm = Alarm(battery_pct=battery_pct)
    return Event(kind=ALARM_RAISED, device=device, payload=alarm.SerializeToString()).SerializeToString()


async def until_recording(journal: Journal) -> None:
    seen = -1
    while not journal.recording:
        seen = await journal.changed(seen)


async def test_alarms_that_the_disk_does_not_take_are_offered_with_their_identity(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    folder.write_text("a file where the folder should be: nothing can be written")
    async with await Journal.open(folder, QUICK) as journal:
        assert not journal.recording
        first = journal.append(ALARM, sos("ble:a"))
        journal.append(TELEMETRY, sos("ble:b"))
        second = journal.append(ALARM, sos("ble:c"))
        with pytest.raises(NotRecorded):
            await first
        [shown] = [info for info in journal.streams() if info.note == "unrecorded"]
        assert (shown.lane, shown.first, shown.last) == (ALARM, 1, 2)
        batch = await journal.read(shown.stream, 0, 100, 10_000)
        assert batch is not None
        origins = [Event.FromString(data).origin for data in batch.events]
        assert [(origin.stream, origin.seq) for origin in origins] == [(e.stream, e.seq) for e in (first, second)]
        assert batch.hash_end == chain.link_all(chain.genesis(shown.stream), batch.events)
        assert await journal.hash_at(shown.stream, 2) == batch.hash_end
        waiting = journal.waiting()
        await journal.acked(shown.stream, 2)
        assert journal.waiting() == waiting  # copies confirm nothing: the originals are still to be written

        folder.unlink()  # the writer makes it
        await until_recording(journal)
        await journal.flush()
        assert all(info.note != "unrecorded" for info in journal.streams())
        written = await journal.read(first.stream, 0, 100, 10_000)
        assert written is not None
        assert list(written.events) == [sos("ble:a"), sos("ble:c")]


async def test_an_alarm_that_was_shown_is_not_merged_into(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    folder.write_text("in the way")
    settings = JournalSettings(retry_first_s=0.01, retry_max_s=0.02, held_urgent=4)
    async with await Journal.open(folder, settings) as journal:
        entries = [journal.append(ALARM, sos("ble:a")) for _ in range(8)]
        assert all(entry.data == sos("ble:a") for entry in entries if entry.shown)
        assert entries[0].shown


async def test_a_refused_alarm_in_the_writers_hand_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word of the disk's return comes before word of what was written: a flush in between told of the old fault."""
    written, go = threading.Event(), threading.Event()
    count = Upkeep.written

    def count_slowly(upkeep: Upkeep, size_bytes: int) -> None:
        count(upkeep, size_bytes)
        written.set()
        assert go.wait(30)

    folder = tmp_path / "box"
    folder.write_text("in the way")
    async with await Journal.open(folder, QUICK) as journal:
        alarm = journal.append(ALARM, sos("ble:a"))
        with pytest.raises(NotRecorded):
            await alarm
        monkeypatch.setattr(Upkeep, "written", count_slowly)
        folder.unlink()
        assert await asyncio.to_thread(written.wait, 30)
        await until_recording(journal)
        flushing = asyncio.create_task(journal.flush())
        for _ in range(10):
            await asyncio.sleep(0)
        assert not flushing.done()
        go.set()
        await flushing
        assert alarm.durable
