"""400 half-open and dribbling connections on a listener that cameras and receivers push to: how long a good push takes.

All come from the good device's own address, as behind a router: it must get through all the same.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import pytest

from anju_drivers.conformance import RecordingIntake
from anju_drivers.driver import LinkReading
from anju_drivers.hikvision.simulator import PushCameraSimulator
from anju_drivers.http_push.simulator import PushSimulator
from anju_drivers.mail_in.simulator import MailSimulator
from anju_drivers.minew.simulator import MinewSimulator
from anju_drivers.registry import load_drivers
from support.paths import RIGS

STRANGERS = 400
PUSHES = 300
BAR_MS = 50.0
RIG = RIGS / "strangers.py"
REQUEST = b"POST /push/who-knows HTTP/1.1\r\nHost: gateway\r\nX-Long: " + b"x" * 400
MAIL = b"HELO camera\r\nMAIL FROM:<camera@example.test>\r\nRCPT TO:<who@gateway.test>\r\nNOOP " + b"x" * 400

Good = tuple[dict[str, object], int, Callable[[], Awaitable[bool]], bytes]  # its table, port, a push, strangers' words

pytestmark = pytest.mark.prove


def _http_push() -> Good:
    camera = PushSimulator()

    async def push() -> bool:
        return await camera.webhook("motion") == 202

    return camera.driver_options(), int(str(camera.driver_options()["port"])), push, REQUEST


def _hikvision() -> Good:
    free, secret = int(str(PushSimulator().driver_options()["port"])), "gate-0123456789abcdef"
    camera = PushCameraSimulator(f"http://127.0.0.1:{free}/push/{secret}")
    table = {"mode": "push", "bind": "127.0.0.1", "port": free, "cameras": {"gate": {"secret": secret}}}

    async def push() -> bool:
        return await camera.motion() == 200

    return table, free, push, REQUEST


def _minew() -> Good:
    receiver = MinewSimulator()

    async def push() -> bool:
        return await receiver.push() == 200

    return receiver.driver_options(), receiver.port, push, REQUEST.replace(b"/push/", b"/minew/")


def _mail_in() -> Good:
    camera = MailSimulator()

    async def push() -> bool:
        return (await camera.motion()).startswith("250")

    return camera.driver_options(), int(str(camera.driver_options()["port"])), push, MAIL


async def _pushed(push: Callable[[], Awaitable[bool]], number: int) -> tuple[list[float], int]:
    """How long each push took in ms, and how many failed."""
    waited_ms, missed = [], 0
    for _ in range(number):
        await asyncio.sleep(0.02)  # a camera pushes at its own pace; the strangers have the time between
        start_s = time.perf_counter()
        missed += not await push()
        waited_ms.append((time.perf_counter() - start_s) * 1000)
    return waited_ms, missed


def _quantile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("driver", "make"),
    [("http_push", _http_push), ("hikvision", _hikvision), ("minew", _minew), ("mail_in", _mail_in)],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_a_good_push_is_answered_beside_400_strangers(
    driver: str, make: Callable[[], Good], capsys: pytest.CaptureFixture[str]
) -> None:
    table, port, push, says = make()
    intake = RecordingIntake()
    serving = asyncio.create_task(load_drivers().specs[driver].create("door", table).run(intake))
    try:
        await intake.until(LinkReading)
        assert await push()
        alone_ms, _ = await _pushed(push, PUSHES // 3)
        strangers = await asyncio.create_subprocess_exec(
            sys.executable, str(RIG), str(port), str(STRANGERS), says.hex(), stdout=asyncio.subprocess.PIPE
        )
        try:
            assert strangers.stdout is not None
            await asyncio.wait_for(strangers.stdout.readline(), 60)
            waited_ms, missed = await _pushed(push, PUSHES)
        finally:
            strangers.kill()
            await strangers.wait()
        p50, p99, alone = _quantile(waited_ms, 50), _quantile(waited_ms, 99), _quantile(alone_ms, 99)
        with capsys.disabled():
            print(
                f"\n{driver}: push p50 {p50:.1f} ms, p99 {p99:.1f} ms beside {STRANGERS} strangers, {missed} missed; "
                f"p99 {alone:.1f} ms without them"
            )
        assert not serving.done()
        assert not missed
        assert p99 <= BAR_MS
    finally:
        serving.cancel()
        await asyncio.wait([serving])
