"""JSON that devices and servers send, as values whose text every message, hash and log can hold."""

from __future__ import annotations

import json
import re
from typing import Final

# What can become half a surrogate pair: an escape of one, one in UTF-8 as `json` takes it, and UTF-16 or UTF-32.
_MAY_HOLD_HALVES: Final = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]|\x00")


def read_json(text: bytes | str, *, strict: bool = True) -> object:
    """The value of a JSON text. Raises `ValueError`, and `RecursionError` for thousands of brackets.

    JSON can say half a surrogate pair (RFC 8259, section 8.2) and UTF-8 cannot: it is written as its escape, so that
    names that differ stay different. `strict=False` takes control characters inside texts.
    """
    value: object = json.loads(text, strict=strict)
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return _holdable(value) if _MAY_HOLD_HALVES.search(raw) else value


def _holdable(value: object) -> object:
    if isinstance(value, str):
        return value if value.isprintable() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_holdable(name): _holdable(one) for name, one in value.items()}
    return [_holdable(one) for one in value] if isinstance(value, list) else value
