"""The paired pages of a box: in memory first, on disk before anybody is told so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from anju_edge.kiosk.pairing.page_file import PageFile, PageList
from anju_edge.kiosk.pairing.paired_page import PairedPage

_log = logging.getLogger(__name__)

MOST_PAGES: Final = 200
MOST_REVOKED: Final = 200
MOST_OWN_SCREENS: Final = 4  # of one page: each start of its browser makes one, the oldest goes
SEEN_AGAIN_MS: Final = 6 * 3_600_000  # how often "last seen" costs a write to the card
RELOAD_S: Final = 5.0


class BookIsFull(Exception):
    """As many pages are paired as the box keeps: one must be revoked first."""


class PageBook:
    """`damage`: what is wrong with the list on disk, empty when nothing is. `is_lost`: nothing of it could be read.

    `on_out` is called with the id of a page that is out now, or got another key: what is open with the old one must
    end.
    """

    def __init__(self, file: PageFile, now_ms: Callable[[], int], true_ms: Callable[[], int | None]) -> None:
        self._file = file
        self._now_ms = now_ms
        self._true_ms = true_ms
        self._pages: dict[str, PairedPage] = {}
        self._revoked: dict[str, None] = {}
        self._generation = 0
        self._seen_ms: dict[str, int] = {}  # running time
        self._saving = asyncio.Lock()
        self._saved_ms = now_ms()
        self._read_damage = ""
        self._write_fault = ""
        self.is_lost = False
        self.on_out: list[Callable[[str], None]] = []

    @property
    def damage(self) -> str:
        """What was wrong with the list at the start, or is wrong with writing it now."""
        return "; ".join(filter(None, (self._read_damage, self._write_fault)))

    async def load(self) -> None:
        """Reads the list. A damaged copy is written anew from a good one, and said until the box starts again."""
        loaded = await asyncio.to_thread(self._file.load)
        if self._generation:  # what was approved meanwhile counts
            return
        if loaded.damage and loaded.damage != self._read_damage:
            _log.warning("list of paired pages: %s", loaded.damage)
        self._read_damage = loaded.damage
        self.is_lost = loaded.is_lost
        if loaded.found is None:
            return
        self._generation = loaded.found.generation
        self._pages = {page.id: page for page in loaded.found.pages}
        self._revoked = dict.fromkeys(loaded.found.revoked)
        if loaded.damage:
            await self._save()

    async def run(self) -> None:
        """Reads again what could not be read yet (a disk may come late), and keeps when pages were last there."""
        while True:
            await asyncio.sleep(RELOAD_S)
            if not self._generation:
                await self.load()
            elif self._seen_ms and self._now_ms() - self._saved_ms >= SEEN_AGAIN_MS:
                await self._save()

    @property
    def pages(self) -> list[PairedPage]:
        """All of them, the oldest first."""
        return list(self._pages.values())

    def get(self, page_id: str) -> PairedPage | None:
        """Returns a paired page."""
        return self._pages.get(page_id)

    def is_revoked(self, page_id: str) -> bool:
        """Whether a page of this id was paired once."""
        return page_id in self._revoked

    def seen(self, page_id: str) -> None:
        """The page has shown its key."""
        self._seen_ms[page_id] = self._now_ms()

    def seen_ago_s(self, page: PairedPage) -> int | None:
        """Returns how long ago the page was last there, None when this is not known."""
        at_ms = self._seen_ms.get(page.id)
        if at_ms is not None:
            return max(0, self._now_ms() - at_ms) // 1000
        true_ms = self._true_ms()
        if true_ms is None or not page.seen_ms:
            return None
        return max(0, true_ms - page.seen_ms) // 1000

    async def put(self, page: PairedPage) -> bool:
        """Takes a page in, in place of the one with its id. True when it is on disk, False when it is only known now.

        Raises BookIsFull.
        """
        if page.is_own_screen:
            self._make_room_for(page)
        is_new = page.id not in self._pages
        if is_new and len(self._pages) >= MOST_PAGES:
            raise BookIsFull
        self._pages[page.id] = page
        self._seen_ms.pop(page.id, None)
        if not is_new:
            self._out(page.id)
        kept = await self._save()
        self.is_lost = False
        return kept

    async def revoke(self, page_id: str) -> bool:
        """The page is out at once. True when that is on disk; else it is so until a restart alone."""
        if self._pages.pop(page_id, None) is not None:
            self._revoked[page_id] = None
            while len(self._revoked) > MOST_REVOKED:
                del self._revoked[next(iter(self._revoked))]
            self._seen_ms.pop(page_id, None)
            self._out(page_id)
        return await self._save()

    def _make_room_for(self, own_screen: PairedPage) -> None:
        own = [one.id for one in self._pages.values() if one.is_own_screen and one.page == own_screen.page]
        for old in own[: max(0, len(own) - MOST_OWN_SCREENS + 1)]:
            del self._pages[old]
            self._seen_ms.pop(old, None)
            self._out(old)

    def _out(self, page_id: str) -> None:
        for tell in self.on_out:
            tell(page_id)

    async def _save(self) -> bool:
        async with self._saving:
            self._generation += 1
            self._saved_ms = self._now_ms()
            self._note_seen()
            kept = PageList(self._generation, tuple(self._pages.values()), tuple(self._revoked))
            try:
                fault = await asyncio.shield(asyncio.to_thread(self._file.save, kept))
            except OSError as error:
                self._note_fault(f"it cannot be written: {error.strerror or error}")
                return False
            self._note_fault(fault and f"a copy cannot be written: {fault}")
            return True

    def _note_fault(self, fault: str) -> None:
        if fault and fault != self._write_fault:
            _log.warning("list of paired pages: %s", fault)
        self._write_fault = fault

    def _note_seen(self) -> None:
        true_ms = self._true_ms()
        if true_ms is None:
            return
        started_ms = true_ms - self._now_ms()
        for page_id, at_ms in self._seen_ms.items():
            if page_id in self._pages:
                self._pages[page_id] = replace(self._pages[page_id], seen_ms=started_ms + at_ms)
