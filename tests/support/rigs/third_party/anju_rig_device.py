"""A driver that somebody else installed: a device on TCP that asks for a confirmation of every press.

Put this folder on the path and `anju.drivers` has one more entry point, `rig`. The driver connects to the device
(option `port`, on 127.0.0.1). A line `press N DEVICE` is an SOS with counter N and is answered `kept N` once it is on
disk, else `not-kept N`; `test N DEVICE` is the same, marked as a test. `state N DEVICE` is telemetry and is not
answered; `crash` is a bug in this driver.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from anju_drivers.driver import AlarmReading, Driver, DriverSpec, Intake, Reason, StateReading
from anju_drivers.errors import LinkLost, NotRecorded
from anju_drivers.options import Options


class RigDriver:
    """See the module."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self._port = name, port

    async def run(self, intake: Intake) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError as error:
            raise LinkLost(f"127.0.0.1:{self._port}", str(error)) from error
        answers: set[asyncio.Task[None]] = set()
        try:
            while line := await reader.readline():
                word, *rest = line.decode().split()
                if word == "crash":
                    raise ZeroDivisionError("a bug of the rig")
                number, device = int(rest[0]), rest[1]
                if word in ("press", "test"):
                    task = asyncio.create_task(self._answer(writer, number, intake, device, test=word == "test"))
                    answers.add(task)
                    task.add_done_callback(answers.discard)
                elif word == "state":
                    await intake.take(StateReading(device, battery_mv=number))
            raise LinkLost(f"127.0.0.1:{self._port}", "the device closed")
        except OSError as error:
            raise LinkLost(f"127.0.0.1:{self._port}", str(error)) from error
        finally:
            for task in answers:
                task.cancel()
            writer.close()

    async def _answer(
        self, writer: asyncio.StreamWriter, number: int, intake: Intake, device: str, *, test: bool
    ) -> None:
        press = number.to_bytes(8, "big")
        reading = AlarmReading(device, frozenset({Reason.SOS}), press, burst_window_s=5.0, counter=number, test=test)
        try:
            await intake.take(reading)
        except NotRecorded:
            writer.write(b"not-kept %d\n" % number)
        else:
            writer.write(b"kept %d\n" % number)


def create(name: str, options: Mapping[str, object]) -> Driver:
    """The driver for one table of `edge.toml`."""
    table = Options(options, {"port": "TCP port of the device on 127.0.0.1"})
    port = table.integer("port", None, 1, 65_535)
    return RigDriver(name, port)


SPEC = DriverSpec("rig", "测试设备", "a device for tests", create, lambda data: [], lambda item: {})
