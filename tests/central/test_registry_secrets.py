"""What is sealed in the registry opens with its own key, for its own purpose, in its own row, and never else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_central.registry.secrets import KEY_FILE, OVERHEAD_BYTES, RegistrySecrets, SecretsUnavailable

NOWHERE: dict[str, str] = {}


def keys(folder: Path) -> RegistrySecrets:
    """The keys of a folder, made where there are none."""
    folder.mkdir(exist_ok=True)
    found = RegistrySecrets(folder, NOWHERE)
    found.make()
    return found


def refusal(found: RegistrySecrets, sealed: bytes, whose: str = "op-7", purpose: str = "totp") -> str:
    with pytest.raises(SecretsUnavailable) as refused:
        found.open(purpose).unseal(sealed, whose)
    return refused.value.reason


@pytest.fixture(scope="module")
def sealing(tmp_path_factory: pytest.TempPathFactory) -> RegistrySecrets:
    return keys(tmp_path_factory.mktemp("keys"))


@given(plain=st.binary(max_size=100), whose=st.text(max_size=40))
def test_what_is_sealed_opens_for_its_purpose_and_row_alone(sealing: RegistrySecrets, plain: bytes, whose: str) -> None:
    box = sealing.open("totp")
    sealed = box.seal(plain, whose)
    assert box.unseal(sealed, whose) == plain
    assert box.seal(plain, whose) != sealed
    assert len(sealed) == len(plain) + OVERHEAD_BYTES
    assert refusal(sealing, sealed, whose + "x") == "damaged"
    assert refusal(sealing, sealed, whose, "id-number") == "damaged"


@given(junk=st.binary(max_size=80))
def test_junk_is_refused_in_words(sealing: RegistrySecrets, junk: bytes) -> None:
    assert refusal(sealing, junk) in ("damaged", "other-key")


def test_every_byte_of_a_sealed_value_counts(sealing: RegistrySecrets) -> None:
    sealed = sealing.open("totp").seal(b"twenty bytes, or so.", "op-7")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert refusal(sealing, bytes(changed)) in ("damaged", "other-key")


def test_a_mark_finds_doubles_and_differs_by_purpose_and_key(tmp_path: Path) -> None:
    one, other = keys(tmp_path / "a"), keys(tmp_path / "b")
    number = b"110101199003070000"
    assert one.open("id-number").mark(number) == RegistrySecrets(tmp_path / "a", NOWHERE).open("id-number").mark(number)
    assert len({one.open("a").mark(number), one.open("b").mark(number), other.open("a").mark(number)}) == 3
    before = one.open("id-number").mark(number)
    one.add_new()
    assert one.open("id-number").marks(number)[1:] == [before]
    assert one.open("id-number").mark(number) != before


def test_the_key_is_the_owners_alone_made_once_and_shown_nowhere(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as at_once:
        ids = set(at_once.map(lambda _: RegistrySecrets(tmp_path, NOWHERE).make(), range(8)))
    assert len(ids) == 1
    path = tmp_path / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == [KEY_FILE]
    secret = path.read_text().strip().rpartition(":")[2]
    assert secret not in repr(vars(RegistrySecrets(tmp_path, NOWHERE)))


def test_a_lost_key_is_said_and_counts_again_when_it_is_back_without_a_restart(tmp_path: Path) -> None:
    found = keys(tmp_path)
    sealed = found.open("totp").seal(b"secret", "op-7")
    path = tmp_path / KEY_FILE
    kept = path.read_bytes()
    path.unlink()
    later = RegistrySecrets(tmp_path, NOWHERE)
    assert refusal(later, sealed) == "missing"
    with pytest.raises(SecretsUnavailable, match=f"{path} is missing: put it back"):
        later.open("totp").seal(b"x", "op-7")
    path.write_bytes(kept)
    assert later.open("totp").unseal(sealed, "op-7") == b"secret"


def test_another_key_is_told_from_damage_and_both_keys_may_stand_in_the_file(tmp_path: Path) -> None:
    one, other = keys(tmp_path / "a"), keys(tmp_path / "b")
    sealed = one.open("totp").seal(b"secret", "op-7")
    assert refusal(other, sealed) == "other-key"
    path = tmp_path / "b" / KEY_FILE
    path.write_bytes(path.read_bytes() + (tmp_path / "a" / KEY_FILE).read_bytes())
    assert other.open("totp").unseal(sealed, "op-7") == b"secret"
    assert other.ids[1:] == one.ids
    assert refusal(one, other.open("totp").seal(b"x", "op-7")) == "other-key"


@pytest.mark.parametrize("spoil", [b"", b"# nothing\n", b"\xff\xfe", b"deadbeef:00\n", b"not a key at all\n"])
def test_a_damaged_file_is_said_replaced_by_nothing_and_kept(tmp_path: Path, spoil: bytes) -> None:
    keys(tmp_path)
    path = tmp_path / KEY_FILE
    path.write_bytes(spoil)
    found = RegistrySecrets(tmp_path, NOWHERE)
    fault = found.fault()
    assert fault is not None
    assert fault.reason == "damaged"
    assert str(path) in str(fault)
    with pytest.raises(SecretsUnavailable):
        found.make()
    assert path.read_bytes() == spoil
    found.add_new()
    assert found.fault() is None
    assert path.with_name("registry.key.damaged").read_bytes() == spoil


def test_half_a_key_is_no_key(tmp_path: Path) -> None:
    keys(tmp_path)
    path = tmp_path / KEY_FILE
    whole = path.read_bytes()
    for length in range(len(whole) - 1):  # without its last end of line it is whole
        path.write_bytes(whole[:length])
        assert RegistrySecrets(tmp_path, NOWHERE).fault() is not None, length


def test_a_systemd_credential_comes_first_and_the_file_still_opens_what_is_old(tmp_path: Path) -> None:
    old = keys(tmp_path / "data")
    sealed = old.open("totp").seal(b"secret", "op-7")
    given = keys(tmp_path / "credentials")
    both = RegistrySecrets(tmp_path / "data", {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")})
    assert both.ids == given.ids + old.ids
    assert both.open("totp").unseal(sealed, "op-7") == b"secret"
    assert given.open("totp").unseal(both.open("totp").seal(b"new", "op-7"), "op-7") == b"new"
