"""The log of who looked at whom: written before anything is handed out, but never in an emergency's way.

What could not be written then waits in a file, is said, and is written later under its own time.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Purpose
from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.glass import add_late_glass
from anju_central.registry.look_up_chain import LookUpEntry, entry_hash
from anju_central.registry.tables import LookUp, LookUpHead, LookUpKind, LookUpPerson
from anju_central.registry.waiting_look_ups import WAITING_FILE as WAITING_FILE
from anju_central.registry.waiting_look_ups import Seen as Seen
from anju_central.registry.waiting_look_ups import WaitingFile, WaitingGlass, WaitingLookUp

log = logging.getLogger(__name__)

MAX_WAITING: Final = 10_000
OFTEN: Final = 200  # with more than this waiting the file follows every so many entries
MAX_NOTED: Final = 50_000
AGAIN_S: Final = 10.0
WRITE_WITHIN_S: Final = 3.0  # in an emergency, on every engine: a database that hangs is no reason to wait


class NotLogged(Exception):
    """A look-up cannot be written down, so nothing is shown."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the log of look-ups cannot be written ({why}), so nobody is shown; in an emergency ask from its incident"
        )


class LookUpLog:
    """Composed by the hub. `fault` says why the log cannot be written, None while it can."""

    def __init__(self, folder: Path, now_ms: Callable[[], int]) -> None:
        self._file = WaitingFile(folder)
        self._now_ms = now_ms
        self._waiting: list[WaitingLookUp] = []
        self._lost = 0
        self._noted: dict[tuple[str, str | None, str], None] = {}  # (account, incident, resident), the oldest first
        self._any = asyncio.Event()
        self.fault: str | None = None

    def read_waiting(self) -> None:
        """Takes up what an earlier run of the hub could not write."""
        self._waiting, self._lost = self._file.read()
        if self._waiting or self._lost:
            self.fault = "the hub was stopped before it could be written"
            self._any.set()

    async def note(self, caller: Caller, registry: Registry, seen: Seen) -> None:
        """Writes down a look-up, before its answer is handed out. Raises NotLogged, but never for an emergency."""
        at_ms = self._now_ms()
        if self.fault is not None and caller.purpose is Purpose.EMERGENCY:
            self._keep(caller, seen, at_ms, self.fault)  # one emergency has waited for it; no other one does
            return
        try:
            if caller.purpose is Purpose.EMERGENCY:
                async with asyncio.timeout(WRITE_WITHIN_S):
                    await write(caller, registry, seen, at_ms)
            else:
                await write(caller, registry, seen, at_ms)
        except (RegistryUnavailable, IntegrityError, TimeoutError) as error:
            why = str(error) or f"the database did not answer within {WRITE_WITHIN_S:g} s"
            if caller.purpose is not Purpose.EMERGENCY:
                raise NotLogged(why) from error
            self._keep(caller, seen, at_ms, why)

    async def note_once(self, caller: Caller, registry: Registry, seen: Seen) -> None:
        """As `note`, but each person once per incident and account while the hub runs."""
        fresh = frozenset(
            (resident, community)
            for resident, community in seen.people
            if (caller.account, seen.incident, resident) not in self._noted
        )
        if not fresh:
            return
        await self.note(caller, registry, replace(seen, people=fresh))
        for resident, _ in fresh:
            self._noted[caller.account, seen.incident, resident] = None
        while len(self._noted) > MAX_NOTED:
            self._noted.pop(next(iter(self._noted)))

    def keep_glass(self, caller: Caller, seen: Seen, glass: WaitingGlass, at_ms: int, why: str) -> WaitingLookUp:
        """Keeps glass that was broken while nothing can be written; it is open at once. Returns what waits."""
        return self._keep(caller, seen, at_ms, why, glass)

    def waiting_glass(self, now_ms: int) -> list[tuple[WaitingLookUp, WaitingGlass]]:
        """Returns the glass that is open, and not written yet."""
        return [
            (row, row.glass)
            for row in self._waiting
            if row.glass is not None and row.glass.closed_ms is None and row.glass.ends_ms > now_ms
        ]

    def opened_glass(self, caller: Caller, incident: str | None, now_ms: int) -> frozenset[str]:
        """Returns the communities in which the caller's glass for an incident is open, and not written yet."""
        return frozenset(
            glass.community
            for row, glass in self.waiting_glass(now_ms)
            if (row.account, row.seen.incident) == (caller.account, incident) and caller.may_see(glass.community)
        )

    def close_glass(self, incident: str, now_ms: int) -> int:
        """Closes the glass of an incident that is not written yet. Returns how many."""
        closing = [row for row, _ in self.waiting_glass(now_ms) if row.seen.incident == incident]
        for row in closing:
            assert row.glass is not None
            at = self._waiting.index(row)
            self._waiting[at] = replace(row, glass=replace(row.glass, closed_ms=now_ms))
        if closing:
            self._file.rewrite(self._waiting)
        return len(closing)

    def _keep(
        self, caller: Caller, seen: Seen, at_ms: int, why: str, glass: WaitingGlass | None = None
    ) -> WaitingLookUp:
        if self.fault is None:
            log.error("the log of look-ups cannot be written: %s; an emergency's look-ups wait", why)
        self.fault = why
        waiting = WaitingLookUp.of(caller, seen, at_ms, glass)
        if len(self._waiting) >= MAX_WAITING and glass is None:
            self._lost += 1
        else:
            self._waiting.append(waiting)
            self._file.append(waiting)
        self._any.set()
        return waiting

    async def run(self, registry: Callable[[], Registry]) -> None:
        """Writes what waits as soon as it can be, for ever. `registry` may raise RegistryUnavailable."""
        while True:
            await self._any.wait()
            self._any.clear()
            try:
                done = await self.catch_up(registry())
            except RegistryUnavailable as error:
                self.fault, done = str(error), False
            if not done:
                await asyncio.sleep(AGAIN_S)
                self._any.set()

    async def catch_up(self, registry: Registry) -> bool:
        """Writes what waits, each under the time of its look-up. Returns whether nothing waits any more."""
        while self._waiting:
            row = self._waiting[0]
            reason = f"{row.seen.kind.value}, written later: {row.seen.reason}".removesuffix(": ")
            seen = Seen(LookUpKind.CATCH_UP, row.seen.people, row.seen.fields, row.seen.incident, reason)
            try:
                async with registry.write(row.caller, is_urgent=True) as session:
                    await write_in(session, row.caller, seen, row.at_ms)
                    if row.glass is not None:
                        await add_late_glass(session, row, row.glass)
            except (RegistryUnavailable, IntegrityError) as error:
                self.fault = str(error)
                return False
            self._waiting.pop(0)
            if len(self._waiting) < OFTEN or len(self._waiting) % OFTEN == 0:
                self._file.rewrite(self._waiting)
        if self._lost:
            log.error("%d look-ups of emergencies could not be written down and are lost", self._lost)
            self._lost = 0
        self._file.remove()
        if self.fault is not None:
            log.info("the log of look-ups is written again")
        self.fault = None
        return True

    def notices(self) -> list[str]:
        """What a person has to look at, in English."""
        if self.fault is None:
            return []
        lost = f", {self._lost} are lost" if self._lost else ""
        return [
            f"the log of look-ups cannot be written ({self.fault}): {len(self._waiting)} look-ups of emergencies "
            f"wait{lost}; other look-ups are refused until then: make room on the disk, or mend the registry"
        ]


