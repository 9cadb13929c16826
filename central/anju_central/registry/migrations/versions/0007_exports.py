"""What a list of persons is for, and who refused it. No earlier version wrote into the table: it is made anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MS = sa.BigInteger()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=32)
ACCOUNT = sa.String(length=64)
PURPOSES = ("emergency", "care", "activity", "case", "device-maintenance", "statistics")


def upgrade() -> None:
    """Makes the table anew."""
    op.drop_table("export_request")
    op.create_table(
        "export_request",
        sa.Column("export_request", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(*PURPOSES, name="purpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("approved_ms", MS, nullable=True),
        sa.Column("approved_by", ACCOUNT, nullable=True),
        sa.Column("refused_ms", MS, nullable=True),
        sa.Column("refused_by", ACCOUNT, nullable=True),
        sa.Column("refusal", sa.String(length=500), nullable=False),
        sa.Column("ends_ms", MS, nullable=False),
        sa.Column("fetched_ms", MS, nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.CheckConstraint("(approved_ms IS NULL) = (approved_by IS NULL)", name="approved_when"),
        sa.CheckConstraint("(refused_ms IS NULL) = (refused_by IS NULL)", name="refused_when"),
        sa.CheckConstraint("(fetched_ms IS NULL) = (people IS NULL)", name="fetched_when"),
        sa.CheckConstraint(
            "fetched_ms IS NULL OR (approved_ms IS NOT NULL AND refused_ms IS NULL)", name="fetched_as_approved"
        ),
        sa.CheckConstraint("approved_by <> made_by", name="approved_by_another"),
        sa.CheckConstraint("ends_ms > made_ms", name="ends_later"),
        sa.CheckConstraint("length(reason) > 0", name="reason_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_export_request_community"),
        sa.PrimaryKeyConstraint("export_request", name="pk_export_request"),
    )
    op.create_index("ix_export_request_community", "export_request", ["community"], unique=False)
