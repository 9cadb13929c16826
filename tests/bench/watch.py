"""What the hub shows, seen from outside: its live stream by SSE, and how far its store and projections are."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp

from bench.slow_line import socket_inside


class Console:
    """An operator's page: notes when it is told of a thing for the first time, by `time.monotonic_ns`."""

    def __init__(self, session: aiohttp.ClientSession, http: str) -> None:
        self._session, self._http = session, http
        self.seen_ns: dict[str, int] = {}  # "incident <device>" -> when
        self.shown: dict[str, dict[str, Any]] = {}  # the newest incident of a device. Any: JSON
        self.check_ins_ns: list[int] = []  # in the order in which they were told
        self.boxes_seen = 0
        self._news = asyncio.Event()
        self.open = asyncio.Event()

    async def follow(self) -> None:
        """Reads the live stream until cancelled."""
        timeout = aiohttp.ClientTimeout(total=None)
        event = ""
        async with await self._ask(timeout) as response:
            self.open.set()
            async for line in response.content:
                if line.startswith(b"event: "):
                    event = line[7:].strip().decode()
                elif line.startswith(b"data: ") and event in ("incident", "check_in", "box"):
                    self._note(event, json.loads(line[6:]), time.monotonic_ns())

    async def _ask(self, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        """Asks for the stream; a hub that has just started gets ten seconds to listen."""
        until_s = time.monotonic() + 10
        while True:
            try:
                return await self._session.get(
                    f"http://{self._http}/api/stream", timeout=timeout, raise_for_status=True
                )
            except aiohttp.ClientConnectionError:
                if time.monotonic() > until_s:
                    raise
            await asyncio.sleep(0.05)

    def _note(self, event: str, body: dict[str, Any], at_ns: int) -> None:
        if event == "incident":
            self.shown[body["device"]] = body
            self.seen_ns.setdefault(f"incident {body['device']}", at_ns)
        elif event == "check_in":
            self.check_ins_ns.append(at_ns)
        else:
            self.boxes_seen += 1
        self._news.set()
        self._news = asyncio.Event()

    async def saw(self, name: str, limit_s: float = 30.0) -> int:
        """Waits for a thing; returns when it came. Raises TimeoutError that names it."""
        try:
            await self.until(lambda: name in self.seen_ns, limit_s)
        except TimeoutError:
            raise TimeoutError(f"the console was not told of {name} within {limit_s:g} s") from None
        return self.seen_ns[name]

    async def until(self, condition: Callable[[], bool], limit_s: float = 30.0) -> None:
        """Waits until what was shown makes `condition` true. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while not condition():
                await self._news.wait()

    async def get(self, url: str) -> str:
        """The body of a page of hub or box."""
        async with self._session.get(url) as response:
            return await response.text()

    async def close(self, device: str) -> None:
        """Takes and closes the incident of a device, as an operator does."""
        key = self.shown[device]["id"]
        base = f"http://{self._http}/api/incidents/{key}"
        for step, body in (
            ("acknowledge", {}),
            ("resolve", {"cause": "false_alarm", "contacted": True, "note_code": ""}),
        ):
            async with self._session.post(f"{base}/{step}", json=body) as response:
                if response.status not in (200, 409):
                    raise RuntimeError(f"{step}: {response.status} {await response.text()}")


@asynccontextmanager
async def console(http: str, page_of: Mapping[str, str], *, namespace: str = "") -> AsyncIterator[Console]:
    """An open console; `page_of` are the headers of who is logged in.

    With `namespace`, of a hub in another network namespace.
    """
    connector = aiohttp.TCPConnector(
        socket_factory=(lambda info: socket_inside(namespace, info[0], info[1], info[2])) if namespace else None
    )
    async with aiohttp.ClientSession(connector=connector, headers=page_of) as session:
        page = Console(session, http)
        following = asyncio.create_task(page.follow())
        opened = asyncio.create_task(page.open.wait())
        await asyncio.wait({following, opened}, return_when=asyncio.FIRST_COMPLETED)
        try:
            if following.done():
                await following  # it could not be opened: say why
            yield page
        finally:
            for task in (following, opened):
                task.cancel()
            await asyncio.gather(following, opened, return_exceptions=True)


class StoreWatch:
    """Reads a hub's files beside it. Cheap: one row a look."""

    def __init__(self, hub_data: Path) -> None:
        self._folder = hub_data
        self._store = sqlite3.connect(f"file:{hub_data / 'store.sqlite'}?mode=ro", uri=True, timeout=5)

    def telemetry(self, box: str = "") -> int:
        """How many TELEMETRY numbers are durable, of one box or of all."""
        where, args = ("and box = ?", (box,)) if box else ("", ())
        (total,) = self._store.execute(
            f"select coalesce(sum(seq), 0) from stream where lane = 3 {where}", args
        ).fetchone()
        return int(total)

    def projected(self) -> bool:
        """Whether every projection has folded all telemetry."""
        (head,) = self._store.execute("select coalesce(max(pos), 0) from telemetry_log").fetchone()
        for path in self._folder.glob("projections/*.sqlite"):
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as db:
                row = db.execute("select pos from position where log = 'telemetry'").fetchone()
            if row is not None and row[0] < head:
                return False
        return True

    def close(self) -> None:
        self._store.close()
