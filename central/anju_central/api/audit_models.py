"""The audit as it is shown."""

from __future__ import annotations

from anju_central.api.models import Answer


class AuditEntryView(Answer):
    """Who did what to whom, when and what for. `action` as "box.revoke"; `detail` is of the hub's own words.

    `account` is a log-in name, "hub" or "command-line"; `community` None: it concerns none, or all.
    """

    entry: int
    at: str
    account: str
    role: str
    purpose: str
    action: str
    subject: str
    community: str | None
    detail: str


class WholeAuditView(Answer):
    """The newest first. `more`: what to give as `before` for those behind, None at the end."""

    lines: list[AuditEntryView]
    more: int | None
