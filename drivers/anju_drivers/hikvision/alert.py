"""What one event document of a Hikvision camera or recorder says, in the vocabulary of all cameras.

Sources: ISAPI event documents as published by integrators (hikvision_next, pyHik, node-red-hikvision-ultimate tests);
"Intelligent Security API, General Application", event notification and its heartbeat.
Nothing that identifies a person leaves this module: face, plate, card and door events become `ignored`, pictures are
never read. Of a door terminal's events only its bell is a trigger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anju_drivers.cameras.device_time import DeviceTime, read_time
from anju_drivers.cameras.private_events import is_private
from anju_drivers.driver import TriggerReading, TriggerState
from anju_drivers.errors import FrameError
from anju_drivers.hikvision.document import Document

KIND_BY_TYPE = {
    "vmd": "motion",
    "motiondetection": "motion",
    "vmdhumanvehicle": "motion",
    "pir": "pir",
    "linedetection": "line_crossing",
    "fielddetection": "intrusion",
    "regionentrance": "region_entrance",
    "regionexiting": "region_exit",
    "loitering": "loitering",
    "group": "crowd",
    "rapidmove": "fast_move",
    "falldown": "fall",  # named after the vendor's SDK; no capture seen
    "faildown": "fall",
    "falldetection": "fall",
    "unattendedbaggage": "object_left",
    "attendedbaggage": "object_removed",
    "tamperdetection": "tamper",
    "shelteralarm": "tamper",
    "defocus": "tamper",
    "defocusdetection": "tamper",
    "scenechangedetection": "scene_change",
    "videoloss": "video_loss",
    "io": "alarm_input",
    "audioexception": "audio",
    "callbuttonpress": "call_button",
    "storagedetection": "diagnostic",
    "badvideo": "diagnostic",
    "illaccess": "diagnostic",
    "ipconflict": "diagnostic",
    "nicbroken": "diagnostic",
    "recordexception": "diagnostic",
    "recordingfailure": "diagnostic",
    "videomismatch": "diagnostic",
    "peoplecounting": "ignored",
    "anpr": "ignored",
}
_TARGETS = {
    "human": "human",
    "person": "human",
    "people": "human",
    "pedestrian": "human",
    "vehicle": "vehicle",
    "car": "vehicle",
    "animal": "animal",
    "pet": "animal",
    "package": "package",
}
_PULSES = frozenset({"callbuttonpress"})
_DOOR_TERMINAL = "accesscontrollerevent"
# Major type 5 (event): minor 0x25 the bell was rung, 0x33 the button that calls the centre (HCNetSDK.h, MINOR_...;
# terminals of the DS-K1T family send both so).
_DOOR_TERMINAL_CALLS = frozenset({("5", "37"), ("5", "51")})
_FIRST_IP_CHANNEL = 33  # recorders number their IP channels from here
_MAC = re.compile(r"[0-9a-f]{2}([:-][0-9a-f]{2}){5}|[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Alert:
    """One event. `device` is the MAC with colons or the serial number; empty when the document names none.

    `channel` None = the document names none; `channel_raw` is set where a recorder's number was translated.
    """

    raw_type: str
    kind: str
    state: TriggerState | None
    device: str
    channel: int | None
    channel_raw: int | None
    input: int | None
    region: str
    rule: str
    targets: tuple[str, ...]
    time: DeviceTime
    count: int | None
    channel_name: str
    ongoing: bool
    late: bool
    lenient: bool

    @property
    def is_heartbeat(self) -> bool:
        """`videoloss` that is not there, or the `heartBeat` of a subscription."""
        raw = self.raw_type.lower()
        return raw == "heartbeat" or (raw == "videoloss" and self.state is TriggerState.INACTIVE)

    def reading(self, device: str) -> TriggerReading:
        """The trigger under the box's device key. Without a state it is active: such documents are repeated, too."""
        return TriggerReading(
            device=device,
            kind=self.kind,
            state=self.state or TriggerState.ACTIVE,
            channel=self.channel or 0,
            region=self.region,
            rule=self.rule,
            targets=self.targets,
            input=self.input or 0,
            ongoing=self.ongoing,
            late=self.late,
            raw_type=self.raw_type,
            device_time_ms=self.time.utc_ms,
        )

    def fields(self) -> dict[str, object]:
        """For a person and for the vector files."""
        return {
            "kind": self.kind,
            "state": self.state.value if self.state else None,
            "device": self.device or None,
            "channel": self.channel,
            "channel_raw": self.channel_raw,
            "input": self.input,
            "region": self.region or None,
            "rule": self.rule or None,
            "targets": list(self.targets),
            "time_utc": self.time.utc_text,
            "time_local": self.time.local,
            "time_trust": self.time.trust.value,
            "count": self.count,
            "channel_name": self.channel_name or None,
            "ongoing": self.ongoing,
            "late": self.late,
            "initial": False,
            "lenient": self.lenient,
            "raw_type": self.raw_type,
        }


