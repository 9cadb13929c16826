"""Disk faults: alarms go on, unconfirmed; what waited is written when the disk returns; what had to go is said."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from anju_drivers.errors import NotRecorded
from anju_edge.journal import writer
from anju_edge.journal.jobs import Job
from anju_edge.journal.journal import Journal, JournalSettings, PendingEvent, WriterEnded
from anju_edge.journal.pending_queue import PendingQueue
from anju_edge.journal.reader import JournalReader
from anju_edge.journal.rehome import with_origin
from anju_edge.journal.repair import open_checked
from anju_edge.journal.store import Store
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, ALARM_RAISED, HEALTH, SOS, TELEMETRY, Alarm, Event, Reason
from anju_protos.v1.uplink_pb2 import Skip
from support.faults import fill_disk, preloaded, small_disk
from support.following_hub import FollowingHub
from support.paths import RIGS

MIB = 1 << 20


def event(name: str, size: int = 0) -> bytes:
    return Event(kind=HEALTH, device=name, payload=os.urandom(size)).SerializeToString()


def alarm(device: str, *reasons: Reason.ValueType) -> bytes:
    payload = Alarm(reasons=reasons or [SOS], unknown_device=True).SerializeToString()
    return Event(kind=ALARM_RAISED, device=device, payload=payload).SerializeToString()


class Watch:
    """Follows `on_fault`."""

    def __init__(self, journal: Journal) -> None:
        self.down, self.up = asyncio.Event(), asyncio.Event()
        journal.on_fault = self._changed

    def _changed(self, fault: str | None) -> None:
        (self.up if fault is None else self.down).set()


@pytest.mark.parametrize("kind", ["S", "W", "R"], ids=["EIO at sync", "ENOSPC at write", "read-only at write"])
def test_an_alarm_goes_through_a_failing_disk(tmp_path: Path, kind: str) -> None:
    box = tmp_path / "box"
    box.mkdir()
    fault_file = tmp_path / "fault"
    ran = subprocess.run(
        [sys.executable, str(RIGS / "alarm_through_fault.py"), str(box), str(fault_file), kind],
        env=preloaded(box, FAULT_FILE=str(fault_file)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)
    assert seen["alarms"] == ["alarm", "second alarm"]
    assert seen["changes"] == [True, False]
    assert seen["recording"]
    assert seen["refused"]
    assert seen["second_refused"]
    assert seen["readable"]
    assert seen["fault"]
    assert seen["telemetry_durable"]


async def test_a_full_disk_still_takes_alarms_by_the_ballast(tmp_path: Path) -> None:
    with small_disk(tmp_path, 6 * MIB) as disk:
        settings = JournalSettings(
            linger_s=0.0, ballast_bytes=MIB, floor_bytes=0, retry_first_s=0.01, retry_max_s=0.05, quota_bytes=64 * MIB
        )
        hub = FollowingHub()
        async with await Journal.open(disk, settings) as journal:
            for entry in [journal.append(TELEMETRY, event("t", 1000)) for _ in range(1500)]:
                await entry
            await journal.settled()
            assert (disk / "ballast").stat().st_size == MIB
            hog = fill_disk(disk)
            for n in range(20):
                await journal.append(ALARM, event(f"alarm{n}", 5000))
            assert journal.recording
            hog.unlink()
            more = [journal.append(TELEMETRY, event("t", 1000)) for _ in range(100)]
            for entry in more:
                await entry
            await hub.follow(journal)
            assert all(stream.covered() == list(range(1, stream.cursor + 1)) for stream in hub.streams.values())
            assert {f"alarm{n}" for n in range(20)} <= set(hub.facts())


async def test_cycles_of_a_full_disk_lose_no_alarm_and_count_what_was_shed(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        disk = stack.enter_context(small_disk(tmp_path, 4 * MIB))
        settings = JournalSettings(
            linger_s=0.0,
            ballast_bytes=512 << 10,
            floor_bytes=0,
            retry_first_s=0.005,
            retry_max_s=0.02,
            held_telemetry=200,
            quota_bytes=64 * MIB,
        )
        hub, confirmed = FollowingHub(), []
        journal = await stack.enter_async_context(await Journal.open(disk, settings))
        for cycle in range(20):
            hog = fill_disk(disk, leave_bytes=64 << 10)
            for n in range(30):
                name = f"alarm{cycle}-{n}"
                entry = journal.append(ALARM, event(name, 200))
                for _ in range(30):
                    journal.append(TELEMETRY, event("t", 900))
                try:
                    await entry
                except NotRecorded:
                    pass
                else:
                    confirmed.append(name)
            hog.unlink()
            watch = Watch(journal)
            if not journal.recording:
                await watch.up.wait()
            await journal.append(ALARM, event(f"end{cycle}"))
            await hub.follow(journal)
        await journal.settled()
        await journal.flush()
        await hub.follow(journal)
        facts = hub.facts()
        assert set(confirmed) <= set(facts)
        assert {f"alarm{c}-{n}" for c in range(20) for n in range(30)} <= set(facts), (
            "alarms were held and written later"
        )
        assert all(stream.covered() == list(range(1, stream.cursor + 1)) for stream in hub.streams.values())
        telemetry = next(hub.streams[info.stream] for info in journal.streams() if info.lane == TELEMETRY)
        assert telemetry.cursor == 20 * 30 * 30


async def test_a_full_disk_gets_the_log_back_where_there_is_room_for_what_is_left(tmp_path: Path) -> None:
    """A disk so small that the write-ahead log and confirmed events fill it stayed full for ever."""

    async def shrink(free_bytes: int) -> tuple[bool, int]:
        """Whether it did, and the log's size after it."""

        def work(store: JournalReader) -> tuple[bool, int]:
            assert isinstance(store, Store)
            return store.shrink(free_bytes), store.wal_bytes()

        return await journal._writer.submit(Job(asyncio.get_running_loop(), work)).result()

    hub = FollowingHub()
    settings = JournalSettings(ballast_bytes=0, checkpoint_pages=10**6)  # the log grows and is never emptied
    async with await Journal.open(tmp_path, settings) as journal:
        for n in range(2_000):
            journal.append(TELEMETRY, event(str(n), 900))
        await journal.flush()
        await hub.follow(journal)
        await journal.settled()
        did, log_bytes = await shrink(free_bytes=MIB)
        assert not did, "what is left would not fit"
        assert log_bytes > 2 * MIB
        assert await shrink(free_bytes=8 * MIB) == (True, 0)
        await journal.append(ACTIVITY, event("it goes on"))
        await hub.follow(journal)
        assert len(hub.facts()) == 2_001


