"""What the hub's HTTP side refuses before anything else: foreign Host headers and requests that another site forged.

The console is for this machine only. A page of another site must not reach it through the operator's browser, neither
by a name that was pointed at 127.0.0.1 (DNS rebinding) nor by a form. There is no CORS.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from anju_central.api.models import Refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


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


def _refuse(status: int, error: Literal["host", "origin"], message: str) -> JSONResponse:
    return JSONResponse(Refusal(error=error, message=message).model_dump(mode="json"), status)
