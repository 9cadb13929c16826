"""Answers that many routes share: how a refusal is sent, and how it is documented."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import Any, Final, Literal, get_args

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from anju_central.api.models import Conflict, Refusal

MAX_MESSAGE_CHARS: Final = 300
Answers = dict[int | str, dict[str, object]]
_SCHEMAS: Final = "#/components/schemas/"


def says(model: type[BaseModel] | UnionType, description: str | None = None) -> dict[str, object]:
    """Returns how a refusal is documented; `describe` has its models. `description`: where HTTP's own does not do.

    FastAPI's own way, a `model`, builds a validator of each refusal of each route, which nothing uses: 1,100 of them,
    0.4 s of a hub's start (FastAPI 0.165).
    """
    names = [one.__name__ for one in get_args(model)] if isinstance(model, UnionType) else [model.__name__]
    schemas: list[dict[str, object]] = [{"$ref": _SCHEMAS + name} for name in names]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    found: dict[str, object] = {"content": {"application/json": {"schema": schema}}}
    return found if description is None else found | {"description": description}


GUARDED: Final[Answers] = {  # of the guards and the gate
    401: says(Refusal),
    403: says(Refusal),
    421: says(Refusal),
    429: says(Refusal),
}
WHY_INVALID: Final = "What was asked does not fit, or is not allowed now"  # http's own phrase is another in Python 3.13
INVALID: Final[Answers] = {422: says(Refusal, WHY_INVALID)}
UNKNOWN: Final[Answers] = INVALID | {404: says(Refusal)}
COMMANDED: Final[Answers] = UNKNOWN | {
    409: says(Conflict),
    413: says(Refusal, "Content Too Large"),  # RFC 9110; Python 3.12's name is an older one
    503: says(Refusal),
}


def guarded(prefix: str) -> APIRouter:
    """Returns a router for routes behind the guards and the gate; `take_in` gives them to the application."""
    return APIRouter(prefix=prefix, responses=GUARDED)


def take_in(app: FastAPI, router: APIRouter) -> None:
    """Gives the application a router's routes as they are.

    `include_router` builds each of them a second time at the first request: a second of it (FastAPI 0.165).
    """
    app.router.routes.extend(router.routes)


def describe(app: FastAPI, refusals: Sequence[type[BaseModel]]) -> None:
    """Lets the application's OpenAPI document have the models that `says` names."""

    def document() -> dict[str, Any]:  # Any: as the framework has it
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            both: list[tuple[type[BaseModel], Literal["serialization"]]] = [
                (model, "serialization") for model in refusals
            ]
            models = models_json_schema(both, ref_template=_SCHEMAS + "{model}")[1]["$defs"]
            schemas = made["components"]["schemas"]
            made["components"]["schemas"] = dict(sorted((models | schemas).items()))
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way


def answer(status: int, body: BaseModel) -> Response:
    """Returns a body as JSON."""
    return JSONResponse(body.model_dump(mode="json"), status)


def sayable(text: str) -> str:
    """What a client sent may stand in a message: cut, and as UTF-8 can have it."""
    return text[:MAX_MESSAGE_CHARS].encode("utf-8", "backslashreplace").decode()
