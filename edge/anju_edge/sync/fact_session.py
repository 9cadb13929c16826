"""One welcomed session on the alarm or bulk channel: what goes out, what comes back, who waits too long.

What goes next and what an ack means: `send_window.py`. What is remembered from session to session: `session.py`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, TypeAlias

import grpc

from anju_edge.journal.streams import StreamInfo
from anju_edge.sync.first_completed import first_completed
from anju_edge.sync.pacing import Pacer
from anju_edge.sync.send_window import Acked, Rewound, SendWindow, Stuck
from anju_edge.sync.session import LOCKED, SyncSession, fill_trimmed_gap, first_held
from anju_edge.sync.state import ChannelState, UplinkState
from anju_protos.v1.uplink_pb2 import Batch, BoxFrame, HubFrame

_log = logging.getLogger(__name__)

FactCall: TypeAlias = "grpc.aio.StreamStreamCall[BoxFrame, HubFrame]"


class JournalPort(Protocol):
    """What the uplink needs of the journal; `journal.Journal` says what the methods do."""

    def streams(self) -> Sequence[StreamInfo]: ...
    async def read(self, stream: bytes, after: int, max_events: int, max_bytes: int) -> Batch | None: ...
    async def hash_at(self, stream: bytes, seq: int) -> bytes | None: ...
    async def acked(self, stream: bytes, seq: int) -> None: ...
    def pin(self, stream: bytes, first: int, last: int) -> None: ...
    def unpin(self, stream: bytes) -> None: ...
    async def seal(self, lane: int, note: str) -> bytes: ...
    async def fork(self, common: Mapping[bytes, int]) -> None: ...
    def waiting(self) -> dict[int, int]: ...
    async def changed(self, seen: int) -> int: ...


class SessionOver(Exception):
    """A session ended and the next attempt follows: at once (`soon`) or after the backoff."""

    def __init__(self, reason: str, *, soon: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.soon = reason, soon


class FactSession:
    """One welcomed session on the alarm or bulk channel: a sender, a receiver, a watcher of the journal."""

    def __init__(
        self,
        journal: JournalPort,
        session: SyncSession,
        uplink: UplinkState,
        state: ChannelState,
        call: FactCall,
        window: SendWindow,
        streams: Sequence[StreamInfo],
        pacer: Pacer | None,
        locked: Mapping[bytes, int] = MappingProxyType({}),
    ) -> None:
        """`locked`: streams that could not be compared for want of a key, and the hub's cursors: not sent before."""
        self._journal = journal
        self._session = session
        self._uplink = uplink
        self._state = state
        self._call = call
        self._window = window
        self._streams = {info.stream for info in streams}
        self._locked = locked
        self._alarm = pacer is None  # alarms are not paced
        self._pacer = pacer
        self._wake = asyncio.Event()
        self._acked: dict[bytes, int] = {}
        self._acked_due = asyncio.Event()

    async def run(self) -> None:
        """Ends by SessionOver or a gRPC error."""
        await first_completed(
            self._send(), self._receive(), self._watch(), self._forward_acks(), self._watch_timeouts()
        )

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        window = self._window
        journal = self._journal
        while True:
            read = window.next_read(loop.time())
            if read is None:
                self._wake.clear()
                await self._wake.wait()
                continue
            info = read.info
            if info.stream in self._locked and not await self._is_locked(info.stream):
                raise SessionOver("the keys are back: what was locked is compared", soon=True)
            batch = (
                None
                if info.stream in self._locked
                else await journal.read(info.stream, read.after, read.max_events, read.max_bytes)
            )
            first = batch.first_seq if batch is not None else first_held(info, journal.streams())
            if first > read.after + 1:
                hash_before = await journal.hash_at(info.stream, first - 1)
                batch = fill_trimmed_gap(info.stream, read.after, first, batch, hash_before)
            out = window.on_read(read, batch, loop.time())
            if out is not None:
                self._pin(info.stream)
                try:
                    await self._call.write(BoxFrame(batch=out))
                except asyncio.InvalidStateError:  # how gRPC says that the call is over
                    raise SessionOver("the call is over") from None

    async def _is_locked(self, stream: bytes) -> bool:
        return await self._journal.hash_at(stream, self._locked[stream]) == LOCKED

    def _pin(self, stream: bytes) -> None:
        span = self._window.in_flight(stream)
        if span is None:
            self._journal.unpin(stream)
        else:
            self._journal.pin(stream, *span)

    async def _receive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            frame = await self._call.read()
            if not isinstance(frame, HubFrame):
                raise SessionOver("the hub closed the stream")
            if frame.HasField("credit"):
                self._window.credited(frame.credit.batches)
            elif frame.HasField("ack"):
                self._uplink.last_ack_s = loop.time()
                for output in self._window.acked(frame.ack, loop.time()):
                    self._take(output)
                if frame.ack.stream in self._streams:
                    self._pin(frame.ack.stream)
                if self._pacer is not None and self._pacer.last_rtt_s is not None:
                    self._state.rtt_ms = round(self._pacer.last_rtt_s * 1000, 1)
            self._wake.set()

    def _take(self, output: Acked | Rewound | Stuck) -> None:
        if isinstance(output, Acked):
            self._uplink.quarantined += output.quarantined
            self._session.confirmed(output.stream, alarm=self._alarm)
            self._acked[output.stream] = output.seq
            self._acked_due.set()
        elif isinstance(output, Rewound):
            self._uplink.rewinds += 1
            _log.info("the hub asks for stream %s again after %d", output.stream.hex(), output.seq)
        else:
            self._session.mark_stuck(output.stream, output.seq)
            _log.warning("the hub does not take stream %s after %d", output.stream.hex(), output.seq)
            raise SessionOver(f"stream {output.stream.hex()} is stuck at {output.seq}")

    async def _forward_acks(self) -> None:
        """Tells the journal, off the receiver's path: many acks make one call."""
        while True:
            await self._acked_due.wait()
            self._acked_due.clear()
            acked = self._acked
            self._acked = {}
            for stream, seq in acked.items():
                await self._journal.acked(stream, seq)

    async def _watch(self) -> None:
        seen = -1
        while True:
            seen = await self._journal.changed(seen)
            ours = self._session.sent_here(self._journal.streams(), alarm=self._alarm)
            if any(info.stream not in self._streams for info in ours):
                raise SessionOver("there is a new stream", soon=True)
            self._window.changed()
            self._wake.set()

    async def _watch_timeouts(self) -> None:
        """Gives a connection up on which something waits too long for its ack; looks also after pacing's own clock."""
        loop = asyncio.get_running_loop()
        while True:
            patience_s = self._session.patience_s(alarm=self._alarm)
            await asyncio.sleep(min(patience_s / 4, 0.5))
            self._wake.set()
            if self._window.oldest_s(loop.time()) > patience_s:
                self._uplink.resent_alarms += self._alarm
                self._session.patience_over(alarm=self._alarm)
                raise SessionOver(f"nothing confirmed for {patience_s:g} s", soon=self._alarm)
