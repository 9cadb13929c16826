"""Drivers are found by entry points; a broken one is named and stops nobody."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from anju_drivers.registry import UnknownDriver, load_drivers


def install(folder: Path, name: str, code: str, points: str) -> None:
    """A package as pip would leave it."""
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[anju.drivers]\n{points}\n", encoding="utf-8")


def test_our_own_drivers_come_the_same_way() -> None:
    registry = load_drivers()
    assert {"ble", "card_reader", "hikvision"} <= set(registry.specs)
    assert registry.broken == {}
    with pytest.raises(UnknownDriver, match="card_reader"):
        registry.get("nothing")


def test_a_broken_driver_is_named_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "anju_bad_import", "import no_such_module_here", "bad_import = anju_bad_import:SPEC")
    install(tmp_path, "anju_bad_spec", "SPEC = 5", "bad_spec = anju_bad_spec:SPEC")
    install(tmp_path, "anju_bad_code", "raise KeyError('x')", "bad_code = anju_bad_code:SPEC")
    install(tmp_path, "anju_bad_name", "", "bad_name = anju_drivers.card_reader:SPEC")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = load_drivers()
    assert {"ble", "card_reader", "hikvision"} <= set(registry.specs)
    assert set(registry.broken) == {"bad_import", "bad_spec", "bad_code", "bad_name"}
    assert "no_such_module_here" in registry.broken["bad_import"]
    assert "anju_bad_import" in registry.broken["bad_import"]
    with pytest.raises(UnknownDriver, match="no_such_module_here"):
        registry.get("bad_import")
    for name in ("anju_bad_import", "anju_bad_spec", "anju_bad_code"):
        sys.modules.pop(name, None)
