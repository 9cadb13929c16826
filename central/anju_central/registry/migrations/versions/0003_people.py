"""People and places: zones, flats, households, residents, contacts, notes, staff, tombstones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MS = sa.BigInteger()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=32)
ACCOUNT = sa.String(length=64)
NAME = sa.String(length=100)
LABEL = sa.String(length=200)
HASH = sa.LargeBinary(length=32)
TEXT = sa.Text()


def choice_of(name: str, *values: str) -> sa.Enum:
    """A text that is one of these."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def is_id(column: str) -> str:
    """1 to 32 of a-z, 0-9 and hyphen."""
    return f"length({column}) BETWEEN 1 AND 32 AND ltrim({column}, 'abcdefghijklmnopqrstuvwxyz0123456789-') = ''"


def sorted_by_bytes(length: int) -> sa.types.TypeEngine[str]:
    """A text that PostgreSQL, too, sorts by its bytes."""
    return sa.String(length=length).with_variant(sa.String(length=length, collation="C"), "postgresql")


def once_while(name: str, table: str, columns: list[str], condition: str) -> None:
    """An index by which there is one row with these values, of those for which the condition holds."""
    only = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "organisation",
        sa.Column("organisation", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("name", LABEL, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("phone", ID, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("length(name) > 0", name="name_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_organisation_community"),
        sa.PrimaryKeyConstraint("organisation", name="pk_organisation"),
        sa.UniqueConstraint("organisation", "community", name="uq_organisation_organisation_community"),
    )
    op.create_index("ix_organisation_community", "organisation", ["community"], unique=False)
    op.create_table(
        "place",
        sa.Column("place", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("kind", choice_of("kind", "building", "unit", "flat", "site"), nullable=False),
        sa.Column("parent", MS, nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("label", LABEL, nullable=False),
        sa.Column("flat_key", sorted_by_bytes(200), nullable=False),
        sa.Column("latitude_e6", sa.Integer(), nullable=True),
        sa.Column("longitude_e6", sa.Integer(), nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("(latitude_e6 IS NULL) = (longitude_e6 IS NULL)", name="has_both_or_no_coordinates"),
        sa.CheckConstraint("abs(latitude_e6) <= 90000000 AND abs(longitude_e6) <= 180000000", name="is_on_earth"),
        sa.CheckConstraint("length(name) > 0 AND length(label) > 0", name="named"),
        sa.CheckConstraint("parent <> place", name="is_not_in_itself"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_place_community"),
        sa.ForeignKeyConstraint(
            ["parent", "community"], ["place.place", "place.community"], name="fk_place_parent_community"
        ),
        sa.PrimaryKeyConstraint("place", name="pk_place"),
        sa.UniqueConstraint("place", "community", name="uq_place_place_community"),
    )
    op.create_index("ix_place_flat_key", "place", ["community", "flat_key"], unique=False)
    op.create_index("ix_place_parent", "place", ["parent"], unique=False)
    once_while("uq_place_label", "place", ["community", "label"], "ended_ms IS NULL")
    op.create_table(
        "tombstone",
        sa.Column("resident", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("erased_ms", MS, nullable=False),
        sa.Column("erased_by", ACCOUNT, nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("id_number_hash", HASH, nullable=True),
        sa.CheckConstraint("length(why) > 0", name="why_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_tombstone_community"),
        sa.PrimaryKeyConstraint("resident", name="pk_tombstone"),
    )
    op.create_index("ix_tombstone_community", "tombstone", ["community"], unique=False)
    op.create_index("ix_tombstone_id_number_hash", "tombstone", ["id_number_hash"], unique=False)
    op.create_table(
        "zone",
        sa.Column("community", ID, nullable=False),
        sa.Column("zone", ID, nullable=False),
        sa.Column("label_zh", LABEL, nullable=False),
        sa.Column("label_en", LABEL, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint(is_id("zone"), name="zone_is_id"),
        sa.CheckConstraint("length(label_zh) > 0", name="label_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_zone_community"),
        sa.PrimaryKeyConstraint("community", "zone", name="pk_zone"),
    )
    op.create_table(
        "household",
        sa.Column("household", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("place", MS, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_household_community"),
        sa.ForeignKeyConstraint(
            ["place", "community"], ["place.place", "place.community"], name="fk_household_place_community"
        ),
        sa.PrimaryKeyConstraint("household", name="pk_household"),
        sa.UniqueConstraint("household", "community", name="uq_household_household_community"),
    )
    op.create_index("ix_household_community", "household", ["community"], unique=False)
    op.create_index("ix_household_place", "household", ["place"], unique=False)
    op.create_table(
        "staff",
        sa.Column("staff", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("phone", ID, nullable=True),
        sa.Column("account", ACCOUNT, nullable=True),
        sa.Column("organisation", ID, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("length(name) > 0", name="name_given"),
        sa.ForeignKeyConstraint(["account"], ["account.account"], name="fk_staff_account"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_staff_community"),
        sa.ForeignKeyConstraint(
            ["organisation", "community"],
            ["organisation.organisation", "organisation.community"],
            name="fk_staff_organisation_community",
        ),
        sa.PrimaryKeyConstraint("staff", name="pk_staff"),
        sa.UniqueConstraint("staff", "community", name="uq_staff_staff_community"),
    )
    op.create_index("ix_staff_community", "staff", ["community"], unique=False)
    op.create_table(
        "resident",
        sa.Column("resident", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("state", choice_of("state", "present", "moved-out", "died", "merged"), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("sex", choice_of("sex", "male", "female"), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("birth_exactness", choice_of("birth_exactness", "day", "month", "year", "about"), nullable=True),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_number_hash", HASH, nullable=True),
        sa.Column("archive_no", ACCOUNT, nullable=True),
        sa.Column("household", ID, nullable=True),
        sa.Column("is_head", sa.Boolean(), nullable=False),
        sa.Column("merged_into", ID, nullable=True),
        sa.Column("came_from", ID, nullable=True),
        sa.Column("died_on", sa.Date(), nullable=True),
        sa.Column("left_ms", MS, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(left_ms IS NULL) = (state IN ('present', 'merged'))", name="left_when"),
        sa.CheckConstraint("(merged_into IS NULL) = (state <> 'merged')", name="merged_has_other"),
        sa.CheckConstraint("died_on IS NULL OR state IN ('died', 'merged')", name="death_has_state"),
        sa.CheckConstraint("(born_on IS NULL) = (birth_exactness IS NULL)", name="birth_has_exactness"),
        sa.CheckConstraint("(id_number IS NULL) = (id_number_hash IS NULL)", name="id_number_has_hash"),
        sa.CheckConstraint("length(id_number_hash) = 32", name="id_number_hash_is_hash"),
        sa.CheckConstraint("length(name) > 0", name="name_given"),
        sa.CheckConstraint("merged_into <> resident", name="is_not_merged_into_itself"),
        sa.ForeignKeyConstraint(["came_from"], ["resident.resident"], name="fk_resident_came_from"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_resident_community"),
        sa.ForeignKeyConstraint(
            ["household", "community"],
            ["household.household", "household.community"],
            name="fk_resident_household_community",
        ),
        sa.ForeignKeyConstraint(
            ["merged_into", "community"],
            ["resident.resident", "resident.community"],
            name="fk_resident_merged_into_community",
        ),
        sa.PrimaryKeyConstraint("resident", name="pk_resident"),
        sa.UniqueConstraint("resident", "community", name="uq_resident_resident_community"),
    )
    op.create_index("ix_resident_archive_no", "resident", ["community", "archive_no"], unique=False)
    op.create_index("ix_resident_came_from", "resident", ["came_from"], unique=False)
    op.create_index("ix_resident_community", "resident", ["community", "state", "name"], unique=False)
    op.create_index("ix_resident_household", "resident", ["household"], unique=False)
    op.create_index("ix_resident_id_number_hash", "resident", ["id_number_hash"], unique=False)
    op.create_index("ix_resident_merged_into", "resident", ["merged_into"], unique=False)
    op.create_table(
        "contact",
        sa.Column("contact", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("resident", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("other", ID, nullable=True),
        sa.Column("name", NAME, nullable=True),
        sa.Column("phone", ID, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("other <> resident", name="is_another"),
        sa.CheckConstraint(
            "other IS NOT NULL OR (coalesce(length(name), 0) > 0 AND coalesce(length(phone), 0) > 0)",
            name="is_somebody",
        ),
        sa.CheckConstraint("position >= 1", name="position_counts_from_one"),
        sa.ForeignKeyConstraint(
            ["other", "community"], ["resident.resident", "resident.community"], name="fk_contact_other_community"
        ),
        sa.ForeignKeyConstraint(
            ["resident", "community"], ["resident.resident", "resident.community"], name="fk_contact_resident_community"
        ),
        sa.PrimaryKeyConstraint("contact", name="pk_contact"),
    )
    op.create_index("ix_contact_other", "contact", ["other"], unique=False)
    op.create_index("ix_contact_resident", "contact", ["resident"], unique=False)
    once_while("uq_contact_position", "contact", ["resident", "position"], "ended_ms IS NULL")
    op.create_table(
        "name_key",
        sa.Column("community", ID, nullable=False),
        sa.Column("key", sorted_by_bytes(100), nullable=False),
        sa.Column("resident", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["resident", "community"],
            ["resident.resident", "resident.community"],
            name="fk_name_key_resident_community",
        ),
        sa.PrimaryKeyConstraint("community", "key", "resident", name="pk_name_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_key_resident", "name_key", ["resident"], unique=False)
    op.create_table(
        "note",
        sa.Column("note", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("kind", choice_of("kind", "danger", "grade", "care", "incident", "general"), nullable=False),
        sa.Column("resident", ID, nullable=True),
        sa.Column("incident", ACCOUNT, nullable=True),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("length(text) > 0", name="text_given"),
        sa.CheckConstraint("resident IS NOT NULL OR incident IS NOT NULL", name="is_about_something"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_note_community"),
        sa.ForeignKeyConstraint(
            ["resident", "community"], ["resident.resident", "resident.community"], name="fk_note_resident_community"
        ),
        sa.PrimaryKeyConstraint("note", name="pk_note"),
        sa.UniqueConstraint("note", "community", name="uq_note_note_community"),
    )
    op.create_index("ix_note_incident", "note", ["incident"], unique=False)
    op.create_index("ix_note_resident", "note", ["resident"], unique=False)
    op.create_table(
        "resident_phone",
        sa.Column("resident_phone", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("resident", ID, nullable=False),
        sa.Column("phone", ID, nullable=False),
        sa.Column("backwards", sorted_by_bytes(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("length(phone) > 0", name="phone_given"),
        sa.ForeignKeyConstraint(
            ["resident", "community"],
            ["resident.resident", "resident.community"],
            name="fk_resident_phone_resident_community",
        ),
        sa.PrimaryKeyConstraint("resident_phone", name="pk_resident_phone"),
    )
    op.create_index("ix_resident_phone_backwards", "resident_phone", ["community", "backwards"], unique=False)
    op.create_index("ix_resident_phone_resident", "resident_phone", ["resident"], unique=False)
    once_while("uq_resident_phone_open", "resident_phone", ["resident", "phone"], "ended_ms IS NULL")
    op.create_table(
        "volunteer",
        sa.Column("volunteer", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("resident", ID, nullable=True),
        sa.Column("name", NAME, nullable=True),
        sa.Column("phone", ID, nullable=True),
        sa.Column("organisation", ID, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("resident IS NOT NULL OR coalesce(length(name), 0) > 0", name="is_somebody"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_volunteer_community"),
        sa.ForeignKeyConstraint(
            ["organisation", "community"],
            ["organisation.organisation", "organisation.community"],
            name="fk_volunteer_organisation_community",
        ),
        sa.ForeignKeyConstraint(
            ["resident", "community"],
            ["resident.resident", "resident.community"],
            name="fk_volunteer_resident_community",
        ),
        sa.PrimaryKeyConstraint("volunteer", name="pk_volunteer"),
        sa.UniqueConstraint("volunteer", "community", name="uq_volunteer_volunteer_community"),
    )
    op.create_index("ix_volunteer_community", "volunteer", ["community"], unique=False)
    op.create_index("ix_volunteer_resident", "volunteer", ["resident"], unique=False)
