"""How a box speaks to the hub's enrolment listener: part by part, each with a limit and a reason of its own.

name -> TCP -> TLS -> roots -> and, once a root is trusted, calls. Nothing of the box's is sent before it trusts a root.
No clock of the box is used: what the hub presents runs from 1970 to 9999.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import aiohttp

from anju_base.address import Address
from anju_protos.enrolment import MAX_ANSWER_BYTES, ROOTS_PATH, SERVICE, Reason

NAME_WITHIN_S: Final = 5.0
TCP_WITHIN_S: Final = 5.0  # of one address
TLS_WITHIN_S: Final = 10.0
CALL_WITHIN_S: Final = 20.0
MAX_ADDRESSES: Final = 4  # of a name

Facts = Mapping[str, str | int]


class Part(StrEnum):
    """The parts of the way to the hub, in their order; what `anju-edge claim` prints."""

    NAME = "name"
    TCP = "tcp"
    TLS = "tls"
    PIN = "pin"
    PROOF = "proof"
    CERTIFICATE = "certificate"


class NotServed(Exception):
    """The hub, or what stands between, said no. `detail` is for people, in English, of no fixed form."""

    def __init__(self, reason: Reason, part: Part, detail: str = "", facts: Facts | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.part = part
        self.detail = detail
        self.facts: Facts = facts or {}


Report = Callable[[Part, str], None]


def silent(_part: Part, _detail: str) -> None:
    """Reports nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The box's key and certificate chain, PEM."""

    key_pem: bytes = field(repr=False)
    chain_pem: bytes


async def reach(hub: Address, report: Report = silent) -> None:
    """Looks whether name, port and TLS are there. Raises NotServed with the part that is not."""
    addresses = await _resolve(hub)
    report(Part.NAME, ", ".join(addresses))
    address = await _connect(hub, addresses)
    report(Part.TCP, f"{address} port {hub.port}")
    context = _unverified()
    try:
        async with asyncio.timeout(TLS_WITHIN_S):
            _, writer = await asyncio.open_connection(address, hub.port, ssl=context, server_hostname=hub.host)
            version = writer.get_extra_info("ssl_object").version()
            writer.transport.abort()
    except TimeoutError as error:
        raise NotServed(Reason.NO_ANSWER, Part.TLS, f"no TLS within {TLS_WITHIN_S:.0f} s") from error
    except OSError as error:
        raise _no_tls(error) from error
    report(Part.TLS, str(version))


async def fetch_roots(hub: Address) -> bytes:
    """The roots that whoever listens there presents, PEM; to be compared with a pin. Raises NotServed."""
    answer = await _call(hub, _unverified(), Part.PIN, ROOTS_PATH, None)
    roots = answer.get("roots")
    if answer.get("service") != SERVICE or not isinstance(roots, str):
        raise NotServed(
            Reason.PORTAL, Part.PIN, "what answers is no Anju hub: a log-in page of the network, or a proxy"
        )
    return roots.encode()


class HubCalls:
    """Calls to a hub that is trusted by `roots_pem` alone, with the box's certificate if it has one."""

    def __init__(self, hub: Address, roots_pem: bytes, pair: Pair | None = None) -> None:
        self._hub = hub
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_verify_locations(cadata=roots_pem.decode("ascii"))
        if pair is not None:
            _load_pair(self._context, pair)

    async def call(self, part: Part, path: str, body: Mapping[str, object] | None = None) -> Mapping[str, object]:
        """The hub's answer. Raises NotServed, with the hub's own reason if it gave one."""
        return await _call(self._hub, self._context, part, path, body)


