"""The certificate that browsers see, made by the hub or the district's own: renewal, damaged files, clocks, names."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from anju_central.access.console_certificate import LOOKS_BEFORE_TROUBLE, ConsoleCertificate, choose, server_context
from anju_central.access.console_certificates import (
    LIFE,
    fingerprint,
    is_for,
    make_authority,
    make_leaf,
    may_speak_for,
    names_of,
)
from anju_central.access.console_files import AUTHORITY, FOLDER, SERVER, replace_authority
from anju_central.config import CentralConfig, ConsoleConfig
from support.certificates import SERVER as FOR_SERVERS
from support.certificates import Authority, Issued, around_now, key_pem, new_key
from support.tls_pair import shake

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NAME, OTHER = "hub.example", "192.0.2.7"
DISTRICT = Authority("district's own")


class Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return int(self.now.timestamp() * 1000)


@pytest.fixture
def own(tmp_path: Path) -> CentralConfig:
    """A console whose certificate the hub makes."""
    return CentralConfig(tmp_path, http_address="0.0.0.0:7480", console=ConsoleConfig(f"{NAME} {OTHER}"))


@pytest.fixture
def district(own: CentralConfig, tmp_path: Path) -> CentralConfig:
    """A console with files of the district's."""
    files = ConsoleConfig(own.console.hosts, tmp_path / "console.pem", tmp_path / "console.key")
    put(issued(), files)
    return replace(own, console=files)


def issued(*names: str, days: float = 90, from_days: float = -1) -> Issued:
    general = tuple(x509.DNSName(name) for name in names or (NAME,))
    return DISTRICT.leaf(general, FOR_SERVERS, (NOW + from_days * DAY, NOW + days * DAY))


def put(pair: Issued, console: ConsoleConfig) -> None:
    assert console.certificate is not None
    assert console.key is not None
    console.certificate.write_bytes(pair.chain)
    console.key.write_bytes(pair.key_pem)


def seen_by(client: ssl.SSLContext, certificate: ConsoleCertificate, name: str = NAME) -> x509.Certificate:
    """What a browser that trusts some authority is shown. Raises ssl.SSLError when it would not go on."""
    shaken = shake(client, certificate.context(), name)
    der = shaken.client.getpeercert(True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


def trusting(authority: x509.Certificate | bytes | None) -> ssl.SSLContext:
    assert authority is not None
    pem = authority if isinstance(authority, bytes) else authority.public_bytes(Encoding.PEM)
    context = ssl.create_default_context(cadata=pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


# ---- made by the hub


def test_a_console_without_files_gets_a_certificate_that_its_authority_signed(own: CentralConfig) -> None:
    certificate = ConsoleCertificate.open(own, Clock(datetime.now(UTC)))
    for name in (NAME, OTHER, "localhost", "127.0.0.1"):
        leaf = seen_by(trusting(certificate.authority_pem), certificate, name)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < timedelta(days=397)
    assert (certificate.trouble, certificate.is_district) == ("", False)
    assert certificate.hosts == {NAME, OTHER, "localhost", "127.0.0.1", "::1"}
    with pytest.raises(ssl.SSLError, match="mismatch"):
        seen_by(trusting(certificate.authority_pem), certificate, "another.example")
    assert {path.stat().st_mode & 0o777 for path in (own.data_dir / FOLDER).iterdir()} == {0o600}
    assert (own.data_dir / FOLDER).stat().st_mode & 0o777 == 0o700


def test_it_has_nothing_to_do_with_the_boxes_root_and_vouches_for_no_other_site() -> None:
    key, leaf_key = new_key(), new_key()
    authority = make_authority(key, [NAME])
    assert may_speak_for(authority, [NAME, "localhost"])
    assert not may_speak_for(authority, [NAME, "bank.example"])
    forged = make_leaf(leaf_key.public_key(), ["bank.example"], authority, key, datetime.now(UTC))
    server = server_context(key_pem(leaf_key) + forged.public_bytes(Encoding.PEM))
    with pytest.raises(ssl.SSLError, match="permitted subtree violation"):
        shake(trusting(authority), server, "bank.example")


def test_from_a_third_of_its_life_on_it_is_renewed_under_the_same_authority(own: CentralConfig) -> None:
    first = choose(own, NOW)
    assert choose(own, NOW + LIFE / 3 - 2 * DAY).leaf == first.leaf, "a restart makes no new one"
    second = choose(own, NOW + LIFE / 3)
    assert second.leaf != first.leaf
    assert second.leaf.not_valid_after_utc > first.leaf.not_valid_after_utc + 100 * DAY
    assert second.authority == first.authority


def test_a_hub_that_was_off_for_two_years_shows_a_new_one_at_once(own: CentralConfig) -> None:
    first = choose(own, NOW)
    after = choose(own, NOW + 730 * DAY)
    assert after.leaf.not_valid_before_utc <= NOW + 730 * DAY <= after.leaf.not_valid_after_utc
    assert after.authority == first.authority


def test_a_clock_that_is_certainly_wrong_renews_nothing(own: CentralConfig) -> None:
    first = choose(own, NOW)
    for wrong in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2001, 1, 1, tzinfo=UTC), datetime(2250, 1, 1, tzinfo=UTC)):
        assert choose(own, wrong).leaf == first.leaf


