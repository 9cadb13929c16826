"""Debian roots for building and proving packages: `python packaging/roots.py [bookworm trixie ...] [--arch arm64]`.

A root is a folder made by mmdebstrap once and kept outside the repository (`ANJU_ROOTS`, else `~/.cache/anju/roots`);
users work on throw-away layers above it and never in it. How this machine reaches Debian (mirror, proxy, other apt
options) is read from apt itself, so nothing here names an address.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SUITES: Final = {"bookworm": "3.11", "trixie": "3.13"}  # Debian 12 and 13, and their Python
# minbase with what a real system has before a package of ours comes: systemd as PID 1, udev, sudo as the pages type it
BOOTABLE: Final = "systemd,systemd-sysv,dbus,udev,python3,iproute2,procps,sudo,kmod,rtl-433"
# arm64 runs program by program under qemu-user, without a systemd of its own. Nothing of it is configured, which would
# take an emulator ten minutes: these are what dpkg, our maintainer scripts and Python call
EMULATED: Final = (
    "base-files,base-passwd,bash,coreutils,dash,diffutils,dpkg,findutils,grep,gzip,libc-bin,libstdc++6,login,mawk,passwd,"
    "procps,python3,sed,tar,tzdata,util-linux"
)
MERGED_USR: Final = "/usr/share/mmdebstrap/hooks/merged-usr"
BINFMT: Final = Path("/proc/sys/fs/binfmt_misc")
# pointer authentication costs an emulator six times what everything else does
EMULATED_CPU: Final = "cortex-a72"


class NoRoot(Exception):
    """A root is not there and cannot be made: the text says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Root:
    """A Debian root in the cache. `architecture` as dpkg names it."""

    suite: str
    architecture: str
    path: Path

    @property
    def is_emulated(self) -> bool:
        """Whether its programs are for another processor than this machine's."""
        return self.architecture != this_architecture()


def this_architecture() -> str:
    """Returns this machine's architecture as dpkg names it."""
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def roots_folder() -> Path:
    """Returns where roots are kept."""
    return Path(os.environ.get("ANJU_ROOTS") or Path.home() / ".cache" / "anju" / "roots")


def find_root(suite: str, architecture: str = "") -> Root | None:
    """Returns a root of the cache, or None when it was not made yet or was made by another recipe."""
    architecture = architecture or this_architecture()
    path = roots_folder() / f"{suite}-{architecture}"
    stamp = path.with_name(f"{path.name}.recipe")
    if not stamp.is_file() or stamp.read_text() != _recipe(suite, architecture):
        return None
    return Root(suite, architecture, path)


def make_root(suite: str, architecture: str = "", say: bool = True) -> Root:
    """Returns a root of the cache, made now when it is missing (two to ten minutes). Raises NoRoot."""
    architecture = architecture or this_architecture()
    if found := find_root(suite, architecture):
        return found
    _check_tools(suite, architecture)
    roots_folder().mkdir(parents=True, exist_ok=True)
    path = roots_folder() / f"{suite}-{architecture}"
    with _locked(path.with_name(f"{path.name}.lock")):
        if found := find_root(suite, architecture):  # somebody else made it meanwhile
            return found
        fresh = path.with_name(f"{path.name}.new")
        for old in (path, fresh):
            shutil.rmtree(old, ignore_errors=True)
        if say:
            print(f"making a Debian root: {path}", file=sys.stderr)
        started = time.monotonic()
        command = _mmdebstrap(suite, architecture, fresh)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise NoRoot(f"mmdebstrap {suite} {architecture}: {_last_lines(done.stderr)}")
        fresh.rename(path)
        path.with_name(f"{path.name}.recipe").write_text(_recipe(suite, architecture))
        if say:
            print(f"made in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return Root(suite, architecture, path)


def _check_tools(suite: str, architecture: str) -> None:
    if suite not in SUITES:
        raise NoRoot(f"{suite}: roots are made of {', '.join(SUITES)}")
    if shutil.which("mmdebstrap") is None:
        raise NoRoot("mmdebstrap is missing: sudo apt-get install --no-install-recommends mmdebstrap")
    if os.geteuid() != 0:
        raise NoRoot("only root can make a Debian root that boots: run it with sudo once, it is kept")
    if architecture != this_architecture():
        enable_emulation()


def enable_emulation() -> None:
    """Lets programs for arm64 run on this machine. Raises NoRoot where that cannot be."""
    if shutil.which("qemu-aarch64-static") is None or shutil.which("update-binfmts") is None:
        raise NoRoot(
            "arm64 needs an emulator: sudo apt-get install --no-install-recommends "
            "qemu-user-static binfmt-support arch-test"
        )
    if not (BINFMT / "register").exists():
        _quietly("mount", "-t", "binfmt_misc", "binfmt_misc", str(BINFMT))
    if not (BINFMT / "qemu-aarch64").exists():
        _quietly("update-binfmts", "--enable", "qemu-aarch64")
    if not (BINFMT / "qemu-aarch64").exists():
        raise NoRoot("this kernel runs no foreign programs: binfmt_misc has no qemu-aarch64")


def _mmdebstrap(suite: str, architecture: str, target: Path) -> list[str]:
    if architecture == this_architecture():
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={BOOTABLE}"]
    else:
        command = ["mmdebstrap", "--quiet", "--variant=extract", f"--include={EMULATED}", f"--hook-dir={MERGED_USR}"]
        # what configuring these two would have left
        command.append('--customize-hook=cp "$1"/usr/share/base-passwd/passwd.master "$1"/etc/passwd')
        command.append('--customize-hook=cp "$1"/usr/share/base-passwd/group.master "$1"/etc/group')
    command.append(f"--architectures={architecture}")
    # a root that a power cut spoils is made again: no waiting for the disk after each file
    command += ["--dpkgopt=force-unsafe-io", *(f"--aptopt={line}" for line in _apt_options())]
    # without its indexes and packages a root is half the size, and nobody installs from the network in it
    command += ['--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin']
    command += [suite, str(target)]
    return command + ([mirror] if (mirror := _mirror()) else [])


def _apt_options() -> list[str]:
    """What this machine's apt was told about fetching: proxies, credentials' places, clocks that are not trusted."""
    dump = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, text=True).stdout
    lines = [line for line in dump.splitlines() if not line.endswith(' "";') and "::IndexTargets::" not in line]
    return [line for line in lines if not line.startswith("Acquire::cdrom")]


def _mirror() -> str:
    """Where this machine's apt gets Debian's own archive from; "" = unknown, mmdebstrap then takes Debian's."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN) $(LABEL)", "Identifier: Packages"]
    for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines():
        uri, _, origin = line.partition(" ")
        if origin == "Debian Debian":  # the label of the security archive is another
            return uri
    return ""


def _recipe(suite: str, architecture: str) -> str:
    """Changes with everything that makes a root another one, apart from what Debian publishes meanwhile."""
    include = BOOTABLE if architecture == this_architecture() else EMULATED
    return hashlib.sha256(f"1 {suite} {architecture} {include}".encode()).hexdigest() + "\n"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _quietly(*command: str) -> None:
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def _last_lines(text: str) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-3:]) or "no reason given"


def main() -> int:
    """Makes the roots that are named, or all of an architecture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    parser.add_argument("--arch", default=this_architecture(), choices=("amd64", "arm64"))
    options = parser.parse_args()
    for suite in options.suites or SUITES:
        try:
            print(make_root(suite, options.arch).path)
        except NoRoot as error:
            print(f"no root: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
