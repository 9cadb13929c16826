"""The hub's side of Updates: says which version a box is to run and hands it out, part by part."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import grpc

from anju_central.access.caller_of_rpc import caller_of_rpc
from anju_central.updates.shelf import Shelf
from anju_protos.v1.updates_pb2 import UpdateAnswer, UpdateFetch, UpdatePart, UpdateQuestion
from anju_protos.v1.updates_pb2_grpc import UpdatesServicer
from anju_protos.v1.uplink_pb2 import Refusal


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
        """Returns why a box may not ask, "" if it may. Its certificate says who it is; what it says is compared."""
        rpc = caller_of_rpc()
        if rpc is not None and rpc.proven is not None:
            is_itself = (rpc.proven.box, rpc.proven.community) == (box, community)
            return "" if is_itself else f"the certificate is of box {rpc.proven.box!r}, the question of {box[:64]!r}"
        if rpc is not None and (refusal := rpc.speaks_for(box)) is not None:
            return refusal.message
        is_known = bool(community) and self._communities.get(box) == community
        return "" if is_known else f"this hub has no box {box[:64]!r} there"


async def refuse_updates(context: grpc.aio.ServicerContext[Any, Any], refusal: Refusal, *_: object) -> None:
    """Answers a box that is not served."""
    await context.abort(grpc.StatusCode.PERMISSION_DENIED, f"{Refusal.Code.Name(refusal.code)}: {refusal.message}")
