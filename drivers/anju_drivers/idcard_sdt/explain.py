"""An id card reader's bytes for a technician (without a person's data) and for the vector files (fictitious cards)."""

from __future__ import annotations

from collections.abc import Mapping

from anju_base import id_number
from anju_drivers.driver import CardMethod, CardReading, Explained
from anju_drivers.idcard_sdt.card import IdCard, decode
from anju_drivers.idcard_sdt.frames import (
    FOUND,
    HEAD_BYTES,
    NOT_FOUND,
    NOT_SELECTED,
    OK,
    TEXT_BYTES,
    Frame,
    FrameDecoder,
    Result,
    card_data,
    module_number,
)

DECODED_DEVICE = "idcard_sdt:decode"
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class IdCardStream:
    """Frames explained. Of a card only its kind, whether its number is right and the last digits of it are shown."""

    def __init__(self) -> None:
        self._frames = FrameDecoder()

    @property
    def dropped(self) -> int:
        return self._frames.dropped

    @dropped.setter
    def dropped(self, count: int) -> None:
        self._frames.dropped = count

    @property
    def is_incomplete(self) -> bool:
        return self._frames.is_incomplete

    def feed(self, data: bytes) -> list[Explained]:
        return [_explain(frame) for frame in self._frames.feed(data)]


def explain(data: bytes) -> list[Explained]:
    """Every frame in a capture, damaged ones with their reason."""
    frames = FrameDecoder()
    return [_explain(frame) for frame in [*frames.feed(data), *frames.idle()]]


def _explain(frame: Frame) -> Explained:
    if not frame.checksum_ok:
        return Explained("damaged frame", {"declared_len": frame.declared_len, "error": "checksum"})
    fields = _frame_fields(frame)
    data = card_data(frame)
    if not frame.is_reply:
        return Explained(f"command {fields['cmd_hex']} {fields['para_hex']}", fields)
    if data is None:
        module = module_number(frame.data) if frame.sw3 == OK else ""
        return Explained(frame.meaning, fields | ({"module": module} if module else {}))
    card = decode(data.text)
    fields = {key: value for key, value in fields.items() if key != "data_hex"}
    fields |= _sizes(frame) | {"card_type": card.kind, "number_ok": card.is_number_ok}
    reading = CardReading(DECODED_DEVICE, f"idcard:***{card.number[-4:]}", CardMethod.ID_CARD)
    return Explained("card read", fields, (reading,) if card.number else ())


def _frame_fields(frame: Frame) -> dict[str, object]:
    fields: dict[str, object] = {"declared_len": frame.declared_len, "checksum_ok": frame.checksum_ok}
    if not frame.is_reply:
        words = {"cmd_hex": frame.body[:1].hex(), "para_hex": frame.body[1:2].hex(), "data_hex": frame.data.hex()}
        return fields | {"direction": "host_to_reader"} | words
    return fields | {
        "direction": "reader_to_host",
        "sw_hex": frame.body[:3].hex(),
        "sw3_hex": f"{frame.sw3:02x}",
        "result": frame.result.value,
        "data_hex": frame.data.hex(),
        "meaning": frame.meaning,
    }


def _sizes(frame: Frame) -> dict[str, object]:
    data = card_data(frame)
    if data is None:
        return {}
    return {
        "total_len": HEAD_BYTES + frame.declared_len,
        "text_len": len(data.text),
        "photo_len": data.photo_len,
        "finger_len": data.finger_len,
    }


def _event(frame: Frame) -> str:
    if card_data(frame):
        return "read_ok"
    names = {FOUND: "find_ok", NOT_FOUND: "find_none", NOT_SELECTED: "select_fail"}
    if frame.sw3 in names:
        return names[frame.sw3]
    if frame.result is Result.ERROR:
        return "error"
    return "select_ok" if frame.meaning == "selected" else "ok"


def _card_fields(card: IdCard) -> dict[str, object]:
    fields: dict[str, object] = {"type": card.kind, **{key: value or None for key, value in card.fields.items()}}
    return fields | ({"id_checksum_ok": card.is_number_ok} if "id_number" in card.fields else {})


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `idcard_sdt.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without input."""
    text, digits = item.get("input_text"), item.get("input_hex")
    if isinstance(text, str):
        meaning = id_number.parse(text.strip())
        if meaning is None:
            return {"valid": False, "birth": None, "sex": None}
        return {"valid": True, "birth": meaning.birth.isoformat(), "sex": "male" if meaning.is_male else "female"}
    if not isinstance(digits, str):
        raise ValueError("input_hex or input_text is needed")
    data = bytes.fromhex(digits)
    decoder = FrameDecoder()
    found = decoder.feed(data)
    incomplete = decoder.pending if decoder.is_incomplete else 0
    found += decoder.idle()
    good = [frame for frame in found if frame.checksum_ok]
    events = [_event(frame) for frame in good if frame.is_reply]
    got: dict[str, object] = {
        "event": events[0] if len(events) == 1 else events or None,
        "error": _error(found, good, incomplete),
    }
    first = good[0] if good else found[0] if found else None
    if first is None and incomplete >= HEAD_BYTES:
        start = len(data) - incomplete
        got |= {"declared_len": int.from_bytes(data[start + 5 : start + 7], "big"), "length_ok": False}
    if first:
        got |= _frame_fields(first) | {"length_ok": len(data) == HEAD_BYTES + first.declared_len}
        card = card_data(first)
        got |= _sizes(first) | ({"card": _card_fields(decode(card.text))} if card else {})
    return got


def _error(found: list[Frame], good: list[Frame], incomplete: int) -> str | None:
    if incomplete:
        where = " (photo cut)" if incomplete > HEAD_BYTES + 7 + TEXT_BYTES else ""
        return f"incomplete frame{where}: wait, then time out"
    if not good:
        return "checksum" if found else "no frame"
    if len(good) > 1:
        return f"{_count(len(good))} frames in one read"
    if good[0].skipped:
        return f"{_count(good[0].skipped)} extra AA in front: resync must still find the frame"
    return "checksum" if len(found) > len(good) else None


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
