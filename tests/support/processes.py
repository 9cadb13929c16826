"""Box and hub as processes that can be killed, with a device and kiosks that remember what was confirmed to them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from support.paired import launched
from support.paths import RIGS
from support.whole import LIMIT_S, Json, eventually, free_port

THIRD_PARTY = RIGS / "third_party"
BANDS, RESIDENTS, ACTIVITIES, KIOSKS = 30, 50, 60, 8


def crowd_roster() -> str:
    """Returns a roster of a community where very many different check-ins are possible on one day."""
    lines = ['community = "ningdu"', "revision = 1", 'name_zh = "柠都社区"', 'time_zone = "Asia/Shanghai"',
             'token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"']  # fmt: skip
    for number in range(BANDS):
        lines += ["[[devices]]", f'key = "rig:band-{number}"', 'kind = "band"']
    for number in range(RESIDENTS):
        lines += ["[[residents]]", f'id = "r-{number:04d}"', f'name = "甲乙{number}"', f'flat = "1-1-{number:03d}"']
        lines += ["[[tokens]]", f'token = "{token(number)}"', f'resident = "r-{number:04d}"']
    for number in range(ACTIVITIES):
        lines += ["[[activities]]", f'id = "a-{number}"', f'title_zh = "活动{number}"', 'starts = "00:00"']
        lines += ['ends = "24:00"']
    return "\n".join(lines) + "\n"


def token(resident: int) -> str:
    return f"em4100:{0x6700000000 + resident:010X}"


@dataclass(frozen=True)
class Ports:
    """Where everything listens; the same over all restarts."""

    grpc: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    kiosk: int = field(default_factory=free_port)
    status: int = field(default_factory=free_port)


def write_configs(folder: Path, ports: Ports, device_port: int, *, hub_port: int | None = None) -> tuple[Path, Path]:
    """Writes roster and both configurations; returns the box's and the hub's. `hub_port`: where the box finds it."""
    (folder / "community.toml").write_text(crowd_roster(), encoding="utf-8")
    edge, central = folder / "edge.toml", folder / "central.toml"
    kiosks = "".join(f'[[kiosks]]\nname = "kiosk-{number}"\n' for number in range(KIOSKS))
    edge.write_text(
        f"""
[box]
id = "box-1"
community = "ningdu"
data = "box"
roster = "community.toml"
[hub]
address = "127.0.0.1:{hub_port or ports.grpc}"
[http]
kiosk_listen = "127.0.0.1:{ports.kiosk}"
status_listen = "127.0.0.1:{ports.status}"
[journal]
linger_s = 0.02
ballast_bytes = 0
[sync]
reconnect_min_s = 0.02
reconnect_max_s = 0.1
alarm_reconnect_max_s = 0.1
status_period_s = 0.5
batch_events = 50
[supervision]
synthetic_alarm_s = 0
driver_retry_min_s = 0.02
driver_retry_max_s = 0.1
{kiosks}
[[drivers]]
driver = "rig"
name = "bands"
port = {device_port}
""",
        encoding="utf-8",
    )
    central.write_text(
        f"""
data_dir = "hub"
grpc_address = "127.0.0.1:{ports.grpc}"
http_address = "127.0.0.1:{ports.http}"
[[boxes]]
box = "box-1"
community = "ningdu"
roster = "community.toml"
""",
        encoding="utf-8",
    )
    return edge, central


class Zygote:
    """Starts programs; see tests/support/rigs/zygote.py."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def start(self, program: str, config: Path, log: Path) -> Started:
        """Starts `edge` or `central`; returns as soon as the process exists, long before it listens."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        wanted = {"program": program, "config": str(config), "log": str(log)}
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        return Started(program, int(await self._process.stdout.readline()), log)


@asynccontextmanager
async def zygote() -> AsyncIterator[Zygote]:
    path = os.pathsep.join([str(THIRD_PARTY), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(RIGS / "zygote.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield Zygote(process)
    finally:
        process.stdin.close()
        await process.wait()


@dataclass
class Started:
    """One run of a program."""

    program: str
    pid: int
    log: Path

    def is_alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    async def end(self, number: signal.Signals) -> None:
        """Sends a signal and waits until the process is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)
        async with asyncio.timeout(LIMIT_S):
            while self.is_alive():  # noqa: ASYNC110 - it is not our child: nobody tells us
                await asyncio.sleep(0.005)


# ---- what the world outside remembers --------------------------------------------------------------------------------


