"""The configurations that the documents of radio receivers show are taken as they stand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from anju_drivers.driver import Driver
from anju_drivers.registry import load_drivers
from support.paths import ROOT

DOCS = ROOT / "docs" / "drivers"
EXAMPLE = re.compile(r"```toml\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("name", ["minew", "rtl433", "rfxtrx", "lorawan"])
def test_examples_are_valid(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    examples = EXAMPLE.findall((DOCS / f"{name}.md").read_text(encoding="utf-8"))
    assert examples
    for example in examples:
        for secret in re.findall(r'(?:secret|password)_file = "([^"]+)"', example):
            (tmp_path / secret).write_text("s" * 20, encoding="utf-8")
        text = example.replace('bind = "eth0"', 'bind = "127.0.0.1"')  # no such interface need be here
        for table in tomllib.loads(text)["drivers"]:
            assert table["driver"] == name
            options = {key: value for key, value in table.items() if key not in ("driver", "name")}
            driver = load_drivers().get(name).create(table["name"], options)
            assert isinstance(driver, Driver)
            assert driver.name == table["name"]
