"""A throw-away Debian with a real systemd, above a root of the cache (packaging/roots.py makes those)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SCRIPT_UNIT = """[Unit]
Description=what the test does
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh /script
ExecStopPost=/bin/systemctl exit 0
[Install]
WantedBy=default.target
"""


def cached_root(suite: str) -> Path:
    """Returns a root with systemd in it; skips where there is none, or it cannot be booted here."""
    folder = Path(os.environ.get("ANJU_ROOTS") or Path.home() / ".cache" / "anju" / "roots")
    root = folder / f"{suite}-amd64"
    if os.geteuid() != 0 or shutil.which("systemd-nspawn") is None:
        pytest.skip("booting a root needs root and systemd-nspawn (package systemd-container)")
    if not (root / "usr/lib/systemd/systemd").exists():
        pytest.skip(f"no {suite} root in {folder}: python packaging/roots.py makes it")
    return root


@contextmanager
def layer_above(root: Path, folder: Path) -> Iterator[Path]:
    """A copy of the root that costs nothing and goes away. Skips where overlays cannot be mounted."""
    parts = {name: folder / name for name in ("upper", "work", "merged")}
    for path in parts.values():
        path.mkdir()
    options = f"lowerdir={root},upperdir={parts['upper']},workdir={parts['work']}"
    command = ["mount", "-t", "overlay", "anju-test", "-o", options, str(parts["merged"])]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"cannot mount an overlay here: {done.stderr.strip()}")
    try:
        yield parts["merged"]
    finally:
        subprocess.run(["umount", "--lazy", str(parts["merged"])], check=True)


def boot(root: Path, script: str, limit_s: float) -> str:
    """Boots the root, runs the script as a unit, powers off. Returns what the script wrote to /result."""
    (root / "script").write_text(script, encoding="utf-8")
    units = root / "etc/systemd/system"
    (units / "anju-test.service").write_text(SCRIPT_UNIT, encoding="utf-8")
    wants = units / "default.target.wants"
    wants.mkdir(exist_ok=True)
    for link, target in (
        (wants / "anju-test.service", "/etc/systemd/system/anju-test.service"),
        (units / "console-getty.service", "/dev/null"),
    ):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    command = ["systemd-nspawn", "-q", "-D", str(root), "--register=no", "--keep-unit", "--boot", "--private-network"]
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists():
        command.append("systemd.unified_cgroup_hierarchy=0")
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as machine:
        try:
            said, _ = machine.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            _power_off(machine.pid)
            raise
    result = root / "result"
    assert result.exists(), said.decode(errors="replace")[-3000:]
    return result.read_text(encoding="utf-8", errors="replace")


def _power_off(nspawn: int) -> None:
    """Ends the first process of the machine, and with it all of them: it would outlive an nspawn that is killed."""
    children = Path(f"/proc/{nspawn}/task/{nspawn}/children").read_text(encoding="ascii").split()
    for pid in children:
        os.kill(int(pid), signal.SIGKILL)
