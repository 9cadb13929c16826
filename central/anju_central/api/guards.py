"""What the hub's HTTP side refuses before anything else: foreign Host headers, requests that another site forged, bulk.

A page of another site must not reach the console through the operator's browser, neither by a name of its own that was
pointed at the hub (DNS rebinding) nor by a form, and not show it in a frame of its own. There is no CORS. What the
console runs is its own files alone, so that a text that came from a device stays a text.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anju_central.access.console_certificates import AUTHORITY_PATH
from anju_central.api.models import Refusal
from anju_central.config import plain_host
from anju_central.process.bounded_body import SAFE_METHODS

LOCAL_HOSTS: Final = ("127.0.0.1", "localhost", "::1")
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
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


STRICT_TRANSPORT: Final = "max-age=2592000"  # 30 days, RFC 6797: a browser that was here comes by HTTPS alone


class Front(Protocol):
    """Where the console is asked for. Each property may change while the hub runs."""

    @property
    def hosts(self) -> Collection[str]:
        """The names and addresses under which it may be asked for, as `plain_host` writes them."""

    @property
    def is_district(self) -> bool:
        """Whether it shows a certificate that browsers trust by themselves."""

    @property
    def authority_pem(self) -> bytes | None:
        """The authority that operators' machines are to trust, None where they need none of the hub's."""

    def notices(self) -> list[str]:
        """What a person has to look at."""


class ThisMachine:
    """A console in plain HTTP, which this machine alone reaches."""

    hosts = frozenset(LOCAL_HOSTS)
    is_district = False
    authority_pem = None

    def notices(self) -> list[str]:
        """Nothing."""
        return []


class SecurityHeaders:
    """ASGI middleware: tells browsers what the hub's answers may do, refusals too."""

    def __init__(self, app: ASGIApp, front: Front) -> None:
        self._app = app
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers to every answer; what is about people is not kept in the browser's cache."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                # not with a certificate that a browser may have to be told to trust: it would let nobody in
                if scope["scheme"] == "https" and self._front.is_district:
                    headers["Strict-Transport-Security"] = STRICT_TRANSPORT
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class KnownHosts:
    """ASGI middleware: passes on what was asked under a name of the hub, and acts for its own pages alone."""

    def __init__(self, app: ASGIApp, front: Front) -> None:
        self._app = app
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on or answers 421 or 403."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            asked = _origin(f"{scope['scheme']}://{headers.get('host', '')}")
            if asked is None or asked[1] not in self._front.hosts:
                await _refuse(421, "host", _ask_as(self._front.hosts))(scope, receive, send)
                return
            origin = headers.get("origin")
            acts = scope["method"] not in SAFE_METHODS
            if acts and origin is not None and _origin(origin) != asked:
                await _refuse(403, "origin", "another site may not act here")(scope, receive, send)
                return
        await self._app(scope, receive, send)


class AuthorityFile:
    """ASGI middleware: hands out the certificate of the console's authority, to anybody: it is no secret.

    Who takes it compares its fingerprint with what `anju-central console certificate` shows.
    """

    def __init__(self, app: ASGIApp, front: Front) -> None:
        self._app = app
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers for its one path where there is such an authority."""
        found = self._front.authority_pem
        if scope["type"] != "http" or scope["path"] != AUTHORITY_PATH or found is None:
            await self._app(scope, receive, send)
            return
        # the type with which Firefox asks whether to trust it; the suffix is what Windows, macOS and Debian go by
        await Response(found, media_type="application/x-x509-ca-cert")(scope, receive, send)


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address as browsers tell origins apart (RFC 6454, section 4); None for none."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return parts.scheme, plain_host(parts.hostname or ""), port


def _ask_as(hosts: Collection[str]) -> str:
    names = [name for name in hosts if name not in LOCAL_HOSTS] or ["127.0.0.1", "localhost"]
    return f"ask for this hub as {' or '.join(sorted(names)[:3])}"


def _refuse(status: int, error: Literal["host", "origin", "invalid"], message: str) -> JSONResponse:
    return JSONResponse(Refusal(error=error, message=message).model_dump(mode="json"), status)
