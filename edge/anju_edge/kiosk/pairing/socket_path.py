"""Where the box's control socket is: the box binds it, commands connect to it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NAME: Final = "control.sock"


@contextlib.contextmanager
def short_path(folder: Path) -> Iterator[str]:
    """The socket's path for bind and connect, which take 107 bytes only, however deep the folder lies."""
    handle = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)
