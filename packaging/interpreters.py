"""Finds the Python of each Debian, so that a package brings byte code for both: a box never writes any itself.

Debian's own interpreters come first, out of the roots that `roots.py` keeps (they run in place, by the root's own
dynamic loader; nothing is entered or changed). Else one of the same minor version on this machine does: the byte code
has one format for all of them, but only Debian's gives the same bytes everywhere.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from roots import SUITES, NoRoot, find_root, make_root


class NoInterpreter(Exception):
    """There is no Python of a version here; the text says what would help."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that runs here. `version` is "3.11", `exact` "3.11.2", `is_debians`: out of a Debian root."""

    version: str
    exact: str
    is_debians: bool
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs it isolated from this environment, with a fixed order of sets."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", **self.environment}
        return subprocess.run([*self.command, *arguments], env=environment, capture_output=True, text=True)


def interpreters(make_roots: bool) -> list[Interpreter]:
    """Returns one for each Debian that packages serve. `make_roots`: makes a missing root rather than take another's.

    Raises NoInterpreter.
    """
    return [_interpreter(suite, version, make_roots) for suite, version in SUITES.items()]


def _interpreter(suite: str, version: str, make_roots: bool) -> Interpreter:
    reason = f"no root of {suite} in the cache"
    root = find_root(suite)
    if root is None and make_roots:
        try:
            root = make_root(suite)
        except NoRoot as error:
            reason = str(error)
    if root is not None:
        return _of_root(root.path, version)
    for name in (f"python{version}", "python3"):
        if (program := shutil.which(name)) and (found := _checked(version, False, (program, "-I"), {})):
            return found
    raise NoInterpreter(
        f"no Python {version} to make byte code with: {reason}, and no python{version} on the path. "
        f"`sudo python3 packaging/roots.py {suite}` makes a Debian root that has it"
    )


def _of_root(root: Path, version: str) -> Interpreter:
    machine = platform.machine()
    libraries = root / "usr" / "lib" / f"{machine}-linux-gnu"
    loader = next(libraries.glob("ld-linux-*.so.*"))
    command = (str(loader), "--library-path", str(libraries), str(root / "usr" / "bin" / f"python{version}"), "-s")
    found = _checked(version, True, command, {"PYTHONHOME": str(root / "usr")})
    if found is None:
        raise NoInterpreter(f"{root}: its Python {version} does not run; delete the folder, it is made anew")
    return found


def _checked(
    version: str, is_debians: bool, command: tuple[str, ...], environment: dict[str, str]
) -> Interpreter | None:
    asked = Interpreter(version, "", is_debians, command, environment)
    answer = asked.run("-c", "import platform; print(platform.python_version())")
    exact = answer.stdout.strip()
    if answer.returncode != 0 or not exact.startswith(f"{version}."):
        return None
    return Interpreter(version, exact, is_debians, command, environment)


def job_environment(epoch: int) -> dict[str, str]:
    """Returns this environment with the time that everything built gets."""
    return {**os.environ, "SOURCE_DATE_EPOCH": str(epoch), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
