"""The manual page and the completions are made from the commands' own help: nothing in them is missing or invented."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.paths import ROOT

COMMANDS = {"anju-edge": "anju_edge.cli.all_verbs", "anju-central": "anju_central.__main__"}


@pytest.fixture(scope="module", params=sorted(COMMANDS))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """(command, folder of what was made for it)."""
    folder = tmp_path_factory.mktemp(request.param)
    words = [COMMANDS[request.param], request.param, "1.2.3", "1796000000", str(folder)]
    subprocess.run([sys.executable, str(ROOT / "packaging" / "manual.py"), *words], check=True)
    return request.param, folder


def completed(name: str, folder: Path, typed: str) -> list[str]:
    """What bash offers after the words that were typed; the last one is unfinished."""
    words = " ".join(f"'{word}'" for word in [name, *typed.split(" ")])
    script = f"source {folder / name}.bash; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
    script += f'_{name.replace("-", "_")}; printf "%s\\n" "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_page_describes_each_command_that_help_lists(made: tuple[str, Path]) -> None:
    name, folder = made
    page = (folder / f"{name}.8").read_text(encoding="utf-8").replace("\\-", "-")
    sections = [line.split()[1:] for line in re.findall(rf"^\.SS ({name} .*)$", page, re.M)]
    top = {words[0] for words in sections}
    assert top >= {"run", "status", "version"}
    assert top == {word for word in completed(name, folder, "") if not word.startswith("-")}
    assert f'"{name.upper()}"' in page or f".TH {name.upper()} 8" in page


def test_every_line_of_the_page_is_text_or_a_request_that_man_knows(made: tuple[str, Path]) -> None:
    name, folder = made
    requests = {line.split()[0] for line in (folder / f"{name}.8").read_text().splitlines() if line[:1] in ".'"}
    assert requests <= {".TH", ".SH", ".SS", ".B", ".I", ".TP", ".PP"}
    if shutil.which("man") is None:
        pytest.skip("man is missing: what it says of the page is not seen")
    checked = ["man", "--warnings", "--local-file", "-E", "UTF-8", str(folder / f"{name}.8")]
    assert subprocess.run(checked, capture_output=True, text=True).stderr == ""


@pytest.mark.parametrize(
    ("typed", "offered"), [("sta", ["status"]), ("status --conf", ["--config"]), ("backup --conf", ["--config"])]
)
def test_bash_completes_words_of_the_tree(made: tuple[str, Path], typed: str, offered: list[str]) -> None:
    name, folder = made
    if typed.startswith("backup") and name == "anju-edge":
        pytest.skip("of the hub alone")
    assert completed(name, folder, typed) == offered


def test_no_help_text_can_end_its_quotes(made: tuple[str, Path]) -> None:
    name, folder = made
    for script in (folder / f"_{name}", folder / f"{name}.fish"):
        for line in script.read_text(encoding="utf-8").splitlines():
            assert line.count("'") % 2 == 0, line
