"""An id card reader that is not there, on a pseudo-terminal, and fictitious cards to put on it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path

from anju_drivers.idcard_sdt import frames
from anju_drivers.idcard_sdt.card import IdCard, encode
from anju_drivers.idcard_sdt.frames import FrameDecoder
from anju_drivers.options import Options
from anju_drivers.testing.simulation import SerialDevice

MODULE = bytes.fromhex("05000300c78c3201d5dd0000d5d8ff3c")
DEMO_CARD = IdCard(
    "resident",
    {
        "name": "测试一",
        "sex_code": "2",
        "nation_code": "01",
        "birth": "1949-12-31",
        "address": "某省某市某县测试路1号",
        "id_number": "11010519491231002X",
        "issuer": "某市公安局",
        "valid_from": "2016-03-01",
        "valid_to": "长期",
    },
)


class IdCardSimulator(SerialDevice):
    """Speaks the SDT protocol. `put` a card on it, `lift` it; a card that was read stays "not found" until lifted.

    `finds_again` is the habit of some firmware: a card that stays is found again after a read. `is_dumb` answers
    nothing, `refuses` answers every command with that status.
    """

    def __init__(self, link: Path | None = None) -> None:
        super().__init__(link)
        self._commands = FrameDecoder()
        self.card: IdCard | None = None
        self.finds_again = False
        self.is_dumb = False
        self.refuses: int | None = None
        self.asked: list[bytes] = []
        self.reads = 0
        self._is_read = False
        self._is_selected = False
        self._has_read = asyncio.Event()
        self._news = asyncio.Event()

    def plugged(self) -> None:
        self._commands = FrameDecoder()
        self._is_read = self._is_selected = False

    def put(self, card: IdCard = DEMO_CARD) -> None:
        self.card, self._is_read, self._is_selected = card, False, False
        self._has_read.clear()

    def lift(self) -> None:
        self.card = None

    async def until_read(self) -> None:
        """Waits until a driver has read the card that was put."""
        await self._has_read.wait()

    async def until_asked(self, what: bytes, times: int = 1) -> None:
        """Waits until a driver has sent this command so many more times."""
        wanted = self.asked.count(what) + times
        while self.asked.count(what) < wanted:
            self._news.clear()
            await self._news.wait()

    async def demonstrate(self) -> str:
        """Puts a card on the reader until it was read, two seconds at most, and lifts it."""
        self.put()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self.until_read()
        self.lift()
        return "an id card was presented"

    def received(self, data: bytes) -> None:
        for frame in self._commands.feed(data):
            if self.is_dumb:
                continue
            if not frame.checksum_ok:
                self.send(frames.reply(0x10))
                continue
            self.asked.append(frame.body[:2])
            self._news.set()
            self.send(frames.reply(self.refuses) if self.refuses is not None else self._answer(frame.body[:2]))

    def _answer(self, what: bytes) -> bytes:
        if what in (frames.RESET, frames.STATUS):
            return frames.reply(frames.OK)
        if what == frames.MODULE_NUMBER:
            return frames.reply(frames.OK, MODULE)
        if what == frames.FIND:
            is_found = self.card is not None and (not self._is_read or self.finds_again)
            self._is_selected = False
            return frames.reply(frames.FOUND, bytes(4)) if is_found else frames.reply(frames.NOT_FOUND)
        if what == frames.SELECT:
            self._is_selected = self.card is not None and (not self._is_read or self.finds_again)
            return frames.reply(frames.OK, bytes(8)) if self._is_selected else frames.reply(frames.NOT_SELECTED)
        if what in (frames.READ, frames.READ_WITH_FINGER):
            if self.card is None or not self._is_selected:
                return frames.reply(frames.READ_FAILED)
            self._is_read = True
            self.reads += 1
            self._has_read.set()
            return read_reply(self.card, finger=b"" if what == frames.READ_WITH_FINGER else None)
        return frames.reply(0x21)


def read_reply(card: IdCard, photo: bytes = bytes(1024), finger: bytes | None = None) -> bytes:
    """The reader's answer to a read; three length words when a fingerprint, even an empty one, was asked for."""
    parts = [encode(card), photo, *([finger] if finger is not None else [])]
    return frames.reply(frames.OK, b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts))


def simulate(options: Mapping[str, object]) -> IdCardSimulator:
    """Options: `link`, the path of the symlink to make (a temporary one by default)."""
    table = Options(options, {"link": "path of the symlink to the simulated port"})
    link = table.text("link", "")
    return IdCardSimulator(Path(link) if link else None)
