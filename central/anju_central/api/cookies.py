"""The cookie that carries a session, and the header that no form of another site can send.

Over HTTPS the name begins with __Host-, so that no other host and no path can set it; on plain loopback there is no
such name. See https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis, section 4.1.3.2.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

SECURE_COOKIE: Final = "__Host-anju"
PLAIN_COOKIE: Final = "anju-session"
HEADER: Final = "X-Anju"  # any value; a page of another site would have to ask first, and there is no CORS


def session_token(request: HTTPConnection) -> str:
    """Returns what the browser carries, empty for nothing."""
    return request.cookies.get(_name(request), "")


def give_cookie(request: HTTPConnection, response: Response, token: str, lives_s: int) -> None:
    """Lets the browser carry a session for so long."""
    response.set_cookie(
        _name(request),
        token,
        max_age=lives_s,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="strict",
    )


def take_cookie(request: HTTPConnection, response: Response) -> None:
    """Lets the browser forget the session."""
    response.delete_cookie(_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def _is_secure(request: HTTPConnection) -> bool:
    return request.url.scheme == "https"


def _name(request: HTTPConnection) -> str:
    return SECURE_COOKIE if _is_secure(request) else PLAIN_COOKIE
