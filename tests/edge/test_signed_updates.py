"""Signed updates: what is taken and what is refused with one sentence; keys and packages are made here."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from anju_base.update_manifest import UpdateRefused, is_older
from anju_edge.updates.apply_update import Installed, apply, check
from anju_edge.updates.requests import Progress, UpdateRequest, ask, read_progress, serve, take_request
from support.updates import package, signed

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb: not a Debian")
NOW = Installed("1.0", "amd64", 2, 5)


@dataclass
class Stick:
    """A folder with an update, the keys that a box knows, the helper's own folder, and what was installed."""

    folder: Path
    keys: Path
    own: Path
    private: Path
    installed: list[bytes]

    def apply(self, state: Installed = NOW, *, downgrade: bool = False) -> None:
        def install(deb: Path, _now: bool) -> None:
            self.installed.append(deb.read_bytes())

        apply(
            self.folder, own=self.own, keys=self.keys, installed=lambda _: state, install=install, downgrade=downgrade
        )

    def refused(self, state: Installed = NOW, **how: bool) -> str:
        with pytest.raises(UpdateRefused) as refusal:
            self.apply(state, **how)
        assert self.installed == []
        assert not (self.own / "package.deb").exists()
        words = str(refusal.value)
        assert " · " in words  # both languages
        assert "\n" not in words
        return words


@pytest.fixture
def stick(tmp_path: Path) -> Stick:
    folder, keys = tmp_path / "stick", tmp_path / "keys"
    folder.mkdir()
    keys.mkdir()
    private = tmp_path / "release.key"
    assert signed("--new-key", private) == 0
    assert oct(private.stat().st_mode & 0o777) == "0o600"
    shutil.copy(f"{private}.pub", keys / "release.pub")
    package(folder)
    package(folder, architecture="arm64")
    assert signed("--key", private, "--name", "release", "--counter", 6, folder) == 0
    return Stick(folder, keys, tmp_path / "own", private, [])


def test_a_signed_update_is_installed_and_its_counter_kept(stick: Stick) -> None:
    stick.apply()
    assert stick.installed == [(stick.folder / "anju-edge_2.0_amd64.deb").read_bytes()]
    assert (stick.own / "counter").read_text(encoding="ascii") == "6\n"
    said = json.loads((stick.folder / "manifest.json").read_bytes())
    assert (said["schema"], said["oldest_reader"]) == (2, 1)


def test_either_of_two_keys_is_enough_and_a_strange_one_is_not(stick: Stick, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    signed("--new-key", other)
    signed("--key", other, "--name", "release", "--counter", 6, stick.folder)  # under the name of a key that is known
    assert "no valid signature" in stick.refused()
    signed("--key", other, "--name", "second", stick.folder)
    assert "no valid signature" in stick.refused()
    shutil.copy(f"{other}.pub", stick.keys / "second.pub")
    stick.apply()
    assert len(stick.installed) == 1


@pytest.mark.parametrize(
    "damage", ["manifest", "signature", "no signature", "package", "shorter", "missing", "no keys"]
)
def test_whatever_is_damaged_is_refused(stick: Stick, damage: str) -> None:
    manifest, deb = stick.folder / "manifest.json", stick.folder / "anju-edge_2.0_amd64.deb"
    if damage == "manifest":
        manifest.write_bytes(manifest.read_bytes().replace(b'"counter": 6', b'"counter": 7'))
    elif damage == "signature":
        (stick.folder / "manifest.sig").write_bytes(b"release \xff\xfe!!\nrelease\n\0\n")
    elif damage == "no signature":
        (stick.folder / "manifest.sig").unlink()
    elif damage == "package":
        deb.write_bytes(deb.read_bytes()[:-1] + b"x")
    elif damage == "shorter":
        deb.write_bytes(deb.read_bytes()[:-100])
    elif damage == "missing":
        deb.unlink()
    else:
        (stick.keys / "release.pub").write_text("no key", encoding="ascii")
    stick.refused()


def test_a_link_or_a_pipe_in_place_of_a_file_is_refused(stick: Stick, tmp_path: Path) -> None:
    """Who asks may change its folder while root reads it."""
    deb = stick.folder / "anju-edge_2.0_amd64.deb"
    moved = deb.rename(tmp_path / "elsewhere.deb")
    deb.symlink_to(moved)
    with pytest.raises(OSError, match="symbolic link"):
        stick.apply()
    deb.unlink()
    os.mkfifo(deb)
    assert "no file of an update" in stick.refused()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (replace(NOW, architecture="armhf"), "no package for armhf, only for amd64, arm64"),
        (replace(NOW, counter=7), "older than one that was installed"),
        (replace(NOW, schema=0), "could not read the records of 2.0"),
        (replace(NOW, schema=3), "cannot read the records of this one"),
    ],
)
def test_an_update_that_does_not_fit_is_refused(stick: Stick, state: Installed, words: str) -> None:
    assert words in stick.refused(state)


