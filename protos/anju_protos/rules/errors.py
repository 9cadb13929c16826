"""What a rule is refused with."""

from __future__ import annotations


class RuleError(ValueError):
    """A rule's value cannot be used. Names the key (`rules.sos.priority`) and what would be right."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, reason
