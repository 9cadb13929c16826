"""Connections that say nothing or a byte at a time, and come back when they are ended: `strangers.py PORT COUNT HEX`.

Half of them are half-open; the others dribble the bytes of HEX, one every 50 ms. Prints `open` once all were opened.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

PAUSE_S = 0.05
REDIAL_S = 0.5


async def stranger(port: int, says: bytes, opened: asyncio.Semaphore) -> None:
    first = True
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            if first:
                opened.release()
                first = False
            try:
                for byte in says:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(PAUSE_S)
                await reader.read()
            finally:
                writer.transport.abort()
        await asyncio.sleep(REDIAL_S)


async def run(port: int, count: int, says: bytes) -> None:
    opened = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as group:
        for at in range(count):
            group.create_task(stranger(port, says if at % 2 else b"", opened))
        for _ in range(count):
            await opened.acquire()
        print("open", flush=True)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(int(sys.argv[1]), int(sys.argv[2]), bytes.fromhex(sys.argv[3])))
