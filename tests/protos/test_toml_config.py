"""Where a key stands in a TOML file that a person wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju_base.toml_config import TomlFileError, line_of, parse, read_text

TEXT = """\
box = "a"   # 1
[siren]
"port" = "x"
[[drivers]]  # 4
name = "one"
[drivers.cameras.gate]
secret = "y"
[[drivers]]
name = "two"
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("box", 1),
        ("siren", 2),
        ("siren.port", 3),
        ("siren.speed", 2),
        ("drivers[1].name", 5),
        ("drivers[2].name", 9),
        ("drivers[2].driver", 8),
        ("drivers[1].cameras.gate.secret", 4),
        ("drivers[3].name", None),
        ("hub", None),
    ],
)
def test_the_line_of_a_key_or_of_what_holds_it(key: str, line: int | None) -> None:
    assert line_of(TEXT, key) == line


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TomlFileError, match="cannot be read"):
        read_text(tmp_path / "none.toml", TomlFileError)
    (tmp_path / "gbk.toml").write_bytes("名".encode("gb18030"))
    with pytest.raises(TomlFileError, match="UTF-8"):
        read_text(tmp_path / "gbk.toml", TomlFileError)
    with pytest.raises(TomlFileError) as wrong:
        parse("a = 1\nb = \n", Path("x.toml"), TomlFileError)
    assert (wrong.value.line, wrong.value.key) == (2, "TOML")
