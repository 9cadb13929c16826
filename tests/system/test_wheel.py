"""What a wheel holds: installed away from the checkout, box, hub and demo find their pages and start."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from support.box_parts import ROSTER
from support.paths import ROOT

PAGES = ("anju_edge/web/index.html", "anju_edge/simulation/web/index.html", "anju_central/web/index.html")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout; `./dev test` has built its pages."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("anju-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder it was unpacked into; what it depends on comes from the environment."""
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def environment(installed: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(installed)}


@asynccontextmanager
async def running(installed: Path, *words: str, ready: str) -> AsyncIterator[re.Match[str]]:
    """A program of the installed wheel, until the block ends; gives what its log said when it was ready."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *words),
        cwd=installed,
        env=environment(installed),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    log = []
    try:
        async with asyncio.timeout(60):
            while line := (await process.stdout.readline()).decode():
                log.append(line)
                if found := re.search(ready, line):
                    break
            else:
                pytest.fail("".join(log))
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()


def test_the_pages_and_schemas_are_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [page for page in PAGES if page not in names] == []
    for folder in ("anju_edge/journal/schema", "anju_central/store/schema", "anju_central/projections/schema/boxes"):
        assert any(name.startswith(folder) and name.endswith(".sql") for name in names), folder


def test_it_is_what_runs_there(installed: Path) -> None:
    script = "import anju_edge, anju_central; print(anju_edge.__file__, anju_central.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=installed, env=environment(installed), capture_output=True, text=True
    )
    assert all(path.startswith(str(installed)) for path in done.stdout.split())


async def test_the_hub_shows_its_console(installed: Path, tmp_path: Path) -> None:
    config = tmp_path / "central.toml"
    config.write_text('data_dir = "data"\ngrpc_address = "127.0.0.1:0"\nhttp_address = "127.0.0.1:0"\n')
    ready = r"for operators on http://([^\s\"]+)"
    async with running(installed, "anju_central", "run", "--config", str(config), ready=ready) as found:
        async with httpx.AsyncClient(base_url=f"http://{found[1]}") as hub:
            page = await hub.get("/")
            assert page.status_code == 200
            script = re.search(r'src="([^"]+\.js)"', page.text)
            assert script, page.text
            assert (await hub.get(script[1])).status_code == 200


async def test_the_box_shows_its_kiosk(installed: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (tmp_path / "community.toml").write_text(ROSTER, encoding="utf-8")
    config = tmp_path / "edge.toml"
    config.write_text(
        '[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "data"\nroster = "community.toml"\n'
        f'[http]\nkiosk_listen = "127.0.0.1:{port}"\nstatus_listen = ""\n[[kiosks]]\nname = "kiosk-1"\n'
    )
    async with running(installed, "anju_edge", "run", "--config", str(config), ready="kiosk at"):
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as box:
            assert "<script" in (await box.get("/kiosk/kiosk-1")).text


def test_a_box_without_the_demo_keeps_its_other_commands(installed: Path, tmp_path: Path) -> None:
    """A package for boxes leaves `simulation` out; only `demo` then says no."""
    bare = tmp_path / "site"
    subprocess.run(["cp", "-r", str(installed), str(bare)], check=True)
    subprocess.run(["rm", "-r", str(bare / "anju_edge" / "simulation")], check=True)

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        anju_edge = [sys.executable, "-m", "anju_edge", *words]
        return subprocess.run(anju_edge, cwd=bare, env=environment(bare), capture_output=True, text=True)

    assert command("version").stdout.startswith("anju-edge ")
    refused = command("demo")
    assert refused.returncode == 2
    assert "./dev demo" in refused.stderr
    assert "Traceback" not in refused.stderr
