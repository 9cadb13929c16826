"""A card reader's bytes for a technician and for the vector files: both models, told apart by their bytes."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.card_reader import pn532
from anju_drivers.card_reader.frames import Frame, FrameDecoder, Presentations
from anju_drivers.card_reader.pn532 import Kind
from anju_drivers.driver import CardReading, Explained

DECODED_DEVICE = "card_reader:decode"
_RDM6300_START = 0x02


class CardStream:
    """Frames of either model, with the reading each would make if no pause lay between them.

    Whichever model's frame has begun takes the bytes up to its end: 02 begins an RDM6300's, 00 FF a PN532's.
    """

    def __init__(self) -> None:
        self._frames, self._presentations = FrameDecoder(), Presentations()
        self._nfc = pn532.FrameDecoder()
        self._uid = b""

    @property
    def dropped(self) -> int:
        return self._frames.dropped + self._nfc.dropped

    @dropped.setter
    def dropped(self, count: int) -> None:
        self._frames.dropped, self._nfc.dropped = count, 0

    @property
    def is_incomplete(self) -> bool:
        return self._frames.is_incomplete or self._nfc.is_incomplete

    def feed(self, data: bytes) -> list[Explained]:
        found: list[Explained] = []
        for at in range(len(data)):
            byte = data[at : at + 1]
            if self._frames.is_incomplete or (data[at] == _RDM6300_START and not self._nfc.is_incomplete):
                found += map(self._explain, self._frames.feed(byte))
            else:
                found += map(self._explain_nfc, self._nfc.feed(byte))
        return found

    def idle(self) -> list[Explained]:
        """Nothing more will come: what the unfinished frame hid."""
        return [self._explain_nfc(frame) for frame in self._nfc.idle()]

    def _explain(self, frame: Frame) -> Explained:
        if frame.card is None or frame.error:
            return Explained(f"damaged frame: {frame.error}", _fields(frame))
        is_new = self._presentations.take(frame.card, 0.0)
        reading = CardReading(DECODED_DEVICE, frame.card.token)
        return Explained("card" if is_new else "the same card again", _fields(frame), (reading,) if is_new else ())

    def _explain_nfc(self, frame: pn532.Frame) -> Explained:
        fields = nfc_fields(frame)
        if frame.error or frame.kind is None:
            return Explained(f"damaged frame: {frame.error}", fields)
        if frame.kind is not Kind.RESPONSE or frame.command != pn532.IN_LIST_PASSIVE_TARGET:
            return Explained(str(frame.kind), fields)
        _, target = pn532.targets(frame.data)
        if target is None or not target.uid:
            self._uid = b""
            return Explained("no card" if not frame.data[:1].strip(b"\0") else "a card that has no number", fields)
        is_new, self._uid = target.uid != self._uid, target.uid
        reading = CardReading(DECODED_DEVICE, target.token)
        return Explained("card" if is_new else "the same card again", fields, (reading,) if is_new else ())


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


def nfc_fields(frame: pn532.Frame) -> dict[str, object]:
    """What a PN532's frame says."""
    if frame.error or frame.kind is None:
        return {"error": frame.error}
    fields: dict[str, object] = {"frame": frame.kind.value}
    if frame.kind is Kind.ERROR:
        return fields | {"code_hex": f"{frame.code:02x}"}
    if frame.kind in (Kind.ACK, Kind.NAK):
        return fields
    fields |= {"extended": frame.is_extended, "command_hex": f"{frame.command:02x}", "data_len": len(frame.data)}
    fields["data_hex"] = frame.data.hex()
    state = pn532.status(frame)
    if state is not None:
        fields["status"] = state
    if frame.kind is Kind.RESPONSE and frame.command == pn532.IN_LIST_PASSIVE_TARGET:
        count, target = pn532.targets(frame.data)
        fields["targets"] = count
        if target:
            fields |= {f"{name}_hex": value.hex() for name, value in target.fields.items()}
            fields["uid_is_random"] = target.is_random
    return fields


def explain(data: bytes) -> list[Explained]:
    """Every frame in a capture, damaged ones with their reason."""
    stream = CardStream()
    return [*stream.feed(data), *stream.idle()]


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `rdm6300.json` or `pn532_hsu.json` in the vocabulary of its `expect`.

    Raises `ValueError` on an item without bytes.
    """
    chunks = item.get("chunks_hex")
    given: list[object] = chunks if isinstance(chunks, list) else [item.get("input_hex")]
    texts = [text for text in given if isinstance(text, str)]
    if len(texts) != len(given):
        raise ValueError("input_hex or chunks_hex must hold hex digits")
    data = bytes.fromhex("".join(texts))
    if b"\x00\xff" in data:
        return _decode_nfc(data)
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


def _decode_nfc(data: bytes) -> dict[str, object]:
    stream = CardStream()
    found = stream.feed(data)
    is_cut = stream.is_incomplete
    found += stream.idle()
    good = [] if _lacks_its_end(data) else [one for one in found if "error" not in one.fields]
    tokens = [reading.token for one in good for reading in one.readings if isinstance(reading, CardReading)]
    got: dict[str, object] = {}
    for one in good:
        got |= one.fields
    return got | {
        "frames": [one.fields["frame"] for one in good],
        "event": {"kind": "nfc", "token": tokens[0]} if tokens else None,
        "error": None if good else _nfc_error(data, found, is_cut),
        "dropped": stream.dropped,
    }


def _nfc_error(data: bytes, found: list[Explained], is_cut: bool) -> str:
    """Why a capture holds no good frame: a wrong sum may come from a byte that was lost or added."""
    if is_cut:
        return "incomplete"
    error = str(found[0].fields.get("error", "DCS")) if found else "incomplete"
    if error != "DCS":
        return error
    body = data[data.find(b"\x00\xff") + 2 :]
    return error if len(body) == _declared(body) else "length does not match"


def _lacks_its_end(data: bytes) -> bool:
    """A lone frame of which a byte was lost can still sum up: zeros before the sum hide it, but its end is missing."""
    body = data[data.find(b"\x00\xff") + 2 :]
    return len(body) > 4 and len(body) == _declared(body) - 1


def _declared(body: bytes) -> int:
    """Size of a frame from its length on, with the 00 that ends it."""
    return body[0] + 4 if body[:2] != b"\xff\xff" else int.from_bytes(body[2:4], "big") + 7
