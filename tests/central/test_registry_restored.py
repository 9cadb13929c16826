"""A registry that is put back from a backup opens nothing that was closed since, and what cannot be known is said."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access.caller import COMMAND_LINE, HUB, Role
from anju_central.access.last_accounts import LAST_ACCOUNTS_FILE
from anju_central.access.secrets_of_people import hash_of
from anju_central.access.token_scopes import METRICS
from anju_central.registry.account_rows import NewLink
from anju_central.registry.errors import LinkSpent
from anju_central.registry.last_good import LAST_GOOD_FILE
from anju_central.registry.queries.account_secrets import find_link, find_login
from anju_central.registry.queries.accounts import add_account, change_role, disable_account
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.queries.boxes import add_box, list_boxes, revoke_box
from anju_central.registry.queries.claims import make_claim, use_claim
from anju_central.registry.queries.tokens import add_token, list_tokens, revoke_token
from anju_central.registry.rows import NewCertificate
from support.events import T0
from support.hubs import Clock, Hub, config, running
from support.people import add_person

PASSWORD = "right horse battery"
YEAR_MS = 365 * 86_400_000  # from the tests' clock on, which the command line does not have


def write_config(folder: Path) -> Path:
    path = folder / "central.toml"
    path.write_text(f'data_dir = "{config(folder).data_dir}"\n', encoding="utf-8")
    return path


async def command(*words: object) -> str:
    result = await asyncio.to_thread(CliRunner().invoke, app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


async def password(hub: Hub, account: str, password: str = PASSWORD) -> None:
    """Gives an account that op-li resets a password."""
    made = await hub.http.post(f"/api/accounts/{account}/link", json={})
    token = made.json()["fragment"].removeprefix("#/link/")
    async with hub.client() as http:
        assert (await http.post("/api/link", json={"token": token, "password": password})).status_code == 200


async def log_in(hub: Hub, http: httpx.AsyncClient, account: str, password: str = PASSWORD) -> str:
    answer = await http.post("/api/session", json={"account": account, "password": password})
    return "in" if answer.status_code == 200 else str(answer.json()["error"])


async def before_the_backup(hub: Hub) -> dict[str, str]:
    """What a backup will hold: sessions, an open link, an open claim, tokens. Returns the cookie of a session."""
    registry, now = hub.parts.registry.registry, hub.clock.ms
    for account in ("op-5", "op-6", "op-7", "op-8"):
        await hub.http.post("/api/accounts", json={"account": account, "role": "operator", "communities": "every"})
        await password(hub, account)
    link = NewLink(hash_of("link"), now + YEAR_MS)
    await add_account(COMMAND_LINE, registry, "op-9", "", Role.OPERATOR, "every", link, now)
    await add_box(HUB, registry, "box-3", "ningdu", now)
    await make_claim(HUB, registry, "box-3", "0" * 32, b"s" * 32, now + YEAR_MS, now)
    for name in ("leaked", "figures-2"):
        await add_token(COMMAND_LINE, registry, name, METRICS, hash_of(name), now + YEAR_MS, now)
    async with hub.client() as http:
        assert await log_in(hub, http, "op-7") == "in"
        return dict(http.cookies)


async def after_it(hub: Hub) -> None:
    """What is done later."""
    registry, now = hub.parts.registry.registry, hub.clock.ms
    await password(hub, "op-5", "another horse battery")
    await change_role(COMMAND_LINE, registry, "op-6", Role.TECHNICIAN, frozenset({"ningdu"}), now)
    await disable_account(COMMAND_LINE, registry, "op-8", now)
    await revoke_token(COMMAND_LINE, registry, "leaked", now)
    await add_box(HUB, registry, "box-4", "ningdu", now)
    await revoke_box(HUB, registry, "box-1", now)
    link = NewLink(hash_of("late"), now + YEAR_MS)
    await add_account(COMMAND_LINE, registry, "op-late", "", Role.OPERATOR, "every", link, now)
    await hub.parts.registry.poll()


async def check(hub: Hub, cookies: dict[str, str]) -> None:
    """Nothing that was closed is open."""
    registry = hub.parts.registry.registry
    async with hub.client() as http:
        http.cookies.update(cookies)
        assert (await http.get("/api/session")).status_code == 401, "a session came back"
        assert await log_in(hub, http, "op-8") == "disabled"
        assert await log_in(hub, http, "op-5") == "wrong", "a password came back"
        assert await log_in(hub, http, "op-5", "another horse battery") == "in"
        assert await log_in(hub, http, "op-7") == "in"
    login = await find_login(HUB, registry, "op-6")
    assert login is not None
    assert (login.role, login.communities) == (Role.TECHNICIAN, frozenset({"ningdu"}))
    with pytest.raises(LinkSpent):
        await find_link(HUB, registry, hash_of("link"), hub.clock.ms)
    tokens = {row.name: row.counts(hub.clock.ms) for row in await list_tokens(COMMAND_LINE, registry)}
    assert (tokens["leaked"], tokens["figures-2"]) == (False, True)
    rows = {row.box: row for row in await list_boxes(HUB, registry)}
    assert rows["box-1"].state == "revoked"
    assert rows["box-3"].claim_ends_ms is None, "a claim code came back"
    [line] = [row for row in await read_audit(HUB, registry, "registry") if row.action == "registry.restored"]
    assert line.account in ("command-line", "hub")


async def test_restore_ends_what_the_backup_had_open_and_keeps_closed_what_was_closed_since(tmp_path: Path) -> None:
    path, copy = write_config(tmp_path), tmp_path / "copy.sqlite"
    async with running(tmp_path) as hub:
        cookies = await before_the_backup(hub)
        await command("backup", "--config", path, copy)
        await after_it(hub)
        clock = hub.clock
    said = await command("restore", "--config", path, copy)
    for part in ("box-3", "op-8", "op-late", "sessions ended", "box-1"):
        assert part in said, said
    async with running(tmp_path, clock) as hub:
        await check(hub, cookies)
        await add_person(hub.parts, "op-10")
    async with running(tmp_path, clock) as hub:  # it was settled once
        entries = await read_audit(HUB, hub.parts.registry.registry, "registry")
        assert [row.action for row in entries].count("registry.restored") == 1


async def test_a_registry_put_back_by_other_means_is_noticed_by_its_count_of_changes(tmp_path: Path) -> None:
    """As pg_restore does, or whoever copies the file."""
    folder = config(tmp_path).data_dir
    async with running(tmp_path) as hub:
        cookies = await before_the_backup(hub)
        await hub.parts.registry.poll()
        with sqlite3.connect(folder / "registry.sqlite") as source, sqlite3.connect(tmp_path / "kept") as target:
            source.backup(target)
        source.close()
        target.close()
        await after_it(hub)
        clock = hub.clock
    for tail in ("-wal", "-shm"):
        (folder / f"registry.sqlite{tail}").unlink(missing_ok=True)
    (folder / "registry.sqlite").write_bytes((tmp_path / "kept").read_bytes())
    async with running(tmp_path, clock) as hub:
        await check(hub, cookies)


def certificate(number: int) -> NewCertificate:
    return NewCertificate(f"{number:x}", bytes([number]) * 32, T0, T0 + YEAR_MS, b"der")


async def claim(hub: Hub, box: str, number: int) -> None:
    registry, now = hub.parts.registry.registry, hub.clock.ms
    await make_claim(HUB, registry, box, f"{number:032x}", bytes([number]) * 32, now + YEAR_MS, now)
    await use_claim(HUB, registry, f"{number:032x}", certificate(number), now)


async def test_a_box_that_was_claimed_anew_since_is_served_and_not_taken_for_a_copy(tmp_path: Path) -> None:
    path, copy = write_config(tmp_path), tmp_path / "copy.sqlite"
    async with running(tmp_path) as hub:
        await claim(hub, "box-1", 1)
        await claim(hub, "box-2", 2)
        await command("backup", "--config", path, copy)
        await claim(hub, "box-1", 3)
        await hub.parts.registry.poll()
        clock = hub.clock
    said = await command("restore", "--config", path, copy)
    assert "box-1" in said
    for _ in range(2):
        async with running(tmp_path, clock) as hub:
            known = {record.box: (record.is_served, record.spki) for record in hub.parts.directory.records()}
            assert known == {"box-1": (True, None), "box-2": (True, b"\x02" * 32)}
    async with running(tmp_path, clock) as hub:
        await claim(hub, "box-1", 4)
        record = hub.parts.directory.lookup("box-1")
        assert record is not None
        assert record.spki == b"\x04" * 32


async def test_without_what_this_hub_knew_last_everything_that_may_be_open_is_named(tmp_path: Path) -> None:
    """On another machine, or a new disk: only the backup is there."""
    path, copy = write_config(tmp_path), tmp_path / "copy.sqlite"
    async with running(tmp_path) as hub:
        cookies = await before_the_backup(hub)
        await command("backup", "--config", path, copy)
        clock = hub.clock
    folder = config(tmp_path).data_dir
    for name in (LAST_ACCOUNTS_FILE, LAST_GOOD_FILE):
        (folder / name).unlink()
    said = await command("restore", "--config", path, copy)
    assert "anju-central account list" in said
    assert "anju-central box list" in said
    assert "figures-2" in said
    async with running(tmp_path, clock) as hub, hub.client() as http:
        http.cookies.update(cookies)
        assert (await http.get("/api/session")).status_code == 401
        tokens = {
            row.name: row.counts(clock.ms) for row in await list_tokens(COMMAND_LINE, hub.parts.registry.registry)
        }
        assert tokens["figures-2"] is False, "whether it was revoked since is not known"
        assert await log_in(hub, http, "op-7") == "in"


async def test_a_hub_that_starts_as_ever_settles_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        cookies = await before_the_backup(hub)
        clock: Clock = hub.clock
    async with running(tmp_path, clock) as hub, hub.client() as http:
        http.cookies.update(cookies)
        assert (await http.get("/api/session")).status_code == 200
