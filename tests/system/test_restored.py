"""What comes back from a copy (a box's disk image, a hub's backup): nothing is lost, nothing twice, and it is said."""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from anju_central.config import CentralConfig
from anju_central.store.sqlite_store import backup, restore
from anju_edge.clock import SimulatedClock
from anju_edge.config import EdgeConfig
from anju_edge.gateway import Running
from anju_edge.journal.journal import JournalSettings
from anju_protos.v1.event_pb2 import ALARM_RAISED, CHECK_IN, CheckIn
from anju_protos.v1.uplink_pb2 import Skip
from support.processes import crowd_roster, token
from support.running_box import box_config, running_box, until
from support.sync_rig import stored
from support.whole import LIMIT_S, Operator, at_hub, eventually, facts_at, grpc_port, hub_config, running_hub


@pytest.fixture
def site(tmp_path: Path) -> tuple[EdgeConfig, CentralConfig]:
    config = box_config(tmp_path)
    config.box.roster.write_text(crowd_roster(), encoding="utf-8")
    central = hub_config(tmp_path / "hub", config.box.roster)
    return at_hub(config, grpc_port(central)), central


def known_time() -> SimulatedClock:
    """A clock that is synced from the first moment, of a boot of its own."""
    return SimulatedClock(boot=secrets.randbits(62), synced=True)


async def tap(box: Running, people: range) -> None:
    """These people check in, each once."""
    for number in people:
        result = await box.kiosk_service.check_in("kiosk-1", token(number), "a-0", number.to_bytes(16, "big"))
        assert result.outcome == "recorded", result


async def sent(box: Running) -> None:
    await box.journal.flush()
    await until(lambda: not any(box.journal.waiting().values()), LIMIT_S)


def people_at(hub_data: Path) -> Counter[str]:
    events = [row.event for row in facts_at(hub_data)]
    return Counter(CheckIn.FromString(event.payload).resident for event in events if event.kind == CHECK_IN)


def everyone(people: range) -> Counter[str]:
    return Counter(f"r-{number:04d}" for number in people)


async def listed(operator: Operator, people: range) -> bool:
    return Counter(row["resident_label"].split()[0] for row in await operator.check_ins()) == Counter(
        f"1-1-{number:03d}" for number in people
    )


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
    state = box.health.uplink()
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