@pytest.mark.parametrize("wrong", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2250, 6, 1, tzinfo=UTC)])
async def test_a_first_day_with_a_wrong_clock_is_mended_when_the_clock_is(own: CentralConfig, wrong: datetime) -> None:
    clock = Clock(wrong)
    certificate = ConsoleCertificate.open(own, clock)
    authority = certificate.authority_pem
    clock.now = datetime.now(UTC)
    await certificate.poll()
    seen_by(trusting(authority), certificate)


async def test_a_clock_that_went_back_from_a_believable_future_is_followed(own: CentralConfig) -> None:
    clock = Clock(NOW + 2_000 * DAY)
    certificate = ConsoleCertificate.open(own, clock)
    clock.now = NOW
    await certificate.poll()
    leaf = seen_by_anybody(certificate)
    assert leaf.not_valid_before_utc <= NOW <= leaf.not_valid_after_utc


def seen_by_anybody(certificate: ConsoleCertificate) -> x509.Certificate:
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    return seen_by(client, certificate)


def test_another_name_needs_another_authority_and_a_name_less_does_not(own: CentralConfig) -> None:
    first = choose(own, NOW)
    fewer = choose(replace(own, console=ConsoleConfig(NAME)), NOW)
    assert fewer.authority == first.authority
    assert names_of(fewer.leaf) == {NAME, "localhost", "127.0.0.1", "::1"}
    more = choose(replace(own, console=ConsoleConfig(f"{NAME} new.example")), NOW)
    assert more.authority != first.authority


async def test_a_new_authority_is_shown_at_once_and_the_old_one_ends(own: CentralConfig) -> None:
    certificate = ConsoleCertificate.open(own, Clock(datetime.now(UTC)))
    old = trusting(certificate.authority_pem)
    seen_by(old, certificate)
    replace_authority(own.data_dir, own.console_names, datetime.now(UTC))  # as `console new-authority` does beside it
    await certificate.poll()
    with pytest.raises(ssl.SSLError, match="self-signed certificate"):
        seen_by(old, certificate)
    seen_by(trusting(certificate.authority_pem), certificate)


@pytest.mark.parametrize("data", [b"", b"half", b"\xff" * 5_000])
def test_a_damaged_certificate_is_made_anew(own: CentralConfig, data: bytes) -> None:
    first = choose(own, NOW)
    (own.data_dir / FOLDER / SERVER).write_bytes(data)
    again = choose(own, NOW)
    assert (again.authority, again.trouble) == (first.authority, "")
    assert again.leaf != first.leaf


@pytest.mark.parametrize("data", [None, b"", b"half"])
def test_a_lost_authority_costs_no_trust_before_its_certificate_ends(own: CentralConfig, data: bytes | None) -> None:
    first = choose(own, NOW)
    path = own.data_dir / FOLDER / AUTHORITY
    good = path.read_bytes()
    path.unlink() if data is None else path.write_bytes(data)
    later = choose(own, NOW + 200 * DAY)
    assert later.leaf == first.leaf
    assert "backup" in later.trouble
    assert "new-authority" in later.trouble
    path.write_bytes(good)
    assert choose(own, NOW + 200 * DAY).trouble == ""
    path.unlink(missing_ok=True)
    ended = choose(own, NOW + 900 * DAY)
    assert ended.authority != first.authority


def test_a_disk_that_takes_nothing_does_not_keep_the_console_shut(own: CentralConfig) -> None:
    (own.data_dir / FOLDER).write_bytes(b"")  # a file where the folder should be
    certificate = ConsoleCertificate.open(own, Clock(datetime.now(UTC)))
    seen_by(trusting(certificate.authority_pem), certificate)
    assert "cannot be written" in certificate.trouble


# ---- the district's own


async def test_the_districts_files_are_shown_and_new_ones_taken(district: CentralConfig) -> None:
    clock = Clock()
    certificate = ConsoleCertificate.open(district, clock)
    assert certificate.is_district
    assert certificate.authority_pem is None
    first = seen_by_anybody(certificate)
    put(issued(), district.console)
    await certificate.poll()
    assert seen_by_anybody(certificate) != first
    assert certificate.trouble == ""


