"""The demo: a hub, three boxes and their devices on this machine, and a page with buttons to break things.

Everything below the buttons is the product: real drivers on real links, real SQLite, real gRPC. Only the people and
the devices are pretended, and the line to the hub, the disk's fullness and the clock can be made bad on purpose.
"""

from __future__ import annotations

import asyncio
import random
import socket
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp

from anju_edge.kiosk.pairing.own_screen import NAME as KEY_FILE
from anju_edge.kiosk.pairing.own_screen import read_key, run_folder
from anju_edge.simulation.communities import TIME_ZONE, Community
from anju_edge.simulation.demo_hub import DemoHub, add_the_rest
from anju_edge.simulation.devices import UNKNOWN_CARD, CommunityDevices
from anju_edge.simulation.files import Ports, write_box, write_hub
from anju_edge.simulation.line import Line
from anju_edge.simulation.processes import Program

YEAR_MS = 365 * 86_400_000
SERVED_POLL_S = 0.1
OPEN_S = 5.0  # for a page that is paired while somebody waits for it
LOG_LINES = 40
LIFE_S = (6.0, 20.0)  # pause between two things that people of one community do


class DemoRefused(Exception):
    """The page asked for something that cannot be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the page's log, in both languages."""

    at: str
    zh: str
    en: str


def site_time(at: datetime) -> str:
    """Returns the time of day where the communities are, whatever zone this machine keeps: as their screens show it."""
    return at.astimezone(ZoneInfo(TIME_ZONE)).strftime("%H:%M:%S")


def clock_offset_ms(clock: str) -> int:
    """Returns the wall clock's offset for a choice of the page. Raises DemoRefused for an unknown one."""
    now_ms = time.time_ns() // 1_000_000
    offsets = {"right": 0, "1970": -now_ms, "plus10y": 10 * YEAR_MS, "minus10y": -10 * YEAR_MS}
    if clock not in offsets:
        raise DemoRefused(f"no such clock: {clock}")
    return offsets[clock]


class DemoBox:
    """One community: its devices, its line to the hub and its box process."""

    def __init__(
        self, community: Community, number: int, folder: Path, ports: Ports, changed: Callable[[], None]
    ) -> None:
        self.community, self._number, self._folder, self._ports = community, number, folder, ports
        links = folder / f"{community.box}-links"
        links.mkdir(parents=True, exist_ok=True)
        self.devices = CommunityDevices(community, links, changed)
        self.line = Line("127.0.0.1", ports.hub_grpc)
        self.program = Program(community.box, folder / f"{community.box}.log", changed)
        self.clock = "right"
        self.knows_people = False  # its roster has come from the hub: a band pressed before is an unknown one

    async def start(self) -> None:
        """Starts the box; its devices and line must be there."""
        config = write_box(self._folder, self._ports, self._number, self.devices, self.line.port)
        await self.program.start(
            (sys.executable, "-m", "anju_edge.simulation.box_process", "--config", str(config),
             "--wall-offset-ms", str(clock_offset_ms(self.clock)))
        )  # fmt: skip

    async def open_page(self, page: str) -> str:
        """Pairs a page as one of the box's own screen, and returns where it is. Raises DemoRefused."""
        base = f"http://127.0.0.1:{self._ports.kiosk(self._number)}"
        try:
            key = read_key(run_folder(self._folder / self.community.box) / KEY_FILE)
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=OPEN_S)) as session:
                asked = session.post(f"{base}/kiosk/{page}/api/launch", json={"key": key}, headers={"Origin": base})
                async with asked as answer:
                    return f"{base}{(await answer.json())['path']}"
        except (OSError, aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            raise DemoRefused(f"{self.community.box} serves no pages now") from error

    async def look_for_people(self) -> None:
        """Asks the box whether it has its roster."""
        status = f"http://127.0.0.1:{self._ports.status(self._number)}/healthz"
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=OPEN_S)) as session,
                session.get(status) as answer,
            ):
                self.knows_people = (await answer.json())["roster"]["revision"] > 0
        except (OSError, aiohttp.ClientError, TimeoutError, ValueError, KeyError):
            return  # it is starting, or was stopped

    def set_clock(self, clock: str) -> None:
        offset_ms = clock_offset_ms(clock)
        self.clock = clock
        self.program.tell(str(offset_ms))

    def snapshot(self) -> dict[str, object]:
        """What the page shows of it."""
        community = self.community
        return {
            "box": community.box,
            "zh": community.name_zh,
            "en": community.name_en,
            "kiosk_url": f"/{community.box}/hall",
            "responder_url": f"/{community.box}/neighbour",
            "status_url": f"http://127.0.0.1:{self._ports.status(self._number)}/healthz",
            "running": self.program.running,
            "knows_people": self.knows_people,
            "line_up": self.line.up,
            "disk_full": self.program.disk_full,
            "clock": self.clock,
            "siren": self.devices.siren_on,
            "bands": [
                {"key": person.thing, "zh": f"{person.name} · 手环 {number}", "en": f"{person.name} · band {number}",
                 "pressed_ms": self.devices.pressed_ms.get(person.thing)}
                for number, person in enumerate(community.bearers, 1)
            ],
            "receivers": [
                {"key": name, "zh": f"接收器 {number}", "en": f"Receiver {number}",
                 "plugged": self.devices.plugged[name]}
                for number, name in enumerate(self.devices.receivers, 1)
            ],
            "cards": [
                *({"key": person.thing, "zh": person.name, "en": person.name} for person in community.card_holders[:4]),
                {"key": "unknown", "zh": "陌生卡", "en": "Unknown card"},
            ],
            "cameras": [{"key": "gate", "zh": "大门摄像机", "en": "Gate camera"}],
        }  # fmt: skip


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


