"""Where tests find the checkout, the captures and the rigs."""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
VECTORS = TESTS / "vectors"
WANTED_VECTORS = Path(os.environ.get("ANJU_VECTORS") or VECTORS)  # a person may try another folder of captures
RIGS = Path(__file__).parent / "rigs"
OLD_BYTES = TESTS / "protos" / "old_bytes"
