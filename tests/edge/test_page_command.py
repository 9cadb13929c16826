"""`anju-edge page` against a box that runs: over its control socket, as a technician types it; and what status says."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from typer.testing import CliRunner, Result

from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.cli.all_verbs import app
from anju_edge.cli.status import snapshot_lines
from anju_edge.clock import SimulatedClock
from anju_edge.config import EdgeConfig, HubConfig, KioskConfig
from anju_edge.gateway import Running
from anju_edge.kiosk.backend import KioskProfile
from anju_edge.kiosk.pairing.desk import Key, Waits
from anju_edge.kiosk.pairing.own_screen import NAME as KEY_FILE
from anju_edge.kiosk.pairing.own_screen import PACKAGED_DATA, PACKAGED_RUN, run_folder
from anju_edge.kiosk.pairing.paired_page import PageKind
from anju_edge.kiosk.pairing.socket_path import NAME as SOCKET
from support.paired import cookie_of
from support.running_box import box_config, relay_shows, running_box, snapshot, until

HOME, OTHER = "192.168.1.31", "192.168.1.77"


@pytest.fixture
def config(tmp_path: Path) -> EdgeConfig:
    made = box_config(tmp_path)
    neighbour = KioskConfig("duty-1", profile=KioskProfile(role="responder", actor="m-01"))
    return replace(made, kiosks=(*made.kiosks, neighbour))


@pytest.fixture
async def box(config: EdgeConfig) -> AsyncIterator[Running]:
    async with running_box(config) as one:
        await until((config.box.run_folder / SOCKET).exists)
        yield one


def file_of(config: EdgeConfig) -> Path:
    path = config.box.data.parent / "edge.toml"
    path.write_text(
        f'[box]\nid = "{config.box.id}"\ncommunity = "{config.box.community}"\ndata = "{config.box.data}"\n',
        encoding="utf-8",
    )
    return path


async def typed(config: EdgeConfig, *words: str) -> Result:
    return await asyncio.to_thread(
        CliRunner().invoke, app, ["page", words[0], "--config", str(file_of(config)), *words[1:]]
    )


class Screen:
    """A page in the LAN that asks every now and then, as pages do."""

    def __init__(self, box: Running, page: str = "duty-1", address: str = HOME) -> None:
        self.desk, self.page, self.address = box.pairing.desk, page, address
        self.kind = PageKind.of_role(box.kiosk_service.profile(page).role)
        self.ticket = self.key = self.code = ""

    def ask(self) -> bool:
        shown = self.desk.ask(self.page, self.kind, self.address, self.ticket, self.key)
        if isinstance(shown, Key):
            self.key = shown.cookie
            return True
        assert isinstance(shown, Waits)
        self.ticket, self.code = shown.ticket, shown.code
        return False

    async def until_paired(self) -> None:
        await until(self.ask)


async def test_a_technician_lists_approves_and_revokes(config: EdgeConfig, box: Running) -> None:
    empty = await typed(config, "list")
    assert "没有配对的屏幕 no screen is paired" in empty.stdout
    screen = Screen(box)
    screen.ask()
    listed = await typed(config, "list")
    assert HOME in listed.stdout
    assert screen.code not in listed.stdout.replace(" ", ""), "the code stands on the screen, nowhere else"
    assert screen.code not in (await typed(config, "list", "--json")).stdout
    wrong = await typed(config, "approve", screen.code, "--kind", "kiosk")
    assert (wrong.exit_code, "neighbour" in wrong.stderr) == (1, True)
    waiting = asyncio.create_task(screen.until_paired())
    done = await typed(config, "approve", screen.code[:4], screen.code[4:], "--label", "3栋大厅")
    await waiting
    assert done.exit_code == 0, done.stderr
    assert "已配对 paired: duty-1" in done.stdout
    assert done.stderr == ""
    [page] = json.loads((await typed(config, "list", "--json")).stdout)["paired"]
    assert (page["address"], page["label"], page["kind"]) == (HOME, "3栋大厅", "neighbour")
    gone = await typed(config, "revoke", page["id"])
    assert (gone.exit_code, "已取消 revoked" in gone.stdout) == (0, True)
    assert (await typed(config, "revoke", page["id"])).exit_code == 1
    assert (await typed(config, "approve", "12")).exit_code == 1


async def test_what_a_screen_did_not_take_is_said(config: EdgeConfig, box: Running) -> None:
    box.pairing.desk._patience_s = 0.01
    screen = Screen(box)
    screen.ask()
    done = await typed(config, "approve", screen.code)
    assert done.exit_code == 0
    assert "has not taken its key yet" in done.stderr


async def test_the_socket_and_the_key_are_for_one_user(config: EdgeConfig, box: Running) -> None:
    run = config.box.run_folder
    for name in (SOCKET, KEY_FILE):
        assert (run / name).stat().st_mode & 0o777 == 0o600
    assert stat.S_ISSOCK((run / SOCKET).stat().st_mode)
    assert run.stat().st_mode & 0o777 == 0o700
    assert box.pairing.trouble == ""


async def test_a_box_that_does_not_run_is_said(config: EdgeConfig) -> None:
    answer = await typed(config, "list")
    assert answer.exit_code == 1
    assert "sudo anju-edge page list" in answer.stderr


async def test_the_own_screen_is_opened_by_the_command(config: EdgeConfig, box: Running) -> None:
    opened = await typed(config, "open", "kiosk-1", "--address", str(box.kiosk))
    assert opened.exit_code == 0, opened.stderr
    url = opened.stdout.strip()
    assert url.startswith(f"http://{box.kiosk}/kiosk/kiosk-1?launch=")
    async with aiohttp.ClientSession() as http:
        async with http.get(url, allow_redirects=False) as response:
            cookie = response.headers["Set-Cookie"].partition(";")[0]
        async with http.get(f"http://{box.kiosk}/kiosk/kiosk-1/api/state", headers={"Cookie": cookie}) as response:
            assert response.status == 200
    (config.box.run_folder / KEY_FILE).rename(config.box.data.parent / "kiosk.key")
    by_file = await typed(
        config, "open", "kiosk-1", "--address", str(box.kiosk), "--key", str(config.box.data.parent / "kiosk.key")
    )
    assert by_file.exit_code == 0, by_file.stderr
    for words, fault in ((("kiosk-1",), "cannot be read"), (("nobody", "--key", "no such file"), "cannot be read")):
        refused = await typed(config, "open", *words, "--address", str(box.kiosk))
        assert (refused.exit_code, fault in refused.stderr) == (1, True)


def test_the_service_keeps_it_where_systemd_gives_it_a_folder(tmp_path: Path) -> None:
    assert run_folder(PACKAGED_DATA) == PACKAGED_RUN
    assert run_folder(tmp_path) == tmp_path / "run"


async def test_a_folder_that_cannot_be_had_costs_the_commands_and_nothing_else(config: EdgeConfig) -> None:
    taken = config.box.data.parent / "taken"
    taken.write_text("a file")
    async with running_box(replace(config, box=replace(config.box, run=str(taken)))) as box:
        await until(lambda: bool(box.pairing.control.trouble))
        shown = await snapshot(box)
        assert "EDGE-PAG-002" in shown["troubles"]
        assert str(taken) in shown["causes"]["EDGE-PAG-002"]
        assert box.health.background.faults == {}
        assert await presses(box, await cookie_of(box, "kiosk-1")) == (200, "raised")


# Alarms go on.


async def presses(box: Running, headers: dict[str, str], page: str = "kiosk-1") -> tuple[int, str]:
    base = f"http://{box.kiosk}"
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            f"{base}/kiosk/{page}/api/help", json={"held_ms": 1_500}, headers={"Origin": base, **headers}
        ) as done,
    ):
        answer: dict[str, Any] = await done.json()  # Any: JSON
        return done.status, str(answer.get("outcome", answer.get("error")))


async def test_help_of_a_paired_page_sounds_without_a_hub_and_after_a_restart(tmp_path: Path) -> None:
    with RelaySimulator() as relay:
        config = replace(box_config(tmp_path, relay=relay), hub=HubConfig("127.0.0.1:9"))  # nobody is there
        async with running_box(config) as box:
            paired = await cookie_of(box, "kiosk-1")
            assert await presses(box, {}) == (401, "not_paired")
            assert box.health.alerts.rings == 0
        async with running_box(config, SimulatedClock(boot=99, wall_offset_ms=-(10**12))) as box:  # another boot, 1990s
            assert await presses(box, {}) == (401, "not_paired")
            assert await presses(box, paired) == (200, "raised")
            await relay_shows(relay, lambda board: board.on == {1: True})


async def test_status_says_who_is_paired_who_waits_and_how(config: EdgeConfig, box: Running) -> None:
    screen = Screen(box)
    screen.ask()
    approving = asyncio.create_task(box.pairing.desk.approve(screen.code))
    await screen.until_paired()
    await approving
    screen.address, screen.ticket = OTHER, ""
    screen.ask()
    await cookie_of(box, "kiosk-1")
    shown = await snapshot(box)
    assert [(page["page"], page["address"]) for page in shown["pages"]["paired"]] == [
        ("duty-1", HOME),
        ("kiosk-1", "loopback"),
    ]
    assert [(page["why"], page["address"]) for page in shown["pages"]["waiting"]] == [("moved", OTHER)]
    assert shown["causes"]["EDGE-PAG-003:duty-1"] == f"{HOME} -> {OTHER}"
    assert shown["pages"]["plain_http"] is False
    text = "\n".join(line.plain for line in snapshot_lines(shown | {"pages": shown["pages"] | {"plain_http": True}}))
    for word in ("屏幕 pages", "duty-1", HOME, "本机 own screen", "换了网络地址 has another address now", "http"):
        assert word in text
    assert screen.code not in text.replace(" ", "")


async def test_a_lost_list_is_a_trouble_that_must_be_seen_at_once(config: EdgeConfig) -> None:
    async with running_box(config) as box:
        await cookie_of(box, "kiosk-1")
    for path in (*config.box.data.glob("pages*.json"), *config.box.run_folder.glob("pages*.json")):
        path.write_text("junk")
    async with running_box(config) as box:
        shown = await snapshot(box)
        assert "EDGE-PAG-001" in shown["troubles"]
        assert "checksum" in shown["causes"]["EDGE-PAG-001"]
        await cookie_of(box, "kiosk-1")
        assert "EDGE-PAG-001" not in (await snapshot(box))["troubles"]
