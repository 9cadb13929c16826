"""Makes any reading fit an event: text that UTF-8 can hold, of bounded length and without controls; numbers in range.

Devices write what they like, and drivers hand it on: one lone surrogate in a camera's JSON would otherwise break the
message that carries it, and with it the alarm. So nothing is refused here, only written differently. The fields are
walked by their declared types: one that has no rule stops the import of this module.
"""

from __future__ import annotations

import math
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from hashlib import sha256
from types import NoneType, UnionType
from typing import TypeAlias, TypeVar
from unicodedata import category

from anju_drivers.driver import Reading, Reason

MAX_KEY_CHARS = 128  # the longest key that a roster takes has 97 (anju_protos.roster_file.DEVICE_KEY)
MAX_TEXT_CHARS = 200
MAX_TOKEN_CHARS = 4_296  # what the largest QR code holds: ISO/IEC 18004, table 7
MAX_TEXTS = 64
MAX_WHOLE = 2**64 - 1  # the widest number of a message
_KEYS = frozenset({"device", "receiver"})
_DIGEST_CHARS = 16

_Fix: TypeAlias = Callable[[object], object]
_Reading = TypeVar("_Reading")


def safe_key(key: object) -> str:
    """A device key as it may be recorded. Keys that differ stay different."""
    return _safe(key, MAX_KEY_CHARS)


def safe_text(text: object) -> str:
    """Free text as it may be recorded and shown; empty for what is no text."""
    return _safe(text, MAX_TEXT_CHARS)


def is_plain_key(key: str) -> bool:
    """True for a key that `safe_key` would leave as it is; costs next to nothing."""
    return len(key) <= MAX_KEY_CHARS and key.isprintable()


def safe_reading(reading: _Reading) -> _Reading:
    """The same reading where it fits already, else a copy that does. Raises `TypeError` for what is no reading."""
    rules = _RULES.get(type(reading))
    if rules is None:
        raise TypeError(f"{type(reading).__name__} is no reading")
    changed: dict[str, object] = {}
    for name, fix in rules:
        value = getattr(reading, name)
        fitting = fix(value)
        if fitting is not value:
            changed[name] = fitting
    return replace(reading, **changed) if changed else reading  # type: ignore[type-var]  # all that have rules are dataclasses


def _safe(value: object, max_chars: int) -> str:
    text = value if isinstance(value, str) else ""
    if len(text) <= max_chars and text.isprintable():
        return text
    shown = "".join(sign if _is_shown(sign) else _escaped(sign) for sign in text[:max_chars])
    if len(text) <= max_chars and len(shown) <= max_chars:
        return shown
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARS]
    return f"{shown[: max_chars - _DIGEST_CHARS - 1]}~{digest}"


def _is_shown(sign: str) -> bool:
    return sign.isprintable() or category(sign) == "Zs"  # Zs: the ideographic space and its like


def _escaped(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _safe_token(value: object) -> str:
    """A token is hashed and forgotten: its characters stay, for another one would be another token."""
    text = value if isinstance(value, str) else ""
    if len(text) <= MAX_TOKEN_CHARS and not text.isprintable():
        text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= MAX_TOKEN_CHARS else _safe(text, MAX_TOKEN_CHARS)


def _whole(value: object) -> int | None:
    if type(value) is int:
        return value if -MAX_WHOLE <= value <= MAX_WHOLE else min(max(value, -MAX_WHOLE), MAX_WHOLE)
    number = _real(value)
    return None if number is None else int(min(max(number, -(2.0**63)), 2.0**63))


def _real(value: object) -> float | None:
    """None for what is no finite number."""
    if not isinstance(value, int | float):
        return None
    try:
        number = value if type(value) is float else float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return number if math.isfinite(number) else None


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, tuple | list | set | frozenset) else ()
    texts = tuple(safe_text(one) for one in list(listed)[:MAX_TEXTS])
    return value if texts == value and isinstance(value, tuple) else texts


def _rule(name: str, hint: object) -> _Fix | None:
    """How a field of this declared type is made to fit; None where every value of the type does."""
    if typing.get_origin(hint) in (typing.Union, UnionType):
        (inner,) = (part for part in typing.get_args(hint) if part is not NoneType)
        return _optional(_rule(name, inner))
    if hint is str:
        return safe_key if name in _KEYS else _safe_token if name == "token" else safe_text
    if hint is int:
        return _whole
    if hint is float:
        return _real
    if hint == tuple[str, ...]:
        return _texts
    if is_dataclass(hint):
        return safe_reading
    if hint in (bool, bytes, frozenset[Reason]) or (isinstance(hint, type) and issubclass(hint, Enum)):
        return None
    raise TypeError(f"{name}: nothing says how a field of {hint} is made to fit an event")


def _optional(fix: _Fix | None) -> _Fix | None:
    if fix is None:
        return None
    known = fix

    def fit(value: object) -> object:
        return None if value is None else known(value)

    return fit


def _or(fix: _Fix, instead: object) -> _Fix:
    """For a field that must have a value."""

    def fit(value: object) -> object:
        fitting = fix(value)
        return instead if fitting is None else fitting

    return fit


def _rules(kind: type) -> tuple[tuple[str, _Fix], ...]:
    hints = typing.get_type_hints(kind)
    found = []
    for one in fields(kind):
        hint = hints[one.name]
        fix = _rule(one.name, hint)
        if fix is not None:
            instead = {int: 0, float: math.nan}.get(hint)
            found.append((one.name, fix if instead is None else _or(fix, instead)))
    return tuple(found)


_RULES = {kind: _rules(kind) for kind in typing.get_args(Reading)}
