"""The last good list of boxes and communities, in a file: boxes are served by it while the registry cannot be asked.

Ids, names of sites, states and hashes of public keys: nothing secret, and nothing about people. An SOS must not hang on
a database that only people's changes need.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anju_central.access.box_directory import BoxRecord
from anju_central.registry.queries.communities import CommunityRow

log = logging.getLogger(__name__)

LAST_GOOD_FILE: Final = "boxes.last.json"
MAX_BYTES: Final = 8 << 20  # 5,000 boxes take 1 MB


@dataclass(frozen=True, slots=True)
class LastGood:
    """What was known when the registry was asked last."""

    boxes: Sequence[BoxRecord] = ()
    communities: Sequence[CommunityRow] = ()


def write_last_good(path: Path, known: LastGood) -> None:
    """Replaces the file, if what it says is new. What cannot be written is logged: the list in memory counts."""
    boxes = [[one.box, one.community, one.state, one.spki.hex() if one.spki else None] for one in known.boxes]
    sites = [[one.community, one.name_zh, one.name_en, one.roster_file] for one in known.communities]
    content = json.dumps({"boxes": boxes, "communities": sites}, ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        if path.exists() and path.read_text(encoding="utf-8") == content:
            return
        fresh = path.with_name(f"{path.name}.new")
        with open(fresh, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except (OSError, UnicodeError) as error:
        log.warning("%s is not written: %s; look at the disk", path, error)


def read_last_good(path: Path) -> LastGood:
    """Returns what the file says, nothing where there is none or it cannot be read."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MAX_BYTES))
        return LastGood(
            [BoxRecord(str(b), str(c), str(s), bytes.fromhex(k) if k else None) for b, c, s, k in found["boxes"]],
            [CommunityRow(str(c), str(zh), str(en), r and str(r)) for c, zh, en, r in found["communities"]],
        )
    except FileNotFoundError:
        return LastGood()
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s cannot be read: %s", path, error)
        return LastGood()
