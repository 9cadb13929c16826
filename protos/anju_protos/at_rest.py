"""What of a message may stand readable on a box's card: each field says so itself, by the option of `at_rest.proto`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, TypeVar

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from anju_protos.v1.at_rest_pb2 import EMERGENCY, at_rest

M = TypeVar("M", bound=Message)
_MAP_VALUE: Final = "value"


def mark_of(field: FieldDescriptor) -> int:
    """Returns what a field says of itself, 0 = nothing: then it is kept from the card."""
    return int(field.GetOptions().Extensions[at_rest])


def emergency_part(message: M) -> M:
    """Returns a copy with the fields alone that are marked EMERGENCY, of the messages in it too.

    What this version does not know is left out: nobody can say what it tells.
    """
    kept = type(message)()
    kept.CopyFrom(message)
    kept.DiscardUnknownFields()
    _strip(kept)
    return kept


def _strip(message: Message) -> None:
    hidden, deeper = _plan(message.DESCRIPTOR)
    for name in hidden:
        message.ClearField(name)
    for field in deeper:
        for part in _messages(message, field):
            _strip(part)


def _messages(message: Message, field: FieldDescriptor) -> Iterator[Message]:
    value = getattr(message, field.name)
    if not field.is_repeated:
        if message.HasField(field.name):
            yield value
    elif _is_map(field):
        yield from value.values()
    else:
        yield from value


@cache
def _plan(kind: Descriptor) -> tuple[tuple[str, ...], tuple[FieldDescriptor, ...]]:
    """Which fields of a message go, and which of the others hold messages with something that goes."""
    hidden = tuple(field.name for field in kind.fields if mark_of(field) != EMERGENCY)
    deeper = []
    for field in kind.fields:
        inner = _inner(field)
        if field.name not in hidden and inner is not None and any(_plan(inner)):
            deeper.append(field)
    return hidden, tuple(deeper)


def _inner(field: FieldDescriptor) -> Descriptor | None:
    """The message in a field, of a map that of its values."""
    inner = field.message_type
    if inner is not None and _is_map(field):
        return inner.fields_by_name[_MAP_VALUE].message_type
    return inner


def _is_map(field: FieldDescriptor) -> bool:
    return bool(field.message_type is not None and field.message_type.GetOptions().map_entry)
