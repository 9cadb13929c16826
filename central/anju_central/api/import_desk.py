"""Sheets that clerks send to the console: taken in, looked at, compared, taken over, taken back.

Each step is a job in a process of its own; what is known of a sheet is in `UploadShelf`. Who it is shown to is whoever
sent it; whom it names of the registry is noted in the log of look-ups before it is shown.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from anju_central.access.caller import Caller
from anju_central.api.job_turns import Job, JobTurns
from anju_central.registry.fields_by_purpose import fields_for, said
from anju_central.registry.imports.compared_lists import NAMES_PEOPLE, ListKind, ListPage, read_page, residents_of
from anju_central.registry.imports.job import Job as ImportJob
from anju_central.registry.imports.runs import ImportLine, check_undoable, list_imports, runs_of
from anju_central.registry.imports.upload_work import MEND
from anju_central.registry.imports.uploads import (
    INTERRUPTED,
    KEPT_MS,
    NoRoom,
    NotCompared,
    NotMissing,
    UnknownUpload,
    Upload,
    UploadBusy,
    UploadShelf,
    make_private,
)
from anju_central.registry.imports.worker import Json, caller_json, job_json
from anju_central.registry.link import RegistryLink
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.tables import LookUpKind

log = logging.getLogger(__name__)

AGE_EVERY_S: Final = 300.0
MAX_NAME_CHARS: Final = 255
CANCELLED: Final = {
    "code": "cancelled",
    "zh": "已取消，档案没有改动。",
    "en": "Cancelled; nothing was changed.",
}
UNCERTAIN: Final = frozenset({"cancelled", "interrupted", "worker-ended"})  # the registry knows whether it was done


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """What a worker is told of the hub."""

    registry: str
    data_dir: Path


class ImportDesk:
    """Composed by the hub; all methods are called in the event loop."""

    def __init__(
        self,
        link: RegistryLink,
        look_ups: LookUpLog,
        turns: JobTurns,
        place: WorkPlace,
        now_ms: Callable[[], int],
    ) -> None:
        self._link = link
        self._look_ups = look_ups
        self.turns = turns
        self._place = place
        self._now_ms = now_ms
        self.shelf = UploadShelf(place.data_dir, now_ms)
        self.refused_undos: dict[int, Json] = {}  # run -> why it was not taken back when that was asked last

    async def receive(self, caller: Caller, file_name: str, chunks: AsyncIterator[bytes]) -> Upload:
        """Takes a file in piece by piece, and begins to look at it. Raises TooManyUploads, NoRoom."""
        try:
            sent = await self._receive(caller, file_name, chunks)
        except OSError as error:
            log.error("a sheet cannot be kept: %s", error.strerror)
            raise NoRoom from error
        await self._begin(caller, sent, "read", {"do": "look"})
        return sent

    async def _receive(self, caller: Caller, file_name: str, chunks: AsyncIterator[bytes]) -> Upload:
        upload = self.shelf.begin(caller.account)
        digest, length = hashlib.sha256(), 0
        try:
            target = await asyncio.to_thread(make_private, self.shelf.sheet(upload))
            try:
                async for chunk in chunks:
                    digest.update(chunk)
                    length += len(chunk)
                    await asyncio.to_thread(_write_all, target, chunk)
                await asyncio.to_thread(os.fsync, target)
            finally:
                os.close(target)
            now_ms = self._now_ms()
            sent = Upload(
                upload=upload,
                account=caller.account,
                file_name=file_name[:MAX_NAME_CHARS],
                file_hash=digest.hexdigest(),
                bytes_long=length,
                uploaded_ms=now_ms,
                ends_ms=now_ms + KEPT_MS,
            )
            self.shelf.add(sent)
        except BaseException:
            self.shelf.remove(upload)
            raise
        return sent

    async def uploads(self, caller: Caller) -> list[Upload]:
        """Returns the caller's sheets, the newest first."""
        self.shelf.remove_old()
        own = [one for one in self.shelf.all() if one.account == caller.account]
        for upload in own:
            await self._settle(caller, upload)
        return own

    async def upload(self, caller: Caller, upload: str) -> Upload:
        """Returns one of the caller's sheets. Raises UnknownUpload, RegistryUnavailable."""
        found = self.shelf.get(caller.account, upload)
        await self._settle(caller, found)
        if found.compared is not None and found.communities != _scope(caller):
            await asyncio.to_thread(self.shelf.drop_comparison, found)  # it was made for other communities
        return found

    async def compare(self, caller: Caller, upload: str, job: ImportJob) -> Upload:
        """Begins to compare a sheet with the registry. Raises UnknownUpload, UploadBusy."""
        found = await self._idle(caller, upload)
        if not self.shelf.sheet(upload).is_file():
            raise UnknownUpload
        await asyncio.to_thread(self.shelf.drop_comparison, found)
        found.job, found.communities, found.taking_ms = job_json(job), _scope(caller), None
        await self._begin(caller, found, "compare", {"do": "compare"})
        return found

    async def take_over(self, caller: Caller, upload: str, moved_out: Collection[str]) -> Upload:
        """Begins to take over what was compared, and lets those missing go who are ticked.

        Raises UnknownUpload, UploadBusy, NotCompared, NotMissing.
        """
        found = await self._idle(caller, upload)
        if found.compared is None:
            raise NotCompared
        missing = await asyncio.to_thread(residents_of, self.shelf.folder(upload), ListKind.MISSING)
        if not missing.issuperset(moved_out):
            raise NotMissing
        found.taking_ms = self._now_ms()
        asked = {
            "do": "apply",
            "ticked": sorted(moved_out),
            "last_action": found.compared["last_action"],
            "now_ms": found.taking_ms,
        }
        await self._begin(caller, found, "take-over", asked)
        return found

    async def cancel(self, caller: Caller, upload: str) -> Upload:
        """Ends what is being done with a sheet: nothing of it, or all where it was done already."""
        found = self.shelf.get(caller.account, upload)
        await self.turns.cancel(upload)
        if found.doing:  # it was cancelled before it began
            found.doing, found.refusal = "", CANCELLED
            await asyncio.to_thread(self.shelf.save, found)
        await self._settle(caller, found)
        return found

    async def remove(self, caller: Caller, upload: str) -> None:
        """Removes a sheet that nothing is being done with. Raises UnknownUpload, UploadBusy."""
        await self._idle(caller, upload)
        self.shelf.remove(upload)

    async def page(
        self, caller: Caller, upload: str, kind: ListKind, text: str, first: int, most: int
    ) -> tuple[Upload, ListPage]:
        """Returns a page of a list of a comparison, after it was noted whom of the registry it names.

        Raises UnknownUpload, NotCompared, PurposeRefused, NotLogged, RegistryUnavailable.
        """
        found = await self.upload(caller, upload)
        if found.compared is None:
            raise NotCompared
        page = await asyncio.to_thread(read_page, self.shelf.folder(upload), kind, text, first, most)
        if kind in NAMES_PEOPLE:
            people = frozenset((line["resident"], line["community"]) for line in page.lines)
            seen = Seen(LookUpKind.LIST, people, said(fields_for(caller)), None, f"import {kind}")
            await self._look_ups.note(caller, self._link.registry, seen)
        return found, page

    async def mend(self, caller: Caller, upload: str) -> tuple[Upload, Path]:
        """Returns the sheet of rows to mend. Raises UnknownUpload."""
        found = self.shelf.get(caller.account, upload)
        path = self.shelf.folder(upload) / MEND
        if not path.is_file():
            raise UnknownUpload
        return found, path

    async def imports(self, caller: Caller, before: int | None, limit: int) -> list[ImportLine]:
        """Returns imports that were taken over, the newest first. Raises NotAllowed, RegistryUnavailable."""
        return await list_imports(caller, self._link.registry, before, limit)

    async def undo(self, caller: Caller, run: int, reason: str) -> None:
        """Begins to take a whole import back. Raises UploadBusy, UnknownRun, RunUndone, RegistryUnavailable."""
        await check_undoable(caller, self._link.registry, run)
        key = f"undo-{run}"
        if self.turns.job(key) is not None:
            raise UploadBusy
        self.refused_undos.pop(run, None)
        asked = self._asked(caller) | {"do": "undo", "run": run, "reason": reason}

        async def doing(job: Job) -> None:
            said = await self.turns.turn(job, asked)
            if "refused" in said:
                self.refused_undos[run] = said["refused"]

        self.turns.begin(key, caller.account, "undo", doing)

    async def run(self) -> None:
        """Removes sheets that have been here for a day, for ever."""
        while True:
            try:
                if removed := self.shelf.remove_old():
                    log.info("%d uploaded sheets are 24 hours old and were removed", removed)
            except OSError as error:
                log.warning("uploaded sheets are not removed: %s", error.strerror)
            await asyncio.sleep(AGE_EVERY_S)

    async def _idle(self, caller: Caller, upload: str) -> Upload:
        found = await self.upload(caller, upload)
        if found.doing or self.turns.job(upload) is not None:
            raise UploadBusy
        return found

    async def _begin(self, caller: Caller, upload: Upload, doing: str, more: Json) -> None:
        upload.doing, upload.refusal = doing, None
        await asyncio.to_thread(self.shelf.save, upload)
        asked = self._asked(caller) | {
            "file": str(self.shelf.sheet(upload.upload)),
            "folder": str(self.shelf.folder(upload.upload)),
            "file_name": upload.file_name,
            "job": upload.job,
        }

        async def work(job: Job) -> None:
            said: Json = {}
            try:
                said = await self.turns.turn(job, asked | more)
            finally:
                said = said or {"refused": INTERRUPTED if self.turns.is_closing else CANCELLED}
                upload.doing = ""
                self._keep(upload, said)
                await asyncio.to_thread(self.shelf.save, upload)

        self.turns.begin(upload.upload, caller.account, doing, work)

    def _asked(self, caller: Caller) -> Json:
        return {
            "registry": self._place.registry,
            "data_dir": str(self._place.data_dir),
            "caller": caller_json(caller),
            "today": _district_day(self._now_ms()),
            "now_ms": self._now_ms(),
        }

    def _keep(self, upload: Upload, said: Json) -> None:
        """Takes a worker's answer over into what is known of the sheet."""
        upload.refusal = said.get("refused")
        if upload.refusal is not None and upload.refusal["code"] not in UNCERTAIN:
            upload.taking_ms = None
        if "sheets" in said:
            upload.sheets = said["sheets"]
        elif "compared" in said:
            upload.compared = said["compared"]
        elif "taken" in said:
            self._keep_taken(upload, said["taken"]["runs"], said["taken"]["counts"])

    def _keep_taken(self, upload: Upload, runs: dict[str, int], counts: dict[str, int]) -> None:
        assert upload.compared is not None
        has_mend = upload.compared["has_mend"]
        upload.taken.append(
            {"sheet": upload.compared["sheet"]["name"], "runs": runs, "counts": counts, "has_mend": has_mend}
        )
        upload.taking_ms, upload.refusal = None, None
        if upload.sheets_left:
            self.shelf.drop_comparison(upload)
        else:
            self.shelf.drop_sheet(upload)

    async def _settle(self, caller: Caller, upload: Upload) -> None:
        """Finds out whether a run that was cut off was taken over: what the registry holds decides."""
        if upload.doing or upload.taking_ms is None or upload.compared is None:
            return
        rows = await runs_of(caller, self._link.registry, bytes.fromhex(upload.file_hash), upload.taking_ms)
        if rows:
            counts: Counter[str] = Counter()
            for row in rows:
                counts.update(json.loads(row.counts))
            self._keep_taken(upload, {row.community: row.import_run for row in rows}, dict(counts))
            await asyncio.to_thread(self.shelf.save, upload)


def _district_day(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1000 + 8 * 3600, UTC).date().isoformat()


def _scope(caller: Caller) -> list[str] | str:
    return "every" if caller.communities == "every" else sorted(caller.communities)


def _write_all(target: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(target, view) :]
