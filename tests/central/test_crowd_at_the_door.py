"""Calls of boxes that have not said Hello yet: few are sent away soon, of a crowd each has the time that it takes."""

from __future__ import annotations

import asyncio
from unittest.mock import Mock

import pytest

from anju_central.ingest import handshake
from anju_central.ingest.handshake import SessionRegistry
from anju_protos.v1.uplink_pb2 import BoxFrame, Hello


class Call:
    """A call whose Hello comes when `said` is set."""

    def __init__(self) -> None:
        self.said = asyncio.Event()

    async def read(self) -> object:
        await self.said.wait()
        return BoxFrame(hello=Hello(box="box-1"))


async def test_a_crowd_is_not_sent_away_by_the_hubs_own_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshake, "HELLO_WITHIN_S", 0.01)
    monkeypatch.setattr(handshake, "MORE_FOR_EACH_S", 0.1)
    sessions = SessionRegistry(Mock())
    calls = [Call() for _ in range(100)]
    asked = [asyncio.create_task(sessions.hello(call)) for call in calls]
    assert await asked[0] is None, "one that says nothing is sent away"
    calls[-1].said.set()
    hello = await asked[-1]
    assert hello is not None
    assert hello.box == "box-1"
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    assert await sessions.hello(Call()) is None, "who left does not count any more"
