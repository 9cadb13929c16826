"""The units of systemd/: how much they may do, what ends a restart loop, and that the watchdog sees what hangs."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support.faults import recorder
from support.paths import RIGS, ROOT
from support.running_box import get, until
from support.whole import free_port

pytestmark = pytest.mark.timeout(900)  # whole programs start, on shared machines
UNITS = ("anju-edge", "anju-central", "anju-rtl433")
MOST_EXPOSED = 1.5
LIMIT_S = 300.0  # machines are shared; only a hang meets it
WATCHDOG_S = 2.0


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_may_do_little(unit: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here: the exposure of the units cannot be scored")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(ROOT / "systemd" / f"{unit}.service")],
        capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    if found is None:
        pytest.skip(f"this systemd-analyze does not score files: {(done.stderr or done.stdout).strip()[-200:]}")
    assert float(found[1]) <= MOST_EXPOSED, done.stdout


@pytest.mark.parametrize("unit", ["anju-edge", "anju-central"])
def test_a_configuration_that_cannot_be_read_is_no_restart_loop(unit: str) -> None:
    lines = (ROOT / "systemd" / f"{unit}.service").read_text(encoding="utf-8").splitlines()
    assert "Restart=always" in lines
    assert "RestartPreventExitStatus=78" in lines


@dataclass
class Service:
    """A process as systemd has it: what it notified, where it keeps its state."""

    process: asyncio.subprocess.Process
    state: Path
    notified: list[str] = field(default_factory=list)

    def said(self, word: str) -> int:
        return sum(word in line.split("\n") for line in self.notified)


@asynccontextmanager
async def service(folder: Path, *command: str, **environment: str) -> AsyncIterator[Service]:
    """Starts a command with systemd's environment: a notify socket, a watchdog, a state folder."""
    state = folder / "state"
    state.mkdir(exist_ok=True)
    given = {
        "NOTIFY_SOCKET": str(folder / "notify"),
        "WATCHDOG_USEC": str(int(WATCHDOG_S * 1e6)),
        "STATE_DIRECTORY": str(state),
    }
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(given["NOTIFY_SOCKET"])
        notify.setblocking(False)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, env={**os.environ, **given, **environment}, stderr=asyncio.subprocess.PIPE
        )
        running = Service(process, state)
        loop = asyncio.get_running_loop()
        loop.add_reader(notify, lambda: running.notified.append(notify.recv(4096).decode()))
        try:
            yield running
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            loop.remove_reader(notify)


def edge_config(folder: Path, status: int) -> Path:
    path = folder / "edge.toml"
    path.write_text(
        f'[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "data"\nroster = "none.toml"\n'
        f'[http]\nkiosk_listen = ""\nstatus_listen = "127.0.0.1:{status}"\n[journal]\nballast_bytes = 0\nlinger_s = 0\n'
        "[supervision]\nhealth_event_s = 1\n",  # the writer has something to sync
        encoding="utf-8",
    )
    return path


async def quiet_for(running: Service, quiet_s: float) -> None:
    """Waits until so long no sign of life came: the watchdog of a systemd with that limit has fired."""
    loop = asyncio.get_running_loop()
    seen, since = running.said("WATCHDOG=1"), loop.time()
    async with asyncio.timeout(LIMIT_S):
        while loop.time() - since < quiet_s:
            await asyncio.sleep(0.05)
            if (now := running.said("WATCHDOG=1")) != seen:
                seen, since = now, loop.time()


async def fires(running: Service, hang: Callable[[], object]) -> str:
    """Hangs a running box and does what systemd does then. Returns what the box left in its log."""
    await until(lambda: running.said("WATCHDOG=1") > 2, LIMIT_S)
    hang()
    await quiet_for(running, WATCHDOG_S)
    running.process.send_signal(signal.SIGABRT)
    _, log = await running.process.communicate()
    assert running.process.returncode == -signal.SIGABRT
    return log.decode()


