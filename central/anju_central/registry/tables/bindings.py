"""Devices, who wears them or where they hang, and what residents present at a kiosk."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.registry.tables.base import (
    AccountName,
    Base,
    Id,
    InCommunity,
    Label,
    Ms,
    Number,
    RowNumber,
    choice_of,
    once_while,
    says,
    sorted_by_bytes,
    within_community,
)

DEVICE_KEY_LENGTH = 128
TOKEN_HASH_BYTES = 16  # control.proto, Token


class DeviceKind(StrEnum):
    """What a device is, as control.proto has it."""

    BAND = "band"
    RECEIVER = "receiver"
    CAMERA = "camera"
    READER = "reader"
    KIOSK = "kiosk"
    RELAY = "relay"


class DeviceState(StrEnum):
    """Where a device is: with somebody, in the cupboard, away for repair, or out for good."""

    IN_SERVICE = "in-service"
    IN_STOCK = "in-stock"
    IN_REPAIR = "in-repair"
    LOST = "lost"
    RETIRED = "retired"


class TokenKind(StrEnum):
    """What is presented."""

    CARD = "card"
    QR = "qr"
    ID_CARD = "id-card"  # a keyed hash of the card's number, never the number
    BAND = "band"


class Device(Base, InCommunity):
    """A device of a community; `key` is `driver:id` as events have it. `period_s` 0 = its silence is not watched."""

    __tablename__ = "device"
    __table_args__ = (
        UniqueConstraint("device", "community"),
        ForeignKeyConstraint(["community", "zone"], ["zone.community", "zone.zone"]),
        says("key_given", "length(key) > 0"),
        says("period_counts", "period_s >= 0"),
        says("retired_when", "(retired_ms IS NULL) = (state <> 'retired')"),
        once_while("device_key", "retired_ms IS NULL", "community", "key"),
        Index("ix_device_number", "community", "number"),
    )

    device: Mapped[Number]
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    key: Mapped[str] = mapped_column(String(DEVICE_KEY_LENGTH))
    kind: Mapped[DeviceKind] = mapped_column(choice_of(DeviceKind, "kind"))
    number: Mapped[str] = mapped_column(sorted_by_bytes(40))  # what is printed on it, as people read it out; may be ''
    model: Mapped[str] = mapped_column(String(80))
    zone: Mapped[Id | None]
    label_zh: Mapped[Label]
    label_en: Mapped[Label]
    period_s: Mapped[int]
    state: Mapped[DeviceState] = mapped_column(choice_of(DeviceState, "state"))
    made_ms: Mapped[Ms]
    retired_ms: Mapped[Ms | None]


class Binding(Base, InCommunity):
    """Who wears a device, or in which zone it hangs, from-to (UTC ms; `to_ms` None = still). Ended ones stay."""

    __tablename__ = "binding"
    __table_args__ = (
        within_community("device", "device"),
        within_community("resident", "resident"),
        ForeignKeyConstraint(["community", "zone"], ["zone.community", "zone.zone"]),
        says("is_to_one", "(resident IS NULL) <> (zone IS NULL)"),
        says("ends_later", "to_ms >= from_ms"),
        says("ended_why", "(to_ms IS NULL) = (why_ended IS NULL)"),
        once_while("binding_open", "to_ms IS NULL", "device"),
        Index("ix_binding_device", "device", "from_ms"),
    )

    binding: Mapped[Number]
    community: Mapped[Id]
    device: Mapped[RowNumber]
    resident: Mapped[Id | None] = mapped_column(index=True)
    zone: Mapped[Id | None]
    from_ms: Mapped[Ms]
    to_ms: Mapped[Ms | None]
    why_ended: Mapped[str | None] = mapped_column(String(40))
    made_by: Mapped[AccountName]


class Token(Base, InCommunity):
    """What a resident presents. `token_hash`: 16 bytes, keyed with the community's salt, as the box computes it."""

    __tablename__ = "token"
    __table_args__ = (
        within_community("resident", "resident"),
        says("token_hash_is_hash", f"length(token_hash) = {TOKEN_HASH_BYTES}"),
        once_while("token_open", "ended_ms IS NULL", "community", "token_hash"),
    )

    token: Mapped[Number]
    community: Mapped[Id]
    kind: Mapped[TokenKind] = mapped_column(choice_of(TokenKind, "kind"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(TOKEN_HASH_BYTES))
    resident: Mapped[Id] = mapped_column(index=True)
    device: Mapped[RowNumber | None] = mapped_column(ForeignKey("device.device"))  # of a band's token
    made_ms: Mapped[Ms]
    ended_ms: Mapped[Ms | None]
