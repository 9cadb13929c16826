"""The configuration: what is wrong stops the start and is named with key, range and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_central.config import ConfigError, load_config

GOOD = """
data_dir = "data"
grpc_address = "127.0.0.1:0"
silent_after_s = 30

[[boxes]]
box = "a"
community = "c"
roster = "c.toml"

[[boxes]]
box = "b"
community = "c"
"""


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "central.toml"
    path.write_text(GOOD, encoding="utf-8")
    config = load_config(path)
    assert config.data_dir == tmp_path / "data"
    assert [box.box for box in config.boxes] == ["a", "b"]
    assert config.boxes[0].roster == tmp_path / "c.toml"
    assert (config.silent_after_s, config.http_address) == (30, "127.0.0.1:7480")


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "word"),
    [
        ("silent_after_s = 30", "silent_after_s = 4", "silent_after_s", 4, "from 5 to 86400"),
        ("silent_after_s = 30", "silent_after_s = true", "silent_after_s", 4, "whole number"),
        ("silent_after_s = 30", "silent_after = 30", "silent_after", 4, "did you mean silent_after_s?"),
        ('grpc_address = "127.0.0.1:0"', 'http_address = "0.0.0.0:80"', "http_address", 3, "only this machine"),
        ('"127.0.0.1:0"', '"127.0.0.1"', "grpc_address", 3, "host:port"),
        ('"127.0.0.1:0"', '"127.0.0.1:70000"', "grpc_address", 3, "host:port"),
        ('box = "b"', 'box = "B!"', "boxes[2].box", 12, "a-z"),
        ('box = "b"', 'box = "a"', "boxes[2].box", 12, "twice"),
        ('box = "b"\n', "", "boxes[2].box", 11, "missing"),
        ('roster = "c.toml"', 'rooster = "c.toml"', "boxes[1].rooster", 9, "known: box, community, roster"),
        ('roster = "c.toml"', "roster = 1", "boxes[1].roster", 9, "text"),
        ('data_dir = "data"', "", "data_dir", None, "missing"),
        ('data_dir = "data"', "data_dir = ", "TOML", 2, "Invalid"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, key: str, line: int | None, word: str) -> None:
    path = tmp_path / "central.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert (caught.value.key, caught.value.line) == (key, line)
    assert word in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml.*cannot be read"):
        load_config(tmp_path / "nowhere.toml")
