"""What the console is shown of sheets, from what the hub keeps of them."""

from __future__ import annotations

from typing import Any

from anju_central.api.import_models import (
    ChosenView,
    ColumnView,
    CommunityRunView,
    ComparedView,
    ImportView,
    ListCountsView,
    ListLineView,
    ListPageView,
    PartView,
    ProblemView,
    ProgressView,
    RefusedView,
    SheetView,
    StepName,
    TakenCountsView,
    TakenView,
    UploadView,
)
from anju_central.api.job_turns import Job, JobTurns
from anju_central.api.views.incidents import iso
from anju_central.registry.imports.compared_lists import ListPage
from anju_central.registry.imports.runs import ImportLine
from anju_central.registry.imports.sheet import column_letters
from anju_central.registry.imports.uploads import Json, Upload

DOING: dict[str, StepName] = {"read": "reading", "compare": "comparing", "take-over": "taking-over"}


def upload_view(upload: Upload, turns: JobTurns, *, has_file: bool) -> UploadView:
    """Returns a sheet as its clerk sees it."""
    return UploadView(
        upload=upload.upload,
        file_name=upload.file_name,
        bytes_long=upload.bytes_long,
        uploaded_at=iso(upload.uploaded_ms) or "",
        ends_at=iso(upload.ends_ms) or "",
        step=_step(upload),
        has_file=has_file,
        sheets=[_sheet(sheet) for sheet in upload.sheets],
        sheets_left=upload.sheets_left if has_file else [],
        compared=_compared(upload.compared) if upload.compared is not None else None,
        taken=[_taken(one) for one in upload.taken],
        refusal=RefusedView(**upload.refusal) if upload.refusal is not None else None,
        progress=_progress(turns.job(upload.upload), turns.current),
    )


def _step(upload: Upload) -> StepName:
    if upload.doing:
        return DOING[upload.doing]
    if upload.compared is not None:
        return "compared"
    if upload.taken:
        return "taken"
    return "read" if upload.sheets else "unreadable"


def _progress(job: Job | None, current: Job | None) -> ProgressView | None:
    if job is None:
        return None
    behind = current.account if job.waits and current is not None else None
    return ProgressView(done=job.done, of=job.of, behind=behind)


def _sheet(sheet: Json) -> SheetView:
    return SheetView(
        name=sheet["name"],
        is_hidden=sheet["is_hidden"],
        rows=sheet["rows"],
        columns_not_read=sheet["columns_not_read"],
        header_row=sheet["header_row"],
        columns=[ColumnView(letters=column_letters(column["column"]), **column) for column in sheet["columns"]],
        has_people=any(column["field"] == "name" for column in sheet["columns"]),
    )


def _compared(compared: Json) -> ComparedView:
    lists = {kind.replace("-", "_"): count for kind, count in compared["lists"].items()}
    return ComparedView(
        sheet=compared["sheet"]["name"],
        community=compared["community"],
        columns=[ChosenView(column=column, field=field) for column, field in compared["fields"]],
        as_of_at=iso(compared["as_of_ms"]) if compared["as_of_ms"] else None,
        lists=ListCountsView(**lists),
        same=compared["same"],
        passed_over=compared["passed_over"],
        problems_not_kept=compared["problems_not_kept"],
        has_mend=compared["has_mend"],
    )


def _runs(runs: dict[str, int]) -> list[CommunityRunView]:
    return [CommunityRunView(community=community, run=run) for community, run in sorted(runs.items())]


def _counts(counts: dict[str, int]) -> TakenCountsView:
    return TakenCountsView(
        new=counts.get("new", 0), changed=counts.get("changed", 0), moved_out=counts.get("moved-out", 0)
    )


def _taken(taken: Json) -> TakenView:
    return TakenView(
        sheet=taken["sheet"], runs=_runs(taken["runs"]), counts=_counts(taken["counts"]), has_mend=taken["has_mend"]
    )


def page_view(page: ListPage) -> ListPageView:
    """Returns a page of a list."""
    return ListPageView(total=page.total, lines=[_line(line) for line in page.lines])


def _line(line: Json) -> ListLineView:
    texts = {name: line.get(name, "") for name in ("name", "flat", "sex", "birth", "phones", "contact")}
    texts |= {name: line.get(name, "") for name in ("id_number", "archive_no")}
    parts: list[dict[str, Any]] = line.get("parts", [])
    return ListLineView(
        row=line.get("row"),
        resident=line.get("resident"),
        community=line.get("community"),
        parts=[
            PartView(
                part=part["part"],
                before=part["before"],
                after=part["after"],
                edited_at=iso(part["edited_ms"]) if "edited_ms" in part else None,
            )
            for part in parts
        ],
        problems=[ProblemView(**problem) for problem in line.get("problems", [])],
        **texts,
    )


def import_view(line: ImportLine, turns: JobTurns, refusal: Json | None) -> ImportView:
    """Returns an import that was taken over."""
    return ImportView(
        run=line.run,
        file_name=line.file_name,
        made_at=iso(line.made_ms) or "",
        made_by=line.made_by,
        undone_at=iso(line.undone_ms) if line.undone_ms is not None else None,
        undone_by=line.undone_by,
        runs=_runs(line.runs),
        counts=_counts(line.counts),
        undoing=any(turns.job(f"undo-{run}") is not None for run in line.runs.values()),
        refusal=RefusedView(**refusal) if refusal is not None and line.undone_ms is None else None,
    )
