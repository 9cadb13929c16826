"""Claim codes: every slip of a finger or an ear is found, and the group to look at is named."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_base.address import Address
from anju_protos.claim_code import (
    GROUP_DIGITS,
    GROUPS,
    TEXT_MAX,
    ClaimCode,
    ClaimCodeError,
    CodeFault,
    file_text,
    format_groups,
    new_code,
    parse,
    pin_of,
    proof_of,
    qr_text,
    typed_text,
)

HUB = Address("hub.example", 7421)
codes = st.builds(ClaimCode, st.binary(min_size=10, max_size=10), st.integers(0, (1 << 100) - 1))
places = st.integers(0, GROUPS - 1)
KNOWN = ClaimCode(bytes(range(10)), int("123456789abcdef0123456789", 16), HUB)
KNOWN_TYPED = "036556-467468-026860-059283-666982-158254-693790-041334-283577-158908-115450-547636"


def fault_of(text: str) -> ClaimCodeError:
    with pytest.raises(ClaimCodeError) as raised:
        parse(text)
    return raised.value


@given(codes)
def test_a_code_comes_back_from_each_of_its_forms(code: ClaimCode) -> None:
    assert parse(typed_text(code)) == code
    assert parse("".join(format_groups(code))) == code
    with_hub = ClaimCode(code.secret, code.pin, HUB)
    assert parse(qr_text(with_hub)) == with_hub
    assert parse(file_text(with_hub, "网关 ningdu-1\nvalid for 7 days")) == with_hub
    assert parse("\ufeff" + file_text(with_hub).replace("\n", "\r\n")) == with_hub


def test_the_digits_of_a_code_stay_the_same_for_years() -> None:
    assert typed_text(KNOWN) == KNOWN_TYPED
    assert qr_text(KNOWN) == f"ANJU1/{KNOWN_TYPED.replace('-', '')}/HUB.EXAMPLE:7421"
    assert KNOWN.claim_id == parse(KNOWN_TYPED).claim_id


@given(codes, places, st.integers(0, GROUP_DIGITS - 1), st.integers(1, 9))
def test_a_wrong_digit_is_found_and_its_group_named(code: ClaimCode, place: int, at: int, step: int) -> None:
    groups = format_groups(code)
    group = groups[place]
    groups[place] = group[:at] + str((int(group[at]) + step) % 10) + group[at + 1 :]
    error = fault_of("-".join(groups))
    assert (error.fault, error.groups) == (CodeFault.GROUP, (place + 1,))
    assert str(place + 1) in error.zh
    assert str(place + 1) in error.en


@given(codes, places, st.lists(st.integers(0, GROUP_DIGITS - 1), min_size=2, max_size=2, unique=True))
def test_two_digits_that_changed_places_are_found(code: ClaimCode, place: int, pair: list[int]) -> None:
    groups = format_groups(code)
    digits = list(groups[place])
    left, right = pair
    digits[left], digits[right] = digits[right], digits[left]
    swapped = "".join(digits)
    if swapped != groups[place]:
        groups[place] = swapped
        assert fault_of("".join(groups)).groups == (place + 1,)


@given(codes, st.lists(places, min_size=2, max_size=2, unique=True))
def test_groups_that_changed_places_are_found_and_said(code: ClaimCode, pair: list[int]) -> None:
    groups = format_groups(code)
    left, right = sorted(pair)
    groups[left], groups[right] = groups[right], groups[left]
    error = fault_of(" ".join(groups))
    assert (error.fault, error.groups) == (CodeFault.ORDER, (left + 1, right + 1))


@given(codes, places, st.integers(0, GROUP_DIGITS - 1), st.booleans())
def test_a_missing_or_doubled_digit_is_placed(code: ClaimCode, place: int, at: int, doubled: bool) -> None:
    groups = format_groups(code)
    group = groups[place]
    groups[place] = group[: at + 1] + group[at:] if doubled else group[:at] + group[at + 1 :]
    error = fault_of("-".join(groups))
    assert (error.fault, error.groups) == (CodeFault.COUNT, (place + 1,))
    assert fault_of("".join(groups)).fault is CodeFault.COUNT


@given(codes, places)
def test_a_group_left_out_is_named(code: ClaimCode, place: int) -> None:
    groups = format_groups(code)
    del groups[place]
    error = fault_of("-".join(groups))
    assert (error.fault, error.groups) == (CodeFault.COUNT, (place + 1,))


@given(codes, codes, st.integers(1, GROUPS - 1))
def test_two_codes_put_together_are_none(one: ClaimCode, other: ClaimCode, at: int) -> None:
    mixed = format_groups(one)[:at] + format_groups(other)[at:]
    if mixed not in (format_groups(one), format_groups(other)):
        with contextlib.suppress(ClaimCodeError):  # the check over the whole has ten bits: one in a thousand passes it
            assert parse("".join(mixed)) not in (one, other)


def test_what_is_typed_or_dictated_for_a_digit_is_understood() -> None:
    for heard in ("零幺二三四五六七八九", "〇一两三四五六拐八勾", "Ol23456789", "oIZ34S67B9"):
        said = KNOWN_TYPED.translate(str.maketrans("0123456789", heard))
        assert parse(said).secret == KNOWN.secret
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in KNOWN_TYPED)
    assert unicodedata.normalize("NFKC", wide) == KNOWN_TYPED
    assert parse(wide).secret == KNOWN.secret
    assert parse(KNOWN_TYPED.replace("-", "，")).secret == KNOWN.secret
    assert parse("\n".join(KNOWN_TYPED.split("-"))).secret == KNOWN.secret


@pytest.mark.parametrize(
    ("text", "fault", "groups"),
    [
        ("", CodeFault.EMPTY, ()),
        ("# only words\n\n", CodeFault.EMPTY, ()),
        ("9" * (TEXT_MAX + 1), CodeFault.TOO_LONG, ()),
        (KNOWN_TYPED.replace("026860", "0268?0"), CodeFault.CHARACTER, (3,)),
        (KNOWN_TYPED.replace("026860", "02686ß"), CodeFault.CHARACTER, (3,)),
        (KNOWN_TYPED.replace("026860", "02686٢"), CodeFault.CHARACTER, (3,)),
        (KNOWN_TYPED + "-123456", CodeFault.COUNT, (12,)),
        ("ANJU2/" + "1" * 72, CodeFault.VERSION, ()),
        ("ANJU1/" + KNOWN_TYPED + "/hub.example", CodeFault.HUB, ()),
        ("ANJU1/" + KNOWN_TYPED + "/hub.example:0", CodeFault.HUB, ()),
        ("ANJU1/" + KNOWN_TYPED + "/中心:7421", CodeFault.HUB, ()),
        ("https://hub.example/claim", CodeFault.CHARACTER, (1,)),
    ],
)
def test_other_texts_say_what_is_wrong(text: str, fault: CodeFault, groups: tuple[int, ...]) -> None:
    error = fault_of(text)
    assert (error.fault, error.groups) == (fault, groups)
    assert error.zh
    assert error.en
    assert KNOWN_TYPED[:6] not in str(error)


def test_every_group_right_and_no_code() -> None:
    groups = format_groups(KNOWN)
    groups[0] = f"{(int(groups[0]) + 13) % 999_999:06d}"
    assert fault_of("-".join(groups)).fault is CodeFault.WHOLE
    assert fault_of("".join(f"{999_986 - 999_986 % 13 + place:06d}"[-6:] for place in range(12))).fault in (
        CodeFault.WHOLE,
        CodeFault.GROUP,
    )


@given(st.text(max_size=200) | st.text("0123456789- /ANJU", max_size=120))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with contextlib.suppress(ClaimCodeError):
        parse(text)


def test_a_proof_is_good_for_one_request_and_one_nonce() -> None:
    key = KNOWN.proof_key
    good = proof_of(key, b"csr", b"nonce")
    assert len(good) == 32
    others = {proof_of(key, b"csr", b"nonc"), proof_of(key, b"ecsr", b"nonc"), proof_of(b"k" * 32, b"csr", b"nonce")}
    assert good not in others
    assert len(others) == 3


def test_a_fresh_code_pins_its_root_and_keeps_its_secret_to_itself() -> None:
    one, other = new_code(b"spki", HUB), new_code(b"spki", HUB)
    assert one.secret != other.secret
    assert one.claim_id != other.claim_id
    assert one.pin == pin_of(b"spki") == other.pin != pin_of(b"spkj")
    assert one.secret.hex() not in repr(one)
    assert repr(one.secret) not in repr(one)
    with pytest.raises(ValueError, match="hub"):
        qr_text(ClaimCode(one.secret, one.pin))
