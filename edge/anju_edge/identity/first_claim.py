"""Waits for the first sign of an identity, and only then loads what keeps one: a box without does not carry it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from anju_edge.identity.keeper import IdentityKeeper

POLL_S: Final = 10.0
FOLDERS: Final = ("identity", "identity.new", "identity.old")  # in the data folder; `key.py` says what each is


class IdentityWatch:
    """The box's `IdentityKeeper`, from the moment on when there is something to keep."""

    def __init__(self, data: Path, true_ms: Callable[[], int | None], offline_s: Callable[[], float]) -> None:
        self._data = data
        self._true_ms = true_ms
        self._offline_s = offline_s
        self._keeper: IdentityKeeper | None = None

    async def run(self) -> None:
        """Never returns."""
        while True:
            if await asyncio.to_thread(self._is_there):
                break
            await asyncio.sleep(POLL_S)
        from anju_edge.identity.keeper import IdentityKeeper

        self._keeper = IdentityKeeper(self._data, self._true_ms, self._offline_s)
        await self._keeper.run()

    def troubles(self) -> dict[str, str]:
        """Codes of `health/trouble_codes.py` with the cause in this case."""
        return {} if self._keeper is None else self._keeper.troubles()

    def _is_there(self) -> bool:
        return any((self._data / name).exists() for name in FOLDERS)
