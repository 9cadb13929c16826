#!/usr/bin/env bash
# grpcio 1.85.3: `grpc.min_reconnect_backoff_ms` also limits how long ONE connection attempt may take, TLS and HTTP/2
# settings included. Its name speaks of the pause between attempts.
#
#   line with 0.8 s each way, TLS, min_reconnect_backoff_ms  2000     never ready
#   the same line,                 min_reconnect_backoff_ms 12000     ready after some seconds
#   the same line without TLS,     min_reconnect_backoff_ms  2000     ready
#
# TCP, TLS and the first SETTINGS frame take more round trips than 2 s hold here, so each attempt is given up just before
# it is done ("connection attempt timed out before receiving SETTINGS frame"), for ever. On satellite and bad cellular lines
# a client that wants to come back soon (a small value) never comes back at all once TLS is switched on.
#
# So: keep it above the slowest handshake, and pace attempts in the application.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" -qq install --no-cache-dir --only-binary :all: grpcio==1.85.3 cryptography==50.0.2

GRPC_VERBOSITY=NONE "$work/env/bin/python" - <<'PY'
import asyncio
import datetime
import ipaddress
import sys
import time

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ONE_WAY_S = 0.8


def certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text, made.public_bytes(serialization.Encoding.PEM)


async def slowly(reader, writer):
    """Passes bytes on, each a fixed time after it came."""
    loop = asyncio.get_running_loop()
    while data := await reader.read(65536):
        loop.call_later(ONE_WAY_S, lambda part=data: writer.is_closing() or writer.write(part))
    loop.call_later(ONE_WAY_S, writer.close)


async def line_to(port):
    async def serve(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(slowly(reader, back), slowly(there, writer), return_exceptions=True)

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def ready_after(secure, backoff_ms):
    key, chain = certificate()
    server = grpc.aio.server()
    place = "127.0.0.1:0"
    credentials = grpc.ssl_server_credentials([(key, chain)])
    port = server.add_secure_port(place, credentials) if secure else server.add_insecure_port(place)
    await server.start()
    line = await line_to(port)
    address = f"127.0.0.1:{line.sockets[0].getsockname()[1]}"
    options = [("grpc.min_reconnect_backoff_ms", backoff_ms), ("grpc.max_reconnect_backoff_ms", backoff_ms)]
    channel = (
        grpc.aio.secure_channel(address, grpc.ssl_channel_credentials(chain), options)
        if secure
        else grpc.aio.insecure_channel(address, options)
    )
    started = time.monotonic()
    try:
        await asyncio.wait_for(channel.channel_ready(), 20)
        return round(time.monotonic() - started, 1)
    except TimeoutError:
        return None
    finally:
        await channel.close()
        line.close()
        await server.stop(0)


async def main():
    for secure, backoff_ms, comes in ((True, 2_000, False), (True, 12_000, True), (False, 2_000, True)):
        seen = await ready_after(secure, backoff_ms)
        print(f"TLS {secure}, min_reconnect_backoff_ms {backoff_ms}: ready after {seen} s")
        if (seen is not None) != comes:
            sys.exit("grpcio does otherwise now")


asyncio.run(main())
PY
