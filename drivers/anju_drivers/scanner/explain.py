"""A scanner's bytes for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import CardMethod, CardReading, Explained
from anju_drivers.scanner.driver import token
from anju_drivers.scanner.frames import Line, LineDecoder
from anju_drivers.scanner.symbols import check_digit, gs1_elements, gtin, iso15434, split_aim

DECODED_DEVICE = "scanner:decode"


class ScannerStream:
    """Lines explained, with the reading each would make."""

    def __init__(self) -> None:
        self._lines = LineDecoder()

    @property
    def dropped(self) -> int:
        return self._lines.dropped

    @dropped.setter
    def dropped(self, count: int) -> None:
        self._lines.dropped = count

    @property
    def is_incomplete(self) -> bool:
        return self._lines.is_incomplete

    def feed(self, data: bytes) -> list[Explained]:
        return [_explain(line) for line in self._lines.feed(data)]


def explain(data: bytes) -> list[Explained]:
    """Every line in a capture; the last one may lack its end."""
    lines = LineDecoder()
    return [_explain(line) for line in [*lines.feed(data), *lines.idle()]]


def _explain(line: Line) -> Explained:
    if line.error:
        return Explained("damaged line", {"error": line.error})
    fields = {key: value for key, value in _fields(line.text).items() if value is not None}
    return Explained("code", fields, (CardReading(DECODED_DEVICE, token(line.text), CardMethod.QR),))


def _fields(text: str) -> dict[str, object]:
    aim, code = split_aim(text)
    fields: dict[str, object] = {"aim_id": str(aim) if aim else None, "data": code}
    if aim:
        fields |= {"symbology": aim.symbology, "modifier": aim.modifier, "gs1_symbology": aim.gs1_symbology}
        fields["element_strings"] = gs1_elements(code) if aim.has_elements else None
    item = gtin(code)
    fields["gtin_format"] = item.form if item else None
    if item:
        fields |= {"check_digit_ok": item.form is not None, "expected_check_digit": item.expected_check_digit}
    envelope = iso15434(code)
    if envelope:
        fields |= {"iso15434_format": envelope.form, "fields": envelope.fields}
    return fields


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `barcode_qr.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without input."""
    text, digits = item.get("input_text"), item.get("input_hex")
    if isinstance(text, str):
        data = text.encode()
    elif isinstance(digits, str):
        data = bytes.fromhex(digits)
    else:
        raise ValueError("input_hex or input_text is needed")
    decoder = LineDecoder()
    lines = [*decoder.feed(data), *decoder.idle()]
    good = [line.text for line in lines if not line.error]
    got: dict[str, object] = {"lines": good, "error": next((line.error for line in lines if line.error), None)}
    if good:
        got |= _fields(good[0]) | {"check_digit": check_digit(split_aim(good[0])[1])}
        if item.get("kind") == "gs1" and not got.get("element_strings"):
            got["element_strings"] = gs1_elements(split_aim(good[0])[1])
    return got
