"""The routes of incidents: lists, one, and what people do to one. Steps carry the account that is logged in."""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import Response

from anju_central.access.caller import Caller
from anju_central.api.answers import COMMANDED, INVALID, UNKNOWN, Answers, answer, guarded
from anju_central.api.console import Console
from anju_central.api.gate import asking
from anju_central.api.models import (
    AcknowledgeRequest,
    ClosedRequest,
    ClosedView,
    Conflict,
    Expected,
    IncidentView,
    Missing,
    Refusal,
    ResolveRequest,
    StepRequest,
)
from anju_central.incidents.commands import (
    AlreadyAcknowledged,
    Closing,
    CommandRefused,
    IncidentChanged,
    IncidentUnknown,
    StepNotAllowed,
)
from anju_protos.incidents import parse_incident_key
from anju_protos.v1.event_pb2 import EventRef, IncidentState, Mark

MAX_LISTED: Final = 2_000
LISTED: Final[Answers] = INVALID | {413: COMMANDED[413]}
Asking = Annotated[Caller, Depends(asking)]


def incident_routes(console: Console) -> APIRouter:
    """Returns the routes. Who may call which: `gate_table.py`."""
    routes = guarded("/api/incidents")

    @routes.get("", responses=INVALID)
    async def incidents(
        caller: Asking,
        state: Literal["open", "all"] = "open",
        mark: Literal["all", "real", "test", "drill"] = "all",
        limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 200,
    ) -> list[IncidentView]:
        """Incidents of the caller's communities, the newest first; `mark` keeps tests and drills apart."""
        marked = None if mark == "all" else Mark.Value(mark.upper())
        return await console.incidents(caller, only_open=state == "open", mark=marked, limit=limit)

    @routes.post("/closed", responses=LISTED)
    async def closed(caller: Asking, asked: ClosedRequest) -> ClosedView:
        """Incidents closed within the last 30 days, newest first. What is looked for stands in no address."""
        return await console.closed(caller, asked.text, asked.before)

    @routes.get("/{key}", responses=UNKNOWN)
    async def incident(caller: Asking, key: str) -> IncidentView:
        """One incident with its steps."""
        _ref(key)
        found = await console.incident(caller, key)
        if found is None:
            raise IncidentUnknown
        return found

    @routes.post("/{key}/acknowledge", responses=COMMANDED)
    async def acknowledge(caller: Asking, key: str, request: AcknowledgeRequest) -> IncidentView:
        """Takes an incident. Of several at the same moment one is first; the others get 409 and learn who it was."""
        record = await console.commands.acknowledge(caller, _ref(key), _expected(request.expected))
        return console.views.incident(record)

    @routes.post("/{key}/step", responses=COMMANDED)
    async def step(caller: Asking, key: str, request: StepRequest) -> IncidentView:
        """Moves an incident on: somebody is on the way, or on site, or it was reviewed."""
        state = IncidentState.Value(request.state)
        record = await console.commands.step(caller, _ref(key), state, _expected(request.expected))
        return console.views.incident(record)

    @routes.post("/{key}/resolve", responses=COMMANDED)
    async def resolve(caller: Asking, key: str, request: ResolveRequest) -> IncidentView:
        """Closes an incident. A P1 without cause, or without a word on the contact, is refused with 422."""
        record = await console.commands.resolve(
            caller,
            _ref(key),
            Closing(request.cause, request.contacted, tuple(request.done), request.note_code),
            _expected(request.expected),
        )
        return console.views.incident(record)

    return routes


def answer_command_refusals(app: FastAPI, console: Console) -> None:
    """Turns what cannot be done to an incident into answers."""

    @app.exception_handler(CommandRefused)
    async def _on_refused(_request: Request, error: CommandRefused) -> Response:
        if isinstance(error, IncidentUnknown):
            return answer(404, Refusal(error="unknown", message="there is no such incident"))
        if isinstance(error, AlreadyAcknowledged):
            first = console.views.first(error.first, error.record, console.now_ms())
            view = console.views.incident(error.record)
            return answer(409, Conflict(error="already_acknowledged", first=first, incident=view))
        if isinstance(error, IncidentChanged):
            return answer(409, Conflict(error="changed", incident=console.views.incident(error.record)))
        if isinstance(error, StepNotAllowed):
            view = console.views.incident(error.record)
            message = f"needs {' and '.join(error.missing)}" if error.missing else f"not from {view.state}"
            missing = [name for name in get_args(Missing) if name in error.missing]
            return answer(422, Refusal(error="not_allowed", message=message, missing=missing, incident=view))
        raise error


def _ref(key: str) -> EventRef:
    try:
        return parse_incident_key(key)
    except ValueError as error:
        raise IncidentUnknown from error


def _expected(expected: Expected | None) -> tuple[int, int] | None:
    if expected is None:
        return None
    names = IncidentState.keys()
    return expected.round, IncidentState.Value(expected.state) if expected.state in names else int(expected.state)
