"""The command `anju-edge`: a box as a process, its status, its stop; wrong input is answered with its line."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_edge.cli.verbs import VERBS, command_line
from anju_edge.health.trouble_codes import severity_of
from support.box_parts import ROSTER
from support.running_box import until

STOP_S = 20  # TimeoutStopSec of systemd/anju-edge.service
ANJU_EDGE = [sys.executable, "-m", "anju_edge"]


def write_config(folder: Path, kiosk: int, status: int) -> Path:
    (folder / "community.toml").write_text(ROSTER, encoding="utf-8")
    path = folder / "edge.toml"
    path.write_text(
        f"""
[box]
id = "box-1"
community = "ningdu"
data = "data"
roster = "community.toml"
[http]
kiosk_listen = "127.0.0.1:{kiosk}"
status_listen = "127.0.0.1:{status}"
[[kiosks]]
name = "kiosk-1"
""",
        encoding="utf-8",
    )
    return path


def anju_edge(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ANJU_EDGE, *arguments], capture_output=True, text=True, timeout=60)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_a_box_as_a_service(tmp_path: Path) -> None:
    """READY and WATCHDOG reach systemd's socket, status is served, SIGHUP reads the roster, SIGTERM ends it soon."""
    status_port = free_port()
    config = write_config(tmp_path, free_port(), status_port)
    notified = bytearray()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(tmp_path / "notify"))
        notify.setblocking(False)
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
        box = await asyncio.create_subprocess_exec(
            *ANJU_EDGE, "run", "--config", str(config), env=environment, stderr=asyncio.subprocess.PIPE
        )

        def seen(word: bytes) -> bool:
            return word in notified

        loop = asyncio.get_running_loop()
        loop.add_reader(notify, lambda: notified.extend(notify.recv(4096) + b"\n"))  # the kernel keeps ten, no more

        try:
            await until(lambda: seen(b"READY=1"), 30)
            await until(lambda: seen(b"WATCHDOG=1"), 30)
            shown = await asyncio.to_thread(anju_edge, "status", "--config", str(config))
            assert "box-1" in shown.stdout
            as_json = await asyncio.to_thread(anju_edge, "status", "--json", "--address", f"127.0.0.1:{status_port}")
            assert as_json.returncode == severity_of(json.loads(as_json.stdout)["troubles"]), as_json.stderr
            assert '"revision": 1' in as_json.stdout
            (tmp_path / "community.toml").write_text(ROSTER.replace("revision = 1", "revision = 2"), encoding="utf-8")
            box.send_signal(signal.SIGHUP)
            revision = ""
            async with asyncio.timeout(30):
                while revision != "2":
                    shown = await asyncio.to_thread(anju_edge, "status", "--json", "--config", str(config))
                    revision = shown.stdout.partition('"revision": ')[2].partition(",")[0]
        finally:
            box.send_signal(signal.SIGTERM)
            async with asyncio.timeout(STOP_S):
                _, log = await box.communicate()
        assert box.returncode == 0, log.decode()
        await until(lambda: seen(b"STOPPING=1"))
        loop.remove_reader(notify)


def test_a_wrong_configuration_stops_the_start_with_78_and_names_the_line(tmp_path: Path) -> None:
    config = write_config(tmp_path, 0, 0)
    config.write_text(config.read_text(encoding="utf-8").replace('id = "box-1"', "id = 5"), encoding="utf-8")
    for command in ("run", "check-config"):
        done = anju_edge(command, "--config", str(config))
        assert done.returncode == 78
        assert "edge.toml:3: box.id: must be text" in done.stderr
        assert "Traceback" not in done.stderr


async def test_a_key_of_an_earlier_version_starts_with_a_warning(tmp_path: Path) -> None:
    """An update must not keep a box from starting: nobody stands beside it."""
    config = write_config(tmp_path, 0, free_port())
    text = config.read_text(encoding="utf-8")
    config.write_text(f"{text}[supervision]\nunknown_sos_per_min = 6\n", encoding="utf-8")
    note = "edge.toml:13: supervision.unknown_sos_per_min: no longer used, remove it (since 0.1.0"
    done = await asyncio.to_thread(anju_edge, "check-config", "--config", str(config))
    assert (done.returncode, note in done.stdout) == (0, True), done.stdout + done.stderr
    assert "注意 note: 这个配置项已不再使用，请删除 · " in done.stdout
    box = await asyncio.create_subprocess_exec(
        *ANJU_EDGE, "run", "--config", str(config), stderr=asyncio.subprocess.PIPE
    )
    try:
        status = ""
        async with asyncio.timeout(30):
            while "box-1" not in status:
                shown = await asyncio.to_thread(anju_edge, "status", "--config", str(config))
                status = shown.stdout
    finally:
        box.send_signal(signal.SIGTERM)
        _, log = await box.communicate()
    (warned,) = [line for line in log.decode().splitlines() if "unknown_sos_per_min" in line]
    assert note in warned
    assert '"level": "warning"' in warned


def test_check_config_reads_the_roster_too(tmp_path: Path) -> None:
    config = write_config(tmp_path, 0, 0)
    good = anju_edge("check-config", "--config", str(config))
    assert good.returncode == 0
    assert [line for line in good.stdout.splitlines() if not re.search(r"[\u4e00-\u9fff].*[a-z]", line)] == ["正确 OK"]
    assert "签到屏 kiosk: kiosk-1，大厅 lobby" in good.stdout
    (tmp_path / "community.toml").write_text(ROSTER.replace('"ningdu"', '"other"'), encoding="utf-8")
    done = anju_edge("check-config", "--config", str(config))
    assert done.returncode == 78
    assert "community" in done.stderr
    (tmp_path / "community.toml").unlink()
    done = anju_edge("check-config", "--config", str(config))
    assert done.returncode == 0, "it may go when the box has taken it"
    assert "no roster file" in done.stdout


def test_status_without_a_box_says_what_to_try() -> None:
    done = anju_edge("status", "--address", f"127.0.0.1:{free_port()}")
    assert done.returncode == 2
    assert "is the box running" in done.stderr


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS if verb.name in ("status", "page", "update", "version")])
def test_a_verb_loads_what_it_needs_alone(verb: str) -> None:
    """`status` is typed on a ladder: it took seconds on a Pi, which loaded the box, its drivers and gRPC for it."""
    script = (
        "import sys; from anju_edge.cli.verbs import command_line; command_line([sys.argv[1]]);"
        "print(*{'aiohttp', 'grpc', 'zeroconf', 'anju_edge.journal.journal', 'anju_edge.gateway'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", script, verb], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []


def test_a_verb_alone_is_typed_as_it_is_among_all() -> None:
    alone, all_of_them = command_line(["version"]), command_line(["--help"])
    assert CliRunner().invoke(alone, ["version"]).output == CliRunner().invoke(all_of_them, ["version"]).output
    shown = CliRunner().invoke(all_of_them, ["--help"]).output
    assert all(verb.is_hidden or verb.name in shown for verb in VERBS)
    assert CliRunner().invoke(command_line(["statsu"]), ["statsu"]).exit_code == 2
