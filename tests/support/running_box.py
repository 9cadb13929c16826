"""A whole box running in a test: `gateway.run` with real links, its relay on a pseudo-terminal, no hub unless given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from anju_drivers.ble.simulator import BleSimulator
from anju_edge.alerts.relay_simulator import RelaySimulator
from anju_edge.clock import Clock
from anju_edge.config import BoxConfig, DriverConfig, EdgeConfig, HttpConfig, KioskConfig, SirenConfig
from anju_edge.gateway import Running, run
from anju_edge.journal.journal import JournalSettings
from anju_edge.updates.slot_files import Slot
from support.box_parts import ROSTER

ON, OFF = bytes.fromhex("A00101A2"), bytes.fromhex("A00100A1")


def box_config(
    folder: Path, *, relay: RelaySimulator | None = None, receiver: BleSimulator | None = None
) -> EdgeConfig:
    """A configuration on free loopback ports, with the roster of `box_parts`."""
    roster = folder / "community.toml"
    roster.write_text(ROSTER, encoding="utf-8")
    drivers = (DriverConfig("ble", "receiver-1", receiver.driver_options()),) if receiver else ()
    return EdgeConfig(
        box=BoxConfig("box-1", "ningdu", folder / "data", roster),
        http=HttpConfig("127.0.0.1:0", "127.0.0.1:0"),
        journal=JournalSettings(ballast_bytes=0, linger_s=0.05),
        siren=SirenConfig(relay.port) if relay else SirenConfig(),
        kiosks=(KioskConfig("kiosk-1", reader="card_reader:kiosk-1"),),
        drivers=drivers,
    )


def with_drivers(config: EdgeConfig, *drivers: DriverConfig) -> EdgeConfig:
    return replace(config, drivers=(*config.drivers, *drivers))


@asynccontextmanager
async def running_box(
    config: EdgeConfig, clock: Clock | None = None, slot: Slot | None = None
) -> AsyncIterator[Running]:
    """The box, started; leaving stops it and waits. `slot`: the version that it is, as a launcher says it."""
    started: asyncio.Future[Running] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    task = asyncio.create_task(run(config, stop, clock, on_started=started.set_result, slot=slot))
    task.add_done_callback(lambda _: started.cancel())
    try:
        with suppress(asyncio.CancelledError):
            await started
        if started.cancelled():
            await task  # it says why it did not start
        yield started.result()
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


@asynccontextmanager
async def on_the_air(simulator: BleSimulator) -> AsyncIterator[BleSimulator]:
    """The receiver's simulator, serving."""
    task = asyncio.create_task(simulator.run())
    try:
        await simulator.ready.wait()
        yield simulator
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def relay_shows(relay: RelaySimulator, wanted: Callable[[RelaySimulator], bool], limit_s: float = 10) -> None:
    """Waits until the relay board has seen what is wanted."""
    found = await asyncio.to_thread(relay.wait_for, wanted, limit_s)
    assert found, f"the relay saw {bytes(relay.received).hex(' ')}"


async def until(condition: Callable[[], bool], limit_s: float = 10) -> None:
    """Waits until a condition holds that nothing announces."""
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - counters and flags announce nothing
            await asyncio.sleep(0.005)


async def get(address: object, path: str) -> tuple[int, str]:
    """One HTTP request to a listener of the box."""
    host, _, port = str(address).rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), body


async def snapshot(box: Running) -> dict[str, Any]:  # Any: JSON
    status, body = await get(box.status, "/healthz")
    assert status in (200, 503)
    read = json.loads(body)
    assert isinstance(read, dict)
    return read
