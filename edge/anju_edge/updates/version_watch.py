"""Which version of the box runs: puts a new one to the proof, makes room for the next, tells of one taken back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Final, Protocol

from anju_drivers.errors import NotRecorded
from anju_edge.incidents.local_incident import LocalIncident
from anju_edge.updates.health_gate import STEADY_S, HealthGate, Verdict
from anju_edge.updates.slot_files import RollBack, Slot
from anju_protos.v1.control_pb2 import VersionState
from anju_protos.v1.event_pb2 import P4, REAL, RESOLVED

_log = logging.getLogger(__name__)

EXIT_NO_HUB: Final = 80  # the launcher takes this version back at once
LOOK_S: Final = 1.0
LOOKS_A_PROBE: Final = 60
LOOKS_A_CHECK: Final = 10  # of the disk: which version is installed
PROBE_WITHIN_S: Final = 30.0
CALM_LOOKS: Final = 5  # without an open incident before the box makes room for a new version
CONTACT_LOST_S: Final = 600.0


class Signs(Protocol):
    """What the proof looks at; see the fields of the same names in health."""

    def is_fed(self) -> bool: ...

    def is_recording(self) -> bool: ...

    def offline_s(self) -> float | None: ...


def holds_updates(incident: LocalIncident) -> bool:
    """Whether somebody may be in need: no restart then. What is about the box and its devices alone does not hold."""
    about = incident.incident
    return about.mark == REAL and about.priority != P4 and about.state < RESOLVED and not incident.is_quiet


async def _nothing() -> None:
    """Nothing waits."""


@dataclass(frozen=True, slots=True)
class VersionWords:
    """The state for people: the version that runs, one that waits, one that was taken back."""

    running: str
    on_trial: bool
    waiting: str
    rolled_back: RollBack | None
    update: str


class VersionWatch:
    """Made for a box that the launcher started. `run` it beside everything else.

    `probe()` records an event and returns when it is on disk; raises NotRecorded. `end(code)` asks the box to stop in
    order and end with that code. `tell(roll_back)` raises the incident; returns when that is on disk.
    """

    def __init__(
        self,
        slot: Slot,
        signs: Signs,
        open_incidents: Callable[[], Iterable[LocalIncident]],
        probe: Callable[[], Awaitable[None]],
        tell: Callable[[RollBack], Awaitable[None]],
        end: Callable[[int], None],
        changed: Callable[[], None],
        now_s: Callable[[], float] = time.monotonic,
        steady_s: float = STEADY_S,
        look_s: float = LOOK_S,
    ) -> None:
        self._slot = slot
        self._signs = signs
        self._open_incidents = open_incidents
        self._probe = probe
        self._tell = tell
        self._end = end
        self._changed = changed
        self._now_s = now_s
        self._steady_s = steady_s
        self._look_s = look_s
        self.update_state: Callable[[], str] = lambda: ""  # how far the version is that the hub wants
        self.on_proven: Callable[[], Awaitable[None]] = _nothing  # what waits until this version stays
        self._waiting = ""
        self._rolled_back: RollBack | None = None
        self._calm_looks = 0
        self._is_busy: bool | None = None
        self._is_proven = False
        self._is_told = False
        self._is_ending = False

    @property
    def words(self) -> VersionWords:
        """The state for people."""
        return VersionWords(self._slot.name, self._slot.on_trial, self._waiting, self._rolled_back, self.update_state())

    @property
    def is_calm(self) -> bool:
        """Whether no incident has been open for some seconds."""
        return self._calm_looks >= CALM_LOOKS

    @property
    def message(self) -> VersionState:
        """The state for the hub."""
        state = VersionState(
            running=self._slot.name,
            on_trial=self._slot.on_trial,
            waiting=self._waiting,
            update=self.update_state(),
        )
        if self._rolled_back is not None:
            for key, value in asdict(self._rolled_back).items():
                setattr(state.rolled_back, key, value)
        return state

    async def run(self) -> None:
        """Looks once a second, for ever. Call it when the box is READY."""
        self._is_proven = await asyncio.to_thread(self._slot.is_proven)
        if self._is_proven:
            await self.on_proven()
        wants_hub = self._slot.on_trial and await asyncio.to_thread(self._slot.had_contact)
        gate = HealthGate(self._now_s(), wants_hub=wants_hub, steady_s=self._steady_s)
        looks = 0
        while True:
            if looks % LOOKS_A_CHECK == 0:
                await self._check_disk()
            if not self._is_proven and (looks + 1) % LOOKS_A_PROBE == 0:
                gate.probed(self._now_s(), is_recorded=await self._is_recorded())
            await self._look(gate)
            looks += 1
            await asyncio.sleep(self._look_s)

    async def _look(self, gate: HealthGate) -> None:
        busy = any(holds_updates(incident) for incident in self._open_incidents())
        self._calm_looks = 0 if busy else self._calm_looks + 1
        if busy is not self._is_busy:
            with suppress(OSError):  # a runtime folder is memory; without one there is nobody to tell
                self._slot.note_busy(busy=busy)
            self._is_busy = busy
        if not self._is_proven:  # the first version of a box is on no trial, and is to be known as good all the same
            offline_s = self._signs.offline_s()
            verdict = gate.look(
                self._now_s(),
                is_fed=self._signs.is_fed(),
                is_recording=self._signs.is_recording(),
                in_contact=offline_s == 0.0,
            )
            if verdict is Verdict.GOOD:
                await self._commit(gate)
            elif verdict is Verdict.NO_HUB and self.is_calm:
                _log.error("no contact with the hub, which the version before had; it runs again")
                self._finish(EXIT_NO_HUB)
        if self._waiting and self.is_calm and self._slot.ask_for(self._waiting):
            _log.warning("version %s is installed and no incident is open: restarting", self._waiting)
            self._finish(0)

    async def _commit(self, gate: HealthGate) -> None:
        try:
            await asyncio.to_thread(self._slot.commit)
        except OSError as error:
            _log.warning("version %s proved itself, which cannot be kept: %s", self._slot.name, error)
            gate.probed(self._now_s(), is_recorded=False)
            return
        self._is_proven = True
        _log.info("version %s proved itself and stays", self._slot.name)
        self._changed()
        await self.on_proven()

    async def _check_disk(self) -> None:
        before = self.words
        installed = await asyncio.to_thread(self._slot.installed)
        self._waiting = installed if installed != self._slot.name else ""
        self._rolled_back = await asyncio.to_thread(self._slot.rolled_back)
        if self._rolled_back is not None:
            await self._tell_once(self._rolled_back)
        offline_s = self._signs.offline_s()
        if not self._slot.on_trial and offline_s is not None and (offline_s == 0.0 or offline_s > CONTACT_LOST_S):
            with suppress(OSError):
                await asyncio.to_thread(self._slot.note_contact, there=offline_s == 0.0)
        if self.words != before:
            if self._waiting and self._waiting != before.waiting:
                _log.info("version %s is installed; it starts when no incident is open", self._waiting)
            self._changed()

    async def _tell_once(self, what: RollBack) -> None:
        if self._is_told or await asyncio.to_thread(self._slot.is_told, what):
            return
        self._is_told = True  # once a run: an incident that the disk does not take now is in memory and comes later
        with suppress(OSError, NotRecorded):
            await self._tell(what)
            await asyncio.to_thread(self._slot.mark_told, what)

    async def _is_recorded(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_WITHIN_S):
                await self._probe()
        except (NotRecorded, TimeoutError):
            return False
        return True

    def _finish(self, code: int) -> None:
        if not self._is_ending:
            self._is_ending = True
            self._end(code)
