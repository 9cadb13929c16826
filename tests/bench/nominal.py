"""The nominal load of one community, in a process of its own: receivers, cameras and a card reader on real links.

    python -m bench.nominal RECEIVERS BANDS CAMERAS

Prints the box's `[[drivers]]` tables as one line of JSON, then plays until it is ended: each band is heard by every
receiver once a second, now and then someone walks to another house, and every camera sees something 100 times a day.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvloop

from anju_drivers.ble.simulator import Band, BleSimulator
from anju_drivers.card_reader.simulator import CardReaderSimulator
from anju_drivers.hikvision.simulator import CameraSimulator
from anju_drivers.testing.simulation import Simulator
from bench.community import address

NEAR_DBM, FAR_DBM = -58, -84
DAY_S = 86_400
TRIGGERS_A_DAY = 100


async def _play(receivers: int, bands: int, cameras: int) -> None:
    rng = random.Random(5)
    ble = [
        BleSimulator(
            [
                Band(address(band), rssi_dbm=NEAR_DBM if band % receivers == number else FAR_DBM, address_type=1)
                for band in range(bands)
            ],
            receiver=f"ble:receiver-{number}",
            seed=number,
        )
        for number in range(receivers)
    ]
    reader, eyes = CardReaderSimulator(), [CameraSimulator() for _ in range(cameras)]
    async with asyncio.TaskGroup() as tasks:
        devices: tuple[Simulator, ...] = (*ble, reader, *eyes)
        for device in devices:
            tasks.create_task(device.run())
            await device.ready.wait()
        tables: list[dict[str, Any]] = [
            {"driver": "ble", "name": f"receiver-{number}", **receiver.driver_options()}
            for number, receiver in enumerate(ble)
        ]
        tables.append({"driver": "card_reader", "name": "hall", **reader.driver_options()})
        tables += [
            {"driver": "hikvision", "name": f"camera-{number}", **eye.driver_options()}
            for number, eye in enumerate(eyes)
        ]
        print(json.dumps(tables), flush=True)
        while True:
            await asyncio.sleep(1)
            band, near = rng.randrange(bands), rng.randrange(receivers)
            for number, receiver in enumerate(ble):
                receiver.walk(address(band), NEAR_DBM if number == near else FAR_DBM)
            for eye in eyes:
                if rng.random() < TRIGGERS_A_DAY / DAY_S:
                    eye.motion()
                    eye.motion(active=False)


@contextmanager
def playing(receivers: int = 8, bands: int = 100, cameras: int = 16) -> Iterator[Sequence[dict[str, Any]]]:
    """Plays in a process of its own; gives the driver tables."""
    command = [sys.executable, "-m", "bench.nominal", str(receivers), str(bands), str(cameras)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise RuntimeError("no pipe")
        yield json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    uvloop.run(_play(*map(int, sys.argv[1:4])))
