"""From a stamp to the true time, computed alike on box and hub; the stamp itself is never rewritten.

A box may not know the time when something happens: no clock chip, no network, a wrong date. What it always knows is
how long it has been running. When true time becomes known (NTP, or hub time with an error of half the round trip), an
`Anchor` gives that boot's offset, and every event of that boot, also the earlier ones, gets its time from it. Boots
that never learned the time lie between their neighbours and are shown as "about".
"""

from __future__ import annotations

from dataclasses import dataclass

from anju_protos.v1.event_pb2 import HELD, SYNCED, Anchor, Stamp

DRIFT_PPM = 50  # an untrimmed crystal, away from the moment of the anchor
UNBOUNDED_MS = 2**31 - 1  # error of a time that nothing bounds
CONTRADICTION_MS = 1_000  # hub time further from NTP than both errors and this is refused
MARGIN = 0.9  # a new anchor replaces an old one only if it is clearly better: clock_fix events are not free


@dataclass(frozen=True, slots=True)
class TrueTime:
    """A corrected time: UTC milliseconds, the bound on its error, and whether people should read it as "about"."""

    ms: int
    error_ms: int
    about: bool


def anchor_error_ms(anchor: Anchor, elapsed_ms: int) -> int:
    """Returns the error bound of `anchor` at another moment of the same boot: it grows 50 ppm away from it."""
    return anchor.error_ms + abs(elapsed_ms - anchor.at_elapsed_ms) * DRIFT_PPM // 1_000_000


@dataclass(slots=True)
class _Seen:
    """What was seen of one boot: the first and last elapsed time, in ms."""

    first_ms: int
    last_ms: int


class Anchors:
    """The best anchor of each boot of one box, and the order of its boots."""

    def __init__(self) -> None:
        self._best: dict[int, Anchor] = {}
        self._seen: dict[int, _Seen] = {}  # in order of first sight, which is the order of the streams
        self._began: dict[int, int] = {}  # place of a boot among those whose beginning was told

    def add(self, anchor: Anchor) -> bool:
        """Keeps `anchor` if it is new or better. Returns False for a worse one, or hub time that contradicts NTP.

        Of two from the same kind of source that contradict each other the later measured one holds: the box took it
        after a second look only, because the first was wrong. So any order of adding gives the same.
        """
        if not anchor.boot:
            return False
        known = self._best.get(anchor.boot)
        if known is not None:
            known_error = anchor_error_ms(known, anchor.at_elapsed_ms)
            apart = abs(known.offset_ms - anchor.offset_ms)
            contradicts = apart > known_error + anchor.error_ms + CONTRADICTION_MS
            if contradicts and known.source == Anchor.NTP and anchor.source == Anchor.HUB:
                return False
            if contradicts and known.source == anchor.source:
                if anchor.at_elapsed_ms <= known.at_elapsed_ms:
                    return False
            elif not (contradicts and anchor.source == Anchor.NTP) and anchor.error_ms >= known_error * MARGIN:
                return False
        kept = Anchor()
        kept.CopyFrom(anchor)
        self._best[anchor.boot] = kept
        return True

    def saw(self, stamp: Stamp) -> None:
        """Notes the order and extent of boots. Call it in the order of a stream; it costs two comparisons."""
        seen = self._seen.get(stamp.boot)
        if seen is None:
            self._seen[stamp.boot] = _Seen(stamp.elapsed_ms, stamp.elapsed_ms)
            return
        seen.first_ms = min(seen.first_ms, stamp.elapsed_ms)
        seen.last_ms = max(seen.last_ms, stamp.elapsed_ms)

    def began(self, boot: int, place: int) -> None:
        """Notes when a boot began: places rise from boot to boot. The first one told holds.

        First sight alone misleads where an alarm of the present boot comes ahead of all that waited from earlier ones.
        """
        self._began.setdefault(boot, place)

    def best(self, boot: int) -> Anchor | None:
        """Returns the best anchor of a boot, or None when its time was never learned."""
        return self._best.get(boot)

    def _order(self) -> list[int]:
        """Boots with an event, oldest first: by their told beginning, others behind the one they were seen after."""
        place = -1
        places: dict[int, int] = {}
        for boot in self._seen:
            place = self._began.get(boot, place)
            places[boot] = place
        return sorted(places, key=places.__getitem__)

    def correct(self, stamp: Stamp) -> TrueTime:
        """Returns the true time of a stamp: by its boot's anchor, else by its own clock's word, else by neighbours."""
        anchor = self._best.get(stamp.boot)
        if anchor is not None:
            return TrueTime(stamp.elapsed_ms + anchor.offset_ms, anchor_error_ms(anchor, stamp.elapsed_ms), about=False)
        if stamp.quality == SYNCED:
            return TrueTime(stamp.wall_ms, stamp.error_ms, about=False)
        low, high = self._bounds(stamp)
        if stamp.quality == HELD and (low is None or stamp.wall_ms >= low) and (high is None or stamp.wall_ms <= high):
            return TrueTime(stamp.wall_ms, stamp.error_ms or UNBOUNDED_MS, about=True)
        if low is not None and high is not None and low <= high:
            return TrueTime((low + high) // 2, (high - low + 1) // 2, about=True)
        if low is not None:
            return TrueTime(low, UNBOUNDED_MS, about=True)
        if high is not None:
            return TrueTime(high, UNBOUNDED_MS, about=True)
        return TrueTime(stamp.wall_ms, UNBOUNDED_MS, about=True)

    def _bounds(self, stamp: Stamp) -> tuple[int | None, int | None]:
        """The earliest and latest true time that the anchored neighbours allow, None where no side bounds it."""
        if stamp.boot not in self._seen:
            return None, None
        order = self._order()
        at = order.index(stamp.boot)
        low = high = None
        between_ms = stamp.elapsed_ms  # this boot began at or after the end of the anchored one before it
        for boot in reversed(order[:at]):
            before = self._best.get(boot)
            if before is not None:
                low = self._seen[boot].last_ms + before.offset_ms + between_ms
                break
            between_ms += self._seen[boot].last_ms
        left_ms = self._seen[stamp.boot].last_ms - stamp.elapsed_ms
        for boot in order[at + 1 :]:
            after = self._best.get(boot)
            if after is not None:
                high = after.offset_ms - left_ms
                break
            left_ms += self._seen[boot].last_ms
        return low, high
