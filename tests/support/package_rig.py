"""What tests of packages do in a booted Debian: install, configure and start a box or a hub as a person would."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from support.debian_machine import Machine

UP_S: Final = 900.0  # a machine that others use too
HUB_PORT: Final = 7480
CONFIG: Final = """[box]
id = "ningdu-1"
community = "ningdu"
roster = "community.toml"
[http]
kiosk_listen = "{address}:8470"
[[kiosks]]
name = "kiosk-1"
"""


def put(path: Path, *packages: Path) -> None:
    """Lays packages into the /srv of a system, as from a stick."""
    (path / "srv").mkdir(exist_ok=True)
    for package in packages:
        shutil.copy(package, path / "srv")


def install(machine: Machine, package: Path, *, check: bool = True) -> str:
    """Installs a package of /srv, also over a newer one."""
    return machine.shell(f"apt-get install -y -q --allow-downgrades /srv/{package.name}", check=check).text


def configure(machine: Machine, address: str = "127.0.0.1", more: str = "") -> None:
    """Writes a configuration without devices, as a technician would; its owner and rights stay."""
    (machine.path / "etc" / "anju-edge" / "edge.toml").write_text(CONFIG.format(address=address) + more)


def start_box(machine: Machine) -> float:
    """Starts the box and returns how long it took to be READY."""
    machine.run("systemctl", "start", "--no-block", "anju-edge")
    return machine.wait_for("READY", lambda: machine.is_up("anju-edge"), UP_S)


def start_hub(machine: Machine) -> float:
    """Starts the hub and returns how long it took to be READY."""
    machine.run("systemctl", "start", "--no-block", "anju-central")
    return machine.wait_for("READY", lambda: machine.is_up("anju-central"), UP_S)


def version_that_runs(machine: Machine) -> str:
    """The version of the box, as it says itself."""
    return str(machine.health()["software"]).rpartition(" ")[2]


def wait_for_version(machine: Machine, version: str) -> None:
    """Waits until the box runs as this version."""
    machine.wait_for(version, lambda: machine.is_up("anju-edge") and version_that_runs(machine) == version, UP_S)


def main_pid(machine: Machine, unit: str = "anju-edge") -> str:
    """The process of a unit; "0" while it has none."""
    return machine.show(unit, "MainPID")["MainPID"]


def comes_back_when_killed(machine: Machine, unit: str) -> None:
    """Kills a unit's process and waits for the next one."""
    was = main_pid(machine, unit)
    machine.run("kill", "-9", was)
    machine.wait_for("back", lambda: machine.is_up(unit) and main_pid(machine, unit) not in (was, "0"), UP_S)


@contextmanager
def disk_full(machine: Machine, leave_mb: int = 0) -> Iterator[None]:
    """Fills the system's disk but for so much."""
    machine.shell(f"dd if=/dev/zero of=/srv/fill bs=1M 2>/dev/null || true; truncate -s -{leave_mb}M /srv/fill")
    try:
        yield
    finally:
        machine.shell("rm /srv/fill")


def damaged(package: Path, out: Path) -> list[Path]:
    """Files that were this package: a bit of it turned over, half of it, none of it, something else."""
    whole = bytearray(package.read_bytes())
    half = whole[: len(whole) // 2]
    turned = whole.copy()
    turned[len(turned) // 2] ^= 0x10
    name = package.name.partition("_")[0]
    made = []
    for number, content in enumerate((bytes(turned), bytes(half), b"", b"no package at all\n")):
        path = out / f"{name}_9.9.{number}_damaged.deb"
        path.write_bytes(content)
        made.append(path)
    return made
