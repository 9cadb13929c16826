"""Who was refused and why: counted for /metrics, and logged often enough to be seen, seldom enough to be read."""

from __future__ import annotations

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)
LOG_EVERY_S: Final = 60.0  # of one box for one reason
MOST_KNOWN: Final = 1_000  # boxes and reasons that are remembered; a stranger may call himself anything
MOST_NAME_CHARS: Final = 64


class RefusalLog:
    """All refusals of one hub. `counts` has how many there were of each reason since the start."""

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self.counts: Counter[str] = Counter()
        self._monotonic_s = monotonic_s
        self._logged: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()  # -> when, and how many since

    def note(self, reason: str, box: str, peer: str, what: str, sentence: str) -> None:
        """Counts a refusal. `box` as it says or proved, "" if neither; `peer` its address; `what` it asked for."""
        self.counts[reason] += 1
        now_s = self._monotonic_s()
        named = box[:MOST_NAME_CHARS]
        key = (named or peer.rpartition(":")[0], reason)
        logged_s, since = self._logged.get(key, (-LOG_EVERY_S, 0))
        if now_s - logged_s < LOG_EVERY_S:
            self._logged[key] = (logged_s, since + 1)
            return
        self._logged[key] = (now_s, 0)
        self._logged.move_to_end(key)
        if len(self._logged) > MOST_KNOWN:
            self._logged.popitem(last=False)
        more = f"; {since} times more since it was last logged" if since else ""
        log.warning("box %r at %s refused on %s: %s: %s%s", named, peer, what, reason, sentence, more)
