"""The raw limits that our figures stand beside: what the parts under us do when nothing of ours is in between."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import grpc
import uvloop

from anju_protos.v1 import event_pb2, uplink_pb2, uplink_pb2_grpc
from bench.report import quantile

EVENT = os.urandom(140)


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


def _row(data: bytes) -> tuple[int, str, int, int, int, bytes]:
    """An event as the row that a program works with: what is kept of it, in Python's own values."""
    event = event_pb2.Event.FromString(data)
    stamp = event.stamp
    return event.kind, event.device, stamp.boot, stamp.elapsed_ms, stamp.wall_ms, event.payload


class _Sink(uplink_pb2_grpc.BulkUplinkServicer):
    """Reads batches and acknowledges each; nothing is kept. `typed`: takes a row out of every event."""

    def __init__(self, typed: bool) -> None:
        self._typed = typed

    async def Stream(
        self, frames: AsyncIterator[uplink_pb2.BoxFrame], context: object
    ) -> AsyncIterator[uplink_pb2.HubFrame]:
        async for frame in frames:
            batch = frame.batch
            if self._typed:
                for data in batch.events:
                    _row(data)
            last = batch.first_seq + len(batch.events) - 1
            yield uplink_pb2.HubFrame(ack=uplink_pb2.Ack(stream=batch.stream, seq=last))


async def _receive(port_file: Path, typed: bool) -> None:
    server = grpc.aio.server()
    uplink_pb2_grpc.add_BulkUplinkServicer_to_server(_Sink(typed), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    _say_port(port_file, port)
    await server.wait_for_termination()


def _say_port(port_file: Path, port: int) -> None:
    """All of it or nothing: somebody waits for the file to appear."""
    new = port_file.with_suffix(".new")
    new.write_text(str(port))
    new.rename(port_file)


def _receiver(port_file: Path, typed: bool) -> None:
    uvloop.run(_receive(port_file, typed))


async def _send(port: int, batches: int, events: int, typed: bool) -> float:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = uplink_pb2_grpc.BulkUplinkStub(channel)
        in_flight = asyncio.Semaphore(8)

        async def frames() -> AsyncIterator[uplink_pb2.BoxFrame]:
            for number in range(batches):
                await in_flight.acquire()
                rows = [TYPED.SerializeToString() for _ in range(events)] if typed else [EVENT] * events
                batch = uplink_pb2.Batch(stream=bytes(16), first_seq=1 + number * events, events=rows)
                yield uplink_pb2.BoxFrame(batch=batch)

        started = time.perf_counter()
        async for _ in stub.Stream(frames()):
            in_flight.release()
        return batches * events / (time.perf_counter() - started)


def grpc_batches(folder: Path, *, typed: bool, events: int = 500, batches: int = 1_000) -> float:
    """Returns events/s of bare grpc.aio between two processes: batches of `events`, 8 in flight, each acked.

    The far end keeps nothing. `typed`: each event is serialized from a message at one end and comes out as a row of
    Python values at the other, as in a program that does not keep the bytes; else the same 140 bytes are passed on.
    """
    port_file = folder / "limit.port"
    port_file.unlink(missing_ok=True)
    spawn = get_context("spawn")
    receiver = spawn.Process(target=_receiver, args=(port_file, typed), daemon=True)
    receiver.start()
    try:
        while not port_file.exists():
            time.sleep(0.02)
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            return pool.submit(_run_sender, int(port_file.read_text()), batches, events, typed).result()
    finally:
        receiver.terminate()
        receiver.join()


def _run_sender(port: int, batches: int, events: int, typed: bool) -> float:
    return uvloop.run(_send(port, batches, events, typed))
