"""Devices, bindings, tokens and groups; what a box is told beside its people; history and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MS = sa.BigInteger()
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=32)
ACCOUNT = sa.String(length=64)
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
        "activity",
        sa.Column("community", ID, nullable=False),
        sa.Column("activity", ID, nullable=False),
        sa.Column("title_zh", LABEL, nullable=False),
        sa.Column("title_en", LABEL, nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("starts_min", sa.Integer(), nullable=False),
        sa.Column("ends_min", sa.Integer(), nullable=False),
        sa.Column("room_zh", LABEL, nullable=False),
        sa.Column("room_en", LABEL, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("early_min", sa.Integer(), nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint(is_id("activity"), name="activity_is_id"),
        sa.CheckConstraint("length(title_zh) > 0", name="title_given"),
        sa.CheckConstraint("points >= 0 AND early_min >= 0", name="points_count"),
        sa.CheckConstraint(
            "starts_min BETWEEN 0 AND 1439 AND ends_min > starts_min AND ends_min <= 2880", name="times_fit"
        ),
        sa.CheckConstraint("weekdays BETWEEN 0 AND 127", name="weekdays_fit"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_activity_community"),
        sa.PrimaryKeyConstraint("community", "activity", name="pk_activity"),
    )
    op.create_table(
        "column_memory",
        sa.Column("community", ID, nullable=False),
        sa.Column("header_hash", HASH, nullable=False),
        sa.Column("columns", TEXT, nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.Column("changed_by", ACCOUNT, nullable=False),
        sa.CheckConstraint("length(header_hash) = 32", name="header_hash_is_hash"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_column_memory_community"),
        sa.PrimaryKeyConstraint("community", "header_hash", name="pk_column_memory"),
    )
    op.create_table(
        "community_profile",
        sa.Column("community", ID, nullable=False),
        sa.Column("time_zone", ACCOUNT, nullable=False),
        sa.Column("token_salt", sa.LargeBinary(), nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.CheckConstraint("length(token_salt) >= 16", name="salt_is_long"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_community_profile_community"),
        sa.PrimaryKeyConstraint("community", name="pk_community_profile"),
    )
    op.create_table(
        "community_rule",
        sa.Column("community", ID, nullable=False),
        sa.Column("rule", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("parameters", TEXT, nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.CheckConstraint(is_id("rule"), name="rule_is_id"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_community_rule_community"),
        sa.PrimaryKeyConstraint("community", "rule", name="pk_community_rule"),
    )
    op.create_table(
        "community_setting",
        sa.Column("community", ID, nullable=False),
        sa.Column("key", ACCOUNT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("changed_ms", MS, nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_community_setting_community"),
        sa.PrimaryKeyConstraint("community", "key", name="pk_community_setting"),
    )
    op.create_table(
        "export_request",
        sa.Column("export_request", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("fields", TEXT, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("approved_ms", MS, nullable=True),
        sa.Column("approved_by", ACCOUNT, nullable=True),
        sa.Column("ends_ms", MS, nullable=False),
        sa.Column("fetched_ms", MS, nullable=True),
        sa.CheckConstraint("(approved_ms IS NULL) = (approved_by IS NULL)", name="approved_when"),
        sa.CheckConstraint("approved_by <> made_by", name="approved_by_another"),
        sa.CheckConstraint("ends_ms > made_ms", name="ends_later"),
        sa.CheckConstraint("length(reason) > 0", name="reason_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_export_request_community"),
        sa.PrimaryKeyConstraint("export_request", name="pk_export_request"),
    )
    op.create_index("ix_export_request_community", "export_request", ["community"], unique=False)
    op.create_table(
        "notice",
        sa.Column("community", ID, nullable=False),
        sa.Column("notice", ID, nullable=False),
        sa.Column("text_zh", TEXT, nullable=False),
        sa.Column("text_en", TEXT, nullable=False),
        sa.Column("from_ms", MS, nullable=False),
        sa.Column("to_ms", MS, nullable=True),
        sa.Column("changed_ms", MS, nullable=False),
        sa.CheckConstraint(is_id("notice"), name="notice_is_id"),
        sa.CheckConstraint("length(text_zh) > 0", name="text_given"),
        sa.CheckConstraint("to_ms > from_ms", name="ends_later"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_notice_community"),
        sa.PrimaryKeyConstraint("community", "notice", name="pk_notice"),
    )
    op.create_table(
        "record_action",
        sa.Column("record_action", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("resident", ID, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at_ms", MS, nullable=False),
        sa.Column("account", ACCOUNT, nullable=False),
        sa.Column("undoes", MS, nullable=True),
        sa.Column("undone_ms", MS, nullable=True),
        sa.Column("undone_by", ACCOUNT, nullable=True),
        sa.CheckConstraint("(undone_ms IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        sa.CheckConstraint("length(kind) > 0", name="kind_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_record_action_community"),
        sa.ForeignKeyConstraint(["undoes"], ["record_action.record_action"], name="fk_record_action_undoes"),
        sa.PrimaryKeyConstraint("record_action", name="pk_record_action"),
    )
    op.create_index("ix_record_action_community", "record_action", ["community", "record_action"], unique=False)
    op.create_index("ix_record_action_resident", "record_action", ["resident"], unique=False)
    op.create_table(
        "device",
        sa.Column("device", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", choice_of("kind", "band", "receiver", "camera", "reader", "kiosk", "relay"), nullable=False),
        sa.Column("number", sorted_by_bytes(40), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("zone", ID, nullable=True),
        sa.Column("label_zh", LABEL, nullable=False),
        sa.Column("label_en", LABEL, nullable=False),
        sa.Column("period_s", sa.Integer(), nullable=False),
        sa.Column(
            "state", choice_of("state", "in-service", "in-stock", "in-repair", "lost", "retired"), nullable=False
        ),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("retired_ms", MS, nullable=True),
        sa.CheckConstraint("(retired_ms IS NULL) = (state <> 'retired')", name="retired_when"),
        sa.CheckConstraint("length(key) > 0", name="key_given"),
        sa.CheckConstraint("period_s >= 0", name="period_counts"),
        sa.ForeignKeyConstraint(
            ["community", "zone"], ["zone.community", "zone.zone"], name="fk_device_community_zone"
        ),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_device_community"),
        sa.PrimaryKeyConstraint("device", name="pk_device"),
        sa.UniqueConstraint("device", "community", name="uq_device_device_community"),
    )
    op.create_index("ix_device_number", "device", ["community", "number"], unique=False)
    once_while("uq_device_key", "device", ["community", "key"], "retired_ms IS NULL")
    op.create_table(
        "import_run",
        sa.Column("import_run", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("record_action", MS, nullable=False),
        sa.Column("state", choice_of("state", "applied", "undone"), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_hash", HASH, nullable=False),
        sa.Column("header_hash", HASH, nullable=False),
        sa.Column("sheet_as_of_ms", MS, nullable=False),
        sa.Column("columns", TEXT, nullable=False),
        sa.Column("counts", TEXT, nullable=False),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.Column("undone_ms", MS, nullable=True),
        sa.Column("undone_by", ACCOUNT, nullable=True),
        sa.CheckConstraint("(undone_ms IS NULL) = (state <> 'undone')", name="undone_when"),
        sa.CheckConstraint("length(file_hash) = 32", name="file_hash_is_hash"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_import_run_community"),
        sa.ForeignKeyConstraint(["record_action"], ["record_action.record_action"], name="fk_import_run_record_action"),
        sa.PrimaryKeyConstraint("import_run", name="pk_import_run"),
    )
    op.create_index("ix_import_run_community", "import_run", ["community", "import_run"], unique=False)
    op.create_table(
        "record_change",
        sa.Column("record_change", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("record_action", MS, nullable=False),
        sa.Column("resident", ID, nullable=True),
        sa.Column("row_table", sa.String(length=40), nullable=False),
        sa.Column("row_key", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value_before", TEXT, nullable=False),
        sa.Column("value_after", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_action"], ["record_action.record_action"], name="fk_record_change_record_action"
        ),
        sa.PrimaryKeyConstraint("record_change", name="pk_record_change"),
    )
    op.create_index("ix_record_change_record_action", "record_change", ["record_action"], unique=False)
    op.create_index("ix_record_change_resident", "record_change", ["resident", "field", "record_change"], unique=False)
    op.create_index(
        "ix_record_change_row", "record_change", ["row_table", "row_key", "field", "record_change"], unique=False
    )
    op.create_table(
        "binding",
        sa.Column("binding", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("device", MS, nullable=False),
        sa.Column("resident", ID, nullable=True),
        sa.Column("zone", ID, nullable=True),
        sa.Column("from_ms", MS, nullable=False),
        sa.Column("to_ms", MS, nullable=True),
        sa.Column("why_ended", sa.String(length=40), nullable=True),
        sa.Column("made_by", ACCOUNT, nullable=False),
        sa.CheckConstraint("(resident IS NULL) <> (zone IS NULL)", name="is_to_one"),
        sa.CheckConstraint("(to_ms IS NULL) = (why_ended IS NULL)", name="ended_why"),
        sa.CheckConstraint("to_ms >= from_ms", name="ends_later"),
        sa.ForeignKeyConstraint(
            ["community", "zone"], ["zone.community", "zone.zone"], name="fk_binding_community_zone"
        ),
        sa.ForeignKeyConstraint(
            ["device", "community"], ["device.device", "device.community"], name="fk_binding_device_community"
        ),
        sa.ForeignKeyConstraint(
            ["resident", "community"], ["resident.resident", "resident.community"], name="fk_binding_resident_community"
        ),
        sa.PrimaryKeyConstraint("binding", name="pk_binding"),
    )
    op.create_index("ix_binding_device", "binding", ["device", "from_ms"], unique=False)
    op.create_index("ix_binding_resident", "binding", ["resident"], unique=False)
    once_while("uq_binding_open", "binding", ["device"], "to_ms IS NULL")
    op.create_table(
        "responder_group",
        sa.Column("responder_group", ID, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("label_zh", LABEL, nullable=False),
        sa.Column("label_en", LABEL, nullable=False),
        sa.Column("leader", ID, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("length(label_zh) > 0", name="label_given"),
        sa.ForeignKeyConstraint(["community"], ["community.community"], name="fk_responder_group_community"),
        sa.ForeignKeyConstraint(
            ["leader", "community"],
            ["resident.resident", "resident.community"],
            name="fk_responder_group_leader_community",
        ),
        sa.PrimaryKeyConstraint("responder_group", name="pk_responder_group"),
        sa.UniqueConstraint("responder_group", "community", name="uq_responder_group_responder_group_community"),
    )
    op.create_index("ix_responder_group_leader", "responder_group", ["leader"], unique=False)
    once_while("uq_responder_group_label", "responder_group", ["community", "label_zh"], "ended_ms IS NULL")
    op.create_table(
        "token",
        sa.Column("token", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("kind", choice_of("kind", "card", "qr", "id-card", "band"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("resident", ID, nullable=False),
        sa.Column("device", MS, nullable=True),
        sa.Column("made_ms", MS, nullable=False),
        sa.Column("ended_ms", MS, nullable=True),
        sa.CheckConstraint("length(token_hash) = 16", name="token_hash_is_hash"),
        sa.ForeignKeyConstraint(["device"], ["device.device"], name="fk_token_device"),
        sa.ForeignKeyConstraint(
            ["resident", "community"], ["resident.resident", "resident.community"], name="fk_token_resident_community"
        ),
        sa.PrimaryKeyConstraint("token", name="pk_token"),
    )
    op.create_index("ix_token_resident", "token", ["resident"], unique=False)
    once_while("uq_token_open", "token", ["community", "token_hash"], "ended_ms IS NULL")
    op.create_table(
        "group_member",
        sa.Column("group_member", NUMBER, autoincrement=True, nullable=False),
        sa.Column("community", ID, nullable=False),
        sa.Column("responder_group", ID, nullable=False),
        sa.Column("household", ID, nullable=False),
        sa.Column("from_ms", MS, nullable=False),
        sa.Column("to_ms", MS, nullable=True),
        sa.CheckConstraint("to_ms >= from_ms", name="ends_later"),
        sa.ForeignKeyConstraint(
            ["household", "community"],
            ["household.household", "household.community"],
            name="fk_group_member_household_community",
        ),
        sa.ForeignKeyConstraint(
            ["responder_group", "community"],
            ["responder_group.responder_group", "responder_group.community"],
            name="fk_group_member_responder_group_community",
        ),
        sa.PrimaryKeyConstraint("group_member", name="pk_group_member"),
    )
    op.create_index("ix_group_member_household", "group_member", ["household"], unique=False)
    op.create_index("ix_group_member_responder_group", "group_member", ["responder_group"], unique=False)
    once_while("uq_group_member_open", "group_member", ["household"], "to_ms IS NULL")