class RigDevice:
    """The device of the rig driver: presses with a counter, each confirmed or not."""

    def __init__(self) -> None:
        self.pressed: set[int] = set()
        self.kept: set[int] = set()
        self.answered: set[int] = set()
        self.connections = 0
        self.news = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._next = 0

    @property
    def connected(self) -> bool:
        return self._writer is not None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.connections += 1
        self._told()
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                if not line.endswith(b"\n"):
                    break
                word, number = line.split()
                self.answered.add(int(number))
                if word == b"kept":
                    self.kept.add(int(number))
                self._told()
        if self._writer is writer:
            self._writer = None
        writer.close()

    def _told(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()

    def press(self, device: str) -> int | None:
        """Somebody presses; returns the press's counter, None while no box listens."""
        if self._writer is None:
            return None
        self._next += 1
        self.pressed.add(self._next)
        self._writer.write(f"press {self._next} {device}\n".encode())
        return self._next

    def say(self, line: str) -> None:
        if self._writer is not None:
            self._writer.write(line.encode() + b"\n")


@asynccontextmanager
async def rig_device() -> AsyncIterator[tuple[RigDevice, int]]:
    """A device and its TCP port."""
    device = RigDevice()
    server = await asyncio.start_server(device.serve, "127.0.0.1", 0)
    try:
        yield device, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        if device._writer is not None:
            device._writer.close()


@dataclass
class Cards:
    """People at the kiosks. A page that gets no answer asks again with the same nonce, or its user gives up."""

    base: str
    rng: random.Random
    run: Path  # the box's folder of the running system: its pages are let in from there
    paired: dict[int, Mapping[str, str]] = field(default_factory=dict)
    tapped: set[bytes] = field(default_factory=set)
    recorded: dict[bytes, str] = field(default_factory=dict)  # nonce -> ref
    undone: set[bytes] = field(default_factory=set)
    cut: set[bytes] = field(default_factory=set)  # sent at least once, and the answer did not come
    refused: int = 0
    odd: list[str] = field(default_factory=list)
    free: deque[tuple[int, int]] = field(
        default_factory=lambda: deque((who, what) for what in range(ACTIVITIES) for who in range(RESIDENTS))
    )

    async def tap(self, session: aiohttp.ClientSession, kiosk: int) -> None:
        """One person, one tap that nobody made before; now and then an undo."""
        if not self.free:
            await asyncio.sleep(0.09)
            return
        who, what = self.free.popleft()
        nonce = self.rng.randbytes(16)
        self.tapped.add(nonce)
        body = {"token": token(who), "activity": f"a-{what}", "nonce": nonce.hex()}
        for _ in range(self.rng.choice((1, 3, 6))):
            answer = await self.post(session, kiosk, "check-in", body, nonce)
            if answer is None:
                await asyncio.sleep(0.05)
                continue
            if answer.get("error") == "too_many":  # nothing was looked at
                await asyncio.sleep(0.09)
            else:
                await self._answered(session, kiosk, nonce, answer)
                return
            break
        if nonce not in self.cut:  # it never got in: somebody else may
            self.tapped.discard(nonce)
            self.free.append((who, what))

    async def _answered(self, session: aiohttp.ClientSession, kiosk: int, nonce: bytes, answer: Json) -> None:
        outcome = answer.get("outcome")
        if outcome == "recorded":
            self.recorded[nonce] = answer["ref"]
            if self.rng.random() < 0.1:
                undo = await self.post(session, kiosk, "undo", {"ref": answer["ref"]})
                if undo is not None and undo.get("outcome") == "undone":
                    self.undone.add(nonce)
        elif outcome in ("not_recorded", "unknown_card"):  # no disk; no roster yet
            self.refused += 1
        else:
            self.odd.append(json.dumps(answer))

    async def headers(self, session: aiohttp.ClientSession, kiosk: int) -> Mapping[str, str]:
        """What proves that a page is paired. Raises ConnectionError while the box has not begun."""
        if not self.paired.get(kiosk):
            self.paired[kiosk] = await launched(session, self.base, self.run, f"kiosk-{kiosk}")
        if not self.paired[kiosk]:
            raise ConnectionError
        return self.paired[kiosk]

    async def post(
        self, session: aiohttp.ClientSession, kiosk: int, verb: str, body: Json, nonce: bytes = b""
    ) -> Json | None:
        """Sends what a kiosk's page sends; None = no answer came. Those that were on their way then are in `cut`."""
        url = f"{self.base}/kiosk/kiosk-{kiosk}/api/{verb}"
        try:
            pairing = await self.headers(session, kiosk)
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            return None
        try:
            async with session.post(url, json=body, headers={"Origin": self.base, **pairing}) as response:
                answer = await response.json()
        except aiohttp.ClientConnectorError:  # it never got there
            return None
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            self.cut.add(nonce)
            return None
        assert isinstance(answer, dict)
        return answer


@dataclass
class Taken:
    """An operator who takes what rings; 200 means that the hub keeps it."""

    base: str
    page: Mapping[str, str]  # headers of who is logged in
    account: str = "op-li"
    taken: dict[str, str] = field(default_factory=dict)  # incident -> actor

    async def take_open(self, session: aiohttp.ClientSession) -> None:
        try:
            async with session.get(f"{self.base}/api/incidents?limit=50", headers=self.page) as response:
                if response.status != 200:  # a hub that has just started
                    return
                listed = await response.json()
            for incident in listed:
                if incident["owners"] or incident["state"] not in ("NEW", "RINGING"):
                    continue
                url = f"{self.base}/api/incidents/{incident['id']}/acknowledge"
                async with session.post(url, json={}, headers=self.page) as response:
                    if response.status == 200:
                        self.taken[incident["id"]] = self.account
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            await asyncio.sleep(0.05)


async def nothing_waits(session: aiohttp.ClientSession, status_port: int, limit_s: float = 60.0) -> None:
    """Waits until the box says that the hub has everything."""

    async def drained() -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{status_port}/healthz") as response:
                snapshot = await response.json()
        except (aiohttp.ClientError, ConnectionError):
            return False
        return not any(snapshot["journal"]["waiting"].values()) and bool(snapshot["journal"]["recording"])

    await eventually(drained, limit_s)


def tail(logs: Iterable[Path], lines: int = 15) -> str:
    """The ends of logs and every warning in them, for a message that says why a test failed."""
    said = []
    for log in logs:
        if log.exists():
            rows = log.read_text(errors="replace").splitlines()
            said += [f"-- {log}", *(row[:400] for row in rows if row.startswith(("<2>", "<3>", "<4>")))]
            said += ["...", *(row[:400] for row in rows[-lines:])]
    return "\n".join(said)
