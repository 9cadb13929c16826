"""Slots in a folder: what postinst and launcher work on, with tiny programs in place of the box, and systemd's part."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from support.paths import ROOT

LAUNCH = ROOT / "packaging" / "launch"
POSTINST = ROOT / "packaging" / "debian" / "anju-edge" / "postinst"
PREINST = ROOT / "packaging" / "debian" / "preinst"
GOOD = "exit 0"
PLANNED = 0


@dataclass
class Ended:
    """One run of the unit: which slot it was, with what it ended."""

    slot: str
    code: int
    log: str


@dataclass
class BoxRoot:
    """A root with /opt/anju, the state folder and the runtime folder of the unit."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder in (self.anju, self.state, self.run):
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def anju(self) -> Path:
        return self.root / "opt" / "anju"

    @property
    def state(self) -> Path:
        return self.root / "var" / "lib" / "anju-edge"

    @property
    def run(self) -> Path:
        return self.root / "run" / "anju-edge"

    def unpack(self, version: str, body: str = GOOD, schema: int = 2, oldest_reader: int = 1) -> None:
        """Does what dpkg does with a package: new files, renamed over the old ones."""
        edge = self.anju / "edge"
        sql = edge / "site" / "anju_edge" / "journal" / "schema"
        for folder in (edge / "bin", sql):
            folder.mkdir(parents=True, exist_ok=True)
        _rename_in(edge / "VERSION", f"{version}\n")
        program = f'#!/bin/sh\n# #!/opt/anju/edge/\necho "{version} ran as $ANJU_SLOT" >&2\n{body}\n'
        _rename_in(edge / "bin" / "anju-edge", program, 0o755)
        for old in sql.iterdir():
            old.unlink()
        for number in range(1, schema + 1):
            reader = oldest_reader if number == schema else 1
            _rename_in(sql / f"{number:04}_words.sql", f"-- oldest_reader: {reader}\nselect 1;\n")

    def preinst(self, room_kib: int, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs the preinst of a package that takes so much, as dpkg does, on this root alone."""
        text = PREINST.read_text(encoding="utf-8").replace("@name@", "anju-edge").replace("@room_kib@", str(room_kib))
        given = {**os.environ, "DPKG_ROOT": str(self.root)}
        command = ["dash", "-c", text, "preinst", *words]
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60)

    def configure(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs postinst as dpkg does, on this root alone."""
        given = {**os.environ, "DPKG_ROOT": str(self.root), **environment}
        return subprocess.run(["dash", str(POSTINST), "configure"], env=given, capture_output=True, text=True)

    def install(self, version: str, body: str = GOOD, **schema: int) -> None:
        self.unpack(version, body, **schema)
        done = self.configure()
        assert done.returncode == 0, done.stderr

    def slot(self, link: str) -> str:
        path = self.anju / link
        return os.readlink(path).rpartition("/")[2] if path.is_symlink() else ""

    def _launch(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {
            **os.environ,
            "ANJU_ROOT": str(self.anju),
            "STATE_DIRECTORY": str(self.state),
            "RUNTIME_DIRECTORY": str(self.run),
            **self.environment,
            **environment,
        }
        return subprocess.run(["dash", str(LAUNCH), *words], env=given, capture_output=True, text=True, timeout=600)

    def start(self, *, power_cut: bool = False, planned: bool = False) -> Ended:
        """A run of the unit to its end. `planned`: whatever its exit code, systemd was asked to stop it."""
        done = self._launch("run", "--config", "x")
        running = (self.run / "running").read_text(encoding="utf-8").strip()
        if not power_cut:
            result = "success" if planned or done.returncode == PLANNED else "exit-code"
            ended = self._launch("ended", SERVICE_RESULT=result, EXIT_STATUS=str(done.returncode))
            assert ended.returncode == 0, ended.stderr
        return Ended(running, done.returncode, done.stderr)

    def reboot(self) -> None:
        """What lives in memory is gone. The boot's id is the kernel's, so the state gets one of an earlier boot."""
        shutil.rmtree(self.run)
        self.run.mkdir()
        path = self.state / "slot"
        if path.exists():
            text = path.read_text(encoding="utf-8").splitlines()
            lines = ["open an-earlier-boot" if line.startswith("open ") and line != "open " else line for line in text]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def known(self, name: str = "slot") -> dict[str, str]:
        path = self.state / name
        if not path.exists():
            return {}
        parts = [line.partition(" ") for line in path.read_text(encoding="utf-8").splitlines()]
        return {key: value for key, _, value in parts}

    def commit(self, slot: str) -> None:
        """What the box writes when a version proved itself."""
        for path in (self.state / "slot", self.run / "slot"):
            path.write_text(f"slot {slot}\ntries 0\nopen \ngood {slot}\nbad \nend\n", encoding="utf-8")


def _rename_in(path: Path, text: str, mode: int = 0o644) -> None:
    new = path.with_name(f"{path.name}.dpkg-new")
    new.write_text(text, encoding="utf-8")
    new.chmod(mode)
    new.replace(path)
