"""A card reader that is not there: an RDM6300 on a pseudo-terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from anju_drivers.card_reader.driver import MODELS
from anju_drivers.card_reader.frames import encode
from anju_drivers.card_reader.pn532_simulator import Pn532Simulator
from anju_drivers.options import Options
from anju_drivers.testing.simulation import SerialDevice

REPEAT_S = 0.065
DEMO_CARD = bytes.fromhex("13005D1DA5")


class CardReaderSimulator(SerialDevice):
    """Speaks an RDM6300's bytes. `tap` presents a card, `send` puts any bytes on the line."""

    async def tap(self, card: bytes = DEMO_CARD, held_s: float = 0.2) -> None:
        """Holds a card (5 bytes) in the field: the reader repeats its frame every 65 ms."""
        for _ in range(max(1, round(held_s / REPEAT_S))):
            self.send(encode(card))
            await asyncio.sleep(REPEAT_S)

    async def demonstrate(self) -> str:
        await self.tap()
        return "a card was presented"


def simulate(options: Mapping[str, object]) -> CardReaderSimulator | Pn532Simulator:
    """Options: `link`, the path of the symlink to make (a temporary one by default); `model`, rdm6300 or pn532."""
    known = {"link": "path of the symlink to the simulated port", "model": "rdm6300 or pn532; rdm6300"}
    table = Options(options, known)
    link = Path(table.text("link", "")) if table.text("link", "") else None
    return Pn532Simulator(link) if table.text("model", "rdm6300", MODELS) == "pn532" else CardReaderSimulator(link)
