"""MANSCDP bodies for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Explained
from anju_drivers.errors import FrameError
from anju_drivers.framing.damaged import Damaged
from anju_drivers.gb28181.frames import Alarm, BodyDecoder, KeepAlive, Message, read_body
from anju_drivers.testing.vectors import item_bytes


def explain_message(message: Message) -> Explained:
    if isinstance(message, Damaged):
        return Explained(f"damaged: {message.reason}", {"error": message.reason})
    if isinstance(message, KeepAlive):
        return Explained("keep-alive", {"device": message.device, "sn": message.serial, "well": message.is_well})
    if not isinstance(message, Alarm):
        return Explained("no alarm", {"raw_type": message.command})
    key = f"gb28181:{(message.device or 'decode').lower()}"
    readings = () if message.kind == "ignored" else (message.reading(key),)
    return Explained(f"{message.kind}, type {message.raw_type}", message.fields(), readings)


def explain(data: bytes) -> list[Explained]:
    """A body, or a capture with several; also a SIP message around one."""
    decoder = BodyDecoder()
    messages = decoder.feed(data)
    if decoder.is_incomplete or not messages:
        messages.append(Damaged("cut at the end of the capture" if decoder.is_incomplete else "no MANSCDP element"))
    return [explain_message(message) for message in messages]


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `gb28181.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    try:
        messages = read_body(item_bytes(item))
    except FrameError as error:
        messages = [Damaged(error.reason)]
    return {
        "events": [message.fields() for message in messages if isinstance(message, Alarm)],
        "heartbeats": sum(isinstance(message, KeepAlive) for message in messages),
        "error": any(isinstance(message, Damaged) for message in messages),
    }
