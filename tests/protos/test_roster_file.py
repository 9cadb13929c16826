"""The roster file: what a person writes, and the message for each slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_protos.roster_file import RosterFileError, load_roster, masked, parse_roster, token_hash

EXAMPLE = """\
community = "ningdu"
revision = 3
name_zh = "柠都社区"
token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"

[settings]
"presence.departed_after_s" = 90

[[zones]]
id = "b3-u2"
label_zh = "3栋2单元"

[[devices]]
key = "ble:ac233fc001aa"
kind = "band"

[[devices]]
key = "ble:receiver-1"
kind = "receiver"
zone = "b3-u2"
period_s = 60

[[residents]]
id = "r-0001"
name = "王小秀"
flat = "3-2-501"

[[bindings]]
device = "ble:ac233fc001aa"
resident = "r-0001"

[[tokens]]
token = "em4100:67003B51C6"
resident = "r-0001"

[[activities]]
id = "calligraphy"
title_zh = "书法班"
weekdays = "1-3,5"
starts = "09:00"
ends = "11:00"

[[rules]]
id = "sos"
kind = "sos"
[rules.values]
priority = "P1"
"""
PATH = Path("community.toml")


def test_a_good_file_becomes_a_bundle_with_hashed_tokens_and_masked_names() -> None:
    bundle = parse_roster(EXAMPLE, PATH)
    assert (bundle.community, bundle.revision, bundle.time_zone) == ("ningdu", 3, "Asia/Shanghai")
    assert bundle.tokens[0].hash == token_hash(bundle.token_salt, "em4100:67003B51C6")
    assert b"67003B51C6" not in bundle.SerializeToString()
    assert bundle.residents[0].masked_name == "王*秀"
    assert (bundle.activities[0].weekdays, bundle.activities[0].starts_min) == (0b10111, 540)
    assert bundle.settings["presence.departed_after_s"] == "90"
    assert bundle.rules[0].values["priority"] == "P1"


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("revision = 3", "revision = 0", 2, "revision"),
        ("revision = 3", "revison = 3", 2, "revison"),
        ('kind = "band"', 'kind = "bnad"', 15, "devices[1].kind"),
        ('zone = "b3-u2"', 'zone = "b9"', 20, "devices[2].zone"),
        ('flat = "3-2-501"', 'flaat = "3-2-501"', 26, "residents[1].flaat"),
        ('ends = "11:00"', 'ends = "08:00"', 41, "activities[1].ends"),
        ('weekdays = "1-3,5"', 'weekdays = "Mon"', 39, "activities[1].weekdays"),
        ('device = "ble:ac233fc001aa"', 'device = "ble:other"', 29, "bindings[1].device"),
        ('community = "ningdu"', 'community = "Ning Du"', 1, "community"),
        ('name_zh = "柠都社区"', "name_zh = 5", 3, "name_zh"),
        ('key = "ble:receiver-1"', 'key = "ble:ac233fc001aa"', 18, "devices[2].key"),
        ('id = "b3-u2"', 'id = "b3-u2', 10, "TOML"),
    ],
)
def test_each_slip_is_named_with_its_line_and_key(old: str, new: str, line: int, key: str) -> None:
    with pytest.raises(RosterFileError) as caught:
        parse_roster(EXAMPLE.replace(old, new, 1), PATH)
    assert (caught.value.line, caught.value.key) == (line, key)
    assert "王小秀" not in str(caught.value)


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(RosterFileError, match="cannot be read"):
        load_roster(tmp_path / "none.toml")


def test_masks() -> None:
    assert [masked(name) for name in ("王小秀", "李四", "欧阳小明", "Ann Lee")] == ["王*秀", "李*", "欧**明", "A* L*"]