async def test_the_watchdog_fires_on_a_hung_loop(tmp_path: Path) -> None:
    config = edge_config(tmp_path, free_port())
    path = os.pathsep.join([str(RIGS / "hung_loop"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    async with service(tmp_path, "anju_edge", "run", "--config", str(config), PYTHONPATH=path) as running:
        log = await fires(running, lambda: running.process.send_signal(signal.SIGUSR1))
    assert "_hang" in log  # the stacks name what hung


async def test_the_watchdog_fires_on_a_hung_journal(tmp_path: Path) -> None:
    config, fault = edge_config(tmp_path, free_port()), tmp_path / "fault"
    disk = {"LD_PRELOAD": str(recorder()), "REC_DIR": f"{tmp_path / 'data'}/", "FAULT_FILE": str(fault)}
    async with service(tmp_path, "anju_edge", "run", "--config", str(config), **disk) as running:
        log = await fires(running, lambda: fault.write_text("H", encoding="utf-8"))
    assert "transaction" in log  # the stack of the writer


async def test_a_wrong_configuration_is_said_everywhere_that_a_person_looks(tmp_path: Path) -> None:
    config = edge_config(tmp_path, free_port())
    good = config.read_text(encoding="utf-8")
    config.write_text(good.replace('id = "box-1"', "id = 5"), encoding="utf-8")
    for command in ("anju_edge", "anju_edge.service"):  # the command line's, and what it turns itself into
        words = [command, "run"] if command == "anju_edge" else [command]
        async with service(tmp_path, *words, "--config", str(config)) as running:
            _, log = await running.process.communicate()
            await until(lambda: bool(running.notified))
        (tmp_path / "notify").unlink()
        assert running.process.returncode == 78
        assert "edge.toml:2: box.id: must be text" in log.decode()
        (told,) = running.notified
        status = next(line for line in told.split("\n") if line.startswith("STATUS="))
        assert "edge.toml:2: box.id: must be text" in status
        assert "ERRNO=22" in told.split("\n")

    environment = {**os.environ, "STATE_DIRECTORY": str(running.state)}
    config.write_text(good, encoding="utf-8")  # mended, not started yet
    shown = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "anju_edge", "status", "--config", str(config),
        env=environment, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, words_shown = await shown.communicate()
    assert shown.returncode == 2
    assert "last exit: " in words_shown.decode()
    assert "(78): 配置有误 wrong configuration: " in words_shown.decode()
    assert "edge.toml:2: box.id: must be text" in words_shown.decode()


async def test_a_run_that_came_to_ready_forgets_the_reason_of_an_earlier_end(tmp_path: Path) -> None:
    config = edge_config(tmp_path, free_port())
    async with service(tmp_path, "anju_edge", "run", "--config", str(config)) as running:
        (running.state / "last_end").write_text(json.dumps({"at": "", "code": 78, "reason": "x"}), encoding="utf-8")
        await until(lambda: any("READY=1" in line for line in running.notified), LIMIT_S)
        await until(lambda: not (running.state / "last_end").exists(), LIMIT_S)


async def test_status_shows_the_running_box_beside_a_configuration_that_was_broken_since(tmp_path: Path) -> None:
    config = edge_config(tmp_path, 8471)
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", 8471))
        except OSError:
            pytest.skip("something listens at 127.0.0.1:8471, the shipped status address")
    async with service(tmp_path, "anju_edge", "run", "--config", str(config)) as running:
        await until(lambda: any("READY=1" in line for line in running.notified), LIMIT_S)
        config.write_text("[box", encoding="utf-8")
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "anju_edge", "status", "--config", str(config)],
            capture_output=True, text=True,
        )  # fmt: skip
    assert done.returncode == 78
    assert "wrong configuration" in done.stderr
    assert "box-1" in done.stdout


async def test_a_journal_of_a_newer_version_is_for_a_person(tmp_path: Path) -> None:
    config = edge_config(tmp_path, free_port())
    async with service(tmp_path, "anju_edge", "run", "--config", str(config)) as running:
        await until(lambda: any("READY=1" in line for line in running.notified), LIMIT_S)
        running.process.send_signal(signal.SIGTERM)
        await running.process.communicate()
    (tmp_path / "notify").unlink()
    with sqlite3.connect(tmp_path / "data" / "journal.sqlite") as file:
        file.execute("PRAGMA user_version=99")
        file.execute("UPDATE schema_reader SET oldest_reader=99")
    file.close()
    async with service(tmp_path, "anju_edge", "run", "--config", str(config)) as running:
        _, log = await running.process.communicate()
    assert running.process.returncode == 78
    assert "Traceback" not in log.decode()
    assert any("99" in line and "newer version" in line for line in running.notified)


async def test_a_second_copy_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    status = free_port()
    config = edge_config(tmp_path, status)
    async with service(tmp_path, "anju_edge.service", "--config", str(config)) as first:
        await until(lambda: any("READY=1" in line for line in first.notified), LIMIT_S)
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "anju_edge.service", "--config", str(config), stderr=asyncio.subprocess.PIPE
        )
        _, log = await second.communicate()
        assert second.returncode == 75
        (said,) = log.decode().splitlines()
        assert "is in use by another anju-edge, stop that one first" in said
        code, _ = await get(f"127.0.0.1:{status}", "/healthz")
        assert code in (200, 503)


async def test_the_hub_says_its_configuration_to_systemd(tmp_path: Path) -> None:
    config = tmp_path / "central.toml"
    config.write_text('colour = "red"\n', encoding="utf-8")
    async with service(tmp_path, "anju_central", "run", "--config", str(config)) as running:
        await running.process.communicate()
        await until(lambda: bool(running.notified))
    assert running.process.returncode == 78
    (told,) = running.notified
    assert "STATUS=配置有误 wrong configuration: " in told
    assert "colour" in told


def test_nothing_in_a_boxs_memory_is_left_on_its_card() -> None:
    """Keys and names are there: neither a core dump nor swap may bring them to the card."""
    lines = (ROOT / "systemd" / "anju-edge.service").read_text(encoding="utf-8").splitlines()
    assert {"LimitCORE=0", "MemorySwapMax=0"} <= set(lines)
