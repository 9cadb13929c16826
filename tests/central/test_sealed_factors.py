"""Second factors lie sealed in the registry, its backups and its last good copy, by a key that is in none of them."""

from __future__ import annotations

import asyncio
import base64
import sqlite3
from pathlib import Path

import httpx
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access.caller import COMMAND_LINE, HUB
from anju_central.access.second_factor import code_at
from anju_central.access.secrets_of_people import hash_of
from anju_central.registry.account_rows import NewLink
from anju_central.registry.key_keeper import open_secrets
from anju_central.registry.queries.account_secrets import find_login
from anju_central.registry.queries.accounts import make_link
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.secrets import KEY_FILE
from support.hubs import Hub, config, running

PASSWORD = "right horse battery"


async def command(*words: object) -> tuple[int, str]:
    result = await asyncio.to_thread(CliRunner().invoke, app, [str(word) for word in words])
    return result.exit_code, result.output


def write_config(folder: Path) -> Path:
    path = folder / "central.toml"
    path.write_text(f'data_dir = "{config(folder).data_dir}"\n', encoding="utf-8")
    return path


async def use(hub: Hub, token: str) -> None:
    async with hub.client() as nobody:
        assert (await nobody.post("/api/link", json={"token": token, "password": PASSWORD})).status_code == 200


async def enrol(hub: Hub, http: httpx.AsyncClient) -> tuple[bytes, list[str]]:
    """Sets up a second factor at the session of `http`; returns its secret and recovery codes."""
    offered = await http.post("/api/account/totp", json={"password": PASSWORD})
    secret = base64.b32decode(offered.json()["secret"])
    on = await http.post("/api/account/totp/confirm", json={"code": code_at(secret, hub.clock.ms)})
    hub.clock.advance(60)
    return secret, on.json()["codes"]


async def chief(hub: Hub, http: httpx.AsyncClient) -> tuple[bytes, list[str]]:
    """Adds a supervisor with a second factor, logged in at `http`."""
    made = await hub.http.post(
        "/api/accounts", json={"account": "chief-2", "role": "supervisor", "communities": "every"}
    )
    await use(hub, made.json()["fragment"].removeprefix("#/link/"))
    await log_in(http)
    return await enrol(hub, http)


async def log_in(http: httpx.AsyncClient, code: str = "") -> httpx.Response:
    return await http.post("/api/session", json={"account": "chief-2", "password": PASSWORD, "code": code})


def everything_in(folder: Path, but: str) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != but)


async def test_no_file_but_the_key_opens_a_second_factor(tmp_path: Path) -> None:
    path, copy = write_config(tmp_path), tmp_path / "copies" / "copy.sqlite"
    copy.parent.mkdir()
    async with running(tmp_path) as hub, hub.client() as http:
        secret, _ = await chief(hub, http)
        await hub.parts.registry.poll()
        code, said = await command("backup", "--config", path, copy)
        assert code == 0, said
        for folder in (config(tmp_path).data_dir, copy.parent):
            everything = everything_in(folder, KEY_FILE)
            assert b"chief-2" in everything
            for form in (secret, base64.b32encode(secret), secret.hex().encode(), base64.b64encode(secret)):
                assert form not in everything, folder
        assert not list(copy.parent.rglob(KEY_FILE)), "the key goes its own way"
        assert (config(tmp_path).data_dir / KEY_FILE).stat().st_mode & 0o777 == 0o600
        assert (await log_in(http, code_at(secret, hub.clock.ms))).status_code == 200


async def test_second_factors_from_before_are_sealed_at_the_next_start_and_go_on(tmp_path: Path) -> None:
    folder, plain = config(tmp_path).data_dir, b"20 bytes, as it was."
    async with running(tmp_path) as hub, hub.client() as http:
        await chief(hub, http)
        clock = hub.clock
    with sqlite3.connect(folder / "registry.sqlite") as db:  # as it was written by earlier versions
        db.execute("UPDATE account SET totp_secret = ? WHERE account = 'chief-2'", (plain,))
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    assert plain in everything_in(folder, KEY_FILE)
    async with running(tmp_path, clock) as hub, hub.client() as http:
        assert (await log_in(http, code_at(plain, clock.ms))).status_code == 200
        rows = await read_audit(HUB, hub.parts.registry.registry, "chief-2")
        assert "account.totp-sealed" in [row.action for row in rows]
    assert plain not in everything_in(folder, KEY_FILE), "not in a page that is free now, either"


