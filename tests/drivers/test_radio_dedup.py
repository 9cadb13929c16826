"""Which copies of a radio message are one, and which press is which."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anju_drivers.radio_dedup import MAX_DEVICES, RadioDedup


def test_copies_within_the_window_are_one_message() -> None:
    dedup = RadioDedup()
    heard = [dedup.classify("r1", "d", b"panic", 3.0, at / 10) for at in range(12)]
    assert [one.is_copy for one in heard] == [False] + [True] * 11
    assert len({one.press for one in heard}) == 1
    assert not dedup.classify("r1", "d", b"panic", 3.0, 1.1 + 3.1).is_copy


def test_a_changed_state_passes_at_once_and_so_does_its_return() -> None:
    dedup = RadioDedup()
    heard = [dedup.classify("r1", "d", payload, 3.0, 0.1) for payload in (b"open", b"closed", b"open", b"open")]
    assert [one.is_copy for one in heard] == [False, False, False, True]
    assert len({one.press for one in heard}) == 3


def test_two_receivers_hear_one_press() -> None:
    dedup = RadioDedup()
    first = dedup.classify("r1", "d", b"panic", 3.0, 0.0)
    second = dedup.classify("r2", "d", b"panic", 3.0, 0.2)
    assert second.press == first.press
    assert second.is_copy
    released = dedup.classify("r1", "d", b"end", 3.0, 0.5)
    again = dedup.classify("r1", "d", b"panic", 3.0, 0.8)
    assert len({first.press, released.press, again.press}) == 3
    dedup.classify("r2", "d", b"end", 3.0, 0.6)
    assert dedup.classify("r2", "d", b"panic", 3.0, 0.9).press == again.press


def test_a_press_before_a_restart_is_not_one_after_it() -> None:
    assert (
        RadioDedup().classify("r", "d", b"p", 3.0, 0.0).press != RadioDedup().classify("r", "d", b"p", 3.0, 0.0).press
    )


def test_memory_is_bounded() -> None:
    dedup = RadioDedup()
    for number in range(3 * MAX_DEVICES):
        dedup.classify("r", f"d{number}", b"p", 3.0, number / 1000)
    assert len(dedup._last) <= MAX_DEVICES
    assert len(dedup._runs) <= MAX_DEVICES


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([b"p", b"q"]), st.floats(0, 5)), min_size=1, max_size=40)
)
def test_no_message_is_lost_and_copies_share_a_press(heard: list[tuple[str, bytes, float]]) -> None:
    """For one receiver: a message is a copy exactly when the one before had its payload and was not too long ago."""
    dedup, now_s = RadioDedup(), 0.0
    before: dict[str, tuple[bytes, float, bytes]] = {}
    presses: set[bytes] = set()
    for device, payload, gap_s in heard:
        now_s += gap_s
        message = dedup.classify("r", device, payload, 3.0, now_s)
        last = before.get(device)
        is_copy = last is not None and last[0] == payload and now_s - last[1] <= 3.0
        assert message.is_copy is is_copy
        assert (message.press in presses) is is_copy
        if last is not None and is_copy:
            assert message.press == last[2]
        presses.add(message.press)
        before[device] = payload, now_s, message.press
