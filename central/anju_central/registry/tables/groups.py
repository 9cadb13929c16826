"""Responder groups: 10 to 20 households that come for each other, with a leader (DOMAIN 0, 6995)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import (
    Base,
    Id,
    InCommunity,
    Label,
    Ms,
    Number,
    once_while,
    says,
    within_community,
)


class ResponderGroup(Base, InCommunity):
    """A group; `leader` is one of its residents, None until one is chosen."""

    __tablename__ = "responder_group"
    __table_args__ = (
        UniqueConstraint("responder_group", "community"),
        within_community("leader", "resident"),
        says("label_given", "length(label_zh) > 0"),
        once_while("responder_group_label", "ended_ms IS NULL", "community", "label_zh"),
    )

    responder_group: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    label_zh: Mapped[Label]
    label_en: Mapped[Label]
    leader: Mapped[Id | None] = mapped_column(index=True)
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class GroupMember(Base, InCommunity):
    """A household in a group, from-to. It is in one group at a time."""

    __tablename__ = "group_member"
    __table_args__ = (
        within_community("responder_group", "responder_group"),
        within_community("household", "household"),
        says("ends_later", "to_ms >= from_ms"),
        once_while("group_member_open", "to_ms IS NULL", "household"),
    )

    group_member: Mapped[Number]
    community: Mapped[Id]
    responder_group: Mapped[Id] = mapped_column(index=True)
    household: Mapped[Id] = mapped_column(index=True)
    from_ms: Mapped[Ms]
    to_ms: Mapped[Ms | None]