WRONG: dict[str, tuple[str, Any, str]] = {  # Any: what spoils one file, or makes a pair
    "half a certificate": ("certificate", lambda data: data[: len(data) // 3], "copy it once more"),
    "an empty key": ("key", lambda _data: b"", "copy it once more"),
    "another's key": ("key", lambda _data: issued().key_pem, "not the key of console.pem"),
    "no file": ("certificate", None, "no such file"),
    "another's name": ("both", lambda: issued("other.example"), "is for other.example, not for hub.example"),
    "what is for boxes": ("both", DISTRICT.box, "not for web servers"),
    "the wrong order": ("certificate", lambda data: DISTRICT.roots_pem + data, "not the key of"),
    "a chain that is none": ("certificate", lambda data: data + issued().chain, "in that order"),
    "megabytes": ("certificate", lambda _data: b"\xff" * 4_000_000, "copy it once more"),
}


@pytest.mark.parametrize("kind", WRONG)
async def test_what_cannot_be_used_leaves_the_last_good_one_and_says_whose_it_is(
    district: CentralConfig, kind: str
) -> None:
    clock = Clock()
    certificate = ConsoleCertificate.open(district, clock)
    said: list[str] = []
    certificate.on_trouble = said.append
    first = seen_by_anybody(certificate)
    spoil(district.console, kind)
    for _ in range(LOOKS_BEFORE_TROUBLE - 1):
        await certificate.poll()
    assert said == [], "who replaces two files does it one after the other"
    for _ in range(3):
        await certificate.poll()
    assert len(said) == 1
    assert WRONG[kind][2] in said[0]
    assert "the last good one stays in use" in said[0]
    assert seen_by_anybody(certificate) == first

    again = ConsoleCertificate.open(district, clock)  # a hub that starts now
    assert (again.trouble, again.is_district) == (said[0], True)
    assert seen_by_anybody(again) == first

    put(issued(), district.console)
    await certificate.poll()
    assert certificate.trouble == ""
    assert len(said) == 1


def spoil(console: ConsoleConfig, kind: str) -> None:
    which, how, _ = WRONG[kind]
    if which == "both":
        put(how(), console)
        return
    path = console.certificate if which == "certificate" else console.key
    assert path is not None
    if how is None:
        path.unlink()
    else:
        path.write_bytes(how(path.read_bytes()))


@pytest.mark.parametrize("kind", ["half a certificate", "no file"])
async def test_a_hub_that_starts_with_damaged_files_alone_shows_its_own(district: CentralConfig, kind: str) -> None:
    spoil(district.console, kind)
    certificate = ConsoleCertificate.open(district, Clock(datetime.now(UTC)))
    assert not certificate.is_district
    assert "until then the console shows one that the hub made" in certificate.trouble
    seen_by(trusting(certificate.authority_pem), certificate)


async def test_an_end_that_comes_near_is_said_once_and_an_end_once_more(district: CentralConfig) -> None:
    clock = Clock()
    certificate = ConsoleCertificate.open(district, clock)
    said: list[str] = []
    certificate.on_trouble = said.append
    for days in (59, 62, 62.1, 63, 80, 89, 91, 92):
        clock.now = NOW + days * DAY
        for _ in range(LOOKS_BEFORE_TROUBLE):
            await certificate.poll()
    assert [sentence.split(": ")[1].split()[0] for sentence in said] == ["ends", "ended"]
    assert all("order the next one" in sentence for sentence in said)
    assert seen_by_anybody(certificate).not_valid_after_utc < clock.now, "nothing better is there"


def test_names_may_come_from_the_districts_certificate(district: CentralConfig) -> None:
    console = ConsoleConfig(None, district.console.certificate, district.console.key)
    put(issued("console.example", "console"), console)
    certificate = ConsoleCertificate.open(replace(district, console=console), Clock())
    assert certificate.hosts == {"console.example", "console", "localhost", "127.0.0.1", "::1"}


def test_a_star_stands_for_one_label() -> None:
    leaf = x509.load_pem_x509_certificate(issued("*.district.example").chain)
    assert is_for(leaf, "hub.district.example")
    assert not is_for(leaf, "district.example")
    assert not is_for(leaf, "a.hub.district.example")


@pytest.mark.parametrize(("bits", "taken"), [(2048, True), (1024, False)])
def test_rsa_keys_as_public_authorities_sign_them(district: CentralConfig, bits: int, taken: bool) -> None:
    key = rsa.generate_private_key(65537, bits)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    leaf = DISTRICT.leaf((x509.DNSName(NAME),), FOR_SERVERS, around_now(), key)  # type: ignore[arg-type]  # RSA
    assert district.console.certificate is not None
    assert district.console.key is not None
    district.console.certificate.write_bytes(leaf.chain)
    district.console.key.write_bytes(pem)
    assert ConsoleCertificate.open(district, Clock()).is_district is taken


def test_tls_1_1_is_refused_and_1_2_keeps_secrets_forward(own: CentralConfig) -> None:
    certificate = ConsoleCertificate.open(own, Clock(datetime.now(UTC)))
    client = trusting(certificate.authority_pem)
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    cipher = shake(client, certificate.context(), NAME).client.cipher()
    assert cipher is not None
    assert cipher[0].startswith("ECDHE-ECDSA-")
    client.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.deprecated_call():
        client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        shake(client, certificate.context(), NAME)


def test_a_fingerprint_is_as_browsers_show_it(own: CentralConfig) -> None:
    text = fingerprint(choose(own, NOW).leaf)
    assert len(text.split(":")) == 32
    assert text == text.upper()
