"""Bodies that cameras and scripts push in, events and counts out. No I/O.

Three kinds, told apart by content: TP-Link VIGI / InSight JSON (bare, or in multipart beside a picture), the generic
webhook `{"kind", "state", "channel", "device", "time"}`, and Hikvision documents, which the hikvision driver decodes.
Sources: VIGI payloads as measured on InSight S445 and printed in the READMEs of receivers for VIGI C250 and others;
the webhook is ours. Pictures are skipped unread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from anju_drivers.cameras.device_time import DeviceTime, TimeTrust, local_time, read_time
from anju_drivers.cameras.options import event_word
from anju_drivers.cameras.private_events import is_private
from anju_drivers.cameras.triggers import KINDS, TARGETS
from anju_drivers.driver import TriggerReading, TriggerState
from anju_drivers.errors import FrameError
from anju_drivers.framing.damaged import Damaged
from anju_drivers.framing.json_text import read_json
from anju_drivers.framing.parts import PartKind, PartScanner
from anju_drivers.framing.xml import text_of
from anju_drivers.hikvision.alert import Alert, ResponseStatus, read_alert
from anju_drivers.hikvision.document import read_documents, read_json_documents
from anju_drivers.hikvision.frames import ROOTS

MAX_WEBHOOK_BYTES = 16 * 1024
MAX_EVENTS = 64  # in one body
_MAX_TEXT = 64

# Letters and digits of the type, in lower case. MOTION, PEOPLE and person are known from captures; the others are
# words of the vendor's menus.
VIGI_KINDS = {
    "motion": "motion",
    "motiondetection": "motion",
    "people": "object",
    "person": "object",
    "human": "object",
    "humandetection": "object",
    "vehicle": "object",
    "vehicledetection": "object",
    "pet": "object",
    "linecrossing": "line_crossing",
    "linecross": "line_crossing",
    "crossline": "line_crossing",
    "linecrossingdetection": "line_crossing",
    "intrusion": "intrusion",
    "areaintrusion": "intrusion",
    "intrusiondetection": "intrusion",
    "regionentering": "region_entrance",
    "regionentrance": "region_entrance",  # this and the baggage words: names of the same makers' ONVIF items
    "regionexiting": "region_exit",
    "loitering": "loitering",
    "loiteringdetection": "loitering",
    "tamper": "tamper",
    "tampering": "tamper",
    "videotampering": "tamper",
    "scenechange": "scene_change",
    "abandonedobject": "object_left",
    "unattendedbaggage": "object_left",
    "attendedbaggage": "object_removed",
    "objectabandoned": "object_left",
    "objectremoval": "object_removed",
    "objecttaken": "object_removed",
    "abnormalsound": "audio",
    "soundabnormality": "audio",
    "videoloss": "video_loss",
    "alarmin": "alarm_input",
    "alarminput": "alarm_input",
}
_VIGI_TARGETS = {"people": "human", "person": "human", "human": "human", "vehicle": "vehicle", "pet": "animal"}
_MAC = re.compile(r"[0-9a-f]{2}([:-]?[0-9a-f]{2}){5}")
_DIGITS = re.compile(r"(\d{4})[-/]?(\d{2})[-/]?(\d{2})[ T]?(\d{2}):?(\d{2}):?(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PushedEvent:
    """`device` is the MAC with colons for VIGI, the script's own word for the webhook; empty when none is named."""

    raw_type: str
    kind: str
    state: TriggerState
    device: str
    channel: int | None
    region: str
    rule: str
    targets: tuple[str, ...]
    input: int
    count: int | None
    time: DeviceTime

    def reading(self, device: str) -> TriggerReading:
        return TriggerReading(
            device=device,
            kind=self.kind,
            state=self.state,
            channel=self.channel or 0,
            region=self.region,
            rule=self.rule,
            targets=self.targets,
            input=self.input,
            raw_type=self.raw_type,
            device_time_ms=self.time.utc_ms,
        )

    def fields(self) -> dict[str, object]:
        """For a person and for the vector files."""
        return {
            "kind": self.kind,
            "state": self.state.value,
            "device": self.device or None,
            "channel": self.channel,
            "region": self.region or None,
            "rule": self.rule or None,
            "targets": list(self.targets),
            "input": self.input or None,
            "count": self.count,
            "time_local": self.time.local,
            "time_utc": self.time.utc_text,
            "time_trust": self.time.trust.value,
            "raw_type": self.raw_type,
            "initial": False,
            "late": False,
        }


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture came and was skipped unread."""


Message: TypeAlias = PushedEvent | Alert | Picture | Damaged


class PushDecoder:
    """One body in any chunks in, messages out; `documents` counts those understood, `dropped` those not. Never raises.

    `types` maps the site's own raw types, in lower case, to kinds; `is_recorder` is for Hikvision recorders.
    """

    def __init__(
        self, content_type: str = "", types: Mapping[str, str] | None = None, is_recorder: bool = False
    ) -> None:
        self._scanner = PartScanner(ROOTS, content_type)
        self._types, self._is_recorder = types or {}, is_recorder
        self.documents = 0
        self.dropped = 0

    @property
    def is_incomplete(self) -> bool:
        return self._scanner.is_incomplete

    def feed(self, data: bytes) -> list[Message]:
        out: list[Message] = []
        for part in self._scanner.feed(data):
            if part.kind is PartKind.PICTURE:
                out.append(Picture())
                continue
            try:
                if part.kind is PartKind.XML:
                    out += self._alerts(part.body)
                elif part.kind is PartKind.JSON:
                    out += read_pushed(part.body, self._types, self._is_recorder)
                else:
                    raise FrameError("cut in the middle" if part.kind is PartKind.CUT else "too large")
            except FrameError as error:
                self.dropped += 1
                out.append(Damaged(error.reason))
            else:
                self.documents += 1
        return out

    def _alerts(self, body: bytes) -> Iterator[Alert]:
        return _alerts_only(read_alert(one, self._types, self._is_recorder) for one in read_documents(body))


def read_pushed(body: bytes, types: Mapping[str, str], is_recorder: bool = False) -> list[PushedEvent | Alert]:
    """The events of one JSON document of any of the three kinds. Raises `FrameError`."""
    try:
        value = read_json(text_of(body), strict=False)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(value, Mapping):
        raise FrameError("JSON without an object")
    if "event_list" in value:
        return list(_vigi_events(value, types))
    if "kind" in value:
        if len(body) > MAX_WEBHOOK_BYTES:
            raise FrameError("too large")
        return [_webhook_event(value, types)]
    return list(_alerts_only(read_alert(one, types, is_recorder) for one in read_json_documents(body)))


def query_document(fields: Mapping[str, str]) -> bytes:
    """The generic webhook's JSON of a URL's fields; `targets` is parted by commas."""
    document: dict[str, object] = dict(fields)
    if "targets" in fields:
        document["targets"] = [one.strip() for one in fields["targets"].split(",")]
    return json.dumps(document).encode()


def _alerts_only(found: Iterable[Alert | ResponseStatus]) -> Iterator[Alert]:
    return (one for one in found if isinstance(one, Alert))


def _vigi_events(value: Mapping[str, object], types: Mapping[str, str]) -> Iterator[PushedEvent]:
    """No end ever comes, and repeats come every 1 to 7 s while it lasts: all are pulses."""
    listed = value["event_list"]
    if isinstance(listed, Mapping):
        listed = [listed]
    if not isinstance(listed, list):
        raise FrameError("event_list is no list")
    left = MAX_EVENTS
    for one in listed:
        if not isinstance(one, Mapping):
            continue
        event_type = one.get("event_type")
        words = event_type if isinstance(event_type, list) else [event_type]
        for word in words or [""]:
            if left == 0:
                return
            left -= 1
            yield _vigi_event(event_word(word), one, value, types)


def _vigi_event(
    raw_type: str, event: Mapping[str, object], device: Mapping[str, object], types: Mapping[str, str]
) -> PushedEvent:
    word = re.sub(r"[^a-z0-9]", "", raw_type.lower())
    kind = types.get(raw_type.lower()) or VIGI_KINDS.get(word, "ignored" if is_private(word) else "unknown")
    target = _VIGI_TARGETS.get(word.removesuffix("detection"), "")
    more = event.get("extra_text")
    extra = next((one for one in more if isinstance(one, Mapping)), {}) if isinstance(more, list) else more
    extra = extra if isinstance(extra, Mapping) else {}
    regions = extra.get("region_id")
    region = regions[0] if isinstance(regions, list) and regions else regions
    count = extra.get("obj_num")
    return PushedEvent(
        raw_type=raw_type,
        kind=kind,
        state=TriggerState.PULSE,
        device=_mac(device.get("mac")),
        channel=_number(event.get("camera")) or _number(event.get("channel")),
        region=str(region)[:16] if isinstance(region, int | str) else "",
        rule="",
        targets=(target,) if target and kind == "object" else (),
        input=0,
        count=count if isinstance(count, int) and not isinstance(count, bool) else None,
        time=_digits_time(event.get("dateTime")),
    )


def _webhook_event(value: Mapping[str, object], types: Mapping[str, str]) -> PushedEvent:
    raw_type = event_word(value["kind"])
    if not raw_type:
        raise FrameError("kind is no text")
    word = raw_type.lower()
    state = value.get("state", TriggerState.PULSE.value)
    if not isinstance(state, str) or state.lower() not in set(TriggerState):
        raise FrameError("state is none of active, inactive, pulse")
    targets = value.get("targets")
    when = value.get("time")
    return PushedEvent(
        raw_type=raw_type,
        kind=types.get(word) or (word if word in KINDS else "ignored" if is_private(word) else "unknown"),
        state=TriggerState(state.lower()),
        device=_short(value.get("device")),
        channel=_number(value.get("channel")),
        region=_short(value.get("region")),
        rule=_short(value.get("rule")),
        targets=tuple(sorted(TARGETS & {one for one in targets if isinstance(one, str)}))
        if isinstance(targets, list)
        else (),
        input=_number(value.get("input")) or 0,
        count=None,
        time=read_time(when)
        if isinstance(when, str)
        else DeviceTime(TimeTrust.NONE if when is None else TimeTrust.BAD),
    )


def _mac(value: object) -> str:
    text = value.strip().lower() if isinstance(value, str) else ""
    digits = re.sub(r"[:-]", "", text)
    if not _MAC.fullmatch(text) or not digits.strip("0") or not digits.strip("f"):
        return ""
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def _digits_time(value: object) -> DeviceTime:
    """`20261005150501` or `2026-10-05 16:25:31`, both local without a zone."""
    if value is None or value == "":
        return DeviceTime(TimeTrust.NONE)
    found = _DIGITS.fullmatch(str(value).strip())
    if not found:
        return read_time(str(value))
    year, month, day, hour, minute, second = map(int, found.groups())
    return local_time(year, month, day, hour, minute, second)


def _number(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\d{1,6}", value.strip(), re.ASCII):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000 else None


def _short(value: object) -> str:
    return str(value).strip()[:_MAX_TEXT] if isinstance(value, str | int) and not isinstance(value, bool) else ""
