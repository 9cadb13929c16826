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
        ('grpc_address = "127.0.0.1:0"', 'http_address = "0.0.0.0:80"', "http_address", 3, "hosts = "),
        ('grpc_address = "127.0.0.1:0"', 'http_address = "[::]:80"', "http_address", 3, "hosts = "),
        ("silent_after_s = 30", '[console]\nhosts = "https://a"', "console.hosts", 5, "without https://"),
        ("silent_after_s = 30", '[console]\nhosts = "a:7480"', "console.hosts", 5, "port"),
        ("silent_after_s = 30", '[console]\nhosts = "*.a.example"', "console.hosts", 5, "*"),
        ("silent_after_s = 30", '[console]\nhosts = "192.0.2"', "console.hosts", 5, "IP addresses"),
        ("silent_after_s = 30", '[console]\nhosts = " , "', "console.hosts", 5, "1 to 20"),
        ("silent_after_s = 30", '[console]\ncertificate = "a"', "console.key", 4, "certificate of [console] needs it"),
        ("silent_after_s = 30", '[console]\nkey = "a"', "console.certificate", 4, "key of [console] needs it"),
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


@pytest.mark.parametrize(
    ("lines", "is_https", "names"),
    [
        ("", False, ("127.0.0.1",)),
        ('http_address = "192.0.2.7:7480"', True, ("192.0.2.7",)),
        ('http_address = "[2001:DB8:0::7]:7480"', True, ("2001:db8::7",)),
        ('http_address = "0.0.0.0:7480"\nconsole.hosts = "Hub.Example., 192.0.2.7 hub.example"', True,
         ("hub.example", "192.0.2.7")),
        ('http_address = "0:7480"\nconsole = {certificate = "a", key = "b"}', True, ()),
        ('console = {certificate = "a", key = "b"}', True, ("127.0.0.1",)),
    ],
)  # fmt: skip
def test_how_operators_come_follows_from_the_address(
    tmp_path: Path, lines: str, is_https: bool, names: tuple[str, ...]
) -> None:
    path = tmp_path / "central.toml"
    path.write_text(f'data_dir = "data"\n{lines}\n', encoding="utf-8")
    config = load_config(path)
    assert (config.is_https, config.console_names) == (is_https, names)
