"""Finds uv, which resolves and installs Python packages for other machines than this one; prints where it is.

It comes from PyPI through pip, once, into `build/tools`: pip knows which index this machine is told to use, uv does
not.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TOOLS: Final = ROOT / "build" / "tools"
WANTED: Final = "uv>=0.9"


def uv() -> Path:
    """Returns the program, fetched when it is missing. Raises CalledProcessError."""
    program = TOOLS / "bin" / "uv"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(TOOLS)], check=True)
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--only-binary", ":all:", WANTED], check=True)
    return program


def index_options() -> list[str]:
    """Returns what uv needs to be told so that it asks the index that pip would."""
    pip = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    found = subprocess.run(pip, capture_output=True, text=True)
    address = found.stdout.strip() if found.returncode == 0 else ""
    return ["--default-index", address] if address else []


if __name__ == "__main__":
    print(uv())
