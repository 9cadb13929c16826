"""The console over HTTPS, by real sockets: names, origins, certificates that change under a live stream, floods."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from anju_central import hub
from anju_central.api.cookies import PLAIN_COOKIE, SECURE_COOKIE
from anju_central.config import CentralConfig, ConsoleConfig
from anju_central.hub import HubAddresses
from anju_central.process import tls_door
from anju_central.process.http_connections import BoundedHttp
from anju_central.process.http_listener import listen
from support.certificates import Authority, Issued, around_now
from support.signed_in import signed_in
from support.whole import hub_config

DISTRICT = Authority("district's own")
LIMIT_S = 60.0


def pair(*names: str) -> Issued:
    general = [x509.DNSName(name) for name in names or ("hub.example",)]
    general_names = (*general, x509.DNSName("localhost"))
    return DISTRICT.leaf(general_names, ExtendedKeyUsageOID.SERVER_AUTH, around_now())


def https(folder: Path) -> CentralConfig:
    """A hub on loopback whose console has a certificate of the district's."""
    console = ConsoleConfig("hub.example", folder / "console.pem", folder / "console.key")
    put(folder, pair())
    return replace(hub_config(folder / "hub", None), console=console)


async def page_of(config: CentralConfig) -> dict[str, str]:
    """What a page of somebody who is logged in sends by HTTPS."""
    page = await signed_in(config.data_dir)
    return page | {"Cookie": page["Cookie"].replace(PLAIN_COOKIE, SECURE_COOKIE)}


def put(folder: Path, issued: Issued) -> None:
    (folder / "console.pem").write_bytes(issued.chain)
    (folder / "console.key").write_bytes(issued.key_pem)


@dataclass
class Console:
    """A hub that runs, and a browser that trusts some authority."""

    port: int
    session: aiohttp.ClientSession
    trust: ssl.SSLContext

    def get(self, path: str, host: str = "hub.example", **headers: str) -> Any:  # Any: aiohttp's request
        url = f"https://127.0.0.1:{self.port}{path}"
        asked = {"Host": f"{host}:{self.port}", **headers}
        return self.session.get(url, headers=asked, server_hostname="localhost", ssl=self.trust)

    def post(self, path: str, **headers: str) -> Any:  # Any: as above
        url = f"https://127.0.0.1:{self.port}{path}"
        asked = {"Host": f"hub.example:{self.port}", **headers}
        return self.session.post(url, headers=asked, json={}, server_hostname="localhost", ssl=self.trust)

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, ssl=self.trust, server_hostname="localhost")

    async def shown(self) -> x509.Certificate:
        """What the next connection is shown."""
        _, writer = await self.open()
        der = writer.get_extra_info("ssl_object").getpeercert(True)
        writer.close()
        return x509.load_der_x509_certificate(der)


@asynccontextmanager
async def served(config: CentralConfig, roots: bytes = DISTRICT.roots_pem) -> AsyncIterator[Console]:
    ready: asyncio.Future[HubAddresses] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()
    task = asyncio.create_task(hub.run(config, stop, ready.set_result))
    task.add_done_callback(lambda _: ready.cancel())
    try:
        addresses = await ready
        assert addresses.console == f"https://{addresses.http}"
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector, read_bufsize=1 << 20) as session:
            trust = ssl.create_default_context(cadata=roots.decode())
            yield Console(int(addresses.http.rpartition(":")[2]), session, trust)
    finally:
        stop.set()
        async with asyncio.timeout(LIMIT_S):
            await task


@pytest.mark.parametrize("address", ["0.0.0.0:0", "192.0.2.7:7480", "[::]:0", "hub.example:7480"])
def test_plain_http_is_for_this_machine_alone(address: str) -> None:
    with pytest.raises(ValueError, match=r"^http_address .* this machine alone .*$"):
        listen(address)


async def test_names_that_are_not_the_hubs_are_refused_and_the_refusal_names_it(tmp_path: Path) -> None:
    async with served(https(tmp_path)) as console:
        for good in ("hub.example", "HUB.example.", "localhost"):
            async with console.get("/healthz", good) as answer:
                assert answer.status == 200, good
        for bad in ("evil.example", "127.0.0.2", "hub.example.evil.example", "xhub.example", "[::2]"):
            async with console.get("/healthz", bad) as answer:
                assert answer.status == 421, bad
                assert "hub.example" in (await answer.json())["message"]


async def test_the_page_that_acts_is_the_hubs_own_and_came_by_https(tmp_path: Path) -> None:
    config = https(tmp_path)
    page = await page_of(config)
    async with served(config) as console:
        url = f"/api/incidents/{'ab' * 16}-1/acknowledge"
        own = f"https://hub.example:{console.port}"
        others = (
            f"http://hub.example:{console.port}",
            "https://hub.example",
            "https://evil.example",
            f"https://localhost:{console.port}",
            "null",
        )
        for origin in others:
            async with console.post(url, Origin=origin, **page) as answer:
                assert (answer.status, (await answer.json())["error"]) == (403, "origin"), origin
        async with console.post(url, Origin=own, **page) as answer:
            assert (await answer.json())["error"] != "origin"


