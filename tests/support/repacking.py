"""Other versions of a package, made of one that was built: quicker than building, and wrong in the way a test needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

Changes = Mapping[str, tuple[str, str]]
"""{a module below the packages' folder: (what stands in it, what shall stand there)}."""

# as a version breaks whose packages do not fit
DOES_NOT_START: Final[Changes] = {
    "anju_edge/gateway.py": ("import asyncio\n", 'import asyncio\n\nraise ImportError("no module named x")\n')
}
# a proof in seconds, and questions to the hub every few
IN_A_HURRY: Final[Changes] = {
    "anju_edge/updates/health_gate.py": ("STEADY_S: Final = 600.0", "STEADY_S: Final = 10.0"),
    "anju_edge/updates/version_watch.py": ("LOOKS_A_PROBE: Final = 60", "LOOKS_A_PROBE: Final = 3"),
    "anju_edge/updates/fetch.py": ("ASK_EVERY_S: Final = 600.0", "ASK_EVERY_S: Final = 2.0"),
}


def repacked(
    deb: Path,
    version: str,
    out: Path,
    *,
    architecture: str = "",
    changes: Changes | None = None,
    keys: Path | None = None,
) -> Path:
    """Returns the same package as another version, below `out`.

    `architecture`: what it says of itself. `keys`: a folder whose `*.pub` are the ones that it checks updates with.
    """
    out.mkdir(parents=True, exist_ok=True)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # thousands of small files
    with tempfile.TemporaryDirectory(dir=memory) as name:
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
        for module, (old, new) in (changes or {}).items():
            _change(home / "site" / module, old, new)
        for key in keys.glob("*.pub") if keys is not None else ():
            shutil.copy(key, home / "site" / "anju_edge" / "updates" / "keys")
        (tree / "DEBIAN" / "md5sums").unlink()
        architecture = architecture or deb.stem.rpartition("_")[2]
        target = out / f"{deb.name.partition('_')[0]}_{version}_{architecture}.deb"
        command_words = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z1", "--build", str(tree), str(target)]
        subprocess.run(command_words, check=True, capture_output=True)
        return target


def _change(module: Path, old: str, new: str) -> None:
    """Changes a module, and takes its byte code away, which is trusted without a look at the source."""
    text = module.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{module.name}: {old!r} stands in it {text.count(old)} times"
    module.write_text(text.replace(old, new), encoding="utf-8")
    codes = list((module.parent / "__pycache__").glob(f"{module.stem}.*.pyc"))
    assert codes
    for code in codes:
        code.unlink()
