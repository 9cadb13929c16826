"""How long what is kept, and what went, as shown. Times are ISO-8601 UTC; nothing here names anybody."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from anju_central.api.models import Answer
from anju_central.api.people_requests import Asked

ClockName = Literal["look-ups", "incident-notes", "left-people", "undone-people"]


class RetentionClockView(Answer):
    """How many days one kind of thing is kept, how many are there, how many would go now."""

    what: ClockName
    days: int
    default_days: int
    there: int
    going: int
    changed_at: str | None
    changed_by: str


class CertificateView(Answer):
    """A deletion certificate: counts by table. `stopped` says why a run removed nothing."""

    number: int
    at: str
    account: str
    counts: dict[str, int]
    stopped: str


class RetentionView(Answer):
    """How it stands. A run that would remove more than `max_share` of something, and more than `free`, stops."""

    clocks: list[RetentionClockView]
    max_share: float
    free: int
    tombstones: int
    clock_is_good: bool
    certificates: list[CertificateView]


class ClockRequest(Asked):
    """How many days."""

    days: Annotated[int, Field(ge=0, le=100_000)]


class RetentionRunRequest(Asked):
    """`confirmed`: somebody has looked at how much would go."""

    confirmed: bool = False


class RetentionDoneView(Answer):
    """What a run removed, by table; `stopped`: why nothing."""

    counts: dict[str, int]
    stopped: str


class ChainView(Answer):
    """What a walk over the whole log of look-ups found: its entries from `first` to `last` and the newest hash, in hex.

    `fault_entry` null: nothing was changed, left out, put in or cut off.
    """

    first: int
    last: int
    newest_hash: str
    fault_entry: int | None
    fault: Literal["changed", "missing", "people", "end"] | None
