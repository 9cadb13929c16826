"""While the registry cannot be opened, an operator who comes on shift logs in by the last good copy."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access.away import AWAY_MS, MOST_OF_ONE
from anju_central.access.caller import COMMAND_LINE, HUB, Role
from anju_central.access.last_accounts import LAST_ACCOUNTS_FILE
from anju_central.access.second_factor import code_at
from anju_central.access.sessions import IDLE_MS
from anju_central.registry.account_rows import NewLink
from anju_central.registry.queries.account_secrets import find_login
from anju_central.registry.queries.accounts import change_role, disable_account, make_link
from anju_central.registry.queries.audit_trail import AuditRow, read_audit
from support.events import ALARM, Box, alarm
from support.hubs import Clock, Hub, config, running
from support.people import add_person

PASSWORD = "right horse battery"


def registry_file(folder: Path) -> Path:
    return config(folder).data_dir / "registry.sqlite"


def away_file(folder: Path) -> Path:
    return config(folder).data_dir / "log_ins.away.json"


@asynccontextmanager
async def hub_in(folder: Path, clock: Clock | None = None, token: str | None = "none") -> AsyncIterator[Hub]:
    """A hub whose log-in takes no time over a wrong answer. Its supervisor is there unless the registry is not."""
    async with running(folder, clock, token=token) as hub:

        async def pause(_seconds: float) -> None:
            pass

        hub.parts.accounts.log_in._pause = pause
        yield hub


async def add(hub: Hub, account: str, role: str = "operator", communities: str | list[str] = "every") -> str:
    """Adds an account with a password, and with a second factor where its role needs one; returns that secret."""
    made = await hub.http.post("/api/accounts", json={"account": account, "role": role, "communities": communities})
    token = made.json()["fragment"].removeprefix("#/link/")
    async with hub.client() as http:
        await http.post("/api/link", json={"token": token, "password": PASSWORD})
        shown = (await log_in(http, account)).json()
        if shown["second_factor"] != "must_enrol":
            await http.delete("/api/session")
            return ""
        offered = (await http.post("/api/account/totp", json={"password": PASSWORD})).json()
        secret: str = offered["secret"]
        await http.post("/api/account/totp/confirm", json={"code": code(secret, hub)})
        await http.delete("/api/session")
    hub.clock.advance(60)
    return secret


def code(secret: str, hub: Hub) -> str:
    return code_at(base64.b32decode(secret), hub.clock.ms)


async def log_in(http: httpx.AsyncClient, account: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
    return await http.post("/api/session", json={"account": account, "password": password, "code": code})


async def audit_of(hub: Hub, account: str, action: str) -> list[AuditRow]:
    rows = await read_audit(HUB, hub.parts.registry.registry, account, limit=500)
    return [row for row in rows if row.action == action]


async def test_who_comes_on_shift_logs_in_and_acknowledges_while_the_registry_is_gone(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub:
        await add(hub, "op-7", communities=["ningdu"])
        await hub.parts.registry.poll()
        clock = hub.clock
    kept = registry_file(tmp_path).read_bytes()
    registry_file(tmp_path).write_bytes(b"gone bad " * 1000)
    async with hub_in(tmp_path, clock) as hub, hub.client() as http:
        await hub.take(Box("alarm", ALARM), alarm())
        shown = (await log_in(http, "op-7")).json()
        assert (shown["account"], shown["communities"], shown["registry_away"]) == ("op-7", ["ningdu"], True)
        assert "handle-incidents" in shown["rights"]
        [incident] = (await http.get("/api/incidents")).json()
        done = await http.post(f"/api/incidents/{incident['id']}/acknowledge", json={})
        assert done.json()["owners"][0]["id"] == "op-7"
        cookies = dict(http.cookies)
    async with hub_in(tmp_path, clock) as hub, hub.client() as http:  # it outlives a restart, too
        http.cookies.update(cookies)
        assert (await http.get("/api/session")).json()["registry_away"]
        for tail in ("-wal", "-shm"):
            registry_file(tmp_path).with_name(f"registry.sqlite{tail}").unlink(missing_ok=True)
        registry_file(tmp_path).write_bytes(kept)
        began_ms = clock.ms
        clock.advance(60)
        await hub.parts.registry.poll()
        assert hub.parts.registry.fault is None
        back = (await http.get("/api/session")).json()
        assert (back["account"], back["registry_away"]) == ("op-7", False)
        [line] = await audit_of(hub, "op-7", "session.away")
        assert (line.at_ms, line.detail) == (began_ms, "password; while the registry was away; goes on")
        assert not away_file(tmp_path).exists()
        await hub.parts.registry.poll()
        await hub.parts.accounts.sessions.write_down()
        assert len(await audit_of(hub, "op-7", "session.away")) == 1


async def test_the_copy_holds_no_password_no_name_and_is_the_owners_alone(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub:
        secret = await add(hub, "chief-2", "supervisor")
        await hub.parts.registry.poll()
    path = config(tmp_path).data_dir / LAST_ACCOUNTS_FILE
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "$argon2id$" in text
    assert "岗位" not in text
    assert PASSWORD not in text
    assert secret not in text


@pytest.mark.parametrize("spoil", [b"", b"[]", b'{"accounts": 7}', b"\xff" * 9, b'{"accounts": [{"account": "x"}]}'])
async def test_a_copy_that_cannot_be_read_lets_nobody_in_and_stops_nothing(tmp_path: Path, spoil: bytes) -> None:
    async with hub_in(tmp_path, token=None) as hub:
        await add(hub, "op-7")
        await hub.parts.registry.poll()
    registry_file(tmp_path).write_bytes(b"gone bad " * 1000)
    (config(tmp_path).data_dir / LAST_ACCOUNTS_FILE).write_bytes(spoil)
    async with hub_in(tmp_path) as hub, hub.client() as http:
        refused = await log_in(http, "op-7")
        assert (refused.status_code, refused.json()["error"]) == (503, "unavailable")


async def test_a_copy_that_others_may_write_lets_nobody_in(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub:
        await add(hub, "op-7")
        await hub.parts.registry.poll()
    registry_file(tmp_path).write_bytes(b"gone bad " * 1000)
    (config(tmp_path).data_dir / LAST_ACCOUNTS_FILE).chmod(0o622)
    async with hub_in(tmp_path) as hub, hub.client() as http:
        assert (await log_in(http, "op-7")).status_code == 503


async def test_what_the_log_in_refuses_it_refuses_without_the_registry_too(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub, hub.client() as http:
        await add(hub, "op-7")
        await add(hub, "op-8")
        secret = await add(hub, "chief-2", "supervisor")
        await hub.http.post("/api/accounts/op-8/disable", json={})
        await hub.parts.registry.poll()
        await hub.parts.registry.close()
        assert (await log_in(http, "op-8")).json()["error"] == "disabled"
        said = [await log_in(http, name, "wrong horse battery") for name in ("op-7", "op-8", "op-unknown")]
        assert {(answer.status_code, answer.text) for answer in said} == {(401, said[0].text)}
        for _ in range(4):
            assert (await log_in(http, "op-7", "wrong horse battery")).json()["error"] == "wrong"
        assert (await log_in(http, "op-7")).json()["error"] == "locked"
        hub.clock.advance(31)
        assert (await log_in(http, "op-7")).json()["registry_away"]

        assert (await log_in(http, "chief-2")).json()["error"] == "code_needed"
        assert (await log_in(http, "chief-2", code="000000")).json()["error"] == "wrong"
        right = code(secret, hub)
        shown = (await log_in(http, "chief-2", code=right)).json()
        assert (shown["second_factor"], shown["registry_away"]) == ("on", True)
        assert "handle-incidents" in shown["rights"]
        assert "manage-accounts" not in shown["rights"], "what is not known to be so any more gives no rights"
        async with hub.client() as other:
            assert (await log_in(other, "chief-2", code=right)).json()["error"] == "wrong", "a code counts once"
        await hub.parts.registry.poll()
        assert "manage-accounts" in (await http.get("/api/session")).json()["rights"]
        assert [row.detail for row in await audit_of(hub, "op-7", "account.wrong-password")] == [
            "5 tries while the registry was away"
        ]
        async with hub.client() as other:
            assert (await log_in(other, "chief-2", code=right)).json()["error"] == "wrong", "nor when it is back"


async def test_a_recovery_code_counts_once_over_a_restart_and_the_registrys_return(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub, hub.client() as http:
        made = await hub.http.post("/api/accounts", json={"account": "aud", "role": "auditor", "communities": "every"})
        token = made.json()["fragment"].removeprefix("#/link/")
        await http.post("/api/link", json={"token": token, "password": PASSWORD})
        await log_in(http, "aud")
        secret = (await http.post("/api/account/totp", json={"password": PASSWORD})).json()["secret"]
        confirmed = await http.post("/api/account/totp/confirm", json={"code": code(secret, hub)})
        recovery = confirmed.json()["codes"][0]
        await hub.parts.registry.poll()
        clock = hub.clock
    kept = registry_file(tmp_path).read_bytes()
    registry_file(tmp_path).write_bytes(b"gone bad " * 1000)
    async with hub_in(tmp_path, clock) as hub, hub.client() as http:
        assert (await log_in(http, "aud", code=recovery)).status_code == 200
    async with hub_in(tmp_path, clock) as hub, hub.client() as http:
        assert (await log_in(http, "aud", code=recovery)).json()["error"] == "wrong"
        registry_file(tmp_path).write_bytes(kept)
        await hub.parts.registry.poll()
        assert (await log_in(http, "aud", code=recovery)).json()["error"] == "wrong"
        [line] = await audit_of(hub, "aud", "session.away")
        assert line.detail.startswith("password and recovery code;")


@pytest.mark.parametrize("change", ["disabled", "reset", "role", "gone"])
async def test_a_session_of_an_account_that_changed_meanwhile_ends_when_the_registry_is_back(
    tmp_path: Path, change: str
) -> None:
    async with hub_in(tmp_path, token=None) as hub:
        await hub.parts.registry.poll()
        before = registry_copy(tmp_path)
        await add(hub, "op-7")
        await hub.parts.registry.poll()
        clock, registry = hub.clock, hub.parts.registry.registry
        told_of = (config(tmp_path).data_dir / LAST_ACCOUNTS_FILE).read_bytes()
        if change == "disabled":
            await disable_account(COMMAND_LINE, registry, "op-7", clock.ms)
        elif change == "reset":
            await make_link(COMMAND_LINE, registry, "op-7", NewLink(b"l" * 32, clock.ms + 1), clock.ms)
        elif change == "role":
            await change_role(COMMAND_LINE, registry, "op-7", Role.TECHNICIAN, "every", clock.ms)
    kept = before if change == "gone" else registry_file(tmp_path).read_bytes()
    registry_file(tmp_path).write_bytes(b"gone bad " * 1000)
    (config(tmp_path).data_dir / LAST_ACCOUNTS_FILE).write_bytes(told_of)
    async with hub_in(tmp_path, clock) as hub, hub.client() as http:
        assert (await log_in(http, "op-7")).status_code == 200
        registry_file(tmp_path).write_bytes(kept)
        await hub.parts.registry.poll()
        assert hub.parts.registry.fault is None
        assert (await http.get("/api/session")).status_code == 401
        [line] = await audit_of(hub, "op-7", "session.away")
        assert line.detail.startswith("password; while the registry was away; ended: ")


async def test_who_was_disabled_by_the_command_line_while_no_hub_ran_stays_out(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub:
        await add(hub, "op-7")
        await hub.parts.registry.poll()
        clock = hub.clock
    path = tmp_path / "central.toml"
    path.write_text(f'data_dir = "{config(tmp_path).data_dir}"\n', encoding="utf-8")
    words = ["account", "disable", "--config", str(path), "op-7"]
    assert (await asyncio.to_thread(CliRunner().invoke, app, words)).exit_code == 0
    registry_file(tmp_path).write_bytes(b"gone bad " * 1000)
    async with hub_in(tmp_path, clock) as hub, hub.client() as http:
        assert (await log_in(http, "op-7")).json()["error"] == "disabled"


def registry_copy(folder: Path) -> bytes:
    """What the registry holds now, as one file."""
    target = folder / "copy-of-registry"
    with sqlite3.connect(registry_file(folder)) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target.read_bytes()


async def test_such_a_session_is_short_and_there_are_not_many_of_one(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub, hub.client() as http:
        await add(hub, "op-7")
        await hub.parts.registry.poll()
        await hub.parts.registry.close()
        await log_in(http, "op-7")
        for _ in range(int(AWAY_MS / IDLE_MS * 2) - 1):
            hub.clock.advance(IDLE_MS / 2000)
            assert (await http.get("/api/session")).status_code == 200
        hub.clock.advance(IDLE_MS / 2000)
        assert (await http.get("/api/session")).status_code == 401
        for _ in range(MOST_OF_ONE - 1):
            assert (await log_in(http, "op-7")).status_code == 200
            hub.clock.advance(2)
        refused = await log_in(http, "op-7")
        assert (refused.status_code, refused.json()["error"]) == (429, "too_many")
        await hub.parts.registry.poll()
        assert (await log_in(http, "op-7")).json()["registry_away"] is False
        assert len(await audit_of(hub, "op-7", "session.away")) == MOST_OF_ONE


async def test_a_registry_that_can_be_read_and_not_written_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub_in(tmp_path, token=None) as hub, hub.client() as http:
        await add(hub, "op-7")
        monkeypatch.setattr("anju_central.registry.database.BUSY_WITHIN_S", 0.2)
        with sqlite3.connect(registry_file(tmp_path), isolation_level=None) as holder:
            holder.execute("BEGIN IMMEDIATE")
            assert (await log_in(http, "op-7", "wrong horse battery")).json()["error"] == "wrong"
            assert (await log_in(http, "op-7")).json()["registry_away"]
            await hub.parts.accounts.sessions.write_down()
            assert (await http.get("/api/session")).json()["registry_away"]
            holder.execute("ROLLBACK")
        holder.close()
        await hub.parts.accounts.sessions.write_down()
        assert (await http.get("/api/session")).json()["registry_away"] is False
        assert len(await audit_of(hub, "op-7", "session.away")) == 1


async def test_who_logs_out_of_such_a_session_is_out_when_the_registry_is_back(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub, hub.client() as http:
        await add(hub, "op-7")
        await hub.parts.registry.poll()
        await hub.parts.registry.close()
        await log_in(http, "op-7")
        cookies = dict(http.cookies)
        assert (await http.delete("/api/session")).status_code == 200
        http.cookies.update(cookies)
        assert (await http.get("/api/session")).status_code == 401
        await hub.parts.registry.poll()
        assert (await http.get("/api/session")).status_code == 401


async def test_while_the_registry_can_be_asked_the_copy_counts_for_nothing(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub, hub.client() as http:
        await add(hub, "op-7")
        await hub.parts.registry.poll()
        path = config(tmp_path).data_dir / LAST_ACCOUNTS_FILE
        rows = json.loads(path.read_bytes())
        registry = hub.parts.registry.registry
        await disable_account(COMMAND_LINE, registry, "op-7", hub.clock.ms)
        assert any(row["account"] == "op-7" and row["disabled_ms"] is None for row in rows["accounts"])
        assert (await log_in(http, "op-7")).json()["error"] == "disabled"
        login = await find_login(HUB, registry, "op-7")
        assert login is not None
        assert login.disabled_ms is not None
        await hub.parts.registry.poll()
        rows = json.loads(path.read_bytes())
        assert any(row["account"] == "op-7" and row["disabled_ms"] for row in rows["accounts"])


async def test_a_session_as_ever_goes_on_beside_it(tmp_path: Path) -> None:
    async with hub_in(tmp_path, token=None) as hub:
        token, _ = await add_person(hub.parts, "op-9")
        await hub.parts.registry.close()
        async with hub.client(token) as http:
            assert (await http.get("/api/session")).json()["registry_away"] is False
