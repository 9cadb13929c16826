"""Frigate's messages for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.cameras.options import key_part
from anju_drivers.driver import Explained
from anju_drivers.errors import FrameError
from anju_drivers.frigate.frames import PREFIX, Available, Message, prefix_of, read_message
from anju_drivers.testing.vectors import item_bytes, item_context


def device_key(camera: str) -> str:
    """The box's key of a camera behind Frigate."""
    return f"frigate:{key_part(camera) or 'camera'}"


def explain_message(message: Message) -> Explained:
    if isinstance(message, Available):
        return Explained(f"Frigate is {'online' if message.is_online else 'offline'}", {"available": message.is_online})
    reading = message.reading(device_key(message.camera))
    return Explained(
        f"{message.kind} {message.state or ''} at {message.camera}".replace("  ", " "),
        message.fields(),
        () if message.kind == "ignored" else (reading,),
    )


def explain(data: bytes) -> list[Explained]:
    """Lines `topic payload`, as `mosquitto_sub -v` prints them; a line that is JSON is a message of `events`."""
    explained = []
    for line in data.splitlines():
        line = line.strip()
        if not line:
            continue
        topic, payload = ("frigate/events", line) if line.startswith(b"{") else _split(line)
        try:
            message = read_message(topic, payload, prefix=prefix_of(topic))
        except FrameError as error:
            explained.append(Explained(f"damaged: {error.reason}", {"error": error.reason}))
            continue
        explained.append(explain_message(message) if message else Explained("not a topic of ours", {}))
    return explained


def _split(line: bytes) -> tuple[str, bytes]:
    topic, _, payload = line.partition(b" ")
    return topic.decode("utf-8", "replace"), payload


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `frigate.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    context = item_context(item)
    topic = str(context.get("topic", f"{PREFIX}/events"))
    prefix = str(context.get("prefix") or topic.split("/", 1)[0])
    try:
        message = read_message(topic, item_bytes(item), context.get("retained") is True, prefix)
    except FrameError:
        return {"events": [], "error": True}
    if isinstance(message, Available):
        return {"events": [], "available": message.is_online, "error": False}
    return {"events": [message.fields()] if message else [], "error": False}
