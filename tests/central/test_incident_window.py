"""What one box is told of open incidents: bounded, P1 first, its own always, and the rest as a count."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from anju_central.live.incident_window import (
    FRAME_INCIDENTS,
    REFILL_BELOW,
    SHOWN_MAX,
    WAITING_MAX,
    IncidentWindow,
)
from anju_central.live.open_incidents import LiveIncidents
from anju_central.projections.projection import IncidentRecord
from anju_protos.v1.control_pb2 import Incident, IncidentChanges
from anju_protos.v1.event_pb2 import ACKED, NEW, P1, P2, RESOLVED, RINGING, SOS, EventRef

T0 = 1_790_000_000_000
ROOMY = 1 << 20


class Told:
    """What a box knows from the frames it took; after a gap it asks for the whole, saying `held`."""

    def __init__(self) -> None:
        self.held: list[EventRef] = []
        self.gaps = 0
        self.open: set[int] = set()
        self.closed: list[int] = []
        self.count = 0
        self.version = 0
        self.wholes = 0
        self.frames: list[IncidentChanges] = []

    def take(self, window: IncidentWindow, max_bytes: int = ROOMY) -> None:
        """Takes frames until there is nothing more."""
        while (frame := window.next_frame(max_bytes)) is not None:
            if frame.base not in (0, self.version):
                self.gaps += 1
                window.restart(self.held)
                continue
            if frame.base == 0:
                self.open.clear()
            self.version = frame.version
            self.open |= {one.id.seq for one in frame.upserts}
            self.closed += [one.id.seq for one in frame.closed]
            self.open -= {one.id.seq for one in frame.closed} | {ref.seq for ref in frame.unlisted}
            self.count = frame.open
            self.wholes += frame.whole_ends
            self.frames.append(frame)


class Hub:
    """Live incidents of one community that a test moves."""

    def __init__(self) -> None:
        self.live = LiveIncidents(lambda: T0)

    def put(
        self, *numbers: int, priority: int = P2, state: int = NEW, box: str = "box-1", unknown: bool = True
    ) -> None:
        for number in numbers:
            incident = Incident(id=ref(number), community="c", box=box, reasons=[SOS], unknown_device=unknown)
            incident.priority, incident.state = priority, state  # type: ignore[assignment]  # their numbers
            self.live.apply(IncidentRecord(incident, number, T0, T0 + number, "sos"))


def ref(number: int) -> EventRef:
    return EventRef(stream=b"s" * 16, seq=number)


def refs(numbers: Sequence[int]) -> list[EventRef]:
    return [ref(number) for number in numbers]


def test_of_very_many_the_gravest_and_what_the_box_holds_are_told_and_the_rest_is_a_count() -> None:
    hub, told = Hub(), Told()
    hub.put(*range(1, 16_001))
    hub.put(20_001, 20_002, priority=P1, state=RINGING, unknown=False)
    hub.put(30_001, state=RESOLVED)
    with hub.live.follow("c", "box-1") as window:
        assert window.next_frame(ROOMY) is None, "nothing before the box asks"
        window.restart(
            refs([5, 30_001, 99_999]),
        )
        told.take(window)
        assert (len(told.open), told.count, told.wholes) == (SHOWN_MAX + 1, 16_002, 1)
        assert {5, 20_001, 20_002, 16_000} <= told.open
        assert told.closed == [30_001], "it need not wait for its absence to be noticed"
        assert {one.id.seq for one in told.frames[0].upserts[:2]} == {20_001, 20_002}
        assert max(len(frame.upserts) for frame in told.frames) <= FRAME_INCIDENTS
        assert len(window) < 2 * SHOWN_MAX + 10


def test_a_change_of_what_is_not_listed_costs_the_line_nothing_but_the_count() -> None:
    hub, told = Hub(), Told()
    hub.put(*range(1, 1_001), box="box-2")
    with hub.live.follow("c", "box-1") as window:
        window.restart([])
        told.take(window)
        hub.put(3, box="box-2", state=ACKED)
        assert window.next_frame(ROOMY) is None
        hub.put(2_000, box="box-2", priority=4)
        told.take(window)
        assert (told.count, 2_000 in told.open) == (1_001, False)


def test_a_graver_one_takes_the_place_of_the_least_grave_and_what_closes_makes_room() -> None:
    hub, told = Hub(), Told()
    hub.put(*range(1, 1_001), box="box-2")
    with hub.live.follow("c", "box-1") as window:
        window.restart([])
        told.take(window)
        assert told.open == set(range(801, 1_001))
        hub.put(2_000, priority=P1, box="box-2", unknown=False)
        told.take(window)
        assert told.open == {*range(802, 1_001), 2_000}
        for number in range(802, 802 + SHOWN_MAX - REFILL_BELOW + 1):
            hub.put(number, state=RESOLVED, box="box-2")
        told.take(window)
        assert (len(told.open), told.count) == (SHOWN_MAX, 950)


def test_the_boxs_own_are_told_whatever_the_bound() -> None:
    """An operator answers number 900 of 1,000: the siren that sounds for it is the box's."""
    hub, told = Hub(), Told()
    hub.put(*range(1, 1_001), priority=P1, box="box-2", unknown=False)
    hub.put(2_000, priority=P2, state=RINGING, unknown=False)
    with hub.live.follow("c", "box-1") as window:
        window.restart([])
        told.take(window)
        hub.put(2_000, priority=P2, state=ACKED, unknown=False)
        told.take(window)
        assert told.frames[-1].upserts[0].state == ACKED
        hub.put(2_000, priority=P2, state=RESOLVED, unknown=False)
        told.take(window)
        assert told.closed == [2_000]