async def _resolve(hub: Address) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(NAME_WITHIN_S):
            found = await loop.getaddrinfo(hub.host, hub.port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise NotServed(Reason.NAME, Part.NAME, f"no answer of the name server within {NAME_WITHIN_S:.0f} s") from error
    except (OSError, UnicodeError) as error:
        raise NotServed(Reason.NAME, Part.NAME, f"{hub.host}: {error}") from error
    return list(dict.fromkeys(str(where[0]) for *_, where in found))[:MAX_ADDRESSES]


async def _connect(hub: Address, addresses: list[str]) -> str:
    """The first address that takes a connection."""
    last: NotServed | None = None
    for address in addresses:
        try:
            async with asyncio.timeout(TCP_WITHIN_S):
                _, writer = await asyncio.open_connection(address, hub.port)
            writer.transport.abort()
        except TimeoutError:
            last = NotServed(
                Reason.NO_ANSWER, Part.TCP, f"{address} port {hub.port}: no answer in {TCP_WITHIN_S:.0f} s"
            )
        except OSError as error:
            last = NotServed(Reason.PORT, Part.TCP, f"{address} port {hub.port}: {error.strerror or error}")
        else:
            return address
    raise last or NotServed(Reason.NAME, Part.NAME, f"{hub.host}: has no address")


async def _call(
    hub: Address, context: ssl.SSLContext, part: Part, path: str, body: Mapping[str, object] | None
) -> dict[str, object]:
    connector = aiohttp.TCPConnector(ssl=context, limit=1)
    timeout = aiohttp.ClientTimeout(total=CALL_WITHIN_S, sock_connect=TLS_WITHIN_S)
    data = None if body is None else json.dumps(body).encode()
    try:
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        ) as session:
            async with session.request(
                "GET" if data is None else "POST",
                f"https://{hub}{path}",
                data=data,
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            ) as answer:
                text = await answer.content.read(MAX_ANSWER_BYTES)
                return _answer(part, answer.status, text)
    except TimeoutError as error:
        raise NotServed(Reason.NO_ANSWER, part, f"no answer within {CALL_WITHIN_S:.0f} s") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise _not_trusted(part, error.certificate_error) from error
    except (aiohttp.ClientError, OSError) as error:
        raise _no_tls(error, part) from error


def _answer(part: Part, status: int, text: bytes) -> dict[str, object]:
    """The JSON object of an answer. Raises NotServed for a "no", and for what no hub would say."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise NotServed(Reason.PORTAL, part, f"what answers is no Anju hub (HTTP {status})")
    if status == 200:
        return fields
    try:
        reason = Reason(str(fields.get("reason")))
    except ValueError:
        reason = Reason.HUB_FAULT
    given = fields.get("facts")
    facts = (
        {str(key): value for key, value in given.items() if isinstance(value, str | int)}
        if isinstance(given, dict)
        else {}
    )
    raise NotServed(reason, part, str(facts.get("why", "")), facts)


def _not_trusted(part: Part, error: Exception) -> NotServed:
    """The certificate did not pass: the host name is not in it, or somebody else signed it."""
    detail = getattr(error, "verify_message", "") or str(error)
    if "ostname mismatch" in detail or "IP address mismatch" in detail:
        detail += "; at the hub: anju-central ca set-address"
        return NotServed(Reason.TLS, part, detail)
    return NotServed(Reason.PORTAL, part, f"the connection is not the hub's own ({detail})")


def _no_tls(error: Exception, part: Part = Part.TLS) -> NotServed:
    cause = error.__cause__ if isinstance(error, aiohttp.ClientError) and error.__cause__ else error
    text = str(cause) or type(cause).__name__
    if "WRONG_VERSION_NUMBER" in text or "HTTP_REQUEST" in text or "record layer failure" in text:
        return NotServed(Reason.PORTAL, part, "what answers on this port speaks no TLS")
    return NotServed(Reason.TLS, part, text)


def _unverified() -> ssl.SSLContext:
    """For what is public, before a root is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _load_pair(context: ssl.SSLContext, pair: Pair) -> None:
    """Python's ssl takes keys from files alone: one in memory (tmpfs) where there is, gone again at once."""
    shared = Path("/dev/shm")
    with tempfile.NamedTemporaryFile(dir=shared if shared.is_dir() else None, prefix="anju-") as file:
        file.write(pair.key_pem + pair.chain_pem)
        file.flush()
        context.load_cert_chain(file.name)
