"""What the pacer takes as a word about the line, and what not."""

from __future__ import annotations

from anju_edge.sync.pacing import RATE_WINDOW_S, SLOW_RATE_WINDOW_S, Pacer
from anju_edge.sync.send_window import SendWindow


def measured(pacer: Pacer, now: float, *, size: int = 6_000, took: float = 0.4) -> float:
    """Sends one batch and takes its ack; returns the time then."""
    sent = pacer.sent(size, now)
    pacer.acked(sent, now + took)
    return now + took


def test_a_bad_stretch_on_a_slow_line_does_not_shrink_what_may_be_in_flight() -> None:
    pacer = Pacer()
    now = measured(pacer, 0.0)
    assert pacer.slow
    good = pacer.window_bytes
    while now < SLOW_RATE_WINDOW_S - 4:
        now = measured(pacer, now, took=3.0)
    assert now > RATE_WINDOW_S
    assert pacer.window_bytes == good
    for _ in range(3):
        now = measured(pacer, now, took=3.0)
    assert pacer.window_bytes < good


def test_waiting_for_the_hubs_credit_says_nothing_about_the_line() -> None:
    pacer = Pacer()
    now = measured(pacer, 0.0)
    window = SendWindow([], {}, pacer, batch_events=500)
    for _ in range(20):
        assert window.next_read(now) is None  # there is no credit
        now = measured(pacer, now, took=3.0)
    assert pacer.rate == 6_000 / 0.4
