"""A third-party driver: installed from its own package, it appears by its entry point and passes conformance."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent / "example_driver"
CONFORM = """
import asyncio
from anju_drivers.conformance import check_driver
from anju_drivers.registry import load_drivers
registry = load_drivers()
assert "ble" in registry.specs, "our own drivers are still there"
spec = registry.get("example_bell")
asyncio.run(check_driver(spec, [b"C,3,17*76\\r\\n", b"C,1,1*00\\r\\nC,"]))
print(spec.summary_en)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder it was installed into, as `pip install` does beside an existing Anju."""
    work = tmp_path_factory.mktemp("example")
    source, target = work / "source", work / "site"
    subprocess.run(["cp", "-r", str(EXAMPLE), str(source)], check=True)  # a build leaves files beside what it builds
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(target), str(source)], check=True, capture_output=True, text=True)
    return target


def run(installed: Path, *words: str, stdin: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, *words], env=environment, input=stdin, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_appears_and_conforms(installed: Path) -> None:
    assert run(installed, "-c", CONFORM) == "Example: a box of call buttons on a serial port\n"


def test_it_is_part_of_the_command(installed: Path) -> None:
    said = run(installed, "-m", "anju_edge", "decode", "example_bell", stdin="C,3,17*76\r\n")
    assert '"button 3 pressed"' in said
    assert '"device": "example_bell:decode-3"' in said
