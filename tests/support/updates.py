"""Signed updates made in a test: a tiny package with a journal's schema in it, and keys of its own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from support.paths import ROOT


def signed(*words: object) -> int:
    """`./dev sign` with these words; returns its exit code."""
    spec = importlib.util.spec_from_file_location("anju_sign", ROOT / "packaging" / "sign.py")
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    code: int = program.main([str(word) for word in words])
    return code


def package(
    folder: Path, version: str = "2.0", architecture: str = "amd64", *, name: str = "anju-edge", padding: int = 0
) -> Path:
    """Builds a package of a version, larger by `padding` random bytes."""
    tree = folder / "tree"
    sql = tree / "opt/anju/edge/site/anju_edge/journal/schema"
    (tree / "DEBIAN").mkdir(parents=True)
    sql.mkdir(parents=True)
    (sql / "0001_a.sql").write_text("-- oldest_reader: 1\n", encoding="utf-8")
    (sql / "0002_b.sql").write_text("-- oldest_reader: 1\ncreate table x (y);\n", encoding="utf-8")
    (tree / "padding").write_bytes(os.urandom(padding))
    (tree / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: x <x@example.invalid>\n"
        "Description: x\n",
        encoding="utf-8",
    )
    target = folder / f"{name}_{version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", "-Znone", str(tree), str(target)], check=True, capture_output=True
    )
    shutil.rmtree(tree)
    return target


def make_update(folder: Path, keys: Path, *, counter: int = 6, padding: int = 0) -> Path:
    """Makes version 2.0, signed by a new key that `keys` then holds; returns the private key's file."""
    folder.mkdir()
    keys.mkdir()
    private = folder.parent / "release.key"
    assert signed("--new-key", private) == 0
    shutil.copy(f"{private}.pub", keys / "release.pub")
    package(folder, padding=padding)
    assert signed("--key", private, "--name", "release", "--counter", counter, folder) == 0
    return private
