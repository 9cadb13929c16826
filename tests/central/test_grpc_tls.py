"""The hub's gRPC port: certificates where others can reach it, new ones while it runs, damaged ones never in use."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner

from anju_base.open_files import BOXES, WANTED
from anju_central.__main__ import app
from anju_central.access.grpc_tls import (
    LOOKS_BEFORE_DAMAGE,
    CertificatesMissing,
    ServerCertificates,
    add_port,
    certificates_for,
)
from anju_central.config import CentralConfig
from anju_central.hub import run
from anju_central.ingest.service import SERVER_OPTIONS
from central.test_hub import hub, write_config
from support.certificates import Authority, Issued, around_now, write_hub
from support.whole import hub_config, running_hub

OURS, OTHERS = Authority("ours"), Authority("others")
HUB, BOX = OURS.hub(), OURS.box()


def tls_folder(folder: Path, hub: Issued = HUB, authority: Authority = OURS) -> Path:
    write_hub(folder, hub, authority.clients_pem)
    return folder / "tls"


@asynccontextmanager
async def listening(certificates: ServerCertificates) -> AsyncIterator[int]:
    """A gRPC server that answers every method, for whoever passes the handshake."""

    class Answers(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # generic in the stubs alone
        def service(self, _: object) -> grpc.RpcMethodHandler[bytes, bytes]:
            async def answer(_request: bytes, _context: object) -> bytes:
                return b"served"

            return grpc.unary_unary_rpc_method_handler(answer)

    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Answers(),))
    port = add_port(server, "127.0.0.1:0", certificates)
    await server.start()
    try:
        yield port
    finally:
        await server.stop(0)


async def ask(port: int, roots: bytes, box: Issued | None) -> str:
    """What a box with this certificate gets: "served", or gRPC's word."""
    own = (None, None) if box is None else (box.key_pem, box.chain)
    credentials = grpc.ssl_channel_credentials(roots, *own)
    async with grpc.aio.secure_channel(f"127.0.0.1:{port}", credentials) as channel:
        try:
            method = channel.unary_unary("/any/Method", request_serializer=bytes, response_deserializer=bytes)
            answer: bytes = await method(b"", timeout=10)
        except grpc.aio.AioRpcError as error:
            return error.code().name
        return answer.decode()


@pytest.mark.parametrize(
    ("box", "answer"),
    [
        (BOX, "served"),
        (None, "UNAVAILABLE"),
        (OTHERS.box(), "UNAVAILABLE"),
        (OURS.box(dates=around_now(-1, from_days=-2)), "UNAVAILABLE"),
        (OURS.box(dates=around_now(3, from_days=2)), "UNAVAILABLE"),
        (HUB, "UNAVAILABLE"),  # its usage is a server's
    ],
    ids=["ours", "none", "rogue", "expired", "not yet valid", "a hub's"],
)
async def test_the_handshake_is_for_boxes_of_ours_alone(tmp_path: Path, box: Issued | None, answer: str) -> None:
    async with listening(ServerCertificates.open(tls_folder(tmp_path))) as port:
        assert await ask(port, OURS.roots_pem, box) == answer


async def test_a_box_believes_no_hub_of_another_root(tmp_path: Path) -> None:
    folder = tls_folder(tmp_path, OTHERS.hub(), OURS)
    async with listening(ServerCertificates.open(folder)) as port:
        assert await ask(port, OURS.roots_pem, BOX) == "UNAVAILABLE"


async def test_a_new_key_and_new_roots_serve_at_the_next_handshake(tmp_path: Path) -> None:
    certificates = ServerCertificates.open(tls_folder(tmp_path))
    both = OURS.roots_pem + OTHERS.roots_pem
    async with listening(certificates) as port:
        assert await ask(port, OURS.roots_pem, BOX) == "served"
        write_hub(tmp_path, OTHERS.hub(), OURS.clients_pem + OTHERS.clients_pem)
        await certificates.poll()
        assert await ask(port, OURS.roots_pem, BOX) == "UNAVAILABLE", "the hub shows the new one now"
        assert [await ask(port, both, box) for box in (BOX, OTHERS.box())] == ["served", "served"]
    assert certificates.taken == 1


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("server.key", lambda _: b""),
        ("server.key", half),
        ("server.key", lambda _: OTHERS.hub().key_pem),
        ("server.pem", half),
        ("server.pem", lambda _: b"\xff" * 4_000_000),
        ("clients.pem", lambda _: b""),
        ("clients.pem", lambda _: BOX.chain),
        ("clients.pem", None),
    ],
)
async def test_what_cannot_be_used_leaves_the_last_good_and_is_said_once(
    tmp_path: Path, name: str, damaged: Callable[[bytes], bytes] | None
) -> None:
    folder = tls_folder(tmp_path)
    certificates = ServerCertificates.open(folder)
    said: list[str] = []
    certificates.on_damage = said.append
    good = (folder / name).read_bytes()
    async with listening(certificates) as port:
        if damaged is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(damaged(good))
        for _ in range(LOOKS_BEFORE_DAMAGE - 1):
            await certificates.poll()
        assert said == [], "who replaces three files may be between two of them"
        for _ in range(3):
            await certificates.poll()
        assert len(said) == 1
        assert name in said[0]
        assert await ask(port, OURS.roots_pem, BOX) == "served"

        again = ServerCertificates.open(folder)  # a hub that starts now
        assert again.damage == said[0]
        async with listening(again) as second:
            assert await ask(second, OURS.roots_pem, BOX) == "served"

        (folder / name).write_bytes(good)
        await certificates.poll()
        assert (certificates.damage, certificates.taken) == ("", 0)


