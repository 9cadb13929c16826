"""The release before this one as real code: its files of that commit in a folder, run by this Python.

Nothing of it is kept in the repository but the commit's name; the packages of others that it asked for are today's.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.paths import ROOT

# What runs at sites. A release moves it: the commit that the release before was made of.
PREVIOUS = "d16af2c4f9381b01865f7e1ac743e75774c65dcc"
WINGS = ("edge", "central", "drivers", "protos")


@dataclass(frozen=True)
class Release:
    """Where its code lies."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Makes a Python import it in place of today's."""
        return {**os.environ, "PYTHONPATH": os.pathsep.join(str(self.folder / wing) for wing in WINGS)}

    def owner_of(self, module: str) -> str:
        """The file from which a module would really be imported."""
        words = f"import {module}; print({module}.__file__)"
        done = subprocess.run([sys.executable, "-c", words], env=self.environment, capture_output=True, text=True)
        return done.stdout.strip()

    @asynccontextmanager
    async def running(self, module: str, config: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
        """`python -m module run`; leaving stops it in order."""
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                "run",
                "--config",
                str(config),
                env=self.environment,
                stderr=out,
                stdout=out,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


def previous_release(folder: Path) -> Release:
    """Takes it out of the repository's history; skips where that does not reach so far."""
    done = subprocess.run(["git", "-C", str(ROOT), "archive", PREVIOUS, *WINGS], capture_output=True)
    if done.returncode != 0:
        why = done.stderr.decode(errors="replace").strip()
        pytest.skip(f"the release before ({PREVIOUS[:10]}) is not in this checkout: {why}; a clone needs its history")
    target = folder / "release"
    target.mkdir()
    subprocess.run(["tar", "-x", "-C", str(target)], input=done.stdout, check=True)
    release = Release(target)
    assert release.owner_of("anju_edge").startswith(str(target)), "today's code would be tested against itself"
    return release
