"""Bytes of a real serial device, recorded while its driver runs: the driver asks, the device answers, a file keeps it.

The driver is given a pseudo-terminal; between it and the device this passes bytes on and writes down what the device
said. So devices that must be asked are recorded as well as those that speak by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from pathlib import Path

from anju_drivers.driver import DriverSpec, Reading
from anju_drivers.errors import LinkLost
from anju_drivers.links.serial import SerialLink, SerialSettings
from anju_drivers.testing.replay import Recorder
from anju_drivers.testing.simulation import PtyDevice

PERSONAL = frozenset({"idcard_sdt"})  # whose bytes are a person's name, number and photo
BAUDS = {"ble": 115200, "idcard_sdt": 115200, "scanner": 9600, "card_reader": 9600, "rfxtrx": 38400, "lorawan": 115200}


def baud_of(driver: str, options: Mapping[str, object]) -> int | None:
    """The speed a driver's table means; None when nobody said it."""
    given = options.get("baud")
    if isinstance(given, int):
        return given
    return 115200 if options.get("model") == "pn532" else BAUDS.get(driver)


@dataclass(slots=True)
class Recorded:
    """What a recording holds, and what the driver made of it. `trouble`: why there is nothing."""

    chunks: int = 0
    size: int = 0
    readings: int = 0
    errors: int = 0
    trouble: str = ""


class _Counting:
    """An intake that only counts."""

    def __init__(self, result: Recorded) -> None:
        self._result = result
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._done.set_result(None)

    def take(self, reading: Reading) -> Awaitable[None]:
        self._result.readings += 1
        return self._done

    def heard(self, device: str, *, frames: int = 1, errors: int = 0) -> None:
        self._result.errors += errors


async def record(
    spec: DriverSpec, name: str, options: Mapping[str, object], baud: int, file: Path, seconds: float
) -> Recorded:
    """Records for so many seconds, or until cancelled; the file must not exist.

    Raises `DriverConfigError` for the options, `FileExistsError` for the file.
    """
    result = Recorded()
    loop = asyncio.get_running_loop()
    with Recorder(file, spec.name) as recorder:

        def from_device(data: bytes) -> None:
            recorder.add(data, loop.time())
            result.chunks += 1
            result.size += len(data)
            line.send(data)

        def to_device(data: bytes) -> None:
            with contextlib.suppress(LinkLost):  # it is looked for; the driver asks again
                link.write(data)

        def changed(up: bool, detail: str) -> None:
            result.trouble = "" if up else detail
            if up:
                line.plug()
            else:
                line.unplug()

        line = PtyDevice(received=to_device)
        link = SerialLink(SerialSettings(str(options["port"]), baud), from_device, changed)
        driver = spec.create(name, {**options, "port": line.link})
        tasks = [asyncio.create_task(link.run()), asyncio.create_task(driver.run(_Counting(result)))]
        try:
            done, _ = await asyncio.wait(tasks, timeout=seconds or None, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            line.close()
    return result
