"""The release before this one, its real code: on today's journal, at today's hub, and as the hub of today's box.

A roll-back starts it on records that today's code wrote; a district updates its hub and its boxes on different days.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from anju_central.config import CentralConfig
from anju_edge.config import HttpConfig, parse_config
from anju_protos.ladder.roster import settings_for_boxes
from anju_protos.v1.control_pb2 import RosterBundle
from support.box_parts import ROSTER
from support.previous_release import Release, previous_release
from support.running_box import get, running_box
from support.whole import (
    LOBBY,
    KioskPage,
    Operator,
    eventually,
    free_port,
    hub_config,
    kiosk_at,
    operator_at,
    running_hub,
)

pytestmark = pytest.mark.timeout(1200)
LIMIT_S = 400.0  # machines are shared; only a hang meets it


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return previous_release(tmp_path_factory.mktemp("previous"))


class Site:
    """A folder with the configuration of one box and one hub, for either release."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kiosk, self.status, self.grpc, self.http = (free_port() for _ in range(4))
        (folder / "web").mkdir()
        (folder / "web" / "index.html").write_text("<!doctype html>", encoding="utf-8")
        (folder / "community.toml").write_text(ROSTER, encoding="utf-8")
        self.edge = folder / "edge.toml"
        self.edge.write_text(
            f'[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "box"\nroster = "community.toml"\n'
            f'[hub]\naddress = "127.0.0.1:{self.grpc}"\n'
            f'[http]\nkiosk_listen = "127.0.0.1:{self.kiosk}"\nstatus_listen = "127.0.0.1:{self.status}"\n'
            f'web_root = "web"\n[journal]\nballast_bytes = 0\nlinger_s = 0.05\n'
            "[sync]\nreconnect_min_s = 0.05\nreconnect_max_s = 0.2\nalarm_reconnect_max_s = 0.2\n"
            "status_period_s = 0.5\n"
            f'[supervision]\nsynthetic_alarm_s = 0\n[[kiosks]]\nname = "{LOBBY}"\n',
            encoding="utf-8",
        )
        self.central = folder / "central.toml"
        self.central.write_text(
            f'data_dir = "hub"\ngrpc_address = "127.0.0.1:{self.grpc}"\nhttp_address = "127.0.0.1:{self.http}"\n'
            f'[[boxes]]\nbox = "box-1"\ncommunity = "ningdu"\nroster = "community.toml"\n',
            encoding="utf-8",
        )

    async def healthz(self) -> dict[str, object]:
        try:
            _, text = await get(f"127.0.0.1:{self.status}", "/healthz")
        except OSError:
            return {}
        found = json.loads(text)
        assert isinstance(found, dict)
        return found

    async def is_up(self) -> bool:
        return bool(await self.healthz())

    async def waiting(self) -> dict[str, int]:
        journal = (await self.healthz())["journal"]
        assert isinstance(journal, dict)
        waiting: dict[str, int] = journal["waiting"]
        return waiting

    def todays_hub(self) -> CentralConfig:
        made = hub_config(self.folder / "hub", self.folder / "community.toml")
        return replace(made, grpc_address=f"127.0.0.1:{self.grpc}")

    @asynccontextmanager
    async def old_box(self, release: Release) -> AsyncIterator[KioskPage]:
        async with release.running("anju_edge", self.edge, self.folder / "old-box.log"):
            await eventually(self.is_up, LIMIT_S)
            async with kiosk_at(f"127.0.0.1:{self.kiosk}", self.folder / "old-run") as page:  # its pages were open
                yield page

    @asynccontextmanager
    async def todays_box(self) -> AsyncIterator[KioskPage]:
        config = parse_config(self.edge.read_text(encoding="utf-8"), self.edge)
        config = replace(
            config,
            box=replace(config.box, data=self.folder / "box", roster=self.folder / "community.toml"),
            http=HttpConfig(f"127.0.0.1:{self.kiosk}", f"127.0.0.1:{self.status}", str(self.folder / "web")),
        )
        async with running_box(config), kiosk_at(f"127.0.0.1:{self.kiosk}", config.box.run_folder) as page:
            yield page


