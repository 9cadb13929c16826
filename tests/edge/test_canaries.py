"""A day of people at a box, then a search for them in every raw file that it left."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from anju_protos.roster_file import token_hash
from support.canaries import IN_LOGS, NEVER, SALT, found, people
from support.canaries_day import lived


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "control arm"])
async def test_a_day_leaves_nobody_outside_the_emergency_file(tmp_path: Path, encrypted: bool) -> None:
    everybody = people(random.Random(20_261_124), 50)
    left = await lived(tmp_path, everybody, hours=3, encrypted=encrypted)
    others = found(left.others, everybody)
    if encrypted:
        assert others == []
        assert found(left.emergency, everybody, NEVER) == []
        assert {one.split(" in ")[0] for one in found(left.emergency, everybody)} == {
            "flat", "band", "resident", "zone", "card's hash",
        }, "the rig: there is an emergency file, and it is searched"  # fmt: skip
    else:
        seen = {one.split(" in ")[0] for one in others}
        assert seen >= {"masked name", "flat", "band", "resident", "zone", "card's hash", "id number", "phone", "tail"}
    assert found({"log": left.log}, everybody, IN_LOGS) == []


@pytest.mark.parametrize("encrypted", [True, False], ids=["encrypted", "control arm"])
async def test_who_has_the_card_and_its_salt_finds_no_number_by_trying(tmp_path: Path, encrypted: bool) -> None:
    """All tails that there can be, and the ID numbers and phones of those who live there, hashed as the box does."""
    everybody = people(random.Random(3), 5)
    left = await lived(tmp_path, everybody, hours=1, encrypted=encrypted)
    card = b"".join(data for files in (left.others, left.emergency) for data in files.values())
    salt = bytes.fromhex(SALT)
    assert salt in card or not encrypted, "the emergency file needs it for cards"
    tried = [f"tail:{number:04d}" for number in range(10_000)]
    tried += [token for one in everybody for token in one.tokens[1:3]]
    recovered = {token for token in tried if token_hash(salt, token) in card}
    assert recovered == (set() if encrypted else {token for one in everybody for token in one.tokens[1:]})
