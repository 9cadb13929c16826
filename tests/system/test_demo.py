"""The demo as a newcomer starts it: every button does what it says, and its effect is seen at hub, box or siren."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from anju_edge.simulation.command import pages
from anju_edge.simulation.demo import free_base
from anju_edge.simulation.files import Ports
from support.browser import axe_violations, launch_chromium, needs_chromium, screenshot
from support.signed_in import logged_in
from support.whole import KioskPage, Operator, eventually, frames, free_port, kiosk_at, operator_at

START_S = 120.0  # on a machine that is busy with other tests
YEAR_MS = 365 * 86_400_000

needs_page = pytest.mark.skipif(not (pages() / "index.html").is_file(), reason="demo page not built: ./dev build")


@dataclass
class RunningDemo:
    """The demo's page as a browser has it."""

    session: aiohttp.ClientSession
    ports: Ports
    world: dict[str, object] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.ports.page}"

    def box(self, box: str) -> dict[str, object]:
        boxes = self.world["boxes"]
        assert isinstance(boxes, list)
        found = next(one for one in boxes if one["box"] == box)
        assert isinstance(found, dict)
        return found

    async def do(self, action: str, box: str = "", target: str = "") -> int:
        body = {"action": action, "box": box, "target": target}
        async with self.session.post(f"{self.base}/api/do", json=body) as response:
            return response.status

    async def until(self, look: Callable[[], bool], limit_s: float = START_S) -> None:
        async with asyncio.timeout(limit_s):
            while not look():
                news = self._news
                await news.wait()

    async def follow(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        while True:
            try:
                async with self.session.get(f"{self.base}/api/events", timeout=timeout) as response:
                    async for _, _, data in frames(response):
                        self.world = data
                        news, self._news = self._news, asyncio.Event()
                        news.set()
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)

    async def healthz(self, number: int) -> dict[str, object]:
        async with self.session.get(f"http://127.0.0.1:{self.ports.status(number)}/healthz") as response:
            snapshot = await response.json()
        assert isinstance(snapshot, dict)
        return snapshot

    async def triggers(self, number: int) -> float:
        """How many camera triggers a box has recorded."""
        async with self.session.get(f"http://127.0.0.1:{self.ports.status(number)}/metrics") as response:
            lines = (await response.text()).splitlines()
        return next(
            (float(line.split()[1]) for line in lines if line.startswith('anju_events_total{kind="trigger"}')), 0
        )


@asynccontextmanager
async def running_demo(folder: Path) -> AsyncIterator[RunningDemo]:
    ports = Ports(free_base(free_port()))
    command = ("-m", "anju_edge", "demo", "--quiet", "--port", str(ports.base), "--folder", str(folder / "demo"))
    with (folder / "demo.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=log, stderr=log, start_new_session=True
        )
    try:
        async with aiohttp.ClientSession(read_bufsize=1 << 22) as session:
            demo = RunningDemo(session, ports)
            following = asyncio.create_task(demo.follow())
            try:
                await demo.until(
                    lambda: bool(demo.world) and all(_runs(demo, f"box-{number}") for number in (1, 2, 3)), 3 * START_S
                )
                yield demo
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0, (folder / "demo.log").read_text()


def _runs(demo: RunningDemo, box: str) -> bool:
    return bool(demo.box(box)["running"] and demo.box(box)["knows_people"])


def _first(demo: RunningDemo, box: str, what: str, number: int = 0) -> str:
    listed = demo.box(box)[what]
    assert isinstance(listed, list)
    return str(listed[number]["key"])


@needs_page
@pytest.mark.timeout(600)
@pytest.mark.browser
@needs_chromium
async def test_every_button_of_the_demo(tmp_path: Path) -> None:
    async with running_demo(tmp_path) as demo, operator_at_once(demo) as operator:
        for box in ("box-1", "box-2", "box-3"):
            await operator.online(box, START_S)
        async with kiosk_at(f"127.0.0.1:{demo.ports.kiosk(0)}", tmp_path / "demo" / "box-1" / "run", "hall") as kiosk:
            await asyncio.gather(
                _people_of_the_first(demo, operator, kiosk), _line_of_the_second(demo, operator), _third(demo, operator)
            )
        await _the_hub(demo)
        assert await demo.do("dance", "box-1") == 409
        assert await demo.do("press", "box-9", "") == 409
        assert await demo.do("press", "box-1", "no such band") == 409
        async with demo.session.post(f"{demo.base}/api/do", data=b"junk") as response:
            assert response.status == 400
        await _with_a_browser(demo)


