"""No request's body is worked on before it is there, and none may be long.

But for what is sent to a path of `streamed`: a file, which its route takes piece by piece, and which has a limit of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_BODY_BYTES: Final = 64 * 1024  # the longest that a page sends has some hundred
NOTHING_STREAMED: Final[Mapping[str, int]] = MappingProxyType({})


class BodyTooLong(Exception):
    """A body that is streamed goes on beyond its limit. Whoever takes it lets this pass."""


def _refusal(message: str) -> Response:
    return JSONResponse({"error": "invalid", "message": message}, 413)


class BoundedBody:
    """ASGI middleware: takes the body of a request before anybody works on it, and not more than the limit.

    `refusal` words the answer 413. `streamed`: paths to which files are sent -> how many bytes of each.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int = MAX_BODY_BYTES,
        refusal: Callable[[str], Response] = _refusal,
        streamed: Mapping[str, int] = NOTHING_STREAMED,
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._streamed = streamed
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on with its whole body, or answers 413; one whose client went is dropped."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        if (limit := self._streamed.get(scope["path"])) is not None:
            await self._stream(limit, scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_bytes:
                await self._refusal(f"a body has at most {self._max_bytes} bytes")(scope, receive, send)
                return
        whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def receive_whole() -> Message:
            return whole.pop() if whole else await receive()

        await self._app(scope, receive_whole, send)

    async def _stream(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a body on as it comes, as far as its limit."""
        too_long = self._refusal(f"a file has at most {limit // 1024**2} MB")
        said = Headers(scope=scope).get("content-length", "")
        if said.isascii() and said.isdigit() and (len(said) > len(str(limit)) or int(said) > limit):
            await too_long(scope, receive, send)
            return
        came = 0
        has_begun = False

        async def receive_some() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise BodyTooLong
            return message

        async def send_some(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive_some, send_some)
        except BodyTooLong:
            if has_begun:
                raise
            await too_long(scope, receive, send)
