"""What people are found by: names in characters, pinyin and initials, flats by their numbers; ID numbers as kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from anju_base.id_number import NotANumber, check_digit
from anju_central.registry.flat_keys import flat_key
from anju_central.registry.id_numbers import IdNumbers, masked
from anju_central.registry.ids import check_id, new_id
from anju_central.registry.name_keys import keys_of, looked_up
from anju_central.registry.secrets import RegistrySecrets, SecretsUnavailable

SURNAMES = """
单shan 仇qiu 解xie 曾zeng 区ou 查zha 任ren 华hua 盖ge 朴piao 翟zhai 覃qin 乐yue 黑he 尹yin 冼xian 缪miao
员yun 宓mi 逄pang 晁chao 牟mu 隗wei 燕yan 訾zi 葛ge 冯feng 应ying 柏bai 秘bi 种chong 重chong 繁po 召shao 盛sheng
尉迟yuchi 万俟moqi 长孙zhangsun 单于chanyu 澹台tantai 鲜于xianyu 令狐linghu 皇甫huangfu 宇文yuwen 呼延huyan"""


@pytest.mark.parametrize("case", SURNAMES.split())
def test_a_surname_is_found_by_the_reading_that_it_has_as_one(case: str) -> None:
    signs = "".join(sign for sign in case if sign > "z")
    reading = case.removeprefix(signs)
    assert f"{reading}meihua" in keys_of(f"{signs}梅花")
    if len(signs) == 1:
        assert f"{reading[0]}mh" in keys_of(f"{signs}梅花")


def test_the_common_reading_is_found_too_and_parts_from_any_character_on() -> None:
    keys = keys_of("单雪梅")
    assert {"danxuemei", "shanxuemei", "dxm", "sxm", "xuemei", "xm", "mei", "单雪梅", "雪梅", "梅"} <= keys
    assert {"wangyue", "wangle"} <= keys_of("王乐")
    assert not any(len(key) == 1 and key.isascii() for key in keys)


@pytest.mark.parametrize("typed", ["lv bu", "Lü Bù", "LUBU", "lyu-bu", "吕 布", "ＬＶＢＵ", "lǚbù"])
def test_umlaut_tones_spaces_and_wide_letters_as_they_are_typed(typed: str) -> None:
    assert looked_up(typed) in keys_of("吕布")


def test_radicals_of_a_pdf_are_the_characters_that_they_show() -> None:
    assert keys_of("⻢⻰") == keys_of("马龙")
    assert looked_up("⻢⻰") == "马龙"


def test_names_of_other_peoples() -> None:
    assert {"阿依古丽买买提", "ayigulimaimaiti", "maimaiti"} <= keys_of("阿依古丽·买买提")
    assert keys_of("阿依古丽·买买提") == keys_of("阿依古丽•买买提")
    assert keys_of("Anna Lee") == {"annalee"}
    assert keys_of("𬍛") >= {"𬍛"}  # beyond the BMP
    assert keys_of("") == frozenset()
    assert all(len(key) <= 100 for key in keys_of("阿" * 100))


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("3栋1单元502", "3-1-502"),
        ("3-1-502", "3-1-502"),
        ("三栋一单元0502室", "3-1-502"),
        ("３幢１单元５０２", "3-1-502"),
        ("十二号楼3门1001", "12-3-1001"),
        ("二十栋101", "20-101"),
        ("B座1203", "b-1203"),
        ("幸福路18号3幢2单元301", "18-3-2-301"),
        ("门口", ""),
    ],
)
def test_a_flat_is_its_numbers(label: str, key: str) -> None:
    assert flat_key(label) == key


# -- ID numbers: fictitious, of a county code that does not exist

FIRST_17 = "51099919400102123"
NUMBER = FIRST_17 + check_digit(FIRST_17)
OLD = "510999400102123"


@pytest.fixture
def numbers(tmp_path: Path) -> IdNumbers:
    secrets = RegistrySecrets(tmp_path, {})
    secrets.make()
    return IdNumbers(secrets)


def test_an_id_number_is_kept_for_one_row_and_found_again_by_its_mark(numbers: IdNumbers) -> None:
    kept = numbers.seal(NUMBER, "r-1")
    assert NUMBER.encode() not in kept.sealed
    assert NUMBER not in repr(kept)
    assert (kept.says.birth, kept.says.is_male) == (date(1940, 1, 2), True)
    assert numbers.unseal(kept.sealed, "r-1") == NUMBER
    assert numbers.masked(kept.sealed, "r-1") == f"510***********{NUMBER[-4:]}" == masked(NUMBER)
    assert numbers.seal(NUMBER, "r-2").mark == kept.mark
    assert numbers.seal(NUMBER, "r-2").sealed != kept.sealed
    with pytest.raises(SecretsUnavailable, match="another row's"):
        numbers.unseal(kept.sealed, "r-2")


def test_an_old_number_is_the_same_as_its_new_one(numbers: IdNumbers) -> None:
    assert numbers.seal(OLD, "r-1").mark == numbers.seal(NUMBER.lower(), "r-2").mark
    assert numbers.marks(OLD) == numbers.marks(NUMBER)


@pytest.mark.parametrize("wrong", ["", "5109", NUMBER[:-1], FIRST_17 + ("0" if NUMBER[-1] != "0" else "1"), "x" * 18])
def test_what_is_no_id_number_is_refused(numbers: IdNumbers, wrong: str) -> None:
    with pytest.raises(NotANumber) as refused:
        numbers.seal(wrong, "r-1")
    if wrong:
        assert wrong not in str(refused.value)


def test_nobody_is_born_later_than_today(numbers: IdNumbers) -> None:
    with pytest.raises(NotANumber):
        numbers.seal(NUMBER, "r-1", today=date(1940, 1, 1))


def test_without_the_key_nothing_is_sealed(tmp_path: Path) -> None:
    with pytest.raises(SecretsUnavailable) as refused:
        IdNumbers(RegistrySecrets(tmp_path, {})).seal(NUMBER, "r-1")
    assert refused.value.reason == "missing"


def test_a_random_id_is_an_id_and_never_the_same() -> None:
    made = {new_id("r") for _ in range(1_000)}
    assert len(made) == 1_000
    for name in made:
        check_id(name)
