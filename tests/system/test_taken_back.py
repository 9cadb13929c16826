"""A real box started by the launcher: a version that refuses its configuration is taken back, the hub hears why."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from support.box_parts import ROSTER
from support.running_box import get
from support.slots import LAUNCH, BoxRoot
from support.whole import eventually, free_port, grpc_port, hub_config, running_hub

pytestmark = pytest.mark.skipif(shutil.which("dash") is None, reason="no dash: Debian's sh is what boxes have")
REAL = f'exec {sys.executable} -m anju_edge "$@"'
LIMIT_S = 300.0  # machines are shared; only a hang meets it


def config(folder: Path, hub: int, status: int, *, extra: str = "") -> Path:
    (folder / "community.toml").write_text(ROSTER, encoding="utf-8")
    path = folder / "edge.toml"
    path.write_text(
        f'[box]\nid = "box-1"\ncommunity = "ningdu"\ndata = "data"\nroster = "community.toml"\n'
        f'[hub]\naddress = "127.0.0.1:{hub}"\n'
        f'[http]\nkiosk_listen = ""\nstatus_listen = "127.0.0.1:{status}"\n[journal]\nballast_bytes = 0\n'
        f"[sync]\nreconnect_min_s = 0.05\nreconnect_max_s = 0.2\nstatus_period_s = 0.5\n{extra}",
        encoding="utf-8",
    )
    return path


def real_box(folder: Path) -> BoxRoot:
    box = BoxRoot(folder)
    box.install("1.0", REAL)
    box.commit("1.0")
    return box


@asynccontextmanager
async def started(box: BoxRoot, path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The unit's ExecStart; leaving stops it as systemd does."""
    environment = {
        **os.environ,
        "ANJU_ROOT": str(box.anju),
        "STATE_DIRECTORY": str(box.state),
        "RUNTIME_DIRECTORY": str(box.run),
    }
    process = await asyncio.create_subprocess_exec(
        "dash", str(LAUNCH), "run", "--config", str(path), env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


@pytest.mark.timeout(900)  # starts of a real box and a hub
async def test_a_version_that_refuses_the_configuration_is_taken_back_and_the_hub_hears_why(tmp_path: Path) -> None:
    box = real_box(tmp_path / "root")
    # a version that knows a key no longer: its own code says 78, on trial 79
    wrong = 'for last; do :; done; sed "s/^id = .*/id = 5/" "$last" >"$last.new"'
    refuses = f'{wrong}; exec {sys.executable} -m anju_edge run --config "$last.new"'
    box.install("2.0", refuses)
    roster = tmp_path / "community.toml"
    roster.write_text(ROSTER, encoding="utf-8")
    hub = hub_config(tmp_path, roster)
    status = free_port()
    path = config(tmp_path, grpc_port(hub), status)
    done = box._launch("run", "--config", str(path))
    assert done.returncode == 79, done.stderr
    ended = box._launch("ended", SERVICE_RESULT="exit-code", EXIT_STATUS="79")
    assert ended.returncode == 0
    async with running_hub(hub) as operator, started(box, path):

        async def is_told() -> bool:
            return any("BOX_ROLLED_BACK" in one["reasons"] for one in await operator.all_incidents())

        await eventually(is_told, LIMIT_S)
        (one,) = [one for one in await operator.all_incidents() if "BOX_ROLLED_BACK" in one["reasons"]]
        assert one["priority"] == "P4"
        whole = json.dumps(await operator.get(f"/api/incidents/{one['id']}"))
        assert "version 2.0 failed (exit-code 79)" in whole
        assert "box.id: must be text" in whole

        async def is_shown() -> bool:  # the box's status follows its facts by half a second
            return "EDGE-UPD-001" in json.dumps(await operator.box())

        await eventually(is_shown, LIMIT_S)
        code, text = await get(f"127.0.0.1:{status}", "/healthz")
        snapshot = json.loads(text)
        assert (code, snapshot["version"]["running"], snapshot["version"]["rolled_back"]["bad"]) == (200, "1.0", "2.0")
    assert box.known()["bad"] == "2.0"