class Demo:
    """The whole of it. `run` ends when cancelled; `do` is what the page calls."""

    def __init__(self, folder: Path, ports: Ports, hub: DemoHub, *, quiet: bool = False) -> None:
        self._folder, self._ports, self._quiet = folder, ports, quiet
        self._log: deque[Happening] = deque(maxlen=LOG_LINES)
        self.version = 0
        self._news = asyncio.Event()
        self.boxes = {
            community.box: DemoBox(community, number, folder, ports, self.changed)
            for number, community in enumerate(hub.communities)
        }
        self.hub = Program("hub", folder / "hub.log", self.changed)
        self._accounts = hub.accounts
        self.started = asyncio.Event()

    # ---- state for the page

    def changed(self) -> None:
        """Something changed that the page shows."""
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()

    async def news(self, seen: int) -> int:
        """Waits until something changed after version `seen`; returns the version now."""
        while self.version <= seen:
            await self._news.wait()
        return self.version

    def snapshot(self) -> dict[str, object]:
        """The page's world as JSON values."""
        return {
            "console_url": f"http://127.0.0.1:{self._ports.hub_http}/",
            "accounts": self._accounts,
            "hub_running": self.hub.running,
            "boxes": [box.snapshot() for box in self.boxes.values()],
            "log": [asdict(line) for line in reversed(self._log)],
        }

    def say(self, zh: str, en: str) -> None:
        """Adds a line to the page's log."""
        self._log.append(Happening(site_time(datetime.now(UTC)), zh, en))
        self.changed()

    # ---- life

    async def run(self) -> None:
        """Starts everything, lives, and stops everything in order when cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for box in self.boxes.values():
                    tasks.create_task(box.devices.run(), name=f"{box.community.box} devices")
                await self._start_hub()
                for box in self.boxes.values():
                    await box.devices.ready()
                    await box.line.open()
                    await box.start()
                    if not self._quiet:
                        tasks.create_task(self._live(box), name=f"{box.community.box} life")
                await self._until_served()
                self.say("三个小区已启动", "Three communities have started")
                self.started.set()
                tasks.create_task(add_the_rest(self._folder), name="the rest of the district")
        finally:
            await asyncio.gather(*(box.program.stop() for box in self.boxes.values()))
            await self.hub.stop()
            for box in self.boxes.values():
                await box.line.close()

    async def _until_served(self) -> None:
        """Waits until pages can be opened and boxes know their people: whoever is told an address tries it at once."""
        programs = {self._ports.hub_http: self.hub}
        for number, box in enumerate(self.boxes.values()):
            programs[self._ports.kiosk(number)] = box.program
        for port, program in programs.items():
            while program.running:
                if await _accepts(port):
                    break
                await asyncio.sleep(SERVED_POLL_S)
        for box in self.boxes.values():
            while box.program.running and self.hub.running:
                await box.look_for_people()
                if box.knows_people:
                    self.changed()
                    break
                await asyncio.sleep(SERVED_POLL_S)

    async def _start_hub(self) -> None:
        config = write_hub(self._folder, self._ports)
        await self.hub.start((sys.executable, "-m", "anju_central", "run", "--config", str(config)))

    async def _live(self, box: DemoBox) -> None:
        """People walk about, pass the camera and now and then check in."""
        rng = random.Random(box.community.id)
        while True:
            await asyncio.sleep(rng.uniform(*LIFE_S))
            match rng.randrange(4):
                case 0:
                    await box.devices.walk_past()
                case 1:
                    await box.devices.tap(rng.choice(box.community.card_holders).thing)
                case _:
                    box.devices.wander(rng)

    # ---- what the page asks for

    async def do(self, action: str, box_id: str, target: str) -> None:
        """Does one thing. Raises DemoRefused with the reason."""
        if action == "kill_hub":
            await self.hub.kill()
            self.say("中心被杀掉", "The hub was killed")
            return
        if action == "start_hub":
            await self._start_hub()
            self.say("中心已启动", "The hub was started")
            return
        box = self.boxes.get(box_id)
        if box is None:
            raise DemoRefused(f"no such box: {box_id}")
        actions: dict[str, Callable[[DemoBox, str], Awaitable[tuple[str, str]]]] = {
            "press": self._press, "tap": self._tap, "walk": self._walk, "fall": self._fall, "unplug": self._unplug,
            "plug": self._plug, "cut": self._cut, "restore": self._restore, "kill": self._kill, "start": self._start,
            "fill": self._fill, "free": self._free, "clock": self._clock,
        }  # fmt: skip
        if action not in actions:
            raise DemoRefused(f"no such action: {action}")
        zh, en = await actions[action](box, target)
        self.say(f"{box.community.name_zh}：{zh}", f"{box.community.name_en}: {en}")

    async def _press(self, box: DemoBox, band: str) -> tuple[str, str]:
        if band not in {person.thing for person in box.community.bearers}:
            raise DemoRefused(f"no such band: {band}")
        box.devices.press(band)
        return "有人按了 SOS", "somebody pressed SOS"

    async def _tap(self, box: DemoBox, card: str) -> tuple[str, str]:
        if card != "unknown" and card not in {person.thing for person in box.community.card_holders}:
            raise DemoRefused(f"no such card: {card}")
        await box.devices.tap(UNKNOWN_CARD if card == "unknown" else card)
        return "刷了一张卡", "a card was tapped"

    async def _walk(self, box: DemoBox, _camera: str) -> tuple[str, str]:
        await box.devices.walk_past()
        return "有人走过摄像机", "somebody walked past the camera"

    async def _fall(self, box: DemoBox, _camera: str) -> tuple[str, str]:
        box.devices.fall()
        return "摄像机看到有人跌倒", "the camera saw a fall"

    async def _unplug(self, box: DemoBox, receiver: str) -> tuple[str, str]:
        self._receiver(box, receiver)
        box.devices.unplug(receiver)
        return "接收器被拔掉", "a receiver was unplugged"

    async def _plug(self, box: DemoBox, receiver: str) -> tuple[str, str]:
        self._receiver(box, receiver)
        box.devices.plug(receiver)
        return "接收器插回", "a receiver was plugged in"

    @staticmethod
    def _receiver(box: DemoBox, receiver: str) -> None:
        if receiver not in box.devices.receivers:
            raise DemoRefused(f"no such receiver: {receiver}")

    async def _cut(self, box: DemoBox, _: str) -> tuple[str, str]:
        await box.line.cut()
        return "上行线路被切断", "the line to the hub was cut"

    async def _restore(self, box: DemoBox, _: str) -> tuple[str, str]:
        box.line.restore()
        return "上行线路恢复", "the line to the hub was restored"

    async def _kill(self, box: DemoBox, _: str) -> tuple[str, str]:
        await box.program.kill()
        return "网关被杀掉", "the box was killed"

    async def _start(self, box: DemoBox, _: str) -> tuple[str, str]:
        await box.start()
        return "网关启动", "the box was started"

    async def _fill(self, box: DemoBox, _: str) -> tuple[str, str]:
        box.program.fill_disk()
        return "磁盘写满", "the disk is full"

    async def _free(self, box: DemoBox, _: str) -> tuple[str, str]:
        box.program.free_disk()
        return "磁盘清空", "the disk has room again"

    async def _clock(self, box: DemoBox, clock: str) -> tuple[str, str]:
        box.set_clock(clock)
        return f"时钟改为 {clock}", f"the clock was set to {clock}"


def free_base(wanted: int) -> int:
    """Returns the first base from `wanted` on whose ports are all free on 127.0.0.1. Raises OSError for none."""
    for base in range(wanted, wanted + 1000, 50):
        try:
            for port in Ports(base).all():
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise OSError(f"no free ports from {wanted} on")
