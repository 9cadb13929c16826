"""JSON of devices: half a surrogate pair becomes text that UTF-8 holds, in every encoding that JSON may come in."""

from __future__ import annotations

import pytest

from anju_drivers.framing.json_text import read_json

HALF = '{"a\\udfff": ["x\\ud800y", 1], "whole": "\\ud83d\\ude00\\n"}'
HELD = {"a\\udfff": ["x\\ud800y", 1], "whole": "\U0001f600\n"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le"])
def test_halves_are_written_as_their_escapes(encoding: str) -> None:
    assert read_json(HALF) == HELD
    assert read_json(HALF.encode(encoding)) == HELD


def test_halves_that_were_never_escaped() -> None:
    assert read_json(b'"\xed\xa0\x80"') == "\\ud800"
    assert read_json('"\ud800"') == "\\ud800"


def test_names_that_differ_stay_different() -> None:
    assert read_json(r'["\ud800", "\ud801"]') == [r"\ud800", r"\ud801"]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, ""])
def test_what_is_no_json_raises(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        read_json(text)
