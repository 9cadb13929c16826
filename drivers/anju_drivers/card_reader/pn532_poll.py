"""How a PN532 is asked for cards: wake, configure, list; frames and the time in, commands out.

The chip does not tell by itself that a card came, so it is asked again and again. It answers within a few tens of
milliseconds, since the number of its own tries is limited; a card is gone after half a second without it.
"""

from __future__ import annotations

from enum import Enum

from anju_drivers.card_reader import pn532
from anju_drivers.card_reader.frames import GONE_AFTER_S
from anju_drivers.card_reader.pn532 import Frame, Kind
from anju_drivers.links.polled_reader import Answer

EVERY_S = 0.1
ANSWER_S = 1.0
LOST_AFTER = 3


class Step(Enum):
    IDLE = "idle"
    WAKE = "wake"
    IDENTIFY = "identify"
    LIMIT = "limit"
    LIST = "list"


# Wake-up needs a command behind it: the security module is switched off, which also ends power-down.
_COMMANDS = {
    Step.WAKE: pn532.WAKE_UP + pn532.command(pn532.SAM_CONFIGURATION, b"\x01\x00\x00"),
    Step.IDENTIFY: pn532.command(pn532.GET_FIRMWARE_VERSION),
    Step.LIMIT: pn532.command(pn532.RF_CONFIGURATION, b"\x05\xff\x01\x04"),  # MaxRetries: activation, 5 tries
    Step.LIST: pn532.command(pn532.IN_LIST_PASSIVE_TARGET, b"\x01\x00"),  # one target, 106 kbit/s type A
}
_ANSWERS = {
    Step.WAKE: pn532.SAM_CONFIGURATION,
    Step.IDENTIFY: pn532.GET_FIRMWARE_VERSION,
    Step.LIMIT: pn532.RF_CONFIGURATION,
    Step.LIST: pn532.IN_LIST_PASSIVE_TARGET,
}
_NEXT = {Step.WAKE: Step.IDENTIFY, Step.IDENTIFY: Step.LIMIT, Step.LIMIT: Step.LIST}
_CHIPS = {0x32: "PN532", 0x33: "PN533"}


class Pn532Poll:
    """One reader; see `polled_reader.Poll`. `greeting` is the chip and its firmware.

    `refusal`: it answers again and again with its error frame, so it is there and does not understand.
    """

    def __init__(self, now_s: float = 0.0) -> None:
        self.restart(now_s)

    def restart(self, now_s: float) -> None:
        """The link is fresh: the chip may be asleep, and no card is known to lie there."""
        self._step = Step.IDLE
        self._is_ready = False
        self.due_s = now_s
        self.is_answering: bool | None = None
        self.greeting = self.refusal = ""
        self._missed = self._refused = 0
        self._seen: bytes | None = None
        self._seen_s = float("-inf")

    def tick(self, now_s: float) -> bytes:
        """The command to send now, empty if none is due. An answer that did not come counts here."""
        if now_s < self.due_s:
            return b""
        if self._step is not Step.IDLE:
            self._missed += 1
            self._is_ready = False  # it may have lost power: wake it and set it up anew
            if self._missed >= LOST_AFTER:
                self.is_answering = False
        return self._go(Step.LIST if self._is_ready else Step.WAKE, now_s)

    def take(self, frame: Frame, now_s: float) -> Answer:
        """What a frame of the reader means now."""
        if frame.kind is Kind.ACK:
            return Answer()
        if frame.kind is Kind.ERROR:
            return self._not_understood(frame.code, now_s)
        if frame.kind is not Kind.RESPONSE or frame.command != _ANSWERS.get(self._step):
            # What was not understood is asked again when its time is over.
            return Answer(is_error=frame.kind is not Kind.RESPONSE)
        step, self._step = self._step, Step.IDLE
        self._missed, self.due_s = 0, now_s + EVERY_S
        self._refused, self.refusal = 0, ""
        if step is Step.IDENTIFY and len(frame.data) >= 3:
            self.greeting = f"{_CHIPS.get(frame.data[0], f'chip {frame.data[0]:02x}')} {frame.data[1]}.{frame.data[2]}"
        if step is not Step.LIST:
            return Answer(self._go(_NEXT[step], now_s))
        self._is_ready = self.is_answering = True
        return self._listed(frame.data, now_s)

    def _not_understood(self, code: int, now_s: float) -> Answer:
        """An error frame is an answer too: the command came distorted, or the chip is set up otherwise. Begin anew."""
        self._step, self._is_ready = Step.IDLE, False
        self._missed, self.due_s = 0, now_s + EVERY_S
        self._refused += 1
        if self._refused >= LOST_AFTER:
            self.refusal, self.due_s = f"the reader answers with error {code:02x}", now_s + ANSWER_S
        return Answer(is_error=True)

    def _go(self, step: Step, now_s: float) -> bytes:
        self._step, self.due_s = step, now_s + ANSWER_S
        return _COMMANDS[step]

    def _listed(self, data: bytes, now_s: float) -> Answer:
        count, target = pn532.targets(data)
        if count and target is None:
            return Answer(is_error=True)
        if target is None or not target.uid:
            return Answer()
        # A phone makes up a new UID each time the field comes on: all of them are one presentation.
        mark = b"random" if target.is_random else target.uid
        is_new = mark != self._seen or now_s - self._seen_s >= GONE_AFTER_S
        self._seen, self._seen_s = mark, now_s
        return Answer(token=target.token if is_new else "")