def test_giving_the_log_back_raises_nothing_on_a_file_that_is_gone(tmp_path: Path) -> None:
    with contextlib.closing(open_checked(tmp_path / "journal.sqlite")) as store:
        store.path.unlink()
        assert store.shrink(free_bytes=1 << 30) is False


async def test_a_disk_that_is_away_at_the_start(tmp_path: Path) -> None:
    settings = JournalSettings(linger_s=0.0, ballast_bytes=0, floor_bytes=0, retry_first_s=0.01, retry_max_s=0.02)
    async with await Journal.open(tmp_path / "box", settings) as journal:
        await journal.append(ALARM, event("first run"))
    moved = tmp_path / "elsewhere"
    (tmp_path / "box").rename(moved)
    (tmp_path / "box").write_text("in the way")
    journal = await Journal.open(tmp_path / "box", settings)
    watch = Watch(journal)
    assert not journal.recording
    entry = journal.append(ALARM, event("while away"))
    with pytest.raises(NotRecorded):
        await entry
    assert await journal.read(entry.stream, 0, 10, MIB) is None
    (tmp_path / "box").unlink()
    moved.rename(tmp_path / "box")
    await watch.up.wait()
    await journal.append(ALARM, event("after"))
    hub = FollowingHub()
    await hub.follow(journal)
    assert hub.facts() == {"first run": 1, "while away": 1, "after": 1}
    await journal.close()


