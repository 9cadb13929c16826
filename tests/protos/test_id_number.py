"""Resident id numbers: which can be right, why others cannot, old ones raised to 18 characters."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju_base.id_number import NotANumber, NumberFault, check_digit, parse, raised, read


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("610104620927690", True),
        ("810000199408230021", True),
        ("110105194912310021", False),
        ("110105193002290015", False),
        ("010105194912310020", False),
        ("1101051949123100２X", False),
        ("", False),
    ],
)
def test_id_numbers(text: str, is_right: bool) -> None:
    assert (parse(text) is not None) is is_right


def test_numbers_of_foreigners_since_2023_begin_with_9() -> None:
    meaning = parse("911124198001010015")
    assert meaning is not None
    assert (meaning.birth.isoformat(), meaning.is_male) == ("1980-01-01", True)
    assert parse("999124198001010015") is None, "no such province"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("51999919490101001", NumberFault.FORM),
        ("00999919490101001X", NumberFault.PROVINCE),
        ("519999194902300016", NumberFault.BIRTH),
        ("519999194901010010", NumberFault.CHECK_DIGIT),
        ("519999203001010013", NumberFault.LATER),
    ],
)
def test_what_is_wrong_is_told_without_the_number(text: str, fault: NumberFault) -> None:
    with pytest.raises(NotANumber) as error:
        read(text, today=date(2026, 11, 30))
    assert error.value.fault is fault
    assert text not in str(error.value)


@given(born=st.dates(date(1900, 1, 1), date(1999, 12, 31)), order=st.integers(0, 999))
def test_an_old_number_raised_says_the_same(born: date, order: int) -> None:
    old = f"519999{born:%y%m%d}{order:03}"
    long = raised(old)
    assert long[17] == check_digit(long[:17])
    new, before = read(long), read(old)
    assert (new.birth, new.is_male) == (before.birth, before.is_male) == (born, order % 2 == 1)
    assert raised(long.lower()) == long
