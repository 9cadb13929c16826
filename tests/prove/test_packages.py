"""Packages in real Debians with a real systemd: installed as the pages say, killed, hung, updated, cut off, taken away.

Needs root and systemd-nspawn; roots are made when they are missing (packaging/roots.py). ANJU_PACKAGES names a folder
with packages to prove instead of building some. How versions reach a box: test_package_updates.py.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from support.debian_lan import Lan, lan
from support.debian_machine import Machine, booted, layer_over, root_or_skip, run_in
from support.package_rig import (
    CONFIG,
    HUB_PORT,
    UP_S,
    comes_back_when_killed,
    configure,
    damaged,
    disk_full,
    install,
    main_pid,
    put,
    start_box,
    start_hub,
    version_that_runs,
    wait_for_version,
)
from support.packages import build_package
from support.pages import commands
from support.repacking import DOES_NOT_START, repacked

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3600)]

SUITES = ("bookworm", "trixie")
NO_ROOM_MB = 64  # dpkg can begin, a version of ours has no room
SEEN_FROM_OUTSIDE = """
import sys, threading
from zeroconf import ServiceBrowser, Zeroconf
found = threading.Event()
class Listener:
    def add_service(self, zc, kind, name):
        info = zc.get_service_info(kind, name, timeout=10000)
        if info:
            print(name, info.parsed_addresses(), info.port, flush=True)
            found.set()
    update_service = remove_service = lambda *_: None
zeroconf = Zeroconf(interfaces=[sys.argv[1]])
ServiceBrowser(zeroconf, "_anju-edge._tcp.local.", Listener())
sys.exit(0 if found.wait(60) else 1)
"""


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_package("anju-edge", tmp_path_factory.mktemp("edge"))


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_package("anju-central", tmp_path_factory.mktemp("central"))


@pytest.fixture(params=SUITES)
def system(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A Debian that is not booted yet."""
    with layer_over(root_or_skip(request.param, make=True)) as path:
        yield path


# ---- as the pages say


def test_a_box_is_installed_as_the_page_says(system: Path, edge: Path) -> None:
    put(system, edge)
    typed = commands("install.md")
    with booted(system) as machine:
        machine.shell(f"cd /srv\n{typed['The box']}")
        machine.shell(typed["Devices"])
        configure(machine)
        for line in typed["Who and where"].splitlines():
            done = machine.shell(line, check=False)
            worst = 2 if line.startswith("sudo anju-edge status") else 0  # a box without a hub has something to say
            assert done.code <= worst, f"{line}\n{done.text}"
            assert "no answer" not in done.text
        assert machine.is_up("anju-edge")


def test_a_hub_is_installed_as_the_page_says(system: Path, central: Path) -> None:
    put(system, central)
    typed = commands("hub.md")
    with booted(system) as machine:
        machine.shell(f"cd /srv\n{typed['Install']}")
        assert "systemctl enable --now anju-central" in machine.shell(typed["Set up"]).text
        machine.shell(typed["Start"], timeout_s=UP_S)
        assert machine.is_up("anju-central")
        machine.shell(typed["Backups"], timeout_s=UP_S)
        assert machine.show("anju-central-backup", "Result") == {"Result": "success"}
        assert list((system / "var/backups/anju-central").glob("*.sqlite"))
        status = machine.shell("anju-central status --config /etc/anju-central/central.toml").text
        assert "backup /var/backups/anju-central/" in status
        machine.shell("apt-get purge -y -q anju-central")
        shutil.rmtree(system / "var/backups/anju-central")
        assert machine.traces_of_anju() == []


# ---- the life of a box and of a hub


def test_a_box_is_seen_comes_back_is_updated_and_leaves_nothing(system: Path, edge: Path, tmp_path: Path) -> None:
    newer = repacked(edge, "9.0.0", tmp_path)
    put(system, edge, newer)
    with lan() as net, booted(system, net.inside) as machine:
        install(machine, edge)
        configure(machine, net.inside_address)
        start_box(machine)
        first = version_that_runs(machine)
        _is_seen_from_outside(net)
        comes_back_when_killed(machine, "anju-edge")
        _comes_back_when_it_hangs(machine)
        _refuses_a_second_copy(machine, "anju-edge", "/etc/anju-edge/edge.toml", 75)

        edited = system / "etc" / "anju-edge" / "edge.toml"
        before = edited.read_text()
        assert "conffile" not in install(machine, newer)
        wait_for_version(machine, "9.0.0")
        assert edited.read_text() == before
        install(machine, edge)  # a downgrade is a version like any other
        wait_for_version(machine, first)

        machine.shell("apt-get remove -y -q anju-edge")
        assert not machine.is_up("anju-edge")
        assert edited.read_text() == before
        assert (system / "var/lib/private/anju-edge").is_dir()
        machine.shell("apt-get purge -y -q anju-edge")
        assert machine.traces_of_anju() == []


