"""Fills a folder for a stick: the newest package of each product and architecture, sums, a script and a page."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from site_tree import BuildFailed
from uv_tool import ROOT

PAGES: Final = ROOT / "packaging" / "stick"
_PACKAGE: Final = re.compile(r"(?P<name>anju-[a-z]+)_(?P<version>[^_]+)_(?P<architecture>[a-z0-9]+)\.deb")


def fill_stick(packages: Path, target: Path) -> list[Path]:
    """Copies the newest packages of a folder and what installs them into `target`. Returns the packages there.

    Packages of earlier times that lie in `target` go, other files stay. Raises BuildFailed when there is no package.
    """
    chosen = newest(packages)
    if not chosen:
        raise BuildFailed(f"{packages} holds no package yet: run ./dev package amd64 and ./dev package arm64 first")
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if _PACKAGE.fullmatch(old.name):
            old.unlink()
    copied = [Path(shutil.copy(package, target)) for package in chosen]
    for page in sorted(PAGES.iterdir()):
        shutil.copy(page, target)
    listed = [*copied, *(target / page.name for page in sorted(PAGES.iterdir()))]
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in listed)
    (target / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return copied


def newest(packages: Path) -> list[Path]:
    """Returns the newest package of each product and architecture, by dpkg's order of versions."""
    best: dict[tuple[str, str], tuple[str, Path]] = {}
    for path in sorted(packages.glob("*.deb")):
        if found := _PACKAGE.fullmatch(path.name):
            key = (found["name"], found["architecture"])
            if key not in best or _is_later(found["version"], best[key][0]):
                best[key] = (found["version"], path)
    return [path for _version, path in best.values()]


def _is_later(version: str, than: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", version, "gt", than]).returncode == 0
