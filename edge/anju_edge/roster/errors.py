"""Why a roster is not applied."""

from __future__ import annotations


class RosterRefused(ValueError):
    """A bundle that cannot be used; names key and reason, never a person."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason
