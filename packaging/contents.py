"""What each of the two packages holds, beside the Python packages of others."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from interpreters import Interpreter
from site_tree import BuildFailed, compile_tree
from uv_tool import ROOT

MAINTAINER: Final = "Anju <anju@example.invalid>"
SCRIPTS: Final = ("preinst", "postinst", "prerm", "postrm")


@dataclass(frozen=True, slots=True)
class Product:
    """One of the packages.

    - `folder`: where it lies below /opt/anju
    - `commands`: where `app` has all of its commands
    - `modules`: of the wheel, what goes in; `without`: of it, what stays out
    - `configuration`: {name below /usr/share/NAME: (file of the repository, {what stands in it: what shall})}
    - `files`: {place in the package: file of the repository}, left out when the repository does not have it
    """

    name: str
    folder: str
    module: str
    commands: str
    modules: tuple[str, ...]
    without: tuple[str, ...]
    configuration: dict[str, tuple[str, dict[str, str]]]
    files: dict[str, str]
    description: str


UNITS: Final = "usr/lib/systemd/system"
EDGE: Final = Product(
    name="anju-edge",
    folder="edge",
    module="anju_edge",
    commands="anju_edge.cli.all_verbs",
    modules=("anju_edge", "anju_drivers", "anju_protos", "anju_base"),
    without=("anju_edge/simulation",),
    configuration={
        "edge.toml": (
            "edge/edge.example.toml",
            {
                'data = "data"  ': 'data = "/var/lib/anju-edge"  ',
                'roster = "community.example.toml"': 'roster = "community.toml"',
            },
        ),
        "community.toml": ("edge/community.example.toml", {}),
    },
    files={
        f"{UNITS}/anju-edge.service": "systemd/anju-edge.service",
        f"{UNITS}/anju-rtl433.service": "systemd/anju-rtl433.service",
        f"{UNITS}/anju-edge-update.path": "systemd/anju-edge-update.path",
        f"{UNITS}/anju-edge-update.service": "systemd/anju-edge-update.service",
        "usr/lib/udev/rules.d/70-anju-edge.rules": "systemd/70-anju-edge.rules",
        "usr/lib/anju/launch": "packaging/launch",
    },
    description="""box of a residential community that hears calls for help
 Hears wristbands, cameras and check-ins at a kiosk, acts on a call for help
 by itself, works without a network and delivers to its hub when there is one.
 .
 Brings all Python packages that it needs, for the Python of Debian 12 and 13.""",
)
CENTRAL: Final = Product(
    name="anju-central",
    folder="central",
    module="anju_central",
    commands="anju_central.__main__",
    modules=("anju_central", "anju_protos", "anju_base"),
    without=(),
    configuration={"central.toml": ("central/central.example.toml", {})},
    files={
        f"{UNITS}/anju-central.service": "systemd/anju-central.service",
        f"{UNITS}/anju-central-backup.service": "systemd/anju-central-backup.service",
        f"{UNITS}/anju-central-backup.timer": "systemd/anju-central-backup.timer",
    },
    description="""hub of a district, for the boxes of its communities
 Receives what the boxes of residential communities heard, keeps it and shows
 operators the incidents that are open.
 .
 Brings all Python packages that it needs, for the Python of Debian 12 and 13.""",
)
PRODUCTS: Final = (EDGE, CENTRAL)


def add_site(product: Product, tree: Path, unpacked: Path, version: str, pythons: Sequence[Interpreter]) -> None:
    """Adds what is ours to the `site` of a package, and what makes a Python environment of it.

    `tree` is the package's folder, whose `site` holds the packages of others; `unpacked` is our whole wheel.
    Raises BuildFailed.
    """
    home = tree / "opt" / "anju" / product.folder
    own = tree.parent / f"{product.name}-own"
    for module in product.modules:
        shutil.copytree(unpacked / module, own / module)
    for part in product.without:
        shutil.rmtree(own / part)
    notes = next(unpacked.glob("anju-*.dist-info"))
    target = own / f"anju-{version}.dist-info"
    target.mkdir()
    text = (notes / "METADATA").read_text(encoding="utf-8")
    wheels = next(line for line in text.splitlines() if line.startswith("Version: "))
    (target / "METADATA").write_text(text.replace(wheels, f"Version: {version}", 1), encoding="utf-8")
    if product is EDGE:  # the hub has no drivers to find
        shutil.copy(notes / "entry_points.txt", target)
    for path in own.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    compile_tree(own, f"/opt/anju/{product.folder}/site", pythons)
    shutil.copytree(own, home / "site", dirs_exist_ok=True)
    for python in pythons:
        packages = home / "lib" / f"python{python.version}" / "site-packages"
        packages.parent.mkdir(parents=True)
        packages.symlink_to("../../site")
    (home / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    (home / "VERSION").write_text(f"{version}\n")
    (home / "bin").mkdir()
    (home / "bin" / "python3").symlink_to("/usr/bin/python3")
    command = home / "bin" / product.name
    command.write_text(
        f"#!/opt/anju/{product.folder}/bin/python3 -I\nfrom {product.module}.__main__ import main\n\nmain()\n"
    )
    command.chmod(0o755)


def add_system_files(product: Product, tree: Path, version: str, epoch: int, built_with: str) -> None:
    """Adds units, examples, documents and maintainer scripts. Raises BuildFailed."""
    for place, source in product.files.items():
        if (ROOT / source).is_file():
            text = (ROOT / source).read_text(encoding="utf-8")
            _add(tree / place, text, os.access(ROOT / source, os.X_OK))
    share = tree / "usr" / "share" / product.name
    for name, (source, changes) in product.configuration.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        for old, new in changes.items():
            if old not in text:
                raise BuildFailed(f"{source}: {old!r} is no longer in it; say in contents.py what shall change")
            text = text.replace(old, new, 1)
        _add(share / name, text)
    documents = tree / "usr" / "share" / "doc" / product.name
    _add(documents / "copyright", _copyright(product, tree))
    _add(documents / "built-with.txt", built_with)
    date = format_datetime(datetime.fromtimestamp(epoch, UTC))
    entry = (
        f"{product.name} ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- {MAINTAINER}  {date}\n"
    )
    _add_gzip(documents / "changelog.gz", entry.encode())
    _add_gzip(documents / "CHANGELOG.md.gz", (ROOT / "CHANGELOG.md").read_bytes())
    overrides = (ROOT / "packaging" / "debian" / "lintian-overrides").read_text(encoding="utf-8")
    _add(tree / "usr" / "share" / "lintian" / "overrides" / product.name, overrides)
    link = tree / "usr" / "bin" / product.name
    link.parent.mkdir(parents=True)
    # of a box, whichever slot the launcher chooses
    link.symlink_to("../lib/anju/launch" if product is EDGE else f"/opt/anju/{product.folder}/bin/{product.name}")
    meta = tree / "DEBIAN"
    meta.mkdir()
    scripts = ROOT / "packaging" / "debian"
    room = str(room_kib(tree))
    for script in SCRIPTS:
        source_script = next(
            (path for path in (scripts / product.name / script, scripts / script) if path.is_file()), None
        )
        if source_script is not None:
            text = source_script.read_text(encoding="utf-8")
            _add(meta / script, text.replace("@name@", product.name).replace("@room_kib@", room), is_program=True)


def room_kib(tree: Path) -> int:
    """Returns what a package takes on a disk beside the version before it: blocks of 4 KiB, its folders twice.

    A slot is made of hard links, which need folders of their own.
    """
    blocks = 0
    for path in tree.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            blocks += 2
        elif not path.is_symlink():
            blocks += -(-path.lstat().st_size // 4096)
    return blocks * 4


def add_manual(product: Product, tree: Path, version: str, epoch: int) -> None:
    """Adds the manual page and completions for bash, zsh and fish, made by what the package holds."""
    own = tree.parent / f"{product.name}-own"
    made = tree.parent / f"{product.name}-manual"
    words = [product.commands, product.name, version, str(epoch), str(made)]
    environment = {**os.environ, "PYTHONPATH": str(own), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(ROOT / "packaging" / "manual.py"), *words]
    done = subprocess.run(command, env=environment, cwd=tree.parent, capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"the manual of {product.name}: {done.stderr.strip()[-600:]}")
    share = tree / "usr" / "share"
    _add_gzip(share / "man" / "man8" / f"{product.name}.8.gz", (made / f"{product.name}.8").read_bytes())
    places = {
        f"{product.name}.bash": f"bash-completion/completions/{product.name}",
        f"_{product.name}": f"zsh/vendor-completions/_{product.name}",
        f"{product.name}.fish": f"fish/vendor_completions.d/{product.name}.fish",
    }
    for name, place in places.items():
        _add(share / place, (made / name).read_text(encoding="utf-8"))


def _copyright(product: Product, tree: Path) -> str:
    """Our licence, and where those of the others lie."""
    site = f"/opt/anju/{product.folder}/site"
    others = sorted(path.name.removesuffix(".dist-info") for path in (tree / site[1:]).glob("*.dist-info"))
    listed = "\n".join(f" {name.replace('-', ' ')}" for name in others if not name.startswith("anju-"))
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        f"Comment: {site} holds these packages of others. Their licences are in\n"
        f" {site}/*.dist-info, those of the pages in {site}/*/web/THIRD_PARTY.txt.\n .\n{listed}\n\n"
        "Files: *\nCopyright: 2026 the authors of Anju\nLicense: Apache-2.0\n"
        " On Debian systems the text of the Apache License, version 2.0, is in\n"
        " /usr/share/common-licenses/Apache-2.0.\n"
    )


def _add(path: Path, text: str, is_program: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755 if is_program else 0o644)


def _add_gzip(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    path.chmod(0o644)
