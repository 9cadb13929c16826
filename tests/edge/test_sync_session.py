"""What the box makes of a Welcome, and the batches that follow: tables of (state, input) -> decision."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_edge.journal.streams import StreamInfo
from anju_edge.sync.box_identity import BoxIdentity
from anju_edge.sync.control_channel import anchor_from
from anju_edge.sync.pacing import LEAST_WINDOW_BYTES, Backoff, Pacer
from anju_edge.sync.send_window import Acked, Read, Rewound, SendWindow, Stuck
from anju_edge.sync.session import (
    LOCKED,
    Forked,
    Refused,
    Resume,
    SyncSession,
    fill_trimmed_gap,
    first_held,
    judge,
    points_to_check,
    should_seal,
)
from anju_edge.sync.settings import SyncSettings
from anju_protos.v1.control_pb2 import TimeAnswer
from anju_protos.v1.event_pb2 import ACTIVITY, ALARM, TELEMETRY, Anchor, Stamp
from anju_protos.v1.uplink_pb2 import Ack, Batch, Checkpoint, Cursor, Refusal, Skip, Welcome

A, B, C = b"a" * 16, b"b" * 16, b"c" * 16
EPOCH = b"e" * 16


def info(
    stream: bytes = A, lane: int = TELEMETRY, first: int = 1, last: int = 10, acked: int = 5, **more: bool
) -> StreamInfo:
    return StreamInfo(stream, lane, first, last, more.get("sealed", False), acked, hash_of(acked), "install")


def hash_of(seq: int, copy: str = "") -> bytes:
    return f"hash {seq}{copy}".encode().ljust(32, b".")


def welcome(*cursors: Cursor, checkpoints: tuple[Checkpoint, ...] = ()) -> Welcome:
    return Welcome(hub_epoch=EPOCH, cursors=cursors, checkpoints=checkpoints, zstd=True)


def at(seq: int, copy: str = "", stream: bytes = A) -> Cursor:
    return Cursor(stream=stream, seq=seq, hash=hash_of(seq, copy) if seq else b"")


def point(seq: int, copy: str = "") -> Checkpoint:
    return Checkpoint(stream=A, seq=seq, hash=hash_of(seq, copy))


def ours(streams: list[StreamInfo], answer: Welcome) -> dict[tuple[bytes, int], bytes | None]:
    return {(stream, seq): hash_of(seq) for stream, seq in points_to_check(streams, answer)}


@pytest.mark.parametrize(
    ("held", "cursor", "verdict"),
    [
        (info(), at(5), Resume({A: 5}, restored=False, zstd=True)),
        (info(), at(8), Resume({A: 8}, restored=False, zstd=True)),  # acks were lost
        (info(), at(3), Resume({A: 3}, restored=True, zstd=True)),  # the hub forgot
        (info(), at(0), Resume({A: 0}, restored=True, zstd=True)),
        (info(), at(7, "'"), Forked({A: 0}, [A])),
        (info(), at(12), Forked({A: 0}, [A])),  # further than we ever were
        (info(sealed=True), at(10), Resume({A: 10}, restored=False, zstd=True)),
        (info(sealed=True), at(12), Forked({A: 0}, [A])),
        (info(sealed=True, acked=10), at(10, "'"), Resume({A: 10}, restored=False, zstd=True)),  # left behind
    ],
)
def test_a_cursor_tells_where_to_go_on(held: StreamInfo, cursor: Cursor, verdict: object) -> None:
    answer = welcome(cursor)
    assert judge([held], answer, ours([held], answer)) == verdict


def test_after_a_fork_the_last_common_point_holds_and_all_live_streams_are_left() -> None:
    streams = [info(), info(B, ALARM, last=4, acked=4), info(C, ACTIVITY, sealed=True)]
    answer = welcome(at(9, "'"), at(4, stream=B), at(6, stream=C), checkpoints=(point(2), point(6), point(8, "'")))
    verdict = judge(streams, answer, ours(streams, answer))
    assert verdict == Forked({A: 6, B: 4}, [A])


def test_what_is_trimmed_was_common() -> None:
    held = info(first=5)
    answer = welcome(at(12, "'"))
    assert judge([held], answer, {}) == Forked({A: 4}, [A])


def test_what_was_let_go_and_is_not_at_the_hub_any_more_is_said() -> None:
    held = info(first=7)  # confirmed up to 6, and trimmed
    answer = welcome(at(12, "'"), checkpoints=(point(3, "'"), point(6, "'")))
    known = {(A, 6): hash_of(6), (A, 3): None}
    assert judge([held], answer, known) == Forked({A: 6}, [A], gone={A: 6})
    same = welcome(at(12, "'"), checkpoints=(point(6),))
    assert judge([held], same, known) == Forked({A: 6}, [A])
    still_here = info(first=1)
    assert judge([still_here], answer, {(A, 6): hash_of(6), (A, 3): hash_of(3)}) == Forked({A: 0}, [A])


def test_a_hash_nobody_knows_is_no_fork() -> None:
    answer = welcome(at(7, "'"))
    assert isinstance(judge([info()], answer, {(A, 7): None}), Resume)


def test_what_a_missing_key_hides_is_neither_confirmed_nor_left_out_of_a_fork() -> None:
    """A disk that was put back, at a start that has no keys yet: box and hub may have gone different ways."""
    welcome = Welcome(cursors=[Cursor(stream=A, seq=9, hash=hash_of(9, "another"))])
    hashes = {(A, 9): LOCKED}
    assert judge([info()], welcome, hashes) == Resume({A: 9}, False, False, frozenset({A}))
    welcome.cursors.append(Cursor(stream=B, seq=8, hash=hash_of(8, "another")))
    hashes[(B, 8)] = hash_of(8)
    verdict = judge([info(), info(B)], welcome, hashes)
    assert isinstance(verdict, Forked)
    assert (verdict.common[A], verdict.streams) == (5, [B]), "only what this disk knows to be confirmed"
    welcome.cursors.append(Cursor(stream=C, seq=12))
    assert judge([info(C)], welcome, {(C, 12): LOCKED}) == Forked({C: 0}, [C]), "no hash is no common hash"


def test_streams_left_behind_do_not_fork_again() -> None:
    held = info(sealed=True)
    answer = welcome(at(7, "'"))
    assert isinstance(judge([held], answer, ours([held], answer), left={A}), Resume)


def test_a_stream_the_hub_never_takes_gets_new_numbers() -> None:
    answer = welcome(at(5))
    verdict = judge([info()], answer, ours([info()], answer), stuck={A: 5})
    assert verdict == Forked({A: 5}, [A])


def test_copies_in_memory_that_are_gone_are_not_called_lost() -> None:
    """While the disk did not take alarms five copies were offered, two were sent; then the disk came back."""
    copies = StreamInfo(A, ALARM, 1, 5, False, 2, hash_of(2), "unrecorded")
    assert first_held(copies, [info(B)]) <= 3
    assert first_held(info(A, last=5), [info(B)]) == 6


def test_of_streams_that_are_done_none_is_asked_for_again() -> None:
    done = info(first=11, sealed=True, acked=10)
    window = SendWindow([done, info(B)], {A: 10, B: 5}, Pacer(), batch_events=10)
    window.credited(9)
    for now in range(3):
        window.changed()
        read = window.next_read(now)
        assert read is not None
        assert read.info.stream == B
        window.on_read(read, None, now)
        assert window.next_read(now) is None
    restored = SendWindow([done], {A: 0}, Pacer(), batch_events=10)
    restored.credited(1)
    assert restored.next_read(0) is not None


@pytest.mark.parametrize(
    ("code", "name"),
    [(Refusal.BOX_UNKNOWN, "BOX_UNKNOWN"), (Refusal.PROTOCOL_UNKNOWN, "PROTOCOL_UNKNOWN"), (77, "CODE_77")],
)
def test_a_refusal_is_named_also_one_of_a_later_version(code: Refusal.Code.ValueType, name: str) -> None:
    answer = Welcome(refusal=Refusal(code=code, message="why"))
    assert judge([info()], answer, {}) == Refused(name, "why")


def test_fields_of_a_later_version_are_passed_over() -> None:
    data = welcome(at(5)).SerializeToString() + b"\xfa\x3e\x03new"  # field 1007
    answer = Welcome.FromString(data)
    assert isinstance(judge([info()], answer, ours([info()], answer)), Resume)


def test_another_epoch_is_a_restored_hub() -> None:
    answer = welcome(at(5))
    verdict = judge([info()], answer, ours([info()], answer), known_epoch=b"x" * 16)
    assert verdict == Resume({A: 5}, restored=True, zstd=True)


@pytest.mark.parametrize(
    ("waiting", "offline_s", "seal"), [(6_000, 1, True), (4_000, 1, False), (600, 700, True), (100, 9_999, False)]
)
def test_when_a_backlog_is_sealed(waiting: int, offline_s: float, seal: bool) -> None:
    assert should_seal(waiting, offline_s, SyncSettings()) is seal


def test_what_is_trimmed_is_said_as_lost() -> None:
    held = Batch(stream=A, first_seq=8, events=[b"8"], hash_end=hash_of(8))
    sent = fill_trimmed_gap(A, 3, 8, held, hash_of(7))
    lost = Skip(first=4, last=7, cause=Skip.LOST_AT_HUB, hash_after=hash_of(7))
    assert sent == Batch(stream=A, first_seq=4, skips=[lost], events=[b"8"], hash_end=hash_of(8))
    assert fill_trimmed_gap(A, 3, 8, None, None).skips[0].last == 7
    assert first_held(info(), []) == 11
    assert first_held(info(), [info(first=4)]) == 4


# ---- what is in flight


def flowing(*streams: StreamInfo, credits: int = 9) -> SendWindow:
    window = SendWindow(streams, {held.stream: held.acked for held in streams}, Pacer(), batch_events=3)
    window.credited(credits)
    return window


def send(window: SendWindow, count: int = 1, now: float = 0.0) -> Read:
    read = window.next_read(now)
    assert read is not None
    batch = Batch(stream=read.info.stream, first_seq=read.after + 1, events=[b"x"] * count)
    assert window.on_read(read, batch, now) is not None
    return read


def test_live_before_sealed_and_lanes_in_order() -> None:
    sealed = info(b"s" * 16, ALARM, sealed=True)
    window = flowing(sealed, info(A, TELEMETRY), info(B, ACTIVITY))
    order = []
    while (read := window.next_read(0.0)) is not None:
        order.append(read.info.stream)
        window.on_read(read, None, 0.0)
    assert order == [B, A, b"s" * 16]


def test_no_credit_no_batch() -> None:
    window = flowing(info(), credits=1)
    send(window)
    assert window.next_read(0.0) is None
    window.credited(1)
    send(window)


def test_news_while_the_journal_looked_is_not_missed() -> None:
    window = flowing(info())
    read = window.next_read(0.0)
    assert read is not None
    window.changed()
    window.on_read(read, None, 0.0)
    assert window.next_read(0.0) is not None


def test_acks_confirm_and_a_rewind_voids_what_is_in_flight() -> None:
    window = flowing(info())
    for _ in range(3):
        send(window, 2)
    assert window.in_flight(A) == (6, 11)
    assert window.acked(Ack(stream=A, seq=7), 0.1) == [Acked(A, 7)]
    assert window.acked(Ack(stream=A, seq=7, rewind=True), 0.2) == [Rewound(A, 7)]
    assert send(window).after == 7
    assert window.acked(Ack(stream=A, seq=7, rewind=True), 0.3) == []  # the answer to a batch that is void
    assert window.acked(Ack(stream=A, seq=8), 0.4) == [Acked(A, 8)]


def test_no_progress_after_two_rewinds_is_stuck() -> None:
    window = flowing(info())
    send(window)
    assert window.acked(Ack(stream=A, seq=5, rewind=True), 0.0) == [Rewound(A, 5)]
    send(window)
    assert window.acked(Ack(stream=A, seq=5, rewind=True), 0.0) == [Stuck(A, 5)]


def test_a_hub_that_goes_back_in_a_session_is_greeted_again() -> None:
    window = flowing(info())
    send(window)
    assert window.acked(Ack(stream=A, seq=2, rewind=True), 0.0) == [Stuck(A, 2)]


def test_an_older_session_may_have_got_further() -> None:
    window = flowing(info())
    send(window)
    assert window.acked(Ack(stream=A, seq=9), 0.0) == [Acked(A, 9)]
    assert send(window).after == 9


@given(seed=st.integers(0, 2**32))
def test_any_answers_keep_the_books_balanced(seed: int) -> None:
    rng = random.Random(seed)
    window = flowing(info(A, ACTIVITY), info(B), credits=50)
    now = 0.0
    for _ in range(60):
        now += rng.random()
        if rng.random() < 0.6 and (read := window.next_read(now)) is not None:
            batch = Batch(stream=read.info.stream, first_seq=read.after + 1, events=[b"x"] * rng.randint(1, 3))
            window.on_read(read, rng.choice((batch, None)), now)
        else:
            stream = rng.choice((A, B))
            window.acked(Ack(stream=stream, seq=rng.randint(0, 40), rewind=rng.random() < 0.3), now)
        window.changed()
        assert window._pacer.in_flight >= 0
        assert (window._pacer.in_flight == 0) == (window.in_flight(A) is None and window.in_flight(B) is None)


# ---- pacing


def drive(pacer: Pacer, *, rate: float, rtt_s: float, seconds: float, stall: tuple[float, float] = (0, 0)) -> float:
    """Sends as fast as the pacer allows over a line with a queue; returns the share of the line that was used."""
    now, line_free, delivered = 0.0, 0.0, 0
    acks: list[tuple[float, object, int]] = []
    while now < seconds:
        while pacer.may_send(now):
            size = pacer.batch_bytes
            sent = pacer.sent(size, now)
            line_free = max(line_free, now) + size / rate
            if stall[0] <= line_free < stall[1]:
                line_free = stall[1]
            acks.append((line_free + rtt_s, sent, size))
        now, token, size = acks.pop(0)
        pacer.acked(token, now)  # type: ignore[arg-type]  # what sent() returned
        delivered += size
    return delivered / rate / seconds


@pytest.mark.parametrize(("rate", "rtt_s"), [(32_000, 0.3), (1_000_000, 0.05), (20_000_000, 0.002), (4_000, 0.6)])
def test_the_line_is_used_and_its_queue_stays_short(rate: float, rtt_s: float) -> None:
    pacer = Pacer()
    assert drive(pacer, rate=rate, rtt_s=rtt_s, seconds=60) > 0.8
    queue_s = pacer.window_bytes / rate - rtt_s
    assert queue_s < 0.3 + rtt_s + 2 * LEAST_WINDOW_BYTES / rate


def test_a_stall_does_not_shrink_the_window() -> None:
    pacer = Pacer()
    drive(pacer, rate=32_000, rtt_s=0.3, seconds=20)
    before = pacer.window_bytes
    assert drive(Pacer(), rate=32_000, rtt_s=0.3, seconds=40, stall=(20, 23)) > 0.7
    assert before > 32_000 * 0.3


def test_waits_double_and_are_jittered() -> None:
    backoff = Backoff(1.0, 8.0, random.Random(1))
    waits = [backoff.next_delay_s() for _ in range(6)]
    for wait, middle in zip(waits, (1, 2, 4, 8, 8, 8), strict=True):
        assert middle / 2 <= wait <= middle * 1.5
    backoff.succeeded()
    assert backoff.next_delay_s() <= 1.5


def test_hub_time_belongs_to_the_middle_of_the_round_trip() -> None:
    anchor = anchor_from(TimeAnswer(sent_elapsed_ms=1_000, hub_time_ms=1_790_000_000_000), boot=3, now_elapsed_ms=1_300)
    assert anchor is not None
    assert anchor.offset_ms == 1_790_000_000_000 - 1_150
    assert (anchor.boot, anchor.error_ms, anchor.source) == (3, 151, Anchor.HUB)


@pytest.mark.parametrize(
    ("sent_ms", "hub_ms", "now_ms"),
    [
        (2**64 - 1, 1_795_449_600_000, 5_000),  # not what we asked
        (5_001, 1_795_449_600_000, 5_000),
        (0, 1_795_449_600_000, 2**33),  # an answer that took 99 days
        (1_000, 2**63 - 1, 1_300),
        (1_000, -(2**63), 1_300),
    ],
)
def test_an_answer_that_is_no_time_is_no_anchor(sent_ms: int, hub_ms: int, now_ms: int) -> None:
    assert anchor_from(TimeAnswer(sent_elapsed_ms=sent_ms, hub_time_ms=hub_ms), boot=3, now_elapsed_ms=now_ms) is None


def session() -> SyncSession:
    return SyncSession(BoxIdentity("box-1", "ningdu", "test"), SyncSettings(alarm_resend_s=3, bulk_resend_s=10))


def test_a_hub_that_takes_nothing_makes_us_renumber_three_times_and_no_more() -> None:
    one = session()
    verdicts = []
    for _ in range(5):
        one.mark_stuck(A, 5)
        verdict = one.judge([info()], welcome(at(5)), {(A, 5): hash_of(5)})
        verdicts.append(type(verdict))
        if isinstance(verdict, Forked):
            one.forked(verdict)
    assert verdicts == [Forked, Forked, Forked, Resume, Resume]


def test_progress_on_a_stream_is_no_longer_stuck() -> None:
    one = session()
    one.mark_stuck(A, 5)
    one.confirmed(A, alarm=False)
    assert isinstance(one.judge([info()], welcome(at(5)), {(A, 5): hash_of(5)}), Resume)


def test_an_alarm_waits_twice_as_long_each_time_and_starts_again_after_an_ack() -> None:
    one = session()
    waits = []
    for _ in range(4):
        waits.append(one.patience_s(alarm=True))
        one.patience_over(alarm=True)
        one.patience_over(alarm=False)
    assert waits == [3, 6, 10, 10]
    assert one.patience_s(alarm=False) == 10
    one.confirmed(A, alarm=True)
    assert one.patience_s(alarm=True) == 3


def test_the_other_channel_may_have_renumbered_already() -> None:
    one = session()
    verdict = Forked({A: 4}, [A])
    assert not one.is_forked_already(verdict, [info()])
    one.forked(verdict)
    assert one.is_forked_already(verdict, [info(sealed=True), info(B)])
    kept = info(sealed=True)
    assert isinstance(one.judge([kept], welcome(at(7, "theirs")), {(A, 7): hash_of(7)}), Resume), "left behind"


def test_a_hello_names_the_epoch_of_the_last_hub() -> None:
    one = session()
    assert one.hello([], Stamp(), []).hub_epoch == b""
    one.judge([info()], welcome(at(5)), {(A, 5): hash_of(5)})
    assert one.hello([], Stamp(), []).hub_epoch == EPOCH


def test_each_stream_is_sent_by_one_channel_and_what_is_done_is_named_by_bulk_alone() -> None:
    one = session()
    done = info(C, ALARM, last=5, sealed=True)
    streams = [info(A, ALARM), info(B), done, info(C, ALARM, sealed=True)]
    assert one.named(streams, alarm=True) == [streams[0], streams[1], streams[3]]
    assert one.named(streams, alarm=False) == streams
    assert one.sent_here(streams, alarm=True) == [streams[0]]
    assert one.sent_here(streams, alarm=False) == streams[1:]
