"""From an empty folder to a claimed box, by the commands that the documents name, on a hub that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

from typer.testing import CliRunner

from anju_base.address import parse_address
from anju_central import hub
from anju_central.__main__ import app
from anju_central.config import CentralConfig
from anju_edge.identity.claim import Place, claim
from anju_edge.identity.renewal import why_not_served
from anju_protos.claim_code import parse
from anju_protos.enrolment import Reason

PASSPHRASE = "correct horse battery"


async def invoke(*words: str) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


async def test_a_box_is_added_claimed_and_revoked_by_the_commands(tmp_path: Path) -> None:
    config, word, box = tmp_path / "central.toml", tmp_path / "word", tmp_path / "box"
    await asyncio.to_thread(config.write_text, f'data_dir = "{tmp_path / "data"}"\n')
    await asyncio.to_thread(word.write_text, PASSPHRASE)
    await asyncio.to_thread(box.mkdir)
    root_key = ("--root-key", str(tmp_path / "root.pem"), "--passphrase-file", str(word))
    await invoke("ca", "init", "--config", str(config), "--address", "127.0.0.1", *root_key)
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    local = "127.0.0.1:0"
    settings = CentralConfig(tmp_path / "data", local, local, enrolment_address=local)
    running = asyncio.create_task(hub.run(settings, stop, ready.set_result))
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    where = (await ready).enrolment
    code_file = tmp_path / "code.txt"
    words = ("--config", str(config), "--hub", where, "--file", str(code_file))
    await invoke("box", "add", "ningdu", "ningdu-1", *words)
    assert code_file.stat().st_mode & 0o777 == 0o600
    code = parse(await asyncio.to_thread(code_file.read_text, "utf-8"))
    identity = await claim(box, code, parse_address(where), Place("ningdu-1", "ningdu"))
    assert identity.grpc == parse_address((await asyncio.shield(ready)).grpc)
    assert "claimed" in await invoke("box", "list", "--config", str(config))
    assert await why_not_served(identity) is None
    await invoke("box", "revoke", "ningdu-1", "--config", str(config))
    found = await why_not_served(identity)
    assert found is not None
    assert found.reason is Reason.BOX_REVOKED
    stop.set()
    await running
