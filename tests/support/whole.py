"""The whole product in a test: hub and boxes as they are shipped, an operator's page at one end, a kiosk at the other.

Hub and box run in the test's loop (`hub.run`, `gateway.run`) where nothing has to be killed; whatever is between them
(gRPC, SQLite, HTTP, pseudo-terminals) is real.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp

from anju_central import hub
from anju_central.config import BoxConfig as HubBox
from anju_central.config import CentralConfig
from anju_central.hub import HubAddresses
from anju_central.store.damage import STORE_FILE
from anju_central.store.log_reader import LogReader, LogRecord, RowLog
from anju_edge.config import EdgeConfig, HubConfig, KioskConfig, SupervisionConfig
from anju_edge.kiosk.backend import KioskProfile
from anju_edge.sync.settings import SyncSettings
from anju_protos.v1.event_pb2 import ALARM_RAISED, Event
from support.paired import launched
from support.signed_in import signed_in

Json = dict[str, Any]  # Any: JSON documents of the APIs

FAST_SYNC = SyncSettings(
    reconnect_min_s=0.05, reconnect_max_s=0.2, alarm_reconnect_max_s=0.2, status_period_s=0.3, welcome_timeout_s=5.0
)
LIMIT_S = 20.0  # how long a test waits for what must come; only a hang meets it
LOBBY, RESPONDER = "kiosk-1", "neighbour"
_GIVEN: set[int] = set()  # ports that this process has promised to somebody


def free_port() -> int:
    """Returns a TCP port of 127.0.0.1 that nobody has now, each only once; none that the kernel gives to clients."""
    rng = random.Random(os.urandom(8))
    while True:
        port = rng.randrange(20_000, 30_000)
        if port in _GIVEN:
            continue
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            _GIVEN.add(port)
            return port


def show(line: str) -> None:
    """Prints a figure that a reader of the test's output may want; nothing is asserted about it."""
    print(line)


# ---- the hub ---------------------------------------------------------------------------------------------------------


def hub_config(folder: Path, roster: Path | None, **changes: Any) -> CentralConfig:  # Any: fields of the config
    """A hub on free loopback ports that knows `box-1` of `ningdu`, its data in `folder`."""
    config = CentralConfig(
        folder,
        grpc_address=f"127.0.0.1:{free_port()}",
        http_address="127.0.0.1:0",
        boxes=(HubBox("box-1", "ningdu", roster),),
    )
    return replace(config, **changes)


def grpc_port(config: CentralConfig) -> int:
    return int(config.grpc_address.rpartition(":")[2])


@asynccontextmanager
async def running_hub(config: CentralConfig) -> AsyncIterator[Operator]:
    """The hub with an operator's page open, of `op-li`; leaving stops it and waits."""
    page_of_li = await signed_in(config.data_dir)
    ready: asyncio.Future[HubAddresses] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    task = asyncio.create_task(hub.run(config, stop, ready.set_result))
    task.add_done_callback(lambda _: ready.cancel())
    try:
        with suppress(asyncio.CancelledError):
            await ready
        if ready.cancelled():
            await task  # it says why it did not start
        async with operator_at(ready.result().http, page_of_li) as page:
            yield page
    finally:
        stop.set()
        async with asyncio.timeout(15):
            await task


