"""Signs what boxes are to install: `./dev sign --key FILE --name NAME --counter N FOLDER` beside the built packages.

`./dev sign --new-key FILE` makes a key: FILE (0600) stays offline, FILE.pub goes into edge/anju_edge/updates/keys as
NAME.pub. Run it again with the second key to add its signature. The counter is one more than at the release before.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anju_base.update_manifest import MANIFEST, SIGNATURE, Manifest, UpdateFile, describe, sign, to_bytes

PRODUCT = "anju-edge"
SCHEMA = re.compile(r"\./opt/anju/edge/site/anju_edge/journal/schema/(\d{4})_\w+\.sql")


def new_key(path: Path) -> None:
    """Makes a key pair beside each other. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as file:
        file.write(base64.b64encode(key.private_bytes_raw()) + b"\n")
    public = base64.b64encode(key.public_key().public_bytes_raw())
    path.with_name(f"{path.name}.pub").write_bytes(public + b"\n")


def read_key(path: Path) -> Ed25519PrivateKey:
    """Returns the private key of a file. Raises OSError, ValueError."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text(encoding="ascii").strip()))


def manifest_of(folder: Path, counter: int, min_version: str) -> Manifest:
    """Returns the manifest of the packages in a folder. Raises ValueError when they are not one version's."""
    files: list[UpdateFile] = []
    seen: set[tuple[str, int, int]] = set()
    for deb in sorted(folder.glob(f"{PRODUCT}_*.deb")):
        ask = ["dpkg-deb", "--field", str(deb), "Package", "Version", "Architecture"]
        text = subprocess.run(ask, check=True, capture_output=True, text=True).stdout
        about = dict(line.split(": ", 1) for line in text.splitlines())
        if about["Package"] != PRODUCT:
            raise ValueError(f"{deb.name}: is a package of {about['Package']}")
        seen.add((about["Version"], *schema_of(deb)))
        files.append(describe(deb, about["Architecture"]))
    if len(seen) != 1:
        raise ValueError(f"{folder}: packages of one version are wanted, found {sorted(seen) or 'none'}")
    ((version, schema, oldest_reader),) = seen
    return Manifest(PRODUCT, version, counter, schema, oldest_reader, min_version, tuple(files))


def schema_of(deb: Path) -> tuple[int, int]:
    """Returns the newest schema of the journal in a package, and the oldest one whose code may read that."""
    newest, reader = 0, 0
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE) as unpacking:
        with tarfile.open(fileobj=unpacking.stdout, mode="r|") as archive:
            for member in archive:
                name = SCHEMA.fullmatch(member.name)
                if name is None or int(name[1]) <= newest:
                    continue
                content = archive.extractfile(member)
                text = content.read().decode() if content is not None else ""
                found = re.search(r"\A-- oldest_reader: (\d+)\s*$", text, re.MULTILINE)
                newest = int(name[1])
                reader = int(found[1]) if found else newest
    if not newest:
        raise ValueError(f"{deb.name}: has no schema of a journal in it")
    return newest, reader


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code. `arguments` of the command line, without the program's name."""
    parser = argparse.ArgumentParser(prog="./dev sign", description=__doc__)
    parser.add_argument("--new-key", type=Path, metavar="FILE")
    parser.add_argument("--key", type=Path, metavar="FILE")
    parser.add_argument("--name", help="of the key, as its .pub is called in the package")
    parser.add_argument("--counter", type=int)
    parser.add_argument("--min-version", default="", help="older boxes take this version first")
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args(arguments)
    try:
        if options.new_key is not None:
            new_key(options.new_key)
            print(
                f"{options.new_key} stays offline; {options.new_key}.pub goes to edge/anju_edge/updates/keys/NAME.pub"
            )
            return 0
        if options.key is None or not options.name or options.folder is None:
            parser.error("give --key, --name and the folder with the packages")
        target = options.folder / MANIFEST
        if options.counter is not None:
            target.write_bytes(to_bytes(manifest_of(options.folder, options.counter, options.min_version)))
            (options.folder / SIGNATURE).unlink(missing_ok=True)
        elif not target.is_file():
            parser.error("give --counter for a new manifest")
        with (options.folder / SIGNATURE).open("a", encoding="ascii") as signatures:
            signatures.write(sign(target.read_bytes(), options.name, read_key(options.key)))
        print(f"{target}: signed as {options.name}")
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"not signed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
