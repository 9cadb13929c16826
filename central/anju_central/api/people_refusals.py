"""What is refused about people, as answers. None of them names anybody; ids say who stands in the way."""

from __future__ import annotations

from typing import Final, cast, get_args

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from anju_central.api.people_models import PeopleRefusal, PeopleRefusalCode
from anju_central.registry.errors import RegistryRefused
from anju_central.registry.exports.refused import (
    ExportFailed,
    ExportNotApproved,
    ExportOver,
    NotYourExport,
    OwnExport,
    UnknownExport,
)
from anju_central.registry.fields_by_purpose import PurposeRefused
from anju_central.registry.imports.take_over import RunUndone, UnknownRun
from anju_central.registry.imports.uploads import (
    NoRoom,
    NotCompared,
    NotMissing,
    TooManyUploads,
    UnknownUpload,
    UploadBusy,
)
from anju_central.registry.look_up_log import NotLogged
from anju_central.registry.people_errors import (
    AlreadyUndone,
    BoundAlready,
    CameBack,
    CannotMerge,
    ChangedSince,
    DoubleFound,
    EditedMeanwhile,
    GlassNotBroken,
    GroupedAlready,
    HistoryRemoved,
    ImportRunning,
    IsAnImport,
    NeedsEveryCommunity,
    NotInThatState,
    NotThere,
    TokenTaken,
    UnknownAction,
    UnknownResident,
)

PEOPLE_STATUS: Final[dict[type[RegistryRefused], int]] = {  # 422 for any other
    UnknownResident: 404,
    UnknownAction: 404,
    NotThere: 404,
    GlassNotBroken: 403,
    NeedsEveryCommunity: 403,
    AlreadyUndone: 409,
    HistoryRemoved: 409,
    ImportRunning: 409,
    IsAnImport: 409,
    CameBack: 409,
    BoundAlready: 409,
    CannotMerge: 409,
    ChangedSince: 409,
    DoubleFound: 409,
    EditedMeanwhile: 409,
    NotInThatState: 409,
    GroupedAlready: 409,
    TokenTaken: 409,
    UnknownUpload: 404,
    UploadBusy: 409,
    NotCompared: 409,
    NotMissing: 409,
    TooManyUploads: 409,
    NoRoom: 503,
    UnknownExport: 404,
    ExportOver: 409,
    ExportNotApproved: 409,
    OwnExport: 403,
    NotYourExport: 403,
    ExportFailed: 503,
    UnknownRun: 404,
    RunUndone: 409,
}
PEOPLE_CODES: Final = frozenset(get_args(PeopleRefusalCode))


def answer_people_refusals(app: FastAPI) -> None:
    """Turns what is refused about people into answers."""

    @app.exception_handler(PurposeRefused)
    async def _on_purpose(_request: Request, error: PurposeRefused) -> Response:
        return people_answer(403, "purpose", error)

    @app.exception_handler(NotLogged)
    async def _on_not_logged(_request: Request, error: NotLogged) -> Response:
        return people_answer(503, "not-logged", error)


def people_answer(status: int, code: str, error: Exception) -> Response:
    """Returns a refusal, with what the page needs to go on."""
    body = PeopleRefusal(error=cast("PeopleRefusalCode", code), message=str(error))
    if isinstance(error, DoubleFound | BoundAlready | TokenTaken):
        body.resident = error.resident or None
    if isinstance(error, BoundAlready):
        body.binding = error.binding
    if isinstance(error, GroupedAlready):
        body.household, body.group = error.household, error.group
    body.field = getattr(error, "field", None)
    return JSONResponse(body.model_dump(mode="json"), status)
