"""Communities, their boxes, the codes with which a box is claimed, and the certificates that boxes got."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

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
    is_id,
    of_its_community,
    says,
)

SERIAL_HEX_LENGTH = 40  # RFC 5280, section 4.1.2.2: at most 20 octets
CLAIM_NAME_LENGTH = 32


def hex_only(column: str) -> str:
    """The condition that a text has no other characters."""
    return f"ltrim({column}, '0123456789abcdef') = ''"


class BoxState(StrEnum):
    """How far a box is. CLAIMED has a key and certificate, ACTIVE has streamed; the last two never stream again."""

    UNUSED = "unused"
    CLAIMED = "claimed"
    ACTIVE = "active"
    RETIRED = "retired"  # taken out of service in good order, or replaced
    REVOKED = "revoked"  # stolen or lost: its key is dead


class Community(Base, InCommunity):
    """A site. `roster_file` is where its roster is read from, None = `rosters/ID.toml` in the data folder."""

    __tablename__ = "community"
    __table_args__ = (is_id("community"), says("names_given", "length(name_zh) > 0 AND length(name_en) > 0"))

    community: Mapped[Id] = mapped_column(primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    roster_file: Mapped[str | None] = mapped_column(String(4096))
    made_ms: Mapped[Ms]


class Box(Base, InCommunity):
    """One installed gateway, or one that will be. `replaces` is the broken box whose place it takes."""

    __tablename__ = "box"
    __table_args__ = (
        is_id("box"),
        UniqueConstraint("box", "community"),  # for the keys of claims and certificates
        says("replaces_another", "replaces <> box"),
        says("claimed_when", "state IN ('unused', 'retired', 'revoked') OR claimed_ms IS NOT NULL"),
        says("streamed_when", "state <> 'active' OR streamed_ms IS NOT NULL"),
        says("retired_when", "(retired_ms IS NOT NULL) OR state <> 'retired'"),
        says("revoked_when", "(revoked_ms IS NOT NULL) = (state = 'revoked')"),
        Index("uq_box_replaces", "replaces", unique=True),  # one box takes one box's place
        Index("ix_box_community", "community"),
    )

    box: Mapped[Id] = mapped_column(primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    state: Mapped[BoxState] = mapped_column(choice_of(BoxState, "state"))
    replaces: Mapped[Id | None] = mapped_column(ForeignKey("box.box"))
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]
    claimed_ms: Mapped[Ms | None]  # it got its first certificate, or was taken over from a configuration
    streamed_ms: Mapped[Ms | None]  # its first session
    tested_ms: Mapped[Ms | None]  # its first test event came
    retired_ms: Mapped[Ms | None]
    revoked_ms: Mapped[Ms | None]


class Claim(Base, InCommunity):
    """A one-time code for one box. Only hashes of its secret are here: what it is called, and the key of its proof.

    Open until it is used, withdrawn, locked after wrong proofs, or over; a box has one open claim at most.
    """

    __tablename__ = "claim"
    __table_args__ = (
        of_its_community(),
        says("name_is_hex", f"length(name) = {CLAIM_NAME_LENGTH} AND {hex_only('name')}"),
        is_hash("secret_hash"),
        is_hash("used_spki"),
        UniqueConstraint("name"),
        UniqueConstraint("secret_hash"),
        says("ends_later", "ends_ms > made_ms"),
        says("used_by_a_key", "(used_ms IS NULL) = (used_spki IS NULL)"),
        says("failed_tries_counted", "failed_tries >= 0"),
        says("used_or_withdrawn", "used_ms IS NULL OR withdrawn_ms IS NULL"),
        Index(
            "uq_claim_open",
            "box",
            unique=True,
            sqlite_where=text("used_ms IS NULL AND withdrawn_ms IS NULL"),
            postgresql_where=text("used_ms IS NULL AND withdrawn_ms IS NULL"),
        ),
    )

    claim: Mapped[Number]
    box: Mapped[Id] = mapped_column(index=True)
    community: Mapped[Id]
    name: Mapped[str] = mapped_column(String(CLAIM_NAME_LENGTH))  # what a box calls it on the line
    secret_hash: Mapped[Hash]  # with which the hub checks the proof, see anju_protos/claim_code.py
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]
    ends_ms: Mapped[Ms]
    used_ms: Mapped[Ms | None]
    used_spki: Mapped[Hash | None]  # SHA-256 of the SubjectPublicKeyInfo of the key that used it
    failed_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_ms: Mapped[Ms | None]
    withdrawn_ms: Mapped[Ms | None]


class Certificate(Base, InCommunity):
    """A certificate that a box got; the one with the highest number is its newest."""

    __tablename__ = "certificate"
    __table_args__ = (
        of_its_community(),
        UniqueConstraint("serial"),
        is_hash("spki"),
        says("serial_is_hex", f"length(serial) BETWEEN 1 AND {SERIAL_HEX_LENGTH} AND {hex_only('serial')}"),
        says("ends_later", "to_ms > from_ms"),
        Index("ix_certificate_box", "box", "certificate"),
    )

    certificate: Mapped[Number]
    serial: Mapped[str] = mapped_column(String(SERIAL_HEX_LENGTH))  # hexadecimal, lower case, without leading zeros
    box: Mapped[Id]
    community: Mapped[Id]
    claim: Mapped[int | None] = mapped_column(ForeignKey("claim.claim"))  # None: a renewal
    spki: Mapped[Hash]  # SHA-256 of its SubjectPublicKeyInfo
    from_ms: Mapped[Ms]
    to_ms: Mapped[Ms]
    made_ms: Mapped[Ms]
    der: Mapped[bytes] = mapped_column(LargeBinary)  # given again to a box that did not get the answer
    revoked_ms: Mapped[Ms | None]