def test_a_hub_comes_back_is_updated_and_leaves_nothing(system: Path, central: Path, tmp_path: Path) -> None:
    newer = repacked(central, "9.0.0", tmp_path)
    foreign = repacked(central, "9.0.1", tmp_path, architecture=_other_architecture(central))
    broken = [foreign, *damaged(newer, tmp_path)]
    put(system, central, newer, *broken)
    with booted(system) as machine:
        install(machine, central)
        machine.shell("anju-central setup --backup /var/backups/anju-central")
        start_hub(machine)
        first = hubs_version(machine)
        comes_back_when_killed(machine, "anju-central")
        _refuses_a_second_copy(machine, "anju-central", "/etc/anju-central/central.toml", 1)

        state, was = machine.package_state("anju-central"), main_pid(machine, "anju-central")
        for package in broken:
            assert machine.run("dpkg", "-i", f"/srv/{package.name}", check=False).code != 0, package.name
            assert _leftovers(machine, "central") == "", package.name
        with disk_full(machine, NO_ROOM_MB):
            said = machine.run("dpkg", "-i", f"/srv/{newer.name}", check=False)
            assert (said.code, said.text.count("MB more must be free")) == (1, 1), said.text
        assert (machine.package_state("anju-central"), main_pid(machine, "anju-central")) == (state, was)

        edited = system / "etc" / "anju-central" / "central.toml"
        before = edited.read_text()
        for package, version in ((newer, "9.0.0"), (central, first)):
            install(machine, package)
            machine.wait_for(version, partial(_hub_is, machine, version), UP_S)
        assert edited.read_text() == before
        machine.shell("apt-get remove -y -q anju-central")
        assert not machine.is_up("anju-central")
        assert edited.read_text() == before
        assert (system / "var/lib/private/anju-central/store.sqlite").is_file()
        machine.shell("apt-get purge -y -q anju-central")
        shutil.rmtree(system / "var/backups/anju-central")
        assert machine.traces_of_anju() == []


def hubs_version(machine: Machine) -> str:
    return str(machine.ask(HUB_PORT, "/healthz")["version"])


def _hub_is(machine: Machine, version: str) -> bool:
    return machine.is_up("anju-central") and hubs_version(machine) == version


def _other_architecture(package: Path) -> str:
    return "arm64" if "amd64" in package.name else "amd64"


def _leftovers(machine: Machine, folder: str) -> str:
    """What dpkg left half unpacked."""
    return machine.shell(f"find /opt/anju/{folder} -name '*.dpkg-new' -o -name '*.dpkg-tmp'").text


def _refuses_a_second_copy(machine: Machine, unit: str, config: str, code: int) -> None:
    was = main_pid(machine, unit)
    done = machine.run(unit, "run", "--config", config, check=False)
    assert done.code == code, done.text
    assert f"is in use by another {unit}" in done.text
    assert "Traceback" not in done.text
    assert machine.is_up(unit)
    assert main_pid(machine, unit) == was


def _is_seen_from_outside(net: Lan) -> None:
    said = net.run_outside(sys.executable, "-c", SEEN_FROM_OUTSIDE, net.outside_address, timeout_s=120)
    assert f"['{net.inside_address}'] 8470" in said, said


def _comes_back_when_it_hangs(machine: Machine) -> None:
    was = main_pid(machine)
    machine.run("kill", "-STOP", was)  # the watchdog's signal is delivered when it is killed for good
    machine.wait_for("watchdog", lambda: main_pid(machine) not in (was, "0") and machine.is_up("anju-edge"), UP_S)
    assert "Watchdog timeout" in machine.shell("journalctl -u anju-edge --no-pager -o cat").text


# ---- what is refused, and leaves the version that runs as it is


def test_what_cannot_be_installed_is_refused_while_the_box_runs(system: Path, edge: Path, tmp_path: Path) -> None:
    foreign = repacked(edge, "9.0.0", tmp_path, architecture=_other_architecture(edge))
    newer = repacked(edge, "9.0.2", tmp_path)
    broken = [foreign, *damaged(newer, tmp_path)]
    put(system, edge, newer, *broken)
    with booted(system) as machine:
        install(machine, edge)
        configure(machine)
        start_box(machine)
        was = (main_pid(machine), version_that_runs(machine), machine.package_state("anju-edge"))

        def is_untouched() -> bool:
            now = (main_pid(machine), version_that_runs(machine), machine.package_state("anju-edge"))
            return now == was and _leftovers(machine, "edge") == ""

        for package in broken:
            said = machine.run("dpkg", "-i", f"/srv/{package.name}", check=False)
            assert said.code != 0, package.name
            assert "dpkg: error" in said.text
            assert is_untouched(), package.name
        with disk_full(machine):  # dpkg itself has no room to begin
            assert machine.run("dpkg", "-i", f"/srv/{newer.name}", check=False).code != 0
        assert is_untouched()
        with disk_full(machine, NO_ROOM_MB):
            said = machine.run("dpkg", "-i", f"/srv/{newer.name}", check=False)
            assert (said.code, said.text.count("MB more must be free")) == (1, 1), said.text
            assert f"{was[1]} 照常运行 goes on" in said.text
            assert is_untouched()
        machine.run("dpkg", "-i", f"/srv/{newer.name}")
        wait_for_version(machine, "9.0.2")