def test_a_person_at_the_box_may_go_back(stick: Stick) -> None:
    state = replace(NOW, counter=9)
    stick.refused(state)
    stick.apply(state, downgrade=True)
    assert (stick.own / "counter").read_text(encoding="ascii") == "6\n"


def test_an_update_that_wants_another_one_first(stick: Stick) -> None:
    signed("--key", stick.private, "--name", "release", "--counter", 6, "--min-version", "1.5", stick.folder)
    assert "install 1.5 first" in stick.refused()
    stick.apply(replace(NOW, version="1.5.1"))
    assert is_older("1.5~rc1", "1.5")
    assert not is_older("1.10", "1.9")


def test_both_versions_and_the_records_must_find_room(stick: Stick) -> None:
    from anju_base.update_manifest import read_keys, verified

    data = (stick.folder / "manifest.json").read_bytes()
    signatures = (stick.folder / "manifest.sig").read_text(encoding="ascii")
    manifest = verified(data, signatures, read_keys(stick.keys))
    with pytest.raises(UpdateRefused, match=r"\d+ MB more must be free"):
        check(manifest, NOW, 100_000_000, downgrade=False)
    assert check(manifest, NOW, 1_000_000_000, downgrade=False).architecture == "amd64"


@pytest.mark.parametrize("value", [b"", b"[]", b'{"files": 5}', b"[" * 30_000, b"\xff"])
def test_a_signed_manifest_that_is_nonsense_is_refused(stick: Stick, value: bytes) -> None:
    (stick.folder / "manifest.json").write_bytes(value)
    (stick.folder / "manifest.sig").unlink()
    signed("--key", stick.private, "--name", "release", stick.folder)
    assert "damaged" in stick.refused()


def test_packages_of_two_versions_are_not_signed_together(stick: Stick, capsys: pytest.CaptureFixture[str]) -> None:
    package(stick.folder, "3.0")
    assert signed("--key", stick.private, "--name", "release", "--counter", 7, stick.folder) == 1
    assert "packages of one version are wanted" in capsys.readouterr().err


# ---- who asks


def test_a_person_may_ask_for_more_than_the_box(tmp_path: Path) -> None:
    helper, box = tmp_path / "helper", tmp_path / "box"
    box.mkdir()
    (box / "request").write_text('{"folder": "/etc", "downgrade": true, "now": true}', encoding="utf-8")
    ask(UpdateRequest(Path("/media/stick"), downgrade=True), helper)
    assert take_request(helper, box) == UpdateRequest(Path("/media/stick"), downgrade=True)
    assert take_request(helper, box) == UpdateRequest(box)  # what the box writes into it counts for nothing
    assert take_request(helper, box) is None


@pytest.mark.parametrize("value", [b"", b"{}", b"[1]", b"\xff\xff", b'{"folder": 5}'])
def test_a_damaged_request_is_none_and_does_not_come_again(tmp_path: Path, value: bytes) -> None:
    (tmp_path / "request").write_bytes(value)
    assert take_request(tmp_path, tmp_path / "box") is None
    assert not (tmp_path / "request").exists()


def test_the_helper_says_how_it_ended(tmp_path: Path) -> None:
    def refuse(_request: UpdateRequest, say: object) -> str:
        assert callable(say)
        say("checking")
        assert read_progress(tmp_path) == Progress("checking")
        raise UpdateRefused("坏", "bad")

    ask(UpdateRequest(tmp_path), tmp_path)
    assert serve(refuse, tmp_path, tmp_path / "box") == 1
    assert read_progress(tmp_path) == Progress("refused", "坏 · bad")

    def no_disk(_request: UpdateRequest, _say: object) -> str:
        raise OSError(28, "No space left on device", "/var/x")

    ask(UpdateRequest(tmp_path), tmp_path)
    assert serve(no_disk, tmp_path, tmp_path / "box") == 1
    end = read_progress(tmp_path)
    assert end is not None
    assert "No space left on device" in end.text
    ask(UpdateRequest(tmp_path), tmp_path)
    assert serve(lambda _request, _say: "2.0", tmp_path, tmp_path / "box") == 0
    assert read_progress(tmp_path) == Progress("installed", "2.0")
