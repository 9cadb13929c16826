"""The texts by whose beginning a name is found: the name itself, its pinyin and its initials, from any character on.

Surnames have readings of their own (单 Shan, 仇 Qiu, 尉迟 Yuchi, 万俟 Moqi): with pypinyin's reading by context and all
readings of each single character, and 黑 as He, all of 84 such surnames are found, and under their common reading too.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from anju_central.registry.han_text import folded_name

MAX_READINGS: Final = 24  # of one name
MAX_KEY_CHARS: Final = 100
MAX_REMEMBERED: Final = 20_000  # names; a sheet's are made before the transaction that writes them
MORE_READINGS: Final = {"黑": ("he",)}  # as a surname; pypinyin 0.55 has hei alone
FIRST_HAN: Final = "\u2e80"
_U_DIAERESIS: Final = ("v", "u", "yu")  # lü is typed lv, lu and lyu


def looked_up(text: str) -> str:
    """Returns a text that somebody typed as keys have it: folded, lower case, letters without tones and spaces."""
    return _plain(folded_name(text))


@lru_cache(maxsize=MAX_REMEMBERED)
def keys_of(name: str) -> frozenset[str]:
    """Returns all keys of a name."""
    plain = _plain(folded_name(name))
    keys: set[str] = set()
    for start in range(len(plain)):
        if plain[start] >= FIRST_HAN or start == 0:  # a Latin name is not found by its middle
            keys.add(plain[start:])
    readings = _readings(folded_name(name))
    for start in range(len(readings[0]) if readings else 0):
        for reading in readings:
            rest = reading[start:]
            keys.add("".join(rest))
            if len(rest) > 1:
                keys.add("".join(syllable[0] for syllable in rest))
    return frozenset(key[:MAX_KEY_CHARS] for key in keys if key)


def _plain(text: str) -> str:
    """Lower case, ü as v, without tone marks, spaces and dots between parts."""
    apart = unicodedata.normalize("NFD", text.lower()).replace("u\u0308", "v")
    bare = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    return "".join(sign for sign in unicodedata.normalize("NFC", bare) if sign.isalnum())


def _readings(name: str) -> list[tuple[str, ...]]:
    """The readings of a name, a syllable for each part: by context first, then with one other reading at a time."""
    from pypinyin import Style, lazy_pinyin  # 60 MB and half a second: only where names are written down

    signs = [sign for sign in name if sign >= FIRST_HAN]
    if len(signs) != len([sign for sign in name if sign.isalnum()]):
        return []  # Latin, or mixed: found as it is written
    first = lazy_pinyin("".join(signs), style=Style.NORMAL, errors="ignore")
    if len(first) != len(signs):
        return []  # a character that nobody reads
    found: dict[tuple[str, ...], None] = {}
    for reading in [tuple(first), *_others(signs, first)]:
        for typed in _typed(reading):
            found.setdefault(typed)
    return list(found)[:MAX_READINGS]


def _others(signs: list[str], first: list[str]) -> list[tuple[str, ...]]:
    others = []
    for place, sign in enumerate(signs):
        for reading in _single(sign):
            if reading != first[place]:
                others.append((*first[:place], reading, *first[place + 1 :]))
    return others


@lru_cache(maxsize=20_000)
def _single(sign: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    [readings] = pinyin(sign, heteronym=True, style=Style.NORMAL)
    return (*readings, *MORE_READINGS.get(sign, ()))


def _typed(reading: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not any("v" in syllable for syllable in reading):
        return [reading]
    return [tuple(syllable.replace("v", typed) for syllable in reading) for typed in _U_DIAERESIS]
