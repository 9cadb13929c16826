"""Connections cut between the hub's commit and the box's hearing of it, with whole box and hub.

The quick suite cuts 50 times, the long run 500.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from anju_central.store.damage import STORE_FILE
from anju_drivers.driver import AlarmReading, Reason, StateReading
from anju_edge.clock import SimulatedClock
from anju_edge.gateway import Running
from anju_edge.sync.settings import SyncSettings
from anju_protos.v1.event_pb2 import ALARM_RAISED, CHECK_IN, DEVICE_STATE, Alarm, CheckIn, DeviceState, Event
from support.net_faults import Link, faulty_line
from support.processes import ACTIVITIES, BANDS, RESIDENTS, crowd_roster, token
from support.running_box import box_config, running_box, until
from support.sync_rig import stored
from support.whole import LIMIT_S, at_hub, grpc_port, hub_config, running_hub

SYNC = SyncSettings(
    reconnect_min_s=0.01, reconnect_max_s=0.03, alarm_reconnect_max_s=0.03, status_period_s=0.5, batch_events=40
)


@dataclass
class CutFigures:
    """What a run did. `unheard` are events that the hub had committed when the cut kept their ack back."""

    cuts: int = 0
    unheard: int = 0
    presses: int = 0
    taps: int = 0
    telemetry: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cuts} acks cut after the hub's commit, {self.unheard} events committed but unheard of: "
            f"{self.presses} presses, {self.taps} taps, {self.telemetry} telemetry events, each at the hub once"
        )


async def cut_and_judge(folder: Path, cuts: int) -> CutFigures:
    """Cuts `cuts` times, drains, and checks that every fact is at the hub once."""
    figures = CutFigures()
    config = box_config(folder)
    config.box.roster.write_text(crowd_roster(), encoding="utf-8")
    central = hub_config(folder / "hub", config.box.roster)
    async with running_hub(central), faulty_line(grpc_port(central)) as line:
        edge = at_hub(config, line.port, SYNC)
        clock = SimulatedClock(boot=secrets.randbits(62), synced=True)
        with closing(sqlite3.connect(f"file:{central.data_dir / STORE_FILE}?mode=ro", uri=True)) as store:
            async with running_box(edge, clock) as box:

                def cut(link: Link, data: bytes) -> bool:
                    if figures.cuts >= cuts:
                        return True
                    (there,) = store.execute("select coalesce(sum(seq), 0) from stream where by_hub = 0").fetchone()
                    unheard = there - sum(info.acked for info in box.journal.streams())
                    if unheard <= 0:
                        return True
                    figures.cuts += 1
                    figures.unheard += unheard
                    return False

                line.on_down = cut
                async with asyncio.timeout(LIMIT_S + cuts * 2):
                    while figures.cuts < cuts:
                        before = figures.cuts
                        await _life(box, figures)
                        await until(partial(_moved, box, figures, before), LIMIT_S)
                await box.journal.flush()
                await until(lambda: not any(box.journal.waiting().values()), 60)
    _judge(central.data_dir, figures)
    return figures


def _moved(box: Running, figures: CutFigures, before: int) -> bool:
    return figures.cuts > before or not any(box.journal.waiting().values())


async def _life(box: Running, figures: CutFigures) -> None:
    """A little of everything, confirmed by the box."""
    figures.presses += 1
    number = figures.presses
    press = AlarmReading(f"rig:band-{number % BANDS}", frozenset({Reason.SOS}), number.to_bytes(8, "big"), 5.0, number)
    pressed = box.intake.take(press)
    for _ in range(20):
        box.intake.take(StateReading("rig:band-1", battery_mv=figures.telemetry))
        figures.telemetry += 1
    tap, figures.taps = figures.taps, figures.taps + 1
    who, what = token(tap % RESIDENTS), f"a-{tap // RESIDENTS % ACTIVITIES}"
    result = await box.kiosk_service.check_in("kiosk-1", who, what, tap.to_bytes(16, "big"))
    assert result.outcome == "recorded"
    await pressed


def _judge(hub_data: Path, figures: CutFigures) -> None:
    found = stored(hub_data)
    found.check_cover()
    assert not found.copies
    assert not found.skips
    presses: Counter[int] = Counter()
    taps: Counter[bytes] = Counter()
    telemetry: Counter[int] = Counter()
    for rows in found.events.values():
        for _, data in rows:
            event = Event.FromString(data)
            if event.kind == ALARM_RAISED:
                presses[Alarm.FromString(event.payload).counter] += 1
            elif event.kind == CHECK_IN:
                taps[CheckIn.FromString(event.payload).nonce] += 1
            elif event.kind == DEVICE_STATE and event.device.startswith("rig:"):
                telemetry[DeviceState.FromString(event.payload).battery_mv] += 1
    assert presses == Counter(range(1, figures.presses + 1))
    assert taps == Counter(number.to_bytes(16, "big") for number in range(figures.taps))
    assert telemetry == Counter(range(figures.telemetry))
