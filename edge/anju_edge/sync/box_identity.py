"""Who this box is, as it says to the hub."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class BoxIdentity:
    """`box` and `community` are ids as in the configuration, `[a-z0-9-]{1,32}`; `software` is a version text."""

    box: str
    community: str
    software: str


def software() -> str:
    """Name and version, as the hub is told."""
    return f"anju-edge {version('anju')}"