@dataclass(frozen=True, slots=True)
class ResponseStatus:
    """An answer to a request that strayed into the stream; not an event."""

    code: int | None
    sub: str


def kind_of(raw_type: str, types: Mapping[str, str]) -> str:
    """The kind for a type; `types` (site's own, keys in lower case) goes first."""
    raw = raw_type.lower()
    known = types.get(raw) or KIND_BY_TYPE.get(raw)
    if known:
        return known
    if raw.startswith("vehicledetection") or is_private(raw):  # the first reads plates
        return "ignored"
    return "diagnostic" if raw.startswith(("disk", "hdd", "hd")) else "unknown"


def read_alert(document: Document, types: Mapping[str, str], is_recorder: bool) -> Alert | ResponseStatus:
    """Raises `FrameError` for a document that is neither an event nor an answer."""
    if document.root == "responsestatus":
        return ResponseStatus(_number(document.text("statuscode")), document.text("substatuscode")[:64])
    raw_type = _word(document.text("eventtype"))
    if not raw_type:
        raise FrameError("no eventType")
    ongoing = raw_type.lower() == "duration"
    kind = kind_of(_word(document.anywhere("relationevent")) if ongoing else raw_type, types)
    if kind == "unknown" and is_private(document.text("eventtype")):  # the whole of it: "Human Recognition"
        kind = "ignored"
    is_call = kind == "ignored" and _is_call(document, raw_type)
    channel, channel_raw = _channel(document, is_recorder)
    return Alert(
        raw_type=raw_type,
        kind="call_button" if is_call else kind,
        state=TriggerState.PULSE if is_call else _state(document.text("eventstate"), raw_type),
        device=_device(document),
        channel=channel,
        channel_raw=channel_raw,
        input=_number(document.anywhere("inputioportid") or document.anywhere("dyninputioportid")),
        region=document.anywhere("regionid")[:16],
        rule=document.anywhere("ruleid")[:16],
        targets=_targets(document),
        time=read_time(document.text("datetime")),
        count=_number(document.text("activepostcount")),
        channel_name=document.text("channelname")[:64],
        ongoing=ongoing,
        late=document.anywhere("isdataretransmission").lower() in ("true", "1"),
        lenient=document.lenient,
    )


def _is_call(document: Document, raw_type: str) -> bool:
    """Somebody pressed the button of a door terminal; nothing else of what it tells is read."""
    codes = (document.anywhere("majoreventtype"), document.anywhere("subeventtype"))
    return raw_type.lower() == _DOOR_TERMINAL and codes in _DOOR_TERMINAL_CALLS


def _state(text: str, raw_type: str) -> TriggerState | None:
    state = text.lower()
    if state == "inactive":
        return TriggerState.INACTIVE
    if state == "active":
        return TriggerState.PULSE if raw_type.lower() in _PULSES else TriggerState.ACTIVE
    return TriggerState.PULSE if raw_type.lower() in _PULSES else None


def _channel(document: Document, is_recorder: bool) -> tuple[int | None, int | None]:
    fixed, dynamic = (_number(document.text(name)) for name in ("channelid", "dynchannelid"))
    channel = fixed or (dynamic if dynamic is not None else fixed)
    if is_recorder and channel is not None and channel >= _FIRST_IP_CHANNEL:
        return channel - (_FIRST_IP_CHANNEL - 1), channel
    return channel, None


def _device(document: Document) -> str:
    mac = document.anywhere("macaddress").lower()
    digits = re.sub(r"[:-]", "", mac)
    if _MAC.fullmatch(mac) and digits.strip("0") and digits.strip("f"):
        return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
    return re.sub(r"\s+", "", document.anywhere("serialnumber") or document.anywhere("deviceserialno"))[:64]


def _targets(document: Document) -> tuple[str, ...]:
    targets_text = " ".join(document.inside.get("detectiontarget", []) + document.inside.get("targettype", []))
    words = re.findall(r"[a-z]+", targets_text.lower())
    return tuple(sorted({_TARGETS[word] for word in words if word in _TARGETS}))


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def _word(text: str) -> str:
    """A type as the camera spells it; whatever else stands there might be private and is cut off."""
    found = re.match(r"[\w.-]{1,48}", text, re.ASCII)
    return found[0] if found else ""
