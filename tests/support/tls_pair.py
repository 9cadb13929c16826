"""A TLS handshake in memory: two contexts, no socket."""

from __future__ import annotations

import ssl
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shaken:
    """Both ends after the handshake; `server_saw` is the client's certificate, DER, None if it gave none."""

    client: ssl.SSLObject
    server: ssl.SSLObject
    server_saw: bytes | None


def shake(client_context: ssl.SSLContext, server_context: ssl.SSLContext, host: str) -> Shaken:
    """Shakes hands. Raises ssl.SSLError of whichever side refuses."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    open_ends = [client, server]
    for _ in range(8):
        for end in list(open_ends):
            try:
                end.do_handshake()
                open_ends.remove(end)
            except ssl.SSLWantReadError:
                continue
    assert not open_ends
    return Shaken(client, server, server.getpeercert(True))
