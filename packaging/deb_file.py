"""Packs a folder as a .deb, byte for byte the same for the same content."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from interpreters import job_environment
from site_tree import BuildFailed


def write_deb(tree: Path, control: Mapping[str, str], target: Path, *, epoch: int, fast: bool) -> Path:
    """Writes `DEBIAN/control` and `DEBIAN/md5sums` into `tree` and packs it as `target`. Returns `target`.

    `epoch`: the time of all that is in it (seconds since 1970). `fast`: larger and much quicker, for tests.
    Raises BuildFailed.
    """
    files = sorted(path for path in tree.rglob("*") if not path.is_relative_to(tree / "DEBIAN"))
    regular = [path for path in files if path.is_file() and not path.is_symlink()]
    size_kib = sum(-(-path.lstat().st_size // 1024) for path in regular) + len(files) - len(regular)
    meta = tree / "DEBIAN"
    meta.mkdir(exist_ok=True)
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}\n" for path in regular]
    (meta / "md5sums").write_text("".join(sums), encoding="utf-8")
    lines = {**control, "Installed-Size": str(size_kib)}
    description = lines.pop("Description")
    text = "".join(f"{key}: {value}\n" for key, value in lines.items()) + f"Description: {description}\n"
    (meta / "control").write_text(text, encoding="utf-8")
    for path in meta.iterdir():
        path.chmod(0o755 if path.name in {"postinst", "prerm", "postrm", "preinst"} else 0o644)
    for path in [tree, *(path for path in files if path.is_dir() and not path.is_symlink()), meta]:
        path.chmod(0o755)
    for path in (tree, *tree.rglob("*")):
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    # one level and one number of threads everywhere: xz cuts its blocks by them
    how = ["-Zzstd", "-z3"] if fast else ["-Zxz", "-z6", "--threads-max=1"]
    command = ["dpkg-deb", "--root-owner-group", *how, "--build", str(tree), str(fresh)]
    done = subprocess.run(command, env=job_environment(epoch), capture_output=True, text=True)
    if done.returncode != 0:
        raise BuildFailed(f"dpkg-deb: {(done.stderr or done.stdout).strip()}")
    fresh.replace(target)
    return target
