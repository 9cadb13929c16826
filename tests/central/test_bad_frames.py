"""Every field of every frame that a box sends at the edges of its type: a session may end, the hub does not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc

from anju_central.box_services import add_services
from anju_central.ingest.service import SERVER_OPTIONS
from anju_protos.v1.control_pb2 import BoxStatus, ControlDown, ControlUp, TimeQuestion
from anju_protos.v1.control_pb2_grpc import ControlStub
from anju_protos.v1.event_pb2 import TELEMETRY
from anju_protos.v1.uplink_pb2 import Batch, BoxFrame, Hello, HubFrame, Skip, StreamState
from anju_protos.v1.uplink_pb2_grpc import AlarmUplinkStub, BulkUplinkStub
from support.events import ALARM, Box, alarm, presence, stamp, stream_id
from support.field_edges import at_edges, filled
from support.hubs import Hub, running

LIMIT_S = 20.0  # only a hang meets it


@asynccontextmanager
async def called(hub: Hub) -> AsyncIterator[grpc.aio.Channel]:
    """Serves boxes as `hub.run` does; gives a channel to it."""
    async with listening(hub) as port, grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel


@asynccontextmanager
async def listening(hub: Hub, **changed: int) -> AsyncIterator[int]:
    """Serves boxes as `hub.run` does, with some options of gRPC changed; gives the port."""
    server = grpc.aio.server(options=[(name, changed.get(name, value)) for name, value in SERVER_OPTIONS])
    add_services(server, hub.store, {"box-1": "ningdu"}, hub.contacts, hub.live_incidents, hub.clock.wall_ms)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield port
    finally:
        hub.live_incidents.close()
        await server.stop(0)


def hello(stream: bytes, lane: int = TELEMETRY) -> Hello:
    states = [StreamState(stream=stream, lane=lane, first=1, last=9)]  # type: ignore[arg-type]  # a lane
    return Hello(protocol=1, software="0.1", box="box-1", community="ningdu", now=stamp(), streams=states)


async def answer_of(call: Any) -> Any:  # Any: grpc.aio's calls, which the stubs know only as blocking ones
    """The next frame, or None when the session ended."""
    async with asyncio.timeout(LIMIT_S):
        try:
            frame = await call.read()
        except grpc.aio.AioRpcError as error:
            if error.code() not in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.RESOURCE_EXHAUSTED):
                raise
            return None
    return frame if isinstance(frame, HubFrame | ControlDown) else None


async def end(call: Any) -> None:
    call.cancel()
    with contextlib.suppress(asyncio.CancelledError, grpc.aio.AioRpcError):
        await call.read()


async def still_works(hub: Hub, channel: grpc.aio.Channel, name: str) -> None:
    """Fails unless an alarm by gRPC still becomes an incident, and every page answers."""
    box = Box(name, ALARM)
    call: Any = AlarmUplinkStub(channel).Stream()  # type: ignore[call-arg]  # the stubs know only calls with an iterator
    await call.write(BoxFrame(hello=hello(box.stream, ALARM)))
    assert isinstance(await answer_of(call), HubFrame)
    await call.write(BoxFrame(batch=box.batch([alarm(f"ble:{name}")])))
    answer = await answer_of(call)
    assert answer.ack.seq == 1
    await end(call)
    await hub.settled()
    for page in ("/api/boxes", "/api/incidents", "/metrics", "/healthz"):
        shown = await hub.http.get(page)
        assert shown.status_code == 200, (page, shown.text[:300])
    assert f"ble:{name}" in [one["device"] for one in (await hub.http.get("/api/incidents")).json()]


async def test_no_field_of_a_hello_is_the_hubs_fault(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, called(hub) as channel:
        for edge in at_edges(filled(hello(stream_id("a")))):
            call: Any = BulkUplinkStub(channel).Stream()  # type: ignore[call-arg]  # see above
            await call.write(BoxFrame(hello=edge))
            welcome = await answer_of(call)
            assert welcome is not None, edge
            assert welcome.HasField("welcome"), edge
            await end(call)
        await still_works(hub, channel, "after")


async def test_no_field_of_a_batch_is_the_hubs_fault(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, called(hub) as channel:
        base = Batch(
            stream=stream_id("a"),
            first_seq=1,
            events=[presence(at_ms=1).SerializeToString(), b"\xff"],
            skips=[Skip(first=2, last=3, cause=Skip.QUOTA, hash_after=b"h" * 32)],
        )
        for edge in at_edges(base):
            call: Any = BulkUplinkStub(channel).Stream()  # type: ignore[call-arg]  # see above
            await call.write(BoxFrame(hello=hello(stream_id("a"))))
            assert (await answer_of(call)).HasField("welcome")
            assert (await answer_of(call)).HasField("credit")
            await call.write(BoxFrame(batch=edge))
            frame = await answer_of(call)
            assert frame is None or frame.HasField("ack"), edge
            await end(call)
        await still_works(hub, channel, "after")


async def test_no_field_of_what_a_box_says_of_itself_is_the_hubs_fault(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, called(hub) as channel:
        call: Any = ControlStub(channel).Stream()  # type: ignore[call-arg]  # see above
        await call.write(ControlUp(hello=hello(stream_id("a"))))
        assert isinstance(await answer_of(call), ControlDown)
        for edge in at_edges(filled(BoxStatus())):
            await call.write(ControlUp(status=edge))
            await call.write(ControlUp(time=TimeQuestion(sent_elapsed_ms=2**64 - 1)))
            while not (frame := await answer_of(call)).HasField("time"):
                pass
            assert frame.time.sent_elapsed_ms == 2**64 - 1
            for page in ("/api/boxes", "/metrics"):
                shown = await hub.http.get(page)
                assert shown.status_code == 200, (edge, shown.text[:300])
            [row, _] = (await hub.http.get("/api/boxes")).json()
            assert row["contact"] == "online", "its row is shown whatever it said"
        await end(call)
        await still_works(hub, channel, "after")


async def test_silent_connections_cost_no_box_its_session_and_end(tmp_path: Path) -> None:
    async with running(tmp_path) as hub, listening(hub, **{"grpc.server_handshake_timeout_ms": 1_500}) as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
        try:
            for number, (_, writer) in enumerate(silent):
                writer.write(b"PRI * HTTP/2.0\r\n\r\nSM"[: number % 20])
            async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
                await still_works(hub, channel, "beside")
            async with asyncio.timeout(60):
                for reader, _ in silent:
                    with contextlib.suppress(ConnectionError):
                        while await reader.read(1_024):
                            pass
        finally:
            for _, writer in silent:
                writer.close()
