"""True times at the hub: nothing is heard of before it happened."""

from __future__ import annotations

import pytest

from anju_central.live.box_times import BoxTimes
from anju_central.projections.projection import AnchorFound
from anju_protos.stamps import UNBOUNDED_MS, TrueTime
from anju_protos.v1.event_pb2 import HELD, Anchor, Stamp

BOX, BOOT = "box-1", 7
NOW_MS = 1_790_000_000_000


def told(error_ms: int) -> BoxTimes:
    """A box whose running time 0 was NOW_MS, as a time exchange with this error says."""
    times = BoxTimes()
    times.add_anchor(AnchorFound(BOX, Anchor(boot=BOOT, offset_ms=NOW_MS, error_ms=error_ms, source=Anchor.HUB)))
    return times


@pytest.mark.parametrize(
    ("received_ms", "true"),
    [
        (NOW_MS + 600, TrueTime(NOW_MS + 500, 200, about=False)),
        (NOW_MS + 500, TrueTime(NOW_MS + 500, 200, about=False)),
        (NOW_MS + 333, TrueTime(NOW_MS + 333, 33, about=False)),  # half of a slow exchange's round trip
        (NOW_MS + 300, TrueTime(NOW_MS + 300, 0, about=False)),
        (NOW_MS + 299, TrueTime(NOW_MS + 500, 200, about=False)),  # one of the clocks is wrong: shown, not hidden
        (None, TrueTime(NOW_MS + 500, 200, about=False)),
    ],
)
def test_a_fact_happened_before_it_came(received_ms: int | None, true: TrueTime) -> None:
    assert told(200).correct(BOX, Stamp(boot=BOOT, elapsed_ms=500), received_ms) == true


def test_what_nothing_bounds_was_when_it_came_at_the_latest() -> None:
    found = BoxTimes().correct(BOX, Stamp(boot=BOOT, quality=HELD, wall_ms=NOW_MS - 5), NOW_MS)
    assert found == TrueTime(NOW_MS, UNBOUNDED_MS, about=True)