async def test_a_live_stream_goes_on_while_the_certificate_changes(tmp_path: Path) -> None:
    config = https(tmp_path)
    page = await page_of(config)
    async with served(config) as console:
        first = await console.shown()
        async with console.get("/api/stream", **page) as stream:
            await stream.content.readuntil(b"event: hello")
            assert stream.headers["Strict-Transport-Security"].startswith("max-age=")
            put(tmp_path, pair())
            async with asyncio.timeout(LIMIT_S):
                while await console.shown() == first:  # noqa: ASYNC110 - another process may have put it there
                    await asyncio.sleep(0.1)
                await stream.content.readuntil(b"event: beat")


async def test_damaged_files_keep_no_hub_from_starting_and_are_a_matter_at_the_console(tmp_path: Path) -> None:
    config = https(tmp_path)
    (tmp_path / "console.key").write_bytes(b"half")
    page = await page_of(config)
    async with served(config) as console:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):  # its own: nobody trusts it yet
            await console.get("/healthz")
        console.trust.check_hostname = False
        console.trust.verify_mode = ssl.CERT_NONE
        async with console.get("/console-authority.crt") as answer:
            assert answer.content_type == "application/x-x509-ca-cert"
            assert "Strict-Transport-Security" not in answer.headers, "it would let nobody in any more"
            authority = await answer.read()
        console.trust = ssl.create_default_context(cadata=authority.decode())
        async with console.get("/healthz") as answer:
            assert answer.status == 200
            [notice] = (await answer.json())["notices"]
        assert "console.key: no private key" in notice
        matters: list[Any] = []
        async with asyncio.timeout(LIMIT_S):
            while not matters:
                async with console.get("/api/incidents", **page) as answer:
                    matters = await answer.json()
        assert [(one["rule"], one["priority"], one["box"]) for one in matters] == [("console_certificate", "P4", "hub")]
        put(tmp_path, pair())
        console.trust = ssl.create_default_context(cadata=DISTRICT.roots_pem.decode())
        async with asyncio.timeout(LIMIT_S):
            while True:
                with contextlib.suppress(ssl.SSLCertVerificationError):
                    assert names(await console.shown()) == {"hub.example", "localhost"}
                    break
                await asyncio.sleep(0.1)
        async with console.get("/console-authority.crt") as answer:
            assert answer.status == 404, "nobody has to trust the hub's own"


def names(certificate: x509.Certificate) -> set[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(found.get_values_for_type(x509.DNSName))


# ---- who keeps it waiting

HALF = {
    "no handshake": None,
    "nothing": b"",
    "half a head": b"GET /healthz HTTP/1.1\r\nHost: hub.example\r\nX: ",
    "half a body": b"POST /api/x HTTP/1.1\r\nHost: hub.example\r\nContent-Length: 99\r\n\r\n{",
}


@pytest.mark.parametrize("name", HALF)
async def test_hundreds_that_do_not_go_on_cost_nobody_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(tls_door, "MAX_UNSHAKEN", 24)
    monkeypatch.setattr(BoundedHttp, "max_connections", 24)
    async with served(https(tmp_path)) as console:
        slow: list[asyncio.StreamWriter] = []
        begun = HALF[name]
        try:
            for number in range(120):
                if begun is None:
                    _, writer = await asyncio.open_connection("127.0.0.1", console.port)
                    writer.write(b"\x16\x03\x01")
                else:
                    _, writer = await console.open()
                    writer.write(begun)
                slow.append(writer)
                if number % 30 == 29:
                    async with console.get("/healthz") as answer:
                        assert answer.status == 200
        finally:
            for writer in slow:
                writer.close()


async def test_half_a_request_loses_its_connection_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_door, "HANDSHAKE_WITHIN_S", 0.3)
    monkeypatch.setattr(BoundedHttp, "request_within_s", 0.3)
    async with served(https(tmp_path)) as console:
        for begun in HALF.values():
            if begun is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", console.port)
            else:
                reader, writer = await console.open()
                writer.write(begun)
            async with asyncio.timeout(LIMIT_S):
                with contextlib.suppress(ConnectionError):
                    await reader.read()
            writer.close()


@pytest.mark.parametrize("head", [b"X-Flood: " + b"y" * 200_000, b"X: y\r\n" * 40_000], ids=["one long", "many"])
async def test_a_flood_of_headers_is_cut_off(tmp_path: Path, head: bytes) -> None:
    async with served(https(tmp_path)) as console:
        reader, writer = await console.open()
        with contextlib.suppress(ConnectionError):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: hub.example\r\n" + head)
            async with asyncio.timeout(LIMIT_S):
                answer = await reader.read()
            assert answer.startswith(b"HTTP/1.1 4")
        writer.close()
        async with console.get("/healthz") as good:
            assert good.status == 200


async def test_what_a_proxy_would_say_is_not_believed(tmp_path: Path) -> None:
    async with served(https(tmp_path)) as console:
        url = f"/api/incidents/{'ab' * 16}-1/acknowledge"
        forged = {"Origin": f"http://hub.example:{console.port}", "X-Forwarded-Proto": "http"}
        async with console.post(url, **forged) as answer:
            assert answer.status == 403


async def test_plain_http_at_the_https_port_gets_nothing(tmp_path: Path) -> None:
    async with served(https(tmp_path)) as console:
        reader, writer = await asyncio.open_connection("127.0.0.1", console.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: hub.example\r\n\r\n")
        async with asyncio.timeout(LIMIT_S):
            assert b"200" not in await reader.read()
        writer.close()
