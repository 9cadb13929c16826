"""`anju-edge claim` as people run it, at clocks in four centuries, and what it prints when it cannot."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_edge.cli.all_verbs import app
from anju_edge.identity.key import read_identity
from anju_protos.claim_code import ClaimCode, file_text, format_groups, qr_text, typed_text
from support.enrolment_rig import Hub, running_hub

FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "box").mkdir()
    path = tmp_path / "edge.toml"
    path.write_text(f'[box]\nid = "ningdu-1"\ncommunity = "ningdu"\ndata = "{tmp_path / "box"}"\n')
    return path


async def run_claim(config: Path, *words: str, at: str) -> tuple[int, str]:
    """Runs the command; `at`: the date that it sees. Returns exit code and all that it printed."""
    faked = {"LD_PRELOAD": str(FAKETIME[-1]), "FAKETIME": f"@{at}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "anju_edge", "claim", "--config", str(config), *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **faked},
    )
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


async def command(config: Path, *words: str, typed: str = "") -> tuple[int, str]:
    """Runs the command in this process, beside the hub."""
    line = ["claim", "--config", str(config), *words]
    result = await asyncio.to_thread(CliRunner().invoke, app, line, typed)
    return result.exit_code, result.output


@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed (Debian: faketime); ./dev test installs it")
@pytest.mark.parametrize(
    "at", ["1970-01-02 00:00:00", "2001-09-09 01:46:40", "2060-06-01 12:00:00", "2250-12-31 23:59:00"]
)
async def test_a_box_is_claimed_at_any_clock(hub: Hub, config: Path, tmp_path: Path, at: str) -> None:
    code, printed = await run_claim(config, qr_text(hub.code()), at=at)
    assert code == 0, printed
    assert read_identity(tmp_path / "box").box == "ningdu-1"
    assert [line[:3] for line in printed.splitlines()[:6]] == [f"{number}/6" for number in range(1, 7)]


async def test_a_code_may_be_typed_or_brought_in_a_file(hub: Hub, config: Path, tmp_path: Path) -> None:
    path = tmp_path / "code.txt"
    path.write_text(file_text(hub.code(), "网关 ningdu-1"), encoding="utf-8")
    code, printed = await command(config, "--file", str(path))
    assert code == 0, printed
    again = hub.code(secret=b"9876543210")
    code, printed = await command(config, "--hub", str(hub.address), typed=typed_text(again) + "\n")
    assert (code, "--replace" in printed) == (2, True)
    code, printed = await command(config, "--replace", "--hub", str(hub.address), typed=typed_text(again) + "\n")
    assert code == 0, printed


async def test_what_is_wrong_has_a_code_a_sentence_and_what_to_do(hub: Hub, config: Path) -> None:
    groups = format_groups(hub.code())
    groups[4] = f"{(int(groups[4]) + 1) % 1_000_000:06d}"
    code, printed = await command(config, "-".join(groups))
    assert code == 2
    assert "EDGE-ENR-001" in printed
    assert "第 5 组" in printed
    code, printed = await command(config, typed_text(hub.code()))
    assert (code, "--hub" in printed) == (2, True)
    unknown = ClaimCode(b"aaaaaaaaaa", hub.files.authority().pin, hub.address)
    code, printed = await command(config, qr_text(unknown))
    assert (code, "EDGE-ENR-002" in printed) == (1, True)
    assert "处理 do:" in printed
    assert printed.splitlines()[4].startswith("5/6")
