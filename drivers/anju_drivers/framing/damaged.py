"""What a decoder gives in place of bytes that it could not understand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damaged:
    """Counted and explained, never raised."""

    reason: str
