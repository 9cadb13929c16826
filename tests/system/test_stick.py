"""The folder for a stick: what is in it, and that its script refuses what is damaged or for another machine."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from site_tree import BuildFailed
from stick import fill_stick

HERE = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True).stdout.strip()
OTHER = "arm64" if HERE == "amd64" else "amd64"


def small_package(folder: Path, name: str, version: str, architecture: str) -> Path:
    """A package with nothing in it."""
    tree = folder / "tree" / "DEBIAN"
    tree.mkdir(parents=True, exist_ok=True)
    (tree / "control").write_text(
        f"Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: A <a@example.invalid>\n"
        "Description: test\n"
    )
    target = folder / f"{name}_{version}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "-Znone", "--build", str(tree.parent), str(target)], capture_output=True, check=True)
    return target


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder of packages, as ./dev package leaves it."""
    folder = tmp_path / "dist"
    folder.mkdir()
    for version in ("0.9.0", "0.10.0~20260101", "0.10.0"):
        small_package(folder, "anju-edge", version, HERE)
    small_package(folder, "anju-edge", "0.10.0", OTHER)
    small_package(folder, "anju-central", "0.10.0", OTHER)
    return folder


@pytest.fixture
def stick(built: Path, tmp_path: Path) -> Path:
    fill_stick(built, tmp_path / "stick")
    return tmp_path / "stick"


def install(stick: Path, tmp_path: Path, *words: str) -> tuple[int, str]:
    """Runs the script with an apt-get that only says what it was asked for, as a user who is root."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    for tool, body in (("apt-get", 'echo "apt-get $*"'), ("id", "echo 0")):
        (tools / tool).write_text(f"#!/bin/sh\n{body}\n")
        (tools / tool).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", str(stick / "install.sh"), *words], env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_newest_of_each_is_there_with_sums_and_page(stick: Path) -> None:
    names = sorted(path.name for path in stick.iterdir())
    packages = [f"anju-central_0.10.0_{OTHER}.deb", *sorted(f"anju-edge_0.10.0_{one}.deb" for one in (HERE, OTHER))]
    assert names == ["README.md", "SHA256SUMS", *packages, "install.sh"]
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=stick, check=True)
    page = (stick / "README.md").read_text(encoding="utf-8")
    assert "离线安装" in page
    assert "sudo ./install.sh hub" in page


def test_filling_again_leaves_no_earlier_package_and_no_other_file_lost(stick: Path, built: Path) -> None:
    (stick / "holiday.jpg").write_text("not ours")
    small_package(built, "anju-edge", "0.11.0", HERE)
    fill_stick(built, stick)
    assert [path.name for path in stick.glob(f"anju-edge_*_{HERE}.deb")] == [f"anju-edge_0.11.0_{HERE}.deb"]
    assert (stick / "holiday.jpg").exists()


def test_nothing_built_is_said(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"\./dev package amd64"):
        fill_stick(tmp_path, tmp_path / "stick")


def test_the_package_for_this_machine_is_installed(stick: Path, tmp_path: Path) -> None:
    code, text = install(stick, tmp_path)
    assert code == 0, text
    assert f"apt-get install -y ./anju-edge_0.10.0_{HERE}.deb" in text


def test_a_damaged_package_is_not_installed(stick: Path, tmp_path: Path) -> None:
    package = stick / f"anju-edge_0.10.0_{HERE}.deb"
    whole = package.read_bytes()
    package.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    code, text = install(stick, tmp_path)
    assert code == 1
    assert "damaged" in text
    assert "apt-get" not in text


@pytest.mark.parametrize(
    ("words", "said"), [(["hub"], f"no anju-central for {HERE}"), (["router"], "sudo ./install.sh [box|hub]")]
)
def test_what_is_not_there_is_said(stick: Path, tmp_path: Path, words: list[str], said: str) -> None:
    code, text = install(stick, tmp_path, *words)
    assert code == 1
    assert said in text
    assert "apt-get" not in text
    assert text.count("not installed") == 1
