"""rtl_433's lines for a technician and for the vector file. PINs stand in no field."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Explained
from anju_drivers.errors import FrameError
from anju_drivers.framing.explained_lines import ExplainedLines
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.rtl433.frames import Lines, Received, Statistics, read_line
from anju_drivers.rtl433.models import LEARNED_MODELS
from anju_drivers.rtl433.reading_mapper import Rtl433ReadingMapper
from anju_drivers.rtl433.settings import Pair, Rtl433Settings, Source

_DECODED = "rtl433:decode"


def decoder() -> ExplainedLines:
    """Lines with the readings each would make if its device were paired."""
    return ExplainedLines(Lines(), _explain_line, "not a message")


def _explain_line(line: bytes) -> Explained:
    received = read_line(line)
    if isinstance(received, Statistics):
        return Explained("statistics: the program lives", {"decoders": received.decoders})
    key = received.model, received.device_id
    pairs = {key: (Pair(*key, None, frozenset(), ""),)}
    settings = Rtl433Settings(Source(), _DECODED, pairs=pairs)
    fields = _fields(received) | {"device": f"rtl433:{received.identity}"}
    if received.model in LEARNED_MODELS:
        fields["paired_only"] = True
    readings = Rtl433ReadingMapper(settings, RadioDedup(instance_id=bytes(4))).map_message(received, 0.0)
    summary = f"{received.model} {received.device_id}: {received.interpretation.event}"
    return Explained(summary, fields, tuple(readings))


def _fields(received: Received) -> dict[str, object]:
    fields: dict[str, object] = {
        "model": received.sent_model,
        "device_id": received.device_id,
        "event": received.interpretation.event,
        **received.interpretation.values,
    }
    if received.battery_ok is not None:
        fields["battery_ok"] = received.battery_ok
    return fields


def explain(data: bytes) -> list[Explained]:
    """Every line of a capture, the last one too where it has no end."""
    return decoder().feed(data + b"\n")


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `rtl433_json.json` in the vocabulary of its `expect`. Raises `ValueError` without text."""
    text = item.get("input_text")
    if not isinstance(text, str):
        raise ValueError("input_text is needed")
    lines = text.encode().splitlines() or [b""]
    received: list[Received] = []
    error: str | None = None
    for line in lines:
        try:
            one = read_line(line)
        except FrameError as damaged:
            error = error or damaged.reason
            continue
        if isinstance(one, Received):
            received.append(one)
    got: dict[str, object] = {"lines": len(lines), "error": error}
    if not received:
        return got | {"event": None}
    dedup, events = RadioDedup(), []
    for one in received:
        if not dedup.classify("", one.identity, one.payload, 3.0, 0.0).is_copy:
            events.append(one)
    return got | _fields(received[0]) | {"events": len(events), "sequence": [_word(one) for one in events]}


def _word(received: Received) -> str:
    """An event as one word; a contact by its state."""
    interpretation = received.interpretation
    if interpretation.event == "contact":
        return "closed" if interpretation.values.get("closed") else "open"
    return interpretation.event
