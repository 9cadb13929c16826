"""Where things are: zones as devices and events name them, and buildings, units and flats as people do."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import (
    LABEL_LENGTH,
    Base,
    Id,
    InCommunity,
    Label,
    Ms,
    Number,
    RowNumber,
    choice_of,
    is_id,
    once_while,
    says,
    sorted_by_bytes,
    within_community,
)


class PlaceKind(StrEnum):
    """What a place is."""

    BUILDING = "building"
    UNIT = "unit"
    FLAT = "flat"
    SITE = "site"  # a gate, a square, an elder centre


class Zone(Base, InCommunity):
    """A part of a community that a receiver covers; its id stands in events. `ended_ms`: it is no longer used."""

    __tablename__ = "zone"
    __table_args__ = (is_id("zone"), says("label_given", "length(label_zh) > 0"))

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    zone: Mapped[Id] = mapped_column(primary_key=True)
    label_zh: Mapped[Label]
    label_en: Mapped[Label]
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Place(Base, InCommunity):
    """A building, a unit in it, a flat in that, or a site. `name` is its own part ("502"), `label` the whole.

    `flat_key` is the label as it is looked up: its numbers with hyphens ("3-1-502"), see `people/flat_labels.py`.
    Positions are WGS-84, in millionths of a degree.
    """

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("place", "community"),
        within_community("parent", "place"),
        says("is_not_in_itself", "parent <> place"),
        says("named", "length(name) > 0 AND length(label) > 0"),
        says("has_both_or_no_coordinates", "(latitude_e6 IS NULL) = (longitude_e6 IS NULL)"),
        says("is_on_earth", "abs(latitude_e6) <= 90000000 AND abs(longitude_e6) <= 180000000"),
        once_while("place_label", "ended_ms IS NULL", "community", "label"),
        Index("ix_place_flat_key", "community", "flat_key"),
    )

    place: Mapped[Number]
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    kind: Mapped[PlaceKind] = mapped_column(choice_of(PlaceKind, "kind"))
    parent: Mapped[RowNumber | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(40))
    label: Mapped[Label]
    flat_key: Mapped[str] = mapped_column(sorted_by_bytes(LABEL_LENGTH))
    latitude_e6: Mapped[int | None]
    longitude_e6: Mapped[int | None]
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]


class Household(Base, InCommunity):
    """People who live together. `place` is their flat."""

    __tablename__ = "household"
    __table_args__ = (
        UniqueConstraint("household", "community"),
        within_community("place", "place"),
    )

    household: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), index=True)
    place: Mapped[RowNumber | None] = mapped_column(index=True)
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]
