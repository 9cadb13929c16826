"""The hub gives a box the keys of its own journal, to nobody else, and keeps what opened earlier ones."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.access.authority import FOLDER, AuthorityDamaged
from anju_central.access.card_keys import CARD_KEY, CardKeeper, load_card_keys, rotate_card_key
from anju_central.access.proven_box import ProvenBox
from anju_central.store.backups import backup_into
from anju_protos.box_uri import box_uri
from anju_protos.key_wrap import KEY_BYTES, purpose_of, wrap_key
from anju_protos.v1.control_pb2 import LockedKeys, WrappedKey
from support.hubs import config, running

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


# While the hub runs --------------------------------------------------------------------------------------------------


def wrap_to(keeper: CardKeeper) -> bytes:
    answer = keeper.answer(EAST, LockedKeys())
    assert answer is not None
    return answer.wrap_to


async def test_a_running_hub_takes_a_rotated_key_over(tmp_path: Path) -> None:
    keeper = CardKeeper.open(tmp_path, Audited().note)
    told: list[bytes] = []
    keeper.on_change = lambda: told.append(wrap_to(keeper))
    before, question = wrap_to(keeper), asked(load_card_keys(tmp_path))
    await keeper.poll()
    await keeper.poll()
    rotate_card_key(tmp_path)
    await keeper.poll()
    assert wrap_to(keeper) != before
    assert told[-1] == wrap_to(keeper)
    answer = keeper.answer(EAST, question)
    assert answer is not None
    assert [one.key for one in answer.keys] == [KEY]


@pytest.mark.parametrize("damage", ["empty", "gone"])
async def test_a_running_hub_keeps_its_keys_where_the_files_are_damaged(tmp_path: Path, damage: str) -> None:
    keeper = CardKeeper.open(tmp_path, Audited().note)
    before, question = wrap_to(keeper), asked(load_card_keys(tmp_path))
    data = (tmp_path / CARD_KEY).read_bytes()
    if damage == "empty":
        (tmp_path / CARD_KEY).write_bytes(b"")
    else:
        (tmp_path / CARD_KEY).unlink()
    await keeper.poll()
    assert wrap_to(keeper) == before
    answer = keeper.answer(EAST, question)
    assert answer is not None
    assert len(answer.keys) == 1
    assert damage == "empty" or not (tmp_path / CARD_KEY).exists(), "no new one is made while there is one in use"
    (tmp_path / CARD_KEY).write_bytes(data)
    await keeper.poll()
    assert wrap_to(keeper) == before


# In a backup ---------------------------------------------------------------------------------------------------------


def command(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


async def test_a_restored_hub_opens_what_boxes_wrapped(tmp_path: Path) -> None:
    """Backup, a rotation, another backup; then the disk is lost, and a new hub has the backup and its authority."""
    path = tmp_path / "central.toml"
    path.write_text(f'data_dir = "{config(tmp_path).data_dir}"\n', encoding="utf-8")
    tls, copy = config(tmp_path).data_dir / FOLDER, tmp_path / "copy.sqlite"
    async with running(tmp_path):
        tls.mkdir(exist_ok=True)
        first = load_card_keys(tls)
        question = asked(first)
        code, said = await asyncio.to_thread(command, "card", "rotate", "--config", path)
        assert code == 0, said
        newest = load_card_keys(tls)[0]
        code, said = await asyncio.to_thread(command, "backup", "--config", path, copy)
        assert (code, "card-keys" in said) == (0, True), said
    beside = tmp_path / "copy.sqlite.card-keys"
    assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    for key in tls.glob("card*.key"):
        key.unlink()
    other = load_card_keys(tls)[0]  # the new hub was started once: it has made one of its own
    code, said = await asyncio.to_thread(command, "restore", "--config", path, copy)
    assert (code, "2 keys" in said) == (0, True), said
    keys = load_card_keys(tls)
    assert keys[0].private_numbers() == other.private_numbers(), "the key in use stays"
    assert {key.private_numbers().private_value for key in keys} >= {
        key.private_numbers().private_value for key in (*first, newest)
    }
    answer = CardKeeper(keys, Audited().note).answer(EAST, question)
    assert answer is not None
    assert [one.key for one in answer.keys] == [KEY]
    code, said = await asyncio.to_thread(command, "card", "restore", "--config", path, beside)
    assert (code, "0 keys" in said) == (0, True), "once is enough"
    beside.write_bytes(b"nothing")
    code, said = await asyncio.to_thread(command, "card", "restore", "--config", path, beside)
    assert code == 1, said
    assert len(load_card_keys(tls)) == 3


def test_without_an_authority_the_keys_wait(tmp_path: Path) -> None:
    path = tmp_path / "central.toml"
    path.write_text(f'data_dir = "{tmp_path / "hub"}"\n', encoding="utf-8")
    code, said = command("card", "restore", "--config", path, tmp_path / "any")
    assert code == 1
    assert "there is no authority yet" in said
    assert command("card", "rotate", "--config", path)[0] == 1


def test_old_copies_go_with_their_keys(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    sqlite3.connect(store).close()
    store.write_bytes(b"")
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(3):
        name = f"anju-central-2026010{day + 1}T000000Z.sqlite"
        for tail in ("", ".registry", ".card-keys"):
            (folder / f"{name}{tail}").write_bytes(b"")
    backup_into(store, folder, 2, 1_800_000_000)
    assert sorted(path.name.partition("sqlite")[2] for path in folder.iterdir() if "20260103" in path.name) == [
        "", ".card-keys", ".registry",
    ]  # fmt: skip
    assert not [path for path in folder.iterdir() if "20260101" in path.name or "20260102" in path.name]