@asynccontextmanager
async def operator_at_once(demo: RunningDemo) -> AsyncIterator[Operator]:
    """A console, as soon as the demo's hub listens."""

    async def listens() -> bool:
        try:
            async with demo.session.get(f"http://127.0.0.1:{demo.ports.hub_http}/healthz"):
                return True
        except aiohttp.ClientError:
            return False

    await eventually(listens, START_S)
    accounts = demo.world["accounts"]
    assert isinstance(accounts, list)
    first = accounts[0]
    base = f"http://127.0.0.1:{demo.ports.hub_http}"
    page = await logged_in(base, first["account"], first["password"])
    async with operator_at(base.removeprefix("http://"), page) as operator:
        yield operator


async def _press_and_acknowledge(
    demo: RunningDemo, operator: Operator, box: str, number: int, *, restarted: bool = False
) -> None:
    """`restarted`: the box comes from a new boot, quicker than hardware does. The press before is still on the air, and
    how long ago it was answered nobody knows after a boot: it, and nothing else, may ring again and is answered again.
    """
    band = _first(demo, box, "bands", number)
    await eventually(lambda: _hears(demo, box, band), START_S)
    assert await demo.do("press", box, band) == 200
    await demo.until(lambda: bool(demo.box(box)["siren"]))
    shown = await operator.incident(device=f"ble:{band}", limit_s=START_S)
    assert (await operator.acknowledge(shown))[0] == 200

    async def is_quiet() -> bool:
        if restarted:
            for one in await operator.all_incidents():
                if one["box"] == box and one["state"] == "RINGING":
                    assert one["device"] == f"ble:{_first(demo, box, 'bands')}"
                    await operator.acknowledge(one)
        return not demo.box(box)["siren"]

    await eventually(is_quiet, START_S)


async def _hears(demo: RunningDemo, box: str, band: str) -> bool:
    try:
        snapshot = await demo.healthz(int(box.removeprefix("box-")) - 1)
    except aiohttp.ClientError:
        return False
    devices = snapshot["devices"]
    assert isinstance(devices, list)
    return any(line["device"] == f"ble:{band}" and line["frames"] for line in devices)


async def _people_of_the_first(demo: RunningDemo, operator: Operator, kiosk: KioskPage) -> None:
    await _press_and_acknowledge(demo, operator, "box-1", 0)
    pressed = demo.box("box-1")["bands"]
    assert isinstance(pressed, list)
    assert pressed[0]["pressed_ms"] is not None
    await kiosk.until(lambda state: bool(state["time_known"] and state["notices"]), START_S)
    assert await demo.do("tap", "box-1", _first(demo, "box-1", "cards")) == 200
    tapped = await kiosk.tap_shown()
    if tapped["outcome"] == "choose":  # in the hours of the district's weekly activities
        _, tapped = await kiosk.check_in(tapped["tap"], tapped["choices"][0]["id"])
    assert tapped["outcome"] == "recorded"
    assert await demo.do("tap", "box-1", "unknown") == 200
    assert (await kiosk.tap_shown())["outcome"] == "unknown_card"
    await eventually(lambda: _some(operator.check_ins()))
    before = await demo.triggers(0)
    assert await demo.do("fall", "box-1", "gate") == 200
    await eventually(lambda: _more(demo.triggers(0), before))
    before = await demo.triggers(0)
    walking = asyncio.create_task(demo.do("walk", "box-1", "gate"))
    await eventually(lambda: _more(demo.triggers(0), before))
    receiver = _first(demo, "box-1", "receivers")
    assert await demo.do("unplug", "box-1", receiver) == 200
    await operator.until(lambda: _trouble(operator, f"ble:{receiver}", wanted=True))
    assert await demo.do("plug", "box-1", receiver) == 200
    await operator.until(lambda: _trouble(operator, f"ble:{receiver}", wanted=False))
    assert await walking == 200


