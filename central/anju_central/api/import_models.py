"""Answers and requests about sheets of people. Times are ISO-8601 UTC; rows and columns count from 1."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from anju_central.api.models import Answer
from anju_central.api.people_requests import Asked, Reason

FieldName = Literal[
    "name",
    "id-number",
    "archive-no",
    "sex",
    "birth",
    "age",
    "phone",
    "community",
    "address",
    "building",
    "unit",
    "flat",
    "relation-to-head",
    "contact-name",
    "contact-relation",
    "contact-phone",
    "ignored",
]
BasisName = Literal["remembered", "head", "contents", "none"]
ListName = Literal["new", "changed", "kept", "missing", "refused", "left-out", "noted"]
PartName = Literal["name", "id-number", "archive-no", "sex", "birth", "phones", "flat", "head", "contact"]
BecomesName = Literal["refused", "left-out", "noted"]
StepName = Literal["reading", "unreadable", "read", "comparing", "compared", "taking-over", "taken"]


class ColumnView(Answer):
    """A column, what it is taken for and why. `looks_like`: its contents say something else; `filled`: of the rows
    that were looked at.
    """

    column: int
    letters: str
    head: str
    field: FieldName
    basis: BasisName
    looks_like: FieldName | None
    filled: int


class SheetView(Answer):
    """A sheet of a file. `header_row` 0: no row with the heads of columns was found. `columns_not_read` stand too far
    right.
    """

    name: str
    is_hidden: bool
    rows: int
    columns_not_read: int
    header_row: int
    columns: list[ColumnView]
    has_people: bool


class ChosenView(Answer):
    """What a column was taken for."""

    column: int
    field: FieldName


class ListCountsView(Answer):
    """How many lines each list of a comparison has."""

    new: int
    changed: int
    kept: int
    missing: int
    refused: int
    left_out: int
    noted: int


class ComparedView(Answer):
    """What a sheet would do. `as_of_at`: hand edits after that stay, null where no sheet came before.

    `has_mend`: there are rows to mend and send again; `problems_not_kept`: more is wrong than is listed.
    """

    sheet: str
    community: str | None
    columns: list[ChosenView]
    as_of_at: str | None
    lists: ListCountsView
    same: int
    passed_over: int
    problems_not_kept: int
    has_mend: bool


class TakenCountsView(Answer):
    """What became of people."""

    new: int
    changed: int
    moved_out: int


class CommunityRunView(Answer):
    """The number that an import has in a community."""

    community: str
    run: int


class TakenView(Answer):
    """What was taken over of a sheet; `has_mend`: its rows to mend are still here."""

    sheet: str
    runs: list[CommunityRunView]
    counts: TakenCountsView
    has_mend: bool


class RefusedView(Answer):
    """Why something was not done, in both languages."""

    code: str
    zh: str
    en: str


class ProgressView(Answer):
    """How far a job is: `done` of `of` people, 0 of 0 before they are counted. `behind`: whose job it waits for."""

    done: int
    of: int
    behind: str | None


class UploadView(Answer):
    """A sheet that was sent. It is removed at `ends_at`, or as soon as it is taken over; `has_file`: it is still here.

    `sheets_left`: sheets with people that were not taken over.
    """

    upload: str
    file_name: str
    bytes_long: int
    uploaded_at: str
    ends_at: str
    step: StepName
    has_file: bool
    sheets: list[SheetView]
    sheets_left: list[str]
    compared: ComparedView | None
    taken: list[TakenView]
    refusal: RefusedView | None
    progress: ProgressView | None


class UploadsView(Answer):
    """The caller's sheets, the newest first. `busy_with`: whose sheet the hub works on now, null for nobody's."""

    uploads: list[UploadView]
    busy_with: str | None


class PartView(Answer):
    """A part of a record before and after; '' = nothing, `*` = an ID number that is not shown.

    Of a hand edit, `before` is what stays and `after` what the sheet says; `edited_at` is when it was made.
    """

    part: PartName
    before: str
    after: str
    edited_at: str | None


class ProblemView(Answer):
    """What is wrong, where (D7), and what would be right."""

    place: str
    head: str
    code: str
    what_becomes: BecomesName
    zh: str
    en: str


class ListLineView(Answer):
    """A line of a list: a row of the sheet, somebody of the registry, or both. What a list does not have is empty."""

    row: int | None
    resident: str | None
    community: str | None
    name: str
    flat: str
    sex: str
    birth: str
    phones: str
    contact: str
    id_number: str
    archive_no: str
    parts: list[PartView]
    problems: list[ProblemView]


class ListPageView(Answer):
    """Some lines of a list, and how many there are."""

    total: int
    lines: list[ListLineView]


class ImportView(Answer):
    """A sheet that was taken over. `run` takes it back, in all these communities; `undoing`: that goes on now;
    `refusal`: why it was not done when it was asked last.
    """

    run: int
    file_name: str
    made_at: str
    made_by: str
    undone_at: str | None
    undone_by: str | None
    runs: list[CommunityRunView]
    counts: TakenCountsView
    undoing: bool
    refusal: RefusedView | None


class ImportsView(Answer):
    """Imports, the newest first; more come `before` the lowest number of the last one."""

    imports: list[ImportView]
    before: int | None


class ChosenRequest(Asked):
    """What a column is."""

    column: Annotated[int, Field(ge=1, le=16_384)]
    field: FieldName


class CompareRequest(Asked):
    """Which sheet, of which community (null: a column says it), what its columns are (null: as proposed), and the day
    after which hand edits stay (null: that of the last import).
    """

    sheet: Annotated[str, Field(max_length=255)] | None = None
    community: Annotated[str, Field(max_length=64)] | None = None
    columns: Annotated[list[ChosenRequest], Field(max_length=128)] | None = None
    as_of: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")] | None = None


class ListRequest(Asked):
    """Which lines of a list: those with `text` in name, flat or row, from line `first` on."""

    text: Annotated[str, Field(max_length=100)] = ""
    first: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class TakeOverRequest(Asked):
    """Who of those missing has moved out: nobody goes without being named here."""

    moved_out: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=1_500)] = Field(
        default_factory=list
    )


class UndoImportRequest(Asked):
    """Why."""

    reason: Reason = ""