async def test_what_is_kept_beside_is_the_hubs_alone(tmp_path: Path) -> None:
    folder = tls_folder(tmp_path)
    ServerCertificates.open(folder)
    assert (folder / "last-good").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (folder / "last-good").iterdir()} == {0o600}


@pytest.mark.parametrize("address", ["0.0.0.0:0", "192.0.2.7:7420", "[::]:0", "hub.example:7420"])
async def test_without_certificates_no_address_is_open_to_others(tmp_path: Path, address: str) -> None:
    config = CentralConfig(tmp_path / "hub", grpc_address=address, http_address="127.0.0.1:0")
    with pytest.raises(CertificatesMissing, match=r"^.*anju-central ca init.*$") as refused:
        await run(config, asyncio.Event())
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "hub" / "store.sqlite").exists(), "nothing was begun"


def test_check_config_says_how_boxes_come(tmp_path: Path) -> None:
    def check(**keys: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["check-config", "--config", str(write_config(tmp_path, **keys))])
        return done.exit_code, done.stdout + done.stderr

    assert check()[0] == 0
    assert "boxes: 127.0.0.1:0，不加密，仅限本机 plain, this machine alone" in check()[1]
    code, said = check(grpc_address="0.0.0.0:7420")
    assert (code, "anju-central ca init" in said) == (1, True)
    tls_folder(tmp_path / "data")
    code, said = check(grpc_address="0.0.0.0:7420")
    assert (code, "boxes: 0.0.0.0:7420，凭证书 by certificate" in said) == (0, True)
    (tmp_path / "data" / "tls" / "server.key").write_bytes(b"half")
    code, said = check()
    assert (code, "server.key" in said) == (1, True)
    assert not (tmp_path / "data" / "tls" / "last-good").exists(), "nothing is written"


async def test_a_folder_that_is_there_is_never_passed_over(tmp_path: Path) -> None:
    config = CentralConfig(tmp_path, grpc_address="127.0.0.1:0")
    assert certificates_for(config) is None
    tls_folder(tmp_path)
    assert certificates_for(config) is not None
    for name in ("server.pem", "last-good/server.pem", "server.key"):
        (tmp_path / "tls" / name).unlink()
    with pytest.raises(CertificatesMissing, match=r"server\.pem"):
        certificates_for(config)


async def test_a_damaged_key_is_a_matter_at_the_console(tmp_path: Path) -> None:
    config = hub_config(tmp_path / "hub", None)
    tls_folder(config.data_dir)
    certificates_for(config)
    (config.data_dir / "tls" / "server.key").write_bytes(b"half")
    async with running_hub(replace(config, grpc_address="127.0.0.1:0")) as operator:
        incident = await operator.incident(lambda one: one["rule"] == "certificates_damaged")
        assert (incident["priority"], incident["box"]) == ("P4", "hub")


def test_a_hub_speaks_tls_1_3_alone(tmp_path: Path) -> None:
    config = write_config(tmp_path, data_dir="data")
    tls_folder(tmp_path / "data")
    with hub(config) as running:
        host, _, port = running.grpc.rpartition(":")
        spoken = [shakes_hands(tmp_path, host, int(port), version) for version in ("TLSv1_2", "TLSv1_3")]
    assert spoken == [False, True]


def shakes_hands(folder: Path, host: str, port: int, version: str) -> bool:
    own = folder / "box.pem"
    own.write_bytes(BOX.key_pem + BOX.chain)
    context = ssl.create_default_context(cadata=OURS.roots_pem.decode())
    context.load_cert_chain(own)
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    context.set_alpn_protocols(["h2"])
    try:
        with socket.create_connection((host, port)) as plain, context.wrap_socket(plain, server_hostname=host) as line:
            return len(line.recv(1)) == 1  # HTTP/2 settings
    except (ssl.SSLError, ConnectionError):
        return False


def test_a_hub_may_hold_the_connections_of_all_its_boxes() -> None:
    """4,096 connections were taken: of 3,000 boxes, each of which has two, some never got in."""
    most = dict(SERVER_OPTIONS)["grpc.max_allowed_incoming_connections"]
    assert most >= 2 * BOXES + 512
    assert most + 512 < WANTED, "pages and files have room beside them"
