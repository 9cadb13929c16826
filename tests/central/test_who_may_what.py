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
LOOK: Final[set[Role]] = {OP, S, C, V, T}  # at people, each for its own purposes
LOG: Final[set[Role]] = {S, V, A}
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
    ("POST", "/api/incidents/closed"): WATCH,
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
    ("GET", "/api/boxes/{box}/pressed"): WATCH | {T, A},
    ("GET", "/api/boxes/{box}/pages"): WATCH | {T, A},
    ("POST", "/api/boxes/{box}/pages"): {S, T},
    ("POST", "/api/boxes/{box}/pages/{page}/revoke"): {S, T},
    ("GET", "/api/audit"): {S, V, A},
    ("GET", "/api/accounts"): {S, V, A},
    ("POST", "/api/accounts"): {S},
    ("GET", "/api/accounts/{account}/audit"): {S, V, A},
    ("POST", "/api/accounts/{account}/link"): {S},
    ("POST", "/api/accounts/{account}/role"): {S},
    ("POST", "/api/accounts/{account}/disable"): {S},
    ("POST", "/api/accounts/{account}/enable"): {S},
    ("POST", "/api/accounts/{account}/unlock"): {S},
    ("POST", "/api/accounts/{account}/end-sessions"): {S},
    ("POST", "/api/people/search"): LOOK,
    ("GET", "/api/people"): LOOK,
    ("POST", "/api/people"): {S, C},
    ("GET", "/api/people/{resident}"): LOOK,
    ("POST", "/api/people/{resident}/look"): LOOK,
    ("GET", "/api/people/{resident}/history"): LOOK,
    ("GET", "/api/people/{resident}/look-ups"): LOG,
    ("POST", "/api/people/actions/{action}/undo"): {S, C},
    ("POST", "/api/people/{resident}/move"): {S, C},
    ("POST", "/api/people/{resident}/leave"): {S, C},
    ("POST", "/api/people/{resident}/edit"): {S, C},
    ("POST", "/api/people/{resident}/contacts"): {S, C},
    ("POST", "/api/people/{resident}/notes"): {S, C},
    ("POST", "/api/people/{resident}/merge"): {S, C},
    ("POST", "/api/people/{resident}/split"): {S, C},
    ("POST", "/api/people/{resident}/erase"): {S, V},
    ("GET", "/api/devices"): LOOK,
    ("POST", "/api/devices"): {S, C},
    ("POST", "/api/devices/{device}/hand-out"): {S, C},
    ("POST", "/api/devices/{device}/lost"): {S, C},
    ("POST", "/api/devices/{device}/return"): {S, C},
    ("POST", "/api/devices/{device}/repaired"): {S, C},
    ("GET", "/api/look-ups"): LOG,
    ("POST", "/api/glass"): {OP, S, C},
    ("GET", "/api/glass/own"): {OP, S, C},
    ("GET", "/api/glass"): LOG,
    ("POST", "/api/glass/{number}/seen"): {S, V},
    ("GET", "/api/incidents/{key}/named"): WATCH,
    ("GET", "/api/consents"): LOOK,
    ("GET", "/api/consents/wordings"): {S, C},
    ("POST", "/api/people/{resident}/consents"): {S, C},
    ("POST", "/api/people/{resident}/consents/{kind}/withdraw"): {S, C},
    ("GET", "/api/requests"): LOOK,
    ("POST", "/api/people/{resident}/requests"): {S, C, V},
    ("POST", "/api/requests/{number}/close"): {S, V},
    ("GET", "/api/look-ups/chain"): LOG,
    ("GET", "/api/retention"): LOG,
    ("POST", "/api/retention/clocks/{what}"): {S, V},
    ("POST", "/api/retention/run"): {S, V},
    ("POST", "/api/households/search"): LOOK,
    ("POST", "/api/households/separate"): {S, C},
    ("POST", "/api/households/{household}/join"): {S, C},
    ("POST", "/api/households/{household}/head"): {S, C},
    ("POST", "/api/households/{household}/move"): {S, C},
    ("GET", "/api/groups"): LOOK,
    ("POST", "/api/groups"): {S, C},
    ("GET", "/api/groups/{group}"): LOOK,
    ("POST", "/api/groups/{group}/name"): {S, C},
    ("POST", "/api/groups/{group}/end"): {S, C},
    ("POST", "/api/groups/{group}/put-in"): {S, C},
    ("POST", "/api/groups/{group}/take-out"): {S, C},
    ("POST", "/api/groups/{group}/leader"): {S, C},
    ("GET", "/api/rosters"): WATCH | {T, A},
    ("GET", "/api/communities"): LOOK | {A},
    ("POST", "/api/communities/{community}/name"): {S, C},
    ("GET", "/api/places"): LOOK,
    ("GET", "/api/places/flats"): LOOK,
    ("POST", "/api/places"): {S, C},
    ("POST", "/api/places/{place}/name"): {S, C},
    ("POST", "/api/places/{place}/put"): {S, C},
    ("POST", "/api/places/{place}/locate"): {S, C},
    ("POST", "/api/places/{place}/end"): {S, C},
    ("GET", "/api/zones"): LOOK,
    ("POST", "/api/zones"): {S, C},
    ("POST", "/api/zones/{community}/{zone}/name"): {S, C},
    ("POST", "/api/zones/{community}/{zone}/end"): {S, C},
    ("GET", "/api/tokens"): LOOK,
    ("POST", "/api/tokens"): {S, C},
    ("POST", "/api/tokens/{token}/block"): {S, C},
    ("GET", "/api/communities/{community}/rules"): WATCH | {T, A},
    ("POST", "/api/communities/{community}/ladder"): WATCH | {T, A},
    ("POST", "/api/communities/{community}/settings"): {S, T},
    ("POST", "/api/communities/{community}/rules"): {S, T},
    ("POST", "/api/communities/{community}/rules/try"): {S, T},
    ("POST", "/api/communities/{community}/rules/{rule}/drop"): {S, T},
    ("GET", "/api/staff"): LOOK,
    ("POST", "/api/staff"): {S, C},
    ("POST", "/api/staff/end"): {S, C},
    ("POST", "/api/volunteers"): {S, C},
    ("POST", "/api/volunteers/end"): {S, C},
    ("POST", "/api/organisations"): {S, C},
    ("POST", "/api/organisations/end"): {S, C},
    ("GET", "/api/imports"): {S, C},
    ("POST", "/api/imports/{run}/undo"): {S, C},
    ("GET", "/api/imports/files"): {S, C},
    ("POST", "/api/imports/files"): {S, C},
    ("GET", "/api/imports/files/{upload}"): {S, C},
    ("DELETE", "/api/imports/files/{upload}"): {S, C},
    ("POST", "/api/imports/files/{upload}/compare"): {S, C},
    ("POST", "/api/imports/files/{upload}/lists/{kind}"): {S, C},
    ("GET", "/api/imports/files/{upload}/mend"): {S, C},
    ("POST", "/api/imports/files/{upload}/take-over"): {S, C},
    ("POST", "/api/imports/files/{upload}/cancel"): {S, C},
    ("GET", "/api/exports"): {S, C, V},
    ("POST", "/api/exports"): {S, C},
    ("POST", "/api/exports/{export}/approve"): {S, C, V},
    ("POST", "/api/exports/{export}/refuse"): {S, C, V},
    ("POST", "/api/exports/{export}/file"): {S, C},
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
        closed = await http.post("/api/incidents/closed", json={})
        if closed.status_code == 200:
            answers["/api/incidents/closed"] = closed.text
        for path in (
            *("/api/incidents", "/api/incidents?state=all", "/api/incidents?state=all&mark=real"),
            *(f"/api/incidents/{key}", f"/api/check-ins?day={day}", "/api/boxes"),
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
        assert (await http.post("/api/incidents/closed", json={})).json()["incidents"] == []
        assert (await http.get("/api/incidents?state=all")).json() == []
    async with hub.person(f"n-{OP}", OP, frozenset({"ningdu"})) as http:
        [closed] = (await http.post("/api/incidents/closed", json={})).json()["incidents"]
        assert closed["id"] == key
