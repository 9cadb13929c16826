"""Card readers that must be asked: the port, the clock and the next command. What to ask is a `Poll` without I/O."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from anju_drivers.driver import CardMethod, CardReading, Intake, LinkReading
from anju_drivers.errors import LinkLost
from anju_drivers.links.serial import SerialLink, SerialSettings

_log = logging.getLogger(__name__)

F = TypeVar("F")
FrameOut = TypeVar("FrameOut", covariant=True)
FrameIn = TypeVar("FrameIn", contravariant=True)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a frame led to: a command to send at once, the token of a card that was presented, whether it failed."""

    send: bytes = b""
    token: str = ""
    is_error: bool = False


class Decoder(Protocol[FrameOut]):
    """Bytes in any chunks in, frames out."""

    @property
    def is_incomplete(self) -> bool: ...

    def feed(self, data: bytes) -> Sequence[FrameOut]: ...

    def idle(self) -> Sequence[FrameOut]:
        """The rest of an unfinished frame will not come: what it hid."""


class Poll(Protocol[FrameIn]):
    """How one kind of reader is asked. Times are monotonic seconds.

    `due_s`: when `tick` has something to do next. `is_answering`: None until the reader answered or failed to.
    `refusal`: the reader's own word when it answers but cannot work. `greeting`: what it said of itself.
    """

    due_s: float
    is_answering: bool | None
    refusal: str

    @property
    def greeting(self) -> str: ...

    def restart(self, now_s: float) -> None:
        """The link is fresh: nothing is in flight and no card is known to lie there."""

    def tick(self, now_s: float) -> bytes:
        """The command to send now, empty if none is due."""

    def take(self, frame: FrameIn, now_s: float) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Asked(Generic[F]):
    """One kind of reader: its decoder, how it is asked, how its cards count, and what to look at when it is dumb."""

    decoder: Callable[[], Decoder[F]]
    poll: Callable[[], Poll[F]]
    method: CardMethod
    dumb: str


class PolledReader(Generic[F]):
    """A reader of one kind on one port."""

    def __init__(self, name: str, device: str, settings: SerialSettings, kind: Asked[F]) -> None:
        self.name, self.device = name, device
        self._settings, self._kind = settings, kind

    async def run(self, intake: Intake) -> None:
        """Reads cards until cancelled; a reader that is away or dumb is waited for, and said once per change."""
        loop = asyncio.get_running_loop()
        decoder, poll = self._kind.decoder(), self._kind.poll()
        reported: bool | None = None
        wake = asyncio.Event()

        def report_link(up: bool, detail: str) -> None:
            nonlocal reported
            if up is not reported:
                reported = up
                intake.take(LinkReading(self.device, up, detail))

        def send(data: bytes) -> None:
            try:
                link.write(data)
            except LinkLost as lost:
                _log.debug("%s: %s", self.name, lost)  # the link reports its own loss

        def handle(frames: Sequence[F]) -> None:
            for frame in frames:
                answer = poll.take(frame, loop.time())
                intake.heard(self.device, frames=1, errors=int(answer.is_error))
                if answer.send:
                    send(answer.send)
                if answer.token:
                    intake.take(CardReading(self.device, answer.token, self._kind.method))
            if poll.refusal:
                report_link(False, poll.refusal)
            elif poll.is_answering:
                report_link(True, poll.greeting)
            wake.set()

        def changed(up: bool, detail: str) -> None:
            nonlocal decoder
            decoder = self._kind.decoder()  # half a frame from before the unplug belongs to no card
            poll.restart(loop.time())
            wake.set()
            if not up:
                report_link(False, detail)

        async def ask() -> None:
            while True:
                wake.clear()
                try:
                    async with asyncio.timeout_at(poll.due_s if link.is_open else None):
                        await wake.wait()
                    continue  # something came: look again when the next command is due
                except TimeoutError:
                    pass
                if decoder.is_incomplete:
                    handle(decoder.idle())
                command = poll.tick(loop.time())
                if command and link.is_open:
                    send(command)
                if poll.is_answering is False:
                    report_link(False, self._kind.dumb)

        link = SerialLink(self._settings, lambda data: handle(decoder.feed(data)), changed)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(link.run(), name=f"{self.name} port")
            tasks.create_task(ask(), name=f"{self.name} poll")
