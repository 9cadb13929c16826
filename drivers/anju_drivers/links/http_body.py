"""The body of a request as it comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import StreamReader


async def received(content: StreamReader) -> AsyncIterator[bytes]:
    """What arrives of a body, piece by piece. Raises `ConnectionResetError` when the peer was gone before its end.

    aiohttp (3.14) says that with a bare `RuntimeError` when the connection ended before its handler began to read.
    """
    try:
        async for chunk in content.iter_any():
            yield chunk
    except RuntimeError as error:
        raise ConnectionResetError(str(error)) from error
