"""An alarm mail for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.driver import Explained
from anju_drivers.errors import FrameError
from anju_drivers.mail_in.frames import MAX_MAIL_BYTES, read_mail
from anju_drivers.testing.vectors import item_bytes

DECODED_DEVICE = "mail_in:decode"


def explain(data: bytes) -> list[Explained]:
    """One mail with its headers."""
    try:
        mail = read_mail(data[:MAX_MAIL_BYTES])
    except FrameError as error:
        return [Explained(f"damaged: {error.reason}", {"error": error.reason})]
    if mail.is_test:
        return [Explained("test mail: the way from the camera works", {"test": True})]
    return [
        Explained(
            f"{event.kind} {event.state}, channel {event.channel or 0}",
            event.fields() | {"pictures": mail.pictures},
            () if event.kind == "ignored" else (event.reading(DECODED_DEVICE),),
        )
        for event in mail.events
    ]


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `mail.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    try:
        mail = read_mail(item_bytes(item))
    except FrameError:
        return {"events": [], "error": True, "test": False, "images": 0}
    events = [event.fields() for event in mail.events]
    return {"events": events, "error": False, "test": mail.is_test, "images": mail.pictures}
