"""One-time links, recovery codes, a second factor on offer; a token of a machine may be made by the command line.

`machine_token` is made anew: nothing could put a row into it before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MS = sa.BigInteger()
ID = sa.String(length=32)
ACCOUNT = sa.String(length=64)
HASH = sa.LargeBinary(length=32)


def upgrade() -> None:
    """Adds what is new."""
    op.add_column("account", sa.Column("totp_offered", sa.LargeBinary(), nullable=True))
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", HASH, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("used_ms", MS, nullable=True),
        sa.CheckConstraint("length(code_hash) = 32", name="code_hash_is_hash"),
        sa.ForeignKeyConstraint(["account"], ["account.account"], name="fk_recovery_code_account"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_account", "recovery_code", ["account"], unique=False)
    op.create_table(
        "account_link",
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("ends_ms", MS, nullable=False),
        sa.Column("used_ms", MS, nullable=True),
        sa.Column("withdrawn_ms", MS, nullable=True),
        sa.CheckConstraint("length(token_hash) = 32", name="token_hash_is_hash"),
        sa.CheckConstraint("ends_ms > made_ms", name="ends_later"),
        sa.ForeignKeyConstraint(["account"], ["account.account"], name="fk_account_link_account"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_account_link"),
    )
    op.create_index("ix_account_link_account", "account_link", ["account"], unique=False)
    op.drop_table("machine_token")
    op.create_table(
        "machine_token",
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("name", ACCOUNT, nullable=False),
        sa.Column("scope", ACCOUNT, nullable=False),
        sa.Column("community", ID, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("ends_ms", MS, nullable=False),
        sa.Column("revoked_ms", MS, nullable=True),
        sa.CheckConstraint("ends_ms > made_ms", name="ends_later"),
        sa.CheckConstraint("length(token_hash) = 32", name="token_hash_is_hash"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_machine_token_community"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_machine_token"),
        sa.UniqueConstraint("name", name="uq_machine_token_name"),
    )
