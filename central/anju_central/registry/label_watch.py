"""Rosters that are files and change while the hub runs: read again. What cannot be read leaves the last good."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from anju_central.registry.labels import CommunityLabels, Labels, labels_of
from anju_protos.roster_file import RosterFileError, load_roster

log = logging.getLogger(__name__)
POLL_S: Final = 2.0

Print = tuple[int, int, int]  # what changes with a file: inode, size, time


class LabelWatch:
    """Looks at the roster files and calls `notify` with the communities whose labels are new."""

    def __init__(self, labels: Labels, notify: Callable[[list[str]], None]) -> None:
        self.labels = labels
        self._notify = notify
        self._prints: dict[Path, Print | None] = {path: _print(path) for path in labels.files.values()}

    async def run(self) -> None:
        """Looks every two seconds, for ever."""
        while True:
            await asyncio.sleep(POLL_S)
            await self.poll()

    async def poll(self) -> None:
        """Takes over what changed since the last poll."""
        changed = await asyncio.to_thread(self._read, self.labels.files)
        for labels in changed:
            self.labels.replace(labels)
            log.info("roster of %s: revision %d is in use", labels.community, labels.revision)
        if changed:
            self._notify([labels.community for labels in changed])

    def _read(self, files: Mapping[str, Path]) -> list[CommunityLabels]:
        changed: list[CommunityLabels] = []
        for community, path in list(files.items()):  # communities may be added meanwhile
            now = _print(path)
            if community in self.labels.of_registry or now == self._prints.get(path):
                continue
            self._prints[path] = now
            try:
                changed.append(labels_of(community, load_roster(path)))
            except RosterFileError as error:
                self.labels.refuse(community, str(error))
        return changed


def _print(path: Path) -> Print | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
