"""The bytes of an alarm stream or of a pushed body in, events, heartbeats and counts out. No I/O.

Sources as in `alert.py` and `document.py`; framing traps are in `anju_drivers.framing.parts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from anju_drivers.errors import FrameError
from anju_drivers.framing.damaged import Damaged
from anju_drivers.framing.parts import Part, PartKind, PartScanner
from anju_drivers.hikvision.alert import Alert, ResponseStatus, read_alert
from anju_drivers.hikvision.document import read_documents, read_json_documents

ROOTS = ("EventNotificationAlert", "ResponseStatus")


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The camera lives. `alert` may also end a real video loss of its channel."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture came and was skipped unread."""


Message: TypeAlias = Alert | Heartbeat | Picture | Damaged | ResponseStatus


class AlertDecoder:
    """Bytes in any chunks in, messages out, damaged ones counted in `dropped`. feed() never raises.

    `content_type` is the HTTP header of the stream or body, `types` the site's own raw type -> kind, keys in lower
    case; `is_recorder` translates the channel numbers of an NVR.
    """

    def __init__(
        self, content_type: str = "", types: Mapping[str, str] | None = None, is_recorder: bool = False
    ) -> None:
        self._scanner = PartScanner(ROOTS, content_type)
        self._types, self._is_recorder = types or {}, is_recorder
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return self._scanner.is_incomplete

    @property
    def held_bytes(self) -> int:
        return self._scanner.held_bytes

    def feed(self, data: bytes) -> list[Message]:
        return [message for part in self._scanner.feed(data) for message in self._read(part)]

    def _read(self, part: Part) -> list[Message]:
        if part.kind is PartKind.PICTURE:
            return [Picture()]
        if part.kind in (PartKind.CUT, PartKind.OVERSIZE):
            self.dropped += 1
            return [Damaged("cut in the middle" if part.kind is PartKind.CUT else "too large")]
        try:
            documents = read_documents(part.body) if part.kind is PartKind.XML else read_json_documents(part.body)
            alerts = [read_alert(document, self._types, self._is_recorder) for document in documents]
        except FrameError as error:
            self.dropped += 1
            return [Damaged(error.reason)]
        return [Heartbeat(one) if isinstance(one, Alert) and one.is_heartbeat else one for one in alerts]
