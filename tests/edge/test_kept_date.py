"""What a box that starts again knows of the date: from its kept clock, else from its newest event."""

from __future__ import annotations

from pathlib import Path

from anju_edge.clock import SimulatedClock
from anju_protos.v1.event_pb2 import CLOCK_FIX, TELEMETRY, Anchor, ClockFix, Event
from support.running_box import box_config, running_box

NOVEMBER_MS = 1_795_449_600_000  # 2026-11-24


async def test_a_restart_in_the_same_boot_keeps_the_date_that_the_hub_told(tmp_path: Path) -> None:
    """CLOCK_BOOTTIME goes on while the service is away; another boot begins without a date."""
    config = box_config(tmp_path)

    def unset(boot: int) -> SimulatedClock:
        clock = SimulatedClock(boot, synced=False, manual=True)
        clock.set_wall(0)
        return clock

    clock = unset(9)
    async with running_box(config, clock) as box:
        clock.advance(1_000)
        anchor = Anchor(boot=9, offset_ms=NOVEMBER_MS, error_ms=20, at_elapsed_ms=1_000, source=Anchor.HUB)
        assert clock.offer(anchor)
        await box.kiosk_service._recorder.record(CLOCK_FIX, ClockFix(anchor=anchor).SerializeToString())[0]
    again = unset(9)
    again.advance(70_000)
    async with running_box(config, again) as box:
        assert again.true_ms() == NOVEMBER_MS + 70_000
        assert box.kiosk_service.snapshot("kiosk-1").time_known
    other = unset(10)
    async with running_box(config, other):
        assert other.true_ms() is None
        told = Anchor(boot=10, offset_ms=NOVEMBER_MS - 86_400_000, error_ms=20, source=Anchor.HUB)
        assert not other.offer(told), "before what the earlier boot was sure of"


async def test_without_its_kept_date_the_box_knows_it_from_the_newest_event(tmp_path: Path) -> None:
    config = box_config(tmp_path)
    clock = SimulatedClock(9, manual=True)
    clock.set_wall(NOVEMBER_MS)
    async with running_box(config, clock) as box:
        box.journal.append(TELEMETRY, Event(stamp=clock.stamp()).SerializeToString())
        await box.journal.flush()
        box.journal.append(
            TELEMETRY, Event(stamp=clock.stamp()).SerializeToString(), ("delete from kv where key = 'clock_floor'", ())
        )
        await box.journal.flush()
    other = SimulatedClock(10, synced=False, manual=True)
    other.set_wall(0)
    async with running_box(config, other):
        told = Anchor(boot=10, offset_ms=NOVEMBER_MS - 86_400_000, error_ms=20, source=Anchor.HUB)
        assert not other.offer(told)
