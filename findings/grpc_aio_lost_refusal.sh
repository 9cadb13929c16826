#!/usr/bin/env bash
# grpcio 1.85.3, grpc.aio client: a refusal that reaches the client while its first write is on the way is lost. The server
# ends the call with UNAUTHENTICATED and a sentence; the client raises INTERNAL, "Internal error from Core", and `code()`
# and `details()` of the call say the same from then on.
#
#   4,000 calls that the server ends before it reads, at a time one
#     UNAUTHENTICATED "no entry"                  nearly all
#     INTERNAL "Internal error from Core"         1 to 10 in a thousand, as busy as the machine is
#   the same, but the server reads one message first
#     UNAUTHENTICATED "no entry"                  all
#
# A write that fails is taken for a fault of the library and overwrites the status, although the server's own came with it.
# The blocking client says what the server said. So who reads `UNAUTHENTICATED` to log in again, or `RESOURCE_EXHAUSTED`
# to wait, now and then retries at once instead, and a log names a fault of the network that there was none of.
#
# So: a server that refuses a stream reads its first message before (with a limit of time), and a client does not take
# INTERNAL for the last word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: grpcio==1.85.3

GRPC_VERBOSITY=NONE "$work/env/bin/python" - <<'PY'
import asyncio
import collections
import sys

import grpc

CALLS, TURNS = 4_000, 8


async def refuse(_requests, context):
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, "no entry")


async def read_and_refuse(_requests, context):
    await context.read()
    await context.abort(grpc.StatusCode.UNAUTHENTICATED, "no entry")


async def outcomes(channel, method):
    seen = collections.Counter()
    for _ in range(CALLS):
        call = channel.stream_stream(method)()
        try:
            await call.wait_for_connection()
            await call.write(b"hello")
            await call.read()
        except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
            pass
        seen[(await call.code()).name, await call.details()] += 1
    return seen


async def main():
    server = grpc.aio.server()
    methods = {name: grpc.stream_stream_rpc_method_handler(does) for name, does in
               (("Refuse", refuse), ("ReadAndRefuse", read_and_refuse))}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("x.Door", methods),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    unheard, heard = collections.Counter(), collections.Counter()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        for _ in range(TURNS):
            unheard += await outcomes(channel, "/x.Door/Refuse")
            if len(unheard) > 1:
                break
        heard = await outcomes(channel, "/x.Door/ReadAndRefuse")
    await server.stop(0)
    print("grpcio", grpc.__version__)
    print("  ended before it reads: ", dict(unheard))
    print("  reads one, then ends:  ", dict(heard))
    lost = ("INTERNAL", "Internal error from Core")
    if lost not in unheard:
        sys.exit("changed: no refusal was lost")
    if set(heard) != {("UNAUTHENTICATED", "no entry")}:
        sys.exit("changed: a refusal behind the first message is lost, too")


asyncio.run(main())
PY
