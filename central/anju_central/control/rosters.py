"""What boxes are told of their rosters: nothing, a delta or a snapshot, beside all else that goes down.

A box says what it has, by revision and digest, and is told what leads from there to what the hub has; it answers with
what it has then, and only then is told more. Snapshots of many boxes at once take turns, so that a district that comes
back does not fill the line and the hub's processor before its alarms.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import Enum
from typing import Final, Protocol

from anju_central.control.spells import Spells
from anju_protos.bundle import parts_of
from anju_protos.v1.control_pb2 import ControlDown, RosterDelta, RosterHeld

log = logging.getLogger(__name__)

SNAPSHOTS_AT_ONCE: Final = 24
ANSWER_WITHIN_S: Final = 60.0  # after a snapshot: a box that says nothing holds nobody up for longer
PART_BYTES: Final = 16_000
PART_BYTES_SLOW: Final = 4_000

Send = Callable[[ControlDown], Awaitable[None]]


class Bundle(Protocol):
    """A community's bundle; `registry.bundles.book.CommunityBundle` says what is what."""

    @property
    def revision(self) -> int: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def packed(self) -> bytes: ...

    def delta_from(self, revision: int, digest: bytes) -> RosterDelta | None: ...


class Bundles(Protocol):
    """Where bundles are; `registry.bundles.book.BundleBook` says what the methods do."""

    def of(self, community: str) -> Bundle | None: ...
    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]: ...


class Telling(Enum):
    """What a box is to be told."""

    NOTHING = "nothing"
    DELTA = "delta"  # where one leads from what it has, else a snapshot
    SNAPSHOT = "snapshot"


class RosterLine:
    """What one box has, and what to tell it. Without I/O."""

    def __init__(self) -> None:
        self._held: RosterHeld | None = None
        self._sent: tuple[int, bytes] | None = None
        self._was_delta = False
        self._is_answered = True

    @property
    def held(self) -> RosterHeld:
        """Returns what the box last said."""
        return self._held or RosterHeld()

    def hear(self, held: RosterHeld) -> None:
        """The box said what it has."""
        self._held = held
        self._is_answered = True

    def sent(self, bundle: Bundle, *, as_delta: bool) -> None:
        """It was told of this; nothing more until it answers."""
        self._sent = (bundle.revision, bundle.digest)
        self._was_delta = as_delta
        self._is_answered = False

    def next(self, bundle: Bundle | None) -> Telling:
        """Returns what to tell now that `bundle` is its community's; None where a file on the box says it."""
        held = self._held
        if held is None or bundle is None or not self._is_answered:
            return Telling.NOTHING
        if (held.revision, held.digest) == (bundle.revision, bundle.digest) or held.refused == bundle.revision:
            return Telling.NOTHING
        if self._sent == (bundle.revision, bundle.digest):
            # After a snapshot with another digest it is a box of an earlier version, which does not know every field.
            return Telling.SNAPSHOT if self._was_delta else Telling.NOTHING
        return Telling.DELTA if held.digest else Telling.SNAPSHOT


class RosterPush:
    """Tells all boxes of one hub."""

    def __init__(self, bundles: Bundles, snapshots_at_once: int = SNAPSHOTS_AT_ONCE) -> None:
        self._bundles = bundles
        self._slots = asyncio.Semaphore(snapshots_at_once)
        self.in_flight = 0  # snapshots that are being sent or are not answered yet
        self.deltas = 0
        self.snapshots = 0
        self.on_held: Callable[[str, RosterHeld], None] = lambda _box, _held: None  # what a box says it has

    def line(
        self,
        box: str,
        community: str,
        send: Send,
        is_slow: Callable[[], bool],
        failed: Callable[[Exception], None],
    ) -> BoxRoster:
        """Returns what tells one box until its `end`. `send` writes a frame between others; `failed`: it could not."""
        return BoxRoster(self, self._bundles, box, community, send, is_slow, failed)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Waits until a snapshot may be sent."""
        async with self._slots:
            self.in_flight += 1
            try:
                yield
            finally:
                self.in_flight -= 1


class BoxRoster:
    """One box's roster during one session."""

    def __init__(
        self,
        push: RosterPush,
        bundles: Bundles,
        box: str,
        community: str,
        send: Send,
        is_slow: Callable[[], bool],
        failed: Callable[[Exception], None],
    ) -> None:
        self._push = push
        self._bundles = bundles
        self._box = box
        self._community = community
        self._send = send
        self._is_slow = is_slow
        self._line = RosterLine()
        self._spells = Spells("control roster", self._tell, failed)
        self._answered: asyncio.Event | None = None  # while an answer is waited for
        self._unsubscribe = bundles.subscribe(self._changed)

    def hear(self, held: RosterHeld) -> None:
        """The box said what it has."""
        if held.refused and held.refused != self._line.held.refused:
            log.warning("box %s does not use roster revision %d (%s: %s)", self._box, held.refused,
                        held.refused_row, held.refused_reason)  # fmt: skip
        self._line.hear(held)
        self._push.on_held(self._box, held)
        if self._answered is not None:
            self._answered.set()
        self._spells.wake()

    async def end(self) -> None:
        """Tells nothing any more."""
        self._unsubscribe()
        await self._spells.end()

    def _changed(self, community: str) -> None:
        if community == self._community:
            self._spells.wake()

    async def _tell(self) -> None:
        bundle = self._bundles.of(self._community)
        telling = self._line.next(bundle)
        if bundle is None or telling is Telling.NOTHING:
            return
        delta = None
        if telling is Telling.DELTA:
            held = self._line.held
            delta = await asyncio.to_thread(bundle.delta_from, held.revision, held.digest)
        if delta is None:
            await self._send_snapshot()
        else:
            self._line.sent(bundle, as_delta=True)
            self._push.deltas += 1
            await self._send(ControlDown(roster_delta=delta))

    async def _send_snapshot(self) -> None:
        async with self._push.slot():
            bundle = self._bundles.of(self._community)  # the newest, after the wait
            if bundle is None or self._line.next(bundle) is Telling.NOTHING:
                return
            self._line.sent(bundle, as_delta=False)
            self._push.snapshots += 1
            self._answered = asyncio.Event()
            part_bytes = PART_BYTES_SLOW if self._is_slow() else PART_BYTES
            for part in parts_of(bundle.revision, bundle.packed, part_bytes):
                await self._send(ControlDown(roster_part=part))
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    await self._answered.wait()
            except TimeoutError:
                log.warning("box %s does not say what became of roster revision %d", self._box, bundle.revision)
            finally:
                self._answered = None
