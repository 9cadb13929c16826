"""Every field of a message at the edges of its type, one at a time, in a message whose other fields are ordinary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeVar  # Any: a field's value is what its type says; descriptors have two classes

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

M = TypeVar("M", bound=Message)
NUMBERS: Final = (0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1, -1, -(2**31), -(2**63))
TIMES_MS: Final = (
    253_402_271_999_999,
    253_402_300_799_999,
    -62_135_596_800_000,
)  # ends of the calendar, here and in UTC
TEXTS: Final = ("", "\0", "x" * 2_000, "柠\u202e\n", "'; --", "1e999")
BYTES: Final = (b"", b"s" * 15, b"s" * 16, b"s" * 17, b"s" * 40, b"\xff" * 300)
RANGES: Final = {
    FieldDescriptor.TYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.TYPE_FIXED64: (0, 2**64 - 1),
    FieldDescriptor.TYPE_SINT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_SINT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_ENUM: (-(2**31), 2**31 - 1),
}


def edges_of(field: FieldDescriptor) -> tuple[Any, ...]:
    """Returns the values at which a field is looked at."""
    if field.type in RANGES:
        low, high = RANGES[field.type]
        return tuple(number for number in (*NUMBERS, *TIMES_MS) if low <= number <= high)
    if field.type == FieldDescriptor.TYPE_STRING:
        return TEXTS
    if field.type == FieldDescriptor.TYPE_BYTES:
        return BYTES
    assert field.type == FieldDescriptor.TYPE_BOOL, f"{field.full_name}: a type that this test does not know"
    return (False, True)


def at_edges(base: M) -> Iterator[M]:
    """Yields copies of `base`, each with one field (of a nested message too) at one edge, or a message absent."""
    for path in _paths(base.DESCRIPTOR, ()):
        *way, last = path
        for value in edges_of(last) if last.message_type is None else (None,):
            changed = type(base)()
            changed.CopyFrom(base)
            target: Any = changed
            for field in way:
                target = _into(target, field)
            _put(target, last, value)
            yield changed


def _paths(descriptor: Any, outer: tuple[FieldDescriptor, ...]) -> Iterator[tuple[FieldDescriptor, ...]]:
    for field in descriptor.fields:
        yield (*outer, field)
        if field.message_type is not None and not field.message_type.GetOptions().map_entry:
            yield from _paths(field.message_type, (*outer, field))


def _into(target: Any, field: Any) -> Any:
    inner = getattr(target, field.name)
    if not field.is_repeated:
        return inner
    return inner[0] if inner else inner.add()


def _put(target: Any, field: FieldDescriptor, value: Any) -> None:
    entry = field.message_type
    if entry is not None and entry.GetOptions().map_entry:
        for number in edges_of(entry.fields_by_name["value"]):
            getattr(target, field.name)[f"key {number}"] = number
    elif value is None:
        target.ClearField(field.name)
    elif field.is_repeated:
        getattr(target, field.name).append(value)
    else:
        setattr(target, field.name, value)


def filled(message: M) -> M:
    """Fills every field of a message that is not set with something ordinary; returns it."""
    for field in message.DESCRIPTOR.fields:
        inner = field.message_type
        if inner is not None and inner.GetOptions().map_entry:
            is_text = inner.fields_by_name["value"].type == FieldDescriptor.TYPE_STRING
            getattr(message, field.name)["rtt_ms"] = "7" if is_text else 7
        elif inner is not None:
            filled(_into(message, field))
        elif field.is_repeated:
            getattr(message, field.name).append(_ordinary(field))
        elif not getattr(message, field.name):
            setattr(message, field.name, _ordinary(field))
    return message


def _ordinary(field: Any) -> Any:
    if field.type == FieldDescriptor.TYPE_STRING:
        return "a1"
    if field.type == FieldDescriptor.TYPE_BYTES:
        return b"s" * 16
    return True if field.type == FieldDescriptor.TYPE_BOOL else 1
