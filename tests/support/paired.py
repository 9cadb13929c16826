"""Pages that are paired, for tests that are about something else: let in as the box's own screen, on loopback."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from anju_edge.clock import SimulatedClock
from anju_edge.gateway import Running
from anju_edge.kiosk.backend import KioskBackend
from anju_edge.kiosk.pairing.desk import PairingDesk
from anju_edge.kiosk.pairing.own_screen import NAME, OwnScreenKey, read_key
from anju_edge.kiosk.pairing.page_book import PageBook
from anju_edge.kiosk.pairing.page_file import PageFile
from anju_edge.kiosk.pairing.paired_page import PageKind

PATIENCE_S = 0.05


class DeskRig:
    """A desk with a clock that tests move, its list in `folder`."""

    def __init__(self, folder: Path, clock: SimulatedClock | None = None) -> None:
        (folder / "run").mkdir(exist_ok=True)
        self.clock = clock or SimulatedClock(boot=7, manual=True)
        self.file = PageFile(folder, folder / "run")
        self.book = PageBook(self.file, self.clock.elapsed_ms, self.clock.true_ms)
        self.desk = PairingDesk("box-1", self.book, self.clock.elapsed_ms, self.clock.true_ms, PATIENCE_S)
        self.own_screen = OwnScreenKey(folder / "run")
        self.own_screen.prepare()

    async def cookie(self, backend: KioskBackend, page: str) -> dict[str, str]:
        """Headers of a page on the box's own screen."""
        kind = PageKind.of_role(backend.profile(page).role)
        entered = await self.desk.enter(page, kind, self.desk.launch(page))
        assert entered is not None
        return {"Cookie": f"anju-page-box-1-{page}={entered.cookie}"}

    def address(self, page: str) -> str:
        """The query that lets a browser in."""
        return f"?launch={self.desk.launch(page)}"


async def cookie_of(box: Running, page: str) -> dict[str, str]:
    """Headers of a page on the own screen of a box that runs in this process."""
    desk = box.pairing.desk
    kind = PageKind.of_role(box.kiosk_service.profile(page).role)
    entered = await desk.enter(page, kind, desk.launch(page))
    assert entered is not None
    return {"Cookie": f"anju-page-{desk.box}-{page}={entered.cookie}"}


async def launched(session: aiohttp.ClientSession, base: str, run: Path, page: str) -> Mapping[str, str]:
    """Headers of a page on the own screen of a box in another process, by its key's file.

    `base`: `http://host:port`; `run`: its folder of the running system. None for a box that has no such file: one of
    an earlier release, whose pages were open.
    """
    if not (run / NAME).exists():
        return {}
    key = read_key(run / NAME)
    asked = session.post(f"{base}/kiosk/{page}/api/launch", json={"key": key}, headers={"Origin": base})
    async with asked as response:
        assert response.status == 200, await response.text()
        path = (await response.json())["path"]
    async with session.get(f"{base}{path}", allow_redirects=False) as response:
        assert response.status == 303
        return {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}


def launched_now(port: int, run: Path, page: str) -> dict[str, str]:
    """As `launched`, without a loop: for another network namespace, where a thread must ask by itself."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        body = json.dumps({"key": read_key(run / NAME)})
        headers = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json"}
        line.request("POST", f"/kiosk/{page}/api/launch", body, headers)
        path = json.loads(line.getresponse().read())["path"]
        line.request("GET", path)
        entered = line.getresponse()
        assert entered.status == 303
        entered.read()
        return {"Cookie": (entered.getheader("Set-Cookie") or "").partition(";")[0]}
    finally:
        line.close()
