"""What became of a job whose process ended without an answer: a commit and the word of it are two things."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller
from anju_central.registry.community_locks import wait_for_imports
from anju_central.registry.database import Registry
from anju_central.registry.tables import Community, ImportRun, RunState

Json = dict[str, Any]  # as json.loads gives it


async def outcome_of_run(caller: Caller, registry: Registry, data: bytes, now_ms: int) -> Json | None:
    """Returns `taken` as the process would have said it, None where nothing went in. Raises RegistryUnavailable."""
    async with registry.read(caller) as session:
        await _settled(session)
        chosen = select(ImportRun).where(
            ImportRun.file_hash == hashlib.sha256(data).digest(),
            ImportRun.made_ms == now_ms,
            ImportRun.made_by == caller.account,
        )
        runs = (await session.scalars(chosen)).all()
    if not runs:
        return None
    counts: Counter[str] = Counter()
    for run in runs:
        counts.update(json.loads(run.counts))
    return {"taken": {"runs": {run.community: run.import_run for run in runs}, "counts": dict(counts)}}


async def outcome_of_undo(caller: Caller, registry: Registry, run: int, now_ms: int) -> Json | None:
    """Returns `undone` as the process would have said it, None where nothing was. Raises RegistryUnavailable."""
    async with registry.read(caller) as session:
        await _settled(session)
        first = await session.get(ImportRun, run)
        if first is None:
            return None
        chosen = select(ImportRun).where(
            ImportRun.file_hash == first.file_hash,
            ImportRun.made_ms == first.made_ms,
            ImportRun.made_by == first.made_by,
            ImportRun.state == RunState.UNDONE,
            ImportRun.undone_ms == now_ms,
            ImportRun.undone_by == caller.account,
        )
        undone = Counter(one.community for one in await session.scalars(chosen))
    return {"undone": dict(undone)} if undone else None


async def _settled(session: AsyncSession) -> None:
    """PostgreSQL goes on for a while with what a killed process has sent: its transaction is over, then we look."""
    await wait_for_imports(session, await session.scalars(select(Community.community)))
