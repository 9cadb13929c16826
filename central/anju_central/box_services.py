"""The services that boxes call, put on one gRPC server."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import grpc

from anju_central.control.service import ControlService, IncidentFeed
from anju_central.ingest.handshake import ConnectionTracker
from anju_central.ingest.service import AlarmService, BulkService, Ingest
from anju_central.store.event_store import EventStore
from anju_protos.v1.control_pb2_grpc import add_ControlServicer_to_server
from anju_protos.v1.uplink_pb2_grpc import (
    add_AlarmUplinkServicer_to_server,
    add_BulkUplinkServicer_to_server,
)


def add_services(
    server: grpc.aio.Server,
    store: EventStore,
    communities: Mapping[str, str],
    connections: ConnectionTracker,
    feed: IncidentFeed,
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
) -> Ingest:
    """Registers the three services of a hub. `communities` has the community of each box that may connect."""
    ingest = Ingest(store, communities, connections, now_ms)
    add_AlarmUplinkServicer_to_server(AlarmService(ingest), server)
    add_BulkUplinkServicer_to_server(BulkService(ingest), server)
    add_ControlServicer_to_server(ControlService(ingest.sessions, store, communities, feed, now_ms), server)
    return ingest
