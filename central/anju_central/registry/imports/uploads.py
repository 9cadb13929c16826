"""Uploaded sheets in the hub's data folder, each in a folder of its own that only the hub can read.

A sheet is people's data: it stays 24 hours at most, and goes as soon as it is taken over, but for the rows to mend.
What was being done when a hub ended is known from `state.json`, so that the next one says it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from anju_base.whole_file import replace_file
from anju_central.registry.errors import RegistryRefused
from anju_central.registry.imports.compared_lists import remove_lists

log = logging.getLogger(__name__)

FOLDER: Final = "imports"  # in the data folder
SHEET: Final = "sheet"
STATE: Final = "state.json"
KEPT_MS: Final = 24 * 3_600_000
MOST_OF_ACCOUNT: Final = 4
MOST: Final = 24  # of all accounts: some hundred MB at most
UPLOAD_ID: Final = re.compile(r"[0-9a-f]{16}")
Json = dict[str, Any]  # as json.loads gives it


class UnknownUpload(RegistryRefused):
    """There is no such sheet, or it is another account's: the answer is the same."""

    code = "upload-unknown"

    def __init__(self) -> None:
        super().__init__("this sheet is not here any more (it is kept 24 hours): send it again")


class UploadBusy(RegistryRefused):
    """Something is being done with the sheet now."""

    code = "upload-busy"

    def __init__(self) -> None:
        super().__init__("this sheet is being worked on: wait until it is done, or cancel it")


class NotCompared(RegistryRefused):
    """A sheet is looked at before it is taken over."""

    code = "not-compared"

    def __init__(self) -> None:
        super().__init__("this sheet was not compared with the registry yet: compare it, look at it, then take it over")


class TooManyUploads(RegistryRefused):
    """Sheets lie about."""

    code = "too-many-uploads"

    def __init__(self) -> None:
        super().__init__("too many sheets wait here: finish or remove one of yours, then send this one again")


class NoRoom(RegistryRefused):
    """The hub's disk takes no sheet."""

    code = "no-room"

    def __init__(self) -> None:
        super().__init__("the hub's disk is full or broken: tell whoever looks after the hub, then send it again")


class NotMissing(RegistryRefused):
    """Only who is missing from the sheet can be said to have moved out by it."""

    code = "not-missing"

    def __init__(self) -> None:
        super().__init__("somebody who was ticked is not missing from the sheet: compare it again")


@dataclass(slots=True)
class Upload:
    """A sheet. `doing` is "", "read", "compare" or "take-over". Times are UTC ms.

    `sheets` is what a look found, `compared` what a comparison found for a caller of `communities`, `taken` what was
    taken over of its sheets, `refusal` why the last thing was not done: {code, zh, en}. `taking_ms` is the time that a
    run has that may have been taken over by a hub which ended.
    """

    upload: str
    account: str
    file_name: str
    file_hash: str
    bytes_long: int
    uploaded_ms: int
    ends_ms: int
    doing: str = ""
    sheets: list[Json] = field(default_factory=list)
    communities: list[str] | str = "every"
    job: Json | None = None
    compared: Json | None = None
    taking_ms: int | None = None
    taken: list[Json] = field(default_factory=list)
    refusal: Json | None = None

    @property
    def sheets_left(self) -> list[str]:
        """Returns the names of sheets with people that were not taken over."""
        done = {one["sheet"] for one in self.taken}
        return [
            sheet["name"]
            for sheet in self.sheets
            if sheet["name"] not in done and any(column["field"] == "name" for column in sheet["columns"])
        ]


