"""How an id card reader is asked: find, select, read, one command at a time. Frames and the time in, commands out.

A card that stays on the reader after it was read is "not found" until it is lifted, so a read is a presentation. Some
firmware finds such a card again: without a "no card" in between, or within a second, it is the same presentation.
"""

from __future__ import annotations

import hashlib
import secrets
from enum import Enum

from anju_drivers.idcard_sdt import frames
from anju_drivers.idcard_sdt.card import decode
from anju_drivers.idcard_sdt.frames import Frame, card_data
from anju_drivers.links.polled_reader import Answer

SAME_S = 1.0
ANSWER_S = 1.0
READ_S = 3.0  # 1295 bytes take 0.12 s at 115200; the card itself takes about one second
LOST_AFTER = 3
PAUSE_S = 2.0  # to a reader that refuses to work


class Step(Enum):
    IDLE = "idle"
    IDENTIFY = "identify"
    FIND = "find"
    SELECT = "select"
    READ = "read"


_COMMANDS = {
    Step.IDENTIFY: frames.command(frames.MODULE_NUMBER),
    Step.FIND: frames.command(frames.FIND),
    Step.SELECT: frames.command(frames.SELECT),
    Step.READ: frames.command(frames.READ),
}


class Poll:
    """One reader; see `polled_reader.Poll`. `module` is its security module's number once known."""

    def __init__(self, every_s: float, now_s: float = 0.0) -> None:
        self._every_s = every_s
        self._key = secrets.token_bytes(16)  # numbers are compared as keyed hashes: none stays in memory
        self.restart(now_s)

    def restart(self, now_s: float) -> None:
        """The link is fresh: nothing is in flight, and no card is known to lie there."""
        self._step = Step.IDLE
        self.due_s = now_s
        self.is_answering: bool | None = None
        self.refusal = ""
        self.module = ""
        self._is_identified = False
        self._missed = 0
        self._found_none = True
        self._last = b""
        self._last_s = float("-inf")

    @property
    def greeting(self) -> str:
        return f"module {self.module}" if self.module else ""

    def tick(self, now_s: float) -> bytes:
        """The command to send now, empty if none is due. An answer that did not come counts here."""
        if now_s < self.due_s:
            return b""
        if self._step is not Step.IDLE:
            self._missed += 1
            if self._step is Step.IDENTIFY:
                self._is_identified = True  # old modules do not know this command: go on without
            if self._missed >= LOST_AFTER:
                self.is_answering, self._is_identified = False, False
        return self._go(Step.FIND if self._is_identified else Step.IDENTIFY, now_s)

    def take(self, frame: Frame, now_s: float) -> Answer:
        """What a frame of the reader means now."""
        if not frame.checksum_ok or not frame.is_reply:
            return Answer(is_error=True)
        step, self._step = self._step, Step.IDLE
        self._missed, self.is_answering = 0, True
        is_refusing = frame.sw3 in (frames.SELF_TEST_FAILED, frames.NOT_AUTHORISED)
        self.refusal = frame.meaning if is_refusing else ""
        self.due_s = now_s + (PAUSE_S if is_refusing else self._every_s)
        match step:
            case Step.IDLE:
                return Answer()  # an answer after its time, or one that nobody asked for
            case Step.IDENTIFY:
                self._is_identified = True
                self.module = frames.module_number(frame.data) if frame.sw3 == frames.OK else ""
                return Answer(is_error=is_refusing)
            case Step.FIND:
                if frame.sw3 == frames.FOUND:
                    return Answer(self._go(Step.SELECT, now_s))
                self._found_none |= frame.sw3 == frames.NOT_FOUND
                return Answer(is_error=frame.sw3 != frames.NOT_FOUND)
            case Step.SELECT:
                if frame.sw3 == frames.OK:
                    return Answer(self._go(Step.READ, now_s))
                return Answer(is_error=frame.sw3 != frames.NOT_SELECTED)
            case Step.READ:
                return self._read(frame, now_s)

    def _go(self, step: Step, now_s: float) -> bytes:
        self._step = step
        self.due_s = now_s + (READ_S if step is Step.READ else ANSWER_S)
        return _COMMANDS[step]

    def _read(self, frame: Frame, now_s: float) -> Answer:
        data = card_data(frame)
        if data is None:
            return Answer(is_error=True)
        card = decode(data.text)
        mark = hashlib.blake2b(data.text, key=self._key, digest_size=16).digest()
        is_same = mark == self._last and (not self._found_none or now_s - self._last_s < SAME_S)
        self._last, self._last_s, self._found_none = mark, now_s, False
        if not card.number:
            return Answer(is_error=True)
        # The one thing that leaves the driver, for the box to hash: nothing else of a card is passed on.
        return Answer(token="" if is_same else f"idcard:{card.number}", is_error=not card.is_number_ok)