async def test_numbers_dropped_for_lack_of_memory_become_skips(tmp_path: Path) -> None:
    settings = JournalSettings(
        linger_s=3600.0, ballast_bytes=0, held_telemetry=50, held_urgent=4, group_rows=1000, keep_acked=0
    )
    hub = FollowingHub()
    async with await Journal.open(tmp_path, settings) as journal:
        for n in range(200):  # the loop does not yield: the writer gets nothing in between
            journal.append(TELEMETRY, event(f"t{n}"))
        for n in range(30):
            journal.append(ALARM, alarm(f"band{n % 3}"))
        for n in range(9):
            journal.append(ACTIVITY, event(f"tap{n}"))
        await journal.flush()
        await hub.follow(journal)
        assert (journal.dropped, journal.merged) == (150 + 5, 26)
    assert hub.skipped(Skip.NOT_RECORDED) == 155
    assert hub.skipped(Skip.MERGED) == 26
    alarms = [Event.FromString(d) for s in hub.streams.values() for d in s.delivered.values() if b"band" in d]
    assert sum(1 + Alarm.FromString(one.payload).repeats for one in alarms) == 30
    assert all(Alarm.FromString(one.payload).unknown_device for one in alarms)
    assert all(stream.covered() == list(range(1, stream.cursor + 1)) for stream in hub.streams.values())


def test_alarms_of_different_devices_or_reasons_are_not_merged() -> None:
    queue = PendingQueue(urgent_bound=2, telemetry_bound=2)
    stream = b"s" * 16

    def put(seq: int, data: bytes) -> bool:
        entry = PendingEvent(stream, seq, ALARM, data, None)
        if len(queue.alarms) < 2:
            queue.alarms.append(entry)
            return True
        return queue.put_when_full(entry)

    assert put(1, alarm("a"))
    assert put(2, alarm("b"))
    assert put(3, alarm("c")), "nobody to merge with: the bound gives way"
    assert put(4, alarm("a", SOS, Reason.LOW_BATTERY)), "another set of reasons"
    assert not put(5, alarm("a"))
    assert put(6, b"\xff not an event")
    assert queue.merged == 1


def test_origin_is_appended_once() -> None:
    data = event("x", 10)
    once = with_origin(data, b"a" * 16, 7)
    assert once.startswith(data)
    assert with_origin(once, b"b" * 16, 9) == once
    assert Event.FromString(once).origin.seq == 7


def _broken(*_: object) -> NoReturn:
    raise LookupError("a fault of the software")


async def test_the_end_of_the_writers_thread_is_told_to_all_who_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await Journal.open(tmp_path, JournalSettings(linger_s=3600.0, ballast_bytes=0)) as journal:
        lingering = journal.append(TELEMETRY, event("lingers"))
        watching = asyncio.ensure_future(journal.watch())
        monkeypatch.setattr(writer, "write", _broken)
        press = journal.append(ALARM, event("press"))
        with pytest.raises(WriterEnded, match="a fault of the software"):
            await asyncio.wait_for(watching, 10)
        for refused in (press, lingering, journal.append(ALARM, event("later"))):
            with pytest.raises(NotRecorded, match="a fault of the software"):
                await refused
        for asked in (journal.query("select 1"), journal.settled(), journal.flush(), journal.seal(ALARM, "seal")):
            with pytest.raises(NotRecorded, match="a fault of the software"):
                await asyncio.wait_for(asked, 10)


async def test_a_start_whose_writer_ends_says_so(tmp_path: Path) -> None:
    with pytest.raises(WriterEnded, match="KeyError"):
        await asyncio.wait_for(Journal.open(tmp_path, JournalSettings(synchronous="SOMETIMES")), 10)


async def test_a_question_that_fails_is_its_askers_matter(tmp_path: Path) -> None:
    async with await Journal.open(tmp_path, JournalSettings(ballast_bytes=0)) as journal:
        with pytest.raises(LookupError, match="a fault of the software"):
            await journal._ask(_broken)
        await journal.append(ALARM, event("the writer goes on"))
        assert journal.recording
