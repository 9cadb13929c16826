"""Keeps the box's certificate young: from a third of its life on, jittered, for ever, also when it is over.

Whether it is time is asked of the box's corrected clock where it has one, else of the hub, which says its time in the
same answer that proves it is the hub. A certificate that cannot be renewed takes nothing away on site.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import load_pem_private_key

from anju_edge.identity.claim import read_grant
from anju_edge.identity.enrolment_client import HubCalls, NotServed, Pair, Part, reach
from anju_edge.identity.key import Identity, IdentityDamaged, store_renewed
from anju_protos.enrolment import NONCE_PATH, REASONS_PATH, RENEW_PATH, Reason

log = logging.getLogger(__name__)

JITTER: Final = 0.1  # of the life: the boxes of a district that were claimed in one day do not renew in one
LOOK_EVERY_S: Final = 6 * 3600.0
AGAIN_FIRST_S: Final = 60.0
AGAIN_MAX_S: Final = 3600.0
DAY_MS: Final = 86_400_000


def renew_at_ms(identity: Identity) -> int:
    """From when on this box renews, UTC ms by the hub's clock: a third of the life and up to a tenth more."""
    life_ms = identity.ends_ms - identity.issued_ms - DAY_MS  # it is backdated by a day
    spread = int.from_bytes(hashlib.sha256(identity.box.encode()).digest()[:4], "big") / 2**32
    return identity.issued_ms + DAY_MS + int(life_ms * (1 / 3 + JITTER * spread))


async def renew(data: Path, identity: Identity) -> Identity:
    """Gets a new certificate and the newest roots, and stores both. Raises NotServed, IdentityDamaged, OSError."""
    granted = await calls_of(identity).call(Part.CERTIFICATE, RENEW_PATH, {})
    grant = read_grant(granted, load_pem_private_key(identity.key_pem, None))
    return await asyncio.to_thread(store_renewed, data, identity, grant.chain_pem, grant.roots_pem)


async def hub_time_ms(identity: Identity) -> int:
    """The hub's clock, UTC ms. Raises NotServed."""
    answer = await calls_of(identity).call(Part.PROOF, NONCE_PATH)
    at_ms = answer.get("hub_time_ms")
    if not isinstance(at_ms, int):
        raise NotServed(Reason.HUB_FAULT, Part.PROOF, "the hub's answer is not whole")
    return at_ms


async def why_not_served(identity: Identity) -> NotServed | None:
    """Why the hub does not serve this box, part by part; None when all is well there."""
    try:
        await reach(identity.enrolment)
        answer = await calls_of(identity).call(Part.CERTIFICATE, REASONS_PATH, {})
    except NotServed as error:
        return error
    reason, facts = answer.get("reason"), answer.get("facts")
    with suppress(ValueError):
        known = Reason(str(reason))
        given = facts if isinstance(facts, dict) else {}
        return None if known is Reason.FINE else NotServed(known, Part.CERTIFICATE, "", given)
    return NotServed(Reason.HUB_FAULT, Part.CERTIFICATE, f"{reason}: a reason of a later version")


def calls_of(identity: Identity) -> HubCalls:
    """Calls by the box's certificate."""
    return HubCalls(identity.enrolment, identity.roots_pem, Pair(identity.key_pem, identity.chain_pem))


class Renewal:
    """Renews, look by look (`IdentityKeeper` says when). `identity` is the newest; `failure`: why the last try failed.

    `true_ms`: the box's corrected time, None while it knows none. Whoever streams sees the new files by itself.
    """

    def __init__(
        self,
        data: Path,
        identity: Identity,
        true_ms: Callable[[], int | None],
        rng: random.Random | None = None,
    ) -> None:
        self._data = data
        self._true_ms = true_ms
        self._rng = rng or random.Random()
        self._asks_hub = False  # the box's own time is not to be believed: the hub refused it
        self.identity = identity
        self.failure: NotServed | None = None
        self.tries = 0  # in a row that did not work

    def poke(self) -> None:
        """The next look is by the hub's time: the hub refused the box."""
        self._asks_hub = True

    async def look(self) -> bool:
        """Renews if it is time. Returns whether it did."""
        try:
            if self.identity.damage == "" and not await self._is_due():
                self.failure, self.tries = None, 0
                return False
            renewed = await renew(self._data, self.identity)
        except NotServed as error:
            self._note(error)
        except (IdentityDamaged, OSError) as error:
            self._note(NotServed(Reason.KEY_DAMAGED, Part.CERTIFICATE, str(error)))
        else:
            log.info("certificate renewed, good until %s", renewed.certificate.not_valid_after_utc.date())
            self.identity, self.failure, self.tries = renewed, None, 0
            return True
        return False

    def wait_s(self) -> float:
        """How long until the next look, seconds, jittered."""
        base = LOOK_EVERY_S if self.failure is None else min(AGAIN_MAX_S, AGAIN_FIRST_S * 2 ** min(self.tries - 1, 10))
        return base * self._rng.uniform(0.5, 1.0)

    async def _is_due(self) -> bool:
        now_ms = None if self._asks_hub else self._true_ms()
        if now_ms is None:
            now_ms = await hub_time_ms(self.identity)
            self._asks_hub = False
        return now_ms >= renew_at_ms(self.identity)

    def _note(self, error: NotServed) -> None:
        if self.failure is None or self.failure.reason is not error.reason:
            log.warning("certificate not renewed: %s", error)
        self.failure = error
        self.tries += 1
