"""What an update is: a manifest that names its files by their hashes, signed with one of two keys that lie offline.

`manifest.json` is taken as bytes: what is signed is what is read. `manifest.sig` has a line for each signature: the
key's name and the Ed25519 signature (RFC 8032) over those bytes, base64. A key file ends in `.pub`: 32 bytes, base64.
There is no date in it: a box without a clock could not judge one. The counter keeps old versions from being sent again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from anju_base.update_refused import UpdateRefused as UpdateRefused

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
MOST_MANIFEST_BYTES: Final = 64 * 1024
MOST_FILE_BYTES: Final = 500_000_000
FORMAT: Final = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~_-]{0,127}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class UpdateFile:
    """One package. `architecture` as dpkg names it."""

    name: str
    architecture: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`schema`: of the journal that this version writes; `oldest_reader`: the oldest schema whose code may read that.

    `min_version`: boxes of older versions take another one first; empty = any.
    """

    product: str
    version: str
    counter: int
    schema: int
    oldest_reader: int
    min_version: str
    files: tuple[UpdateFile, ...]

    def file_for(self, architecture: str) -> UpdateFile:
        """Returns the package of an architecture. Raises UpdateRefused."""
        for file in self.files:
            if file.architecture == architecture:
                return file
        there = ", ".join(file.architecture for file in self.files)
        raise UpdateRefused(
            f"这份更新没有 {architecture} 的安装包，只有 {there}",
            f"this update has no package for {architecture}, only for {there}",
        )


def to_bytes(manifest: Manifest) -> bytes:
    """Returns the text that is signed."""
    value = {
        "format": FORMAT,
        "product": manifest.product,
        "version": manifest.version,
        "counter": manifest.counter,
        "schema": manifest.schema,
        "oldest_reader": manifest.oldest_reader,
        "min_version": manifest.min_version,
        "files": [
            {"name": file.name, "architecture": file.architecture, "size": file.size, "sha256": file.sha256}
            for file in manifest.files
        ],
    }
    return (json.dumps(value, indent=1, ensure_ascii=True) + "\n").encode()


def sign(data: bytes, name: str, key: Ed25519PrivateKey) -> str:
    """Returns the line of one signature."""
    return f"{name} {base64.b64encode(key.sign(data)).decode()}\n"


def verified(data: bytes, signatures: str, keys: Mapping[str, Ed25519PublicKey]) -> Manifest:
    """Returns the manifest if one of the keys signed it. Nothing of it is looked at before. Raises UpdateRefused."""
    if not keys:
        raise UpdateRefused("这个安装包里没有更新公钥", "this installation has no keys to check updates with")
    for line in signatures.splitlines():
        name, _, text = line.partition(" ")
        key = keys.get(name)
        if key is None:
            continue
        try:
            key.verify(base64.b64decode(text, validate=True), data)
        except (InvalidSignature, binascii.Error, ValueError):
            continue
        return _parsed(data)
    raise UpdateRefused("更新没有有效的签名，不安装", "the update has no valid signature; it is not installed")


def read_unchecked(data: bytes) -> Manifest:
    """Returns what a manifest says, whoever wrote it: for who passes it on, never for who installs.

    Raises UpdateRefused.
    """
    return _parsed(data)


def _parsed(data: bytes) -> Manifest:
    damaged = UpdateRefused("更新清单损坏", "the update's manifest is damaged")
    try:
        value = json.loads(data)
        files = tuple(
            UpdateFile(str(one["name"]), str(one["architecture"]), int(one["size"]), str(one["sha256"]))
            for one in value["files"]
        )
        manifest = Manifest(
            str(value["product"]),
            str(value["version"]),
            int(value["counter"]),
            int(value["schema"]),
            int(value["oldest_reader"]),
            str(value["min_version"]),
            files,
        )
        found = int(value["format"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged from error
    if found != FORMAT:
        raise UpdateRefused(f"更新清单的格式 {found} 太新", f"the manifest's format {found} is of a later version")
    names_are_fine = all(_NAME.fullmatch(file.name) and _SHA256.fullmatch(file.sha256) for file in files)
    sizes_are_fine = all(0 < file.size <= MOST_FILE_BYTES for file in files)
    if not (_NAME.fullmatch(manifest.version) and names_are_fine and sizes_are_fine and manifest.counter > 0):
        raise damaged
    return manifest


def read_keys(folder: Path) -> dict[str, Ed25519PublicKey]:
    """Returns the public keys of a folder by their names; a file that holds none is left out."""
    keys = {}
    for path in sorted(folder.glob("*.pub")):
        try:
            raw = base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
            keys[path.stem] = Ed25519PublicKey.from_public_bytes(raw)
        except (OSError, ValueError):
            continue
    return keys


def describe(path: Path, architecture: str) -> UpdateFile:
    """Returns the entry of a package on disk. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return UpdateFile(path.name, architecture, path.stat().st_size, digest.hexdigest())


def check_file(path: Path, wanted: UpdateFile) -> None:
    """Raises UpdateRefused unless the file is the one that was signed, OSError when it cannot be read."""
    if path.stat().st_size != wanted.size or describe(path, wanted.architecture).sha256 != wanted.sha256:
        raise UpdateRefused(f"安装包 {wanted.name} 损坏", f"the package {wanted.name} is damaged")


def is_older(one: str, other: str) -> bool:
    """Whether a version comes before another by dpkg's rules. Source: deb-version(7), sorting algorithm."""
    return _order(one) < _order(other)


def _order(version: str) -> list[tuple[list[int], int]]:
    """A key that sorts as dpkg does: runs of non-digits (letters before others, `~` before the end), then numbers."""
    parts = re.findall(r"(\D*)(\d*)", version)
    return [([_weight(sign) for sign in text] + [0], int(number or 0)) for text, number in parts]


def _weight(sign: str) -> int:
    if sign == "~":
        return -1
    return ord(sign) if sign.isalpha() else ord(sign) + 256
