"""How new versions reach a box in a real Debian: from a stick that is signed or not, and from its hub and back.

The packages are the built ones with keys of the test in them, and ten minutes of proof made ten seconds.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.debian_machine import Machine, booted, layer_over, root_or_skip
from support.package_rig import (
    HUB_PORT,
    UP_S,
    configure,
    disk_full,
    install,
    main_pid,
    put,
    start_box,
    start_hub,
    version_that_runs,
    wait_for_version,
)
from support.packages import build_package
from support.repacking import DOES_NOT_START, IN_A_HURRY, repacked
from support.signed_in import sign_in
from support.updates import signed

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3600)]

HUBS_CONFIG = "/etc/anju-central/central.toml"
HUB = '[hub]\naddress = "127.0.0.1:7420"\n'


@dataclass(frozen=True)
class Keys:
    """`private` is the one whose public half the packages hold; `strange` is somebody else's."""

    private: Path
    strange: Path
    public: Path


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    folder = tmp_path_factory.mktemp("keys")
    made = Keys(folder / "release", folder / "strange", folder / "public")
    made.public.mkdir()
    for private in (made.private, made.strange):
        assert signed("--new-key", private) == 0
    shutil.copy(f"{made.private}.pub", made.public / "release.pub")
    return made


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_package("anju-edge", tmp_path_factory.mktemp("edge"))


