"""What people are told of a box's card: its level, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from anju_edge.cli.status import snapshot_lines
from anju_edge.config import EdgeConfig
from anju_edge.identity.card_lock import FILE, FOLDER
from anju_edge.identity.card_state import CardLevel, CardState
from anju_edge.identity.files import CERTIFICATE
from anju_edge.updates.slot_files import Slot
from support.card_rig import hub_point
from support.running_box import box_config, running_box, snapshot


@dataclass
class Journal:
    is_encrypted: bool = False
    emergency_trouble: str = ""


@dataclass
class Keys:
    refused: int = 0
    is_held: bool = False


def state_of(
    journal: Journal,
    *,
    wanted: bool = True,
    refused: int = 0,
    file: bool = False,
    claimed: bool = True,
    held: bool = False,
) -> CardState:
    return CardState(wanted, journal, Keys(refused, held), lambda: file, lambda: claimed)


@pytest.mark.parametrize(
    ("wanted", "claimed", "encrypted", "level", "for_hub"),
    [
        (False, False, False, CardLevel.OFF, CardLevel.OFF),
        (False, True, False, CardLevel.OFF, CardLevel.OFF),
        (True, False, False, CardLevel.UNCLAIMED, CardLevel.WAITS),
        (True, True, False, CardLevel.WAITS, CardLevel.WAITS),
        (True, True, True, CardLevel.ON, CardLevel.ON),
        (True, False, True, CardLevel.ON, CardLevel.ON),
    ],
)
def test_four_levels_and_three_for_hubs(
    wanted: bool, claimed: bool, encrypted: bool, level: CardLevel, for_hub: CardLevel
) -> None:
    state = state_of(Journal(encrypted), wanted=wanted, claimed=claimed)
    assert (state.level, state.level_for_hub) == (level, for_hub)


@pytest.mark.parametrize(
    ("state", "connected", "codes"),
    [
        (state_of(Journal(), wanted=False, file=True), True, []),
        (state_of(Journal(), file=True), False, []),
        (state_of(Journal(), file=True, claimed=False), True, []),
        (state_of(Journal(), held=True), True, []),
        (state_of(Journal(), file=True), True, ["EDGE-CRD-001"]),
        (state_of(Journal(True), refused=2), True, ["EDGE-CRD-002"]),
        (state_of(Journal(True, "disk I/O error")), False, ["EDGE-CRD-003"]),
        (state_of(Journal(True), file=True), False, ["EDGE-CRD-004"]),
    ],
    ids=["off", "no contact yet", "a hub without certificates", "a version on trial", "the hub says nothing",
         "keys refused", "emergency file", "names in a file"],
)  # fmt: skip
def test_each_trouble_has_its_code(state: CardState, connected: bool, codes: list[str]) -> None:
    assert list(state.troubles(is_connected=connected)) == codes


def encrypting(folder: Path) -> EdgeConfig:
    """A box that has heard the hub's key in an earlier run."""
    config = box_config(folder)
    (config.box.data / FOLDER).mkdir(parents=True)
    (config.box.data / FOLDER / FILE).write_bytes(hub_point())
    return config


@pytest.mark.parametrize(
    ("on_trial", "encrypted_before", "level"),
    [(True, False, "waits"), (True, True, "on"), (False, False, "on")],
    ids=["on trial", "on trial after one that encrypted", "proven"],
)
async def test_a_version_on_trial_begins_nothing(
    tmp_path: Path, on_trial: bool, encrypted_before: bool, level: str
) -> None:
    """Also at its second start, when it knows the hub's key."""
    config = encrypting(tmp_path)
    (config.box.data / FOLDER / CERTIFICATE).touch()  # it was claimed
    if encrypted_before:
        async with running_box(config):
            pass
    root = tmp_path / "opt"
    (root / "slots" / "2.0").mkdir(parents=True)
    slot = Slot("2.0", on_trial=on_trial, state=config.box.data, runtime=tmp_path, root=root)
    async with running_box(config, slot=slot) as box:
        told = await snapshot(box)
        assert told["journal"]["card"] == level
        assert "EDGE-CRD-001" not in told["troubles"]


async def test_a_box_that_was_never_claimed_says_that_its_card_is_plain_and_what_to_do(tmp_path: Path) -> None:
    async with running_box(box_config(tmp_path)) as box:
        told = await snapshot(box)
        assert told["journal"]["card"] == "unclaimed"
        assert not [code for code in told["troubles"] if code.startswith("EDGE-CRD")]
        assert "未加密，认领后加密 not encrypted until it is claimed" in str(snapshot_lines(told))


async def test_a_box_says_its_level_and_needs_the_file_with_names_no_more(tmp_path: Path) -> None:
    config = encrypting(tmp_path)
    async with running_box(config) as box:
        told = await snapshot(box)
        assert told["journal"]["card"] == "on"
        assert "EDGE-CRD-004" in told["troubles"]
        assert "已加密，密钥在中心 encrypted, its key is at the hub" in str(snapshot_lines(told))
    config.box.roster.unlink()
    async with running_box(config) as box:
        told = await snapshot(box)
        assert not [code for code in told["troubles"] if code.startswith(("EDGE-CRD", "EDGE-RST"))]
        assert told["roster"]["revision"] == 1
        assert "ble:ac233fc001aa" in {one["device"] for one in told["devices"]}
