"""The box's clock: what it claims of the date under jumps, and that running time never cares."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from anju_edge.clock import RELEASED_MS, Floor, RunningTime, SimulatedClock, SystemClock
from anju_protos.stamps import Anchors
from anju_protos.v1.event_pb2 import HELD, SYNCED, UNSET, Anchor

NOW_MS = 1_795_449_600_000  # 2026-11-24
YEAR_MS = 365 * 86_400_000


def clock(*, synced: bool, wall_ms: int = NOW_MS) -> SimulatedClock:
    made = SimulatedClock(boot=5, synced=synced, manual=True)
    made.set_wall(wall_ms)
    return made


def hub(made: SimulatedClock, true_ms: int = NOW_MS, error_ms: int = 20) -> Anchor:
    return Anchor(
        boot=made.boot,
        offset_ms=true_ms - made.elapsed_ms(),
        error_ms=error_ms,
        at_elapsed_ms=made.elapsed_ms(),
        source=Anchor.HUB,
    )


@pytest.mark.parametrize(
    ("synced", "wall_ms", "quality"),
    [
        (True, NOW_MS, SYNCED),
        (False, NOW_MS, UNSET),  # no clock chip: nobody can say how long the box was off
        (False, 0, UNSET),
        (True, 0, UNSET),  # "synced" to a date before this software was made: no
        (False, RELEASED_MS - 1, UNSET),  # systemd starts a box without a clock chip at its build date
    ],
)
def test_quality_of_a_fresh_boot(synced: bool, wall_ms: int, quality: int) -> None:
    made = clock(synced=synced, wall_ms=wall_ms)
    assert made.stamp().quality == quality
    assert (made.true_ms() is None) == (quality == UNSET)


def test_hub_time_mends_the_whole_boot_and_the_raw_wall_clock_stays_in_the_stamp() -> None:
    made = clock(synced=False, wall_ms=1_000)
    early = made.stamp()
    made.advance(3_600_000)
    assert made.offer(hub(made))
    late = made.stamp()
    assert (early.wall_ms, late.wall_ms) == (1_000, 3_601_000)
    assert made.true_ms() == NOW_MS
    anchors = Anchors()
    best = made.anchor()
    assert best is not None
    anchors.add(best)
    assert anchors.correct(early).ms == NOW_MS - 3_600_000
    assert not made.offer(hub(made, error_ms=500)), "a worse one is no news"
    assert not made.offer(Anchor(boot=99, offset_ms=1, source=Anchor.HUB)), "another boot's is not ours"


@pytest.mark.parametrize("jump_ms", [10 * YEAR_MS, -10 * YEAR_MS, 3_600_000, -3_600_000])
def test_a_jump_of_the_wall_clock_moves_neither_age_nor_true_time(jump_ms: int) -> None:
    made = clock(synced=True)
    assert made.poll() is not None
    made.synced = False
    made.advance(1_000)
    before = made.true_ms()
    made.set_wall(made.wall_ms() + jump_ms)
    stamp = made.stamp()
    assert made.true_ms() == before
    assert stamp.elapsed_ms == 1_000
    assert stamp.quality in (UNSET, HELD)
    if stamp.quality == HELD:
        assert stamp.error_ms >= abs(jump_ms), "the bound says how wrong it is"
    made.synced = True
    assert made.poll() is None, "a kernel that calls the jumped clock synced does not overrule the anchor"


@pytest.mark.parametrize("source", [Anchor.NTP, Anchor.HUB])
@pytest.mark.parametrize("jump_ms", [7_200_000, 10 * 365 * 86_400_000])
def test_a_date_set_by_hand_is_not_believed_because_the_kernel_was_synced_before(source: int, jump_ms: int) -> None:
    """Systemd's flag file says "synced" until the next answer of a server, up to 34 minutes later."""
    made = clock(synced=True)
    made.offer(
        Anchor(boot=5, offset_ms=NOW_MS, error_ms=900, at_elapsed_ms=0, source=source)  # type: ignore[arg-type]  # its numbers
    )
    made.wall_offset_ms += jump_ms
    for _ in range(35):
        assert made.poll() is None
        assert made.true_ms() == made.elapsed_ms() + NOW_MS
        made.advance(60_000)
    made.wall_offset_ms -= jump_ms
    made.poll()
    true_ms = made.true_ms()
    assert true_ms is not None
    assert abs(true_ms - made.elapsed_ms() - NOW_MS) < 2_000
    made.wall_offset_ms += jump_ms
    for _ in range(200):
        made.poll()
        made.advance(60_000)
    assert made.true_ms() == made.wall_ms(), "what NTP lets stand is right after all"


def test_hub_time_that_contradicts_ntp_is_refused() -> None:
    made = clock(synced=True)
    made.poll()
    assert not made.offer(hub(made, NOW_MS + 86_400_000, error_ms=1))
    assert made.true_ms() == NOW_MS


def test_the_floor_never_moves_back_and_a_clock_before_it_is_unset() -> None:
    made = clock(synced=True)
    made.set_floor(Floor(NOW_MS + YEAR_MS))
    made.set_floor(Floor(NOW_MS - YEAR_MS))
    assert made.stamp().quality == UNSET
    assert Floor.decode(Floor(5).encode()) == Floor(5)


def test_running_time_counts_all_boots_and_restarts_but_not_the_time_off() -> None:
    running = RunningTime()
    assert running.total_at(1, 5_000) == 5_000
    assert running.total_at(1, 65_000) == 65_000
    running = RunningTime.decode(running.encode())
    assert running.total_at(1, 70_000) == 70_000, "a restart of the process within a boot"
    assert running.total_at(2, 4_000) == 74_000
    assert running.total_at(2, 4_000) == 74_000
    assert running.total_at(2, 3_000) == 74_000, "never back"


def test_the_system_clock_reads_this_machine() -> None:
    made = SystemClock()
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    assert f"{made.boot:016x}" == boot_id.replace("-", "")[:16]
    stamp = made.stamp(device_time_ms=-5)
    assert abs(stamp.wall_ms - time.time_ns() // 1_000_000) < 10_000
    assert stamp.elapsed_ms <= made.elapsed_ms()
    assert stamp.device_time_ms == -5
