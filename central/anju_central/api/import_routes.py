"""The routes of imports, below /api/imports. Who may call which: `gate_table.py`. A file is sent as the body itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import quote, unquote

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.requests import ClientDisconnect

from anju_central.api.answers import guarded
from anju_central.api.import_desk import ImportDesk
from anju_central.api.import_models import (
    CompareRequest,
    ImportsView,
    ListName,
    ListPageView,
    ListRequest,
    TakeOverRequest,
    UndoImportRequest,
    UploadsView,
    UploadView,
)
from anju_central.api.import_views import import_view, page_view, upload_view
from anju_central.api.people_routes import ASKED, CHANGED, Asking
from anju_central.registry.imports.compared_lists import ListKind
from anju_central.registry.imports.fields import Field
from anju_central.registry.imports.job import Job
from anju_central.registry.imports.limits import MAX_FILE_BYTES
from anju_central.registry.imports.uploads import Upload
from anju_central.registry.people_errors import BadValue

FILES: Final = "/api/imports/files"
STREAMED: Final = {FILES: MAX_FILE_BYTES}  # what `BoundedBody` lets through
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_NUMBER: Final = 2**63 - 1
MAX_NAME_CHARS: Final = 255
MAX_NAME_BYTES: Final = MAX_NAME_CHARS * 12  # four bytes of UTF-8, each as %F0
UploadId = Annotated[str, Path(max_length=32)]
FILE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FILE_ANSWER: Final[dict[int | str, dict[str, object]]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}, "description": "A spreadsheet"}
}


def import_routes(desk: ImportDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api/imports")
    _files(routes, desk)
    _steps(routes, desk)
    _imports(routes, desk)
    return routes


def sheet_name(file_name: str) -> dict[str, str]:
    """Returns the header by which a browser saves a spreadsheet under that name (RFC 6266)."""
    return {"Content-Disposition": f"attachment; filename=\"sheet.xlsx\"; filename*=UTF-8''{quote(file_name)}"}


def _file_name(given: str) -> str:
    """Raises BadValue for one that is too long."""
    name = unquote(given, errors="replace")
    if len(name) > MAX_NAME_CHARS:
        raise BadValue("name", f"a file's name has up to {MAX_NAME_CHARS} characters, this one {len(name)}")
    return name


def _shown(desk: ImportDesk, upload: Upload) -> UploadView:
    return upload_view(upload, desk.turns, has_file=desk.shelf.sheet(upload.upload).is_file())


def _files(routes: APIRouter, desk: ImportDesk) -> None:
    @routes.post("/files", responses=CHANGED, openapi_extra=FILE_BODY)
    async def sends_file(
        request: Request, caller: Asking, x_file_name: Annotated[str, Header(min_length=1, max_length=MAX_NAME_BYTES)]
    ) -> UploadView:
        """Takes a file in, .xlsx or .csv, as it is. It is kept for 24 hours at most.

        Its name comes as UTF-8 in percent signs, in a header: a sheet may be called after somebody, and addresses stand
        in logs.
        """
        try:
            return _shown(desk, await desk.receive(caller, _file_name(x_file_name), _pieces(request)))
        except ClientDisconnect:
            raise BadValue("body", "the file did not come whole: send it again") from None

    @routes.get("/files", responses=ASKED)
    async def own_files(caller: Asking) -> UploadsView:
        """The caller's sheets, as far as they are."""
        uploads = [_shown(desk, upload) for upload in await desk.uploads(caller)]
        current = desk.turns.current
        return UploadsView(uploads=uploads, busy_with=current.account if current is not None else None)

    @routes.get("/files/{upload}", responses=ASKED)
    async def one_file(caller: Asking, upload: UploadId) -> UploadView:
        """A sheet, and how far it is."""
        return _shown(desk, await desk.upload(caller, upload))

    @routes.delete("/files/{upload}", responses=CHANGED, status_code=204, response_class=Response)
    async def removes_file(caller: Asking, upload: UploadId) -> None:
        """Removes a sheet and all that belongs to it; what was taken over stays."""
        await desk.remove(caller, upload)

    @routes.get("/files/{upload}/mend", responses=ASKED | FILE_ANSWER, response_class=FileResponse)
    async def rows_to_mend(caller: Asking, upload: UploadId) -> FileResponse:
        """The rows that do not go in whole, in their order, each with what is wrong: to mend and send again."""
        found, path = await desk.mend(caller, upload)
        stem = found.file_name.rpartition(".")[0] or found.file_name
        return FileResponse(path, media_type=XLSX, headers=sheet_name(f"待改-{stem}.xlsx"))


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


def _steps(routes: APIRouter, desk: ImportDesk) -> None:
    @routes.post("/files/{upload}/compare", responses=CHANGED)
    async def compares(caller: Asking, upload: UploadId, asked: CompareRequest) -> UploadView:
        """Begins to compare a sheet with the registry; changes nothing."""
        found = await desk.upload(caller, upload)
        fields = None
        if asked.columns is not None:
            fields = {one.column: Field(one.field) for one in asked.columns}
        job = Job(found.file_name, asked.sheet, fields, asked.community, _day_ms(asked.as_of))
        return _shown(desk, await desk.compare(caller, upload, job))

    @routes.post("/files/{upload}/lists/{kind}", responses=CHANGED)
    async def page(caller: Asking, upload: UploadId, kind: ListName, asked: ListRequest) -> ListPageView:
        """Some lines of what a sheet would do. What is typed to find somebody stands in no address."""
        _, found = await desk.page(caller, upload, ListKind(kind), asked.text.strip(), asked.first, asked.limit)
        return page_view(found)

    @routes.post("/files/{upload}/take-over", responses=CHANGED)
    async def takes_over(caller: Asking, upload: UploadId, asked: TakeOverRequest) -> UploadView:
        """Begins to take a sheet over as it was compared, all of it or nothing."""
        return _shown(desk, await desk.take_over(caller, upload, asked.moved_out))

    @routes.post("/files/{upload}/cancel", responses=CHANGED)
    async def cancels(caller: Asking, upload: UploadId) -> UploadView:
        """Ends what is being done with a sheet."""
        return _shown(desk, await desk.cancel(caller, upload))


def _day_ms(day: str | None) -> int | None:
    if day is None:
        return None
    try:
        return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise BadValue("as_of", "write the day as 2026-11-01") from None


def _imports(routes: APIRouter, desk: ImportDesk) -> None:
    @routes.get("", responses=ASKED)
    async def imports(
        caller: Asking,
        before: Annotated[int, Query(ge=1, le=MOST_NUMBER)] | None = None,
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
    ) -> ImportsView:
        """Sheets that were taken over, the newest first."""
        lines = await desk.imports(caller, before, limit)
        views = [import_view(line, desk.turns, desk.refused_undos.get(line.run)) for line in lines]
        more = min(lines[-1].runs.values()) if len(lines) == limit else None
        return ImportsView(imports=views, before=more)

    @routes.post("/{run}/undo", responses=CHANGED | {202: {"description": "It is being taken back"}}, status_code=202)
    async def undoes(caller: Asking, run: Annotated[int, Path(ge=1, le=MOST_NUMBER)], asked: UndoImportRequest) -> None:
        """Begins to take a whole import back, in all communities that it went into."""
        await desk.undo(caller, run, asked.reason)
