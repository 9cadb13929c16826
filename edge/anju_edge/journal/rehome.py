"""Gives an event a new stream while keeping its first identity."""

from __future__ import annotations

from google.protobuf.message import DecodeError

from anju_protos.v1.event_pb2 import Event, EventRef


def with_origin(data: bytes, stream: bytes, seq: int) -> bytes:
    """Returns the event's bytes with `origin` appended; bytes that already carry one stay as they are.

    Protobuf merges concatenated messages, so the old bytes are a prefix of the new ones. Bytes that are no event at all
    get an origin too: the hub sets them aside, and knows whose they were.
    """
    try:
        if Event.FromString(data).HasField("origin"):
            return data
    except DecodeError:
        pass
    return data + Event(origin=EventRef(stream=stream, seq=seq)).SerializeToString()
