"""`anju-central updates` as it is typed: what it takes, what it refuses, and whose its files are afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_central.__main__ import app
from anju_central.updates.shelf import Shelf
from support.updates import make_update

pytestmark = [
    pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb: not a Debian"),
    pytest.mark.timeout(300),  # registries are made, on a disk that others use
]
SERVICE_UID = 54_321  # nobody's: stands for the hub's user


@dataclass
class Hub:
    """A hub that does not run: its configuration, its data folder, a stick with version 2.0."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.data)

    def typed(self, *words: object) -> list[str]:
        """A command line."""
        return [*map(str, words), "--config", str(self.folder / "central.toml")]

    def run(self, *words: object) -> tuple[int, str]:
        """The exit code of a command, and both streams without line breaks of the terminal."""
        done = CliRunner().invoke(app, self.typed(*words), env={"COLUMNS": "400"})
        return done.exit_code, done.output

    def make_certificates(self) -> None:
        """Makes the district's own root, whose key lies beside the data."""
        phrase = self.folder / "phrase"
        phrase.write_text("correct horse battery staple\n", encoding="utf-8")
        words = ("--address", "hub.example", "--root-key", self.folder / "root.key", "--passphrase-file", phrase)
        code, text = self.run("ca", "init", *words)
        assert code == 0, text


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    (tmp_path / "central.toml").write_text(
        'data_dir = "data"\n[[boxes]]\nbox = "box-1"\ncommunity = "ningdu"\n', encoding="utf-8"
    )
    make_update(tmp_path / "stick", tmp_path / "keys")
    (tmp_path / "data").mkdir(mode=0o700)
    return Hub(tmp_path)


def test_a_version_is_taken_wanted_and_listed(hub: Hub) -> None:
    code, text = hub.run("updates", "list")
    assert (code, "no version is here yet" in text) == (0, True)
    code, text = hub.run("updates", "add", hub.folder / "stick")
    assert code == 0, text
    assert "updates wanted 2.0" in text
    assert "2.0  未指定 not wanted" in hub.run("updates", "list")[1]
    assert hub.run("updates", "wanted", "2.0", "--box", "box-1")[0] == 0
    assert "2.0  指定给 wanted: box-1" in hub.run("updates", "list")[1]
    assert hub.run("updates", "wanted", "2.0")[0] == 0
    assert "wanted: 所有 all, box-1" in hub.run("updates", "list")[1]
    code, text = hub.run("updates", "wanted", "none", "--box", "box-1")
    assert "no version is wanted" in text
    assert hub.shelf.wanted().at("box-1") == "2.0"
    assert hub.run("updates", "wanted", "none")[0] == 0
    assert hub.shelf.wanted().at("box-1") == ""


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("manifest", "there is no manifest.json"),
        ("signature", "there is no manifest.sig"),
        ("package", "none of the packages"),
        ("bytes", "is damaged"),
    ],
)
def test_what_is_not_whole_is_not_taken(hub: Hub, damage: str, words: str) -> None:
    stick = hub.folder / "stick"
    (deb,) = stick.glob("*.deb")
    if damage == "bytes":
        deb.write_bytes(deb.read_bytes()[:-1] + b"x")
    else:
        {"manifest": stick / "manifest.json", "signature": stick / "manifest.sig", "package": deb}[damage].unlink()
    code, text = hub.run("updates", "add", stick)
    assert (code, words in text) == (1, True), text
    assert "Traceback" not in text
    assert hub.shelf.versions() == []


def test_what_is_not_here_is_not_wanted(hub: Hub) -> None:
    code, text = hub.run("updates", "wanted", "2.0")
    assert (code, "there is no version 2.0 here, only none" in text) == (1, True), text
    hub.run("updates", "add", hub.folder / "stick")
    code, text = hub.run("updates", "wanted", "2.0", "--box", "box-7")
    assert (code, "this hub has no box box-7" in text) == (1, True), text
    assert hub.shelf.wanted().at("box-7") == ""


def test_a_wish_that_cannot_be_read_is_said(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    """It wants nothing of any box: somebody must learn why nobody gets the new version."""
    assert hub.shelf.wanted().at("box-1") == ""
    assert caplog.records == []  # nothing was ever wanted
    (hub.data / "updates" / "wanted.json").mkdir(parents=True)
    assert hub.shelf.wanted().at("box-1") == ""
    assert "wanted.json cannot be read: Is a directory; no box gets a version" in caplog.text


def test_a_box_of_the_registry_is_known_beside_those_of_the_file(hub: Hub) -> None:
    hub.run("updates", "add", hub.folder / "stick")
    hub.make_certificates()
    code, text = hub.run("box", "add", "ningdu", "box-2", "--file", hub.folder / "code")
    assert code == 0, text
    code, text = hub.run("updates", "wanted", "2.0", "--box", "box-2", "--box", "box-1")
    assert code == 0, text
    assert [hub.shelf.wanted().at(box) for box in ("box-1", "box-2", "box-3")] == ["2.0", "2.0", ""]


def test_what_root_leaves_in_the_data_folder_is_the_hubs(hub: Hub) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root leaves files that the hub cannot read")
    private = hub.folder / "private"  # as systemd has it
    hub.data.rename(private)
    hub.data.symlink_to(private)
    os.chown(private, SERVICE_UID, SERVICE_UID)
    secret = hub.folder / "secret"
    secret.write_text("root's own")
    (hub.data / "link").symlink_to(secret)
    os.link(secret, hub.data / "twin")
    hub.make_certificates()
    for words in (("updates", "add", hub.folder / "stick"), ("box", "add", "ningdu", "box-2", "--hub", "hub.example")):
        subprocess.run([sys.executable, "-m", "anju_central", *hub.typed(*words)], check=True, capture_output=True)
    made = [path for path in private.rglob("*") if path.name not in ("link", "twin")]
    assert {"server.key", "manifest.json", "registry.sqlite", "2.0"} <= {path.name for path in made}
    assert {path.lstat().st_uid for path in made} == {SERVICE_UID}
    assert (secret.stat().st_uid, (hub.folder / "root.key").stat().st_uid) == (0, 0)
