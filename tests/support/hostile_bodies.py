"""A whole box that is pushed to, and hostile bodies over real sockets into every HTTP listener it has."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path

import aiohttp

from anju_drivers.driver import AlarmReading, Reason
from anju_drivers.hikvision.simulator import PushCameraSimulator, document
from anju_drivers.http_push.simulator import PushSimulator, vigi_document
from anju_drivers.minew.simulator import MinewSimulator
from anju_drivers.testing.hostile import hostile
from anju_edge.config import DriverConfig, EdgeConfig
from anju_edge.gateway import Running
from support.box_parts import BAND
from support.paired import cookie_of
from support.running_box import box_config, running_box, snapshot, until, with_drivers

SECRET = "gate-0123456789abcdef"


def with_doors(config: EdgeConfig) -> tuple[EdgeConfig, PushSimulator, int, MinewSimulator]:
    """A box that is pushed to in three ways; the second is a Hikvision listener on the port given."""
    script, receiver = PushSimulator(), MinewSimulator()
    port = int(str(PushSimulator().driver_options()["port"]))
    camera = {"mode": "push", "bind": "127.0.0.1", "port": port, "cameras": {"gate": {"secret": SECRET}}}
    rows = [
        DriverConfig("http_push", "script", script.driver_options()),
        DriverConfig("hikvision", "gate", camera),
        DriverConfig("minew", "hall", receiver.driver_options()),
    ]
    return with_drivers(config, *rows), script, port, receiver


async def listening(box: Running) -> None:
    await until(lambda: all(one.running for one in box.health.drivers) and box.intake.taken["LinkReading"] >= 3, 30)


def is_well(box: Running) -> None:
    """Nothing of the box or its drivers has failed."""
    assert box.health.background.faults == {}
    assert [driver.bug for driver in box.health.drivers] == ["", "", ""]
    assert [driver.restarts for driver in box.health.drivers] == [0, 0, 0]
    box.health.status().SerializeToString()


def rings(box: Running, press: bytes) -> bool:
    before = box.health.alerts.rings
    box.intake.take(AlarmReading(BAND, frozenset({Reason.SOS}), press, 0.1))
    return box.health.alerts.rings == before + 1


async def push_hostile_bodies(folder: Path, rounds: int) -> None:
    """About 35 bodies a round. Raises `AssertionError` when a part of the box fails, or a press does not ring."""
    config, script, port, receiver = with_doors(box_config(folder))
    camera = PushCameraSimulator(f"http://127.0.0.1:{port}/push/{SECRET}")
    webhook = json.dumps({"kind": "fall", "state": "active", "channel": 1, "device": "d", "region": "r", "rule": "q",
                          "targets": ["human"], "input": 1, "time": "2026-01-01T00:00:00"}).encode()  # fmt: skip
    push = json.dumps([{"type": "Gateway", "mac": "AC233FC00001"},
                       {"mac": "AC233FC001AA", "rssi": -60, "rawData": "0201060303E1FF"}]).encode()  # fmt: skip
    kiosk = json.dumps({"held_ms": 2000, "token": "t", "nonce": "00" * 16, "activity": "a", "ref": "r", "about": "x",
                        "incident": "i", "actor": "m", "build": "b", "uptime_s": 1, "errors": 0,
                        "screen": "s"}).encode()  # fmt: skip
    rng = random.Random(rounds)
    async with running_box(config) as box, aiohttp.ClientSession() as http:
        await listening(box)

        async def post(url: str, body: bytes, **headers: str) -> int:
            async with http.post(url, data=body, headers={"Content-Type": "application/json"} | headers) as answer:
                await answer.read()
                return answer.status

        origin = f"http://{box.kiosk}"
        paired = await cookie_of(box, "kiosk-1")
        asked = ["check-in", "undo", "help", "staff", "respond", "beat", "pair", "launch"]
        for seed in range(rounds):
            statuses: set[int] = set()
            for body in hostile(webhook, seed, 6):
                statuses.add(await post(script.link.replace("/push/", "/t/"), body))
            for body in hostile(vigi_document("motion", "fall"), seed, 6):
                statuses.add(await post(script.link, body))
            for body in [*hostile(document("VMD"), seed, 6), *hostile(document("falldown"), seed, 3)]:
                statuses.add(await post(camera.link, body, **{"Content-Type": "application/xml"}))
            for body in hostile(push, seed, 6):
                statuses.add(await post(receiver.link, body))
            for body in hostile(kiosk, seed, 6):
                statuses.add(
                    await post(f"{origin}/kiosk/kiosk-1/api/{rng.choice(asked)}", body, Origin=origin, **paired)
                )
            assert statuses <= {200, 202, 400, 401, 403, 404, 413, 429, 503}
            await asyncio.sleep(0)
            is_well(box)
            assert rings(box, str(seed).encode())
        assert (await snapshot(box))["faults"] == {}