@pytest.fixture(params=["bookworm", "trixie"])
def system(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A Debian that is not booted yet."""
    with layer_over(root_or_skip(request.param, make=True)) as path:
        yield path


def lay(system: Path, name: str, package: Path, key: Path | None, counter: int = 5) -> Path:
    """Makes a folder /srv/NAME with a package, signed by a key or by nobody; returns it as this machine sees it."""
    folder = system / "srv" / name
    folder.mkdir()
    shutil.copy(package, folder)
    if key is not None:
        assert signed("--key", key, "--name", "release", "--counter", counter, folder) == 0
    return folder


def flip(path: Path) -> None:
    """Turns one bit of a file over."""
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 0x10
    path.write_bytes(whole)


def update(machine: Machine, name: str, *options: str) -> tuple[int, str]:
    done = machine.run("anju-edge", "update", f"/srv/{name}", *options, check=False)
    return done.code, done.text


def test_a_stick_is_believed_by_its_signature_alone(system: Path, built: Path, keys: Keys, tmp_path: Path) -> None:
    first = repacked(built, "8.0.0", tmp_path, changes=IN_A_HURRY, keys=keys.public)
    newer = repacked(built, "9.0.0", tmp_path, changes=IN_A_HURRY, keys=keys.public)
    other = "arm64" if "amd64" in built.name else "amd64"
    foreign = repacked(built, "9.0.0", tmp_path / "foreign", architecture=other, keys=keys.public)
    put(system, first)
    lay(system, "unsigned", newer, None)
    lay(system, "signature-lost", newer, keys.private).joinpath("manifest.sig").unlink()
    lay(system, "strange", newer, keys.strange)
    flip(next(lay(system, "damaged", newer, keys.private).glob("*.deb")))
    lay(system, "foreign", foreign, keys.private)
    lay(system, "good", newer, keys.private)
    lay(system, "older", first, keys.private, counter=4)
    refused = {
        "unsigned": "there is no manifest.json",
        "signature-lost": "there is no manifest.sig",
        "strange": "no valid signature",
        "damaged": "is damaged",
        "foreign": f"only for {other}",
    }
    with booted(system) as machine:
        install(machine, first)
        configure(machine)
        start_box(machine)
        was = (main_pid(machine), version_that_runs(machine), machine.package_state("anju-edge"))
        for name, words in refused.items():
            code, text = update(machine, name)
            assert (code, words in text, "Traceback" in text) == (1, True, False), text
            assert (main_pid(machine), version_that_runs(machine), machine.package_state("anju-edge")) == was, name
        with disk_full(machine, 64):
            code, text = update(machine, "good")
            assert (code, "MB more must be free" in text) == (1, True), text
            assert (main_pid(machine), machine.package_state("anju-edge")) == (was[0], was[2])

        code, text = update(machine, f"good/{newer.name}")  # as people name it
        assert (code, "已装好 installed: 9.0.0" in text) == (0, True), text
        wait_for_version(machine, "9.0.0")
        code, text = update(machine, "older")
        assert (code, "may say --downgrade" in text) == (1, True), text
        code, text = update(machine, "older", "--downgrade")
        assert code == 0, text
        wait_for_version(machine, "8.0.0")


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_package("anju-central", tmp_path_factory.mktemp("central"))


def hubs_view(machine: Machine, page: Mapping[str, str]) -> dict[str, Any]:
    """The box as the hub shows it to who is logged in. Any: JSON."""
    shown: list[dict[str, Any]] = machine.ask(HUB_PORT, "/api/boxes", page)
    (box,) = shown
    return box


def test_a_version_goes_from_the_hub_into_a_slot_and_a_broken_one_comes_back(
    system: Path, built: Path, central: Path, keys: Keys, tmp_path: Path
) -> None:
    first = repacked(built, "8.0.0", tmp_path, changes=IN_A_HURRY, keys=keys.public)
    good = repacked(built, "9.0.0", tmp_path, changes=IN_A_HURRY, keys=keys.public)
    broken = repacked(built, "9.1.0", tmp_path, changes=DOES_NOT_START, keys=keys.public)
    mended = repacked(built, "9.2.0", tmp_path, changes=IN_A_HURRY, keys=keys.public)
    put(system, first, central)
    for counter, (name, package) in enumerate((("good", good), ("broken", broken), ("mended", mended)), 6):
        lay(system, name, package, keys.private, counter)
    with booted(system) as machine:
        install(machine, central)
        machine.shell("anju-central setup --backup /var/backups/anju-central")
        with (system / HUBS_CONFIG[1:]).open("a") as config:
            config.write('[[boxes]]\nbox = "ningdu-1"\ncommunity = "ningdu"\n')
        start_hub(machine)
        page = sign_in(system / "var/lib/anju-central")
        install(machine, first)
        configure(machine, more=HUB)
        start_box(machine)
        machine.wait_for("contact", lambda: hubs_view(machine, page)["contact"] == "online", UP_S)
        slot = system / "var/lib/private/anju-edge/slot"
        machine.wait_for("proof", lambda: "good 8.0.0" in _text(slot), UP_S)

        _want(machine, "good", "9.0.0")
        wait_for_version(machine, "9.0.0")
        machine.wait_for("proof", lambda: "good 9.0.0" in _text(slot), UP_S)

        def is_shown_as_good() -> bool:
            quiet = {"on_trial": False, "waiting": "", "taken_back": "", "update": ""}
            return bool(hubs_view(machine, page)["version"] == {"running": "9.0.0", **quiet})

        machine.wait_for("the hub's word", is_shown_as_good, UP_S)

        _want(machine, "broken", "9.1.0")
        rolled_back = slot.with_name("slot.rolled_back")
        machine.wait_for("roll-back", lambda: rolled_back.exists() and machine.is_up("anju-edge"), UP_S)
        assert version_that_runs(machine) == "9.0.0"

        def is_told() -> bool:
            box = hubs_view(machine, page)
            return bool(
                box["version"]["taken_back"] == "9.1.0"
                and "failed here and was taken back" in box["version"]["update"]
                and "no module named x" in box["causes"].get("EDGE-UPD-001", "")
            )

        machine.wait_for("the reason at the hub", is_told, UP_S)
        reasons = [one["reasons"] for one in machine.ask(HUB_PORT, "/api/incidents", page)]
        assert ["BOX_ROLLED_BACK"] in reasons

        _want(machine, "mended", "9.2.0")  # the helper is the version that runs, not the one that cannot
        wait_for_version(machine, "9.2.0")
        machine.wait_for("proof", lambda: "good 9.2.0" in _text(slot), UP_S)
        machine.wait_for("the hub's word", lambda: hubs_view(machine, page)["version"]["taken_back"] == "", UP_S)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _want(machine: Machine, name: str, version: str) -> None:
    """At the hub, as docs/updates.md says it: one box first."""
    machine.run("anju-central", "updates", "add", f"/srv/{name}", "--config", HUBS_CONFIG)
    said = machine.run("anju-central", "updates", "wanted", version, "--box", "ningdu-1", "--config", HUBS_CONFIG)
    assert f"ningdu-1: {version}" in said.text
    listed = machine.run("anju-central", "updates", "list", "--config", HUBS_CONFIG).text
    assert f"{version}  指定给 wanted: ningdu-1" in listed
