"""A Dahua event stream for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from anju_drivers.cameras.case_steps import step_edges
from anju_drivers.cameras.device_time import minutes_ahead
from anju_drivers.dahua.codes import Event
from anju_drivers.dahua.driver import TIMING
from anju_drivers.dahua.frames import DahuaDecoder, Heartbeat, Message
from anju_drivers.driver import Explained, TriggerReading
from anju_drivers.framing.damaged import Damaged
from anju_drivers.testing.vectors import item_chunks, item_context

DECODED_DEVICE = "dahua:decode"


def explain_message(message: Message) -> Explained:
    if isinstance(message, Heartbeat):
        return Explained("heartbeat", {})
    if isinstance(message, Damaged):
        return Explained(f"damaged: {message.reason}", {"error": message.reason})
    if not isinstance(message, Event):
        return Explained("picture, skipped unread", {})
    return Explained(
        f"{message.kind} {message.state or 'state not given'}, channel {message.channel or 0}",
        message.fields(),
        () if message.kind == "ignored" else (message.reading(DECODED_DEVICE),),
    )


def explain(data: bytes) -> list[Explained]:
    """Everything in a capture; what is cut at its end is said as damaged."""
    decoder = DahuaDecoder()
    messages = decoder.feed(data) + decoder.close()
    if decoder.is_incomplete:
        messages.append(Damaged("cut at the end of the capture"))
    return [explain_message(message) for message in messages]


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `dahua.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    decoder = DahuaDecoder(str(item.get("content_type") or ""))
    if "steps" in item:
        return {"edges": step_edges(item, TIMING, lambda data: _readings(decoder.feed(data)))}
    messages = [message for chunk in item_chunks(item) for message in decoder.feed(chunk)] + decoder.close()
    events = [message for message in messages if isinstance(message, Event)]
    return {
        "events": [event.fields() for event in events],
        "heartbeats": sum(isinstance(message, Heartbeat) for message in messages),
        "images": sum(not isinstance(message, Event | Heartbeat | Damaged) for message in messages),
        "incomplete": decoder.is_incomplete,
        "declared_length": decoder.declared_length,
        "error": bool(decoder.dropped),
        "clock_offset_s": minutes_ahead((event.time for event in events), item_context(item).get("received_utc")),
    }


def _readings(messages: Iterable[Message]) -> list[TriggerReading]:
    return [one for event in messages if isinstance(event, Event) for one in event.readings(DECODED_DEVICE)]
