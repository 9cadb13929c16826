"""One spelling for tokens: what people write in a roster meets what readers say, or is refused with its row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_base import id_number as number
from anju_drivers.card_reader.frames import Card
from anju_protos import check_in_codes, tokens
from anju_protos.roster_file import RosterFileError, parse_roster, token_hash
from anju_protos.tokens import TokenRefused, as_presented, canonical

ID = "11010519491231002X"  # the example of GB 11643-1999
ROSTER = """
community = "ningdu"
name_zh = "x"
token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"
[[residents]]
id = "r-0001"
name = "王小秀"
"""


def row(token: str) -> str:
    return f'[[tokens]]\ntoken = "{token}"\nresident = "r-0001"\n'


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("idcard:11010519491231002x", f"idcard:{ID}"),
        ("idcard: 110105 19491231 002X ", f"idcard:{ID}"),
        ("idcard:110105-19491231-002X", f"idcard:{ID}"),
        ("idcard:１１０１０５１９４９１２３１００２Ｘ", f"idcard:{ID}"),
        ("idcard：11010519491231002X", f"idcard:{ID}"),
        ("IDCARD:11010519491231002X", f"idcard:{ID}"),
        ("idcard:\u200b11010519491231002X\ufeff", f"idcard:{ID}"),
        ("idcard:110105491231002", f"idcard:{ID}"),
        ("idcard:usa110074090102", "idcard:USA110074090102"),
        ("em4100:67003b51c6", "em4100:67003B51C6"),
        ("em4100:67 00 3B 51 C6", "em4100:67003B51C6"),
        ("em4100:67-00-3b-51-c6", "em4100:67003B51C6"),
        ("EM4100:６７００３Ｂ５１Ｃ６", "em4100:67003B51C6"),
        ("em4100:0000000001", "em4100:0000000001"),
        ("nfc:04:16:c6:c2:d7:38:81", "nfc:0416C6C2D73881"),
        ("nfc: 0416C6C2d73881", "nfc:0416C6C2D73881"),
        ("qr: ABC 1 ", "qr:ABC 1"),
        ("qr:abc", "qr:abc"),
        ("plugin:As It Is ", "plugin:As It Is "),
    ],
)
def test_a_token_in_another_spelling_is_the_one_that_the_reader_says(written: str, said: str) -> None:
    bundle = parse_roster(ROSTER + row(written), Path("community.toml"))
    assert [*bundle.tokens, *bundle.guessable_tokens][0].hash == token_hash(bundle.token_salt, said)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("idcard:110105194912310021", "check digit is wrong"),
        ("idcard:11010519491331002X", "check digit is wrong"),
        ("idcard:1101051949123100", "18 .or 15. digits"),
        ("idcard:110105491331002", "date of birth"),
        ("idcard:", "18 .or 15. digits"),
        ("em4100:3B51C6", "10 hex digits, leading zeros too"),
        ("em4100:67003B51CG", "hex digits"),
        ("em4100:103,15046", "hex digits"),
        ("nfc:0416C6C2D7388", "even number"),
        ("qr:]Q1ABC", "without the scanner's prefix"),
        ("qr: ", "no text"),
        ("qr:AJ1ABC", "never looked up"),
        ("67003B51C6", "must look like em4100"),
        ("Karte:5 ", "must look like em4100"),
    ],
)
def test_what_no_reader_can_say_is_refused_with_its_row(token: str, reason: str) -> None:
    with pytest.raises(RosterFileError, match=reason) as caught:
        parse_roster(ROSTER + row("em4100:0000000001") + row(token), Path("community.toml"))
    assert (caught.value.line, caught.value.key) == (12, "tokens[2].token")
    value = token.partition(":")[2].strip()
    assert len(value) < 4 or value not in str(caught.value), "a number of a person stands in no message"


def test_two_spellings_of_one_token_stand_twice() -> None:
    with pytest.raises(RosterFileError, match="stands twice") as caught:
        parse_roster(ROSTER + row(f"idcard:{ID}") + row("idcard:11010519491231002x"), Path("community.toml"))
    assert caught.value.key == "tokens[2].token"


@given(raw=st.binary(min_size=5, max_size=5))
def test_what_a_card_reader_says_is_its_own_spelling(raw: bytes) -> None:
    said = Card(raw).token
    assert canonical(said) == said


@given(first=st.integers(0, 10**17 - 1))
def test_an_id_number_that_the_reader_takes_is_taken_alike(first: int) -> None:
    text = f"{first:017d}"
    whole = text + number.check_digit(text)
    assert number.is_checked(whole)
    try:
        assert canonical(f"idcard:{whole}") == f"idcard:{whole}"
    except TokenRefused:
        assert number.parse(whole) is None


@given(st.text(max_size=40))
def test_any_text_has_one_spelling_or_a_reason(text: str) -> None:
    for scheme in ("", "idcard:", "em4100:", "nfc:", "qr:", "own:"):
        try:
            once = canonical(scheme + text)
        except TokenRefused:
            assert as_presented(scheme + text) == scheme + text
        else:
            assert canonical(once) == once


def test_the_prefix_of_our_own_codes_is_one() -> None:
    assert tokens.OWN_CODE == check_in_codes.PREFIX
