"""Captures made hostile: the same documents with text, numbers, sizes and depths that no device should send.

JSON keeps its shape and gets other values, one place at a time, so that the damage reaches what lies behind a good
frame; XML gets other texts between its tags; whatever else it is, bytes are put into it. No I/O, and the same seed
gives the same.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator

TEXTS = (
    "\ud800",  # JSON can say it, UTF-8 cannot
    "x\udfff\ud800y",
    "\x00",
    "a\x00b\x1b[31m\r\n\u2028",
    "\u202e\ufeff",
    "长" * 5_000,
    "x" * 200_000,
    "9" * 5_000,  # more digits than Python makes a number of
    "-1",
    "NaN",
    "1e999",
    "",
)
NUMBERS = (0, -1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 1e308, -1e308, float("nan"), float("inf"), 0.1)
OTHERS: tuple[object, ...] = (None, True, [], {}, [[]], {"": {}})
DEEP = 5_000
_CODED = re.compile(rb"(?<=>)[^<>]+(?=<)|(?<=\")[^\"<>]*(?=\")")
_BYTES = (b"\xed\xa0\x80", b"\x00", b"\xff\xfe", b"-1", b"9" * 5_000)  # of a line or a frame
_REFERENCES = (b"&#xD800;", b"&#0;", b"&x;", b"&#x110000;", b"<a>" * DEEP)
_MARKUP = (*_BYTES, *_REFERENCES, *(text.encode("utf-8", "surrogatepass") for text in TEXTS))


def hostile(capture: bytes, seed: int = 1, rounds: int = 12) -> Iterator[bytes]:
    """About `rounds` hostile forms of one capture."""
    rng = random.Random(seed)
    at = min((found for sign in (b"{", b"[") if (found := capture.find(sign)) >= 0), default=-1)
    value = _value(capture[at:]) if at >= 0 else None
    if isinstance(value, dict | list):
        places = list(_places(value))
        for _ in range(rounds if places else 0):
            place = rng.choice(places)
            poison = rng.choice((*TEXTS, *NUMBERS, *OTHERS))
            yield capture[:at] + json.dumps(_with(value, place, poison)).encode()
        yield capture[:at] + b'{"a":' * DEEP + b"1" + b"}" * DEEP
        yield capture[:at] + b"[" * DEEP + b"]" * DEEP
        return
    spans = [found.span() for found in _CODED.finditer(capture)] if b"<" in capture else []
    for _ in range(rounds):
        if spans:
            start, end = rng.choice(spans)
        else:
            start = rng.randrange(len(capture) + 1)
            end = min(len(capture), start + rng.randrange(9))
        yield capture[:start] + rng.choice(_MARKUP if spans else _BYTES) + capture[end:]


def with_text_everywhere(capture: bytes, poison: str) -> Iterator[bytes]:
    """A JSON capture with `poison` in place of each of its texts, one at a time; nothing for other captures."""
    at = min((found for sign in (b"{", b"[") if (found := capture.find(sign)) >= 0), default=-1)
    value = _value(capture[at:]) if at >= 0 else None
    for place in _places(value):
        if isinstance(_at(value, place), str):
            yield capture[:at] + json.dumps(_with(value, place, poison)).encode()


def with_number_everywhere(capture: bytes, poison: float) -> Iterator[bytes]:
    """A JSON capture with a number in place of each of its values, one at a time; nothing for other captures."""
    at = min((found for sign in (b"{", b"[") if (found := capture.find(sign)) >= 0), default=-1)
    value = _value(capture[at:]) if at >= 0 else None
    for place in _places(value):
        yield capture[:at] + json.dumps(_with(value, place, poison)).encode()


def _value(text: bytes) -> object:
    try:
        return json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))[0]
    except (ValueError, RecursionError):
        return None


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value inside a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from _places(one, (*path, key))


def _at(value: object, path: tuple[str | int, ...]) -> object:
    for key in path:
        value = value[key]  # type: ignore[index]  # a place of this very document
    return value


def _with(value: object, path: tuple[str | int, ...], poison: object) -> object:
    """The document with another value at one place."""
    if not path:
        return poison
    key, *rest = path
    if isinstance(value, dict):
        return {name: _with(one, tuple(rest), poison) if name == key else one for name, one in value.items()}
    if isinstance(value, list):
        return [_with(one, tuple(rest), poison) if at == key else one for at, one in enumerate(value)]
    return value
