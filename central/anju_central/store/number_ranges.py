"""Whether an event's numbers fit where the hub keeps them: SQLite's integers are signed, protobuf's uint64 are not.

A uint64 counts something (milliseconds, a place in a stream), so one beyond 2^63 - 1 is nonsense and not a fact. A
fixed64 is a pattern of bits (a boot's id) that has a signed form. Which fields of which message to look at is found
once in its descriptor, nested messages too: a field that a later version of the protos adds is covered by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from anju_protos.v1.event_pb2 import Event, EventRef

MAX_NUMBER: Final = 2**63 - 1  # SQLite's largest integer, https://www.sqlite.org/datatype3.html section 2
STREAM_BYTES: Final = 16
NEVER_KEPT: Final = frozenset({"anju.v1.Alarm.counter"})  # a device's own number: an alarm is not set aside for it

Check = Callable[[Message], bool]


@cache
def range_check(descriptor: Descriptor) -> Check | None:
    """Returns what tells whether all numbers of such a message fit; None when its types fit by themselves."""
    return _check_of(descriptor, ())


def _check_of(descriptor: Descriptor, outer: tuple[str, ...]) -> Check | None:
    numbers: list[str] = []
    lists: list[str] = []
    nested: list[tuple[str, Check]] = []
    nested_lists: list[tuple[str, Check]] = []
    outer = (*outer, descriptor.full_name)
    for field in descriptor.fields:
        if field.full_name in NEVER_KEPT:
            continue
        if field.type == FieldDescriptor.TYPE_UINT64:
            (lists if field.is_repeated else numbers).append(field.name)
        inner = field.message_type
        if inner is None or inner.full_name in outer or inner.GetOptions().map_entry:
            continue  # no event has a map of uint64: tests/central/test_bad_events.py would see it
        check = _check_of(inner, outer)
        if check is not None:
            (nested_lists if field.is_repeated else nested).append((field.name, check))
    if not (numbers or lists or nested or nested_lists):
        return None

    def fits(message: Message) -> bool:
        return (
            all(getattr(message, name) <= MAX_NUMBER for name in numbers)
            and all(number <= MAX_NUMBER for name in lists for number in getattr(message, name))
            and all(inner_fits(getattr(message, name)) for name, inner_fits in nested if message.HasField(name))
            and all(inner_fits(one) for name, inner_fits in nested_lists for one in getattr(message, name))
        )

    return fits


def envelope_fits(event: Event) -> bool:
    """Returns whether an event's stamp and origin can be kept; its payload has a check of its own."""
    check = range_check(Event.DESCRIPTOR)
    return (check is None or check(event)) and (not event.HasField("origin") or is_identity(event.origin))


def is_identity(ref: EventRef) -> bool:
    """Returns whether a reference can be the identity of a fact: a stream's 16 bytes and a number from 1 on."""
    return len(ref.stream) == STREAM_BYTES and 1 <= ref.seq <= MAX_NUMBER
