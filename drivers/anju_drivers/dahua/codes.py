"""What one event of a Dahua camera, recorder or door station says, in the vocabulary of all cameras.

Sources: "Dahua HTTP API" 2.76, event manager; event tables and captures of rroller/dahua, openHAB ipcamera and
DahuaVTO2MQTT. Nothing that identifies a person leaves this module: faces, plates and cards become `ignored`, and of a
message's own fields only rule, region, class, direction and time are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from anju_drivers.cameras.device_time import DeviceTime, TimeTrust, epoch_time
from anju_drivers.cameras.private_events import is_private
from anju_drivers.driver import TriggerReading, TriggerState
from anju_drivers.errors import FrameError

KIND_BY_CODE = {
    "videomotion": "motion",
    "smartmotionhuman": "motion",
    "smartmotionvehicle": "motion",
    "smartmotionanimal": "motion",
    "alarmpir": "pir",
    "crosslinedetection": "line_crossing",
    "crossfencedetection": "line_crossing",
    "crossregiondetection": "intrusion",
    "wanderdetection": "loitering",
    "staydetection": "loitering",
    "tumbledetection": "fall",  # named by integrators of elder care; no capture seen
    "rioterdetection": "crowd",
    "crowddetection": "crowd",
    "movedetection": "fast_move",
    "leftdetection": "object_left",
    "takenawaydetection": "object_removed",
    "videoblind": "tamper",
    "videounfocus": "tamper",
    "videotamper": "tamper",
    "videoabnormaldetection": "scene_change",
    "scenechange": "scene_change",
    "videoloss": "video_loss",
    "alarmlocal": "alarm_input",
    "audiomutation": "audio",
    "audioanomaly": "audio",
    "audiointensity": "audio",
    "doorbellpressed": "call_button",
    "ringbell": "call_button",
    "callnoanswered": "call_button",
    "phonecalldetect": "call_button",
    "invite": "call_button",
    "backkeylight": "call_button",
    "_dotalkaction_": "call_button",
    "storagenotexist": "diagnostic",
    "storagefailure": "diagnostic",
    "storagelowspace": "diagnostic",
    "storagechange": "diagnostic",
    "storageabnormal": "diagnostic",
    "diskfull": "diagnostic",
    "diskerror": "diagnostic",
    "netabort": "diagnostic",
    "ipconflict": "diagnostic",
    "macconflict": "diagnostic",
    "reboot": "diagnostic",
    "loginfailure": "diagnostic",
    "heatimagingtemper": "diagnostic",
    "videomotioninfo": "ignored",
    "newfile": "ignored",
    "timechange": "ignored",
    "ntpadjusttime": "ignored",
    "ntpstatusupdate": "ignored",
    "systemstate": "ignored",
    "keepalive": "ignored",
    "rtspsessiondisconnect": "ignored",
    "rtspsessionconnect": "ignored",
    "intelliframe": "ignored",
    "mdresult": "ignored",
    "lefunctionstatussync": "ignored",
    "intervideoaccess": "ignored",
    "sipregisterresult": "ignored",
    "keeplighton": "ignored",
    "ignoreinvite": "ignored",
    "videotalk": "ignored",
    "doorstatus": "ignored",
    "alarmoutput": "ignored",
    "numberstat": "ignored",
    "manumstat": "ignored",
}
# What is subscribed to by name where a camera answers to "All" and then says nothing (rroller/dahua #644). Codes are
# told apart by case here. Private ones and those that are no trigger are not asked for.
CODES = (
    "VideoMotion", "SmartMotionHuman", "SmartMotionVehicle", "AlarmPIR", "CrossLineDetection",
    "CrossFenceDetection", "CrossRegionDetection", "WanderDetection", "StayDetection", "TumbleDetection",
    "RioterDetection", "CrowdDetection", "MoveDetection", "LeftDetection", "TakenAwayDetection", "VideoBlind",
    "VideoUnFocus", "VideoTamper", "VideoAbnormalDetection", "SceneChange", "VideoLoss", "AlarmLocal",
    "AudioMutation", "AudioAnomaly", "DoorbellPressed", "RingBell", "CallNoAnswered", "PhoneCallDetect", "Invite",
    "BackKeyLight", "_DoTalkAction_", "StorageNotExist", "StorageFailure", "StorageLowSpace", "DiskFull",
    "DiskError",
)  # fmt: skip
_PLATES = "traffic"
_KEPT_UNKNOWN = ("trafficparking",)  # no plate in it; kept so that a site may map it
_REGION = "crossregiondetection"
_REGION_WAYS = {"enter": "region_entrance", "leave": "region_exit", "exit": "region_exit"}
_CALLING = (1, 2)  # BackKeyLight's State while somebody rings
_TARGETS = {
    "human": "human",
    "person": "human",
    "people": "human",
    "vehicle": "vehicle",
    "motorvehicle": "vehicle",
    "nonmotor": "vehicle",
    "car": "vehicle",
    "animal": "animal",
    "pet": "animal",
    "package": "package",
}
_TARGET_BY_CODE = {"smartmotionhuman": "human", "smartmotionvehicle": "vehicle", "smartmotionanimal": "animal"}
_STATES = {"start": TriggerState.ACTIVE, "stop": TriggerState.INACTIVE, "pulse": TriggerState.PULSE}
_HEAD = re.compile(r"\b(Code|action|index)\s*=\s*([^;\r\n]*)", re.IGNORECASE)
_WORD = re.compile(r"[\w.-]{1,48}", re.ASCII)
_MAX_TEXT = 64


@dataclass(frozen=True, slots=True)
class Event:
    """`channel` is 1-based, None when the event names none; `input` is set for alarm inputs only."""

    raw_type: str
    kind: str
    state: TriggerState | None
    channel: int | None
    input: int | None
    region: str
    rule: str
    targets: tuple[str, ...]
    direction: str
    time: DeviceTime

    def reading(self, device: str) -> TriggerReading:
        """The trigger under the box's device key. A missing state is a pulse: no end can be expected.

        Smart motion of people and of cars is told apart by its code as the rule: one must not end the other.
        """
        is_smart = self.raw_type.lower() in _TARGET_BY_CODE
        return TriggerReading(
            device=device,
            kind=self.kind,
            state=self.state or TriggerState.PULSE,
            channel=self.channel or 0,
            region=self.region,
            rule=self.rule or (self.raw_type if is_smart else ""),
            targets=self.targets,
            input=self.input or 0,
            raw_type=self.raw_type,
            device_time_ms=self.time.utc_ms,
        )

    def readings(self, device: str) -> tuple[TriggerReading, ...]:
        """What it means for the box: one reading, but the end of a region's rule ends it by any name.

        Which way somebody went is told at the beginning, and not always at the end.
        """
        reading = self.reading(device)
        if self.raw_type.lower() != _REGION or self.state is not TriggerState.INACTIVE or self.kind == "ignored":
            return (reading,)
        kinds = dict.fromkeys((self.kind, "intrusion", *_REGION_WAYS.values()))
        return tuple(replace(reading, kind=kind) for kind in kinds)

    def fields(self) -> dict[str, object]:
        """For a person and for the vector files."""
        return {
            "kind": self.kind,
            "state": self.state.value if self.state else None,
            "channel": self.channel,
            "input": self.input,
            "region": self.region or None,
            "rule": self.rule or None,
            "targets": list(self.targets),
            "direction": self.direction or None,
            "time_utc": self.time.utc_text,
            "time_trust": self.time.trust.value,
            "raw_type": self.raw_type,
            "initial": False,
            "late": False,
        }


def kind_of(code: str, data: Mapping[str, object], types: Mapping[str, str]) -> str:
    """The kind for a code and what its data says of it; `types` (site's own, keys in lower case) goes first."""
    raw = code.lower()
    if raw in types:
        return types[raw]
    if raw.startswith(_PLATES) and raw not in _KEPT_UNKNOWN:
        return "ignored"
    if raw == _REGION:
        ways = (_text(data, name).lower() for name in ("Direction", "Action"))
        return next((_REGION_WAYS[way] for way in ways if way in _REGION_WAYS), "intrusion")
    if raw == "backkeylight" and "State" in data:
        return "call_button" if data["State"] in _CALLING else "ignored"
    if raw == "_dotalkaction_":
        return "call_button" if _text(data, "Action").lower() == "invite" else "ignored"
    return KIND_BY_CODE.get(raw) or ("ignored" if is_private(raw) else "unknown")


def read_head(head: str, data: Mapping[str, object], types: Mapping[str, str]) -> Event:
    """An event line up to its data: `Code=X;action=Start;index=0`. Raises `FrameError` without a code."""
    head_fields = {name.lower(): value.strip() for name, value in reversed(_HEAD.findall(head))}
    return read_event(head_fields.get("code", ""), head_fields.get("action", ""), head_fields.get("index"), data, types)


def read_event(code: str, action: str, index: object, data: Mapping[str, object], types: Mapping[str, str]) -> Event:
    """Raises `FrameError` without a code."""
    found = _WORD.match(code)
    if not found:
        raise FrameError("no Code")
    raw_type = found[0]
    kind = kind_of(raw_type, data, types)
    number = _index(index)
    is_input = kind == "alarm_input"
    is_open = kind not in ("ignored", "unknown")
    return Event(
        raw_type=raw_type,
        kind=kind,
        state=_STATES.get(action.lower()),
        channel=None if is_input else number,
        input=number if is_input else None,
        region=_region(data) if is_open else "",
        rule=_text(data, "Name") if is_open else "",
        targets=_targets(raw_type, data) if is_open else (),
        direction=_text(data, "Direction") if is_open else "",
        time=_time(data),
    )


def _index(value: object) -> int | None:
    """1-based from the protocol's 0-based number; -1 and nothing mean the device."""
    if isinstance(value, str):
        value = int(value) if re.fullmatch(r"\d{1,6}", value, re.ASCII) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1_000_000:
        return None
    return value + 1


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value.strip()[:_MAX_TEXT] if isinstance(value, str) else ""


def _region(data: Mapping[str, object]) -> str:
    value = data.get("RegionName")
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str) and one.strip()), "")
    return value.strip()[:_MAX_TEXT] if isinstance(value, str) else ""


def _targets(code: str, data: Mapping[str, object]) -> tuple[str, ...]:
    found = {_TARGET_BY_CODE.get(code.lower(), "")}
    for one in _objects(data):
        for name in ("ObjectType", "Type"):
            target = one.get(name)
            if isinstance(target, str):
                found.add(_TARGETS.get(target.lower(), ""))
    return tuple(sorted(found - {""}))


def _objects(data: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for name in ("Object", "Objects"):
        value = data.get(name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                yield one


def _time(data: Mapping[str, object]) -> DeviceTime:
    """`RealUTC` is right where it exists; `UTC` often holds local time, which the offset then shows."""
    fraction = data.get("UTCMS")
    microseconds = fraction * 1000 if isinstance(fraction, int) and 0 <= fraction < 1000 else 0
    for name in ("RealUTC", "UTC"):
        device_time = epoch_time(data.get(name), microseconds)
        if device_time.trust is not TimeTrust.NONE:
            return device_time
    return DeviceTime(TimeTrust.NONE)
