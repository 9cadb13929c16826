"""A sender that goes before its body is read is a sender that went, not an error of ours."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import StreamReader
from aiohttp.base_protocol import BaseProtocol

from anju_drivers.links.http_body import received


def body() -> StreamReader:
    """A body of a connection that is closed already."""
    loop = asyncio.get_running_loop()
    return StreamReader(BaseProtocol(loop), 2**16, loop=loop)


async def test_what_came_is_read_before_the_loss_is_said() -> None:
    content = body()
    content.feed_data(b"half a bo")
    chunks = received(content)
    assert await anext(chunks) == b"half a bo"
    with pytest.raises(ConnectionResetError):
        await anext(chunks)


async def test_a_whole_body_needs_no_connection() -> None:
    content = body()
    content.feed_data(b"whole")
    content.feed_eof()
    assert [chunk async for chunk in received(content)] == [b"whole"]