async def raised(page: KioskPage) -> None:
    _, answer = await page.post("help", held_ms=1500)
    assert answer["outcome"] == "raised", answer


async def help_bell_goes_round(operator: Operator, page: KioskPage) -> None:
    """A call from the kiosk to the operator, and the operator's answer back to the kiosk."""
    await operator.online(limit_s=LIMIT_S)
    await raised(page)
    incident = await operator.incident(lambda one: "HELP_BELL" in one["reasons"], limit_s=LIMIT_S)
    await page.banner(limit_s=LIMIT_S)
    status, _ = await operator.acknowledge(incident)
    assert status == 200
    await page.banner(lambda banner: banner["state"] not in ("NEW", "RINGING"), LIMIT_S)


async def test_it_runs_on_todays_journal_and_today_on_its_again(release: Release, tmp_path: Path) -> None:
    """What a roll-back does: the hub is away, everything waits in the journal, nobody loses anything."""
    site = Site(tmp_path)
    waiting = 0
    for box in (site.todays_box(), site.old_box(release), site.todays_box()):
        async with box as page:
            if waiting:
                await page.banner(limit_s=LIMIT_S)  # the call of the run before is open still
            await raised(page)
            snapshot = await site.healthz()
            journal = snapshot["journal"]
            assert isinstance(journal, dict)
            assert (journal["recording"], journal["fault"], journal["salvaged"]) == (True, None, None), snapshot
            now = journal["waiting"]["ALARM"]
            assert now > waiting, snapshot  # what the other release wrote waits beside it
            waiting = now
    async with running_hub(site.todays_hub()) as operator, site.todays_box():

        async def is_all_there() -> bool:
            calls = [one for one in await operator.all_incidents() if "HELP_BELL" in one["reasons"]]
            return bool(calls) and not any((await site.waiting()).values())

        await eventually(is_all_there, LIMIT_S)
        (call,) = [one for one in await operator.all_incidents() if "HELP_BELL" in one["reasons"]]
        assert call["repeats"] == 2  # three presses, one by each of the runs


async def test_a_box_of_it_at_todays_hub(release: Release, tmp_path: Path) -> None:
    site = Site(tmp_path)
    async with running_hub(site.todays_hub()) as operator, site.old_box(release) as page:
        await help_bell_goes_round(operator, page)


async def test_todays_box_at_a_hub_of_it(release: Release, tmp_path: Path) -> None:
    site = Site(tmp_path)

    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", site.http)
        except OSError:
            return False
        writer.close()
        return True

    async with release.running("anju_central", site.central, tmp_path / "old-hub.log"):
        await eventually(listens, LIMIT_S)
        async with operator_at(f"127.0.0.1:{site.http}", {}) as operator, site.todays_box() as page:
            await help_bell_goes_round(operator, page)


def test_a_box_of_the_release_before_takes_a_ladder_that_names_people(release: Release, tmp_path: Path) -> None:
    whole = "0 siren kiosk console; 30 lan group; 180 supervisor review until going"
    bundle = RosterBundle(community="ningdu", settings=settings_for_boxes({"escalation.P1": whole}))
    path = tmp_path / "bundle"
    path.write_bytes(bundle.SerializeToString())
    words = (
        "import sys; from anju_edge.roster.roster import index; from anju_protos.v1.control_pb2 import RosterBundle;"
        "print(index(RosterBundle.FromString(open(sys.argv[1], 'rb').read()), 'ningdu').rules.steps[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", words, str(path)], env=release.environment, capture_output=True, text=True
    )
    assert done.stdout.count("Step(") == 2, done.stderr
    assert "wait_ms=30000" in done.stdout
