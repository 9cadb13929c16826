"""A real hub without boxes on the line: real files, real threads, a clock that tests move."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
from fastapi import FastAPI

from anju_central.access.caller import Communities, Role
from anju_central.api.app import make_app
from anju_central.build_hub import Hub as BuiltHub
from anju_central.build_hub import build_hub
from anju_central.config import BoxConfig, CentralConfig
from anju_protos.v1.event_pb2 import Event
from anju_protos.v1.uplink_pb2 import Ack
from support.contracts import JSON, Contract
from support.events import T0, Box
from support.people import PAGE, add_person, cookie, log_in, metrics_headers, weak_passwords

BASE = "http://127.0.0.1:7480"
OPERATOR = "op-li"

ROSTER = """
community = "ningdu"
revision = 1
name_zh = "柠都社区"
name_en = "Ningdu community"
time_zone = "Asia/Shanghai"
token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"

[[zones]]
id = "b3-u2"
label_zh = "3栋2单元"
label_en = "Building 3, unit 2"

[[devices]]
key = "ble:ac233fc001aa"
kind = "band"
label_zh = "手环 1"
label_en = "Band 1"

[[residents]]
id = "r-0001"
name = "王小秀"
flat = "3-2-501"

[[bindings]]
device = "ble:ac233fc001aa"
resident = "r-0001"

[[activities]]
id = "calligraphy"
title_zh = "书法班"
title_en = "Calligraphy"
weekdays = "1-7"
starts = "09:00"
ends = "11:00"
"""


class Clock:
    """Wall and monotonic time of a hub under test."""

    def __init__(self) -> None:
        self.ms = T0

    def wall_ms(self) -> int:
        return self.ms

    def monotonic_s(self) -> float:
        return self.ms / 1000

    def advance(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


def config(folder: Path) -> CentralConfig:
    """Returns a configuration of two boxes in two communities."""
    folder.mkdir(parents=True, exist_ok=True)
    roster = folder / "ningdu.toml"
    roster.write_text(ROSTER, encoding="utf-8")
    boxes = (BoxConfig("box-1", "ningdu", roster), BoxConfig("box-2", "other"))
    return CentralConfig(folder / "hub", grpc_address="127.0.0.1:0", http_address="127.0.0.1:0", boxes=boxes)


class Hub:
    """A hub under test. `http` is the client of `op-li`, a supervisor of every community, and of a metrics token."""

    def __init__(self, hub: BuiltHub, app: FastAPI, http: httpx.AsyncClient, clock: Clock) -> None:
        self.parts = hub
        self.app = app
        self.http = http
        self.clock = clock
        self.store = hub.store
        self.live_incidents = hub.live_incidents
        self.contacts = hub.contacts

    @asynccontextmanager
    async def client(self, token: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Gives a client with a session's cookie, or with none."""
        contract = contract_of(self.app)

        async def check(answer: httpx.Response) -> None:
            if answer.headers.get("content-type") == JSON:
                body = json.loads(await answer.aread())
                contract.check_answer(answer.request.method, answer.request.url.path, answer.status_code, body)

        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=BASE,
            event_hooks={"response": [check]},
            headers=PAGE,
            cookies=cookie(token) if token is not None else None,
        ) as http:
            yield http

    @asynccontextmanager
    async def person(
        self, account: str, role: Role = Role.OPERATOR, communities: Communities = "every"
    ) -> AsyncIterator[httpx.AsyncClient]:
        """Adds an account, unless it is there, and gives the client of a session of it."""
        token, session = await add_person(self.parts, account, role, communities)

        async def stay_logged_in(request: httpx.Request) -> None:
            """Tests move the clock by days."""
            nonlocal token, session
            if self.parts.accounts.sessions.current(session.token_hash) is None:
                token, session = await log_in(self.parts, account, role, communities)
            (request.headers["cookie"],) = (f"{name}={value}" for name, value in cookie(token).items())

        async with self.client(token) as http:
            http.event_hooks["request"] = [stay_logged_in]
            yield http

    async def take(self, box: Box, *events: Event | bytes) -> Ack:
        """Takes a batch in and returns when all projections have folded it."""
        ack = await self.store.submit(box.submission(*events))
        await self.settled()
        return ack

    async def settled(self) -> None:
        """Returns when all projections have folded everything."""
        heads = self.store.heads
        for name, file in self.parts.projector.files.items():
            for log in file.projection.logs:
                await self.parts.projector.caught_up(name, log, getattr(heads, log))


_CONTRACTS: dict[str, Contract] = {}  # by version


def contract_of(app: FastAPI) -> Contract:
    """The document of the API, drawn once: it is every hub's, and drawing it costs more than most tests."""
    if app.version not in _CONTRACTS:
        _CONTRACTS[app.version] = Contract(app.openapi())
    return _CONTRACTS[app.version]


@asynccontextmanager
async def running(
    folder: Path, clock: Clock | None = None, registry: str | None = None, token: str | None = None
) -> AsyncIterator[Hub]:
    """Runs a hub in `folder`, with HTTP in memory. Every answer is held against the API's document.

    `registry` is the URL of a PostgreSQL, None = a file in the folder. `token`: of a session that is there already.
    """
    clock = clock if clock is not None else Clock()
    settings = replace(config(folder), registry=registry)
    async with build_hub(settings, clock.wall_ms, clock.monotonic_s, weak_passwords()) as parts:
        app = make_app(
            parts.console,
            parts.store,
            parts.projector,
            "test",
            None,
            parts.desk,
            parts.accounts,
            parts.people,
            monotonic_s=clock.monotonic_s,
        )
        known = Hub(parts, app, httpx.AsyncClient(transport=httpx.ASGITransport(app)), clock)
        await known.http.aclose()
        if token is not None:
            async with known.client(token) as http:
                known.http = http
                yield known
            return
        async with known.person(OPERATOR, Role.SUPERVISOR) as http:
            http.headers.update(await metrics_headers(parts))
            known.http = http
            yield known
