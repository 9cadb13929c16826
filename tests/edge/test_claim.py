"""A box is claimed: the way to the hub part by part, what is sent when, and what a cut at any step leaves."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from anju_base.address import Address
from anju_base.whole_file import replace_file as replace_file_whole
from anju_central.access import authority_files, certificates
from anju_edge.identity import claim as claim_module
from anju_edge.identity import enrolment_client, key
from anju_edge.identity.claim import AlreadyClaimed, Place, claim
from anju_edge.identity.enrolment_client import NotServed, Part
from anju_edge.identity.key import FILES, IdentityDamaged, IdentityMissing, read_identity, read_key
from anju_protos.claim_code import ClaimCode
from anju_protos.enrolment import Reason
from support.cutting_line import cutting_line
from support.enrolment_rig import PASSPHRASE, Hub, running_hub

PLACE = Place("ningdu-1", "ningdu")


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


async def refusal(data: Path, code: ClaimCode, hub: Address, place: Place = PLACE) -> NotServed:
    with pytest.raises(NotServed) as raised:
        await claim(data, code, hub, place)
    assert not (data / "identity").exists()
    return raised.value


async def test_a_claimed_box_has_key_certificate_roots_and_hub(hub: Hub, data: Path) -> None:
    parts: list[Part] = []
    identity = await claim(data, hub.code(), hub.address, PLACE, lambda part, _detail: parts.append(part))
    assert parts == list(Part)
    assert (identity.community, identity.box) == ("ningdu", "ningdu-1")
    folder = data / "identity"
    assert (folder / "key.pem").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "roots.pem").read_bytes() == (hub.folder / "roots.pem").read_bytes()
    where = {"grpc": "127.0.0.1:7420", "enrolment": str(hub.address)}
    assert json.loads((folder / "hub.json").read_text()) == where
    assert read_identity(data) == identity
    assert not (data / "identity.new").exists()


async def test_a_claimed_box_is_not_claimed_again_unless_that_is_wanted(hub: Hub, data: Path) -> None:
    first = await claim(data, hub.code(), hub.address, PLACE)
    second = hub.code(secret=b"9876543210")
    with pytest.raises(AlreadyClaimed, match="--replace"):
        await claim(data, second, hub.address, PLACE)
    assert read_identity(data) == first
    replaced = await claim(data, second, hub.address, PLACE, replace=True)
    assert replaced.key_pem != first.key_pem
    assert (data / "identity.old" / "key.pem").read_bytes() == first.key_pem
    third = await claim(data, hub.code(secret=b"1111111111"), hub.address, PLACE, replace=True)
    assert read_identity(data) == third


async def test_with_a_wrong_pin_nothing_that_the_secret_made_is_sent(hub: Hub, data: Path) -> None:
    code = hub.code()
    error = await refusal(data, replace(code, pin=code.pin ^ 1), hub.address)
    assert (error.reason, error.part) == (Reason.OTHER_HUB, Part.PIN)
    assert hub.seen == ["/v1/roots"]


async def test_another_hubs_code_is_told_from_a_wrong_one(hub: Hub, data: Path, tmp_path: Path) -> None:
    async with running_hub(tmp_path / "other") as other:
        error = await refusal(data, other.code(), hub.address)
        assert (error.reason, hub.seen) == (Reason.OTHER_HUB, ["/v1/roots"])
    unknown = ClaimCode(b"aaaaaaaaaa", hub.files.authority().pin)
    assert (await refusal(data, unknown, hub.address)).reason is Reason.CODE_UNKNOWN
    error = await refusal(data, hub.code(), hub.address, Place("ningdu-1", "anju"))
    assert (error.reason, error.facts) == (Reason.WRONG_COMMUNITY, {"community": "ningdu", "box": "ningdu-1"})


async def test_no_such_name_and_no_such_port_are_told_apart(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = hub.code()
    error = await refusal(data, code, Address("no-such-hub.invalid", 7421))
    assert (error.reason, error.part) == (Reason.NAME, Part.NAME)
    free = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = free.sockets[0].getsockname()[1]
    free.close()
    await free.wait_closed()
    error = await refusal(data, code, Address("127.0.0.1", port))
    assert (error.reason, error.part) == (Reason.PORT, Part.TCP)
    monkeypatch.setattr(enrolment_client, "TLS_WITHIN_S", 0.2)
    kept = []  # Python 3.13 closes the connection of a writer that nobody holds

    async def say_nothing(*streams: object) -> None:
        kept.append(streams)

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    error = await refusal(data, code, Address("127.0.0.1", silent.sockets[0].getsockname()[1]))
    assert (error.reason, error.part) == (Reason.NO_ANSWER, Part.TLS)
    silent.close()


async def _portal(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(100)
    page = b"<html>log in</html>"
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(page), page))
    writer.close()


def _own_certificate(folder: Path) -> ssl.SSLContext:
    """What a portal or a proxy presents: a certificate of its own."""
    key_pair = certificates.new_key()
    root = certificates.make_root(key_pair)
    path = folder / "portal.pem"
    leaf = certificates.make_server(key_pair.public_key(), ["127.0.0.1"], root, key_pair)
    path.write_bytes(
        key_pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificates.pem(leaf, root)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("encrypted", [False, True])
async def test_a_captive_portal_is_named(hub: Hub, data: Path, tmp_path: Path, encrypted: bool) -> None:
    context = _own_certificate(tmp_path) if encrypted else None
    server = await asyncio.start_server(_portal, "127.0.0.1", 0, ssl=context)
    error = await refusal(data, hub.code(), Address("127.0.0.1", server.sockets[0].getsockname()[1]))
    assert error.reason is Reason.PORTAL
    server.close()


async def test_a_proxy_that_opens_tls_never_sees_the_proof(hub: Hub, data: Path, tmp_path: Path) -> None:
    upstream = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    upstream.check_hostname, upstream.verify_mode = False, ssl.CERT_NONE

    async def open_it(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(hub.address.host, hub.address.port, ssl=upstream)
        far_writer.write(await reader.readuntil(b"\r\n\r\n"))
        writer.write(await far_reader.readuntil(b"}"))
        for end in (writer, far_writer):
            end.close()

    server = await asyncio.start_server(open_it, "127.0.0.1", 0, ssl=_own_certificate(tmp_path))
    error = await refusal(data, hub.code(), Address("127.0.0.1", server.sockets[0].getsockname()[1]))
    assert (error.reason, error.part) == (Reason.PORTAL, Part.PROOF)
    assert hub.seen == ["/v1/roots"]
    server.close()


async def test_a_name_that_is_not_in_the_hubs_certificate_says_what_to_do(data: Path, tmp_path: Path) -> None:
    async with running_hub(tmp_path / "hub", hosts=("hub.example",)) as hub:
        error = await refusal(data, hub.code(), hub.address)
        assert (error.reason, error.part) == (Reason.TLS, Part.PROOF)
        assert "set-address" in error.detail
        authority_files.set_hosts(hub.folder, ["127.0.0.1"], hub.root_key, PASSPHRASE)
        await claim(data, hub.code(), hub.address, PLACE)


async def test_an_answer_that_is_lost_at_any_byte_costs_nothing(hub: Hub, data: Path) -> None:
    code, cuts, lost = hub.code(), 0, 0
    while not (data / "identity").exists():
        async with cutting_line(hub.address, cuts) as line:
            try:
                await claim(data, code, line, PLACE)
            except NotServed as error:
                assert error.reason in (Reason.TLS, Reason.PORT, Reason.NO_ANSWER)  # noqa: PT017  # some cuts go through
                lost += 1
        cuts += 900
        assert cuts < 60_000
    assert lost > 5
    assert len(hub.memory.certificates) == 1
    assert hub.memory.claims[code.claim_id].used_ms is not None


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("step", range(12))
async def test_a_box_that_is_killed_at_any_write_is_claimed_at_the_next_try(
    hub: Hub, data: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = step
    written, renamed = replace_file_whole, Path.rename

    def count() -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1

    def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
        count()
        written(path, content, mode)

    def rename(self: Path, target: Path) -> Path:
        count()
        return renamed(self, target)

    with monkeypatch.context() as patched:
        for module in (key, claim_module):
            patched.setattr(module, "replace_file", replace_file)
        patched.setattr(Path, "rename", rename)
        with contextlib.suppress(Killed):
            await claim(data, hub.code(), hub.address, PLACE)
    with contextlib.suppress(IdentityMissing):  # one that was whole is taken at the next start
        read_identity(data)
    if not (data / "identity").exists():
        code = ClaimCode(b"0123456789", hub.files.authority().pin)
        await claim(data, code, hub.address, PLACE)
    assert read_identity(data).box == "ningdu-1"
    assert len(hub.memory.certificates) == 1


async def test_a_damaged_file_leaves_the_last_good_one(hub: Hub, data: Path, tmp_path: Path) -> None:
    identity = await claim(data, hub.code(), hub.address, PLACE)
    key.own_key(tmp_path / "another")
    other_key = (tmp_path / "another" / "key.pem").read_bytes()
    for name in FILES:
        path = data / "identity" / name
        whole = path.read_bytes()
        for damage in (b"", whole[: len(whole) // 2], None, *((other_key,) if name == "key.pem" else ())):
            path.unlink()
            if damage is not None:
                path.write_bytes(damage)
            found = read_identity(data)
            assert name in found.damage
            assert replace(found, damage="") == identity
            path.write_bytes(whole)
    assert read_identity(data) == identity
    for folder in (data / "identity", data / "identity" / "last-good"):
        (folder / "roots.pem").write_bytes(b"")
    with pytest.raises(IdentityDamaged, match="roots"):
        read_identity(data)


def test_a_box_that_was_never_claimed_says_so(data: Path) -> None:
    with pytest.raises(IdentityMissing, match="anju-edge claim"):
        read_identity(data)


def test_a_key_is_made_once(data: Path) -> None:
    first = key.own_key(data / "identity.new")
    again = key.own_key(data / "identity.new")
    assert first.private_numbers() == again.private_numbers()
    (data / "identity.new" / "key.pem").write_bytes(b"not a key")
    with pytest.raises(IdentityDamaged):
        key.own_key(data / "identity.new")
    assert (data / "identity.new" / "key.pem").read_bytes() == b"not a key"
    with pytest.raises(IdentityDamaged, match="no private key"):
        read_key(data / "identity.new" / "key.pem")
