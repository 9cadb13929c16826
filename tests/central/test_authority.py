"""The district's own authority: its files, what it signs, and the way from one root to the next."""

from __future__ import annotations

import datetime
import os
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access import authority_files as files
from anju_central.access.authority import (
    Authority,
    AuthorityDamaged,
    AuthorityMissing,
    RequestRefused,
    key_of_request,
    load_authority,
    read_certificates,
)
from anju_central.access.certificates import Key, hosts_of, new_key, spki_of
from anju_protos.box_uri import box_of, box_uri, read_box_uri
from anju_protos.claim_code import pin_of
from support.tls_pair import Shaken, shake

PASSPHRASE = "correct horse battery"
HOSTS = ["hub.example", "192.0.2.7"]
NOW_MS = 1_780_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    made = tmp_path / "data" / "tls"
    files.init(made, HOSTS, tmp_path / "root.key.pem", PASSPHRASE)
    return made


def server_context(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    context.load_verify_locations(folder / "clients.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def box_context(tmp_path: Path, roots: bytes, key: Key, chain: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=roots.decode())
    path = tmp_path / "box.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + chain)
    context.load_cert_chain(path)
    return context


def now_ms() -> int:
    return int(datetime.datetime.now(datetime.UTC).timestamp() * 1000)


def connect(tmp_path: Path, folder: Path, roots: bytes, host: str = "hub.example") -> Shaken:
    """A box that trusts `roots` and got its certificate just now speaks to the hub of `folder`."""
    authority, key = load_authority(folder), new_key()
    chain = authority.chain_pem(authority.issue(key.public_key(), "ningdu", "ningdu-1", now_ms()).der)
    return shake(box_context(tmp_path, roots, key, chain), server_context(folder), host)


def test_box_and_hub_trust_each_other_by_its_files(folder: Path, tmp_path: Path) -> None:
    roots = (folder / "roots.pem").read_bytes()
    seen = connect(tmp_path, folder, roots).server_saw
    assert seen is not None
    assert box_of(x509.load_der_x509_certificate(seen)) == ("ningdu", "ningdu-1")
    connect(tmp_path, folder, roots, "192.0.2.7")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        connect(tmp_path, folder, roots, "other.example")


def test_the_root_key_leaves_encrypted_and_nothing_else_holds_it(folder: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "root.key.pem"
    assert b"ENCRYPTED PRIVATE KEY" in key_file.read_bytes()
    key, root = files.read_root_key(key_file, PASSPHRASE, read_certificates(folder / "roots.pem"))
    assert spki_of(root) == spki_of(key.public_key())
    with pytest.raises(ValueError, match="passphrase is wrong"):
        files.read_root_key(key_file, "another horse battery", [root])
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert all(plain not in path.read_bytes() for path in folder.iterdir())
    for name in ("server.key", "issuing.key"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_is_overwritten(folder: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(files.AuthorityExists):
        files.init(folder, HOSTS, tmp_path / "other.key.pem", PASSPHRASE)
    with pytest.raises(files.AuthorityExists, match="only copy"):
        files.init(tmp_path / "data2", HOSTS, tmp_path / "root.key.pem", PASSPHRASE)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert not (tmp_path / "data2").exists()
    with pytest.raises(ValueError, match="12 characters"):
        files.init(tmp_path / "data2", HOSTS, tmp_path / "short.key.pem", "short")
    assert not (tmp_path / "short.key.pem").exists()


def test_every_certificate_is_as_box_and_hub_need_it(folder: Path) -> None:
    authority = load_authority(folder)
    issued = authority.issue(new_key().public_key(), "ningdu", "ningdu-1", NOW_MS)
    (server,), (root,) = read_certificates(folder / "server.pem"), read_certificates(folder / "roots.pem")
    for certificate in (issued.certificate, server, authority.issuing, root):
        assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
        for needed in (ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.SUBJECT_KEY_IDENTIFIER):
            assert certificate.extensions.get_extension_for_oid(needed)
    for certificate in (server, authority.issuing, root):
        assert (certificate.not_valid_before_utc.year, certificate.not_valid_after_utc.year) == (1970, 9999)
    assert hosts_of(server) == HOSTS
    assert issued.to_ms - NOW_MS == 90 * 86_400_000
    assert NOW_MS - issued.from_ms == 86_400_000
    usage = issued.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert int(issued.serial, 16) == issued.certificate.serial_number
    assert authority.pin == pin_of(spki_of(root))


def test_a_box_cannot_play_the_hub_and_the_issuing_key_makes_no_hub(folder: Path, tmp_path: Path) -> None:
    authority, key = load_authority(folder), new_key()
    chain = authority.chain_pem(authority.issue(key.public_key(), "ningdu", "ningdu-1", now_ms()).der)
    box = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    box.load_verify_locations(folder / "roots.pem")
    for pretended in (chain, fake_server(authority, key)):
        path = tmp_path / "fake.pem"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pretended)
        hub = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        hub.load_cert_chain(path)
        with pytest.raises(ssl.SSLError, match=r"(?i)unsuitable certificate purpose|unsupported certificate"):
            shake(box, hub, "hub.example")


def fake_server(authority: Authority, key: Key) -> bytes:
    """A server's certificate from a stolen issuing key."""
    from anju_central.access.certificates import make_server, pem

    return pem(make_server(key.public_key(), HOSTS, authority.issuing, authority.key), authority.issuing)


def test_a_new_root_that_the_old_one_signed_locks_nobody_out(folder: Path, tmp_path: Path) -> None:
    old_roots = (folder / "roots.pem").read_bytes()
    authority, key = load_authority(folder), new_key()
    old_chain = authority.chain_pem(authority.issue(key.public_key(), "ningdu", "ningdu-1", now_ms()).der)
    old = (tmp_path / "root.key.pem", PASSPHRASE)
    new_root = files.rotate_root(folder, authority.key, tmp_path / "root2.key.pem", PASSPHRASE, old)
    both = (folder / "roots.pem").read_bytes()
    assert new_root.subject != x509.load_pem_x509_certificate(old_roots).subject
    assert load_authority(folder).pin == pin_of(spki_of(new_root))
    for roots in (old_roots, both, both.split(b"-----END CERTIFICATE-----\n")[0] + b"-----END CERTIFICATE-----\n"):
        connect(tmp_path, folder, roots)
        shake(box_context(tmp_path, roots, key, old_chain), server_context(folder), "hub.example")
    with pytest.raises(files.AuthorityExists, match="under way"):
        files.rotate_root(folder, authority.key, tmp_path / "root3.key.pem", PASSPHRASE, None)
    files.set_hosts(folder, ["new.example"], tmp_path / "root2.key.pem", PASSPHRASE)
    connect(tmp_path, folder, old_roots, "new.example")
    files.drop_root(folder)
    new_only = (folder / "roots.pem").read_bytes()
    connect(tmp_path, folder, new_only, "new.example")
    shake(box_context(tmp_path, new_only, key, old_chain), server_context(folder), "new.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(tmp_path, folder, old_roots, "new.example")


def test_without_the_old_roots_key_the_hub_waits_for_the_switch(folder: Path, tmp_path: Path) -> None:
    old_roots = (folder / "roots.pem").read_bytes()
    authority = load_authority(folder)
    old_pin = authority.pin
    files.rotate_root(folder, authority.key, tmp_path / "root2.key.pem", PASSPHRASE, None)
    both = (folder / "roots.pem").read_bytes()
    assert load_authority(folder).pin == old_pin
    for roots in (old_roots, both):
        connect(tmp_path, folder, roots)
    with pytest.raises(files.AuthorityExists):
        files.drop_root(folder)
    files.switch_server(folder)
    assert load_authority(folder).pin != old_pin
    connect(tmp_path, folder, both)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(tmp_path, folder, old_roots)


def test_the_issuing_key_may_come_from_a_credential(folder: Path, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (folder / "issuing.key").rename(credentials / "issuing.key")
    with pytest.raises(AuthorityMissing, match=r"issuing\.key"):
        load_authority(folder, {})
    authority = load_authority(folder, {"CREDENTIALS_DIRECTORY": str(credentials)})
    assert authority.issue(new_key().public_key(), "ningdu", "ningdu-1", NOW_MS).serial


@pytest.mark.parametrize("name", ["roots.pem", "issuing.pem", "issuing.key"])
@pytest.mark.parametrize("damage", ["empty", "cut", "other", "missing", "folder"])
def test_a_damaged_file_is_named(folder: Path, tmp_path: Path, name: str, damage: str) -> None:
    path = folder / name
    data = path.read_bytes()
    if damage == "other":
        files.init(tmp_path / "other", HOSTS, tmp_path / "other.key.pem", PASSPHRASE)
        path.write_bytes((tmp_path / "other" / name).read_bytes())
    elif damage in ("missing", "folder"):
        path.unlink()
        if damage == "folder":
            path.mkdir()
    else:
        path.write_bytes(b"" if damage == "empty" else data[: len(data) // 2])
    with pytest.raises((AuthorityDamaged, AuthorityMissing), match=r"roots\.pem|issuing\.(pem|key)"):
        load_authority(folder, {})


def request(key: Key | ed25519.Ed25519PrivateKey) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    algorithm = hashes.SHA256() if isinstance(key, Key) else None
    return builder.sign(key, algorithm).public_bytes(Encoding.DER)


def test_only_requests_with_a_p256_key_that_their_sender_has_are_signed() -> None:
    key = new_key()
    good = request(key)
    assert spki_of(key_of_request(good)) == spki_of(key.public_key())
    tampered = bytearray(good)
    tampered[-1] ^= 1
    others = [b"", b"x" * 100, good[:-10], bytes(tampered), os.urandom(4000)]
    others += [request(ec.generate_private_key(ec.SECP384R1())), request(ed25519.Ed25519PrivateKey.generate())]
    for other in others:
        with pytest.raises(RequestRefused):
            key_of_request(other)


def test_the_name_of_a_box_is_of_one_form() -> None:
    assert read_box_uri(box_uri("ningdu", "ningdu-1")) == ("ningdu", "ningdu-1")
    for text in ("", "urn:anju:community:a:box:", "urn:anju:community:A:box:b", "urn:anju:community:a:box:b:box:c"):
        assert read_box_uri(text) is None
    with pytest.raises(ValueError, match="a-z"):
        box_uri("宁都", "b")


def test_the_command_says_what_to_do_with_the_root_key(tmp_path: Path) -> None:
    config = tmp_path / "central.toml"
    config.write_text(f'data_dir = "{tmp_path / "data"}"\n')
    (tmp_path / "word").write_text(PASSPHRASE + "\n")
    key = tmp_path / "root.pem"
    words = ["--config", str(config), "--passphrase-file", str(tmp_path / "word"), "--root-key", str(key)]
    runner = CliRunner()
    wrong = runner.invoke(app, ["ca", "init", *words, "--address", "not a host"])
    assert wrong.exit_code == 2
    assert "host name" in wrong.output
    made = runner.invoke(app, ["ca", "init", *words, "--address", "hub.example:7421", "--address", "2001:db8::7"])
    assert made.exit_code == 0, made.output
    assert "offline" in made.output
    assert "离线" in made.output
    again = runner.invoke(app, ["ca", "init", *words, "--address", "hub.example"])
    assert again.exit_code == 1
    assert "nothing was changed" in again.output
    shown = runner.invoke(app, ["ca", "show", "--config", str(config)])
    assert "hub.example, 2001:db8::7" in shown.output
    assert "no end" in shown.output
    moved = runner.invoke(app, ["ca", "set-address", *words, "--address", "hub2.example"])
    assert moved.exit_code == 0, moved.output
    rotated = ["ca", "rotate-root", "--config", str(config), "--root-key", str(tmp_path / "root2.pem")]
    rotated += ["--passphrase-file", str(tmp_path / "word"), "--old-passphrase-file", str(tmp_path / "word")]
    assert runner.invoke(app, rotated).exit_code == 2
    done = runner.invoke(app, [*rotated, "--old-root-key", str(key)])
    assert done.exit_code == 0, done.output
    assert runner.invoke(app, ["ca", "show", "--config", str(config)]).output.count("根 root") == 2
    assert runner.invoke(app, ["ca", "drop-root", "--config", str(config)]).exit_code == 0
