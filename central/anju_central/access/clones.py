"""Notices a cloned box: two machines that speak with one key.

Each start of a box has a boot id of its own, and a box never goes back to an earlier one. Where two run from copies of
one card, each takes the other's place and the earlier boot comes again and again. Nothing is refused for it: what
either hears may be a call for help. One return may be a frame that was long on its way, so it takes two within an hour.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

log = logging.getLogger(__name__)

RETURNS: Final = 2
WITHIN_S: Final = 3600.0
EARLIER_BOOTS: Final = 8  # of a box that are remembered
MAX_BOXES: Final = 10_000


@dataclass(slots=True)
class _Boots:
    newest: int
    earlier: deque[int] = field(default_factory=lambda: deque(maxlen=EARLIER_BOOTS))
    returned_s: deque[float] = field(default_factory=lambda: deque(maxlen=RETURNS))
    peers: str = ""


class CloneWatch:
    """Boot ids of the boxes that are there. Times are monotonic seconds.

    `on_clone` is called with a box when two machines turn out to speak with its key, once until they have been quiet
    for an hour.
    """

    def __init__(self) -> None:
        self._boxes: dict[str, _Boots] = {}
        self.on_clone: Callable[[str], None] = lambda _box: None

    def came(self, box: str, boot: int, peer: str, now_s: float) -> None:
        """Notes that a box began a session; `box` is proven or configured, so their number is bounded."""
        if not boot:  # a box that does not say
            return
        known = self._boxes.get(box)
        if known is None:
            if len(self._boxes) < MAX_BOXES:
                self._boxes[box] = _Boots(boot, peers=peer)
            return
        if boot == known.newest:
            return
        if boot in known.earlier:
            was = self.is_cloned(box, now_s)
            known.returned_s.append(now_s)
            if not was and self.is_cloned(box, now_s):
                log.warning(
                    "box %s: two machines speak with its key (%s, %s); put one out of use", box, known.peers, peer
                )
                self.on_clone(box)
        known.earlier.append(known.newest)
        known.newest = boot
        known.peers = peer

    def is_cloned(self, box: str, now_s: float) -> bool:
        """Returns whether two machines spoke with a box's key within the last hour."""
        known = self._boxes.get(box)
        return known is not None and sum(now_s - at_s <= WITHIN_S for at_s in known.returned_s) >= RETURNS
