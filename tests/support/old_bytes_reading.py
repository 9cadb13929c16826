"""Reads the sets of old bytes: which message a file holds and what it says, as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from anju_protos.v1 import control_pb2, event_pb2, uplink_pb2

MODULES = (event_pb2, uplink_pb2, control_pb2)


def payload_type(kind: int) -> type[Message] | None:
    """Returns the message that a kind's payload holds, None for a kind that nobody knows yet."""
    if kind not in event_pb2.Kind.values():
        return None
    name = event_pb2.Kind.Name(event_pb2.Kind.ValueType(kind))
    special = {"ALARM_RAISED": "Alarm"}.get(name, "".join(part.capitalize() for part in name.split("_")))
    found: type[Message] = getattr(event_pb2, special)
    return found


def as_json(message: Message) -> dict[str, Any]:  # Any: JSON
    """Returns what a message says; an event's payload is taken apart too."""
    said = MessageToDict(message, preserving_proto_field_name=True)
    if isinstance(message, event_pb2.Event):
        kind = payload_type(message.kind)
        if kind is not None:
            said["payload"] = as_json(kind.FromString(message.payload))
    return said


def read(path: Path) -> tuple[type[Message], bytes]:
    """Returns the message type and the bytes of a `.hex` file."""
    first, *lines = path.read_text(encoding="ascii").splitlines()
    name = first.removeprefix("# anju.v1.")
    (found,) = (getattr(module, name) for module in MODULES if hasattr(module, name))
    assert issubclass(found, Message)
    return found, bytes.fromhex("".join(lines))
