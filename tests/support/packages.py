"""Packages for tests: built quickly, from what the checkout holds now, once for a run."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest

from support.paths import ROOT


def build_package(product: str, out: Path, version: str = "", architecture: str = "amd64") -> Path:
    """Returns the .deb of a product, or skips the test where it cannot be built, saying why.

    ANJU_PACKAGES names a folder with packages that are there already, such as those of a release: without a `version`
    the newest of it is taken.
    """
    given = sorted(Path(os.environ.get("ANJU_PACKAGES", "/nonexistent")).glob(f"{product}_*_{architecture}.deb"))
    if given and not version:
        return max(given, key=lambda path: path.stat().st_mtime)
    command = [sys.executable, str(ROOT / "packaging" / "build.py"), architecture, "--fast", "--only", product]
    command += ["--out", str(out), *(["--version", version] if version else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if "no Python" in done.stderr or "missing: sudo apt-get" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(done.stdout.split("  ")[0])


@lru_cache(maxsize=4)
def content(deb: Path) -> dict[str, tarfile.TarInfo]:
    """The files of a package by their path without a leading slash."""
    packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        return {member.name.removeprefix("./"): member for member in archive.getmembers()}


def read(deb: Path, name: str) -> bytes:
    """One file of a package."""
    packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        file = archive.extractfile(f"./{name}")
        assert file is not None, name
        return file.read()
