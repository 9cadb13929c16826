"""Other versions of a package, made of one that was built: quicker than building, and wrong in the way a test needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

DOES_NOT_START = "#!/bin/sh\necho 'this version does not start' >&2\nexit 1\n"


def repacked(deb: Path, version: str, out: Path, *, architecture: str = "", breaks: bool = False) -> Path:
    """Returns the same package as another version. `architecture`: what it says. `breaks`: it never starts."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "tree"
        subprocess.run(["dpkg-deb", "--raw-extract", str(deb), str(tree)], check=True)
        control = tree / "DEBIAN" / "control"
        text = re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text())
        if architecture:
            text = re.sub(r"(?m)^Architecture: .*$", f"Architecture: {architecture}", text)
        control.write_text(text)
        (home,) = (tree / "opt" / "anju").iterdir()
        (home / "VERSION").write_text(f"{version}\n")
        (notes,) = (home / "site").glob("anju-*.dist-info")
        metadata = notes / "METADATA"
        metadata.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", metadata.read_text(), count=1))
        notes.rename(notes.with_name(f"anju-{version}.dist-info"))
        if breaks:
            command = next((home / "bin").glob("anju-*"))
            command.write_text(DOES_NOT_START)
        (tree / "DEBIAN" / "md5sums").unlink()
        architecture = architecture or deb.stem.rpartition("_")[2]
        target = out / f"{deb.name.partition('_')[0]}_{version}_{architecture}.deb"
        command_words = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "--build", str(tree), str(target)]
        subprocess.run(command_words, check=True, capture_output=True)
        shutil.rmtree(tree)
        return target
