"""ONVIF answers for a technician and for the vector files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from anju_drivers.cameras.case_steps import step_edges
from anju_drivers.driver import Explained, TriggerReading
from anju_drivers.errors import FrameError
from anju_drivers.framing.parts import PartKind, PartScanner
from anju_drivers.onvif.driver import TIMING
from anju_drivers.onvif.frames import Answer, Event, read_answer
from anju_drivers.testing.vectors import item_bytes

DECODED_DEVICE = "onvif:decode"
ROOTS = ("Envelope", "PullMessagesResponse", "Notify", "MetadataStream", "NotificationMessage")


class AnswerStream:
    """A byte stream with SOAP answers or an event stream's documents in it."""

    def __init__(self) -> None:
        self._scanner = PartScanner(ROOTS)
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return self._scanner.is_incomplete

    def feed(self, data: bytes) -> list[Explained]:
        explained: list[Explained] = []
        for part in self._scanner.feed(data):
            if part.kind is PartKind.XML:
                found = explain(part.body)
            else:
                found = [Explained("damaged: not an answer", {"error": part.kind.value})]
            self.dropped += sum("error" in one.fields for one in found)
            explained += found
        return explained


def explain_event(event: Event) -> Explained:
    return Explained(
        f"{event.kind} {event.state or 'state not given'}, source {event.source or 'not given'}",
        event.fields(),
        () if event.kind == "ignored" else (event.reading(DECODED_DEVICE),),
    )


def explain(data: bytes) -> list[Explained]:
    """Everything in one answer."""
    try:
        answer = read_answer(data)
    except FrameError as error:
        return [Explained(f"damaged: {error.reason}", {"error": error.reason})]
    explained = [explain_event(event) for event in answer.events]
    if answer.fault:
        explained.append(Explained(f"fault {answer.fault.code}", {"fault": answer.fault.code}))
    elif not answer.is_known:
        reason = "the camera wants a login" if answer.asks_login else "not an answer of an ONVIF camera"
        explained.append(Explained(f"damaged: {reason}", {"error": reason}))
    elif not explained:
        explained.append(Explained("an answer without events", {"lease_seconds": answer.lease_s}))
    return explained


def decode_vector(item: Mapping[str, object]) -> dict[str, object]:
    """One item of `onvif.json` in the vocabulary of its `expect`. Raises `ValueError` on an item without bytes."""
    if "steps" in item:
        return {"edges": step_edges(item, TIMING, _readings)}
    try:
        answer = read_answer(item_bytes(item))
    except FrameError:
        return {"events": [], "error": True}
    return {
        "events": [event.fields() for event in answer.events],
        "error": _is_error(answer),
        "fault": answer.fault.code if answer.fault else None,
        "subscription": answer.subscription or None,
        "current_time": _text(answer.current_time),
        "termination_time": _text(answer.termination_time),
        "lease_seconds": answer.lease_s,
        "lenient": answer.lenient,
    }


def _readings(body: bytes) -> list[TriggerReading]:
    return [event.reading(DECODED_DEVICE) for event in read_answer(body).events]


def _is_error(answer: Answer) -> bool:
    return answer.fault is not None or not (answer.is_known or answer.events)


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
