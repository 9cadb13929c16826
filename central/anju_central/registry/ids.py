"""Ids of communities and boxes (DESIGN 8: they stand in certificates)."""

from __future__ import annotations

import re
from typing import Final

from anju_central.registry.errors import NotAnId

ID: Final = re.compile(r"[a-z0-9-]{1,32}")


def check_id(name: str) -> None:
    """Raises NotAnId."""
    if not ID.fullmatch(name):
        raise NotAnId(name)