async def _some(asked: Awaitable[list[dict[str, object]]]) -> bool:
    return bool(await asked)


async def _more(asked: Awaitable[float], than: float) -> bool:
    return await asked > than


def _trouble(operator: Operator, device: str, *, wanted: bool) -> dict[str, object] | None:
    lines = operator.boxes["box-1"]["devices"]
    line = next(line for line in lines if line["device"] == device)
    return {"line": line} if bool(line["trouble"]) == wanted else None


async def _line_of_the_second(demo: RunningDemo, operator: Operator) -> None:
    band = _first(demo, "box-2", "bands")
    await eventually(lambda: _hears(demo, "box-2", band), START_S)
    assert await demo.do("cut", "box-2") == 200
    assert await demo.do("press", "box-2", band) == 200
    await demo.until(lambda: bool(demo.box("box-2")["siren"]))
    assert not any(one["device"] == f"ble:{band}" for one in operator.incidents.values())
    assert await demo.do("restore", "box-2") == 200
    shown = await operator.incident(device=f"ble:{band}", limit_s=START_S)
    await operator.acknowledge(shown)
    await demo.until(lambda: not demo.box("box-2")["siren"])
    assert await demo.do("fill", "box-2") == 200
    await _press_and_acknowledge(demo, operator, "box-2", 1)
    await operator.until(lambda: _records(operator, "box-2", wanted=False))
    assert await demo.do("free", "box-2") == 200
    await operator.until(lambda: _records(operator, "box-2", wanted=True), START_S)


def _records(operator: Operator, box: str, *, wanted: bool) -> dict[str, object] | None:
    row = operator.boxes[box]
    return row if row["recording"] == wanted else None


async def _third(demo: RunningDemo, operator: Operator) -> None:
    for clock in ("plus10y", "1970", "minus10y"):
        assert await demo.do("clock", "box-3", clock) == 200
        await eventually(lambda: _skewed(demo, wanted=True))
    await _press_and_acknowledge(demo, operator, "box-3", 0)
    assert await demo.do("clock", "box-3", "right") == 200
    await eventually(lambda: _skewed(demo, wanted=False))
    assert await demo.do("kill", "box-3") == 200
    await demo.until(lambda: not demo.box("box-3")["running"])
    assert await demo.do("start", "box-3") == 200
    await demo.until(lambda: bool(demo.box("box-3")["running"]))
    await _press_and_acknowledge(demo, operator, "box-3", 1, restarted=True)


async def _skewed(demo: RunningDemo, *, wanted: bool) -> bool:
    clock = (await demo.healthz(2))["clock"]
    assert isinstance(clock, dict)
    return clock["skew_ms"] is not None and (abs(clock["skew_ms"]) > YEAR_MS) == wanted


async def _the_hub(demo: RunningDemo) -> None:
    assert await demo.do("kill_hub") == 200
    await demo.until(lambda: not demo.world["hub_running"])
    assert await demo.do("start_hub") == 200
    await demo.until(lambda: bool(demo.world["hub_running"]))
    async with operator_at_once(demo) as operator:
        await operator.online("box-1", START_S)
        assert await operator.all_incidents(), "it remembers"


async def _with_a_browser(demo: RunningDemo) -> None:
    async with launch_chromium() as browser:
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(demo.base)
        first = page.locator("main > section").first
        await first.locator("button.sos").nth(2).click()
        await first.and_(page.locator(".sounding")).wait_for()
        assert await page.locator("main > section").count() == 3
        for account in ("demo", "demo-technician"):
            assert await page.locator(".accounts code").get_by_text(account, exact=True).count() == 1
        await screenshot(page, "demo")
        assert await axe_violations(page) == []
        language = await page.locator("html").get_attribute("lang")
        assert language
        await page.get_by_role("button", name="English").click()
        await page.get_by_role("button", name="中文").wait_for()
        await screenshot(page, "demo-en")
        for name in ("hall", "neighbour"):  # the demo pairs its pages by itself
            await page.goto(f"{demo.base}/box-1/{name}")
            await page.locator(".page[data-screen=home]").wait_for()
        assert not errors, json.dumps(errors)
