"""The routes of who watches: boxes, check-ins, and changes of everything as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from anju_central.access.caller import Caller, Right
from anju_central.access.sessions import Session, Sessions
from anju_central.api.answers import INVALID, WHY_INVALID, Answers, guarded
from anju_central.api.changes import Published
from anju_central.api.console import Console
from anju_central.api.gate import asker, asking
from anju_central.api.models import BeatView, BoxView, CheckInsView, HelloView, StreamMessage
from anju_central.api.numbers import MAX_NUMBER
from anju_central.api.views.incidents import iso

HEARTBEAT_S: Final = 4.0  # a page calls its data old at 10 s
RIGHT_FOR: Final[Mapping[str, Right]] = {  # what else comes is for everybody
    "incident": Right.SEE_INCIDENTS,
    "box": Right.SEE_BOXES,
    "check_in": Right.SEE_CHECK_INS,
}
REFUSED: Final[dict[str, object]] = {
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
}
STREAMED: Final[Answers] = {  # refusals are JSON, not events
    200: {"model": StreamMessage},
    401: REFUSED,
    403: REFUSED,
    421: REFUSED,
    422: REFUSED | {"description": WHY_INVALID},
    429: REFUSED,
}
Asking = Annotated[Caller, Depends(asking)]


def watch_routes(console: Console, sessions: Sessions, version: str) -> APIRouter:
    """Returns the routes. Who may call which: `gate_table.py`."""
    routes = guarded("/api")

    @routes.get("/boxes")
    async def boxes(caller: Asking) -> list[BoxView]:
        """All boxes of the caller's communities."""
        return await console.boxes(caller)

    @routes.get("/check-ins", responses=INVALID)
    async def check_ins(caller: Asking, day: date | Literal["today"] = "today") -> CheckInsView:
        """Check-ins of one local day, by community."""
        return await console.check_ins(caller, None if day == "today" else day)

    @routes.get("/stream", response_class=EventSourceResponse, responses=STREAMED)
    async def stream(
        asked: Annotated[Session, Depends(asker)],
        last_event_id: Annotated[int | None, Header(ge=0, le=MAX_NUMBER)] = None,
    ) -> AsyncIterator[ServerSentEvent]:
        """Changes as they come, of what the caller may see: `incident`, `box`, `check_in`; `hello` first, `reload` when
        some are gone. It ends with the session.

        `beat` comes when nothing else did for a while: a page then knows that the hub is there.
        """
        changes = console.changes
        with changes.following():
            at = changes.last if last_event_id is None else last_event_id
            hello = HelloView(version=version, now=iso(console.now_ms()) or "", time_zone=console.time_zone)
            yield ServerSentEvent(event="hello", data=hello, id=str(at), retry=1_000)
            clock_s = asyncio.get_running_loop().time
            beat_at_s = clock_s() + HEARTBEAT_S
            while not changes.closed:
                session = sessions.use(asked.token_hash)
                if session is None:
                    return
                news = changes.after(at)
                if news is None:
                    at = changes.last
                    yield ServerSentEvent(event="reload", data={}, id=str(at))
                    continue
                for change in news:
                    at = change.number
                    if is_for(change, session):
                        beat_at_s = clock_s() + HEARTBEAT_S
                        yield ServerSentEvent(event=change.event, raw_data=change.data, id=str(at))
                if clock_s() >= beat_at_s:  # also while only others have news
                    beat_at_s = clock_s() + HEARTBEAT_S
                    beat = BeatView(now=iso(console.now_ms()) or "")
                    yield ServerSentEvent(event="beat", data=beat, id=str(at))
                try:
                    async with asyncio.timeout(beat_at_s - clock_s()):
                        await changes.wait(at)
                except TimeoutError:
                    pass

    return routes


def is_for(change: Published, session: Session) -> bool:
    """Whether a change may go to who is logged in."""
    right = RIGHT_FOR.get(change.event)
    if right is None:
        return not session.must_enrol
    in_scope = session.communities == "every" or change.community in session.communities
    return right in session.rights and in_scope
