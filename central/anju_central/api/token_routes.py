"""The routes of what residents present: cards, codes, the ID card, a band's chip. Who may: `gate_table.py`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from anju_central.access.caller import Caller
from anju_central.api.answers import guarded
from anju_central.api.gate import asking
from anju_central.api.models import Answer
from anju_central.api.numbers import MAX_NUMBER, InPath
from anju_central.api.people_desk import PeopleDesk, for_purpose, shown
from anju_central.api.people_requests import Asked
from anju_central.api.people_routes import ASKED, CHANGED, PurposeParam
from anju_central.registry.people.tokens import block_token, give_token, list_tokens
from anju_central.registry.tables import TokenKind

Asking = Annotated[Caller, Depends(asking)]
TokenNumber = InPath
RowNumber = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
TokenKindName = Literal["card", "qr", "id-card", "band"]


class TokenView(Answer):
    """A token: `mark` tells two cards apart and nothing else; `device` is the printed number of a band."""

    token: int
    kind: TokenKindName
    mark: str
    resident: str
    name: str
    flat: str
    device: str
    made_at: str
    ended_at: str | None


class TokensView(Answer):
    """A page of tokens, the newest first."""

    tokens: list[TokenView]
    found: int


class TokenActedView(Answer):
    """What was done; `action` undoes it. `code` is one that was drawn: it is shown this once and kept nowhere."""

    action: int
    token: int
    code: str


class TokenRequest(Asked):
    """A token for somebody, as a reader says it; '' draws a code, or takes the record's ID number.

    `device`: the band whose chip it is. `instead_of`: one of theirs that counts no more.
    """

    resident: Annotated[str, Field(min_length=1, max_length=64)]
    kind: TokenKindName
    presented: Annotated[str, Field(max_length=200)] = ""
    device: RowNumber | None = None
    instead_of: RowNumber | None = None


def token_routes(desk: PeopleDesk) -> APIRouter:
    """Returns the routes."""
    routes = guarded("/api/tokens")

    @routes.get("", responses=ASKED)
    async def tokens(
        caller: Asking,
        purpose: PurposeParam,
        community: Annotated[str, Query(max_length=64)],
        resident: Annotated[str | None, Query(max_length=64)] = None,
        with_ended: bool = False,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> TokensView:
        """A page of a community's tokens, of one resident where one is named."""
        page = await list_tokens(
            for_purpose(caller, purpose),
            desk.registry,
            desk.log,
            community,
            resident=resident,
            with_ended=with_ended,
            offset=offset,
            limit=limit,
        )
        return shown(TokensView, page)

    @routes.post("", responses=CHANGED)
    async def gives(caller: Asking, asked: TokenRequest) -> TokenActedView:
        """Gives somebody a token, also in the place of another."""
        done = await give_token(
            caller,
            desk.registry,
            asked.resident,
            TokenKind(asked.kind),
            asked.presented,
            desk.numbers,
            desk.now_ms(),
            device=asked.device,
            instead_of=asked.instead_of,
        )
        return shown(TokenActedView, done)

    @routes.post("/{token}/block", responses=CHANGED)
    async def blocks(caller: Asking, token: TokenNumber) -> TokenActedView:
        """A token counts no more."""
        return shown(TokenActedView, await block_token(caller, desk.registry, token, desk.now_ms()))

    return routes
