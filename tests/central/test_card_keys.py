"""The hub gives a box the keys of its own journal, to nobody else, and keeps what opened earlier ones."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from anju_central.access.authority import AuthorityDamaged
from anju_central.access.card_keys import CARD_KEY, CardKeeper, load_card_keys, rotate_card_key
from anju_central.access.proven_box import ProvenBox
from anju_protos.box_uri import box_uri
from anju_protos.key_wrap import KEY_BYTES, purpose_of, wrap_key
from anju_protos.v1.control_pb2 import LockedKeys, WrappedKey

EAST = ProvenBox("box-1", "east", bytes(32), 1 << 40)
ID, KEY = b"8 bytes.", bytes(range(KEY_BYTES))


class Audited(list[tuple[str, str, int, int]]):
    def note(self, *what: str | int) -> None:
        self.append(what)  # type: ignore[arg-type]  # as `Audit` says


def asked(keys: list[ec.EllipticCurvePrivateKey], of: ProvenBox = EAST) -> LockedKeys:
    wrapped = wrap_key(KEY, keys[0].public_key(), purpose_of(box_uri(of.community, of.box), ID))
    return LockedKeys(keys=[WrappedKey(id=ID, wrapped=wrapped)])


def test_a_box_gets_its_own_keys_and_it_is_written_down(tmp_path: Path) -> None:
    keys, audit = load_card_keys(tmp_path), Audited()
    answer = CardKeeper(keys, audit.note).answer(EAST, asked(keys))
    assert answer is not None
    assert [(one.id, one.key) for one in answer.keys] == [(ID, KEY)]
    assert len(answer.wrap_to) == 65
    assert audit == [("box-1", "east", 1, 0)]


@pytest.mark.parametrize("other", [ProvenBox("box-2", "east", bytes(32), 1 << 40), ProvenBox("box-1", "west", b"", 1)])
def test_another_box_gets_none_of_them(tmp_path: Path, other: ProvenBox) -> None:
    keys, audit = load_card_keys(tmp_path), Audited()
    answer = CardKeeper(keys, audit.note).answer(other, asked(keys))
    assert answer is not None
    assert not answer.keys
    assert list(answer.refused) == [ID]
    assert audit == [(other.box, other.community, 0, 1)]


def test_whoever_proves_nothing_is_told_nothing(tmp_path: Path) -> None:
    keys, audit = load_card_keys(tmp_path), Audited()
    assert CardKeeper(keys, audit.note).answer(None, asked(keys)) is None
    assert not audit


def test_a_question_without_keys_tells_what_to_wrap_to(tmp_path: Path) -> None:
    audit = Audited()
    answer = CardKeeper(load_card_keys(tmp_path), audit.note).answer(EAST, LockedKeys())
    assert answer is not None
    assert answer.wrap_to
    assert not audit


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    [first] = load_card_keys(tmp_path)
    [again] = load_card_keys(tmp_path)
    assert first.private_numbers() == again.private_numbers()
    assert stat.S_IMODE((tmp_path / CARD_KEY).stat().st_mode) == 0o600


def test_after_a_rotation_earlier_keys_still_unwrap(tmp_path: Path) -> None:
    before = load_card_keys(tmp_path)
    question = asked(before)
    rotate_card_key(tmp_path, 1_800_000_000)
    rotate_card_key(tmp_path, 1_900_000_000)
    after = load_card_keys(tmp_path)
    assert len(after) == 3
    answer = CardKeeper(after, Audited().note).answer(EAST, question)
    assert answer is not None
    assert [one.key for one in answer.keys] == [KEY]
    with pytest.raises(AuthorityDamaged, match="a second ago"):
        rotate_card_key(tmp_path, 1_900_000_000)


def test_a_damaged_key_is_named_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / CARD_KEY).write_bytes(b"")
    with pytest.raises(AuthorityDamaged, match=r"card\.key"):
        load_card_keys(tmp_path)
    assert (tmp_path / CARD_KEY).read_bytes() == b""