def test_an_answer_overtakes_a_flood_on_a_slow_line() -> None:
    hub, told = Hub(), Told()
    hub.put(1, priority=P1, state=RINGING, unknown=False)
    with hub.live.follow("c", "box-1") as window:
        window.restart([])
        told.take(window)
        hub.put(*range(2, 1_500))
        hub.put(*range(1_500, 1_550), priority=P1, state=RINGING, unknown=False)  # as grave, and newer
        hub.put(1, priority=P1, state=ACKED, unknown=False)
        frame = window.next_frame(4_000)
        assert frame is not None
        assert (frame.upserts[0].id.seq, frame.upserts[0].state) == (1, ACKED)
        assert frame.ByteSize() < 4_500


def test_a_box_that_takes_nothing_costs_a_bounded_number_of_keys() -> None:
    hub, told = Hub(), Told()
    with hub.live.follow("c", "box-1") as window:
        window.restart([])
        told.take(window)
        for number in range(1, 2 * WAITING_MAX):
            hub.put(number, state=RINGING)
            assert len(window) <= WAITING_MAX + 2 * SHOWN_MAX
        hub.put(7, state=ACKED)
        told.held = refs([7])
        told.take(window)
        assert (told.gaps, told.wholes) == (1, 2), "the whole instead of each change"
        assert len(told.open) == SHOWN_MAX + 1
        assert [one.state for frame in told.frames for one in frame.upserts if one.id.seq == 7] == [ACKED]
    assert not hub.live._communities["c"].windows


async def test_while_incidents_are_folded_anew_nothing_is_told_and_then_the_whole() -> None:
    hub, told = Hub(), Told()
    hub.put(1, 2)
    with hub.live.follow("c", "box-1") as window:
        window.restart([])
        told.take(window)
        hub.live.hold()
        hub.put(3)
        turn = asyncio.ensure_future(hub.live.whole())
        await asyncio.sleep(0)
        assert not turn.done()
        hub.live.release()
        assert await turn
        told.take(window)
        assert (told.gaps, told.wholes, told.open) == (1, 2, {1, 2, 3})
        heard: list[bool] = []
        window.on_news = lambda: heard.append(True)
        hub.live.close()
        assert heard
        assert not await hub.live.whole()
