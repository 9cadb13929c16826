"""One device for every driver that has a simulator, in a process of its own; none of them says much.

    python -m bench.devices ONVIF_CAMERAS (others | alone)

Prints the box's `[[drivers]]` tables as one line of JSON and serves the links until it is ended: so many ONVIF cameras,
and one device of every other driver that has a simulator, or none.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import uvloop

from anju_drivers.driver import DriverSpec
from anju_drivers.registry import load_drivers
from anju_drivers.testing.simulation import Simulator

CAMERA_SETTINGS = {"pull_s": 60, "cool_down_s": 0.75, "retry_s": 5}  # as shipped, not a test's hurry


def _simulator(spec: DriverSpec) -> Simulator:
    simulator = spec.simulate({}) if spec.simulate else None
    if not isinstance(simulator, Simulator):
        raise TypeError(f"{spec.name} has no simulator")
    return simulator


async def _play(cameras: int, others: bool) -> None:
    specs = load_drivers().specs
    chosen = [name for name, spec in sorted(specs.items()) if spec.simulate and name != "onvif"] if others else []
    tables: list[dict[str, object]] = []
    async with asyncio.TaskGroup() as tasks:
        for number, name in enumerate([*chosen, *["onvif"] * cameras]):
            device = _simulator(specs[name])
            tasks.create_task(device.run())
            await device.ready.wait()
            own: Mapping[str, object] = CAMERA_SETTINGS if name == "onvif" else {}
            label = f"{name.replace('_', '-')}-{number}"
            tables.append({"driver": name, "name": label, **device.driver_options(), **own})
        print(json.dumps(tables), flush=True)


@contextmanager
def devices(cameras: int = 0, *, others: bool = True) -> Iterator[Sequence[dict[str, Any]]]:
    """Serves them in a process of its own; gives the driver tables."""
    command = [sys.executable, "-m", "bench.devices", str(cameras), "others" if others else "alone"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise RuntimeError("no pipe")
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()  # simulators remove their links
        process.wait()


if __name__ == "__main__":
    uvloop.run(_play(int(sys.argv[1]), sys.argv[2] == "others"))
