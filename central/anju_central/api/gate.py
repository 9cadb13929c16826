"""The gate before the hub's HTTP side: nothing is served that the table does not allow (`gate_table.py`).

Who asks is who the cookie's session says, or what a machine's token is for; nothing else in a request counts. What acts
must come from a page of this hub: by the browser's own word (Origin, Sec-Fetch-Site) and by a header that no form can
send, so that a page of another site cannot act with the operator's cookie.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Mount, compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from anju_central.access.caller import Caller
from anju_central.access.guesses import Guesses, Limits
from anju_central.access.sessions import Session, Sessions
from anju_central.api.cookies import HEADER, session_token
from anju_central.api.gate_table import OPEN, SESSION, TABLE, Rule
from anju_central.api.models import Refusal
from anju_central.process.bounded_body import SAFE_METHODS

LOOK_UPS: Final = Limits(0, 0.0, 0.0, rate_per_s=5.0, burst=60.0)  # of one account; nobody types faster
API: Final = "/api/"


class Gate:
    """ASGI middleware, see the module. `routes` gives the application's; `monotonic_s` is for look-ups in a row."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Callable[[], Sequence[BaseRoute]],
        sessions: Sessions,
        monotonic_s: Callable[[], float],
    ) -> None:
        self._app = app
        self._routes = routes
        self._sessions = sessions
        self._monotonic_s = monotonic_s
        self._look_ups = Guesses(LOOK_UPS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on with its session and caller, or answers 401, 403 or 429."""
        if scope["type"] == "http":
            refusal = self._judge(scope)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _judge(self, scope: Scope) -> JSONResponse | None:
        rule = self._rule(scope)
        request = HTTPConnection(scope)
        if rule is None:
            return refuse(403, "forbidden", "nobody may call this")
        if rule.who == "machine":
            return self._judge_machine(request, rule)
        if scope["method"] not in SAFE_METHODS and not is_own_page(request):
            return refuse(403, "origin", f"only a page of this hub may act here; it sends the header {HEADER}")
        if rule.who == "open":
            return None
        session = self._sessions.find(session_token(request))
        if session is None:
            return refuse(401, "signed_out", "log in first")
        return self._judge_session(scope, rule, self._sessions.use(session.token_hash) or session)

    def _judge_session(self, scope: Scope, rule: Rule, session: Session) -> JSONResponse | None:
        if rule.who == "right" and session.must_enrol:
            return refuse(403, "second_factor", "your role needs a second factor: set one up first")
        if rule.who == "right" and not rule.rights & session.rights:
            needed = " or ".join(sorted(rule.rights))
            return refuse(403, "forbidden", f"{session.role} may not {needed.replace('-', ' ')}")
        if rule.is_look_up:
            again_s = self._look_ups.busy_for_s(session.account, self._monotonic_s())
            if again_s > 0:
                answer = refuse(429, "too_many", "too many look-ups in a row: wait a moment")
                answer.headers["Retry-After"] = str(math.ceil(again_s))
                return answer
        state = scope.setdefault("state", {})
        state["session"], state["caller"] = session, session.caller(rule.purpose)
        return None

    def _judge_machine(self, request: HTTPConnection, rule: Rule) -> JSONResponse | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._sessions.token_scope(token.strip()) == rule.scope:
            return None
        answer = refuse(401, "signed_out", f"send Authorization: Bearer and a token of scope {rule.scope}")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    def _rule(self, scope: Scope) -> Rule | None:
        """Returns what holds for a request, None where nothing says that anybody may."""
        method, path = scope["method"], scope["path"]
        for pattern, rules in PATTERNS:
            if pattern.fullmatch(path):
                return rules.get(method, SESSION)  # SESSION: whoever is logged in is told what the path takes
        is_served = any(
            route.matches(dict(scope))[0] is not Match.NONE for route in self._routes() if not isinstance(route, Mount)
        )
        if is_served:
            return None
        if path.startswith(API) or method not in SAFE_METHODS:
            return SESSION
        return OPEN  # the console's own files, and what is not there


def _patterns() -> list[tuple[re.Pattern[str], dict[str, Rule]]]:
    """The table by path, in its order: of two that fit the first counts, as in the application."""
    by_path: dict[str, dict[str, Rule]] = {}
    for (method, path), rule in TABLE.items():
        by_path.setdefault(path, {})[method] = rule
    return [(compile_path(path)[0], rules) for path, rules in by_path.items()]


PATTERNS: Final = _patterns()


def is_own_page(request: HTTPConnection) -> bool:
    """Whether a request that acts comes from a page of this hub."""
    headers = request.headers
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    here = f"{request.url.scheme}://{headers.get('host', '')}"
    return HEADER in headers and origin in (None, here) and site in (None, "same-origin")


def refuse(status: int, error: str, message: str) -> JSONResponse:
    """Returns the answer of a gate."""
    body = Refusal.model_validate({"error": error, "message": message})
    return JSONResponse(body.model_dump(mode="json"), status, {"Cache-Control": "no-store"})


def asker(request: Request) -> Session:
    """Returns who is logged in; for routes that the table gives to a session or a right."""
    session = request.state.session
    assert isinstance(session, Session)
    return session


def asking(request: Request) -> Caller:
    """Returns who asks, and what for."""
    caller = request.state.caller
    assert isinstance(caller, Caller)
    return caller
