"""Revisions of the rosters that boxes get from the registry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "roster_revision",
        sa.Column("community", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("taken_over_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("revision >= 1", name="counts_from_one"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_roster_revision_community"),
        sa.PrimaryKeyConstraint("community", name="pk_roster_revision"),
    )
