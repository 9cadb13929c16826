"""A hub of the version before: it sends its whole list at each change and knows nothing of changes; the box follows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc

from anju_protos.v1.control_pb2 import ControlDown, ControlUp, Incident, OpenIncidents
from anju_protos.v1.control_pb2_grpc import ControlServicer, add_ControlServicer_to_server
from anju_protos.v1.event_pb2 import SOS, EventRef
from anju_protos.v1.uplink_pb2 import Welcome
from support.sync_rig import BOX, box_at, until


class OlderControl(ControlServicer):
    """Says Welcome without `incident_changes`, then a list."""

    def __init__(self) -> None:
        self.got: list[str] = []

    async def Stream(self, request_iterator: AsyncIterator[ControlUp], context: Any) -> None:  # type: ignore[override]  # the stubs know only generators. Any: gRPC's own context
        await context.read()
        await context.write(ControlDown(welcome=Welcome(hub_epoch=b"e")))
        incident = Incident(id=EventRef(stream=b"s" * 16, seq=1), community=BOX.community, reasons=[SOS])
        await context.write(ControlDown(incidents=OpenIncidents(version=1, incidents=[incident])))
        while isinstance(frame := await context.read(), ControlUp):
            self.got.append(str(frame.WhichOneof("frame")))


async def test_a_box_takes_the_lists_of_a_hub_of_the_version_before(tmp_path: Path) -> None:
    server = grpc.aio.server()
    control = OlderControl()
    add_ControlServicer_to_server(control, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with box_at(tmp_path, port) as box:
            await until(lambda: bool(box.incidents.lists))
            assert len(box.incidents.lists[0].incidents) == 1
            box.incidents.needs_whole = True  # a frame that it would not know
            before = control.got.count("status")
            await until(lambda: control.got.count("status") > before + 1)
            assert set(control.got) <= {"status", "time"}
    finally:
        await server.stop(0)
        await asyncio.sleep(0)
