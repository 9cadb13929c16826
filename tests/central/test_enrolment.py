"""The enrolment listener on real sockets: who gets a certificate, who does not, and what each is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from anju_central.access import authority_files, certificates
from anju_central.access.certificates import Key, make_box, new_key, pem, spki_hash
from anju_central.access.guesses import CLAIMS
from anju_central.process import tls_door
from anju_protos.box_uri import box_of
from anju_protos.claim_code import ClaimCode
from support.enrolment_rig import DAY_MS, PASSPHRASE, Hub, ask, claim, client_context, csr, running_hub

Answer = tuple[int, dict[str, Any]]


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with running_hub(tmp_path) as running:
        yield running


def reason(answer: Answer) -> str:
    assert answer[1]["hub_time_ms"]
    return str(answer[1].get("reason", "granted"))


def leaf(answer: Answer) -> x509.Certificate:
    assert answer[0] == 200, answer
    return x509.load_pem_x509_certificates(answer[1]["certificate"].encode())[0]


def chain(answer: Answer) -> bytes:
    assert answer[0] == 200, answer
    return bytes(answer[1]["certificate"].encode())


async def renew(hub: Hub, tmp_path: Path, key: Key, certificate: bytes) -> Answer:
    return await ask(hub, "/v1/renew", {}, client_context(hub, tmp_path, (key, certificate)))


async def reasons(hub: Hub, tmp_path: Path, key: Key, certificate: bytes) -> Answer:
    return await ask(hub, "/v1/reasons", {}, client_context(hub, tmp_path, (key, certificate)))


async def test_a_code_gives_a_certificate_that_says_community_and_box(hub: Hub) -> None:
    key = new_key()
    answer = await claim(hub, hub.code(), key)
    certificate = leaf(answer)
    assert box_of(certificate) == ("ningdu", "ningdu-1")  # not what the request asked for
    assert spki_hash(certificate) == spki_hash(key.public_key())
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert answer[1]["roots"].encode() == (hub.folder / "roots.pem").read_bytes()
    assert (answer[1]["grpc_port"], answer[1]["hub_time_ms"]) == (7420, hub.clock.now_ms)


async def test_a_code_is_good_once_and_says_when_it_was_used(hub: Hub) -> None:
    code = hub.code()
    leaf(await claim(hub, code, new_key()))
    used_ms = hub.clock.now_ms
    hub.clock.now_ms += DAY_MS
    answer = await claim(hub, code, new_key())
    assert reason(answer) == "code_used"
    assert answer[1]["facts"] == {"used_ms": used_ms, "box": "ningdu-1"}
    assert len(hub.memory.certificates) == 1


async def test_the_same_key_gets_the_answer_that_was_lost_even_after_the_code_is_over(hub: Hub) -> None:
    code, key = hub.code(), new_key()
    first = await claim(hub, code, key)
    hub.clock.now_ms += 30 * DAY_MS
    again = await claim(hub, code, key)
    assert leaf(again) == leaf(first)
    assert len(hub.memory.certificates) == 1


async def test_many_that_use_one_code_at_once_make_one_box(hub: Hub) -> None:
    code, keys = hub.code(), [new_key() for _ in range(6)]
    answers = await asyncio.gather(*(claim(hub, code, key) for key in keys))
    assert sorted(map(reason, answers)) == ["code_used"] * 5 + ["granted"]
    assert len(hub.memory.certificates) == 1


@pytest.mark.parametrize(
    ("days", "change", "expected"),
    [
        (8, {}, "code_expired"),
        (0, {"withdrawn_ms": 1}, "code_withdrawn"),
        (0, {"locked_ms": 1}, "code_locked"),
        (-3, {}, "hub_clock"),
    ],
)
async def test_a_code_that_is_not_open_says_why(hub: Hub, days: int, change: dict[str, Any], expected: str) -> None:
    code = hub.code()
    hub.memory.claims[code.claim_id] = replace(hub.memory.claims[code.claim_id], **change)
    hub.clock.now_ms += days * DAY_MS
    assert reason(await claim(hub, code, new_key())) == expected
    assert not hub.memory.certificates


async def test_a_box_that_is_set_up_as_another_is_told_before_the_code_is_used(hub: Hub) -> None:
    code, key = hub.code(), new_key()
    for community, box in (("anju", "ningdu-1"), ("ningdu", "ningdu-2")):
        answer = await claim(hub, code, key, community=community, box=box)
        assert reason(answer) == "wrong_community"
        assert answer[1]["facts"] == {"community": "ningdu", "box": "ningdu-1"}
    leaf(await claim(hub, code, key, community="ningdu", box="ningdu-1"))


@pytest.mark.parametrize("part", ["proof", "csr", "nonce"])
async def test_what_was_proven_is_what_was_sent(hub: Hub, part: str) -> None:
    other = csr(new_key()).hex() if part == "csr" else ""

    def spoil(body: dict[str, Any]) -> None:
        body[part] = other or body[part][:-2] + f"{int(body[part][-2:], 16) ^ 1:02x}"

    expected = "request" if part == "nonce" else "code_unknown"
    assert reason(await claim(hub, hub.code(), new_key(), spoil)) == expected
    assert not hub.memory.certificates


async def test_a_replayed_claim_gives_nothing_new(hub: Hub) -> None:
    seen: list[dict[str, Any]] = []
    code, key = hub.code(), new_key()
    first = await claim(hub, code, key, lambda body: seen.append(dict(body)))
    assert leaf(await ask(hub, "/v1/claim", seen[0])) == leaf(first)  # useless without the key
    hub.clock.monotonic_s += 121
    assert reason(await ask(hub, "/v1/claim", seen[0])) == "request"


async def test_wrong_proofs_lock_the_code(hub: Hub) -> None:
    code = hub.code()
    wrong = ClaimCode(b"abcdefghij", code.pin, code.hub)
    for _ in range(5):
        answer = await claim(hub, wrong, new_key(), lambda body: body.update(claim=code.claim_id))
        assert reason(answer) == "code_unknown"
    assert reason(await claim(hub, code, new_key())) == "code_locked"


async def test_guesses_lock_the_address_out_and_time_is_the_way_back(hub: Hub) -> None:
    code, key = hub.code(), new_key()
    wrong = [ClaimCode(bytes([number] * 10), code.pin).claim_id for number in range(11)]
    answers = [await ask(hub, "/v1/reasons", {"claim": one}) for one in wrong]
    assert [reason(answer) for answer in answers] == ["code_unknown"] * 9 + ["code_locked"] * 2
    assert answers[-1][1]["facts"]["retry_s"] <= 61
    assert reason(await claim(hub, ClaimCode(b"aaaaaaaaaa", code.pin), key)) == "code_locked"
    leaf(await claim(hub, code, key))  # who really has a code is not kept out by a neighbour who guesses
    hub.clock.monotonic_s += 61
    assert reason(await ask(hub, "/v1/reasons", {"claim": "0" * 32})) == "code_locked"  # twice as long
    hub.clock.monotonic_s += 3700
    assert reason(await ask(hub, "/v1/reasons", {"claim": "0" * 32})) == "code_unknown"


async def test_who_asks_too_often_waits(hub: Hub) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=client_context(hub), limit=4)) as session:

        async def once() -> int:
            async with session.get(f"https://{hub.address}/v1/nonce") as answer:
                return answer.status

        statuses = await asyncio.gather(*(once() for _ in range(int(CLAIMS.burst) + 10)))
    assert statuses.count(429) == 10
    hub.clock.monotonic_s += 1
    assert (await ask(hub, "/v1/nonce"))[0] == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"claim": 1}', b'{"claim": "zz"}', b"\xff\xfe", b'{"claim": "' + b"0" * 9000 + b'"}'],
)
async def test_nonsense_is_refused_and_not_repeated(hub: Hub, body: bytes) -> None:
    for path in ("/v1/claim", "/v1/reasons"):
        status, answer = await ask(hub, path, body)
        assert (status, answer["reason"]) == (400, "request")
        assert "0" * 20 not in str(answer)
    assert (await ask(hub, "/v1/other"))[0] == 404
    assert (await ask(hub, "/v1/claim", b"0" * 20_000))[0] == 413


async def test_renewal_is_by_the_certificate_itself_also_when_it_is_over(hub: Hub, tmp_path: Path) -> None:
    key = new_key()
    certificate = chain(await claim(hub, hub.code(), key))
    for days in (30, 90, 300):
        hub.clock.now_ms += days * DAY_MS
        newer = await renew(hub, tmp_path, key, certificate)
        ends = leaf(newer).not_valid_after_utc
        assert int(ends.timestamp() * 1000) == hub.clock.now_ms + 90 * DAY_MS
        assert box_of(leaf(newer)) == ("ningdu", "ningdu-1")
        certificate = chain(newer)
    hub.clock.now_ms += (90 + 366) * DAY_MS
    assert reason(await renew(hub, tmp_path, key, certificate)) == "certificate_too_old"
    assert reason(await reasons(hub, tmp_path, key, certificate)) == "certificate_too_old"


async def test_a_lost_renewal_is_given_again(hub: Hub, tmp_path: Path) -> None:
    key = new_key()
    certificate = chain(await claim(hub, hub.code(), key))
    hub.clock.now_ms += 31 * DAY_MS
    first, again = [await renew(hub, tmp_path, key, certificate) for _ in range(2)]
    assert leaf(first) == leaf(again)
    assert len(hub.memory.certificates) == 2


@pytest.mark.parametrize(("state", "expected"), [("revoked", "box_revoked"), ("retired", "box_retired")])
async def test_the_registry_decides_about_renewals(hub: Hub, tmp_path: Path, state: str, expected: str) -> None:
    key, code = new_key(), hub.code()
    certificate = chain(await claim(hub, code, key))
    assert reason(await reasons(hub, tmp_path, key, certificate)) == "fine"
    hub.memory.states["ningdu-1"] = state
    assert reason(await renew(hub, tmp_path, key, certificate)) == expected
    assert reason(await reasons(hub, tmp_path, key, certificate)) == expected
    assert reason(await claim(hub, code, key)) == expected


async def test_only_the_newest_key_of_a_box_is_served(hub: Hub, tmp_path: Path) -> None:
    old_key, key = new_key(), new_key()
    old = chain(await claim(hub, hub.code(), old_key))
    new = chain(await claim(hub, hub.code(secret=b"9876543210"), key))
    assert reason(await renew(hub, tmp_path, old_key, old)) == "certificate_old"
    assert reason(await reasons(hub, tmp_path, old_key, old)) == "certificate_old"
    leaf(await renew(hub, tmp_path, key, new))


async def test_a_box_finds_its_reason_by_certificate_or_code(hub: Hub, tmp_path: Path) -> None:
    key, code = new_key(), hub.code()

    async def by_code(of: ClaimCode) -> str:
        return reason(await ask(hub, "/v1/reasons", {"claim": of.claim_id}))

    assert await by_code(code) == "fine"
    assert await by_code(ClaimCode(b"aaaaaaaaaa", code.pin)) == "code_unknown"
    assert reason(await ask(hub, "/v1/reasons", {})) == "no_certificate"
    certificate = chain(await claim(hub, code, key))
    assert await by_code(code) == "code_used"
    hub.clock.now_ms += 91 * DAY_MS
    assert reason(await reasons(hub, tmp_path, key, certificate)) == "certificate_ended"
    hub.clock.now_ms -= 100 * DAY_MS
    assert reason(await reasons(hub, tmp_path, key, certificate)) == "hub_clock"
    assert reason(await renew(hub, tmp_path, key, certificate)) == "hub_clock"


def made(hub: Hub, key: Key, kind: str, tmp_path: Path) -> bytes:
    """A certificate that is wrong in one way."""
    authority = hub.files.authority()
    now = datetime.fromtimestamp(hub.clock.now_ms / 1000, UTC)
    if kind == "rogue":
        authority_files.init(tmp_path / "rogue", ["rogue"], tmp_path / "rogue.key.pem", PASSPHRASE)
        other = certificates.make_root(authority.key)
        return pem(make_box(key.public_key(), "ningdu", "ningdu-1", other, key, now))
    if kind == "server":
        return pem(
            certificates.make_server(key.public_key(), ["a"], authority.issuing, authority.key), authority.issuing
        )
    offsets = {"expired": -400, "not yet valid": 400, "unknown to the registry": 0}
    moved = now + timedelta(days=offsets[kind])
    return pem(
        make_box(key.public_key(), "ningdu", "ningdu-1", authority.issuing, authority.key, moved), authority.issuing
    )


@pytest.mark.parametrize("kind", ["rogue", "server"])
async def test_tls_refuses_certificates_of_others_and_for_servers(hub: Hub, tmp_path: Path, kind: str) -> None:
    key = new_key()
    context = client_context(hub, tmp_path, (key, made(hub, key, kind, tmp_path)))
    with pytest.raises((aiohttp.ClientError, ssl.SSLError, ConnectionError)):
        await ask(hub, "/v1/nonce", None, context)
    assert (await ask(hub, "/v1/nonce"))[0] == 200


@pytest.mark.parametrize("kind", ["expired", "not yet valid", "unknown to the registry"])
async def test_a_signed_certificate_that_the_registry_does_not_know_gets_nothing(
    hub: Hub, tmp_path: Path, kind: str
) -> None:
    key = new_key()
    hub.code()
    assert reason(await renew(hub, tmp_path, key, made(hub, key, kind, tmp_path))) == "no_certificate"


async def test_a_certificate_of_another_community_renews_as_that_one_alone(hub: Hub, tmp_path: Path) -> None:
    key, other_key = new_key(), new_key()
    leaf(await claim(hub, hub.code(), key))
    other = chain(await claim(hub, hub.code("anju-1", "anju", b"9876543210"), other_key))
    hub.clock.now_ms += 40 * DAY_MS
    assert box_of(leaf(await renew(hub, tmp_path, other_key, other))) == ("anju", "anju-1")


async def test_tls_1_2_and_plain_http_are_refused(hub: Hub) -> None:
    context = client_context(hub)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(aiohttp.ClientError):
        await ask(hub, "/v1/nonce", None, context)
    reader, writer = await asyncio.open_connection(hub.address.host, hub.address.port)
    writer.write(b"GET /v1/nonce HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"200" not in await reader.read()
    writer.close()
    assert (await ask(hub, "/v1/nonce"))[0] == 200


async def test_many_that_never_shake_hands_keep_nobody_out(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_door, "MAX_UNSHAKEN", 16)
    silent = [await asyncio.open_connection(hub.address.host, hub.address.port) for _ in range(40)]
    assert (await ask(hub, "/v1/nonce"))[0] == 200
    closed = [asyncio.create_task(reader.read()) for reader, _ in silent]
    done, _ = await asyncio.wait(closed, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert done
    for task in closed:
        task.cancel()
    await asyncio.gather(*closed, return_exceptions=True)
    for _, writer in silent:
        writer.close()


async def test_new_files_are_taken_and_bad_ones_are_not(hub: Hub, tmp_path: Path) -> None:
    key = new_key()
    certificate = chain(await claim(hub, hub.code(), key))
    authority_files.set_hosts(hub.folder, ["127.0.0.1", "new.example"], hub.root_key, PASSPHRASE)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=client_context(hub))) as session:
        async with session.get(f"https://{hub.address}/v1/nonce", server_hostname="new.example") as answer:
            assert answer.status == 200
    old = (hub.root_key, PASSPHRASE)
    authority_files.rotate_root(hub.folder, hub.files.authority().key, tmp_path / "root2.pem", PASSPHRASE, old)
    hub.clock.now_ms += 40 * DAY_MS
    renewed = await renew(hub, tmp_path, key, certificate)
    assert renewed[1]["roots"].count("BEGIN CERTIFICATE") == 2
    (hub.folder / "server.pem").write_bytes(b"not a certificate")
    assert (await ask(hub, "/v1/nonce"))[0] == 200


async def test_one_connection_may_ask_many_things(hub: Hub) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=client_context(hub), limit=1)) as session:
        for path in ("/v1/roots", "/v1/nonce", "/v1/roots"):
            async with session.get(f"https://{hub.address}{path}") as answer:
                assert (await answer.json())["service"] == "anju-enrolment-1"