async def test_without_the_key_nobody_is_let_in_by_code_and_the_ways_back_are_said_and_work(tmp_path: Path) -> None:
    folder = config(tmp_path).data_dir
    async with running(tmp_path) as hub, hub.client() as http:
        secret, recovery = await chief(hub, http)
        clock = hub.clock
    kept = (folder / KEY_FILE).read_bytes()
    (folder / KEY_FILE).unlink()
    async with running(tmp_path, clock, token="none") as hub, hub.client() as http:
        assert (await log_in(http)).json()["error"] == "code_needed"
        refused = await log_in(http, code_at(secret, clock.ms))
        assert (refused.status_code, refused.json()["error"]) == (401, "no_key")
        assert "recovery code" in refused.json()["message"]
        wrong = await http.post("/api/session", json={"account": "chief-2", "password": "x", "code": "123456"})
        assert wrong.json()["error"] == "wrong", "who lacks the password learns nothing of it"
        health = (await http.get("/healthz")).json()
        assert health["ok"]
        assert any(KEY_FILE in line and "missing" in line for line in health["notices"])
        assert not (folder / KEY_FILE).exists(), "a new one would hide that the old one has to be put back"
        assert (await log_in(http, recovery[0])).status_code == 200
        offered = await http.post("/api/account/totp", json={"password": PASSWORD, "code": recovery[1]})
        assert (offered.status_code, offered.json()["error"]) == (503, "no_key")
        (folder / KEY_FILE).write_bytes(kept)  # put back while the hub runs
        assert (await log_in(http, code_at(secret, clock.ms))).status_code == 200
        await hub.parts.registry._load()
        assert not (await http.get("/healthz")).json()["notices"]


async def test_with_another_key_a_second_person_drops_the_factor_and_it_is_set_up_anew(tmp_path: Path) -> None:
    path, folder = write_config(tmp_path), config(tmp_path).data_dir
    async with running(tmp_path) as hub, hub.client() as http:
        secret, _ = await chief(hub, http)
        clock = hub.clock
    (folder / KEY_FILE).unlink()
    code, said = await command("new-registry-key", "--config", path)
    assert (code, "--yes" in said) == (2, True), "first look for the old one"
    assert not (folder / KEY_FILE).exists()
    code, said = await command("new-registry-key", "--config", path, "--yes")
    assert code == 0, said
    async with running(tmp_path, clock, token="none") as hub, hub.client() as http:
        assert not (await http.get("/healthz")).json()["notices"]
        assert (await log_in(http, code_at(secret, clock.ms))).json()["error"] == "no_key"
        link = NewLink(hash_of("second-person"), clock.ms + 3_600_000)
        await make_link(COMMAND_LINE, hub.parts.registry.registry, "chief-2", link, clock.ms, drop_factor=True)
        await use(hub, "second-person")
        assert (await log_in(http)).json()["second_factor"] == "must_enrol"
        fresh, _ = await enrol(hub, http)
        assert (await log_in(http, code_at(fresh, clock.ms))).json()["second_factor"] == "on"


async def test_a_sealed_factor_that_is_moved_to_another_account_opens_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.client() as http:
        secret, _ = await chief(hub, http)
        login = await find_login(HUB, hub.parts.registry.registry, "op-li")
        assert login is not None
        await hub.parts.registry.registry.close()
        with sqlite3.connect(config(tmp_path).data_dir / "registry.sqlite") as db:
            db.execute("UPDATE account SET totp_secret = ? WHERE account = 'chief-2'", (login.totp_secret,))
        db.close()
        assert (await log_in(http, code_at(secret, hub.clock.ms))).json()["error"] == "no_key"


async def test_a_restore_says_when_the_key_of_the_copy_is_not_here(tmp_path: Path) -> None:
    path, copy, folder = write_config(tmp_path), tmp_path / "copy.sqlite", config(tmp_path).data_dir
    async with running(tmp_path) as hub, hub.client() as http:
        await chief(hub, http)
        await command("backup", "--config", path, copy)
    code, said = await command("restore", "--config", path, copy)
    assert code == 0
    assert KEY_FILE not in said
    (folder / KEY_FILE).unlink()
    code, said = await command("restore", "--config", path, copy)
    assert code == 0
    assert f"{folder / KEY_FILE} is missing" in said.replace("\n", "")


async def test_commands_get_the_same_key_as_the_hub(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        registry = hub.parts.registry.registry
        keys = await open_secrets(COMMAND_LINE, registry, config(tmp_path).data_dir, hub.clock.ms)
        sealed = keys.open("id-number").seal(b"x", "r-1")
        assert keys.ids == (await open_secrets(HUB, registry, config(tmp_path).data_dir, hub.clock.ms)).ids
        assert keys.open("id-number").unseal(sealed, "r-1") == b"x"
