"""How long what is kept (PRIVACY V5), and what was removed: counts, never names."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import AccountName, Base, Json, Ms, Number, says


class RetentionClock(Base):
    """How many days something is kept; `what` names it (`people/retention.py` has the list). 0 = not at all."""

    __tablename__ = "retention_clock"
    __table_args__ = (says("days_count", "days >= 0"),)

    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    days: Mapped[int]
    changed_ms: Mapped[Ms]
    changed_by: Mapped[AccountName]


class DeletionCertificate(Base):
    """What one run of retention, or one erasure, removed: JSON of what and how many. `stopped` says why it did not."""

    __tablename__ = "deletion_certificate"

    deletion_certificate: Mapped[Number]
    at_ms: Mapped[Ms]
    account: Mapped[AccountName]
    counts: Mapped[Json]
    stopped: Mapped[str] = mapped_column(String(500), default="")
