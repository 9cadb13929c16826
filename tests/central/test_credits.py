"""Credits come several at a time on a fast line and one by one on a slow one."""

from __future__ import annotations

from anju_central.ingest.credits import GATHER_S, CreditLine, CreditPool


def answered_batch(pool: CreditPool, line: CreditLine, now: float) -> int:
    """One batch comes and is answered; returns the credits for it."""
    assert pool.used(line, now)
    return pool.answered(line, now)


def test_a_fast_box_gets_credits_in_handfuls() -> None:
    pool = CreditPool(window=8)
    line, first = pool.join(0.0)
    assert first == 8
    given = [answered_batch(pool, line, 0.001 * number) for number in range(1, 9)]
    assert given == [0, 0, 0, 4, 0, 0, 0, 4]


def test_a_slow_box_does_not_wait_for_a_handful() -> None:
    pool = CreditPool(window=8)
    line, _ = pool.join(0.0)
    assert [answered_batch(pool, line, 2 * GATHER_S * number) for number in range(1, 5)] == [1, 1, 1, 1]
    assert line.given == 8
