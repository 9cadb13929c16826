"""Why the box last ended by itself: kept in its state folder, for whoever asks while it does not run.

The file is the newest reason alone, of a start or run that failed; a run that came to READY removes it.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "last_end"
STATE_FOLDER = Path("/var/lib/anju-edge")  # StateDirectory= of systemd/anju-edge.service
MOST_CHARS = 500


@dataclass(frozen=True, slots=True)
class LastEnd:
    """`at` is the raw wall clock in UTC, as the box had it; `reason` is one line."""

    at: str
    code: int
    reason: str


def state_folder() -> Path:
    """Where systemd lets the box keep things that belong to no configuration; a person's command looks there too."""
    return Path(os.environ.get("STATE_DIRECTORY") or STATE_FOLDER)


def write_last_end(code: int, reason: str) -> None:
    """Keeps the reason where systemd gave us a folder; a disk that does not take it is no reason to fail twice."""
    folder = os.environ.get("STATE_DIRECTORY")
    if not folder:
        return
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    text = json.dumps(asdict(LastEnd(at, code, one_line(reason))), ensure_ascii=False)
    new = Path(folder, f"{FILE_NAME}.new")
    with suppress(OSError):
        new.write_text(text, encoding="utf-8")
        new.replace(Path(folder, FILE_NAME))


def read_last_end(folder: Path | None = None) -> LastEnd | None:
    """Returns what was kept; None when nothing was, or it cannot be read."""
    try:
        kept = json.loads(((folder or state_folder()) / FILE_NAME).read_text(encoding="utf-8"))
        return LastEnd(one_line(str(kept["at"])), int(kept["code"]), one_line(str(kept["reason"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_last_end() -> None:
    """The box runs: what ended it before is history."""
    folder = os.environ.get("STATE_DIRECTORY")
    if folder:
        with suppress(OSError):
            Path(folder, FILE_NAME).unlink(missing_ok=True)


def one_line(text: str) -> str:
    """The text without line ends and control characters, at most `MOST_CHARS` long: systemd and terminals show it."""
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return words if len(words) <= MOST_CHARS else words[: MOST_CHARS - 1] + "…"
