"""Who looked at whom, what for (PRIVACY V4): entries that hash each other, so that none can be changed or left out.

The database itself refuses to change an entry, and to remove one behind the newest cut (`LookUpCut`), which is how
retention shortens the log without breaking the chain.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.access.caller import Purpose, Role
from anju_central.registry.tables.base import (
    AccountName,
    Base,
    Hash,
    Id,
    InCommunity,
    Ms,
    Number,
    choice_of,
    is_hash,
    says,
)


class LookUpKind(StrEnum):
    """How somebody was looked at."""

    RECORD = "record"
    SEARCH = "search"
    LIST = "list"
    INCIDENT = "incident"
    EXPORT = "export"
    LOG = "log"  # the log itself was read
    BREAK_GLASS = "break-glass"
    CATCH_UP = "catch-up"  # of look-ups while nothing could be written


class LookUp(Base, InCommunity):
    """One look-up, of the residents in `look_up_person`. `entry` counts without a gap.

    `entry_hash` = SHA-256 over the hash before and this entry, see `people/look_up_chain.py`. Its own table is its
    audit.
    """

    __tablename__ = "look_up"
    __table_args__ = (is_hash("entry_hash"), Index("ix_look_up_account", "account", "entry"))
    is_audited = False

    entry: Mapped[Ms] = mapped_column(primary_key=True, autoincrement=False)
    at_ms: Mapped[Ms]
    account: Mapped[AccountName]
    role: Mapped[Role] = mapped_column(choice_of(Role, "role"))
    purpose: Mapped[Purpose] = mapped_column(choice_of(Purpose, "purpose"))
    kind: Mapped[LookUpKind] = mapped_column(choice_of(LookUpKind, "kind"))
    community: Mapped[Id | None] = mapped_column(nullable=True)  # None: of several
    fields: Mapped[str] = mapped_column(String(500))
    incident: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    people: Mapped[int]  # how many rows `look_up_person` has
    entry_hash: Mapped[Hash]


class LookUpPerson(Base, InCommunity):
    """A resident who was looked at. Without a foreign key: the log outlives a record."""

    __tablename__ = "look_up_person"
    __table_args__ = (Index("ix_look_up_person_resident", "resident", "entry"), {"sqlite_with_rowid": False})
    is_audited = False

    entry: Mapped[Ms] = mapped_column(ForeignKey("look_up.entry"), primary_key=True)
    resident: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id]


class LookUpHead(Base):
    """One row: the newest entry and its hash, (0, zeros) before the first. Who writes an entry locks it."""

    __tablename__ = "look_up_head"
    __table_args__ = (says("has_one_row", "id = 1"), is_hash("entry_hash"))
    is_audited = False

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[Ms]
    entry_hash: Mapped[Hash]


class LookUpCut(Base):
    """That entries up to `entry` were removed by retention; `entry_hash` is of the last one, where the rest begins."""

    __tablename__ = "look_up_cut"
    __table_args__ = (is_hash("entry_hash"),)

    look_up_cut: Mapped[Number]
    entry: Mapped[Ms]
    entry_hash: Mapped[Hash]
    at_ms: Mapped[Ms]
    account: Mapped[AccountName]