@dataclass
class Operator:
    """A console: what it is told by server-sent events, and what it asks and does by HTTP."""

    session: aiohttp.ClientSession
    base: str
    incidents: dict[str, Json] = field(default_factory=dict)  # by id, as last told
    boxes: dict[str, Json] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)  # event names, in order
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def get(self, path: str) -> Any:  # Any: JSON
        async with self.session.get(f"{self.base}{path}") as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def post(self, path: str, **body: object) -> tuple[int, Json]:
        async with self.session.post(f"{self.base}{path}", json=body) as response:
            return response.status, await response.json()

    async def acknowledge(self, incident: Json) -> tuple[int, Json]:
        """Acknowledges. Today's hub takes who is logged in; the release before believes the page."""
        return await self.post(f"/api/incidents/{incident['id']}/acknowledge", actor="op-li")

    async def all_incidents(self) -> list[Json]:
        found = await self.get("/api/incidents?state=all&limit=2000")
        assert isinstance(found, list)
        return found

    async def box(self, box: str = "box-1") -> Json:
        return next(row for row in await self.get("/api/boxes") if row["box"] == box)

    async def check_ins(self) -> list[Json]:
        """Today's rows of all communities."""
        found = await self.get("/api/check-ins?day=today")
        return [row for community in found["communities"] for row in community["rows"]]

    async def incident(
        self, wanted: Callable[[Json], bool] = lambda _: True, *, device: str | None = None, limit_s: float = LIMIT_S
    ) -> Json:
        """Waits until an incident that is wanted has been told of; returns it as last told."""

        def found() -> Json | None:
            for one in self.incidents.values():
                if (device is None or one["device"] == device) and wanted(one):
                    return one
            return None

        return await self.until(found, limit_s)

    async def online(self, box: str = "box-1", limit_s: float = LIMIT_S) -> Json:
        """Waits until a box is in contact; returns its row."""

        def found() -> Json | None:
            row = self.boxes.get(box)
            return row if row is not None and row["contact"] == "online" else None

        return await self.until(found, limit_s)

    async def until(self, look: Callable[[], Json | None], limit_s: float = LIMIT_S) -> Json:
        """Waits until `look` finds something in what was told."""
        async with asyncio.timeout(limit_s):
            while (found := look()) is None:
                news = self._news
                await news.wait()
        return found

    async def follow(self, opened: asyncio.Future[None]) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        last = ""
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            try:
                async with self.session.get(f"{self.base}/api/stream", timeout=timeout, headers=headers) as response:
                    async for event, number, data in frames(response):
                        last = number or last
                        if event in ("hello", "reload"):  # as a page does: what was there before is asked for
                            await self._load()
                        self._take(event, data)
                        if not opened.done():
                            opened.set_result(None)
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)

    async def _load(self) -> None:
        for incident in await self.all_incidents():
            self.incidents[incident["id"]] = incident
        for box in await self.get("/api/boxes"):
            self.boxes[box["box"]] = box

    def _take(self, event: str, data: Json) -> None:
        self.told.append(event)
        if event == "incident":
            self.incidents[data["id"]] = data
        elif event == "box":
            self.boxes[data["box"]] = data
        news, self._news = self._news, asyncio.Event()
        news.set()


async def frames(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, str, Json]]:
    """Server-sent events as (event, id, data)."""
    event = number = ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "id":
            number = value
        elif name == "data":
            yield event, number, json.loads(value)


@asynccontextmanager
async def operator_at(address: str, page_of: Mapping[str, str]) -> AsyncIterator[Operator]:
    """An open console on a hub's HTTP address; `page_of` are the headers of who is logged in."""
    async with aiohttp.ClientSession(read_bufsize=1 << 22, headers=page_of) as session:
        page = Operator(session, f"http://{address}")
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        following = asyncio.create_task(page.follow(opened))
        try:
            async with asyncio.timeout(LIMIT_S):
                await opened
            yield page
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


# ---- the box ---------------------------------------------------------------------------------------------------------


def at_hub(config: EdgeConfig, port: int, sync: SyncSettings = FAST_SYNC) -> EdgeConfig:
    """`config` with a hub behind 127.0.0.1:`port`, a lobby kiosk and a responder's screen, and no self tests."""
    return replace(
        config,
        hub=HubConfig(f"127.0.0.1:{port}"),
        sync=sync,
        supervision=SupervisionConfig(synthetic_alarm_s=0, driver_retry_min_s=0.05, driver_retry_max_s=0.2),
        kiosks=(
            KioskConfig(LOBBY, reader=f"card_reader:{LOBBY}"),
            KioskConfig(RESPONDER, profile=KioskProfile(role="responder", actor="m-01")),
        ),
    )


