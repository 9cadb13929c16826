"""How a box's session begins, what it may be refused for, and which session counts; the same for all three services."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Protocol

from anju_central.access.caller_of_rpc import caller_of_rpc
from anju_central.access.proven_box import ProvenBox
from anju_central.store.event_store import EventStore, StoreUnavailable
from anju_protos.v1.control_pb2 import BoxStatus, ControlUp
from anju_protos.v1.uplink_pb2 import BoxFrame, Checkpoint, Cursor, Hello, Refusal, StreamState, Welcome

PROTOCOLS: Final = frozenset({1})  # N and N-1; there was none before 1
HELLO_WITHIN_S: Final = 15.0
# More for each call that waits beside it: a whole district comes back at once, and who is sent away comes again.
# Of 3,000 boxes a return took 13 to 14 ms of a core, three calls with certificates (bench B15, beside the boxes)
MORE_FOR_EACH_S: Final = 0.01
STREAM_BYTES: Final = 16
CURSORS_AT_ONCE: Final = 256  # asked of the writer, which answers between two commits: no alarm waits for a long list
MAX_NAME_CHARS: Final = 64  # of what an unknown box calls itself, in an answer or a log
NEWEST_CHECKPOINTS: Final = 16  # in a Welcome; older ones at doubling distances


class ConnectionTracker(Protocol):
    """Who learns of each box's channels ("alarm", "bulk", "control") and of what it says about itself."""

    def connected(self, box: str, community: str, channel: str) -> None: ...
    def status(self, box: str, status: BoxStatus) -> None: ...
    def disconnected(self, box: str, channel: str) -> None: ...


class FrameSource(Protocol):
    """Where the next frame of a box comes from: a gRPC context."""

    def read(self) -> Awaitable[object]: ...


async def read_hello(source: FrameSource, within_s: float = HELLO_WITHIN_S) -> Hello | None:
    """Returns the Hello that begins every session, None when nothing or something else came in time."""
    try:
        async with asyncio.timeout(within_s):
            frame = await source.read()
    except TimeoutError:
        return None
    if isinstance(frame, BoxFrame | ControlUp) and frame.HasField("hello"):
        return frame.hello
    return None


def admit(hello: Hello, communities: Mapping[str, str]) -> str | Refusal:
    """Returns the community of the box that says Hello, or why it is not served (counted and logged).

    It is the certificate's; on a line without certificates `communities` has it, of each box that may come.
    """
    rpc = caller_of_rpc()
    proven = rpc.proven if rpc is not None else None
    refusal = None
    if rpc is not None and proven is None:  # one that is out of service is told so, not that nobody knows it
        refusal = rpc.speaks_for(hello.box)
    if refusal is None:
        refusal = refusal_of(hello, communities, proven)
    if refusal is None:
        return communities[hello.box] if proven is None else proven.community
    if rpc is not None:
        rpc.note_refusal(refusal, hello.box)
    return refusal


def refusal_of(hello: Hello, communities: Mapping[str, str], proven: ProvenBox | None = None) -> Refusal | None:
    """Returns why a box is not served, None if it is. `communities` has the community of each box that may come.

    With a certificate (`proven`) the community is that one's; what Hello says is compared with it.
    """
    if hello.protocol not in PROTOCOLS:
        newest = max(PROTOCOLS)
        older = "the box" if hello.protocol < newest else "the hub"
        return Refusal(
            code=Refusal.PROTOCOL_UNKNOWN,
            message=f"this hub speaks protocol {newest}, the box speaks {hello.protocol}: update {older}",
        )
    named = hello.box[:MAX_NAME_CHARS]
    if proven is not None and hello.box != proven.box:
        return Refusal(
            code=Refusal.CERTIFICATE_OTHER_BOX,
            message=f"the box calls itself {named!r}, its certificate says {proven.box!r}: correct its id, or "
            "claim it anew",
        )
    community = communities.get(hello.box) if proven is None else proven.community
    if community is None:
        return Refusal(
            code=Refusal.BOX_UNKNOWN,
            message=f"this hub has no box {named!r}: add it at the console, Boxes, and claim it",
        )
    if hello.community != community:
        theirs = hello.community[:MAX_NAME_CHARS]
        return Refusal(
            code=Refusal.COMMUNITY_MISMATCH,
            message=f"box {named!r} is of {community!r} here, but says {theirs!r}: correct one of them",
        )
    return None


