"""A card reader's bytes for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.card_reader.frames import Frame, FrameDecoder, Presentations
from anju_drivers.driver import CardReading, Explained

DECODED_DEVICE = "card_reader:decode"


class CardStream:
    """Frames with the reading each would make if no pause lay between them."""

    def __init__(self) -> None:
        self._frames, self._presentations = FrameDecoder(), Presentations()

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
        return [self._explain(frame) for frame in self._frames.feed(data)]

    def _explain(self, frame: Frame) -> Explained:
        if frame.card is None or frame.error:
            return Explained(f"damaged frame: {frame.error}", _fields(frame))
        is_new = self._presentations.take(frame.card, 0.0)
        reading = CardReading(DECODED_DEVICE, frame.card.token)
        return Explained("card" if is_new else "the same card again", _fields(frame), (reading,) if is_new else ())


def _fields(frame: Frame) -> dict[str, object]:
    fields: dict[str, object] = {}
    if frame.card:
        fields = {
            "raw_hex": frame.card.raw.hex().upper(),
            "version": frame.card.version,
            "card_number": frame.card.number,
            "card_number_10d": frame.card.printed_10d,
            "wiegand26": frame.card.printed_wiegand26,
            "checksum": frame.checksum,
            "checksum_ok": not frame.error,
        }
    return fields | ({"error": frame.error} if frame.error else {})


def explain(data: bytes) -> list[Explained]:
    """Every frame in a capture, damaged ones with their reason."""
    return CardStream().feed(data)


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `rdm6300.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    chunks = item.get("chunks_hex")
    given: list[object] = chunks if isinstance(chunks, list) else [item.get("input_hex")]
    texts = [text for text in given if isinstance(text, str)]
    if len(texts) != len(given):
        raise ValueError("input_hex or chunks_hex must hold hex digits")
    stream = CardStream()
    found = [one for text in texts for one in stream.feed(bytes.fromhex(text))]
    good = [one for one in found if "error" not in one.fields]
    first = good[0] if good else (found[0] if found else None)
    tokens = [reading.token for one in good for reading in one.readings if isinstance(reading, CardReading)]
    return dict(first.fields if first else {}) | {
        "accepted": [one.fields["card_number"] for one in good],
        "presentations": len(tokens),
        "event": {"kind": "em4100", "token": tokens[0]} if tokens else None,
        "error": None if good or not found else found[0].fields["error"],
        "dropped": stream.dropped,
    }
