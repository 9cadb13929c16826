"""What the hub's HTTP side refuses before anything else: foreign Host headers, requests that another site forged, bulk.

The console is for this machine only. A page of another site must not reach it through the operator's browser, neither
by a name that was pointed at 127.0.0.1 (DNS rebinding) nor by a form, and not show it in a frame of its own. There is
no CORS. What the console runs is its own files alone, so that a text that came from a device stays a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anju_central.api.models import Refusal
from anju_central.process.bounded_body import SAFE_METHODS

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
CONTENT_POLICY: Final = "; ".join(  # https://www.w3.org/TR/CSP3/
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Frame-Options": "DENY",  # as frame-ancestors, for browsers without it
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware: tells browsers what the hub's answers may do, refusals too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers to every answer; what is about people is not kept in the browser's cache."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class LocalOnly:
    """ASGI middleware. `hosts` are the names under which the hub may be asked for."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = LOCAL_HOSTS) -> None:
        self._app, self._hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on or answers 421 or 403."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if _host(f"//{headers.get('host', '')}") not in self._hosts:
                await _refuse(421, "host", "ask for this hub as 127.0.0.1 or localhost")(scope, receive, send)
                return
            origin = headers.get("origin")
            acts = scope["method"] not in SAFE_METHODS
            if acts and origin is not None and urlsplit(origin).netloc != headers.get("host"):
                await _refuse(403, "origin", "another site may not act here")(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _refuse(status: int, error: Literal["host", "origin", "invalid"], message: str) -> JSONResponse:
    return JSONResponse(Refusal(error=error, message=message).model_dump(mode="json"), status)
