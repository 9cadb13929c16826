"""Versions of the box: the health gate, when room is made for the next one, what is told of one taken back."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from anju_drivers.errors import NotRecorded
from anju_edge.incidents.local_incident import LocalIncident
from anju_edge.updates.health_gate import HealthGate, Verdict
from anju_edge.updates.slot_files import RollBack, Slot
from anju_edge.updates.version_watch import EXIT_NO_HUB, VersionWatch, holds_updates
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import (
    ACKED,
    BOX_CANNOT_RECORD,
    BOX_ROLLED_BACK,
    DEVICE_SILENT,
    P1,
    P2,
    P3,
    P4,
    REAL,
    RESOLVED,
    RINGING,
    SOS,
    STAFF_ASKED,
    TEST,
    EventRef,
)
from support.running_box import until
from support.slots import BoxRoot

STEADY = 600.0


def looked(gate: HealthGate, now_s: float, *, fed: bool = True, recording: bool = True, hub: bool = False) -> Verdict:
    return gate.look(now_s, is_fed=fed, is_recording=recording, in_contact=hub)


def test_ten_minutes_of_signs_of_life_and_a_record_make_a_version_good() -> None:
    gate = HealthGate(0, wants_hub=False)
    assert looked(gate, 599) is Verdict.WAIT
    assert looked(gate, 700) is Verdict.WAIT  # nobody has seen that records reach the disk
    gate.probed(701, is_recorded=True)
    assert looked(gate, 702) is Verdict.GOOD


@pytest.mark.parametrize("break_", ["fed", "recording", "probe"])
def test_a_break_begins_the_ten_minutes_anew(break_: str) -> None:
    gate = HealthGate(0, wants_hub=False)
    gate.probed(60, is_recorded=True)
    if break_ == "probe":
        gate.probed(500, is_recorded=False)
    else:
        looked(gate, 500, fed=break_ != "fed", recording=break_ != "recording")
    assert looked(gate, 700) is Verdict.WAIT
    gate.probed(1000, is_recorded=True)
    assert looked(gate, 1099) is Verdict.WAIT
    assert looked(gate, 1101) is Verdict.GOOD


def test_contact_is_asked_for_only_where_there_was_contact_before() -> None:
    for wants, met, at_s, verdict in (
        (False, False, 601, Verdict.GOOD),
        (True, True, 601, Verdict.GOOD),
        (True, False, 601, Verdict.WAIT),
        (True, False, 1801, Verdict.NO_HUB),
    ):
        gate = HealthGate(0, wants_hub=wants)
        gate.probed(60, is_recorded=True)
        looked(gate, 100, hub=met)  # once is enough: the line may go again
        assert looked(gate, at_s) is verdict, (wants, met, at_s)


def incident(priority: int = P1, reason: int = SOS, state: int = RINGING, mark: int = REAL) -> LocalIncident:
    made = Incident(id=EventRef(stream=bytes(16), seq=1), reasons=[reason])  # type: ignore[list-item]  # tables of numbers
    made.priority, made.state, made.mark = priority, state, mark  # type: ignore[assignment]  # as above
    return LocalIncident(made, 0, 0)


@pytest.mark.parametrize(
    ("one", "holds"),
    [
        (incident(), True),
        (incident(P2, SOS, ACKED), True),
        (incident(P3, STAFF_ASKED), True),
        (incident(state=RESOLVED), False),
        (incident(mark=TEST), False),
        (incident(P4), False),
        (incident(P2, DEVICE_SILENT), False),  # a lost band may stay open for weeks
        (incident(P2, BOX_CANNOT_RECORD), False),  # the new version may be what mends it
        (incident(P4, BOX_ROLLED_BACK), False),
    ],
)
def test_somebody_in_need_holds_an_update(one: LocalIncident, holds: bool) -> None:
    assert holds_updates(one) is holds


@dataclass
class Rig:
    """A watch on real files, its signs and what it did."""

    root: BoxRoot
    slot: Slot
    fed: bool = True
    recording: bool = True
    hub_s: float | None = None
    records: bool = True
    open: list[LocalIncident] = field(default_factory=list)
    told: list[RollBack] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    changes: int = 0
    now_s: float = 0.0
    looks: int = 0

    def is_fed(self) -> bool:
        return self.fed

    def is_recording(self) -> bool:
        return self.recording

    def offline_s(self) -> float | None:
        return self.hub_s

    async def probe(self) -> None:
        if not self.records:
            raise NotRecorded("full")

    async def tell(self, what: RollBack) -> None:
        self.told.append(what)
        await self.probe()

    def changed(self) -> None:
        self.changes += 1

    def time(self) -> float:
        self.now_s += 10
        return self.now_s

    def incidents(self) -> list[LocalIncident]:
        self.looks += 1
        return self.open

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[VersionWatch]:
        watch = VersionWatch(
            self.slot, self, self.incidents, self.probe, self.tell, self.codes.append, self.changed, self.time,
            look_s=0.001,
        )  # fmt: skip
        task = asyncio.create_task(watch.run())
        try:
            yield watch
        finally:
            task.cancel()
            (ended,) = await asyncio.gather(task, return_exceptions=True)
            assert isinstance(ended, asyncio.CancelledError), ended


def rig(folder: Path, name: str, *, on_trial: bool = False) -> Rig:
    root = BoxRoot(folder)
    for version in ("1.0", "2.0"):
        program = root.anju / "slots" / version / "bin" / "anju-edge"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n", encoding="utf-8")
        program.chmod(0o755)
    (root.anju / "current").symlink_to("slots/2.0")
    (root.anju / "previous").symlink_to("slots/1.0")
    slot = Slot(name, on_trial=on_trial, state=root.state, runtime=root.run, root=root.anju)
    return Rig(root, slot)


async def test_a_good_version_commits_itself(tmp_path: Path) -> None:
    made = rig(tmp_path, "2.0", on_trial=True)
    proven = asyncio.Event()

    async def on_proven() -> None:
        assert made.root.known().get("good") == "2.0"
        proven.set()

    async with made.watched() as watch:
        watch.on_proven = on_proven
        assert watch.words.on_trial
        await until(lambda: made.root.known().get("good") == "2.0", 30)
        await proven.wait()
        await until(lambda: not watch.words.on_trial)
        assert not watch.message.on_trial
    assert made.root.known()["tries"] == "0"
    assert made.root.start().slot == "2.0"  # as the launcher reads it


async def test_the_first_version_is_known_as_good_and_one_taken_back_stays_marked(tmp_path: Path) -> None:
    made = rig(tmp_path, "1.0")
    (made.root.state / "slot").write_text("slot 2.0\ntries 3\nopen \ngood \nbad 2.0\nend\n", encoding="utf-8")
    (made.root.state / "slot.contact").touch()
    made.hub_s = 500.0  # no trial: it does not give way to anything
    async with made.watched():
        await until(lambda: made.root.known().get("good") == "1.0", 30)
    assert made.root.known()["bad"] == "2.0"
    assert made.codes == []
    assert made.root.start().slot == "1.0"


async def test_a_version_that_does_not_record_never_commits(tmp_path: Path) -> None:
    made = rig(tmp_path, "2.0", on_trial=True)
    made.records = False
    async with made.watched():
        await until(lambda: made.now_s > 3000, 30)
    assert made.root.known() == {}
    assert made.codes == []


async def test_a_version_without_the_contact_that_the_one_before_had_gives_way_when_no_incident_is_open(
    tmp_path: Path,
) -> None:
    made = rig(tmp_path, "2.0", on_trial=True)
    (made.root.state / "slot.contact").touch()
    made.hub_s, made.open = 500.0, [incident()]
    async with made.watched():
        await until(lambda: made.now_s > 5000, 30)
        assert made.codes == []
        made.open = []
        await until(lambda: bool(made.codes), 30)
    assert made.codes == [EXIT_NO_HUB]


async def test_contact_is_kept_for_the_next_version(tmp_path: Path) -> None:
    made = rig(tmp_path, "2.0")
    made.hub_s = 0.0
    kept = made.root.state / "slot.contact"
    async with made.watched():
        await until(kept.exists, 30)
        made.hub_s = 60.0  # a short gap does not count
        seen = made.looks
        await until(lambda: made.looks > seen + 30, 30)
        assert kept.exists()
        made.hub_s = 3600.0
        await until(lambda: not kept.exists(), 30)


async def test_room_is_made_for_the_next_version_when_no_incident_is_open(tmp_path: Path) -> None:
    made = rig(tmp_path, "1.0")
    made.open = [incident()]
    busy = made.root.run / "busy"
    async with made.watched() as watch:
        await until(lambda: watch.words.waiting == "2.0", 30)
        await until(busy.exists)  # postinst asks for it
        seen = made.looks
        await until(lambda: made.looks > seen + 30, 30)
        assert made.codes == []
        made.open = []
        await until(lambda: bool(made.codes), 30)
        assert not busy.exists()
    assert made.codes == [0]
    made.codes.clear()
    looks = made.looks
    async with made.watched():  # it did not help: the launcher has its reasons
        await until(lambda: made.looks > looks + 30, 30)
    assert made.codes == []


@pytest.mark.parametrize("why", ["bad", "missing"])
async def test_no_room_is_made_for_a_version_that_would_not_run(tmp_path: Path, why: str) -> None:
    made = rig(tmp_path, "1.0")
    if why == "bad":
        (made.root.state / "slot").write_text("slot 2.0\ntries 3\nopen \ngood 1.0\nbad 2.0\nend\n", encoding="utf-8")
    else:
        shutil.rmtree(made.root.anju / "slots" / "2.0")
    async with made.watched() as watch:
        await until(lambda: made.looks > 30, 30)
        assert watch.words.waiting == ""
    assert made.codes == []


async def test_a_roll_back_is_told_once_with_its_reason(tmp_path: Path) -> None:
    root = BoxRoot(tmp_path)
    root.install("1.0")
    root.commit("1.0")
    root.install("2.0", 'echo "ImportError: no module named x" >&2; exit 1')
    for _ in range(4):
        root.start()
    made = Rig(root, Slot("1.0", on_trial=False, state=root.state, runtime=root.run, root=root.anju))
    for times in (1, 2):  # also after a restart
        async with made.watched() as watch:
            await until(lambda: watch.words.rolled_back is not None, 30)
            await until((root.state / "slot.told").exists, 30)
            assert watch.message.rolled_back.line == "ImportError: no module named x"
            assert watch.words.waiting == "", times
    (what,) = made.told
    assert what.words() == "version 2.0 failed (exit-code 1): ImportError: no module named x; version 1.0 runs again"
    root.install("3.0")
    root.start()
    made.slot = Slot("3.0", on_trial=True, state=root.state, runtime=root.run, root=root.anju)
    made.slot.commit()
    assert made.slot.rolled_back() is None  # it is history
