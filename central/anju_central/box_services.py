"""The services that boxes call, put on one gRPC server, and the gate before them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import grpc

from anju_central.access.caller_of_rpc import BoxDirectory, Context, Gate, Refuse
from anju_central.access.card_keys import CardKeeper
from anju_central.access.clones import CloneWatch
from anju_central.access.refusals import RefusalLog
from anju_central.control.commands import BoxCommands
from anju_central.control.rosters import RosterPush
from anju_central.control.service import ControlService, IncidentFeed, refuse_control
from anju_central.ingest.handshake import ConnectionTracker, read_hello
from anju_central.ingest.service import AlarmService, BulkService, Ingest, refuse_facts
from anju_central.store.event_store import EventStore
from anju_central.updates.service import UpdatesService, refuse_updates
from anju_central.updates.shelf import Shelf
from anju_protos.v1.control_pb2_grpc import add_ControlServicer_to_server
from anju_protos.v1.updates_pb2_grpc import add_UpdatesServicer_to_server
from anju_protos.v1.uplink_pb2 import Refusal
from anju_protos.v1.uplink_pb2_grpc import (
    add_AlarmUplinkServicer_to_server,
    add_BulkUplinkServicer_to_server,
)

Say = Callable[[Any, Refusal, bytes, int], Awaitable[None]]  # Any: the context of its service
METHODS: Final[Mapping[str, Say]] = {  # what boxes may call; anything else is denied
    "/anju.v1.AlarmUplink/Stream": refuse_facts,
    "/anju.v1.BulkUplink/Stream": refuse_facts,
    "/anju.v1.Control/Stream": refuse_control,
    "/anju.v1.Updates/Ask": refuse_updates,
    "/anju.v1.Updates/Fetch": refuse_updates,
}


def add_services(
    server: grpc.aio.Server,
    store: EventStore,
    communities: Mapping[str, str],
    connections: ConnectionTracker,
    feed: IncidentFeed,
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    shelf: Shelf | None = None,
    clones: CloneWatch | None = None,
    commands: BoxCommands | None = None,
    card: CardKeeper | None = None,
    rosters: RosterPush | None = None,
) -> Ingest:
    """Registers the services of a hub; that of updates where it has a shelf.

    `communities` has the community of each box that may connect.
    """
    ingest = Ingest(store, communities, connections, now_ms, clones)
    add_AlarmUplinkServicer_to_server(AlarmService(ingest), server)
    add_BulkUplinkServicer_to_server(BulkService(ingest), server)
    control = ControlService(ingest.sessions, store, communities, feed, now_ms, commands, card, rosters)
    add_ControlServicer_to_server(control, server)
    if shelf is not None:
        add_UpdatesServicer_to_server(UpdatesService(shelf, communities), server)
    return ingest


def make_gate(
    directory: BoxDirectory,
    refusals: RefusalLog,
    epoch: bytes,
    *,
    needs_certificate: bool,
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
) -> Gate:
    """Returns the interceptor of a server with these services. `epoch` is the store's."""

    def refuse(name: str, say: Say) -> Refuse:
        is_stream = name.endswith("/Stream")

        async def said(context: Context, refusal: Refusal) -> None:
            # an answer before the question would be lost with a stream
            if not is_stream or await read_hello(context) is not None:
                await say(context, refusal, epoch, now_ms())

        return said

    methods = {name: refuse(name, say) for name, say in METHODS.items()}
    return Gate(methods, directory, refusals, needs_certificate=needs_certificate, now_ms=now_ms)
