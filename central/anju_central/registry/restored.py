"""After an older copy of the registry was put back: noticed by its count of changes, settled once, and said.

A copy brings back sessions, one-time links, claim codes and tokens that ended since, passwords that were changed and
accounts that were disabled. What this hub knew last (`accounts.last.json`, `boxes.last.json`) outlives the copy.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Final

from anju_base.whole_file import replace_file
from anju_central.access.caller import Caller
from anju_central.access.last_accounts import LAST_ACCOUNTS_FILE, LastAccounts
from anju_central.registry.database import Registry
from anju_central.registry.last_good import LAST_GOOD_FILE, LastGood, read_last_good
from anju_central.registry.queries.boxes import list_boxes
from anju_central.registry.queries.restored import Settled, forget_key, settle_restored

log = logging.getLogger(__name__)

SEEN_FILE: Final = "registry.seen"
MAX_BYTES: Final = 32


async def settle(caller: Caller, registry: Registry, data_dir: Path, now_ms: int) -> list[str]:
    """Settles a registry that was put back, and remembers that it is.

    Returns what a person has to know and do now, a line each, Chinese and English. Raises RegistryUnavailable.
    """
    known = LastAccounts(data_dir / LAST_ACCOUNTS_FILE)
    await asyncio.to_thread(known.restore)
    settled = await settle_restored(caller, registry, known.logins, known.tokens, now_ms)
    boxes = await asyncio.to_thread(read_last_good, data_dir / LAST_GOOD_FILE)
    newer = await _forget_older_keys(caller, registry, boxes, now_ms)
    await write_seen(data_dir, await registry.changes())
    return [*_of_people(settled), *_of_boxes(settled, boxes, newer)]


async def _forget_older_keys(caller: Caller, registry: Registry, known: LastGood, now_ms: int) -> list[str]:
    """Returns the boxes that were claimed anew since: the key that the copy knows would shut theirs out."""
    keys = {record.box: record.spki for record in known.boxes if record.is_served and record.spki is not None}
    rows = await list_boxes(caller, registry, list(keys))
    newer = [row.box for row in rows if row.certificate_spki not in (None, keys[row.box])]
    for box in newer:
        await forget_key(caller, registry, box, now_ms)
    return newer


async def has_gone_back(registry: Registry, data_dir: Path) -> bool:
    """Whether a registry knows of fewer changes than it had when this hub asked it last. Raises RegistryUnavailable."""
    return await registry.changes() < await asyncio.to_thread(_read_seen, data_dir / SEEN_FILE)


async def write_seen(data_dir: Path, changes: int) -> None:
    """Remembers how many changes there were. What cannot be written is logged."""
    try:
        await asyncio.to_thread(replace_file, data_dir / SEEN_FILE, f"{changes}\n".encode(), 0o600)
    except OSError as error:
        log.warning("%s is not written: %s; look at the disk", data_dir / SEEN_FILE, error)


def _read_seen(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return int(file.read(MAX_BYTES))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read: %s; whether the registry was put back is not known", path, error)
        return 0


def _of_people(settled: Settled) -> list[str]:
    lines = [f"{settled.sessions} 个登录已结束，大家重新登录 sessions ended: everybody logs in again"]
    if settled.links:
        lines.append(f"一次性链接作废 one-time links are void, make new ones (account link): {_list(settled.links)}")
    if settled.tokens:
        lines.append(f"程序令牌吊销 tokens are revoked, make new ones (token add): {_list(settled.tokens)}")
    if settled.changed:
        lines.append(f"账户按最后所知恢复 accounts are as they were known last: {_list(settled.changed)}")
    if settled.lost:
        lines.append(f"备份之后新增的账户没有了 accounts made since are gone, add them: {_list(settled.lost)}")
    if settled.unknown:
        lines.append(
            "以下账户是备份时的样子，请核对 accounts are as of the backup; compare passwords, roles and who has left "
            f"(anju-central account list): {_list(settled.unknown)}"
        )
    return lines


def _of_boxes(settled: Settled, known: LastGood, newer: list[str]) -> list[str]:
    lines = []
    if settled.claims:
        lines.append(f"登记码作废 claim codes are void, make new ones (box code): {_list(settled.claims)}")
    if newer:
        lines.append(f"之后重新登记过的网关，需要新登记码 boxes claimed anew since, each needs a code: {_list(newer)}")
    if out := sorted(record.box for record in known.boxes if not record.is_served and record.state != "unused"):
        lines.append(f"停用或吊销的网关仍然停用 boxes that are out stay out: {_list(out)}")
    if not known.boxes:
        lines.append(
            "不知道备份之后哪些网关被吊销，请核对 which boxes were revoked since is not known: look through "
            "anju-central box list, revoke those again"
        )
    return lines


def _list(names: list[str]) -> str:
    return ", ".join(names)