@dataclass
class KioskPage:
    """A kiosk's browser: the state it is told, and what is done on its screen."""

    session: aiohttp.ClientSession
    base: str
    name: str
    paired: Mapping[str, str]  # the headers that prove it
    state: Json = field(default_factory=dict)
    taps: list[Json] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, verb: str, **body: object) -> tuple[int, Json]:
        headers = {"Origin": self.base, **self.paired}
        url = f"{self.base}/kiosk/{self.name}/api/{verb}"
        async with self.session.post(url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def check_in(self, token: str, activity: str = "", nonce: bytes = b"") -> tuple[int, Json]:
        return await self.post("check-in", token=token, activity=activity, nonce=(nonce or random.randbytes(16)).hex())

    async def until(self, look: Callable[[Json], bool], limit_s: float = LIMIT_S) -> Json:
        """Waits until the page shows it; returns the whole state."""
        async with asyncio.timeout(limit_s):
            while not (self.state and look(self.state)):
                news = self._news
                await news.wait()
        return self.state

    async def banner(self, look: Callable[[Json], bool] = lambda _: True, limit_s: float = LIMIT_S) -> Json:
        """Waits for an incident's banner that is wanted."""
        found = await self.until(lambda state: state["banner"] is not None and look(state["banner"]), limit_s)
        banner = found["banner"]
        assert isinstance(banner, dict)
        return banner

    async def tap_shown(self, limit_s: float = LIMIT_S) -> Json:
        """Waits until the next tap at the reader that is screwed to this kiosk shows."""
        async with asyncio.timeout(limit_s):
            while not self.taps:
                news = self._news
                await news.wait()
        return self.taps.pop(0)

    async def follow(self, opened: asyncio.Future[None]) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        while True:
            with suppress(aiohttp.ClientError):
                url = f"{self.base}/kiosk/{self.name}/api/events"
                async with self.session.get(url, headers=self.paired, timeout=timeout) as response:
                    async for event, _, data in frames(response):
                        if event == "state":
                            self.state = data["state"]
                            if not opened.done():
                                opened.set_result(None)
                        elif event == "card_tap":
                            self.taps.append(data["result"])
                        news, self._news = self._news, asyncio.Event()
                        news.set()
            await asyncio.sleep(0.05)


@asynccontextmanager
async def kiosk_at(address: object, run: Path, name: str = LOBBY) -> AsyncIterator[KioskPage]:
    """An open page on the own screen of the box that serves `address`; `run` is its folder of the running system."""
    async with aiohttp.ClientSession(read_bufsize=1 << 20) as session:
        page = KioskPage(session, f"http://{address}", name, await launched(session, f"http://{address}", run, name))
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        following = asyncio.create_task(page.follow(opened))
        try:
            async with asyncio.timeout(LIMIT_S):
                await opened
            yield page
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


def facts_at(hub_data: Path) -> list[LogRecord]:
    """Returns the facts that a hub's store holds, ALARM and ACTIVITY lanes, the hub's own left out.

    `hub_data` is the hub's folder. A fact is there once, whatever copies of it came under other numbers.
    """
    reader = LogReader(hub_data / STORE_FILE)
    try:
        logs: tuple[RowLog, ...] = ("alarm", "activity")
        rows = [row for log in logs for row in reader.rows(log, 0, 1_000_000)]
    finally:
        reader.close()
    once: dict[tuple[bytes, int, bytes], LogRecord] = {}
    for row in rows:
        if not row.by_hub and not row.is_copy:
            once.setdefault((row.first_ref.stream, row.first_ref.seq, row.digest()), row)
    return list(once.values())


def alarms_at(hub_data: Path, device: str) -> list[Event]:
    """Returns the alarms of a device at a hub, each once."""
    events = [row.event for row in facts_at(hub_data)]
    return [event for event in events if event.kind == ALARM_RAISED and event.device == device]


async def eventually(look: Callable[[], Awaitable[bool]], limit_s: float = LIMIT_S) -> None:
    """Waits until an answer over HTTP is as wanted: what is asked has no event of its own."""
    async with asyncio.timeout(limit_s):
        while not await look():  # noqa: ASYNC110 - an answer over HTTP has no event to wait for
            await asyncio.sleep(0.02)
