"""Boxes that go on asking for a whole roster, in one process: there is a snapshot in flight for each of them.

    python -m bench.snapshots HUB_ADDRESS FIRST COUNT

Each reads its snapshot, uses it as long as a box takes, answers and comes again. At the end of its input the process
says how many there were, as one JSON line, and ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import grpc
import uvloop

from anju_protos.v1.control_pb2 import ControlUp, RosterHeld
from anju_protos.v1.control_pb2_grpc import ControlStub
from anju_protos.v1.uplink_pb2 import Hello

APPLY_S = 0.5  # a Pi takes that long; until then the snapshot is in flight
AGAIN_S = 0.2


async def ask_again(number: int, address: str, counts: list[int]) -> None:
    """One box, for ever."""
    stub: Any = ControlStub(grpc.aio.insecure_channel(address))  # Any: the stubs know only calls with an iterator
    while True:
        try:
            counts[0] += await _snapshot(number, stub)
        except grpc.aio.AioRpcError:
            await asyncio.sleep(AGAIN_S)


async def _snapshot(number: int, stub: Any) -> int:  # Any: as above
    call = stub.Stream()
    hello = Hello(protocol=1, software="bench", box=f"box-{number}", community=f"bench-{number}", incident_changes=True)
    await call.write(ControlUp(hello=hello))
    await call.write(ControlUp(roster_held=RosterHeld()))
    try:
        while frame := await call.read():
            part = frame.roster_part
            if frame.WhichOneof("frame") == "roster_part" and part.part + 1 == part.parts:
                await asyncio.sleep(APPLY_S)
                await call.write(ControlUp(roster_held=RosterHeld(revision=part.revision, digest=bytes(32))))
                return 1
    finally:
        call.cancel()
    await asyncio.sleep(AGAIN_S)
    return 0


async def boxes(address: str, first: int, count: int) -> None:
    counts = [0]
    asking = [asyncio.create_task(ask_again(number, address, counts)) for number in range(first, first + count)]
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({"snapshots": counts[0]}), flush=True)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)


def main() -> None:
    address, first, count = sys.argv[1:4]
    uvloop.run(boxes(address, int(first), int(count)))


if __name__ == "__main__":
    main()
