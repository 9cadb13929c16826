"""What was done to the registry of people, field by field: history, undo, and runs of imports.

An action is what a person did in one go (a life event, a merge, an import). Its changes say each value before and
after, as JSON, so that it can be undone whole, and so that a record's history can be read.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.access.caller import Purpose
from anju_central.registry.tables.base import (
    AccountName,
    Base,
    Hash,
    Id,
    InCommunity,
    Json,
    Ms,
    Number,
    RowNumber,
    choice_of,
    is_hash,
    says,
)


class RunState(StrEnum):
    """How far an import is."""

    APPLIED = "applied"
    UNDONE = "undone"


class RecordAction(Base, InCommunity):
    """One action. `kind` as `moved-in`, `merge`, `edit`, `import`; `undoes` is the action that this one took back."""

    __tablename__ = "record_action"
    __table_args__ = (
        says("kind_given", "length(kind) > 0"),
        says("undone_by_somebody", "(undone_ms IS NULL) = (undone_by IS NULL)"),
        Index("ix_record_action_community", "community", "record_action"),
    )

    record_action: Mapped[Number]
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    kind: Mapped[str] = mapped_column(String(40))
    resident: Mapped[Id | None] = mapped_column(index=True)  # whom it was about, None: many
    reason: Mapped[str] = mapped_column(String(500), default="")
    at_ms: Mapped[Ms]
    account: Mapped[AccountName]
    undoes: Mapped[RowNumber | None] = mapped_column(ForeignKey("record_action.record_action"))
    undone_ms: Mapped[Ms | None]
    undone_by: Mapped[AccountName | None]


class RecordChange(Base, InCommunity):
    """A value that an action changed: of `row_key` in `row_table`. `field` '' = the row was added.

    `resident` is whose history it belongs to. Written with its action, whose audit is its own.
    """

    __tablename__ = "record_change"
    __table_args__ = (
        Index("ix_record_change_resident", "resident", "field", "record_change"),
        Index("ix_record_change_row", "row_table", "row_key", "field", "record_change"),
    )
    is_audited = False

    record_change: Mapped[Number]
    community: Mapped[Id]
    record_action: Mapped[RowNumber] = mapped_column(ForeignKey("record_action.record_action"), index=True)
    resident: Mapped[Id | None]
    row_table: Mapped[str] = mapped_column(String(40))
    row_key: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(String(40))
    value_before: Mapped[Json]
    value_after: Mapped[Json]


class ImportRun(Base, InCommunity):
    """A sheet that was taken over. `counts` is JSON: what became of how many rows."""

    __tablename__ = "import_run"
    __table_args__ = (
        is_hash("file_hash"),
        says("undone_when", "(undone_ms IS NULL) = (state <> 'undone')"),
        Index("ix_import_run_community", "community", "import_run"),
    )

    import_run: Mapped[Number]
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"))
    record_action: Mapped[RowNumber] = mapped_column(ForeignKey("record_action.record_action"))
    state: Mapped[RunState] = mapped_column(choice_of(RunState, "state"))
    file_name: Mapped[str] = mapped_column(String(255))
    file_hash: Mapped[Hash]
    header_hash: Mapped[Hash]
    sheet_as_of_ms: Mapped[Ms]  # a hand edit after that stays
    columns: Mapped[Json]
    counts: Mapped[Json]
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]
    undone_ms: Mapped[Ms | None]
    undone_by: Mapped[AccountName | None]


class ColumnMemory(Base, InCommunity):
    """Which column was which, the last time a sheet with these headers came."""

    __tablename__ = "column_memory"
    __table_args__ = (is_hash("header_hash"),)

    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)
    header_hash: Mapped[Hash] = mapped_column(primary_key=True)
    columns: Mapped[Json]
    changed_ms: Mapped[Ms]
    changed_by: Mapped[AccountName]


class ExportRequest(Base, InCommunity):
    """A list of persons that somebody wants to take out (PRIVACY V12): a reason, and a second person who approves.

    `ends_ms` is until when it can be fetched; `people` how many it named when it was.
    """

    __tablename__ = "export_request"
    __table_args__ = (
        says("reason_given", "length(reason) > 0"),
        says("approved_by_another", "approved_by <> made_by"),
        says("approved_when", "(approved_ms IS NULL) = (approved_by IS NULL)"),
        says("refused_when", "(refused_ms IS NULL) = (refused_by IS NULL)"),
        says("fetched_when", "(fetched_ms IS NULL) = (people IS NULL)"),
        says("fetched_as_approved", "fetched_ms IS NULL OR (approved_ms IS NOT NULL AND refused_ms IS NULL)"),
        says("ends_later", "ends_ms > made_ms"),
    )

    export_request: Mapped[Number]
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), index=True)
    purpose: Mapped[Purpose] = mapped_column(choice_of(Purpose, "purpose"))
    reason: Mapped[str] = mapped_column(String(500))
    fields: Mapped[Json]
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]
    approved_ms: Mapped[Ms | None]
    approved_by: Mapped[AccountName | None]
    refused_ms: Mapped[Ms | None]
    refused_by: Mapped[AccountName | None]
    refusal: Mapped[str] = mapped_column(String(500), default="")
    ends_ms: Mapped[Ms]
    fetched_ms: Mapped[Ms | None]
    people: Mapped[int | None]
