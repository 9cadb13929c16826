"""What the registry refuses, as answers: a stable code, and the sentence that says what to do next."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from anju_central.access.caller import NotAllowed
from anju_central.access.claim_maker import ClaimsUnavailable
from anju_central.api.account_routes import known_refusals
from anju_central.api.people_refusals import PEOPLE_CODES, PEOPLE_STATUS, people_answer
from anju_central.registry.errors import (
    AccountDisabled,
    AlreadyThere,
    BeyondYours,
    BoxIsOut,
    CannotReplace,
    CodeSpent,
    LinkSpent,
    NothingOffered,
    OwnAccount,
    RegistryRefused,
    UnknownAccount,
    UnknownBox,
    UnknownCommunity,
)
from anju_central.registry.faults import RegistryUnavailable
from anju_central.registry.scope import OutOfScope
from anju_central.registry.secrets import SecretsUnavailable

STATUS: Final[dict[type[RegistryRefused], int]] = {  # 422 for any other
    UnknownBox: 404,
    UnknownCommunity: 404,
    UnknownAccount: 404,
    LinkSpent: 404,
    AlreadyThere: 409,
    BoxIsOut: 409,
    CannotReplace: 409,
    AccountDisabled: 409,
    NothingOffered: 409,
    CodeSpent: 409,
    OwnAccount: 403,
    BeyondYours: 403,
}
BOX_CODES: Final = frozenset(
    {
        "not-an-id",
        "community-unknown",
        "box-unknown",
        "already-there",
        "box-out",
        "cannot-replace",
    }
)


def answer_refusals(app: FastAPI) -> None:
    """Turns what the registry refuses into answers."""
    known = known_refusals() | BOX_CODES | PEOPLE_CODES

    @app.exception_handler(RegistryRefused)
    async def _on_refused(_request: Request, error: RegistryRefused) -> Response:
        code = error.code if error.code in known else "refused"
        status = (STATUS | PEOPLE_STATUS).get(type(error), 422)
        if code in PEOPLE_CODES - BOX_CODES:
            return people_answer(status, code, error)
        return _answer(status, code, error)

    @app.exception_handler(NotAllowed)
    async def _on_not_allowed(_request: Request, error: NotAllowed) -> Response:
        return _answer(403, "not-allowed", error)

    @app.exception_handler(OutOfScope)
    async def _on_out_of_scope(_request: Request, error: OutOfScope) -> Response:
        return _answer(403, "not-allowed", error)

    @app.exception_handler(RegistryUnavailable)
    async def _on_unavailable(_request: Request, error: RegistryUnavailable) -> Response:
        return _answer(503, "unavailable", error)

    @app.exception_handler(SecretsUnavailable)
    async def _on_no_key(_request: Request, error: SecretsUnavailable) -> Response:
        return _answer(503, "no_key", error)

    @app.exception_handler(ClaimsUnavailable)
    async def _on_no_claims(_request: Request, error: ClaimsUnavailable) -> Response:
        return _answer(503, "no-authority", error)


def _answer(status: int, code: str, error: Exception) -> Response:
    return JSONResponse({"error": code, "message": str(error)}, status)
