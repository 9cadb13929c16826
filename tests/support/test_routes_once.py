"""Routes that are looked at once: each application still answers by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel

from support.routes_once import routes_once


class Said(BaseModel):
    """What an application answers."""

    name: str
    given: int
    own: str


def application(name: str) -> FastAPI:
    """Its endpoint, and what that depends on, are around its name."""
    routes = APIRouter(prefix="/of")

    def whose() -> str:
        return name

    @routes.get("/plain/{given}")
    async def plain(given: int) -> Said:
        return Said(name=name, given=given, own="")

    routes.add_api_route("/own/{given}", own_route(name, whose), methods=["GET"])
    app = FastAPI()
    app.router.routes.extend(routes.routes)
    return app


def own_route(name: str, whose: Callable[[], str]) -> Callable[..., object]:
    async def own(given: int, asked: object) -> Said:
        return Said(name=name, given=given, own=str(asked))

    own.__annotations__ = {"given": int, "asked": Annotated[str, Depends(whose)], "return": Said}
    return own


async def answers(app: FastAPI) -> list[object]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as http:
        found: list[object] = [(await http.get(f"/of/{what}")).json() for what in ("plain/7", "own/8")]
        return [*found, (await http.get("/of/plain/x")).status_code, (await http.get("/openapi.json")).json()]


async def test_each_application_answers_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = await answers(application("first"))
    with routes_once(monkeypatch):
        first, second = application("first"), application("second")
        assert await answers(second) == [
            {"name": "second", "given": 7, "own": ""},
            {"name": "second", "given": 8, "own": "second"},
            422,
            alone[-1],
        ]
        assert await answers(first) == alone
