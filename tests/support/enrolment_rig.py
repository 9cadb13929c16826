"""A hub's enrolment listener on a real socket, and what a box says to it."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import Request, Response

from anju_base.address import Address
from anju_central.access import authority_files
from anju_central.access.certificates import Key
from anju_central.access.claims import ClaimStore, Enrolment
from anju_central.access.enrolment import make_enrolment_app
from anju_central.access.enrolment_listener import EnrolmentFiles, EnrolmentServer, listen_for_boxes
from anju_protos.claim_code import ClaimCode, proof_of
from support.claim_store import MemoryClaims

PASSPHRASE = "correct horse battery"
NOW_MS = 1_800_000_000_000
DAY_MS = 86_400_000


@dataclass
class Clock:
    """The hub's clocks; tests move them."""

    now_ms: int = NOW_MS
    monotonic_s: float = 1000.0


@dataclass
class Hub:
    """An enrolment listener that runs. `files.authority().pin` is what codes pin."""

    folder: Path
    address: Address
    files: EnrolmentFiles
    store: ClaimStore
    clock: Clock
    server: EnrolmentServer
    root_key: Path
    seen: list[str]  # paths of all requests that came

    @property
    def memory(self) -> MemoryClaims:
        assert isinstance(self.store, MemoryClaims)
        return self.store

    def code(self, box: str = "ningdu-1", community: str = "ningdu", secret: bytes = b"0123456789") -> ClaimCode:
        """A new code for a box, known to the registry."""
        code = ClaimCode(secret, self.files.authority().pin, self.address)
        self.memory.add(code, box, community, self.clock.now_ms)
        return code


def _make_authority(folder: Path, hosts: tuple[str, ...], root_key: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    if not folder.exists():
        authority_files.init(folder, hosts, root_key, PASSPHRASE)


@asynccontextmanager
async def running_hub(
    tmp_path: Path, store: ClaimStore | None = None, hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
) -> AsyncIterator[Hub]:
    """Runs a listener on a free port of 127.0.0.1, with an authority of its own in `tmp_path`/tls."""
    folder, root_key = tmp_path / "tls", tmp_path / "root.key.pem"
    _make_authority(folder, hosts, root_key)
    files, clock = EnrolmentFiles(folder), Clock()
    kept: ClaimStore = MemoryClaims() if store is None else store

    def now_ms() -> int:
        return clock.now_ms

    app = make_enrolment_app(
        Enrolment(files.authority, kept, now_ms), files.authority, lambda: 7420, now_ms, lambda: clock.monotonic_s
    )
    listener = listen_for_boxes("127.0.0.1:0")
    seen: list[str] = []

    @app.middleware("http")
    async def note(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        seen.append(request.url.path)
        return await call_next(request)

    server = EnrolmentServer(app, files)
    address = Address(*listener.getsockname()[:2])
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield Hub(folder, address, files, kept, clock, server, root_key, seen)
    finally:
        server.should_exit = True
        await serving
        listener.close()


def client_context(hub: Hub, folder: Path | None = None, pair: tuple[Key, bytes] | None = None) -> ssl.SSLContext:
    """What a box trusts, and its key and certificate (PEM chain) if it has one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(hub.folder / "roots.pem")
    if pair is not None:
        assert folder is not None
        path = folder / f"pair-{id(pair)}.pem"
        path.write_bytes(key_pem(pair[0]) + pair[1])
        context.load_cert_chain(path)
    return context


async def ask(
    hub: Hub, path: str, body: object = None, context: ssl.SSLContext | None = None
) -> tuple[int, dict[str, Any]]:
    """One request on a connection of its own. Returns status and JSON."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context or client_context(hub))) as session:
        url = f"https://{hub.address}{path}"
        data = body if isinstance(body, bytes) else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        call = session.get(url) if body is None else session.post(url, data=data, headers=headers)
        async with call as answer:
            return answer.status, await answer.json()


def csr(key: Key) -> bytes:
    """A request for this key, DER, that asks for the name of another box besides."""
    other = x509.SubjectAlternativeName([x509.UniformResourceIdentifier("urn:anju:community:other:box:other-1")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).add_extension(other, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


async def claim(
    hub: Hub,
    code: ClaimCode,
    key: Key,
    change: Callable[[dict[str, Any]], None] = lambda _body: None,
    **setup: str,
) -> tuple[int, dict[str, Any]]:
    """Claims with a code as a box does. `change` may spoil the body before it is sent."""
    _, asked = await ask(hub, "/v1/nonce")
    request = csr(key)
    proof = proof_of(code.proof_key, request, bytes.fromhex(asked["nonce"]))
    body: dict[str, Any] = {"claim": code.claim_id, "csr": request.hex(), "nonce": asked["nonce"], "proof": proof.hex()}
    body |= setup
    change(body)
    return await ask(hub, "/v1/claim", body)


def key_pem(key: Key) -> bytes:
    """A key as PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