def test_power_is_cut_while_an_update_is_unpacked(system: Path, edge: Path, tmp_path: Path) -> None:
    newer = repacked(edge, "9.0.0", tmp_path)
    put(system, edge, newer)
    with booted(system) as machine:
        install(machine, edge)
        configure(machine)
        machine.run("systemctl", "enable", "anju-edge")
        start_box(machine)
        runs = version_that_runs(machine)
        machine.shell(f"dpkg -i /srv/{newer.name} >/dev/null 2>&1 &")
        unpacked = system / "opt" / "anju" / "edge"
        machine.wait_for("unpacking", lambda: any(unpacked.rglob("*.dpkg-new")), UP_S)
        machine.cut_power()
    with booted(system) as machine:
        machine.wait_for("READY", lambda: machine.is_up("anju-edge"), UP_S)
        assert version_that_runs(machine) == runs
        machine.shell(f"dpkg --configure -a || true; dpkg -i /srv/{newer.name}")
        wait_for_version(machine, "9.0.0")


def test_an_update_that_does_not_start_is_taken_back(system: Path, edge: Path, tmp_path: Path) -> None:
    broken = repacked(edge, "9.0.0", tmp_path, changes=DOES_NOT_START)
    put(system, edge, broken)
    with booted(system) as machine:
        install(machine, edge)
        configure(machine)
        start_box(machine)
        runs = version_that_runs(machine)
        install(machine, broken)
        rolled_back = system / "var/lib/private/anju-edge/slot.rolled_back"
        machine.wait_for("roll-back", lambda: rolled_back.exists() and machine.is_up("anju-edge"), UP_S)
        assert version_that_runs(machine) == runs
        assert "bad 9.0.0" in rolled_back.read_text()
        assert "line ImportError: no module named x" in rolled_back.read_text()
        status = " ".join(machine.run("anju-edge", "status", check=False).text.split())  # lines are as wide as a screen
        assert "EDGE-UPD-001" in status
        assert "no module named x" in status, status


# ---- what shipped byte code is worth


def test_byte_code_brings_the_box_up_sooner(edge: Path) -> None:
    """Exec to READY with the byte code of the package and without, on one machine, in turns. The bar: 0.6."""
    turns = 3
    with layer_over(root_or_skip("bookworm", make=True)) as path:
        put(path, edge)
        with booted(path) as machine:
            install(machine, edge)
            configure(machine)
            _start_up_s(machine)  # the disk's first reads
            with_code, without = [], []
            codes = "find /opt/anju/slots -name __pycache__ -prune -exec"
            for _ in range(turns):
                with_code.append(_start_up_s(machine))
                machine.shell(f"{codes} sh -c 'for one; do mv $one $one.away; done' sh {{}} +")
                without.append(_start_up_s(machine))
                away = "find /opt/anju/slots -name __pycache__.away -prune -exec"
                machine.shell(f"{away} sh -c 'for one; do mv $one ${{one%.away}}; done' sh {{}} +")
            start_box(machine)
            memory = machine.shell(f"cat /proc/{main_pid(machine)}/status").text
            print(f"exec to READY, s: {sorted(with_code)} with byte code, {sorted(without)} without")
            print(next(line for line in memory.splitlines() if line.startswith("VmRSS")))
            assert min(with_code) <= 0.6 * min(without)


def _start_up_s(machine: Machine) -> float:
    """Starts and stops the box; returns the seconds from exec to READY as systemd saw them."""
    start_box(machine)
    shown = machine.show("anju-edge", "ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
    machine.run("systemctl", "stop", "anju-edge")
    return (int(shown["ActiveEnterTimestampMonotonic"]) - int(shown["ExecMainStartTimestampMonotonic"])) / 1e6


# ---- another processor


@pytest.mark.parametrize("suite", SUITES)
def test_a_box_for_arm64_comes_up(suite: str, tmp_path: Path) -> None:
    root = root_or_skip(suite, "arm64", make=True)
    package = build_package("anju-edge", tmp_path, architecture="arm64")
    with layer_over(root) as path:
        put(path, package)
        configured = CONFIG.format(address="127.0.0.1")
        script = f"""
            set -e
            uname -m
            dpkg -i --force-depends /srv/{package.name}  # the root's packages are there, not configured
            printf '%s' '{configured}' >/etc/anju-edge/edge.toml
            mkdir -p /var/lib/anju-edge
            anju-edge run --config /etc/anju-edge/edge.toml >/srv/log 2>&1 &
            until grep -q 'box ningdu-1 runs' /srv/log; do kill -0 $! || {{ cat /srv/log; exit 1; }}; sleep 1; done
            kill -TERM $!
            wait $!
            echo "ended with $?"
        """
        said = run_in(path, "bash", "-c", script, timeout_s=3000)
        assert "aarch64" in said
        assert "ended with 0" in said
