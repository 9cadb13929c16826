"""Whether a date that the box is told is to be believed: at once, after a second look, or never.

What the box knows to compare with: the anchor of this boot, whose running time nobody can set, and the last date that
an earlier boot was sure of. Nothing here stops a clock: while a date is doubted, the box goes on with the one it has,
or with none.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from anju_protos.stamps import CONTRADICTION_MS, anchor_error_ms
from anju_protos.v1.event_pb2 import Anchor

_log = logging.getLogger(__name__)

RELEASED_MS: Final = 1_793_491_200_000  # 2026-11-01: no event of this software is older, so an earlier date is wrong
LATEST_MS: Final = RELEASED_MS + 30 * 365 * 86_400_000  # no box of this release runs for so long
DAY_MS: Final = 86_400_000
SECOND_LOOK_MS: Final = 60_000  # a box that was off for days, or a hub that has not heard of its own time yet
STANDS_MS: Final = 600_000  # against what the box knows: a hub's clock that is being set is right again by then
NTP_STANDS_MS: Final = 3_600_000  # timesyncd asks its servers at least every 34 minutes and mends what a hand has set


def is_possible(true_ms: int) -> bool:
    """Whether this software can be running at that time, UTC ms."""
    return RELEASED_MS <= true_ms <= LATEST_MS


@dataclass(frozen=True, slots=True)
class _Doubted:
    """A date that waits for a second look: what was measured first, and when (running time of this boot)."""

    offset_ms: int
    error_ms: int
    since_ms: int


class DateCheck:
    """Judges measurements of the date, one after the other. Remembers one doubted date of each source."""

    def __init__(self) -> None:
        self._doubted: dict[int, _Doubted] = {}
        self._impossible: set[int] = set()  # sources whose last date cannot be: said once

    def waits_for(self, source: Anchor.Source.ValueType) -> bool:
        """True while a date from `source` waits for a second measurement."""
        return source in self._doubted

    def is_believed(self, measured: Anchor, known: Anchor | None, floor_ms: int) -> bool:
        """True for a date that fits what the box knows, or that has stood long enough against it.

        `known` is this boot's anchor; `floor_ms` the last date that an earlier boot was sure of, UTC ms, 0 = none.
        """
        now_ms = measured.at_elapsed_ms
        name = Anchor.Source.Name(measured.source)
        if not is_possible(now_ms + measured.offset_ms):
            if measured.source not in self._impossible:
                _log.warning("%s tells a date before this software or long after it: set the clock there", name)
            self._impossible.add(measured.source)
            return False
        self._impossible.discard(measured.source)
        stands_ms = _patience_ms(measured, known, floor_ms)
        if not stands_ms:
            self._doubted.pop(measured.source, None)
            return True
        doubted = self._doubted.get(measured.source)
        if doubted is None or _contradict(measured, doubted):
            if doubted is None:
                known_ms = now_ms + known.offset_ms if known is not None else floor_ms
                apart_s = (now_ms + measured.offset_ms - known_ms) // 1000
                _log.warning(
                    "%s tells a date %+d s from what is known: counts if it stands for %d s; check the clock there",
                    name, apart_s, stands_ms // 1000,
                )  # fmt: skip
            self._doubted[measured.source] = _Doubted(measured.offset_ms, measured.error_ms, now_ms)
            return False
        if now_ms - doubted.since_ms < stands_ms:
            return False
        del self._doubted[measured.source]
        return True


def _contradict(measured: Anchor, doubted: _Doubted) -> bool:
    apart_ms = abs(measured.offset_ms - doubted.offset_ms)
    return apart_ms > measured.error_ms + doubted.error_ms + CONTRADICTION_MS


def _patience_ms(measured: Anchor, known: Anchor | None, floor_ms: int) -> int:
    """How long a date must be told alike before it counts; 0 = at once."""
    now_ms, is_ntp = measured.at_elapsed_ms, measured.source == Anchor.NTP
    limit_ms = CONTRADICTION_MS + measured.error_ms
    if known is not None:
        limit_ms += anchor_error_ms(known, now_ms)
        if abs(measured.offset_ms - known.offset_ms) <= limit_ms:
            return 0
        return NTP_STANDS_MS if is_ntp else STANDS_MS
    true_ms = now_ms + measured.offset_ms
    if not floor_ms:
        return 0
    if true_ms + limit_ms < floor_ms:
        return NTP_STANDS_MS if is_ntp else STANDS_MS
    return SECOND_LOOK_MS if not is_ntp and true_ms > floor_ms + DAY_MS else 0
