"""Projections: exactly once, the same after a rebuild, adopted while the hub runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from anju_central.projections.projection import Change, Projection
from anju_central.projections.projection_file import (
    SCHEMAS,
    ProjectionFile,
    all_projections,
    projection_path,
    rebuild,
)
from anju_central.store.log_reader import LogReader, LogRecord, RowLog, TelemetrySummary
from anju_central.store.sqlite_store import backup, restore
from anju_protos.v1.event_pb2 import (
    ACKED,
    ANNULMENT,
    BOOT,
    CLOCK_FIX,
    DEVICE_STATE,
    HEALTH,
    UNSET,
    Actor,
    Anchor,
    Annulment,
    Boot,
    ClockFix,
    DeviceState,
    Event,
    EventRef,
    Health,
)
from support.events import ACTIVITY, ALARM, T0, TELEMETRY, Box, alarm, check_in, presence, stamp, step
from support.hubs import Hub, running

DAY_MS = 86_400_000


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Returns every table of a projection, without its positions."""
    with sqlite3.connect(path) as db:
        names = [name for (name,) in db.execute("select name from sqlite_master where type = 'table' order by name")]
        return {
            name: sorted(db.execute(f"select * from {name}").fetchall(), key=repr)
            for name in names
            if not name.startswith("sqlite_")
        }


async def a_day(hub: Hub) -> None:
    """Brings a bit of everything into the store, streams interleaved, some old streams late."""
    alarms, activity, telemetry = Box("alarm", ALARM), Box("activity", ACTIVITY), Box("telemetry", TELEMETRY)
    old = Box("sealed", TELEMETRY)
    boot = Event(kind=BOOT, stamp=stamp(1), payload=Boot(boot=5, software="0.1", cause="started").SerializeToString())
    anchor = Anchor(boot=5, offset_ms=1_790_000_000_000, error_ms=9, at_elapsed_ms=10)
    fix = Event(kind=CLOCK_FIX, stamp=stamp(2), payload=ClockFix(anchor=anchor).SerializeToString())
    state = DeviceState(battery_pct=55).SerializeToString()
    for n in range(20):
        await hub.store.submit(
            telemetry.submission(
                *(presence(f"ble:{i % 7:012x}", f"zone-{(n + i) % 3}", at_ms=1_000 * n + i) for i in range(50)),
                Event(kind=DEVICE_STATE, stamp=stamp(1_000 * n + 60), device="ble:000000000001", payload=state),
                Event(kind=HEALTH, stamp=stamp(1_000 * n + 61), payload=Health(troubles=["X"]).SerializeToString()),
            )
        )
        tapped = check_in(f"r-{n % 3}", at_ms=1_000 * n, nonce=bytes([n % 15]) * 16)
        await hub.store.submit(activity.submission(boot, fix, tapped))
        if n % 4 == 0:
            undone = Annulment(annuls=EventRef(stream=activity.stream, seq=activity.seq), reason="undo")
            event = Event(kind=ANNULMENT, stamp=stamp(1_000 * n + 5), payload=undone.SerializeToString())
            await hub.store.submit(activity.submission(event))
        raised = alarm(f"ble:{n % 5:012x}", at_ms=1_000 * n, last_place={"zone": "z", "age_ms": n})
        await hub.store.submit(alarms.submission(raised))
        taken = step(
            1_000 * n + 9,
            incident=EventRef(stream=alarms.stream, seq=alarms.seq),
            state=ACKED,
            actor=Actor(role=Actor.RESPONDER, id=f"m-{n}"),
        )
        await hub.store.submit(alarms.submission(taken))
        await hub.store.submit(old.submission(presence("ble:000000000001", "old", at_ms=n)))
    await hub.settled()
    [*_, last] = (await hub.http.get("/api/incidents?state=all")).json()
    await hub.http.post(f"/api/incidents/{last['id']}/resolve", json={"cause": "c", "contacted": True})
    await hub.settled()


