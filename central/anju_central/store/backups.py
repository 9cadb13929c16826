"""Copies of the event store in a folder: the oldest go, and the last success is remembered beside the store."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from anju_base.whole_file import replace_file
from anju_central.store.sqlite_store import backup

LAST_BACKUP: Final = "last_backup.json"
LATE_AFTER_S: Final = 2 * 86_400  # the timer makes one a day
_NAME: Final = re.compile(r"anju-central-\d{8}T\d{6}Z\.sqlite")


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last copy that was made whole: when (seconds since 1970), where, and its bytes."""

    at_s: float
    file: str
    size_bytes: int

    def is_late(self, now_s: float) -> bool:
        """Whether the next one should long have been there. A clock that went back is no reason to say so."""
        return now_s - self.at_s > LATE_AFTER_S


def backup_into(store: Path, folder: Path, keep: int, now_s: float) -> LastBackup:
    """Copies the store at `store` into `folder`, removes all copies but the newest `keep`, and remembers the success.

    Only files of such a name go, with what is beside each. Raises sqlite3.Error, OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / time.strftime("anju-central-%Y%m%dT%H%M%SZ.sqlite", time.gmtime(now_s))
    backup(store, target)
    done = LastBackup(now_s, str(target), target.stat().st_size)
    replace_file(store.parent / LAST_BACKUP, json.dumps(asdict(done)).encode())
    copies = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name) and path != target)
    for old in copies[: max(0, len(copies) + 1 - keep)]:
        old.unlink()
        for beside in ("registry", "card-keys"):
            old.with_name(f"{old.name}.{beside}").unlink(missing_ok=True)
    return done


def last_backup(data_dir: Path) -> LastBackup | None:
    """Returns the last success; None when there was none, or what tells of it cannot be read."""
    try:
        found = json.loads((data_dir / LAST_BACKUP).read_text(encoding="utf-8"))
        return LastBackup(float(found["at_s"]), str(found["file"]), int(found["size_bytes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
