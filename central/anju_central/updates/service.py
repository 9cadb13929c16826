"""The hub's side of Updates: says which version a box is to run and hands it out, part by part."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import grpc

from anju_central.ingest.handshake import PROTOCOLS, admit
from anju_central.updates.shelf import Shelf
from anju_protos.v1.updates_pb2 import UpdateAnswer, UpdateFetch, UpdatePart, UpdateQuestion
from anju_protos.v1.updates_pb2_grpc import UpdatesServicer
from anju_protos.v1.uplink_pb2 import Hello, Refusal


class UpdatesService(UpdatesServicer):
    """`Updates`, for the boxes in `communities` (box -> community)."""

    def __init__(self, shelf: Shelf, communities: Mapping[str, str]) -> None:
        self._shelf = shelf
        self._communities = communities

    async def Ask(
        self, request: UpdateQuestion, context: grpc.aio.ServicerContext[UpdateQuestion, UpdateAnswer]
    ) -> UpdateAnswer:
        """Answers with nothing when the box runs what is wanted of it, or what is wanted is no longer here."""
        if denied := self._denied(request.box, request.community):
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, denied)
        return await asyncio.to_thread(self._answer, request)

    async def Fetch(
        self, request: UpdateFetch, context: grpc.aio.ServicerContext[UpdateFetch, UpdatePart]
    ) -> UpdatePart:
        """Hands out a part of a file; NOT_FOUND for one that is not on the shelf."""
        if denied := self._denied(request.box, request.community):
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, denied)
        data = await asyncio.to_thread(self._shelf.part, request.version, request.name, request.offset, request.most)
        if data is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no {request.name} of version {request.version} is here")
        return UpdatePart(data=data or b"")

    def _answer(self, request: UpdateQuestion) -> UpdateAnswer:
        version = self._shelf.wanted().at(request.box)
        papers = self._shelf.papers(version) if version and version != request.running else None
        if papers is None:
            return UpdateAnswer()
        return UpdateAnswer(version=version, manifest=papers[0], signatures=papers[1])

    def _denied(self, box: str, community: str) -> str:
        """Returns why a box may not ask, `CODE: words`, "" if it may: as for a Hello, its certificate decides."""
        said = Hello(protocol=max(PROTOCOLS), box=box, community=community)
        admitted = admit(said, self._communities)
        if not isinstance(admitted, Refusal):
            return ""
        return f"{Refusal.Code.Name(admitted.code)}: {admitted.message}"


async def refuse_updates(context: grpc.aio.ServicerContext[Any, Any], refusal: Refusal, *_: object) -> None:
    """Answers a box that is not served."""
    await context.abort(grpc.StatusCode.PERMISSION_DENIED, f"{Refusal.Code.Name(refusal.code)}: {refusal.message}")
