"""Who was logged in when the registry could be asked last, in a file: they stay so when the hub starts without it.

An alarm must reach an operator while the registry is damaged, too, and whoever is on shift is logged in. Hashes of
tokens, log-in names, roles and times: nothing that opens a session, and no name of a person.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from anju_base.whole_file import replace_file
from anju_central.access.caller import Role
from anju_central.registry.queries.sessions import SessionRow

log = logging.getLogger(__name__)

LAST_SESSIONS_FILE: Final = "sessions.last.json"
MAX_BYTES: Final = 4 << 20


def write_last_sessions(path: Path, rows: Iterable[SessionRow]) -> None:
    """Replaces the file. What cannot be written is logged: sessions in memory count."""
    content = json.dumps(
        [
            [
                row.token_hash.hex(),
                row.account,
                row.role.value,
                row.communities if row.communities == "every" else sorted(row.communities),
                row.idle_ends_ms,
                row.ends_ms,
                row.second_factor_ms,
                row.has_second_factor,
            ]
            for row in rows
        ]
    )
    try:
        replace_file(path, content.encode(), 0o600)
    except OSError as error:
        log.warning("%s is not written: %s; look at the disk", path, error)


def read_last_sessions(path: Path) -> list[SessionRow]:
    """Returns what the file says, nothing where there is none or it cannot be read."""
    with contextlib.suppress(FileNotFoundError):
        try:
            with open(path, "rb") as file:
                if os.fstat(file.fileno()).st_mode & 0o022:
                    raise ValueError("others may write it")
                found = json.loads(file.read(MAX_BYTES))
            return [
                SessionRow(
                    token_hash=bytes.fromhex(token_hash),
                    account=str(account),
                    full_name="",
                    role=Role(role),
                    communities="every" if sites == "every" else frozenset(map(str, sites)),
                    made_ms=0,
                    seen_ms=0,
                    idle_ends_ms=int(idle_ends_ms),
                    ends_ms=int(ends_ms),
                    second_factor_ms=proven_ms if proven_ms is None else int(proven_ms),
                    has_second_factor=bool(has_second_factor),
                )
                for token_hash, account, role, sites, idle_ends_ms, ends_ms, proven_ms, has_second_factor in found
            ]
        except FileNotFoundError:
            raise
        except (OSError, ValueError, TypeError, RecursionError) as error:
            log.warning("%s cannot be read: %s; nobody stays logged in", path, error)
    return []
