"""All parts of pairing for one box, wired: the list, the desk, the own screen's key, the control socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any  # JSON

from anju_base.address import parse_address
from anju_edge.clock import Clock
from anju_edge.kiosk.pairing.control_socket import ControlSocket
from anju_edge.kiosk.pairing.desk import PairingDesk
from anju_edge.kiosk.pairing.own_screen import OwnScreenKey
from anju_edge.kiosk.pairing.page_book import PageBook
from anju_edge.kiosk.pairing.page_file import PageFile
from anju_edge.kiosk.pairing.page_lines import page_lines


class Pairing:
    """`listen`: where the pages are served, "" where they are not."""

    def __init__(self, box: str, data: Path, run: Path, clock: Clock, listen: str) -> None:
        self.book = PageBook(PageFile(data, run), clock.elapsed_ms, clock.true_ms)
        self.desk = PairingDesk(box, self.book, clock.elapsed_ms, clock.true_ms)
        self.own_screen = OwnScreenKey(run)
        self.control = ControlSocket(run, self.desk)
        self.is_plain_http = bool(listen) and not parse_address(listen).is_loopback

    async def prepare(self) -> None:
        """Reads the list and the own screen's key. A disk that does not answer is said; the box goes on."""
        await asyncio.to_thread(self.own_screen.prepare)
        await self.book.load()

    @property
    def trouble(self) -> str:
        """What keeps pages from being paired for good, or approved on this box."""
        return "; ".join(filter(None, (self.book.damage, self.own_screen.trouble, self.control.trouble)))

    def moved(self) -> dict[str, str]:
        """Returns the screens that were paired and wait to be approved again, since they have another address now."""
        found = {}
        for one in self.desk.waiting():
            before = self.book.get(one.formerly)
            if before is not None:
                found[one.page] = f"{before.address} -> {one.address}"
        return found

    def snapshot(self) -> dict[str, Any]:
        """How it stands, as JSON values."""
        return page_lines(self.desk) | {
            "plain_http": self.is_plain_http,
            "damage": self.book.damage,
            "own_screen": self.own_screen.trouble,
            "control": self.control.trouble,
        }
