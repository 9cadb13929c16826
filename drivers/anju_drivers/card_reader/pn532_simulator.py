"""A PN532 that is not there, on a pseudo-terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path

from anju_drivers.card_reader import pn532
from anju_drivers.card_reader.pn532 import FrameDecoder, Kind
from anju_drivers.testing.simulation import SerialDevice

DEMO_UID = bytes.fromhex("0416c6c2d73881")
FIRMWARE = bytes.fromhex("32010607")
HELD_S = 0.2


class Pn532Simulator(SerialDevice):
    """Answers commands as the chip does: asleep until woken, an ACK first. `put` a card in its field, `lift` it."""

    def __init__(self, link: Path | None = None) -> None:
        super().__init__(link)
        self._commands = FrameDecoder()
        self.uid = b""
        self.is_dumb = False
        self.is_awake = False
        self.asked: list[int] = []
        self._listed = asyncio.Event()

    def driver_options(self) -> dict[str, object]:
        return {"port": self.link, "model": "pn532"}

    def plugged(self) -> None:
        self._commands = FrameDecoder()
        self.is_awake = False

    def put(self, uid: bytes = DEMO_UID) -> None:
        """Brings a card (UID of 4, 7 or 10 bytes) into the field."""
        self.uid = uid
        self._listed.clear()

    def lift(self) -> None:
        self.uid = b""

    async def until_listed(self) -> None:
        """Waits until a driver was told of the card that was put."""
        await self._listed.wait()

    async def tap(self, uid: bytes = DEMO_UID, held_s: float = HELD_S) -> None:
        """Holds a card in the field for so long."""
        self.put(uid)
        await asyncio.sleep(held_s)
        self.lift()

    async def demonstrate(self) -> str:
        await self.tap()
        return "an NFC card was presented"

    def received(self, data: bytes) -> None:
        self.is_awake |= data.startswith(b"\x55")
        for frame in self._commands.feed(data):
            if self.is_dumb or not self.is_awake:
                continue
            if frame.kind is not Kind.COMMAND:
                self.send(pn532.NAK if frame.error else b"")
                continue
            self.asked.append(frame.command)
            self.send(pn532.ACK + self._answer(frame.command))

    def _answer(self, command: int) -> bytes:
        if command == pn532.GET_FIRMWARE_VERSION:
            return pn532.response(command, FIRMWARE)
        if command in (pn532.SAM_CONFIGURATION, pn532.RF_CONFIGURATION):
            return pn532.response(command)
        if command == pn532.IN_LIST_PASSIVE_TARGET:
            if not self.uid:
                return pn532.response(command, b"\x00")
            self._listed.set()
            sens_res, sel_res = (b"\x00\x04", b"\x08") if len(self.uid) == 4 else (b"\x00\x44", b"\x00")
            return pn532.response(command, b"\x01\x01" + sens_res + sel_res + bytes((len(self.uid),)) + self.uid)
        return bytes.fromhex("0000ff01ff7f8100")
