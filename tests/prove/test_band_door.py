"""400 half-open and dribbling connections on a band listener: what a good band then waits for its answers."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time

import pytest

from anju_drivers.registry import load_drivers
from anju_drivers.testing.band import BandSimulator
from support.band_rig import dialled, served
from support.paths import RIGS

STRANGERS = 400
ROUNDS = 400
BAR_MS = 50.0
RIG = RIGS / "strangers.py"
FAMILIES = ("setracker", "thinkrace_iw", "jt808", "eview_ev07b", "gt06")

pytestmark = pytest.mark.prove


@pytest.mark.timeout(300)
@pytest.mark.parametrize("family", FAMILIES)
async def test_a_good_band_is_answered_beside_400_strangers(family: str, capsys: pytest.CaptureFixture[str]) -> None:
    spec = load_drivers().specs[family]
    simulator = spec.simulate({}) if spec.simulate else None
    assert isinstance(simulator, BandSimulator)
    voice = simulator.voice
    async with served(spec) as (driver, _), dialled(driver.port) as band:
        await band.send(voice.login())
        with contextlib.suppress(TimeoutError):  # all answers to the login, so that each later one is its own
            while await asyncio.wait_for(band.reader.read(4096), 0.3):
                pass
        says = voice.press()[:-1] * 200
        strangers = await asyncio.create_subprocess_exec(
            sys.executable, str(RIG), str(driver.port), str(STRANGERS), says.hex(), stdout=asyncio.subprocess.PIPE
        )
        try:
            assert strangers.stdout is not None
            await asyncio.wait_for(strangers.stdout.readline(), 60)
            waited_ms = []
            for at in range(ROUNDS):
                said = voice.press() if at % 4 == 0 else voice.heartbeat()
                await asyncio.sleep(0.02)  # a band speaks at its own pace; the strangers have the time between
                start_s = time.perf_counter()
                await band.send(said)
                async with asyncio.timeout(10):
                    assert await band.reader.read(4096)
                waited_ms.append((time.perf_counter() - start_s) * 1000)
            waited_ms.sort()
            p50, p99 = waited_ms[len(waited_ms) // 2], waited_ms[len(waited_ms) * 99 // 100]
            assert driver.listener is not None
            shed = dict(driver.listener.shed)
        finally:
            strangers.kill()
            await strangers.wait()
    with capsys.disabled():
        print(f"\n{family}: answer p50 {p50:.1f} ms, p99 {p99:.1f} ms beside {STRANGERS} strangers; ended: {shed}")
    assert p99 <= BAR_MS
