"""`anju-edge update` as it is typed, up to where rights are needed; with them: tests/prove/test_package_updates.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_edge.cli.all_verbs import app
from anju_edge.cli.update import follow
from anju_edge.updates.requests import HELPER_FOLDER, REQUEST, Progress, UpdateRequest, ask, serve, write_progress


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


def test_a_helper_that_is_just_ending_is_started_again(tmp_path: Path) -> None:
    """systemd takes a start while a unit ends for done: the second of two quick updates waited fifteen minutes."""
    starts: list[int] = []
    box = tmp_path / "box"

    def start() -> None:
        starts.append(1)
        if len(starts) == 2:
            serve(lambda _request, _say: "2.0", tmp_path, box)

    write_progress(Progress("refused", "somebody else's", "first"), tmp_path)
    ask(UpdateRequest(tmp_path, name="second"), tmp_path)
    assert follow("second", start, tmp_path, ask_again_s=0.01) == Progress("installed", "2.0", "second")
    assert len(starts) == 2


def test_a_request_that_nobody_took_is_withdrawn(tmp_path: Path) -> None:
    ask(UpdateRequest(tmp_path, name="mine"), tmp_path)
    assert follow("mine", lambda: None, tmp_path, within_s=0.02, ask_again_s=0.01) is None
    assert list(tmp_path.iterdir()) == []


def test_anothers_request_is_left_to_them(tmp_path: Path) -> None:
    ask(UpdateRequest(tmp_path, name="theirs"), tmp_path)
    assert follow("mine", lambda: None, tmp_path, within_s=0.02, ask_again_s=0.01) is None
    assert (tmp_path / REQUEST).exists()
