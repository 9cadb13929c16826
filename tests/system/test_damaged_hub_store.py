"""A hub whose store is damaged, empty or gone serves on, says so, and gets from the boxes what they still hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from anju_central.config import CentralConfig
from anju_edge.config import EdgeConfig
from support.processes import crowd_roster
from support.running_box import box_config, running_box
from support.sync_rig import stored
from support.taps import everyone, known_time, listed, people_at, sent, tap
from support.whole import Operator, at_hub, eventually, free_port, grpc_port, hub_config, running_hub

PAGE = 4_096
Damage = Callable[[Path], None]


@pytest.fixture
def site(tmp_path: Path) -> tuple[EdgeConfig, CentralConfig]:
    config = box_config(tmp_path)
    config.box.roster.write_text(crowd_roster(), encoding="utf-8")
    central = hub_config(tmp_path / "hub", config.box.roster)
    return at_hub(config, grpc_port(central)), central


def first_bytes_zero(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(100))


def every_third_page_zero(path: Path) -> None:
    with path.open("r+b") as file:
        for at in range(2 * PAGE, path.stat().st_size, 3 * PAGE):
            file.seek(at)
            file.write(bytes(PAGE))


def cut_in_half(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 // PAGE * PAGE)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


DAMAGES: list[Damage] = [first_bytes_zero, every_third_page_zero, cut_in_half, emptied, gone]
each_damage = pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)


async def is_said(operator: Operator, central: CentralConfig, damage: Damage) -> None:
    """Fails unless console and healthz tell what happened, which file, and what to do."""
    shown = await operator.incident(lambda one: one["rule"] == "store_damaged")
    assert (shown["priority"], shown["community_zh"], shown["device_zh"]) == ("P2", "中心", "中心")
    health = await operator.get("/healthz")
    [notice] = health["notices"]
    [kept] = central.data_dir.glob("store.sqlite.gone-*" if damage is gone else "store.sqlite.damaged-*Z")
    assert str(kept) in notice
    assert "To do: " in notice
    assert health["ok"]


@each_damage
async def test_boxes_send_again_what_they_hold_and_nothing_counts_twice(
    tmp_path: Path, site: tuple[EdgeConfig, CentralConfig], damage: Damage
) -> None:
    edge, central = site
    store = central.data_dir / "store.sqlite"
    async with running_box(edge, known_time()) as box:
        async with running_hub(central) as operator:
            await box.kiosk_service.help("kiosk-1", 1500)
            await tap(box, range(20))
            await sent(box)
            await operator.incident(device="kiosk:kiosk-1")
        before = store.read_bytes()
        damage(store)
        async with running_hub(central) as operator:
            await is_said(operator, central, damage)
            await tap(box, range(20, 25))
            await sent(box)
            await operator.incident(device="kiosk:kiosk-1")
            await eventually(lambda: listed(operator, range(25)))
        if damage is first_bytes_zero:
            [kept] = central.data_dir.glob("store.sqlite.damaged-*Z")
            assert kept.read_bytes()[100:] == before[100:], "the kept file is as it was"
        async with running_hub(central) as operator:  # said again, and not doubled
            assert [one["rule"] for one in await operator.all_incidents()].count("store_damaged") == 1
            for kept in central.data_dir.glob("store.sqlite.*-20*"):
                kept.unlink()
            assert (await operator.get("/healthz"))["notices"] == []
    found = stored(central.data_dir)
    found.check_cover()
    assert people_at(central.data_dir) == everyone(range(25))
    assert not [skip for skips in found.skips.values() for skip in skips]


@pytest.mark.parametrize("name", ["incidents", "attendance", "boxes", "device_health", "last_place"])
async def test_a_damaged_projection_is_folded_anew_at_the_start_and_while_it_is_read(
    tmp_path: Path, site: tuple[EdgeConfig, CentralConfig], name: str
) -> None:
    edge, central = site
    path = central.data_dir / "projections" / f"{name}.sqlite"
    async with running_hub(central) as operator, running_box(edge, known_time()) as box:
        await box.kiosk_service.help("kiosk-1", 1500)
        await tap(box, range(20))
        await sent(box)
        await eventually(lambda: listed(operator, range(20)))
    for damage in (every_third_page_zero, cut_in_half):
        damage(path)
        async with running_hub(central) as operator:
            await operator.incident(device="kiosk:kiosk-1")
            await eventually(lambda: _answers(operator, "/api/boxes"))
            await eventually(lambda: _answers(operator, "/api/check-ins?day=today"))
            await eventually(lambda: listed(operator, range(20)))


async def _answers(operator: Operator, path: str) -> bool:
    async with operator.session.get(f"{operator.base}{path}") as response:
        assert response.status in (200, 503), await response.text()
        return response.status == 200


async def test_a_store_that_breaks_while_the_hub_runs_is_set_aside_then(
    tmp_path: Path, site: tuple[EdgeConfig, CentralConfig]
) -> None:
    edge, central = site
    central = replace(central, http_address=f"127.0.0.1:{free_port()}")
    store = central.data_dir / "store.sqlite"
    async with running_hub(central) as operator, running_box(edge, known_time()) as box:
        await tap(box, range(10))
        await sent(box)
        with store.open("r+b") as file:
            file.write(bytes(100))
        store.with_name("store.sqlite-wal").write_bytes(b"")
        await tap(box, range(10, 15))

        async def has_begun_anew() -> bool:
            assert not box.journal.fault
            return bool(list(central.data_dir.glob("store.sqlite.damaged-*")))

        await eventually(has_begun_anew)
        await eventually(lambda: _is_up(operator))
        await sent(box)
        await eventually(lambda: listed(operator, range(15)))
    assert people_at(central.data_dir) == everyone(range(15))


async def _is_up(operator: Operator) -> bool:
    try:
        return bool((await operator.get("/healthz"))["notices"])
    except aiohttp.ClientError:
        return False
