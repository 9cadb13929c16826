"""Logging in at the console: who gets a session, what the others learn, how long it lives, and what ends its stream."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from anju_central.access.caller import COMMAND_LINE, HUB, Caller, Purpose, Role
from anju_central.access.passwords import MOST_WAITING, Passwords, TooBusy, strong_hasher
from anju_central.access.second_factor import code_at
from anju_central.access.sessions import ABSOLUTE_MS, IDLE_MS
from anju_central.registry.queries.account_secrets import find_login
from anju_central.registry.queries.accounts import change_role, disable_account, unlock_account
from anju_central.registry.queries.audit_trail import read_audit
from support.events import ALARM, Box, alarm
from support.hubs import Hub, running
from support.people import weak_passwords

PASSWORD = "right horse battery"
CHIEF = Caller("op-li", Role.SUPERVISOR, "every", Purpose.DEVICE_MAINTENANCE)


async def add(hub: Hub, account: str, role: str = "operator", communities: Any = "every") -> str:
    """Adds an account as op-li does, and sets its password by its link; returns the link's token."""
    asked = {"account": account, "full_name": "岗位一", "role": role, "communities": communities}
    made = (await hub.http.post("/api/accounts", json=asked)).json()
    token: str = made["fragment"].removeprefix("#/link/")
    async with hub.client() as nobody:
        used = await nobody.post("/api/link", json={"token": token, "password": PASSWORD})
        assert used.json() == {"account": account}
    return token


async def log_in(http: httpx.AsyncClient, account: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
    return await http.post("/api/session", json={"account": account, "password": password, "code": code})


def registry_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("registry.sqlite*"))


@asynccontextmanager
async def hub_without_pauses(folder: Path) -> AsyncIterator[Hub]:
    """A hub whose log-in takes no time over a wrong answer; the pauses that it would make are in `pauses`."""
    async with running(folder) as hub:
        hub.pauses = pauses = []  # type: ignore[attr-defined]

        async def pause(seconds: float) -> None:
            pauses.append(seconds)

        hub.parts.accounts.log_in._pause = pause
        yield hub


