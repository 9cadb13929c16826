"""`anju-edge update` as it is typed, up to where rights are needed; with them: tests/prove/test_package_updates.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_edge.__main__ import app
from anju_edge.updates.requests import HELPER_FOLDER, REQUEST


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "400"})
    return done.exit_code, done.output


@pytest.mark.parametrize("name", ["", "anju-edge_2.0_amd64.deb"])
def test_a_folder_without_a_manifest_is_refused(tmp_path: Path, name: str) -> None:
    """Also where one of its packages is named, as people do."""
    (tmp_path / "anju-edge_2.0_amd64.deb").write_bytes(b"x")
    code, text = run("update", tmp_path / name)
    assert (code, text.count("\n")) == (1, 1)
    assert f"{tmp_path} 里没有 manifest.json · there is no manifest.json in {tmp_path}" in text


def test_whoever_may_not_install_is_told_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_bytes(b"{}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert run("update", tmp_path) == (1, "请用 sudo 运行 · run it with sudo\n")
    assert not (HELPER_FOLDER / REQUEST).exists()


def test_what_is_not_a_path_is_said(tmp_path: Path) -> None:
    code, text = run("update", tmp_path / "nowhere")
    assert code == 1
    assert "there is no manifest.json" in text
    assert run("update")[0] == 2
