"""The routes of lists that leave the registry, below /api/exports. Who may call which: `gate_table.py`.

A list is asked for, approved by a second person and fetched once by who asked. Fetching acts, so it is a POST.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from anju_central.access.caller import RIGHTS, Caller, Purpose, Right
from anju_central.api.answers import guarded
from anju_central.api.export_desk import ExportDesk
from anju_central.api.export_models import ExportAsked, ExportRefusal, ExportsView, ExportView, ListFieldsView
from anju_central.api.import_routes import FILE_ANSWER, MOST_NUMBER, XLSX, sheet_name
from anju_central.api.people_desk import for_purpose, plain
from anju_central.api.people_routes import ASKED, CHANGED, Asking
from anju_central.registry.exports.columns import exportable
from anju_central.registry.exports.requests import (
    ExportRow,
    approve_export,
    ask_export,
    fetchable,
    list_exports,
    refuse_export,
)
from anju_central.registry.fields_by_purpose import PURPOSES

Number = Annotated[int, Path(ge=1, le=MOST_NUMBER)]
LISTS_FOR = (Purpose.CARE, Purpose.ACTIVITY, Purpose.CASE, Purpose.DEVICE_MAINTENANCE)


def export_routes(desk: ExportDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api/exports")

    @routes.get("", responses=ASKED)
    async def exports(caller: Asking, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> ExportsView:
        """Requests for lists, the newest first, and what can be asked for."""
        rows = await list_exports(caller, desk.registry, desk.now_ms(), limit)
        return ExportsView(exports=[_view(caller, row) for row in rows], choices=_choices(caller))

    @routes.post("", responses=CHANGED)
    async def asks(caller: Asking, asked: ExportAsked) -> ExportView:
        """Asks for a list of a community's people."""
        asker = for_purpose(caller, asked.purpose)
        row = await ask_export(asker, desk.registry, asked.community, asked.fields, asked.reason, desk.now_ms())
        return _view(caller, row)

    @routes.post("/{export}/approve", responses=CHANGED)
    async def approves(caller: Asking, export: Number) -> ExportView:
        """Approves somebody else's request."""
        return _view(caller, await approve_export(caller, desk.registry, export, desk.now_ms()))

    @routes.post("/{export}/refuse", responses=CHANGED)
    async def refuses(caller: Asking, export: Number, asked: ExportRefusal) -> ExportView:
        """Refuses a request, or takes the own one back."""
        return _view(caller, await refuse_export(caller, desk.registry, export, asked.reason, desk.now_ms()))

    @routes.post("/{export}/file", responses=CHANGED | FILE_ANSWER, response_class=Response)
    async def fetches(caller: Asking, export: Number) -> Response:
        """The list itself, once: whom it names is in the log of look-ups then."""
        row = await fetchable(caller, desk.registry, export, desk.now_ms())
        data = await desk.fetch(for_purpose(caller, row.purpose.value), export)
        return Response(data, media_type=XLSX, headers=sheet_name(f"人员名单-{row.community}-{export}.xlsx"))

    return routes


def _view(caller: Caller, row: ExportRow) -> ExportView:
    return ExportView.model_validate(plain(row) | {"own": row.made_by == caller.account})


def _choices(caller: Caller) -> list[ListFieldsView]:
    """What the caller may ask for, none for who only approves."""
    if Right.MANAGE_PEOPLE not in RIGHTS[caller.role]:
        return []
    found = []
    for purpose in LISTS_FOR:
        if purpose in PURPOSES[caller.role]:
            fields = [field.value for field in exportable(for_purpose(caller, purpose.value))]
            found.append(ListFieldsView.model_validate({"purpose": purpose.value, "fields": fields}))
    return found
