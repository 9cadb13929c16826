"""Which box a call comes from, by its certificate alone, and whether it may speak, now and as long as the call lasts.

Every method is denied unless it is listed. A listed one is served when the certificate names a box that the directory
knows as such; a stream is ended at once when that changes, and at the certificate's end. What a box says of itself in
Hello is compared with this, never believed over it. On a loopback address without certificates the caller is whoever
Hello says, and the directory is asked all the same.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

import grpc

from anju_central.access.proven_box import ProvenBox, proven_box
from anju_central.access.refusals import MOST_NAME_CHARS, RefusalLog
from anju_protos.v1.uplink_pb2 import Refusal

SWEEP_S: Final = 5.0  # how late a certificate's end may be noticed
FIRST_WORD_S: Final = 2.0  # for what a stream begins with, of one that is turned away whatever it says
SUPERSEDED_S: Final = 60.0  # in which a box that was given a new key moves its streams
NOT_SERVED: Final[Mapping[str, tuple[Refusal.Code.ValueType, str]]] = {
    "unused": (Refusal.BOX_UNKNOWN, "was never claimed here: make a code for it and run `anju-edge claim`"),
    "retired": (Refusal.BOX_RETIRED, "was retired at this hub: add it again if it is to come back"),
    "revoked": (Refusal.BOX_REVOKED, "was revoked at this hub: add it anew, with a new code, if it is in good hands"),
}
UNAUTHENTICATED: Final = frozenset({Refusal.CERTIFICATE_ENDED, Refusal.CERTIFICATE_SUPERSEDED})

Context = grpc.aio.ServicerContext[Any, Any]  # Any: of any method
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Refuse = Callable[[Context, Refusal], Awaitable[None]]
Serve = Callable[[object, Context], Any]  # Any: a coroutine, or an asynchronous generator


class BoxRecord(Protocol):
    """What is known of a box. `state` is unused, claimed, active, retired or revoked.

    `spki` is the SHA-256 of the SubjectPublicKeyInfo of its newest certificate, None where that is not known.
    """

    @property
    def community(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def spki(self) -> bytes | None: ...


class BoxDirectory(Protocol):
    """All boxes, in memory. `subscribe`: called in the loop with a box's id when something of it changes."""

    def lookup(self, box: str) -> BoxRecord | None: ...
    def subscribe(self, callback: Callable[[str], None]) -> object: ...


@dataclass(slots=True, eq=False)
class Rpc:
    """One call under way. `proven` is None on a line without certificates; `box` is who it speaks for, once known."""

    gate: Gate
    method: str
    peer: str
    proven: ProvenBox | None
    task: asyncio.Task[Any] | None  # Any: handlers return nothing of interest
    box: str = ""
    superseded_s: float | None = None  # monotonic: since when its key is known not to be the newest
    ended: Refusal | None = None  # why the hub ends it

    def speaks_for(self, box: str) -> Refusal | None:
        """Notes whom Hello names, on a line without certificates. Returns why that one may not speak."""
        self.gate.enter(self, box)
        return self.gate.judge(self)

    def note_refusal(self, refusal: Refusal, box: str = "") -> None:
        """Counts and logs. `box`: whom Hello names, where no certificate does."""
        reason = Refusal.Code.Name(refusal.code)
        self.gate.refusals.note(reason, self.box or box, self.peer, self.method, refusal.message)


_CURRENT: ContextVar[Rpc | None] = ContextVar("rpc", default=None)


def caller_of_rpc() -> Rpc | None:
    """Returns the call that is being served, None at a server without a gate."""
    return _CURRENT.get()


def judge_state(box: str, record: BoxRecord | None) -> Refusal | None:
    """Returns why a box is not served, as far as it does not hang on its certificate."""
    box = box[:MOST_NAME_CHARS]
    if record is None:
        message = f"this hub has no box {box!r}: add it here and claim it, or point it to its own hub"
        return Refusal(code=Refusal.BOX_UNKNOWN, message=message)
    if record.state not in NOT_SERVED:
        return None
    code, words = NOT_SERVED[record.state]
    return Refusal(code=code, message=f"box {box!r} {words}")


def judge_certificate(proven: ProvenBox, record: BoxRecord, now_ms: int) -> Refusal | None:
    """Returns why a certificate is not taken, although it is one of ours. `now_ms` is UTC."""
    box = proven.box
    if proven.community != record.community:
        return Refusal(
            code=Refusal.COMMUNITY_MISMATCH,
            message=f"box {box!r} is of {record.community!r} here, its certificate of {proven.community!r}: claim it "
            "anew",
        )
    if proven.ends_ms <= now_ms:
        return Refusal(
            code=Refusal.CERTIFICATE_ENDED,
            message=f"the certificate of box {box!r} has ended: it renews by itself on the hub's enrolment port; see "
            "why it did not",
        )
    if record.spki not in (None, proven.spki):
        return Refusal(
            code=Refusal.CERTIFICATE_SUPERSEDED,
            message=f"box {box!r} has a newer key: this one is of an earlier claim or of a copy; claim it anew",
        )
    return None


