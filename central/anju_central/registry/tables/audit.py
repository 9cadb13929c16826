"""Who changed what, when and what for. Rows are only added: the database itself refuses to change or remove one."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.access.caller import Purpose, Role
from anju_central.registry.tables.base import AccountName, Base, Id, InCommunity, Ms, Number, choice_of, says


class AuditEntry(Base, InCommunity):
    """One change. `action` as `box.revoke`, `subject` is the id of what it was done to; no row names a person.

    Without foreign keys: it outlives what it speaks of.
    """

    __tablename__ = "audit"
    __table_args__ = (
        says("action_given", "length(action) > 0"),
        Index("ix_audit_subject", "subject", "entry"),
    )

    entry: Mapped[Number]
    at_ms: Mapped[Ms]
    account: Mapped[AccountName]
    role: Mapped[Role] = mapped_column(choice_of(Role, "role"))
    purpose: Mapped[Purpose] = mapped_column(choice_of(Purpose, "purpose"))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(200))
    community: Mapped[Id | None] = mapped_column(nullable=True)  # None: it concerns no community, or all of them
    detail: Mapped[str] = mapped_column(String(1000), default="")


class ChangeCount(Base):
    """One row: how many audited transactions there were. Another process sees by it that something changed.

    Counted under the row's lock, so that it grows in the order in which they commit.
    """

    __tablename__ = "change_count"
    __table_args__ = (says("has_one_row", "id = 1"),)
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changes: Mapped[Ms]
