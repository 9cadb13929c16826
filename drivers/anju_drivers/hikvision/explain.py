"""A Hikvision stream or body for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.cameras.device_time import minutes_ahead
from anju_drivers.driver import Explained
from anju_drivers.framing.damaged import Damaged
from anju_drivers.hikvision.alert import Alert, ResponseStatus
from anju_drivers.hikvision.frames import AlertDecoder, Heartbeat, Message, Picture
from anju_drivers.testing.vectors import item_chunks, item_context

DECODED_DEVICE = "hikvision:decode"


def device_key(device: str, otherwise: str) -> str:
    """The box's key for a MAC or serial number: `hikvision:1e70fee0b2be`; `otherwise` where the document names none."""
    return f"hikvision:{(device or otherwise).replace(':', '').lower()}"


def explain_message(message: Message) -> Explained:
    if isinstance(message, Heartbeat):
        return Explained("heartbeat", {"raw_type": message.alert.raw_type})
    if isinstance(message, Damaged):
        return Explained(f"damaged document: {message.reason}", {"error": message.reason})
    if isinstance(message, ResponseStatus):
        return Explained("answer to a request", {"response_status": {"code": message.code, "sub": message.sub}})
    if not isinstance(message, Alert):
        return Explained("picture, skipped unread", {})
    state = message.state or "state not given"
    reading = message.reading(device_key(message.device, "decode"))
    return Explained(
        f"{message.kind} {state}, channel {message.channel or 0}",
        message.fields(),
        () if message.kind == "ignored" else (reading,),
    )


def explain(data: bytes) -> list[Explained]:
    """Everything in a capture; a document that is cut at its end is said as damaged."""
    decoder = AlertDecoder()
    messages = decoder.feed(data)
    if decoder.is_incomplete:
        messages.append(Damaged("cut at the end of the capture"))
    return [explain_message(message) for message in messages]


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `isapi.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    context = item_context(item)
    content_type = str(item.get("content_type") or "")
    decoder = AlertDecoder(content_type, is_recorder=str(context.get("device_type", "")).upper() in ("NVR", "DVR"))
    messages = [message for chunk in item_chunks(item) for message in decoder.feed(chunk)]
    alerts = [message for message in messages if isinstance(message, Alert)]
    statuses = [message for message in messages if isinstance(message, ResponseStatus)]
    beats = [message for message in messages if isinstance(message, Heartbeat)]
    events = [alert.fields() for alert in alerts]
    for event in events:
        event["device"] = event["device"] or context.get("source_ip")
    is_body = not content_type.lower().startswith("multipart/mixed")  # a body is all there is; a stream goes on
    return {
        "events": events,
        "heartbeats": len(beats),
        "images": sum(isinstance(message, Picture) for message in messages),
        "error": bool(decoder.dropped) or (decoder.is_incomplete and is_body) or (is_body and not messages),
        "incomplete": decoder.is_incomplete,
        "response_status": {"code": statuses[0].code, "sub": statuses[0].sub} if statuses else None,
        "lenient": any(alert.lenient for alert in alerts) or any(beat.alert.lenient for beat in beats),
        "clock_offset_s": minutes_ahead((alert.time for alert in alerts), context.get("received_utc")),
    }
