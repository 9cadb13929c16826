"""Who makes claim codes: what "Add a box" needs of the district's authority."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from anju_central.access.caller import Caller


class ClaimsUnavailable(Exception):
    """No code can be made now; the text says what to do."""


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A code, shown once: `code_groups` as they are read aloud and typed, `qr_text` as it is scanned."""

    code_groups: tuple[str, ...] = field(repr=False)
    qr_text: str = field(repr=False)
    ends_ms: int


class ClaimMaker(Protocol):
    """Makes codes."""

    async def make(self, caller: Caller, box: str, replaces: str | None) -> NewClaim:
        """Makes a code for a box that the registry has; an open one of the box counts no more.

        `replaces` is the box whose place it takes. Raises ClaimsUnavailable, and what the registry refuses.
        """
        ...
