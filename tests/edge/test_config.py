"""The configuration file: what is wrong is named with key, range and line, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_edge.config import ConfigError, load_config, parse_config

GOOD = """
[box]
id = "ningdu-1"
community = "ningdu"
data = "data"

[hub]
address = "127.0.0.1:7443"

[siren]
port = "/dev/x"
channel = 2

[[kiosks]]
name = "kiosk-1"
role = "responder"
diagonal_in = 15.6

[[drivers]]
driver = "ble"
name = "one"
port = "/dev/y"
[[drivers.sos]]
ibeacon = "x"

[[drivers]]
driver = "ble"
name = "two"
"""


def test_a_good_file_is_read_with_defaults_and_paths_from_its_folder() -> None:
    config = parse_config(GOOD, Path("/etc/anju-edge/edge.toml"))
    assert config.box.data == Path("/etc/anju-edge/data")
    assert (config.siren.channel, config.siren.baud) == (2, 9600)
    assert config.kiosks[0].profile.role == "responder"
    assert config.drivers[0].options == {"port": "/dev/y", "sos": [{"ibeacon": "x"}]}
    assert config.journal.linger_s == 10.0


@pytest.mark.parametrize(
    ("old", "new", "key", "line", "words"),
    [
        ('id = "ningdu-1"', 'id = "Ning du"', "box.id", 3, "a-z"),
        ('id = "ningdu-1"', "", "box.id", 2, "missing"),
        ("channel = 2", "channel = 17", "siren.channel", 12, "from 1 to 16"),
        ("channel = 2", 'channel = "2"', "siren.channel", 12, "whole number"),
        ("channel = 2", "channel = true", "siren.channel", 12, "whole number"),
        ("channel = 2", "loudness = 2", "siren.loudness", 12, "known: baud"),
        ('address = "127.0.0.1:7443"', 'address = "hub"', "hub.address", 8, "host:port"),
        ('role = "responder"', 'role = "boss"', "kiosks[1].role", 16, "lobby, responder"),
        ('name = "two"', 'name = "one"', "drivers[2].name", 28, "twice"),
        ('name = "two"', "", "drivers[2].name", 26, "missing"),
        ("[siren]", "[sirene]", "sirene", 10, "did you mean siren?"),
        ('[box]\nid = "ningdu-1"\ncommunity = "ningdu"\ndata = "data"', "", "box", None, "missing"),
        ("channel = 2", "channel = = 2", "TOML", 12, "line 12"),
        ("[siren]", '[http]\nkiosk_listen = "0.0.0.0:80"\n[siren]', "http.kiosk_listen", 11, "choose one address"),
        ("[siren]", '[http]\nkiosk_listen = "0:80"\n[siren]', "http.kiosk_listen", 11, "choose one address"),
        ("[siren]", '[http]\nkiosk_listen = "[0::0]:80"\n[siren]', "http.kiosk_listen", 11, "choose one address"),
        ("[siren]", '[http]\nstatus_listen = "10.0.0.1:80"\n[siren]', "http.status_listen", 11, "loopback"),
        ("[siren]", "[journal]\nlinger_s = true\n[siren]", "journal.linger_s", 11, "a number"),
        ("[siren]", '[journal]\nsynchronous = "NORMAL"\n[siren]', "journal.synchronous", 11, "FULL, EXTRA"),
        ("[siren]", "[journal]\ngroup_rows = 0\n[siren]", "journal.group_rows", 11, "from 1 to 10000"),
        ("[siren]", "[journal]\nreserve_bytes = 2147483648\n[siren]", "journal.reserve_bytes", 11, "less than"),
        ("[siren]", '[journal]\nmount = "data"\n[siren]', "journal.mount", 11, "absolute path"),
        ("[siren]", "[journal]\nretry_first_s = 30\n[siren]", "journal.retry_max_s", 10, "at least 30"),
        ("[siren]", '[sync]\nzstd = "maybe"\n[siren]', "sync.zstd", 11, "auto, on, off"),
        ("[siren]", '[[webhooks]]\nname = "g"\nurl = "ftp://x"\n[siren]', "webhooks[1].url", 12, "http://"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, key: str, line: int | None, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(GOOD.replace(old, new, 1), Path("edge.toml"))
    assert (caught.value.key, caught.value.line) == (key, line)
    assert words in caught.value.reason
    assert str(caught.value).startswith(f"edge.toml:{line}: {key}: " if line else f"edge.toml: {key}: ")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml")
