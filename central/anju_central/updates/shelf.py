"""The shelf of versions in the hub's data folder: files as they were signed, and which version is wanted where.

    updates/VERSION/manifest.json, manifest.sig, *.deb
    updates/wanted.json            {"all": version, "boxes": {box: version}}

The hub need not be able to check signatures: each box does. It checks that the files are those of the manifest.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_log = logging.getLogger(__name__)

FOLDER: Final = "updates"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
MOST_PART_BYTES: Final = 256 * 1024
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~_-]{0,127}")


class ShelfError(Exception):
    """What was asked of the shelf cannot be done; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`everywhere` is for boxes that are not named; empty = none."""

    everywhere: str = ""
    boxes: Mapping[str, str] = field(default_factory=dict)

    def at(self, box: str) -> str:
        """Returns the version that a box is to run, empty when none is wanted."""
        return self.boxes.get(box, self.everywhere)


class Shelf:
    """The folder. Methods touch the disk."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def add(self, source: Path) -> str:
        """Takes a folder with a signed update, or one of its packages; returns the version.

        Raises ShelfError, OSError.
        """
        from anju_base.update_manifest import UpdateRefused, check_file, read_unchecked  # cryptography, for this alone

        folder = source if source.is_dir() else source.parent
        for name in (MANIFEST, SIGNATURE):
            if not (folder / name).is_file():
                raise ShelfError(f"{folder}: there is no {name}; ./dev sign makes it beside the packages")
        try:
            manifest = read_unchecked((folder / MANIFEST).read_bytes())
            there = [file for file in manifest.files if (folder / file.name).is_file()]
            for file in there:
                check_file(folder / file.name, file)
        except UpdateRefused as error:
            raise ShelfError(str(error)) from error
        if not there:
            raise ShelfError(f"{folder}: none of the packages that {MANIFEST} names is there")
        target = self._folder / manifest.version
        fresh = self._folder / f"{manifest.version}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        for name in (MANIFEST, SIGNATURE, *(file.name for file in there)):
            shutil.copyfile(folder / name, fresh / name)
        shutil.rmtree(target, ignore_errors=True)
        fresh.replace(target)
        return manifest.version

    def versions(self) -> list[str]:
        """Returns what lies here, in the order of names."""
        if not self._folder.is_dir():
            return []
        found = (path.name for path in self._folder.iterdir() if (path / MANIFEST).is_file())
        return sorted(name for name in found if not name.endswith(".new"))

    def want(self, version: str, boxes: tuple[str, ...] = ()) -> None:
        """Says which version boxes are to run, all that are not named otherwise without names; "" takes it back.

        Raises ShelfError for a version that is not here, OSError.
        """
        if version and version not in self.versions():
            known = ", ".join(self.versions()) or "none"
            raise ShelfError(f"there is no version {version} here, only {known}; anju-central updates add FILE")
        before = self.wanted()
        if boxes:
            chosen = {**before.boxes, **dict.fromkeys(boxes, version)}
            after = Wanted(before.everywhere, {box: one for box, one in chosen.items() if one})
        else:
            after = Wanted(version, before.boxes)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / "wanted.json.new"
        new.write_text(json.dumps({"all": after.everywhere, "boxes": dict(after.boxes)}), encoding="utf-8")
        new.replace(self._folder / "wanted.json")

    def wanted(self) -> Wanted:
        """Returns what is wanted; a file that cannot be read wants nothing, which is logged."""
        path = self._folder / "wanted.json"
        try:
            value = json.loads(path.read_bytes())
            return Wanted(str(value["all"]), {str(box): str(version) for box, version in value["boxes"].items()})
        except FileNotFoundError:
            return Wanted()
        except OSError as error:
            why = error.strerror
        except (ValueError, KeyError, TypeError, AttributeError):
            why = "it is damaged"
        _log.warning(
            "%s cannot be read: %s; no box gets a version: anju-central updates wanted makes it anew", path, why
        )
        return Wanted()

    def papers(self, version: str) -> tuple[bytes, str] | None:
        """Returns manifest and signatures of a version, None when it is not here."""
        if not _VERSION.fullmatch(version):
            return None
        folder = self._folder / version
        try:
            return (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_text(encoding="ascii", errors="replace")
        except OSError:
            return None

    def part(self, version: str, name: str, offset: int, most: int) -> bytes | None:
        """Returns a part of a package, empty at its end; None when there is no such package."""
        if not (_VERSION.fullmatch(version) and _VERSION.fullmatch(name) and name.endswith(".deb")):
            return None
        try:
            handle = os.open(self._folder / version / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            return os.pread(handle, min(most, MOST_PART_BYTES), offset)
        except (OSError, OverflowError):
            return None
        finally:
            os.close(handle)
