"""Pushed bodies for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Explained
from anju_drivers.framing.damaged import Damaged
from anju_drivers.hikvision.alert import Alert
from anju_drivers.hikvision.explain import explain_message as explain_alert
from anju_drivers.hikvision.frames import Heartbeat
from anju_drivers.http_push.frames import Message, Picture, PushDecoder, PushedEvent
from anju_drivers.testing.vectors import item_chunks

DECODED_DEVICE = "http_push:decode"


def explain_message(message: Message) -> Explained:
    if isinstance(message, Alert):
        return explain_alert(Heartbeat(message) if message.is_heartbeat else message)
    if isinstance(message, Damaged):
        return Explained(f"damaged: {message.reason}", {"error": message.reason})
    if not isinstance(message, PushedEvent):
        return Explained("picture, skipped unread", {})
    return Explained(
        f"{message.kind} {message.state}, channel {message.channel or 0}",
        message.fields(),
        () if message.kind == "ignored" else (message.reading(DECODED_DEVICE),),
    )


def explain(data: bytes) -> list[Explained]:
    """Everything in a body; one that is cut is said as damaged."""
    decoder = PushDecoder()
    messages = decoder.feed(data)
    if decoder.is_incomplete:
        messages.append(Damaged("cut at the end of the capture"))
    return [explain_message(message) for message in messages]


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `vigi.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    decoder = PushDecoder(str(item.get("content_type") or ""))
    messages = [message for chunk in item_chunks(item) for message in decoder.feed(chunk)]
    return {
        "events": [one.fields() for one in messages if isinstance(one, PushedEvent | Alert)],
        "images": sum(isinstance(one, Picture) for one in messages),
        "error": bool(decoder.dropped) or decoder.is_incomplete or not decoder.documents,
        "incomplete": decoder.is_incomplete,
    }
