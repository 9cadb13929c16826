"""Keeps a running box's identity: waits for a claim, renews, and asks the hub's other port why the box is not served.

gRPC says only "unavailable"; what stands between box and hub, or what the hub has against the box, is found here, part
by part, while nothing gets through. Nothing on site waits for any of it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from anju_edge.identity.enrolment_client import NotServed, Part
from anju_edge.identity.key import Identity, IdentityDamaged, IdentityMissing, read_identity
from anju_edge.identity.reasons import TROUBLE_OF, cause_of
from anju_edge.identity.renewal import LOOK_EVERY_S, Renewal, why_not_served
from anju_protos.enrolment import Reason

log = logging.getLogger(__name__)

POLL_S: Final = 10.0
AWAY_S: Final = 60.0  # without the hub for so long, and the reason is asked
ASK_EVERY_S: Final = 300.0
ASK_SERVED_S: Final = 3600.0  # while it is there: only whether a clone is, too
ASK_JITTER: Final = 0.5  # of it: a whole district asks when its hub is back


class IdentityKeeper:
    """Composed by the box. `offline_s`: how long the hub has been away, 0 while it is there."""

    def __init__(
        self,
        data: Path,
        true_ms: Callable[[], int | None],
        offline_s: Callable[[], float],
        monotonic_s: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._data = data
        self._true_ms = true_ms
        self._offline_s = offline_s
        self._monotonic_s = monotonic_s
        self._rng = rng or random.Random()
        self._renewal: Renewal | None = None
        self._damage: NotServed | None = None
        self._reason: NotServed | None = None
        self._ask_at_s = 0.0
        self._ask_served_at_s = monotonic_s() + ASK_SERVED_S
        self._renew_at_s = 0.0

    async def run(self) -> None:
        """Never returns."""
        while True:
            await self.look()
            await asyncio.sleep(POLL_S)

    async def look(self) -> None:
        """Does what is due now."""
        identity = await asyncio.to_thread(self._read)  # a card that hangs must not hold up an alarm
        if identity is None:
            return
        if self._renewal is None or self._renewal.identity != identity:
            self._renewal = Renewal(self._data, identity, self._true_ms, rng=self._rng)
            self._renew_at_s = 0.0  # claimed, or claimed anew: look at once
        now_s = self._monotonic_s()
        is_away = self._offline_s() >= AWAY_S
        if not is_away and (self._reason is None or self._reason.reason is not Reason.CLONED):
            self._reason = None
        if now_s >= (self._ask_at_s if is_away else self._ask_served_at_s):
            spread = 1 - self._rng.uniform(0, ASK_JITTER)
            self._ask_at_s = now_s + ASK_EVERY_S * spread
            self._ask_served_at_s = now_s + ASK_SERVED_S * spread
            await self._ask(identity, is_away=is_away)
        if now_s >= self._renew_at_s:
            await self._renewal.look()
            self._renew_at_s = now_s + min(self._renewal.wait_s(), LOOK_EVERY_S)

    def troubles(self) -> dict[str, str]:
        """Codes of `health/trouble_codes.py` with the cause in this case."""
        failure = self._renewal.failure if self._renewal is not None else None
        if self._renewal is not None and failure is not None and self._renewal.tries < 3 and self._reason is None:
            failure = None  # a line that was away for a moment
        found = [self._damage, self._reason or failure]
        return {TROUBLE_OF[one.reason]: cause_of(one) for one in found if one is not None}

    async def _ask(self, identity: Identity, *, is_away: bool) -> None:
        found = await why_not_served(identity)
        if found is not None and not is_away and found.reason is not Reason.CLONED:
            found = None  # it is served all the same; what else the hub says is the renewal's matter
        earlier = self._reason
        self._reason = found
        if found is not None and (earlier is None or earlier.reason is not found.reason):
            log.warning("the hub does not serve this box: %s", found)
        if found is not None and found.reason is Reason.CERTIFICATE_ENDED and self._renewal is not None:
            self._renewal.poke()
            self._renew_at_s = 0.0

    def _read(self) -> Identity | None:
        try:
            identity = read_identity(self._data)
        except IdentityMissing:
            self._damage = None
            return None
        except (IdentityDamaged, OSError) as error:
            self._damage = NotServed(Reason.KEY_DAMAGED, Part.CERTIFICATE, str(error))
            return None
        damage = identity.damage
        self._damage = NotServed(Reason.KEY_DAMAGED, Part.CERTIFICATE, damage) if damage else None
        return identity
