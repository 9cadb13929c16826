"""A Debian of its own for one test: a throw-away layer over a kept root, booted with its real systemd in a container.

Roots come from `packaging/roots.py`. Nothing is ever written into them, and nothing here listens in this machine's
network.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import pytest

from roots import EMULATED_CPU, NoRoot, Root, enable_emulation, find_root, make_root

PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT: Final = {"PATH": PATH, "HOME": "/root", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
BOOT_S: Final = 120.0
REQUEST: Final = "GET {path} HTTP/1.0\\r\\nHost: 127.0.0.1:{port}\\r\\n{headers}\\r\\n"
ASK: Final = "exec 3<>/dev/tcp/127.0.0.1/{port}; printf '{request}' >&3; cat <&3"  # a minimal Debian has no curl
MAKE: Final = "ANJU_PACKAGE_TESTS"


class NotThere(AssertionError):
    """Something that was waited for did not come."""


def root_or_skip(suite: str, architecture: str = "", *, make: bool = False) -> Root:
    """Returns a kept root; makes it when `make` or ANJU_PACKAGE_TESTS=1 says so, else skips and says how."""
    if os.geteuid() != 0:
        pytest.skip("a Debian in a container needs root")
    for tool in ("systemd-nspawn", "nsenter", "dpkg-deb"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is missing: sudo apt-get install systemd-container util-linux dpkg")
    found = find_root(suite, architecture)
    if found is not None:
        if found.is_emulated:
            _emulation_or_skip()
        return found
    if not (make or os.environ.get(MAKE) == "1"):
        pytest.skip(f"no Debian root of {suite} is kept here, and making one takes minutes: set {MAKE}=1 to do it")
    try:
        return make_root(suite, architecture)
    except NoRoot as error:
        pytest.skip(str(error))


def _emulation_or_skip() -> None:
    try:
        enable_emulation()
    except NoRoot as error:
        pytest.skip(str(error))


@contextmanager
def layer_over(root: Root) -> Iterator[Path]:
    """Gives a folder that shows the root and keeps every change apart, until the block ends."""
    work = Path(tempfile.mkdtemp(prefix="anju-machine-"))
    # in memory: dpkg syncs each of thousands of files, and a disk that others use takes minutes for it
    in_memory = _mount("-t", "tmpfs", "-o", "size=2g,mode=755", "anju", str(work))
    for part in ("upper", "work", "merged"):
        (work / part).mkdir()
    merged = work / "merged"
    options = f"lowerdir={root.path},upperdir={work / 'upper'},workdir={work / 'work'}"
    layered = _mount("-t", "overlay", "-o", options, "overlay", str(merged))
    if not layered:  # inside a container that may not mount
        subprocess.run(["cp", "-a", f"{root.path}/.", str(merged)], check=True)
    try:
        yield merged
    finally:
        for mounted, place in ((layered, merged), (in_memory, work)):
            if mounted:
                subprocess.run(["umount", "--lazy", str(place)], check=False)
        shutil.rmtree(work, ignore_errors=True)


def _mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True).returncode == 0


def run_in(path: Path, *words: str, check: bool = True, network: bool = False, timeout_s: float = 600) -> str:
    """Runs one program in a root that is not booted and gives what it said.

    Under an emulator when it is for another processor. It sees no network unless `network`.
    """
    command = ["systemd-nspawn", "-q", "-D", str(path), "--register=no", "--keep-unit", "--pipe"]
    command += [] if network else ["--private-network"]
    command += [f"--setenv={key}={value}" for key, value in {**ENVIRONMENT, "QEMU_CPU": EMULATED_CPU}.items()]
    done = subprocess.run(
        [*command, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout_s,
    )
    text = done.stdout.decode(errors="replace")
    if check:
        assert done.returncode == 0, f"{' '.join(words)}: rc {done.returncode}\n{text}"
    return text


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program said (both streams) and its exit code."""

    code: int
    text: str


