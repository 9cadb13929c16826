"""The matrix: every route of the hub's HTTP side, with every role, with none, with a machine's token, of another
community. What may be is written here once more, by hand; a route without a row fails.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, get_args

import httpx
import pytest

from anju_central.access.caller import NEEDS_SECOND_FACTOR, RIGHTS, Caller, Purpose, Role
from anju_central.api.account_models import AccountRole, RightName
from anju_central.api.gate_table import TABLE
from support.contracts import Contract
from support.events import ACTIVITY, ALARM, Box, alarm, check_in
from support.hubs import Hub, running
from support.people import add_person, metrics_headers

PEOPLE: Final[tuple[Role, ...]] = tuple(role for role in Role if role is not Role.HUB)
OP, S, C, P, V, T, A = PEOPLE
WATCH: Final[set[Role]] = {OP, S, C}
ALL: Final[set[Role]] = set(PEOPLE)
SCOPED: Final = frozenset({"other"})

MAY: Final[dict[tuple[str, str], set[Role] | str]] = {
    ("POST", "/api/session"): "everybody",
    ("POST", "/api/link"): "everybody",
    ("POST", "/api/link/look"): "everybody",
    ("GET", "/healthz"): "everybody",
    ("GET", "/"): "everybody",
    ("GET", "/metrics"): "machine",
    ("GET", "/openapi.json"): ALL,
    ("GET", "/api/session"): ALL,
    ("DELETE", "/api/session"): ALL,
    ("POST", "/api/account/password"): ALL,
    ("POST", "/api/account/totp"): ALL,
    ("POST", "/api/account/totp/confirm"): ALL,
    ("GET", "/api/incidents"): WATCH,
    ("GET", "/api/incidents/closed"): WATCH,
    ("GET", "/api/incidents/{key}"): WATCH,
    ("POST", "/api/incidents/{key}/acknowledge"): WATCH,
    ("POST", "/api/incidents/{key}/step"): WATCH,
    ("POST", "/api/incidents/{key}/resolve"): WATCH,
    ("GET", "/api/check-ins"): WATCH | {P},
    ("GET", "/api/boxes"): WATCH | {T, A},
    ("GET", "/api/stream"): WATCH | {P, T, A},
    ("GET", "/api/registry/boxes"): WATCH | {T, A},
    ("POST", "/api/registry/communities"): {S, T},
    ("POST", "/api/registry/boxes"): {S, T},
    ("POST", "/api/registry/boxes/{box}/code"): {S, T},
    ("POST", "/api/registry/boxes/{box}/retire"): {S, T},
    ("POST", "/api/registry/boxes/{box}/revoke"): {S, T},
    ("GET", "/api/boxes/{box}/pages"): WATCH | {T, A},
    ("POST", "/api/boxes/{box}/pages"): {S, T},
    ("POST", "/api/boxes/{box}/pages/{page}/revoke"): {S, T},
    ("GET", "/api/accounts"): {S, V, A},
    ("POST", "/api/accounts"): {S},
    ("GET", "/api/accounts/{account}/audit"): {S, V, A},
    ("POST", "/api/accounts/{account}/link"): {S},
    ("POST", "/api/accounts/{account}/role"): {S},
    ("POST", "/api/accounts/{account}/disable"): {S},
    ("POST", "/api/accounts/{account}/enable"): {S},
    ("POST", "/api/accounts/{account}/unlock"): {S},
    ("POST", "/api/accounts/{account}/end-sessions"): {S},
}
BODIES: Final[dict[str, object]] = {  # none of them changes anything
    "/api/session": {"account": "nobody", "password": "x"},
    "/api/link": {"token": "x", "password": "x"},
    "/api/link/look": {"token": "x"},
    "/api/account/password": {"password": "x", "new_password": "x"},
    "/api/account/totp": {"password": "x"},
    "/api/account/totp/confirm": {"code": "x"},
}
DENIED: Final = {"signed_out", "forbidden", "second_factor"}


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(TABLE) == set(MAY)


async def test_what_the_document_names_is_in_the_table(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        named = Contract(hub.app.openapi()).operations()
        assert named <= set(MAY)
        assert set(MAY) - named == {("GET", "/"), ("GET", "/metrics"), ("GET", "/openapi.json")}


async def test_a_route_without_a_row_is_denied_to_everybody(tmp_path: Path) -> None:
    async with running(tmp_path) as hub:
        for path in ("/api/new", "/new", "/api/incidents/{key}/new"):
            hub.app.add_api_route(path, lambda: "secret", methods=["GET", "POST"])
        async with hub.client() as nobody:
            for path in ("/api/new", "/new", "/api/incidents/1/new"):
                for method in ("GET", "POST"):
                    for http in (nobody, hub.http):
                        answer = await http.request(method, path)
                        assert answer.status_code == 403, (method, path)
                        assert "secret" not in answer.text


def test_the_contract_names_all_roles_and_rights() -> None:
    assert set(get_args(AccountRole)) == {role.value for role in Role} - {"hub"}
    assert set(get_args(RightName)) == {right.value for right in RIGHTS[Role.HUB]}


@pytest.fixture
async def hub(request: pytest.FixtureRequest, tmp_path: Path, registry_url: str) -> AsyncIterator[Hub]:
    """A hub on each engine, whose log-in does not pause and whose streams end after their first word."""
    url = registry_url if registry_url.startswith("postgresql") else None
    async with running(tmp_path, registry=url) as hub:
        hub.parts.accounts.log_in._pause = lambda _seconds: asyncio.sleep(0)
        hub.parts.console.changes.close()
        yield hub


async def ask(http: httpx.AsyncClient, method: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    filled = path.replace("{key}", f"{'ab' * 16}-1").replace("{box}", "no-box").replace("{account}", "nobody")
    body = BODIES.get(path, {}) if method == "POST" else None
    return await http.request(method, filled, json=body, headers=headers)


def is_denied(answer: httpx.Response) -> bool:
    if answer.status_code not in (401, 403):
        return False
    return answer.json()["error"] in DENIED


async def test_every_route_with_every_role_none_and_a_machine(hub: Hub) -> None:
    machine = await metrics_headers(hub.parts)
    async with contextlib.AsyncExitStack() as stack:
        nobody = await stack.enter_async_context(hub.client())
        people = {role: await stack.enter_async_context(hub.person(f"a-{role}", role)) for role in ALL}
        unproven = {}
        for role in NEEDS_SECOND_FACTOR:
            token, _ = await add_person_without_factor(hub, role)
            unproven[role] = await stack.enter_async_context(hub.client(token))
        for (method, path), may in MAY.items():
            hub.clock.advance(2)  # look-ups are not too many
            where = (method, path)
            is_open = may == "everybody"
            assert is_denied(await ask(nobody, method, path)) != is_open, where
            by_machine = await ask(nobody, method, path, machine)
            assert is_denied(by_machine) != (is_open or may == "machine"), where
            for role, http in people.items():
                allowed = is_open or role in may if may != "machine" else False
                answer = await ask(http, method, path)
                assert is_denied(answer) != allowed, (where, role, answer.text)
                assert answer.status_code < 500 or answer.status_code == 503, (where, role, answer.text)
            own = path.startswith(("/api/session", "/api/account/")) or path == "/openapi.json"
            for role, http in unproven.items():
                answer = await ask(http, method, path)
                if where != ("DELETE", "/api/session"):
                    assert is_denied(answer) != (is_open or own), (where, role, "without a second factor")
            if where == ("DELETE", "/api/session"):
                for role in NEEDS_SECOND_FACTOR:
                    token, _ = await log_in_without_factor(hub, role)
                    unproven[role].cookies.set("anju-session", token)


async def add_person_without_factor(hub: Hub, role: Role) -> tuple[str, object]:
    await add_person(hub.parts, f"u-{role}", Role.OPERATOR)
    await hub.http.post(f"/api/accounts/u-{role}/role", json={"role": role.value, "communities": "every"})
    return await log_in_without_factor(hub, role)


async def log_in_without_factor(hub: Hub, role: Role) -> tuple[str, object]:
    return await hub.parts.accounts.sessions.begin(Caller(f"u-{role}", role, "every", Purpose.DEVICE_MAINTENANCE))


async def test_nobody_of_another_community_gets_a_row_or_moves_one(hub: Hub) -> None:
    await hub.take(Box("alarm", ALARM), alarm())
    await hub.take(Box("activity", ACTIVITY), check_in())
    [shown] = (await hub.http.get("/api/incidents")).json()
    key = shown["id"]
    day = "2026-09-21"

    async def seen(http: httpx.AsyncClient) -> dict[str, Any]:
        answers = {}
        for path in (
            *("/api/incidents", "/api/incidents?state=all", "/api/incidents?state=all&mark=real"),
            *("/api/incidents/closed", f"/api/incidents/{key}", f"/api/check-ins?day={day}", "/api/boxes"),
            *("/api/registry/boxes", "/api/accounts"),
        ):
            answer = await http.get(path)
            if answer.status_code == 200:
                answers[path] = answer.text
        return answers

    for role in ALL:
        async with hub.person(f"n-{role}", role, frozenset({"ningdu"})) as http:
            whole = await seen(http)
        async with hub.person(f"x-{role}", role, SCOPED) as http:
            hub.clock.advance(1)
            for path, text in (await seen(http)).items():
                for mine in ("ningdu", "柠都", "王*秀", "box-1", f"n-{role}", "ac233fc001aa"):
                    assert mine not in text, (role, path, mine)
                assert path in whole
            for verb in ("acknowledge", "step", "resolve"):
                body: dict[str, object] = {"state": "RESPONDING"} if verb == "step" else {}
                answer = await http.post(f"/api/incidents/{key}/{verb}", json=body)
                assert answer.status_code in (403, 404), (role, verb)
            for verb in ("code", "retire", "revoke"):
                assert (await http.post(f"/api/registry/boxes/box-1/{verb}", json={})).status_code in (403, 404)
            added = await http.post("/api/registry/boxes", json={"box": "b", "community": "ningdu"})
            assert added.status_code in (403, 404)
            for verb in ("link", "disable", "enable", "unlock", "end-sessions"):
                assert (await http.post(f"/api/accounts/n-{role}/{verb}", json={})).status_code in (403, 404)
            for communities in (["ningdu"], "every", ["other", "ningdu"]):
                asked = {"account": "mine", "role": "operator", "communities": communities}
                assert (await http.post("/api/accounts", json=asked)).status_code == 403
    [again] = (await hub.http.get("/api/incidents")).json()
    assert again["state"] == "NEW"
    await hub.http.post(f"/api/incidents/{key}/resolve", json={"cause": "fall", "contacted": True})
    async with hub.person(f"x-{OP}", OP, SCOPED) as http:
        assert (await http.get("/api/incidents/closed")).json()["incidents"] == []
        assert (await http.get("/api/incidents?state=all")).json() == []
    async with hub.person(f"n-{OP}", OP, frozenset({"ningdu"})) as http:
        [closed] = (await http.get("/api/incidents/closed")).json()["incidents"]
        assert closed["id"] == key