async def test_a_rebuild_beside_the_running_hub_gives_the_same_and_is_taken_over(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await a_day(hub)
        data_dir = tmp_path / "hub"
        before = (await hub.http.get("/api/incidents?state=all")).json()
        boxes = (await hub.http.get("/api/boxes")).json()
        day = (await hub.http.get("/api/check-ins?day=2026-09-21")).json()
        for projection in all_projections():
            said: list[tuple[str, int, int]] = []
            file = hub.parts.projector.files[projection.name]
            held = contents(file.path)
            generation = file.generation
            rebuild(data_dir, hub.store.path, projection, lambda *args, said=said: said.append(args))
            assert said[-1][1] == said[-1][2]
            await taken_over(hub, projection.name, generation)
            assert contents(file.path) == held, projection.name
        assert (await hub.http.get("/api/incidents?state=all")).json() == before
        assert (await hub.http.get("/api/boxes")).json() == boxes
        assert (await hub.http.get("/api/check-ins?day=2026-09-21")).json() == day
        more = Box("more", ALARM)
        await hub.take(more, alarm("ble:new"))
        assert "ble:new" in [i["device"] for i in (await hub.http.get("/api/incidents")).json()]


async def taken_over(hub: Hub, name: str, generation: int) -> None:
    """Returns when the projector has taken a rebuilt file and said so."""
    changes = hub.parts.console.changes
    at = changes.last
    while hub.parts.projector.files[name].generation == generation:
        hub.parts.projector.wake()
        await changes.wait(at)
        at = changes.last


async def test_folding_again_after_a_kill_between_counts_nothing_twice(tmp_path: Path) -> None:
    """The hub is cut off at any point: positions and state are of one transaction, whatever was folded before."""
    async with running(tmp_path) as hub:
        await a_day(hub)
        held = {p.name: contents(projection_path(tmp_path / "hub", p.name)) for p in all_projections()}
    reader = LogReader(tmp_path / "hub" / "store.sqlite")
    for projection in all_projections():
        path = tmp_path / "again" / f"{projection.name}.sqlite"
        for name in projection.logs:
            head = reader.head(name)
            at = 0
            while at < head:
                items = reader.batches(at, 3) if name == "telemetry" else reader.rows(name, at, 7)
                cut = ProjectionFile(path, CutOff(projection), reader.epoch())
                with pytest.raises(ConnectionAbortedError):
                    cut.fold(name, items, items[-1].pos)
                cut.close()
                file = ProjectionFile(path, projection, reader.epoch())  # each step a fresh start
                assert file.positions[name] == at
                file.fold(name, items, items[-1].pos)
                file.fold(name, items, items[-1].pos)
                at = file.positions[name]
                file.close()
        assert contents(path) == held[projection.name], projection.name
    reader.close()


class CutOff:
    """A projection whose process ends when everything is folded and nothing is committed."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self.name, self.logs = projection.name, projection.logs

    def fold_rows(self, db: sqlite3.Connection, log: RowLog, rows: Sequence[LogRecord]) -> list[Change]:
        self._projection.fold_rows(db, log, rows)
        raise ConnectionAbortedError

    def fold_telemetry(self, db: sqlite3.Connection, summaries: Sequence[TelemetrySummary]) -> list[Change]:
        self._projection.fold_telemetry(db, summaries)
        raise ConnectionAbortedError


async def test_check_ins_of_a_day_count_each_request_once(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("activity", ACTIVITY)
        same_request = check_in("r-0001", at_ms=5, nonce=b"n" * 16)
        await hub.take(box, same_request, check_in("r-0002", at_ms=6), check_in("r-0003", at_ms=7, day="2026-09-22"))
        await hub.take(Box("restored", ACTIVITY), same_request)
        undone = Annulment(annuls=EventRef(stream=box.stream, seq=2), reason="undo")
        await hub.take(box, Event(kind=ANNULMENT, stamp=stamp(9), payload=undone.SerializeToString()))
        day = (await hub.http.get("/api/check-ins?day=2026-09-21")).json()
        ningdu, other = day["communities"]
        assert (ningdu["count"], len(ningdu["rows"]), other["count"]) == (1, 2, 0)
        first, second = ningdu["rows"]
        assert (first["resident_label"], first["activity_zh"], first["method"]) == ("3-2-501 王*秀", "书法班", "CARD")
        assert second["annulled"]
        hub.clock.advance(3 * 3_600)  # 01:13 in Shanghai
        today = (await hub.http.get("/api/check-ins")).json()
        assert (today["day"], today["communities"][0]["count"]) == ("2026-09-22", 1)


@pytest.mark.parametrize("off_days", [-30, -1, 1, 3_650])
async def test_a_corrected_clock_moves_check_ins_to_the_day_that_they_were_on(tmp_path: Path, off_days: int) -> None:
    """The box believed a wrong date, later the right one; its events keep what it named, the hub shows the day."""

    def fix(true_ms: int, at_ms: int) -> Event:
        at = stamp(at_ms, quality=UNSET)
        anchor = Anchor(boot=at.boot, offset_ms=true_ms, error_ms=20, at_elapsed_ms=at_ms, source=Anchor.HUB)
        return Event(kind=CLOCK_FIX, stamp=at, payload=ClockFix(anchor=anchor).SerializeToString())

    def tap(resident: str, at_ms: int, named: str) -> Event:
        made = check_in(resident, at_ms=at_ms, day=named, nonce=resident.encode() * 2)
        made.stamp.CopyFrom(stamp(at_ms, quality=UNSET))
        return made

    wrong_day = (date(2026, 9, 21) + timedelta(days=off_days)).isoformat()

    async def shown(hub: Hub, day: str) -> list[tuple[str, str]]:
        ningdu, _ = (await hub.http.get(f"/api/check-ins?day={day}")).json()["communities"]
        return [(row["day"], row["at"][:10]) for row in ningdu["rows"]]

    async with running(tmp_path) as hub:
        box = Box("activity", ACTIVITY)
        await hub.take(box, fix(T0 + off_days * DAY_MS, 1), tap("r-0001", 10, wrong_day), tap("r-0002", 20, wrong_day))
        assert len(await shown(hub, wrong_day)) == 2
        told = hub.parts.console.changes.last
        await hub.take(box, fix(T0, 700_000), tap("r-0003", 700_010, "2026-09-21"))
        assert "reload" in [change.event for change in hub.parts.console.changes.after(told) or []]
        assert await shown(hub, wrong_day) == []
        assert await shown(hub, "2026-09-21") == [("2026-09-21", "2026-09-21")] * 3
    async with running(tmp_path) as hub:
        assert await shown(hub, wrong_day) == []
        assert len(await shown(hub, "2026-09-21")) == 3


async def test_check_ins_that_older_software_folded_are_folded_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("activity", ACTIVITY), check_in(at_ms=5))
    path = projection_path(hub.store.path.parent, "attendance")
    with closing(sqlite3.connect(path)) as db:
        first = (SCHEMAS / "attendance" / "0001_attendance.sql").read_text(encoding="utf-8")
        epoch, position = (
            db.execute("select epoch from origin").fetchone(),
            db.execute("select * from position").fetchall(),
        )
        for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
            db.execute(f"drop table {table}")
        db.executescript(first)
        db.execute("insert into origin values (?)", epoch)
        db.executemany("insert into position values (?, ?)", position)
        db.execute("create table schema_reader (oldest_reader integer not null)")
        db.execute("insert into schema_reader values (1)")
        db.execute("pragma user_version = 1")
        db.commit()
    async with running(tmp_path) as hub:
        await hub.take(Box("more", ACTIVITY), check_in("r-0002", at_ms=9))
        ningdu, _ = (await hub.http.get("/api/check-ins?day=2026-09-21")).json()["communities"]
        assert len(ningdu["rows"]) == 2


async def test_old_streams_that_come_late_do_not_hide_newer_places(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        device = "ble:ac233fc001aa"
        await hub.take(Box("live"), presence(device, "b3-u2", at_ms=900_000))
        await hub.take(Box("sealed"), presence(device, "gate", at_ms=1_000), presence(device, "gate", at_ms=2_000))
        hub.clock.ms += 1_000_000
        [row, _] = (await hub.http.get("/api/boxes")).json()
        [shown] = [d for d in row["devices"] if d["device"] == device]
        assert (shown["place"]["zone"], shown["place"]["age_s"], shown["frames"]) == ("b3-u2", 100, 3)


async def test_a_restored_hub_folds_anew_from_what_it_has(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        box = Box("alarm", ALARM)
        await hub.take(box, alarm())
        backup(hub.store.path, tmp_path / "copy.sqlite")
        await hub.take(box, alarm("ble:later"))
        assert len((await hub.http.get("/api/incidents")).json()) == 2
    restore(tmp_path / "copy.sqlite", tmp_path / "hub")
    async with running(tmp_path) as hub:
        await hub.settled()
        assert [i["device"] for i in (await hub.http.get("/api/incidents")).json()] == ["ble:ac233fc001aa"]


async def test_a_damaged_projection_is_folded_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        await hub.take(Box("alarm", ALARM), alarm())
    path = projection_path(tmp_path / "hub", "incidents")
    path.write_bytes(b"not a database" * 1_000)
    async with running(tmp_path) as hub:
        assert len((await hub.http.get("/api/incidents")).json()) == 1
