"""The raw limits that our figures stand beside: what the parts under us do when nothing of ours is in between."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import grpc
import uvloop

from anju_protos.v1 import event_pb2, uplink_pb2
from bench.report import quantile

EVENT = os.urandom(140)
_SERVICE = "anju.bench.Limit"


def _open(path: Path) -> sqlite3.Connection:
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=full")
    connection.execute("create table event(id integer primary key, bytes blob)")
    return connection


def sqlite_groups(folder: Path, group: int = 1_000, seconds: float = 2.0) -> float:
    """Returns rows/s of bare sqlite3, WAL, FULL, one commit per `group` rows of 140 bytes."""
    connection = _open(folder / "limit.sqlite")
    rows, number, started = [(EVENT,)] * group, 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        connection.execute("begin immediate")
        connection.executemany("insert into event(bytes) values (?)", rows)
        connection.execute("commit")
        number += group
    rate = number / (time.perf_counter() - started)
    connection.close()
    return rate


def sqlite_commit_ms(folder: Path, per_second: int = 200, seconds: float = 3.0) -> tuple[float, float]:
    """Returns p50 and p99 in ms of a bare commit of one row, one every 1/per_second s, as live events come."""
    connection = _open(folder / "limit1.sqlite")
    took: list[float] = []
    due = time.perf_counter()
    for _ in range(int(per_second * seconds)):
        started = time.perf_counter()
        connection.execute("begin immediate")
        connection.execute("insert into event(bytes) values (?)", (EVENT,))
        connection.execute("commit")
        took.append((time.perf_counter() - started) * 1_000)
        due += 1 / per_second
        time.sleep(max(0.0, due - time.perf_counter()))
    connection.close()
    return quantile(took, 0.5), quantile(took, 0.99)


def fsync_ms(folder: Path, number: int = 50) -> float:
    """Returns the mean time of a 4 KiB write with fdatasync in ms."""
    path = folder / "limit.fsync"
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    started = time.perf_counter()
    for _ in range(number):
        os.pwrite(handle, bytes(4096), 0)
        os.fdatasync(handle)
    took = (time.perf_counter() - started) * 1_000 / number
    os.close(handle)
    path.unlink()
    return took


# About 140 bytes as protobuf, with the fields of a typed event: a stamp, a device key, a payload.
TYPED = event_pb2.Event(
    kind=event_pb2.PRESENCE,
    stamp=event_pb2.Stamp(boot=2**63, elapsed_ms=123_456_789, wall_ms=1_795_000_000_000, quality=event_pb2.SYNCED),
    device="ble:ac233fc001aa",
    payload=os.urandom(85),
)


Frame = uplink_pb2.EventRun | uplink_pb2.EventList
Rows = Literal["typed", "single", "plain"]


def _row(event: event_pb2.Event) -> tuple[int, str, int, int, int, bytes]:
    """An event as the row that a program works with: what is kept of it, in Python's own values."""
    stamp = event.stamp
    return event.kind, event.device, stamp.boot, stamp.elapsed_ms, stamp.wall_ms, event.payload


async def _take_typed(frames: AsyncIterator[uplink_pb2.EventRun], context: object) -> AsyncIterator[uplink_pb2.Ack]:
    async for frame in frames:
        rows = [_row(event) for event in frame.events]
        yield uplink_pb2.Ack(seq=len(rows))


async def _take_single(frames: AsyncIterator[uplink_pb2.EventList], context: object) -> AsyncIterator[uplink_pb2.Ack]:
    async for frame in frames:
        rows = [event_pb2.Event.FromString(data) for data in frame.events]
        yield uplink_pb2.Ack(seq=len(rows))


async def _take_plain(frames: AsyncIterator[uplink_pb2.EventList], context: object) -> AsyncIterator[uplink_pb2.Ack]:
    async for frame in frames:
        rows = list(frame.events)
        yield uplink_pb2.Ack(seq=len(rows))


# Any: gRPC takes a handler of any messages
_TAKE: dict[Rows, Callable[..., Any]] = {"typed": _take_typed, "single": _take_single, "plain": _take_plain}


async def _receive(port_file: Path, rows: Rows) -> None:
    server = grpc.aio.server()
    kind = uplink_pb2.EventRun if rows == "typed" else uplink_pb2.EventList
    handler = grpc.stream_stream_rpc_method_handler(_TAKE[rows], kind.FromString, uplink_pb2.Ack.SerializeToString)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, {"Stream": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    _say_port(port_file, port)
    await server.wait_for_termination()


def _say_port(port_file: Path, port: int) -> None:
    """All of it or nothing: somebody waits for the file to appear."""
    new = port_file.with_suffix(".new")
    new.write_text(str(port))
    new.rename(port_file)


def _receiver(port_file: Path, rows: Rows) -> None:
    uvloop.run(_receive(port_file, rows))


async def _send(port: int, batches: int, events: int, rows: Rows) -> float:
    messages = [event_pb2.Event.FromString(TYPED.SerializeToString()) for _ in range(events)]
    blobs = [EVENT] * events
    in_flight = asyncio.Semaphore(8)

    def batch() -> Frame:
        if rows == "typed":
            return uplink_pb2.EventRun(events=messages)
        if rows == "single":
            return uplink_pb2.EventList(events=[message.SerializeToString() for message in messages])
        return uplink_pb2.EventList(events=blobs)

    async def frames() -> AsyncIterator[Frame]:
        for _ in range(batches):
            await in_flight.acquire()
            yield batch()

    kind = uplink_pb2.EventRun if rows == "typed" else uplink_pb2.EventList
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.stream_stream(f"/{_SERVICE}/Stream", kind.SerializeToString, uplink_pb2.Ack.FromString)
        started = time.perf_counter()
        async for _ in call(frames()):
            in_flight.release()
        return batches * events / (time.perf_counter() - started)


def grpc_batches(folder: Path, rows: Rows, *, events: int = 500, batches: int = 1_000) -> float:
    """Returns events/s of bare grpc.aio between two processes: batches of `events`, 8 in flight, each acked.

    The far end keeps nothing. `rows` says what a batch is: "typed" a list of event messages that come out as rows of
    Python values; "single" a list of bytes, each serialized from a message and parsed to one; "plain" a list of bytes
    that are only passed on.
    """
    port_file = folder / "limit.port"
    port_file.unlink(missing_ok=True)
    spawn = get_context("spawn")
    receiver = spawn.Process(target=_receiver, args=(port_file, rows), daemon=True)
    receiver.start()
    try:
        while not port_file.exists():
            time.sleep(0.02)
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            return pool.submit(_run_sender, int(port_file.read_text()), batches, events, rows).result()
    finally:
        receiver.terminate()
        receiver.join()


def _run_sender(port: int, batches: int, events: int, rows: Rows) -> float:
    return uvloop.run(_send(port, batches, events, rows))
