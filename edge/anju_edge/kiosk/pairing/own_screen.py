"""The key with which the box's own screen is opened: a file that only who may read it can use, and only from loopback.

It lies in the folder of the running system, which no stolen card has. Whoever shows it gets an address that opens the
page once, so that no key stands in a browser's command line.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from pathlib import Path
from typing import Final

from anju_base.whole_file import replace_file

_log = logging.getLogger(__name__)

NAME: Final = "kiosk.key"
_KEY: Final = re.compile(r"[0-9a-f]{64}")
PACKAGED_DATA: Final = Path("/var/lib/anju-edge")
PACKAGED_RUN: Final = Path("/run/anju-edge")


def run_folder(data: Path) -> Path:
    """Returns where a box with this data folder keeps what belongs to a run alone, if the configuration does not say.

    The service has /run/anju-edge from systemd; any other box keeps it beside its data.
    """
    return PACKAGED_RUN if data == PACKAGED_DATA else data / "run"


class OwnScreenKey:
    """`trouble`: why there is no key, empty when there is."""

    def __init__(self, run: Path) -> None:
        self._path = run / NAME
        self._key = ""
        self.trouble = ""

    def prepare(self) -> None:
        """Takes the key of the run before (the box was restarted, the screen was not), or makes one. Never raises."""
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            kept = read_key(self._path) if self._path.exists() else ""
            if not kept:
                kept = secrets.token_hex(32)
                replace_file(self._path, kept.encode() + b"\n")
        except OSError as error:
            self.trouble = f"{self._path}: {error.strerror or error}"
            _log.warning("the box's own screen cannot be opened: %s", self.trouble)
            return
        self._key, self.trouble = kept, ""

    def fits(self, key: str) -> bool:
        """Compares in a time that tells nothing."""
        return bool(self._key) and hmac.compare_digest(key.encode("utf-8", "surrogatepass"), self._key.encode())


def read_key(path: Path) -> str:
    """Returns the key in a file, "" where there is none in it. Raises OSError."""
    text = path.read_text(encoding="ascii", errors="replace").strip()
    return text if _KEY.fullmatch(text) else ""