class Gate(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]  # generic in the stubs alone
    """Stands before every method. `methods` maps what may be called (`/package.Service/Method`) to how it is refused.

    `needs_certificate` is False only for a loopback address without certificates.
    """

    def __init__(
        self,
        methods: Mapping[str, Refuse],
        directory: BoxDirectory,
        refusals: RefusalLog,
        *,
        needs_certificate: bool,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.refusals = refusals
        self._methods = methods
        self._directory = directory
        self._needs_certificate = needs_certificate
        self._now_ms = now_ms
        self._monotonic_s = monotonic_s
        self._live: dict[str, set[Rpc]] = {}
        directory.subscribe(self.changed)

    # ---- each call

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """Returns the method's handler with the gate before it, or one that denies."""
        method = str(handler_call_details.method)
        refuse = self._methods.get(method)
        handler = await continuation(handler_call_details)
        if refuse is None or handler is None:
            return _handler_of(functools.partial(self._deny, method), None)
        serve = functools.partial(self._serve, method, refuse, _served_by(handler), bool(handler.request_streaming))
        return _handler_of(serve, handler)

    async def _deny(self, method: str, _request: object, context: Context) -> None:
        sentence = "no method of this hub's"
        self.refusals.note("METHOD_DENIED", "", context.peer(), method[:100], sentence)
        await _first_word(context)
        await context.abort(grpc.StatusCode.PERMISSION_DENIED, sentence)

    async def _serve(
        self, method: str, refuse: Refuse, serve: Serve, is_stream: bool, request: object, context: Context
    ) -> object:
        proven = None
        if self._needs_certificate:
            proven = proven_box(context)
            if proven is None:
                sentence = "no certificate of a box over TLS 1.3"
                self.refusals.note("NOT_A_BOX", "", context.peer(), method, sentence)
                if is_stream:
                    await _first_word(context)
                await context.abort(grpc.StatusCode.UNAUTHENTICATED, sentence)
        rpc = Rpc(self, method, context.peer(), proven, asyncio.current_task())
        token = _CURRENT.set(rpc)
        if proven is not None:
            self.enter(rpc, proven.box)
        try:  # one frame, without a context manager: thousands of calls last for months
            refusal = self.judge(rpc)
            if refusal is not None:
                rpc.note_refusal(refusal)
                await refuse(context, refusal)
                return None
            answer = serve(request, context)
            return await (_written(answer, context) if inspect.isasyncgen(answer) else answer)
        except asyncio.CancelledError:
            if rpc.ended is None:
                raise
            await _end(rpc, rpc.ended, context)
            return None
        finally:
            _CURRENT.reset(token)
            self._leave(rpc)

    def _leave(self, rpc: Rpc) -> None:
        theirs = self._live.get(rpc.box, set())
        theirs.discard(rpc)
        if not theirs:
            self._live.pop(rpc.box, None)

    def enter(self, rpc: Rpc, box: str) -> None:
        """From now on the call counts as this box's."""
        if not rpc.box:
            rpc.box = box
            self._live.setdefault(box, set()).add(rpc)

    # ---- as long as it lasts

    def judge(self, rpc: Rpc) -> Refusal | None:
        """Returns why a call may not be served, None if it may or if its box is yet to be named."""
        if not rpc.box:
            return None
        record = self._directory.lookup(rpc.box)
        refusal = judge_state(rpc.box, record)
        if refusal is None and record is not None and rpc.proven is not None:
            refusal = judge_certificate(rpc.proven, record, self._now_ms())
        return refusal

    def changed(self, box: str) -> None:
        """The directory knows something new of a box: ends what it may not do any more."""
        for rpc in list(self._live.get(box, ())):
            refusal = self.judge(rpc)
            if refusal is None:
                rpc.superseded_s = None
            elif rpc.ended is None and rpc.task is not None and not self._may_still_move(rpc, refusal):
                rpc.ended = refusal
                rpc.task.cancel()

    def _may_still_move(self, rpc: Rpc, refusal: Refusal) -> bool:
        if refusal.code != Refusal.CERTIFICATE_SUPERSEDED:
            return False
        now_s = self._monotonic_s()
        if rpc.superseded_s is None:
            rpc.superseded_s = now_s
        return now_s - rpc.superseded_s < SUPERSEDED_S

    def sweep(self) -> None:
        """Looks at all calls: certificates end without anybody's word."""
        for box in list(self._live):
            self.changed(box)

    async def run(self) -> None:
        """Looks every few seconds, for ever."""
        while True:
            await asyncio.sleep(SWEEP_S)
            self.sweep()


async def _first_word(context: Context) -> None:
    """Waits for what a stream begins with: a refusal that crosses its first write is lost.

    grpc.aio's client (1.85) then says INTERNAL, "Internal error from Core", and nothing of what the hub answered.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(FIRST_WORD_S):
            await context.read()


async def _end(rpc: Rpc, refusal: Refusal, context: Context) -> None:
    """Ends a call that the gate has cancelled, and says why."""
    if rpc.task is not None:
        rpc.task.uncancel()
    rpc.note_refusal(refusal)
    is_key = refusal.code in UNAUTHENTICATED
    status = grpc.StatusCode.UNAUTHENTICATED if is_key else grpc.StatusCode.PERMISSION_DENIED
    await context.abort(status, f"{Refusal.Code.Name(refusal.code)}: {refusal.message}")


async def _written(answers: AsyncIterator[object], context: Context) -> None:
    """Sends what a handler yields."""
    async for message in answers:
        await context.write(message)


def _served_by(handler: Handler) -> Serve:
    kinds = (handler.unary_unary, handler.unary_stream, handler.stream_unary, handler.stream_stream)
    return next(kind for kind in kinds if kind is not None)  # type: ignore[return-value]  # stubs: blocking ones only


def _handler_of(behaviour: Callable[..., Awaitable[object]], like: Handler | None) -> Handler:
    """A handler of the same kind; of the most general one where there is nothing to be like."""
    makers = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    if like is None:
        return makers[True, True](behaviour)
    make = makers[bool(like.request_streaming), bool(like.response_streaming)]
    return make(behaviour, like.request_deserializer, like.response_serializer)
