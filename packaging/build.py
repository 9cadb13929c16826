"""Builds the packages of box and hub: `./dev package amd64|arm64 [--fast]` calls it.

One .deb each for an architecture serves Debian 12 and 13. The same commit gives the same bytes, where the same tools
are used (`/usr/share/doc/NAME/built-with.txt` in the package names them).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from contents import EDGE, MAINTAINER, PRODUCTS, Product, add_manual, add_site, add_system_files
from deb_file import write_deb
from interpreters import Interpreter, NoInterpreter, interpreters, job_environment
from site_tree import PLATFORMS, BuildFailed, cache_folder, copy_tree, site_tree
from stick import fill_stick
from uv_tool import ROOT, uv

UPDATE_KEYS: Final = ROOT / "edge" / "anju_edge" / "updates" / "keys"
NO_KEYS: Final = (
    f"{UPDATE_KEYS.relative_to(ROOT)} holds no *.pub: boxes with this package take no signed update, from no stick and "
    "from no hub, only apt; docs/updates.md says how the two keys get in"
)


@dataclass(frozen=True, slots=True)
class Version:
    """What is built: `text` as dpkg and Python's metadata both understand it, `epoch` the time of the commit."""

    text: str
    epoch: int
    commit: str


def version_of_checkout(given: str = "") -> Version:
    """Returns the version: that of pyproject.toml at its tag, else one before it and after all earlier commits.

    `given` takes the place of the text. Raises BuildFailed outside a git checkout.
    """
    commit = _git("rev-parse", "--short=10", "HEAD")
    epoch = int(_git("log", "-1", "--format=%ct"))
    planned = str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    if given:
        return Version(given, epoch, commit)
    if f"v{planned}" in _git("tag", "--points-at", "HEAD").split():
        return Version(planned, epoch, commit)
    return Version(f"{planned}~{datetime.fromtimestamp(epoch, UTC):%Y%m%d%H%M%S}", epoch, commit)


def build(
    product: Product, architecture: str, version: Version, *, pythons: Sequence[Interpreter], fast: bool, out: Path
) -> Path:
    """Returns the .deb of a product, built below `out`. Raises BuildFailed."""
    others = site_tree(ROOT / "requirements" / f"{product.folder}.txt", architecture, pythons)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="staging-") as work:
        tree = Path(work) / product.name
        site = tree / "opt" / "anju" / product.folder / "site"
        site.parent.mkdir(parents=True)
        copy_tree(others, site)
        unpacked = _unpack_wheel(Path(work), version.epoch)
        add_site(product, tree, unpacked, version.text, pythons)
        add_manual(product, tree, version.text, version.epoch)
        add_system_files(product, tree, version.text, version.epoch, _built_with(version, pythons))
        target = out / f"{product.name}_{version.text}_{architecture}.deb"
        return write_deb(tree, _control(product, architecture, version), target, epoch=version.epoch, fast=fast)


def _control(product: Product, architecture: str, version: Version) -> dict[str, str]:
    return {
        "Package": product.name,
        "Version": version.text,
        "Architecture": architecture,
        "Maintainer": MAINTAINER,
        # no upper bound: apt would hold or remove the box at an upgrade of the system
        "Depends": "python3 (>= 3.11), libc6 (>= 2.28), libstdc++6 (>= 8)",
        "Section": "net",
        "Priority": "optional",
        "Description": product.description,
    }


def _unpack_wheel(work: Path, epoch: int) -> Path:
    target = work / "wheel"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work)]
    done = subprocess.run(command, cwd=ROOT, env=job_environment(epoch), capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"the wheel: {(done.stdout + done.stderr).strip()[-600:]}")
    with zipfile.ZipFile(next(work.glob("anju-*.whl"))) as archive:
        archive.extractall(target)
    return target


def _built_with(version: Version, pythons: Sequence[Interpreter]) -> str:
    tools = [("strip", "--version"), ("dpkg-deb", "--version"), (str(uv()), "--version")]
    first = [subprocess.run(tool, capture_output=True, text=True).stdout.splitlines()[0] for tool in tools]
    codes = [f"byte code by Python {one.exact}{' of Debian' if one.is_debians else ''}" for one in pythons]
    return "".join(f"{line}\n" for line in (f"commit {version.commit}", *codes, *first))


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"git {words[0]}: {done.stderr.strip()}; packages are built from a git checkout")
    return done.stdout.strip()


def main() -> int:
    """Builds and says where the packages are. Returns 1 with a sentence where it cannot."""
    parser = argparse.ArgumentParser(prog="./dev package", description=__doc__)
    parser.add_argument("architecture", choices=sorted(PLATFORMS), nargs="?")
    parser.add_argument("--fast", action="store_true", help="larger and quicker: for tests, not for a release")
    parser.add_argument("--only", choices=[product.name for product in PRODUCTS], help="one of the two")
    parser.add_argument("--version", default="", help="instead of the commit's")
    parser.add_argument("--stick", type=Path, help="fill this folder, for a stick, with what was built")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    if options.stick is None and options.architecture is None:
        parser.error("which architecture, amd64 or arm64?")
    try:
        if options.architecture is None:
            for package in fill_stick(options.out, options.stick):
                print(package)
            return 0
        version = version_of_checkout(options.version)
        pythons = interpreters(make_roots=not options.fast)
        if not all(python.is_debians for python in pythons):
            names = ", ".join(python.exact for python in pythons)
            print(f"note: byte code by Python {names}, not all Debian's: others get other bytes", file=sys.stderr)
        if options.only in (None, EDGE.name) and not any(UPDATE_KEYS.glob("*.pub")):
            print(f"note: {NO_KEYS}", file=sys.stderr)
        cache_folder().mkdir(parents=True, exist_ok=True)
        for product in PRODUCTS:
            if options.only in (None, product.name):
                started = time.monotonic()
                deb = build(product, options.architecture, version, pythons=pythons, fast=options.fast, out=options.out)
                took_s = time.monotonic() - started
                print(f"{deb}  {deb.stat().st_size / 1e6:.1f} MB  {took_s:.0f} s", flush=True)
        if options.stick is not None:
            fill_stick(options.out, options.stick)
    except (BuildFailed, NoInterpreter, subprocess.CalledProcessError) as error:
        print(f"no package: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
