"""Whatever is sent to the hub's HTTP side: an answer below 500 that says what is wrong, and the next request works."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from anju_central.api.guards import SECURITY_HEADERS
from anju_central.process.bounded_body import MAX_BODY_BYTES
from support.events import ALARM, Box, alarm
from support.hubs import Hub, running

VALUES: tuple[object, ...] = (
    None, True, 0, -1, 1.5, 2**31, 2**63, 2**64, 10**400, "", " ", "x" * 65, "x" * 20_000, "\0", "柠\u202e", "1",
    "999999999999", "-1", [], [1], {}, {"a": 1}, [[]] * 3,
)  # fmt: skip
WHOLE = {
    "acknowledge": {"actor": "op-li", "expected": {"round": 0, "state": "NEW"}},
    "step": {"actor": "op-li", "state": "RESPONDING", "expected": {"round": 0, "state": "NEW"}},
    "resolve": {"actor": "op-li", "cause": "helped_on_site", "contacted": True, "note_code": "", "expected": None},
}
RAW = {
    "nothing": b"",
    "no JSON": b"{",
    "a surrogate": b'{"actor": "\\ud800"}',
    "a surrogate as a key": b'{"actor": "a", "\\ud800": 1}',
    "bytes that are no text": b'{"actor": "\xff"}',
    "a number that is none": b'{"actor": "a", "expected": {"round": NaN, "state": "NEW"}}',
    "no end of a number": b'{"actor": "a", "expected": {"round": ' + b"9" * 5_000 + b', "state": "NEW"}}',
    "infinity": b'{"actor": "a", "expected": {"round": 1e999, "state": "NEW"}}',
    "too deep": b"[" * 30_000,
    "twice": b'{"actor": "a", "actor": 1}',
    "another encoding": '{"another": "a"}'.encode("utf-16"),
}


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running(tmp_path) as hub:
        yield hub


async def incident_url(hub: Hub) -> str:
    await hub.take(Box("alarm", ALARM), alarm())
    [incident] = (await hub.http.get("/api/incidents")).json()
    return f"/api/incidents/{incident['id']}"


def changed(body: Any, value: object) -> Iterator[Any]:
    """Yields bodies with one field of any depth replaced, absent, or one too many."""
    yield value
    if isinstance(body, dict):
        for name in body:
            yield {key: inner for key, inner in body.items() if key != name}
            for inner in changed(body[name], value):
                yield {**body, name: inner}
        yield {**body, "another": value}


def is_said(answer: httpx.Response) -> None:
    """Fails unless an answer is no fault of the hub's, and a refusal says why in a few words."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        body = answer.json()
        assert body["error"]
        assert body.get("message", "m")
        assert len(body.get("message", "")) < 1_000


@pytest.mark.parametrize("verb", WHOLE)
async def test_no_body_of_a_command_is_the_hubs_fault(hub: Hub, verb: str) -> None:
    url = f"{await incident_url(hub)}/{verb}"
    for value in VALUES:
        for body in changed(WHOLE[verb], value):
            data = json.dumps(body).encode()
            is_said(await hub.http.post(url, content=data, headers={"Content-Type": "application/json"}))
    for name, data in RAW.items():
        for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x", ""):
            answer = await hub.http.post(url, content=data, headers={"Content-Type": kind})
            assert 400 <= answer.status_code < 500, (name, kind, answer.text)
            is_said(answer)
    assert (await hub.http.get("/api/incidents?state=all")).status_code == 200


async def test_a_body_beyond_the_limit_is_refused_whatever_it_says_of_its_length(hub: Hub) -> None:
    url = f"{await incident_url(hub)}/acknowledge"
    large = json.dumps({"actor": "a", "x": "y" * MAX_BODY_BYTES}).encode()

    async def in_pieces() -> AsyncIterator[bytes]:
        for first in range(0, len(large), 4_096):
            yield large[first : first + 4_096]

    for content in (large, in_pieces()):
        answer = await hub.http.post(url, content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["error"]) == (413, "invalid")
    assert (await hub.http.post(url, json={})).status_code == 200


PATHS = (
    "/api/incidents/x", "/api/incidents/%00", f"/api/incidents/{'0' * 32}-{'9' * 5_000}",
    f"/api/incidents/{'0' * 32}-{2**64}", f"/api/incidents/{'0' * 32}-{2**63}", f"/api/incidents/{'0' * 32}-٣",
    f"/api/incidents/{' ' * 32}-1", "/api/incidents/%ff%fe", "/api/incidents?limit=" + "9" * 5_000,
    "/api/incidents?limit=NaN", "/api/incidents?state=%ed%a0%80", "/api/incidents?mark=",
    "/api/check-ins?day=0001-01-01", "/api/check-ins?day=9999-12-31", "/api/check-ins?day=-1",
    "/api/check-ins?day=1e999", "/api/check-ins?day=" + "9" * 400,
    "/api/none", "/api/", "/docs", "/redoc", "/..%2f..%2fetc/passwd", "/%00",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
async def test_no_address_is_the_hubs_fault(hub: Hub, path: str) -> None:
    is_said(await hub.http.get(path))
    is_said(await hub.http.post(path, json={}))
    is_said(await hub.http.request("DELETE", path))


async def test_headers_that_make_no_sense_are_refused(hub: Hub) -> None:
    for value in ("NaN", "-1", "9" * 5_000, "\u00ff"):
        answer = await hub.http.get("/api/stream", headers={b"Last-Event-ID": value.encode("latin-1")})
        assert 400 <= answer.status_code < 500
        is_said(answer)


async def test_every_answer_says_what_a_browser_may_do_with_it(hub: Hub) -> None:
    url = await incident_url(hub)
    asked = [
        hub.http.get(path) for path in ("/", url, "/api/incidents", "/healthz", "/metrics", "/none", "/openapi.json")
    ]
    asked.append(hub.http.get("/api/boxes", headers={"Host": "anju.example"}))
    asked.append(hub.http.post(f"{url}/acknowledge", json={}, headers={"Origin": "http://elsewhere"}))
    for waiting in asked:
        answer = await waiting
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers[name] == value, answer.request.url
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        about_people = answer.request.url.path.startswith("/api/")
        assert (answer.headers.get("Cache-Control") == "no-store") == about_people


async def test_pages_with_foreign_scripts_are_not_there(hub: Hub) -> None:
    for path in ("/docs", "/redoc", "/docs/oauth2-redirect"):
        assert (await hub.http.get(path)).status_code == 404
