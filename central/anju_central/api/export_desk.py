"""Lists of persons at the console: a file is written for who asked, handed out, and gone from the hub."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from anju_central.access.caller import Caller
from anju_central.api.import_desk import WorkPlace
from anju_central.api.job_turns import JobTurns
from anju_central.registry.database import Registry
from anju_central.registry.exports.refused import ExportFailed, NobodyToExport
from anju_central.registry.exports.requests import fetchable
from anju_central.registry.imports.worker import Json, caller_json
from anju_central.registry.link import RegistryLink

log = logging.getLogger(__name__)

FOLDER: Final = "exports"  # in the data folder


class ExportDesk:
    """Composed by the hub."""

    def __init__(self, link: RegistryLink, turns: JobTurns, place: WorkPlace, now_ms: Callable[[], int]) -> None:
        self._link = link
        self._turns = turns
        self._place = place
        self.now_ms = now_ms

    @property
    def registry(self) -> Registry:
        """The open registry. Raises RegistryUnavailable."""
        return self._link.registry

    async def fetch(self, caller: Caller, number: int) -> bytes:
        """Returns the file of an approved request, which is used up by that.

        Raises what `fetchable` raises, ExportFailed, RegistryUnavailable.
        """
        request = await fetchable(caller, self.registry, number, self.now_ms())
        target = self._place.data_dir / FOLDER / f"{secrets.token_hex(8)}.xlsx"
        await asyncio.to_thread(target.parent.mkdir, mode=0o700, exist_ok=True)
        asked: Json = {
            "do": "export",
            "registry": self._place.registry,
            "data_dir": str(self._place.data_dir),
            "caller": caller_json(caller),
            "export": number,
            "target": str(target),
            "now_ms": self.now_ms(),
        }
        try:
            said = await self._turns.once(caller.account, "export", asked)
            if "exported" in said:
                return await asyncio.to_thread(target.read_bytes)
            if said["refused"]["code"] == NobodyToExport.code:
                raise NobodyToExport(request.community)
            log.error("a list was not written: %s", said["refused"]["code"])
            await fetchable(caller, self.registry, number, self.now_ms())  # it says best what stands in the way
            raise ExportFailed
        finally:
            await asyncio.to_thread(_remove, target)

    def remove_left(self) -> None:
        """Removes what a hub that was killed left of a list."""
        for path in (self._place.data_dir / FOLDER).glob("*"):
            _remove(path)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
