"""The box's clock: what it claims of the date under jumps, and that running time never cares."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from anju_edge.clock import Floor, RunningTime, SimulatedClock, SystemClock
from anju_edge.date_check import LATEST_MS, RELEASED_MS, SECOND_LOOK_MS, STANDS_MS
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


@pytest.mark.parametrize("wrong_ms", [0, 1_000, RELEASED_MS - 1, LATEST_MS + 1, 2**62])
def test_a_date_that_this_software_cannot_live_in_is_never_believed(wrong_ms: int) -> None:
    made = clock(synced=False, wall_ms=0)
    for _ in range(200):
        assert not made.offer(hub(made, wrong_ms))
        made.advance(60_000)
    assert made.true_ms() is None
    assert made.offer(hub(made)), "and the right one at once"


@pytest.mark.parametrize("wrong_ms", [NOW_MS + 10 * YEAR_MS, NOW_MS - 10 * 86_400_000, NOW_MS + 2 * 86_400_000])
def test_one_wrong_hub_date_does_not_replace_the_one_this_boot_has(
    wrong_ms: int, caplog: pytest.LogCaptureFixture
) -> None:
    made = clock(synced=False)
    assert made.offer(hub(made))
    for _ in range(4):  # the questions of one contact
        made.advance(1_000)
        assert not made.offer(hub(made, wrong_ms + made.elapsed_ms(), error_ms=1))
    assert made.wants_second_look()
    assert caplog.text.count("check the clock there") == 1, "said once"
    made.advance(60_000)
    made.offer(hub(made, NOW_MS + made.elapsed_ms()))
    assert not made.wants_second_look(), "the hub has mended its clock"
    assert made.true_ms() == NOW_MS + made.elapsed_ms()
    made.advance(600_000)
    assert not made.offer(hub(made, wrong_ms + made.elapsed_ms(), error_ms=1)), "wrong again is a first look again"


def test_a_wrong_first_date_is_corrected_by_one_that_stands() -> None:
    made = clock(synced=False, wall_ms=0)
    assert made.offer(hub(made, NOW_MS + YEAR_MS, error_ms=1)), "nothing is known to compare it with"
    made.advance(5_000)
    assert not made.offer(hub(made, NOW_MS, error_ms=150))
    made.advance(STANDS_MS)
    assert made.offer(hub(made, NOW_MS + STANDS_MS, error_ms=150)), "measured less exactly, and right all the same"
    assert made.true_ms() == NOW_MS + STANDS_MS
    assert made.stamp().quality == UNSET


@pytest.mark.parametrize(
    ("off_days", "looks_s"),
    [(0, 0), (1, 0), (2, SECOND_LOOK_MS // 1000), (3_650, SECOND_LOOK_MS // 1000), (-2, STANDS_MS // 1000)],
)
def test_the_first_date_of_a_boot_is_compared_with_what_earlier_boots_knew(off_days: int, looks_s: int) -> None:
    made = clock(synced=False, wall_ms=0)
    made.set_floor(Floor(NOW_MS))
    told_ms = NOW_MS + off_days * 86_400_000 - 1
    waited_s = 0
    while not made.offer(hub(made, told_ms + made.elapsed_ms())):
        assert made.true_ms() is None
        assert made.wants_second_look()
        made.advance(1_000)
        waited_s += 1
    assert waited_s == looks_s
    assert made.true_ms() == told_ms + made.elapsed_ms()


def test_two_measurements_that_disagree_are_no_second_look() -> None:
    made = clock(synced=False, wall_ms=0)
    made.set_floor(Floor(NOW_MS))
    for day in range(2, 30):
        assert not made.offer(hub(made, NOW_MS + day * 86_400_000))
        made.advance(SECOND_LOOK_MS)
    assert made.true_ms() is None


def test_a_floor_from_a_wrong_date_gives_way_to_a_date_that_stands() -> None:
    made = clock(synced=False, wall_ms=0)
    made.set_floor(Floor(NOW_MS + 10 * YEAR_MS))
    assert not made.offer(hub(made))
    made.advance(STANDS_MS)
    assert made.offer(hub(made, NOW_MS + STANDS_MS))
    assert made.true_ms() == NOW_MS + STANDS_MS


def test_a_restart_of_the_service_keeps_the_date_of_the_boot_and_another_boot_does_not() -> None:
    made = clock(synced=False, wall_ms=0)
    made.advance(1_000)
    assert made.offer(hub(made))
    kept = Floor.decode(Floor(NOW_MS, made.anchor()).encode())
    again = clock(synced=False, wall_ms=0)
    again.advance(90_000)
    again.set_floor(kept)
    assert again.true_ms() == NOW_MS + 89_000
    other = SimulatedClock(boot=6, synced=False, manual=True)
    other.set_wall(0)
    other.set_floor(kept)
    assert other.true_ms() is None


@pytest.mark.parametrize("kept", [b'{"true_ms": -1}', b'{"true_ms": 9223372036854775807}'])
def test_a_kept_date_that_cannot_be_is_none(kept: bytes) -> None:
    assert Floor.decode(kept) == Floor()


@pytest.mark.parametrize(
    "kept", [b"{", b"{}", b"[]", b'{"true_ms": 1, "anchor": "zz"}', b'{"true_ms": 1, "anchor": "ff"}']
)
def test_a_damaged_row_is_no_floor(kept: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Floor.decode(kept)
