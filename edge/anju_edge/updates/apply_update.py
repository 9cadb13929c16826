"""The part of an update that needs rights: checks again what was handed over, then calls dpkg. Runs as root.

It trusts nothing of whoever asks: files are copied first into a folder of its own, and what is checked is the copy."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from anju_base.update_manifest import (
    MANIFEST,
    MOST_FILE_BYTES,
    MOST_MANIFEST_BYTES,
    SIGNATURE,
    Manifest,
    UpdateFile,
    UpdateRefused,
    check_file,
    is_older,
    read_keys,
    verified,
)
from anju_edge.updates.slot_files import newest_schema

PRODUCT: Final = "anju-edge"
KEYS: Final = Path(__file__).with_name("keys")
OWN_FOLDER: Final = Path("/var/lib/anju-edge-update")
SPACE_FACTOR: Final = 7  # of the package's size, unpacked beside the slot that runs (xz: 42 MB -> 197 MB)
JOURNAL_RESERVE_BYTES: Final = 128 * 1024 * 1024  # ballast, reserve and floor of the shipped journal settings


@dataclass(frozen=True, slots=True)
class Installed:
    """What runs now: its version, architecture, the schema that it knows, and the highest counter that was taken."""

    version: str
    architecture: str
    schema: int
    counter: int


def check(manifest: Manifest, now: Installed, free_bytes: int, *, downgrade: bool) -> UpdateFile:
    """Returns the package to install. Raises UpdateRefused. `downgrade`: a person at the box wants an older one."""
    if manifest.product != PRODUCT:
        raise UpdateRefused("这不是网关的更新", f"this is an update of {manifest.product}, not of a box")
    file = manifest.file_for(now.architecture)
    if manifest.counter < now.counter and not downgrade:
        raise UpdateRefused(
            f"版本 {manifest.version} 比装过的旧；确要退回请在网关旁用 --downgrade",
            f"version {manifest.version} is older than one that was installed; a person at the box may say --downgrade",
        )
    if manifest.min_version and is_older(now.version, manifest.min_version):
        raise UpdateRefused(
            f"先更新到 {manifest.min_version}", f"this box runs {now.version}; install {manifest.min_version} first"
        )
    if manifest.oldest_reader > now.schema:
        raise UpdateRefused(
            f"现在的版本 {now.version} 读不了新版本的记录，出错时无法退回；先装中间的版本",
            f"{now.version} could not read the records of {manifest.version} if it had to run again; "
            "install a version in between first",
        )
    if manifest.schema < now.schema and not downgrade:
        raise UpdateRefused(
            f"版本 {manifest.version} 读不了现在的记录",
            f"version {manifest.version} cannot read the records of this one",
        )
    needed = file.size * SPACE_FACTOR + JOURNAL_RESERVE_BYTES
    if free_bytes < needed:
        raise UpdateRefused(
            f"空间不够：还需 {(needed - free_bytes) // 1_000_000 + 1} MB",
            f"not enough space: {(needed - free_bytes) // 1_000_000 + 1} MB more must be free for two versions "
            "and the records",
        )
    return file


def take_over(source: Path, target: Path, limit_bytes: int) -> None:
    """Copies a file that somebody else may change meanwhile; follows no link. Raises UpdateRefused, OSError."""
    handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as given, target.open("wb") as taken:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > limit_bytes:
            raise UpdateRefused(f"{source.name} 不是安装文件", f"{source.name} is no file of an update")
        shutil.copyfileobj(given, taken, 1 << 20)


def hand_over(folder: Path, own: Path, keys: Mapping[str, Ed25519PublicKey]) -> Manifest:
    """Brings manifest and signature into the helper's own folder and checks them. Raises UpdateRefused, OSError."""
    for name in (MANIFEST, SIGNATURE):
        try:
            take_over(folder / name, own / name, MOST_MANIFEST_BYTES)
        except FileNotFoundError as error:
            raise UpdateRefused(f"{folder} 里没有 {name}", f"there is no {name} in {folder}") from error
    data = (own / MANIFEST).read_bytes()
    return verified(data, (own / SIGNATURE).read_text(encoding="ascii", errors="replace"), keys)


def apply(
    folder: Path,
    *,
    own: Path = OWN_FOLDER,
    keys: Path = KEYS,
    installed: Callable[[Path], Installed] | None = None,
    install: Callable[[Path, bool], None] | None = None,
    say: Callable[[str], None] = lambda _: None,
    downgrade: bool = False,
    now: bool = False,
) -> Manifest:
    """Checks and installs the update in a folder. `now`: restart also while an incident is open.

    Raises UpdateRefused, OSError; what runs is untouched then.
    """
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    say("checking")
    manifest = hand_over(folder, own, read_keys(keys))
    state = (installed or installed_now)(own)
    file = check(manifest, state, shutil.disk_usage(own).free, downgrade=downgrade)
    package = own / "package.deb"
    try:
        try:
            take_over(folder / file.name, package, MOST_FILE_BYTES)
        except FileNotFoundError as error:
            raise UpdateRefused(f"{folder} 里没有 {file.name}", f"there is no {file.name} in {folder}") from error
        check_file(package, file)
        say("installing")
        (install or dpkg)(package, now)
    finally:
        package.unlink(missing_ok=True)
    counter = own / "counter.new"
    counter.write_text(f"{manifest.counter if downgrade else max(manifest.counter, state.counter)}\n", encoding="ascii")
    counter.replace(own / "counter")
    say("installed")
    return manifest


def installed_now(own: Path) -> Installed:
    """Reads what is installed. Raises OSError."""
    ask = ["dpkg-query", "--show", "--showformat=${Version} ${Architecture}", PRODUCT]
    done = subprocess.run(ask, capture_output=True, text=True, check=True)
    version, architecture = done.stdout.split()
    try:
        counter = int((own / "counter").read_text(encoding="ascii"))
    except (OSError, ValueError):
        counter = 0
    return Installed(version, architecture, newest_schema(), counter)


def dpkg(package: Path, now: bool) -> None:
    """Installs a package that was checked. Raises UpdateRefused with dpkg's last words."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "ANJU_NOW": "1" if now else ""}
    command = ["dpkg", "--install", str(package)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines()
        last = next((line for line in words if line.startswith("anju-edge:")), words[-1] if words else "")
        raise UpdateRefused(f"安装失败：{last}", f"dpkg could not install it: {last}")
