"""Everything at once against box and hub: open incidents, strangers' presses, connections that say little and stay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from anju_central.live.incident_window import SHOWN_MAX
from anju_drivers.driver import AlarmReading, Reason
from anju_edge.alerts.relay_simulator import RelaySimulator
from support.box_parts import BAND, RECEIVER
from support.earlier_box import leave_open_incidents
from support.running_box import box_config, running_box, until
from support.whole import alarms_at, at_hub, facts_at, free_port, hub_config, running_hub

FIRST_WORDS = b"POST /x HTTP/1.1\r\nHost: anju\r\nX-Slow: "
AT_A_TIME = 50  # presses between two turns of the loop, as from one read of a serial port
STRANGER = "ble:0000"


def press(device: str, number: int = 1) -> AlarmReading:
    """A press that a receiver heard."""
    name = number.to_bytes(4, "big")
    return AlarmReading(device, frozenset({Reason.SOS}), name, 2.0, counter=number, receiver=RECEIVER, rssi_dbm=-60)


@asynccontextmanager
async def slow_connections(addresses: Sequence[str], number: int) -> AsyncIterator[None]:
    """Holds `number` connections to each address open that say a few bytes and no more."""
    writers: list[asyncio.StreamWriter] = []
    try:
        for at in range(number):
            for address in addresses:
                host, _, port = address.rpartition(":")
                try:
                    _, writer = await asyncio.open_connection(host, int(port))
                    writer.write(FIRST_WORDS + str(at).encode())
                except ConnectionError:
                    continue  # turned away: as good
                writers.append(writer)
        yield
    finally:
        for writer in writers:
            writer.transport.abort()


async def flood(folder: Path, *, open_at_hub: int, strangers: int, connections: int) -> None:
    """Raises unless an elder's press rings, reaches the operator and is silenced by the answer, and all is counted."""
    port = free_port()
    with RelaySimulator() as relay:
        config = at_hub(box_config(folder, relay=relay), port)
        settings = hub_config(folder / "hub", config.box.roster, grpc_address=f"127.0.0.1:{port}")
        async with running_hub(settings) as operator:
            await leave_open_incidents(settings.grpc_address, "box-1", "ningdu", open_at_hub)
            async with running_box(config) as box:
                addresses = [str(box.kiosk), str(box.status), settings.grpc_address, operator.base.rpartition("/")[2]]
                async with slow_connections(addresses, connections // len(addresses)):
                    await until(lambda: box.incidents.hub.open_at_hub >= open_at_hub)
                    for number in range(strangers):
                        box.intake.take(press(f"{STRANGER}{number:08x}"))
                        if number % AT_A_TIME == 0:
                            await asyncio.sleep(0)
                    await box.intake.take(press(BAND))
                    incident = await operator.incident(device=BAND, limit_s=120)
                    mine = next(local for local in box.incidents.open() if local.incident.device == BAND)
                    assert mine.is_ringing
                    await operator.acknowledge(incident)
                    await until(lambda: not mine.is_ringing, limit_s=60)
                    assert len(box.incidents.open()) <= SHOWN_MAX + 10
                    shared = [one for one in box.incidents.open() if one.incident.device.startswith(STRANGER)]
                    assert sum(1 + one.incident.repeats for one in shared) == strangers
                    await box.journal.flush()
                    await until(lambda: not box.journal.waiting()[1], limit_s=120)
    assert len(alarms_at(folder / "hub", BAND)) == 1
    pressed = {row.event.device for row in facts_at(folder / "hub") if row.event.device.startswith(STRANGER)}
    assert len(pressed) == strangers, "each stranger's press is a fact at the hub"
