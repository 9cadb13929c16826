"""What comes back from a copy (a box's disk image, a hub's backup): nothing is lost, nothing twice, and it is said."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from anju_central.config import CentralConfig
from anju_central.store.sqlite_store import backup, restore
from anju_edge.config import EdgeConfig
from anju_edge.gateway import Running
from anju_edge.journal.journal import JournalSettings
from anju_protos.v1.event_pb2 import ALARM_RAISED
from anju_protos.v1.uplink_pb2 import Skip
from support.processes import crowd_roster
from support.running_box import box_config, running_box, until
from support.sync_rig import stored
from support.taps import everyone, known_time, listed, people_at, sent, tap
from support.whole import LIMIT_S, Operator, at_hub, eventually, facts_at, grpc_port, hub_config, running_hub


@pytest.fixture
def site(tmp_path: Path) -> tuple[EdgeConfig, CentralConfig]:
    config = box_config(tmp_path)
    config.box.roster.write_text(crowd_roster(), encoding="utf-8")
    central = hub_config(tmp_path / "hub", config.box.roster)
    return at_hub(config, grpc_port(central)), central


@pytest.mark.parametrize("image", ["taken when all was sent", "taken before it was sent"])
async def test_an_sd_image_put_back_forks_and_every_fact_counts_once(
    tmp_path: Path, site: tuple[EdgeConfig, CentralConfig], image: str
) -> None:
    edge, central = site
    async with running_hub(central) as operator, running_box(edge, known_time()) as box:
        await box.kiosk_service.help("kiosk-1", 1500)
        await tap(box, range(10))
        await sent(box)
        before = {row["stream"] for row in (await operator.box())["streams"] if not row["sealed"]}
    if image == "taken before it was sent":  # its last facts are at the hub under the same numbers as what followed
        async with running_box(edge, known_time()) as box:
            await tap(box, range(10, 15))
        shutil.copytree(edge.box.data, tmp_path / "image")
        async with running_box(edge, known_time()) as box:
            await tap(box, range(15, 20))
            async with running_hub(central):
                await sent(box)
    else:
        shutil.copytree(edge.box.data, tmp_path / "image")
        async with running_hub(central), running_box(edge, known_time()) as box:
            await tap(box, range(10, 20))
            await sent(box)
    shutil.rmtree(edge.box.data)
    shutil.copytree(tmp_path / "image", edge.box.data)
    async with running_hub(central) as operator, running_box(edge, known_time()) as box:
        await tap(box, range(20, 30))
        raised = await box.kiosk_service.help("kiosk-1", 1500)
        await until(lambda: _forked(box), LIMIT_S)
        await sent(box)
        await tap(box, range(30, 35))
        await sent(box)
        shown = await operator.incident(lambda one: one["device"] == "kiosk:kiosk-1" and one["repeats"] >= 1)
        assert raised.incident == shown["id"], "the restored box knows its open incident again"
        await eventually(lambda: _noted(operator, "fork"))
        await eventually(lambda: listed(operator, range(35)))
        live = {info.stream.hex() for info in box.journal.streams() if not info.sealed}
        assert live.isdisjoint(before), "all lanes go on in new streams"
    found = stored(central.data_dir)
    found.check_cover()
    assert (found.copies >= 5) == (image == "taken before it was sent"), "copies are known as such"
    assert people_at(central.data_dir) == everyone(range(35))
    assert sum(row.event.kind == ALARM_RAISED for row in facts_at(central.data_dir)) == 2


def _forked(box: Running) -> bool:
    return any(info.note == "fork" for info in box.journal.streams())


async def _noted(operator: Operator, word: str) -> bool:
    return any(word in note for note in (await operator.box())["notes"])


@pytest.mark.parametrize("held", ["everything", "little"])
async def test_a_hub_restored_from_an_older_backup_gets_what_the_box_still_holds(
    tmp_path: Path, site: tuple[EdgeConfig, CentralConfig], held: str
) -> None:
    edge, central = site
    if held == "little":
        short = JournalSettings(ballast_bytes=0, linger_s=0.05, quota_bytes=4096, reserve_bytes=0)
        edge = replace(edge, journal=short)  # so short of room that what is confirmed goes at once
    copy = tmp_path / "backup.sqlite"
    async with running_box(edge, known_time()) as box:
        async with running_hub(central) as operator:
            await tap(box, range(5))
            await sent(box)
            backup(central.data_dir / "store.sqlite", copy)
            await box.kiosk_service.help("kiosk-1", 1500)
            await tap(box, range(5, 25))
            await sent(box)
            await operator.incident(device="kiosk:kiosk-1")
            if held == "little":
                await until(lambda: all(info.first > 10 for info in box.journal.streams() if info.last > 10), LIMIT_S)
        restore(copy, central.data_dir)
        async with running_hub(central) as operator:
            await tap(box, range(25, 30))
            await sent(box)
            if held == "everything":
                await operator.incident(device="kiosk:kiosk-1")
                await eventually(lambda: listed(operator, range(30)))
            else:
                await eventually(lambda: _noted(operator, "lost at the hub"))
                assert sum(row["lost"] for row in (await operator.box())["streams"]) > 0
            assert any("hub restored" in note for note in _uplink_notes(box))
    found = stored(central.data_dir)
    found.check_cover()
    people = people_at(central.data_dir)
    assert set(people.values()) == {1}
    lost = [skip for skips in found.skips.values() for skip in skips if skip[2] == Skip.LOST_AT_HUB]
    if held == "everything":
        assert people == everyone(range(30))
        assert not lost
    else:
        assert set(everyone(range(25, 30))) <= set(people)
        assert lost


def _uplink_notes(box: Running) -> list[str]:
    state = box.health.uplink
    notes = getattr(state, "notes", [])
    assert isinstance(notes, list)
    return notes


async def test_a_box_with_a_new_empty_disk_is_a_new_beginning_not_a_loss(
    tmp_path: Path, site: tuple[EdgeConfig, CentralConfig]
) -> None:
    edge, central = site
    async with running_hub(central) as operator:
        for people in (range(5), range(5, 10)):
            async with running_box(edge, known_time()) as box:
                await tap(box, people)
                await sent(box)
            shutil.rmtree(edge.box.data)
        await eventually(lambda: listed(operator, range(10)))
    stored(central.data_dir).check_cover()
    assert people_at(central.data_dir) == everyone(range(10))
