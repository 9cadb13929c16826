"""Faults as fixtures: a full disk, a failing disk, a read-only one, a damaged file, a process killed.

Real parts where a test may have them: a tmpfs of one's own for ENOSPC (root), else a file that SQLite may not let grow;
an LD_PRELOAD library, built here with the system's compiler, for syncs and writes that fail.
"""

from __future__ import annotations

import contextlib
import functools
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from anju_edge.journal.ballast import free_bytes
from support.paths import RIGS

PAGE_BYTES = 4096


@functools.cache
def recorder() -> Path:
    """Returns the built recorder and fault injector (rigs/disk_recorder.c). Skips without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler: the disk recorder cannot be built")
    target = Path(tempfile.mkdtemp(prefix="anju-rig-")) / "disk_recorder.so"
    source = str(RIGS / "disk_recorder.c")
    command = [compiler, "-O1", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", str(target), source, "-ldl", "-lpthread"]
    subprocess.run(command, check=True)
    return target


def preloaded(folder: Path, log: Path | None = None, **faults: int | str) -> dict[str, str]:
    """Returns the environment for a process whose files in `folder` are recorded and may fail (keys: FAULT_...)."""
    environment = dict(os.environ, LD_PRELOAD=str(recorder()), REC_DIR=f"{folder}/")
    if log is not None:
        environment["REC_LOG"] = str(log)
    return environment | {name: str(value) for name, value in faults.items()}


def workload(folder: Path, seed: int, groups: int, synchronous: str = "FULL") -> list[str]:
    """Returns the command that runs a journal at work (tests/support/rigs/journal_workload.py)."""
    return [sys.executable, str(RIGS / "journal_workload.py"), str(folder), str(seed), str(groups), synchronous]


@contextlib.contextmanager
def small_disk(parent: Path, size_bytes: int) -> Iterator[Path]:
    """A disk of its own (tmpfs) that is really full when it is full. Skips where mounting is not allowed."""
    folder = parent / "small-disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "anju-test", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"cannot mount a tmpfs here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill_disk(folder: Path, leave_bytes: int = 0) -> Path:
    """Fills the rest of a disk but `leave_bytes` with a file, whatever else is written meanwhile. Returns the file."""
    hog = folder / "hog"
    with hog.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while (free := free_bytes(folder) - leave_bytes) > 0:
            file.write(bytes(min(free, 1 << 20)))
    return hog


def flip_bits(path: Path, count: int, chance: random.Random, *, first_page: int = 1) -> None:
    """Flips `count` random bits of a file, from page `first_page` (0-based) on."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        for _ in range(count):
            at = chance.randrange(first_page * PAGE_BYTES, size)
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))


def zero_pages(path: Path, count: int, chance: random.Random, *, first_page: int = 8) -> list[int]:
    """Fills `count` random pages of a file with zeros, from page `first_page` (0-based) on. Returns which."""
    pages = path.stat().st_size // PAGE_BYTES
    hit = chance.sample(range(first_page, pages), count)
    with path.open("r+b") as file:
        for page in hit:
            file.seek(page * PAGE_BYTES)
            file.write(bytes(PAGE_BYTES))
    return hit


def kill_after_lines(command: list[str], lines: int, environment: dict[str, str] | None = None) -> list[str]:
    """Runs a process, kills it (SIGKILL) once it has printed `lines` lines; returns all whole lines it printed."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line)
            if len(printed) >= lines:
                process.kill()
                break
        printed += process.stdout.readlines()
    return [line.decode().rstrip("\n") for line in printed if line.endswith(b"\n")]
