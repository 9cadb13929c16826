"""One item of a vector file: its bytes, the chunks they came in, its context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def item_context(item: Mapping[str, object]) -> Mapping[str, object]:
    """What was known beside the bytes, empty when nothing is."""
    given = item.get("context")
    return given if isinstance(given, Mapping) else {}


def item_bytes(item: Mapping[str, object]) -> bytes:
    """Raises `ValueError` on an item without bytes."""
    text, digits = item.get("input_text"), item.get("input_hex")
    if isinstance(digits, str):
        return bytes.fromhex(digits)
    if isinstance(text, str):
        return text.encode("utf-8")
    raise ValueError("input_text or input_hex is needed")


def item_chunks(item: Mapping[str, object]) -> Iterator[bytes]:
    """The bytes as `context.chunks` cuts them; what it leaves comes as the last."""
    data, at = item_bytes(item), 0
    sizes = item_context(item).get("chunks")
    for size in sizes if isinstance(sizes, list) else []:
        if isinstance(size, int) and size > 0:
            yield data[at : at + size]
            at += size
    yield data[at:]
