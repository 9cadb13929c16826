"""Consents, requests about one's own data, emergency look-ups, the log of look-ups, retention."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MS = sa.BigInteger()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=32)
ACCOUNT = sa.String(length=64)
NAME = sa.String(length=100)
HASH = sa.LargeBinary(length=32)
TEXT = sa.Text()

# The log of look-ups is append-only for whoever uses this database by its tables, but for what retention cut off.
REFUSAL = "the log of look-ups is append-only"
CUT = "SELECT coalesce(max(entry), 0) FROM look_up_cut"
APPEND_ONLY = {
    "sqlite": (
        *(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for table in ("look_up", "look_up_person", "look_up_cut")
        ),
        *(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN OLD.entry > ({CUT}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for table in ("look_up", "look_up_person")
        ),
        "CREATE TRIGGER look_up_cut_no_delete BEFORE DELETE ON look_up_cut "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
    ),
    "postgresql": (
        f"CREATE FUNCTION look_up_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE FUNCTION look_up_check_cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.entry > ({CUT}) THEN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN OLD; END $$",
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION look_up_refuse()"
            for table in ("look_up", "look_up_person")
        ),
        *(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION look_up_check_cut()"
            for table in ("look_up", "look_up_person")
        ),
        "CREATE TRIGGER look_up_cut_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON look_up_cut "
        "FOR EACH STATEMENT EXECUTE FUNCTION look_up_refuse()",
    ),
}


def choice_of(name: str, *values: str) -> sa.Enum:
    """A text that is one of these."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def once_while(name: str, table: str, columns: list[str], condition: str) -> None:
    """An index by which there is one row with these values, of those for which the condition holds."""
    only = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "deletion_certificate",
        sa.Column("deletion_certificate", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at_ms", MS, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("counts", TEXT, nullable=False),
        sa.Column("stopped", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("deletion_certificate", name="pk_deletion_certificate"),
    )
    op.create_table(
        "look_up",
        sa.Column("entry", MS, autoincrement=False, nullable=False),
        sa.Column("at_ms", MS, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column(
            "role",
            choice_of(
                "role",
                "operator",
                "supervisor",
                "community-staff",
                "programme-officer",
                "privacy-officer",
                "technician",
                "auditor",
                "hub",
            ),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            choice_of("purpose", "emergency", "care", "activity", "case", "device-maintenance", "statistics"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            choice_of("kind", "record", "search", "list", "incident", "export", "log", "break-glass", "catch-up"),
            nullable=False,
        ),
        sa.Column("community", ID, nullable=True),
        sa.Column("fields", sa.String(length=500), nullable=False),
        sa.Column("incident", ACCOUNT, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("entry_hash", HASH, nullable=False),
        sa.CheckConstraint("length(entry_hash) = 32", name="entry_hash_is_hash"),
        sa.PrimaryKeyConstraint("entry", name="pk_look_up"),
    )
    op.create_index("ix_look_up_account", "look_up", ["account", "entry"], unique=False)
    op.create_table(
        "look_up_cut",
        sa.Column("look_up_cut", NUMBER, autoincrement=True, nullable=False),
        sa.Column("entry", MS, nullable=False),
        sa.Column("entry_hash", HASH, nullable=False),
        sa.Column("at_ms", MS, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.CheckConstraint("length(entry_hash) = 32", name="entry_hash_is_hash"),
        sa.PrimaryKeyConstraint("look_up_cut", name="pk_look_up_cut"),
    )
    look_up_head = op.create_table(
        "look_up_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", MS, nullable=False),
        sa.Column("entry_hash", HASH, nullable=False),
        sa.CheckConstraint("id = 1", name="has_one_row"),
        sa.CheckConstraint("length(entry_hash) = 32", name="entry_hash_is_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_look_up_head"),
    )
    op.create_table(
        "retention_clock",
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.Column("changed_by", ACCOUNT, nullable=False),
        sa.CheckConstraint("days >= 0", name="days_count"),
        sa.PrimaryKeyConstraint("what", name="pk_retention_clock"),
    )
    op.create_table(
        "working_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days_off", TEXT, nullable=False),
        sa.Column("days_on", TEXT, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.Column("changed_by", ACCOUNT, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_working_year"),
    )
    op.create_table(
        "break_glass",
        sa.Column("break_glass", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("incident", ACCOUNT, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("opened_ms", MS, nullable=False),
        sa.Column("ends_ms", MS, nullable=False),
        sa.Column("closed_ms", MS, nullable=True),
        sa.Column("seen_ms", MS, nullable=True),
        sa.Column("seen_by", ACCOUNT, nullable=True),
        sa.CheckConstraint("(seen_ms IS NULL) = (seen_by IS NULL)", name="seen_by_somebody"),
        sa.CheckConstraint("length(reason) > 0", name="reason_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_break_glass_community"),
        sa.PrimaryKeyConstraint("break_glass", name="pk_break_glass"),
    )
    op.create_index("ix_break_glass_account", "break_glass", ["account", "closed_ms"], unique=False)
    op.create_table(
        "look_up_person",
        sa.Column("entry", MS, nullable=False),
        sa.Column("resident", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["look_up.entry"], name="fk_look_up_person_entry"),
        sa.PrimaryKeyConstraint("entry", "resident", name="pk_look_up_person"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_look_up_person_resident", "look_up_person", ["resident", "entry"], unique=False)
    op.create_table(
        "subject_request",
        sa.Column("subject_request", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("resident", ID, nullable=False),
        sa.Column("kind", choice_of("kind", "access", "correct", "delete"), nullable=False),
        sa.Column("state", choice_of("state", "open", "done", "refused"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("closed_ms", MS, nullable=True),
        sa.Column("closed_by", ACCOUNT, nullable=True),
        sa.CheckConstraint("(closed_ms IS NULL) = (state = 'open')", name="closed_when"),
        sa.CheckConstraint("state <> 'refused' OR length(answer) > 0", name="refused_why"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_subject_request_community"),
        sa.PrimaryKeyConstraint("subject_request", name="pk_subject_request"),
    )
    op.create_index("ix_subject_request_resident", "subject_request", ["resident"], unique=False)
    op.create_index("ix_subject_request_state", "subject_request", ["state", "due_on"], unique=False)
    op.create_table(
        "consent",
        sa.Column("consent", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("resident", ID, nullable=False),
        sa.Column(
            "kind",
            choice_of("kind", "location", "guardian-watch", "photo", "share", "points", "messages", "minor"),
            nullable=False,
        ),
        sa.Column("guardian", NAME, nullable=True),
        sa.Column("wording_version", sa.String(length=40), nullable=False),
        sa.Column("wording_hash", HASH, nullable=False),
        sa.Column("language", choice_of("language", "zh", "en"), nullable=False),
        sa.Column("channel", choice_of("channel", "paper", "kiosk", "wechat", "desk"), nullable=False),
        sa.Column("witness", NAME, nullable=True),
        sa.Column("given_ms", MS, nullable=False),
        sa.Column("withdrawn_ms", MS, nullable=True),
        sa.Column(
            "withdrawn_channel", choice_of("withdrawn_channel", "paper", "kiosk", "wechat", "desk"), nullable=True
        ),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.CheckConstraint("kind <> 'minor' OR guardian IS NOT NULL", name="minor_has_guardian"),
        sa.CheckConstraint("(withdrawn_ms IS NULL) = (withdrawn_channel IS NULL)", name="withdrawn_how"),
        sa.CheckConstraint("length(wording_hash) = 32", name="wording_hash_is_hash"),
        sa.CheckConstraint("withdrawn_ms >= given_ms", name="withdrawn_later"),
        sa.ForeignKeyConstraint(
            ["resident", "community"], ["resident.resident", "resident.community"], name="fk_consent_resident_community"
        ),
        sa.PrimaryKeyConstraint("consent", name="pk_consent"),
    )
    op.create_index("ix_consent_resident", "consent", ["resident"], unique=False)
    once_while("uq_consent_open", "consent", ["resident", "kind"], "withdrawn_ms IS NULL")
    op.bulk_insert(look_up_head, [{"id": 1, "entry": 0, "entry_hash": bytes(32)}])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
