"""`anju-central account` and `token`: what they print, what they refuse, and what a link of theirs is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anju_central.__main__ import app


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "central.toml"
    path.write_text('data_dir = "data"\nhttp_address = "127.0.0.1:7481"\n')
    return path


def run(config: Path, *words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*map(str, words), "--config", str(config)], env={"COLUMNS": "400"})
    return done.exit_code, done.output


def test_an_account_from_its_link_to_its_end(config: Path) -> None:
    code, text = run(config, "account", "add", "chief", "--role", "supervisor", "--communities", "every")
    assert code == 0, text
    assert re.search(r"http://127\.0\.0\.1:7481/#/link/[\w-]{43}\n", text)
    assert "second factor" in text
    assert run(config, "account", "role", "chief", "--role", "operator", "--communities", "every")[0] == 0
    assert re.search(r"chief +operator +every +等本人设口令 link open", run(config, "account", "list")[1])
    code, text = run(config, "account", "link", "chief", "--url", "https://hub.example/")
    assert re.search(r"https://hub\.example/#/link/[\w-]{43}\n", text)
    assert run(config, "account", "disable", "chief")[0] == 0
    assert "停用 disabled" in run(config, "account", "list")[1]
    code, text = run(config, "account", "link", "chief")
    assert (code, "enable it first" in text) == (1, True)
    assert run(config, "account", "enable", "chief")[0] == 0
    assert run(config, "account", "unlock", "chief")[0] == 0
    assert "0 个会话 sessions" in run(config, "account", "sessions", "chief")[1]
    assert "0 个会话已结束" in run(config, "account", "sessions", "chief", "--end")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("account", "add", "King", "--role", "operator", "--communities", "every"), "is no log-in name"),
        (("account", "add", "op", "--role", "operator", "--communities", "nowhere"), "there is no community"),
        (("account", "add", "op", "--role", "operator", "--communities", " , "), "name ids with commas"),
        (("account", "add", "op", "--role", "hub", "--communities", "every"), "more than you have"),
        (("account", "role", "op", "--role", "operator", "--communities", "every"), "there is no account"),
        (("account", "sessions", "op"), "there is no account"),
        (("token", "add", "x", "--scope", "everything"), "there are only metrics"),
        (("token", "revoke", "x"), "there is no token"),
    ],
)
def test_what_cannot_be_is_said(config: Path, words: tuple[str, ...], said: str) -> None:
    code, text = run(config, *words)
    assert code in (1, 2)
    assert said in text
    assert "Traceback" not in text


def test_a_token_is_printed_once_and_ends(config: Path) -> None:
    code, text = run(config, "token", "add", "figures", "--scope", "metrics")
    assert code == 0, text
    token = text.splitlines()[0]
    assert len(token) == 43
    listed = run(config, "token", "list")[1]
    assert ("figures" in listed, token in listed) == (True, False)
    assert run(config, "token", "revoke", "figures")[0] == 0
    assert run(config, "token", "add", "figures", "--scope", "metrics")[0] == 1
