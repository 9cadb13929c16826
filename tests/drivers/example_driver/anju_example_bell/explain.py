"""The button box's lines for a technician (`anju-edge decode example_bell`) and for vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Explained

from .driver import alarm
from .frames import LineDecoder, Press


class BellStream:
    """Lines explained, with the reading each would make."""

    def __init__(self) -> None:
        self._lines = LineDecoder()

    @property
    def dropped(self) -> int:
        return self._lines.dropped

    @dropped.setter
    def dropped(self, count: int) -> None:
        self._lines.dropped = count

    def feed(self, data: bytes) -> list[Explained]:
        return [_explain(press) for press in self._lines.feed(data)]


def _explain(press: Press) -> Explained:
    if press.error:
        return Explained(f"damaged line: {press.error}", {"error": press.error})
    fields = {"button": press.button, "counter": press.counter}
    return Explained(f"button {press.button} pressed", fields, (alarm("example_bell:decode", press),))


def explain(data: bytes) -> list[Explained]:
    """Every line in a capture, damaged ones with their reason."""
    return BellStream().feed(data + b"\n")


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of a vector file in the vocabulary of its `expect`."""
    text = item.get("input_text")
    if not isinstance(text, str):
        raise ValueError("input_text is needed")
    return {"presses": [dict(one.fields) for one in explain(text.encode())]}
