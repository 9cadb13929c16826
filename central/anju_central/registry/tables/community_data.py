"""What a box is told of its community beside its people: profile, settings, rules, activities, notices."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import Base, Id, InCommunity, Json, Label, Ms, is_id, says

SALT_BYTES = 16


class CommunityProfile(Base, InCommunity):
    """A community's time zone (IANA), and the key of its token hashes."""

    __tablename__ = "community_profile"
    __table_args__ = (says("salt_is_long", f"length(token_salt) >= {SALT_BYTES}"),)

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    token_salt: Mapped[bytes] = mapped_column(LargeBinary)
    changed_ms: Mapped[Ms]


class CommunitySetting(Base, InCommunity):
    """A setting of the box, as control.proto's `settings`."""

    __tablename__ = "community_setting"

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_ms: Mapped[Ms]


class CommunityRule(Base, InCommunity):
    """A rule of the box: its kind, and a JSON object of texts."""

    __tablename__ = "community_rule"
    __table_args__ = (is_id("rule"),)

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    rule: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[Json]
    changed_ms: Mapped[Ms]


class Activity(Base, InCommunity):
    """A weekly activity, as control.proto has it: weekdays bit 0 = Monday, times in local minutes since midnight."""

    __tablename__ = "activity"
    __table_args__ = (
        is_id("activity"),
        says("title_given", "length(title_zh) > 0"),
        says("weekdays_fit", "weekdays BETWEEN 0 AND 127"),
        says("times_fit", "starts_min BETWEEN 0 AND 1439 AND ends_min > starts_min AND ends_min <= 2880"),
        says("points_count", "points >= 0 AND early_min >= 0"),
    )

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    activity: Mapped[Id] = mapped_column(primary_key=True)
    title_zh: Mapped[Label]
    title_en: Mapped[Label]
    weekdays: Mapped[int]
    starts_min: Mapped[int]
    ends_min: Mapped[int]
    room_zh: Mapped[Label]
    room_en: Mapped[Label]
    points: Mapped[int]
    early_min: Mapped[int]
    changed_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Notice(Base, InCommunity):
    """What is posted at the kiosk, from-to (UTC ms; `to_ms` None = until it is taken down)."""

    __tablename__ = "notice"
    __table_args__ = (
        is_id("notice"),
        says("text_given", "length(text_zh) > 0"),
        says("ends_later", "to_ms > from_ms"),
    )

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    notice: Mapped[Id] = mapped_column(primary_key=True)
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    from_ms: Mapped[Ms]
    to_ms: Mapped[Ms | None]
    changed_ms: Mapped[Ms]