class UploadShelf:
    """The folder of uploads. Composed by the hub; called in the event loop, but for `save` and what drops files."""

    def __init__(self, data_dir: Path, now_ms: Callable[[], int]) -> None:
        self._folder = data_dir / FOLDER
        self._now_ms = now_ms
        self._uploads: dict[str, Upload] | None = None
        self._coming: dict[str, str] = {}  # upload -> account, of what is being sent

    def folder(self, upload: str) -> Path:
        """Returns where a sheet and what belongs to it is."""
        return self._folder / upload

    def sheet(self, upload: str) -> Path:
        """Returns the sheet's own file."""
        return self.folder(upload) / SHEET

    def begin(self, account: str) -> str:
        """Makes the folder of a sheet that comes; returns its id. Raises TooManyUploads, OSError."""
        accounts = [one.account for one in self.all()] + list(self._coming.values())
        if len(accounts) >= MOST or accounts.count(account) >= MOST_OF_ACCOUNT:
            raise TooManyUploads
        self._folder.mkdir(mode=0o700, exist_ok=True)
        upload = secrets.token_hex(8)
        self.folder(upload).mkdir(mode=0o700)
        self._coming[upload] = account
        return upload

    def add(self, upload: Upload) -> None:
        """Keeps a sheet that came whole. Raises OSError."""
        self._known()[upload.upload] = upload
        self._coming.pop(upload.upload, None)
        self.save(upload)

    def get(self, account: str, upload: str) -> Upload:
        """Returns an account's own sheet. Raises UnknownUpload."""
        found = self._known().get(upload)
        if found is None or found.account != account or (found.ends_ms <= self._now_ms() and not found.doing):
            raise UnknownUpload
        return found

    def all(self) -> list[Upload]:
        """Returns all sheets, the newest first."""
        return sorted(self._known().values(), key=lambda one: -one.uploaded_ms)

    def save(self, upload: Upload) -> None:
        """Writes down how far a sheet is. Raises OSError."""
        if upload.upload in self._known():
            replace_file(self.folder(upload.upload) / STATE, json.dumps(asdict(upload)).encode(), 0o600)

    def drop_sheet(self, upload: Upload) -> None:
        """Removes the sheet and what it was compared to; what it became, and its rows to mend, stay."""
        self.sheet(upload.upload).unlink(missing_ok=True)
        self.drop_comparison(upload)

    def drop_comparison(self, upload: Upload) -> None:
        """Removes what a comparison left, but for the rows to mend."""
        upload.compared = None
        remove_lists(self.folder(upload.upload))

    def remove(self, upload: str) -> None:
        """Removes everything of a sheet."""
        self._known().pop(upload, None)
        self._coming.pop(upload, None)
        shutil.rmtree(self.folder(upload), ignore_errors=True)

    def remove_old(self) -> int:
        """Removes what has been here for 24 hours, and what came half; returns how many."""
        now_ms = self._now_ms()
        old = [one.upload for one in self._known().values() if one.ends_ms <= now_ms and not one.doing]
        for upload in old:
            self.remove(upload)
        return len(old)

    def _known(self) -> dict[str, Upload]:
        if self._uploads is None:
            self._uploads = self._read()
        return self._uploads

    def _read(self) -> dict[str, Upload]:
        """What an earlier hub left: whatever it was doing has ended with it."""
        found: dict[str, Upload] = {}
        folders = list(self._folder.iterdir()) if self._folder.is_dir() else []
        for folder in folders:
            try:
                upload = Upload(**json.loads((folder / STATE).read_text(encoding="utf-8")))
                if UPLOAD_ID.fullmatch(folder.name) is None or upload.upload != folder.name:
                    raise ValueError(folder.name)
            except (OSError, ValueError, TypeError):
                log.warning("%s: no sheet that came whole, removed", folder)
                shutil.rmtree(folder, ignore_errors=True)
                continue
            if upload.doing:
                upload.doing = ""
                upload.refusal = INTERRUPTED
            found[upload.upload] = upload
        return found


INTERRUPTED: Final = {
    "code": "interrupted",
    "zh": "中心重新启动，这一步没有做完，档案没有改动。请再做一次。",
    "en": "The hub was restarted and this was not finished; nothing was changed. Do it again.",
}


def make_private(path: Path) -> int:
    """Makes a new file that its account alone reads; returns its descriptor. Raises OSError."""
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
