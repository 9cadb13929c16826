"""Communities, boxes, claims, certificates, accounts, sessions, tokens of machines, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MS = sa.BigInteger()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=32)
ACCOUNT = sa.String(length=64)
HASH = sa.LargeBinary(length=32)
IS_OPEN = sa.text("used_ms IS NULL AND withdrawn_ms IS NULL")


def choice_of(name: str, *values: str) -> sa.Enum:
    """A text that is one of these."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


ROLE = choice_of(
    "role",
    "operator",
    "supervisor",
    "community-staff",
    "programme-officer",
    "privacy-officer",
    "technician",
    "auditor",
    "hub",
)
PURPOSE = choice_of("purpose", "emergency", "care", "activity", "case", "device-maintenance", "statistics")
STATE = choice_of("state", "unused", "claimed", "active", "retired", "revoked")

# The audit is append-only for whoever uses this database by its tables, this program too.
APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    ),
}


def is_id(column: str) -> str:
    """1 to 32 of a-z, 0-9 and hyphen."""
    return f"length({column}) BETWEEN 1 AND 32 AND ltrim({column}, 'abcdefghijklmnopqrstuvwxyz0123456789-') = ''"


def upgrade() -> None:
    """Makes all tables."""
    op.create_table(
        "account",
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("every_community", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", MS, nullable=True),
        sa.Column("failed_tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until_ms", MS, nullable=True),
        sa.Column("disabled_ms", MS, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.CheckConstraint("account NOT IN ('hub', 'command-line') AND role <> 'hub'", name="is_a_person"),
        sa.CheckConstraint("account = lower(account)", name="name_is_lower_case"),
        sa.CheckConstraint("failed_tries >= 0", name="failed_tries_counted"),
        sa.CheckConstraint("length(account) BETWEEN 1 AND 64", name="name_given"),
        sa.PrimaryKeyConstraint("account", name="pk_account"),
    )
    op.create_table(
        "audit",
        sa.Column("entry", NUMBER, nullable=False),
        sa.Column("at_ms", MS, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("purpose", PURPOSE, nullable=False),
        sa.Column("action", ACCOUNT, nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("community", ID, nullable=True),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.CheckConstraint("length(action) > 0", name="action_given"),
        sa.PrimaryKeyConstraint("entry", name="pk_audit"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "entry"], unique=False)
    change_count = op.create_table(
        "change_count",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", MS, nullable=False),
        sa.CheckConstraint("id = 1", name="has_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_change_count"),
    )
    op.create_table(
        "community",
        sa.Column("community", ID, nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("roster_file", sa.String(length=4096), nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.CheckConstraint(is_id("community"), name="community_is_id"),
        sa.CheckConstraint("length(name_zh) > 0 AND length(name_en) > 0", name="names_given"),
        sa.PrimaryKeyConstraint("community", name="pk_community"),
    )
    op.create_table(
        "account_community",
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.account"], name="fk_account_community_account"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_account_community_community"),
        sa.PrimaryKeyConstraint("account", "community", name="pk_account_community"),
    )
    op.create_table(
        "box",
        sa.Column("box", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("replaces", ID, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("claimed_ms", MS, nullable=True),
        sa.Column("streamed_ms", MS, nullable=True),
        sa.Column("tested_ms", MS, nullable=True),
        sa.Column("retired_ms", MS, nullable=True),
        sa.Column("revoked_ms", MS, nullable=True),
        sa.CheckConstraint("(retired_ms IS NOT NULL) OR state <> 'retired'", name="retired_when"),
        sa.CheckConstraint("(revoked_ms IS NOT NULL) = (state = 'revoked')", name="revoked_when"),
        sa.CheckConstraint(is_id("box"), name="box_is_id"),
        sa.CheckConstraint("state <> 'active' OR streamed_ms IS NOT NULL", name="streamed_when"),
        sa.CheckConstraint("state IN ('unused', 'retired', 'revoked') OR claimed_ms IS NOT NULL", name="claimed_when"),
        sa.CheckConstraint("replaces <> box", name="replaces_another"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_box_community"),
        sa.ForeignKeyConstraint(["replaces"], ["box.box"], name="fk_box_replaces"),
        sa.PrimaryKeyConstraint("box", name="pk_box"),
        sa.UniqueConstraint("box", "community", name="uq_box_box_community"),
    )
    op.create_index("ix_box_community", "box", ["community"], unique=False)
    op.create_index("uq_box_replaces", "box", ["replaces"], unique=True)
    op.create_table(
        "login_session",
        sa.Column("token_hash", HASH, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("seen_ms", MS, nullable=False),
        sa.Column("idle_ends_ms", MS, nullable=False),
        sa.Column("ends_ms", MS, nullable=False),
        sa.Column("second_factor_ms", MS, nullable=True),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("ends_ms > made_ms AND idle_ends_ms <= ends_ms", name="ends_later"),
        sa.CheckConstraint("length(token_hash) = 32", name="token_hash_is_hash"),
        sa.ForeignKeyConstraint(["account"], ["account.account"], name="fk_login_session_account"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_login_session"),
    )
    op.create_index("ix_login_session_account", "login_session", ["account"], unique=False)
    op.create_index("ix_login_session_ends_ms", "login_session", ["ends_ms"], unique=False)
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
        sa.ForeignKeyConstraint(["made_by"], ["account.account"], name="fk_machine_token_made_by"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_machine_token"),
        sa.UniqueConstraint("name", name="uq_machine_token_name"),
    )
    op.create_table(
        "claim",
        sa.Column("claim", NUMBER, nullable=False),
        sa.Column("box", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("name", ID, nullable=False),
        sa.Column("secret_hash", HASH, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("ends_ms", MS, nullable=False),
        sa.Column("used_ms", MS, nullable=True),
        sa.Column("used_spki", HASH, nullable=True),
        sa.Column("failed_tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_ms", MS, nullable=True),
        sa.Column("withdrawn_ms", MS, nullable=True),
        sa.CheckConstraint("(used_ms IS NULL) = (used_spki IS NULL)", name="used_by_a_key"),
        sa.CheckConstraint("ends_ms > made_ms", name="ends_later"),
        sa.CheckConstraint("failed_tries >= 0", name="failed_tries_counted"),
        sa.CheckConstraint("length(name) = 32 AND ltrim(name, '0123456789abcdef') = ''", name="name_is_hex"),
        sa.CheckConstraint("length(secret_hash) = 32", name="secret_hash_is_hash"),
        sa.CheckConstraint("length(used_spki) = 32", name="used_spki_is_hash"),
        sa.CheckConstraint("used_ms IS NULL OR withdrawn_ms IS NULL", name="used_or_withdrawn"),
        sa.ForeignKeyConstraint(["box", "community"], ["box.box", "box.community"], name="fk_claim_box_community"),
        sa.PrimaryKeyConstraint("claim", name="pk_claim"),
        sa.UniqueConstraint("name", name="uq_claim_name"),
        sa.UniqueConstraint("secret_hash", name="uq_claim_secret_hash"),
    )
    op.create_index("ix_claim_box", "claim", ["box"], unique=False)
    op.create_index("uq_claim_open", "claim", ["box"], unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    op.create_table(
        "certificate",
        sa.Column("certificate", NUMBER, nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("box", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("claim", NUMBER, nullable=True),
        sa.Column("spki", HASH, nullable=False),
        sa.Column("from_ms", MS, nullable=False),
        sa.Column("to_ms", MS, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_ms", MS, nullable=True),
        sa.CheckConstraint(
            "length(serial) BETWEEN 1 AND 40 AND ltrim(serial, '0123456789abcdef') = ''",
            name="serial_is_hex",
        ),
        sa.CheckConstraint("length(spki) = 32", name="spki_is_hash"),
        sa.CheckConstraint("to_ms > from_ms", name="ends_later"),
        sa.ForeignKeyConstraint(
            ["box", "community"], ["box.box", "box.community"], name="fk_certificate_box_community"
        ),
        sa.ForeignKeyConstraint(["claim"], ["claim.claim"], name="fk_certificate_claim"),
        sa.PrimaryKeyConstraint("certificate", name="pk_certificate"),
        sa.UniqueConstraint("serial", name="uq_certificate_serial"),
    )
    op.create_index("ix_certificate_box", "certificate", ["box", "certificate"], unique=False)
    op.bulk_insert(change_count, [{"id": 1, "changes": 0}])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
