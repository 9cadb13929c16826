"""All projections kept up with the store by threads of their own, and the event loop told what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from anju_central.projections.folder import Folder
from anju_central.projections.projection import Change
from anju_central.projections.projection_file import ProjectionFile, all_projections, projection_path
from anju_central.projections.set_aside import SetAside
from anju_central.store.event_store import LogPositions
from anju_central.store.log_reader import LOG_NAMES, LogName


class Projector:
    """Made and used in the event loop; folds in two threads of its own.

    One has the projections that follow no telemetry (incidents, attendance): an alarm's step to the operators never
    waits for a backlog's fold. The other has the rest.
    """

    def __init__(self, data_dir: Path, store: Path, epoch: bytes, heads: LogPositions) -> None:
        self.publish: Callable[[list[Change]], None] = lambda _changes: None  # in the event loop
        self._loop = asyncio.get_running_loop()
        self.files = {
            projection.name: ProjectionFile(projection_path(data_dir, projection.name), projection, epoch)
            for projection in all_projections()
        }
        for file in self.files.values():
            file.adopt_rebuilt()
        self.on_rebuilt: Callable[[str], None] = lambda _name: None  # in the event loop
        self.on_set_aside: Callable[[SetAside], None] = lambda _fact: None  # in the event loop
        self.set_aside = 0  # facts that projections could not fold, since the start
        self.store_damage: asyncio.Future[str] = self._loop.create_future()  # what a reader of the store found
        self.folded: dict[str, dict[LogName, int]] = {name: dict(file.positions) for name, file in self.files.items()}
        self._waiters: list[tuple[str, LogName, int, asyncio.Future[None]]] = []
        self.ended: asyncio.Future[None] = self._loop.create_future()  # the first thread that ends
        urgent = [file for file in self.files.values() if "telemetry" not in file.positions]
        rest = [file for file in self.files.values() if "telemetry" in file.positions]
        self._folders = [
            Folder(name, files, store, heads, self) for name, files in (("projector", urgent), ("folder", rest))
        ]
        self._left = len(self._folders)

    def start(self) -> None:
        """Starts folding."""
        for folder in self._folders:
            folder.start()

    def wake(self) -> None:
        """Says that the store has something new. Callable from any thread."""
        for folder in self._folders:
            folder.wake()

    async def caught_up(self, name: str, wanted: LogName, pos: int) -> None:
        """Returns when projection `name` has folded log `wanted` up to `pos` and its changes were published."""
        if self.folded[name][wanted] >= pos:
            return
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiters.append((name, wanted, pos, done))
        await done

    async def close(self) -> None:
        """Ends the threads at their next whole step and closes the files."""
        for folder in self._folders:
            folder.stop()
        for folder in self._folders:
            await asyncio.to_thread(folder.join)

    # -- called from the threads, run in the event loop

    def report_folded(self, name: str, wanted: LogName, pos: int, changes: list[Change]) -> None:
        """A projection folded a log up to `pos`."""
        self._loop.call_soon_threadsafe(self._folded, name, wanted, pos, changes)

    def report_rebuilt(self, name: str, positions: dict[LogName, int]) -> None:
        """A projection was rebuilt, or begins anew."""
        self._loop.call_soon_threadsafe(self._rebuilt, name, positions)

    def report_set_aside(self, fact: SetAside) -> None:
        """A projection goes on without a fact."""
        self._loop.call_soon_threadsafe(self._was_set_aside, fact)

    def report_damage(self, reason: str) -> None:
        """The store's file is broken; the thread that found it ends."""
        self._loop.call_soon_threadsafe(self._is_damaged, reason)

    def report_ended(self) -> None:
        """A thread ends."""
        self._loop.call_soon_threadsafe(self._thread_ended)

    def _folded(self, name: str, wanted: LogName, pos: int, changes: list[Change]) -> None:
        self.folded[name][wanted] = pos
        try:
            if changes:
                self.publish(changes)
        finally:
            self._wake_waiters()

    def _wake_waiters(self) -> None:
        if self._waiters:
            left = []
            for waiter in self._waiters:
                if self.folded[waiter[0]][waiter[1]] < waiter[2]:
                    left.append(waiter)
                elif not waiter[3].done():
                    waiter[3].set_result(None)
            self._waiters = left

    def _rebuilt(self, name: str, positions: dict[LogName, int]) -> None:
        self.folded[name] = positions
        self.on_rebuilt(name)

    def _was_set_aside(self, fact: SetAside) -> None:
        self.set_aside += 1
        self.on_set_aside(fact)

    def _is_damaged(self, reason: str) -> None:
        if not self.store_damage.done():
            self.store_damage.set_result(reason)

    def _thread_ended(self) -> None:
        self._left -= 1
        if not self.ended.done():
            self.ended.set_result(None)
        if not self._left:
            for *_, done in self._waiters:
                if not done.done():
                    done.cancel()


def lag(heads: LogPositions, folded: dict[LogName, int]) -> dict[LogName, int]:
    """Returns how many log positions a projection has still to fold."""
    return {name: getattr(heads, name) - folded[name] for name in LOG_NAMES if name in folded}
