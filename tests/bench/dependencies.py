"""What a tree's pyproject.toml asks for, what of it an environment lacks, and that installed in a folder beside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

VersionOf = Callable[[str], str | None]  # the version of an installed package by its canonical name, None without


@dataclass(slots=True)
class Beside:
    """A folder of packages. `installed` are "name version", `refused` the requirements that no wheel was found for."""

    folder: Path
    installed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def declared(pyproject: Mapping[str, Any], group: str = "dev") -> list[Requirement]:  # Any: TOML
    """Returns what `pip install .[group]` of the project asks for here; groups that name the project are followed.

    A project without that group gives all of its groups.
    """
    project = pyproject["project"]
    own = canonicalize_name(project["name"])
    groups: Mapping[str, Sequence[str]] = project.get("optional-dependencies", {})
    to_read = [group] if group in groups else list(groups)
    lines = list(project.get("dependencies", ()))
    read: set[str] = set()
    found: dict[str, Requirement] = {}
    while to_read or lines:
        for line in lines:
            requirement = Requirement(line)
            if canonicalize_name(requirement.name) == own:
                to_read += requirement.extras
            elif requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                found.setdefault(str(requirement), requirement)
        lines = []
        if to_read and (name := to_read.pop()) not in read:
            read.add(name)
            lines = list(groups.get(name, ()))
    return list(found.values())


def unmet(requirements: Iterable[Requirement], version_of: VersionOf) -> list[Requirement]:
    """Returns those that are not installed, or in a version that they do not allow."""
    lacking = []
    for requirement in requirements:
        version = version_of(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            lacking.append(requirement)
    return lacking


def requires(distribution: metadata.Distribution, extras: Iterable[str] = ()) -> list[Requirement]:
    """Returns what an installed package asks for here, with those of its extras that are wanted."""
    wanted = ["", *extras]
    found = [Requirement(line) for line in distribution.requires or ()]
    return [
        requirement
        for requirement in found
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in wanted)
    ]


def installed_version(name: str) -> str | None:
    """The version in this interpreter's environment."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def install_beside(folder: Path, requirements: Iterable[Requirement], say: Callable[[str], None]) -> Beside:
    """Installs what this environment lacks, and what that asks for in turn, as wheels into `folder`.

    Without pip's own resolving, so that a package which does not install takes no other with it: it is named in
    `refused`, and missed only by who imports it. `say` is told what is installed next.
    """
    beside = Beside(folder)
    asked: dict[str, SpecifierSet] = {}

    def version_of(name: str) -> str | None:
        there = _in(folder, name)
        return there.version if there is not None else installed_version(name)

    wave = unmet(requirements, version_of)
    while new := _narrowed(asked, wave):
        say(f"installing beside: {', '.join(new)}")
        if not _install(folder, new):
            beside.refused += [one for one in new if not _install(folder, [one])]
        got = [(there, requirement) for requirement in wave if (there := _in(folder, requirement.name)) is not None]
        wave = unmet((needed for there, by in got for needed in requires(there, by.extras)), version_of)
    beside.installed = sorted(f"{there.name} {there.version}" for there in metadata.distributions(path=[str(folder)]))
    return beside


def _narrowed(asked: dict[str, SpecifierSet], wave: Iterable[Requirement]) -> list[str]:
    """Notes in `asked` what the wave asks for; returns what is new in it, as pip's arguments."""
    before = dict(asked)
    for requirement in wave:
        name = canonicalize_name(requirement.name)
        asked[name] = asked.get(name, SpecifierSet()) & requirement.specifier
    return [f"{name}{specifiers}" for name, specifiers in asked.items() if before.get(name) != specifiers]


def _in(folder: Path, name: str) -> metadata.Distribution | None:
    return next(iter(metadata.distributions(path=[str(folder)], name=name)), None)


def _install(folder: Path, requirements: Sequence[str]) -> bool:
    command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--upgrade"]
    command += ["--only-binary", ":all:", "--target", str(folder), *requirements]
    return subprocess.run(command, capture_output=True).returncode == 0
