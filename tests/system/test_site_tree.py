"""The folder of packages of others, between builds that run side by side."""

from __future__ import annotations

from pathlib import Path

from site_tree import copy_tree


def test_a_build_shares_no_file_with_another_one(tmp_path: Path) -> None:
    """tar ends with an error when links to a file come or go while it reads it."""
    kept = tmp_path / "kept"
    (kept / "package").mkdir(parents=True)
    (kept / "package" / "module.py").write_text("x = 1\n")
    (kept / "module.py").symlink_to("package/module.py")
    copy_tree(kept, tmp_path / "site")
    source, copied = kept / "package" / "module.py", tmp_path / "site" / "package" / "module.py"
    assert (source.stat().st_nlink, copied.stat().st_nlink) == (1, 1)
    assert copied.read_bytes() == source.read_bytes()
    assert copied.stat().st_mtime_ns == source.stat().st_mtime_ns
    assert (tmp_path / "site" / "module.py").is_symlink()