class Machine:
    """A Debian that runs: its systemd is PID 1. Made by `booted`."""

    def __init__(self, path: Path, nspawn: subprocess.Popen[bytes], log: Path) -> None:
        self.path = path
        self.log = log
        self._nspawn = nspawn
        self._leader = 0

    def run(self, *words: str, check: bool = True, timeout_s: float = 1200) -> Answer:
        """Runs a program in it, as root, and returns what it said. `check`: anything but exit code 0 fails the test."""
        enter = ["nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--net", "--pid"]
        enter += ["--root", "--wd", "--", "env", "-i", *(f"{key}={value}" for key, value in ENVIRONMENT.items())]
        done = subprocess.run(
            [*enter, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
        )
        text = done.stdout.decode(errors="replace")
        if check:
            assert done.returncode == 0, f"{' '.join(words)}: rc {done.returncode}\n{text}"
        return Answer(done.returncode, text)

    def shell(self, script: str, *, check: bool = True, timeout_s: float = 1200) -> Answer:
        """Runs lines of bash in it; the first that fails ends them."""
        return self.run("bash", "-euo", "pipefail", "-c", script, check=check, timeout_s=timeout_s)

    def wait_for(self, what: str, condition: Callable[[], bool], within_s: float = 60) -> float:
        """Waits until a condition holds and returns how long it took. Raises NotThere with the journal's last lines.

        A condition that asks a port where nobody answers yet does not hold.
        """
        started = time.monotonic()
        while not _holds(condition):
            if time.monotonic() - started > within_s:
                lines = self.run("journalctl", "--no-pager", "-n", "60", "-o", "cat", check=False).text
                raise NotThere(f"{what}: not within {within_s:g} s\n{lines}")
            time.sleep(0.1)
        return time.monotonic() - started

    def show(self, unit: str, *names: str) -> dict[str, str]:
        """Returns properties of a unit, as `systemctl show` names them."""
        text = self.run("systemctl", "show", unit, f"--property={','.join(names)}").text
        return dict(line.partition("=")[::2] for line in text.splitlines())

    def is_up(self, unit: str) -> bool:
        """Whether a unit is active, which for Type=notify means that it said READY."""
        return self.run("systemctl", "is-active", "--quiet", unit, check=False).code == 0

    def ask(self, port: int, path: str, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON (Any) that one of its loopback ports answers to a GET. Raises NotThere."""
        lines = "".join(f"{name}: {value}\\r\\n" for name, value in (headers or {}).items())
        script = ASK.format(port=port, request=REQUEST.format(port=port, path=path, headers=lines))
        answer = self.run("bash", "-c", script, check=False)
        if answer.code != 0:
            raise NotThere(f"port {port}: {answer.text}")
        return json.loads(answer.text.partition("\r\n\r\n")[2])

    def health(self) -> dict[str, Any]:
        """What the box in it answers at /healthz. Any: JSON."""
        return cast("dict[str, Any]", self.ask(8471, "/healthz"))

    def package_state(self, name: str) -> str:
        """What dpkg says of a package, as "ii 0.1.0": wanted and installed."""
        ask = "--showformat=${db:Status-Abbrev}${Version}"
        return self.run("dpkg-query", "--show", ask, name, check=False).text.strip()

    def traces_of_anju(self) -> list[str]:
        """Files, accounts and units' files of ours that are still there; logs do not count.

        Nor does what systemd remembers of a unit that failed while it was there.
        """
        names = self.shell(
            "find / -xdev -name '*anju*' | grep -v -e ^/srv/ -e ^/var/log/ -e /zoneinfo/ || true;"
            " getent passwd | grep anju || true; systemctl list-unit-files --no-legend | grep anju || true"
        ).text
        return names.split("\n")[:-1] if names else []

    def wait_until_booted(self) -> None:
        """Waits until its systemd has done what a boot does. Raises NotThere with what its console said."""
        until_s = time.monotonic() + BOOT_S
        while time.monotonic() < until_s:
            if self._nspawn.poll() is not None:
                break
            self._leader = self._leader or self._find_leader()
            if self._leader:
                state = self.run("systemctl", "is-system-running", check=False).text.strip()
                if state in {"running", "degraded"}:
                    return
            time.sleep(0.2)
        raise NotThere(f"the system did not boot:\n{self.log.read_text(errors='replace')[-3000:]}")

    def _find_leader(self) -> int:
        """The container's PID 1, as this machine numbers it; 0 until it is there."""
        tasks = Path(f"/proc/{self._nspawn.pid}/task")
        for children in tasks.glob("*/children"):
            for child in children.read_text().split():
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return int(child)
        return 0

    def power_off(self) -> None:
        """Shuts it down in order; a system that does not is cut off."""
        if self._nspawn.poll() is None:
            self._nspawn.terminate()
            try:
                self._nspawn.wait(60)
            except subprocess.TimeoutExpired:
                self.cut_power()

    def cut_power(self) -> None:
        """Ends every process of it at once. What was written and not synced is still there, unlike with real power."""
        if self._leader:
            try:
                os.kill(self._leader, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._nspawn.kill()
        self._nspawn.wait(30)


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except NotThere:
        return False


@contextmanager
def booted(path: Path, namespace: str = "") -> Iterator[Machine]:
    """Boots the system in a folder. `namespace`: the named network namespace that it lives in; "" = an empty one."""
    masked = path / "etc" / "systemd" / "system" / "console-getty.service"
    if not masked.is_symlink():
        masked.symlink_to("/dev/null")
    patience = path / "etc" / "systemd" / "system.conf.d" / "patience.conf"
    patience.parent.mkdir(exist_ok=True)
    patience.write_text("[Manager]\nDefaultTimeoutStartSec=900\n")  # this machine may have other things to do
    command = ["systemd-nspawn", "-q", "-D", str(path), "--register=no", "--keep-unit", "--boot"]
    command += [f"--network-namespace-path=/run/netns/{namespace}"] if namespace else ["--private-network"]
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists():  # a host on the first version of control groups
        command.append("systemd.unified_cgroup_hierarchy=0")
    log = path.parent / "console.log"
    with log.open("ab") as output:
        nspawn = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    machine = Machine(path, nspawn, log)
    try:
        machine.wait_until_booted()
        yield machine
    finally:
        machine.power_off()