async def test_from_a_link_to_a_session_and_out_again(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.client() as http:
        asked = {"account": "op-7", "role": "operator", "communities": ["ningdu"]}
        made = (await hub.http.post("/api/accounts", json=asked)).json()
        token = made["fragment"].removeprefix("#/link/")
        assert len(token) >= 43
        looked = (await http.post("/api/link/look", json={"token": token})).json()
        assert (looked["account"], looked["role"]) == ("op-7", "operator")
        weak = await http.post("/api/link", json={"token": token, "password": "op-7"})
        assert (weak.status_code, weak.json()["error"]) == (422, "weak-password")
        assert (await http.post("/api/link", json={"token": token, "password": PASSWORD})).status_code == 200
        again = await http.post("/api/link", json={"token": token, "password": PASSWORD})
        assert (again.status_code, again.json()["error"]) == (404, "link-spent")
        assert (await http.get("/api/session")).json()["error"] == "signed_out"

        answer = await log_in(http, "OP-7 ")
        shown = answer.json()
        assert (answer.status_code, shown["account"], shown["communities"]) == (200, "op-7", ["ningdu"])
        assert (shown["second_factor"], "handle-incidents" in shown["rights"]) == ("not_needed", True)
        assert (await http.get("/api/session")).json() == shown
        first = dict(http.cookies)
        assert (await http.get("/api/boxes")).status_code == 200
        await log_in(http, "op-7")  # the page logs in again: its session before ends
        async with hub.client() as old:
            old.cookies.update(first)
            assert (await old.get("/api/session")).status_code == 401
        second = dict(http.cookies)
        assert (await http.delete("/api/session")).json() == {"done": True}
        assert not http.cookies
        async with hub.client() as stolen:
            stolen.cookies.update(second)
            assert (await stolen.get("/api/boxes")).status_code == 401


@pytest.mark.parametrize(
    ("base", "cookie"),
    [
        ("http://127.0.0.1:7480", r"anju-session=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=strict"),
        ("https://127.0.0.1:7480", r"__Host-anju=[\w-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=strict; Secure"),
    ],
)
async def test_the_cookie_is_for_this_host_and_no_script(tmp_path: Path, base: str, cookie: str) -> None:
    async with running(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        http.base_url = httpx.URL(base)
        answer = await log_in(http, "op-7")
        assert re.fullmatch(cookie, answer.headers["set-cookie"])
        assert answer.headers["cache-control"] == "no-store"
        assert (await http.get("/api/session")).status_code == 200


async def test_by_https_a_cookie_that_any_host_could_have_set_counts_for_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        await log_in(http, "op-7")
        token = http.cookies["anju-session"]
        answer = await http.get("https://127.0.0.1:7480/api/session", headers={"Cookie": f"anju-session={token}"})
        assert answer.status_code == 401


async def test_whoever_lacks_the_password_learns_nothing_by_word_work_or_time(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        await add(hub, "op-8")
        await hub.http.post("/api/accounts/op-8/disable", json={})
        await hub.http.post("/api/accounts", json={"account": "op-9", "role": "operator", "communities": "every"})
        passwords = hub.parts.accounts.own._passwords
        said = []
        for account in ("op-7", "op-8", "op-9", "op-unknown", "王", "x" * 64):
            checks = passwords.checks
            hub.clock.advance(10)
            answer = await log_in(http, account, "wrong horse battery")
            assert passwords.checks == checks + 1, account
            said.append((answer.status_code, answer.text))
        assert set(said) == {(401, said[0][1])}
        assert answer.json()["error"] == "wrong"
        pauses: list[float] = hub.pauses  # type: ignore[attr-defined]
        assert len(pauses) == 6  # each answer is held back until the same time after its question
        assert all(0 < pause <= 0.7 for pause in pauses)


async def test_a_locked_account_says_until_when_to_who_has_the_password_alone(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        for _ in range(5):
            assert (await log_in(http, "op-7", "wrong horse battery")).json()["error"] == "wrong"
        assert (await log_in(http, "op-7", "wrong horse battery")).json() == {
            "error": "wrong",
            "message": "account, password or code is wrong",
            "until": None,
            "again_s": None,
        }
        told = (await log_in(http, "op-7")).json()
        assert (told["error"], told["until"]) == ("locked", "2026-09-21T14:13:50.000Z")
        hub.clock.advance(29)
        assert (await log_in(http, "op-7")).json()["error"] == "locked"
        hub.clock.advance(1)
        assert (await log_in(http, "op-7")).status_code == 200
        for _ in range(5):
            await log_in(http, "op-7", "wrong horse battery")
        assert (await log_in(http, "op-7")).json()["error"] == "locked"
        await unlock_account(COMMAND_LINE, hub.parts.registry.registry, "op-7", hub.clock.ms)
        assert (await log_in(http, "op-7")).status_code == 200


async def test_a_disabled_account_is_told_so_with_the_password_alone(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        await log_in(http, "op-7")
        shown = (await hub.http.post("/api/accounts/op-7/disable", json={})).json()
        assert (shown["disabled_since"] is not None, shown["sessions"]) == (True, 0)
        assert (await http.get("/api/session")).status_code == 401
        assert (await log_in(http, "op-7")).json()["error"] == "disabled"
        assert (await log_in(http, "op-7", "wrong horse battery")).json()["error"] == "wrong"
        await hub.http.post("/api/accounts/op-7/enable", json={})
        assert (await log_in(http, "op-7")).status_code == 200


async def test_an_address_that_guesses_waits_and_who_is_logged_in_does_not(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        for number in range(20):
            hub.clock.advance(2)
            assert (await log_in(http, f"op-{number}", "wrong horse battery")).status_code == 401
        answer = await log_in(http, "op-7")
        assert (answer.status_code, answer.json()["error"], answer.json()["again_s"]) == (429, "too_many", 30)
        assert answer.headers["Retry-After"] == "30"
        assert (await http.post("/api/link/look", json={"token": "x"})).status_code == 429
        assert (await hub.http.get("/api/incidents")).status_code == 200
        hub.clock.advance(30)
        assert (await log_in(http, "op-7")).status_code == 200


async def test_links_are_not_guessed_either(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        for number in range(20):
            hub.clock.advance(2)
            answer = await http.post("/api/link", json={"token": f"guess-{number}", "password": PASSWORD})
            assert answer.json()["error"] == "link-spent"
        assert (await http.post("/api/link/look", json={"token": "guess"})).status_code == 429


async def test_from_supervisor_up_nothing_is_allowed_before_the_second_factor(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        await add(hub, "chief-2", "supervisor")
        shown = (await log_in(http, "chief-2")).json()
        assert (shown["second_factor"], shown["rights"]) == ("must_enrol", [])
        for path in ("/api/incidents", "/api/boxes", "/api/accounts", "/api/stream"):
            refused = await http.get(path)
            assert (refused.status_code, refused.json()["error"]) == (403, "second_factor"), path
        wrong = await http.post("/api/account/totp", json={"password": "wrong horse battery"})
        assert (wrong.status_code, wrong.json()["error"]) == (422, "wrong")
        offered = (await http.post("/api/account/totp", json={"password": PASSWORD})).json()
        assert offered["uri"].startswith("otpauth://totp/Anju:chief-2?secret=")
        assert offered["qr_image"].startswith("data:image/svg+xml")
        secret = base64.b32decode(offered["secret"])
        assert (await http.post("/api/account/totp/confirm", json={"code": "000000"})).json()["error"] == "wrong"
        assert (await log_in(http, "chief-2")).json()["second_factor"] == "must_enrol"  # not confirmed: none yet
        code = code_at(secret, hub.clock.ms)
        on = (await http.post("/api/account/totp/confirm", json={"code": code})).json()
        assert (on["session"]["second_factor"], len(set(on["codes"]))) == ("on", 10)
        assert "manage-accounts" in on["session"]["rights"]
        assert (await http.get("/api/accounts")).status_code == 200

        async with hub.client() as later:
            assert (await log_in(later, "chief-2")).json()["error"] == "code_needed"
            assert (await log_in(later, "chief-2", code=code)).json()["error"] == "wrong"  # it counted once
            hub.clock.advance(30)
            fresh = code_at(secret, hub.clock.ms)
            assert (await log_in(later, "chief-2", code=f"{fresh[:3]} {fresh[3:]}")).json()["second_factor"] == "on"
            assert (await log_in(later, "chief-2", code=fresh)).json()["error"] == "wrong"
            assert (await log_in(later, "chief-2", code=on["codes"][0].upper())).status_code == 200
            assert (await log_in(later, "chief-2", code=on["codes"][0])).json()["error"] == "wrong"
            hub.clock.advance(3_600)
            assert (await log_in(later, "chief-2", "wrong horse battery", on["codes"][1])).json()["error"] == "wrong"
            assert (await log_in(later, "chief-2", code=on["codes"][1])).status_code == 200


async def test_guessed_codes_lock_the_account_as_guessed_passwords_do(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        await add(hub, "chief-2", "auditor")
        await log_in(http, "chief-2")
        offered = (await http.post("/api/account/totp", json={"password": PASSWORD})).json()
        secret = base64.b32decode(offered["secret"])
        await http.post("/api/account/totp/confirm", json={"code": code_at(secret, hub.clock.ms)})
        hub.clock.advance(60)
        right = code_at(secret, hub.clock.ms)
        wrong = f"{(int(right) + 1) % 1_000_000:06}"
        for _ in range(5):
            assert (await log_in(http, "chief-2", code=wrong)).json()["error"] == "wrong"
        assert (await log_in(http, "chief-2", code=right)).json()["error"] == "locked"


async def test_a_password_is_changed_with_the_old_one_and_other_sessions_end(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http, hub.client() as other:
        await add(hub, "op-7")
        await log_in(http, "op-7")
        await log_in(other, "op-7")
        for body, error in (
            ({"password": "wrong horse battery", "new_password": "another horse battery"}, "wrong"),
            ({"password": PASSWORD, "new_password": "short"}, "weak-password"),
            ({"password": PASSWORD, "new_password": "op-7 op-7 op-7"}, "weak-password"),
            ({"password": PASSWORD, "new_password": "aaaaaaaaaaaaaaaa"}, "weak-password"),
        ):
            assert (await http.post("/api/account/password", json=body)).json()["error"] == error
        body = {"password": PASSWORD, "new_password": "新的口令要足够长才可以用"}
        assert (await http.post("/api/account/password", json=body)).status_code == 200
        assert (await http.get("/api/session")).status_code == 200
        assert (await other.get("/api/session")).status_code == 401
        assert (await log_in(other, "op-7")).json()["error"] == "wrong"
        assert (await log_in(other, "op-7", body["new_password"])).status_code == 200


async def test_a_session_ends_when_it_is_not_used_and_after_a_shift_whatever_happens(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        await log_in(http, "op-7")
        hub.clock.advance(IDLE_MS / 1000 - 1)
        assert (await http.get("/api/session")).status_code == 200
        hub.clock.advance(IDLE_MS / 1000)
        assert (await http.get("/api/session")).status_code == 401
        await log_in(http, "op-7")
        for _ in range(int(ABSOLUTE_MS / IDLE_MS * 2) - 1):
            hub.clock.advance(IDLE_MS / 2000)
            assert (await http.get("/api/session")).status_code == 200
        hub.clock.advance(IDLE_MS / 2000)
        assert (await http.get("/api/session")).status_code == 401


async def test_sessions_outlive_a_restart_and_a_registry_that_is_gone(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        await log_in(http, "op-7")
        cookies = dict(http.cookies)
        hub.clock.advance(1_000)
        assert (await http.get("/api/session")).status_code == 200
        await hub.parts.accounts.sessions.write_down()
        clock = hub.clock
    async with running(tmp_path, clock) as hub, hub.client() as http:
        clock.advance(1_000)  # since its last use; more than half an hour since it began
        http.cookies.update(cookies)
        await hub.take(Box("alarm", ALARM), alarm())
        await hub.parts.registry.close()
        [incident] = (await http.get("/api/incidents")).json()
        done = await http.post(f"/api/incidents/{incident['id']}/acknowledge", json={})
        assert done.json()["owners"][0]["id"] == "op-7"
        assert (await http.get("/api/session")).status_code == 200
        assert (await http.delete("/api/session")).status_code == 200
        http.cookies.update(cookies)
        assert (await http.get("/api/session")).status_code == 401
        await hub.parts.registry.poll()
        assert (await http.get("/api/session")).status_code == 401  # it does not come back with the registry


async def test_what_the_command_line_changes_is_seen_at_the_next_look(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("op-7") as http:
        assert (await http.get("/api/session")).status_code == 200
        http.event_hooks["request"] = []
        registry = hub.parts.registry.registry
        await disable_account(COMMAND_LINE, registry, "op-7", hub.clock.ms)
        await hub.parts.registry.poll()
        assert (await http.get("/api/session")).status_code == 401


async def test_a_password_under_a_weaker_hash_is_hashed_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.client() as http:
        await add(hub, "op-7")
        stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        hub.parts.accounts.own._passwords._hasher = stronger
        assert (await log_in(http, "op-7")).status_code == 200
        login = await find_login(HUB, hub.parts.registry.registry, "op-7")
        assert login is not None
        assert login.password_hash is not None
        assert "m=16,t=2" in login.password_hash
        assert (await log_in(http, "op-7")).status_code == 200


async def test_few_passwords_are_checked_at_once_and_a_flood_is_turned_away() -> None:
    passwords = weak_passwords()
    said = await asyncio.gather(*(passwords.hash("a password") for _ in range(50)), return_exceptions=True)
    assert sum(isinstance(one, TooBusy) for one in said) == 50 - MOST_WAITING
    assert await passwords.is_right(await passwords.hash("ｐａｓｓword Å"), "password Å")
    assert not await passwords.is_right(None, "nobody has this one")
    assert not await passwords.is_right("no hash at all", "x")
    strong = strong_hasher()
    assert (strong.type.name, strong.memory_cost >= 19 * 1024, strong.time_cost >= 2) == ("ID", True, True)
    assert isinstance(Passwords()._hasher, PasswordHasher)


async def test_the_audit_says_who_logged_in_and_how_and_holds_no_secret(tmp_path: Path) -> None:
    async with hub_without_pauses(tmp_path) as hub, hub.client() as http:
        token = await add(hub, "op-7")
        await log_in(http, "op-7", "wrong horse battery")
        await log_in(http, "op-7")
        await http.delete("/api/session")
        trail = await read_audit(HUB, hub.parts.registry.registry, subject="op-7")
        assert [(row.account, row.action, row.detail) for row in trail[::-1]] == [
            ("op-li", "account.add", "operator of every"),
            ("hub", "account.link-used", ""),
            ("hub", "account.wrong-password", "try 1"),
            ("op-7", "session.begin", "password"),
            ("op-7", "session.end", ""),
        ]
        raw = registry_bytes(tmp_path)
        assert b"op-7" in raw
        for secret in (token, PASSWORD, "wrong horse battery"):
            assert secret.encode() not in raw


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Anju": ""},
        {"Origin": "http://127.0.0.1:7481"},
        {"Origin": "https://127.0.0.1:7480"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
async def test_only_a_page_of_this_hub_acts(tmp_path: Path, headers: dict[str, str]) -> None:
    async with running(tmp_path) as hub:
        await add(hub, "op-7")
        await hub.take(Box("alarm", ALARM), alarm())
        [incident] = (await hub.http.get("/api/incidents")).json()
        bare = "X-Anju" in headers
        for path, body in (
            (f"/api/incidents/{incident['id']}/acknowledge", {}),
            ("/api/session", {"account": "op-7", "password": PASSWORD}),
            ("/api/link", {"token": "x", "password": PASSWORD}),
        ):
            request = hub.http.build_request("POST", path, json=body, headers={} if bare else headers)
            if bare:
                del request.headers["X-Anju"]
            answer = await hub.http.send(request)
            assert (answer.status_code, answer.json()["error"]) == (403, "origin")
        [incident] = (await hub.http.get("/api/incidents")).json()
        assert incident["state"] == "NEW"


async def test_incident_steps_carry_the_account_whatever_a_page_says(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("op-7") as http:
        await hub.take(Box("alarm", ALARM), alarm())
        [incident] = (await http.get("/api/incidents")).json()
        url = f"/api/incidents/{incident['id']}"
        done = (await http.post(f"{url}/acknowledge", json={"actor": "console-6yg7"})).json()
        assert [owner["id"] for owner in done["owners"]] == ["op-7"]
        body = {"actor": "console-6yg7", "state": "RESPONDING"}
        done = (await http.post(f"{url}/step", json=body)).json()
        closing = {"actor": "console-6yg7", "cause": "fall", "contacted": True}
        done = (await http.post(f"{url}/resolve", json=closing)).json()
        assert {step["actor"]["id"] for step in done["steps"]} == {"op-7"}


async def test_nobody_looks_people_up_at_the_pace_of_a_program(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("op-7") as http:
        said = [(await http.post("/api/incidents/closed", json={"text": "x"})).status_code for _ in range(70)]
        assert (said.count(200), said.count(429)) == (60, 10)
        assert (await http.get("/api/incidents")).status_code == 200
        hub.clock.advance(1)
        assert (await http.post("/api/incidents/closed", json={"text": "x"})).status_code == 200


async def test_a_role_that_changes_ends_what_was_allowed_before(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, hub.person("op-7") as http:
        http.event_hooks["request"] = []
        registry = hub.parts.registry.registry
        await change_role(CHIEF, registry, "op-7", Role.PROGRAMME_OFFICER, "every", hub.clock.ms)
        await hub.parts.registry.poll()
        assert (await http.get("/api/incidents")).status_code == 401