def storable(text: str) -> str:
    """Returns a text as every engine takes it: PostgreSQL knows no NUL, and neither knows half of a surrogate pair.

    What an engine refuses would stand at the head of what waits, with all later look-ups behind it.
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode()


async def write(caller: Caller, registry: Registry, seen: Seen, at_ms: int) -> None:
    """Writes down a look-up in a transaction of its own. Raises RegistryUnavailable."""
    async with registry.write(caller, is_urgent=caller.purpose is Purpose.EMERGENCY) as session:
        await write_in(session, caller, seen, at_ms)


async def write_in(session: AsyncSession, caller: Caller, seen: Seen, at_ms: int) -> None:
    """Writes down a look-up in a transaction that is open: an entry for each community, so that each sees its own."""
    head = await session.get_one(LookUpHead, 1, with_for_update=True, populate_existing=True)
    by_community: defaultdict[str | None, set[tuple[str, str]]] = defaultdict(set)
    for person in seen.people:
        by_community[person[1]].add(person)
    if not by_community:
        by_community[None] = set()
    for community, people in sorted(by_community.items(), key=lambda item: item[0] or ""):
        entry = LookUpEntry(
            entry=head.entry + 1,
            at_ms=at_ms,
            account=caller.account,
            role=caller.role.value,
            purpose=caller.purpose.value,
            kind=seen.kind.value,
            community=community,
            fields=seen.fields[:500],
            incident=storable(seen.incident) if seen.incident is not None else None,
            reason=storable(seen.reason)[:500],
            people=frozenset(people),
        )
        head.entry, head.entry_hash = entry.entry, entry_hash(head.entry_hash, entry)
        session.add(_row(entry, head.entry_hash, caller, seen.kind))
        session.add_all(LookUpPerson(entry=entry.entry, resident=one, community=where) for one, where in people)
    await session.flush()


def _row(entry: LookUpEntry, own_hash: bytes, caller: Caller, kind: LookUpKind) -> LookUp:
    return LookUp(
        entry=entry.entry,
        at_ms=entry.at_ms,
        account=entry.account,
        role=caller.role,
        purpose=caller.purpose,
        kind=kind,
        community=entry.community,
        fields=entry.fields,
        incident=entry.incident,
        reason=entry.reason,
        people=len(entry.people),
        entry_hash=own_hash,
    )