async def welcome_for(hello: Hello, community: str, store: EventStore, now_ms: int) -> Welcome:
    """Returns the answer to an accepted Hello: a cursor for each stream named, checkpoints where copies may differ."""
    streams = [state for state in hello.streams if len(state.stream) == STREAM_BYTES]
    try:
        cursors: list[Cursor] = []
        for first in range(0, len(streams), CURSORS_AT_ONCE):
            cursors += await store.cursors(community, streams[first : first + CURSORS_AT_ONCE])
        checkpoints: list[Checkpoint] = []
        for state, cursor in zip(streams, cursors, strict=True):
            if _may_differ(state, cursor):
                checkpoints += thinned(await store.checkpoints(community, state.stream), state.last)
    except StoreUnavailable as error:
        return Welcome(refusal=Refusal(code=Refusal.HUB_NOT_READY, message=f"the hub's store: {error}; come again"))
    return Welcome(
        hub_epoch=store.epoch,
        hub_time_ms=now_ms,
        cursors=cursors,
        checkpoints=checkpoints,
        zstd=True,
        incident_changes=True,
    )


def _may_differ(state: StreamState, cursor: Cursor) -> bool:
    if state.sealed and state.last == state.acked == cursor.seq:
        return False  # done on both sides: where it went matters to nobody
    return cursor.seq > 0 and (state.acked != cursor.seq or state.acked_hash != cursor.hash)


def thinned(points: Sequence[Checkpoint], last: int) -> list[Checkpoint]:
    """Returns the newest of `points` (ascending) up to `last`, and older ones at doubling distances."""
    usable = [point for point in points if point.seq <= last]
    kept = usable[-NEWEST_CHECKPOINTS:]
    back = NEWEST_CHECKPOINTS
    step = 1
    while back + step <= len(usable):
        back += step
        kept.insert(0, usable[-back])
        step *= 2
    return kept


@dataclass(slots=True)
class SessionRegistry:
    """The sessions that count: of each box and channel the newest. An older one has to end."""

    connections: ConnectionTracker
    _ends: dict[tuple[str, str], Callable[[], None]] = field(default_factory=dict)
    _at_the_door: int = 0

    async def hello(self, source: FrameSource) -> Hello | None:
        """As `read_hello`, with patience for a crowd: what keeps a Hello waiting may be the hub's own queue."""
        self._at_the_door += 1
        try:
            return await read_hello(source, HELLO_WITHIN_S + MORE_FOR_EACH_S * self._at_the_door)
        finally:
            self._at_the_door -= 1

    def claim(self, box: str, community: str, channel: str, end: Callable[[], None]) -> AbstractContextManager[None]:
        """Makes a session the current one while the block runs; `end` is called when a newer one takes over."""
        return _Claimed(self, box, community, channel, end)

    def begin(self, box: str, community: str, channel: str, end: Callable[[], None]) -> None:
        """See `claim`."""
        older = self._ends.get((box, channel))
        self._ends[box, channel] = end
        if older is not None:
            older()
        self.connections.connected(box, community, channel)

    def leave(self, box: str, channel: str, end: Callable[[], None]) -> None:
        """A session has ended, be it the current one or not."""
        if self._ends.get((box, channel)) is end:
            del self._ends[box, channel]
            self.connections.disconnected(box, channel)


@dataclass(slots=True)
class _Claimed(AbstractContextManager[None]):
    """A session while it lasts, which may be months: a generator and its frame for each would be a kilobyte more."""

    registry: SessionRegistry
    box: str
    community: str
    channel: str
    end: Callable[[], None]

    def __enter__(self) -> None:
        self.registry.begin(self.box, self.community, self.channel, self.end)

    def __exit__(self, *_: object) -> None:
        self.registry.leave(self.box, self.channel, self.end)
