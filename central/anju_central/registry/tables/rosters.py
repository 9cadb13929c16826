"""What boxes are told of the registry: the revision of a community's roster, once it comes from here."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import Base, Id, InCommunity, Ms, says


class RosterRevision(Base, InCommunity):
    """A community whose boxes get their roster from the registry; without a row a file says it, as before.

    `revision` counts up in each transaction that changes a row which a box is told of (`registry/scope.py`), so it has
    the audit of that.
    """

    __tablename__ = "roster_revision"
    __table_args__ = (says("counts_from_one", "revision >= 1"),)
    is_audited = False

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    revision: Mapped[Ms]
    taken_over_ms: Mapped[Ms]
