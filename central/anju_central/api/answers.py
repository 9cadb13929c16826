"""Answers that many routes share: how a refusal is sent, and how it is documented."""

from __future__ import annotations

from typing import Final

from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from anju_central.api.models import Conflict, Refusal

MAX_MESSAGE_CHARS: Final = 300
Answers = dict[int | str, dict[str, object]]
GUARDED: Final[Answers] = {  # of the guards and the gate
    401: {"model": Refusal},
    403: {"model": Refusal},
    421: {"model": Refusal},
    429: {"model": Refusal},
}
WHY_INVALID: Final = "What was asked does not fit, or is not allowed now"  # http's own phrase is another in Python 3.13
INVALID: Final[Answers] = {422: {"model": Refusal, "description": WHY_INVALID}}
UNKNOWN: Final[Answers] = INVALID | {404: {"model": Refusal}}
COMMANDED: Final[Answers] = UNKNOWN | {
    409: {"model": Conflict},
    413: {"model": Refusal, "description": "Content Too Large"},  # RFC 9110; Python 3.12's name is an older one
    503: {"model": Refusal},
}


def answer(status: int, body: BaseModel) -> Response:
    """Returns a body as JSON."""
    return JSONResponse(body.model_dump(mode="json"), status)


def sayable(text: str) -> str:
    """What a client sent may stand in a message: cut, and as UTF-8 can have it."""
    return text[:MAX_MESSAGE_CHARS].encode("utf-8", "backslashreplace").decode()
