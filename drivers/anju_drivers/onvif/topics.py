"""ONVIF topics -> kinds, by the end of the topic: vendors put anything in front of it.

Sources: ONVIF Core Specification, annex on topics; "Imaging", "Analytics" and "Device IO" service specifications; topic
names in tests of onvif-parsers, python-onvif-zeep-async, axis and ex_onvif and in issues of home-assistant/core.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anju_drivers.cameras.private_events import is_private

_HUMAN, _VEHICLE, _ANIMAL, _PACKAGE = ("human",), ("vehicle",), ("animal",), ("package",)


@dataclass(frozen=True, slots=True)
class TopicKind:
    """`targets` when the topic itself names them; `by_item`: its items say what was seen, see `ITEM_KINDS`.

    `is_event`: it happens and has no state, so it needs no data to have happened. `is_guess`: only the name at its end,
    which somebody may have given to a rule, says so; what its items say goes before.
    """

    kind: str
    targets: tuple[str, ...] = ()
    by_item: bool = False
    has_rule_in_topic: bool = False
    is_event: bool = False
    is_guess: bool = False


# Last segments, lower case, without prefixes. Longer ends are looked up first.
_BY_END: dict[str, TopicKind] = {
    "cellmotiondetector/motion": TopicKind("motion"),
    "motionregiondetector/motion": TopicKind("motion"),
    "motiondetector/motion": TopicKind("motion"),
    "motiondetector/detection": TopicKind("motion"),
    "videosource/motionalarm": TopicKind("motion"),
    "videoanalytics/motion": TopicKind("motion"),
    "videoanalytics/motiondetection": TopicKind("motion"),
    "sensor/pir": TopicKind("pir"),
    "fielddetector/objectsinside": TopicKind("intrusion"),
    "fielddetection/objectsinside": TopicKind("intrusion"),
    "intrusiondetector/intrusion": TopicKind("intrusion"),
    "intrusiondetector": TopicKind("intrusion"),
    "intrusiondetection/alert": TopicKind("intrusion"),
    "linedetector/crossed": TopicKind("line_crossing", is_event=True),
    "linedetector/crossing": TopicKind("line_crossing", is_event=True),
    "linecrossingdetector/crossed": TopicKind("line_crossing", is_event=True),
    "linecounter/crossed": TopicKind("line_crossing", is_event=True),
    "tamperdetector/tamper": TopicKind("tamper"),
    "videosource/tamper": TopicKind("tamper"),
    "videosource/tampering": TopicKind("tamper"),
    "device/tamperdetected": TopicKind("tamper"),
    "videosource/imagetooblurry": TopicKind("tamper"),
    "videosource/globalscenechange": TopicKind("scene_change"),
    "scenedetector/change": TopicKind("scene_change"),
    "videosource/imagetoodark": TopicKind("diagnostic"),
    "videosource/imagetoobright": TopicKind("diagnostic"),
    "videosource/videoloss": TopicKind("video_loss"),
    "videosource/signalloss": TopicKind("video_loss"),
    "trigger/digitalinput": TopicKind("alarm_input"),
    "trigger/alarmin": TopicKind("alarm_input"),
    "io/port": TopicKind("alarm_input"),
    "io/digital_input": TopicKind("alarm_input"),
    "io/virtualinput": TopicKind("alarm_input"),
    "io/virtualport": TopicKind("ignored"),
    "io/digital_output": TopicKind("ignored"),
    "myruledetector/peopledetect": TopicKind("object", _HUMAN),
    "myruledetector/vehicledetect": TopicKind("object", _VEHICLE),
    "myruledetector/dogcatdetect": TopicKind("object", _ANIMAL),
    "myruledetector/package": TopicKind("object", _PACKAGE),
    "myruledetector/visitor": TopicKind("call_button"),
    "iva/humanshapedetect": TopicKind("object", _HUMAN),
    "ivb/vehicledetect": TopicKind("object", _VEHICLE),
    "iva/objectinfield": TopicKind("intrusion", has_rule_in_topic=True),
    "iva/enteringfield": TopicKind("region_entrance", has_rule_in_topic=True),
    "iva/leavingfield": TopicKind("region_exit", has_rule_in_topic=True),
    "iva/crossingline": TopicKind("line_crossing", has_rule_in_topic=True),
    "iva/loitering": TopicKind("loitering", has_rule_in_topic=True),
    "iva/idleobject": TopicKind("object_left", has_rule_in_topic=True),
    "iva/removedobject": TopicKind("object_removed", has_rule_in_topic=True),
    "objectdetection/object": TopicKind("object"),
    "loiteringdetector": TopicKind("loitering"),
    "loiteringguard": TopicKind("loitering", has_rule_in_topic=True),
    "fenceguard": TopicKind("line_crossing", has_rule_in_topic=True),
    "motionguard": TopicKind("motion", has_rule_in_topic=True),
    "objectanalytics": TopicKind("object", has_rule_in_topic=True),
    "vmd": TopicKind("motion", has_rule_in_topic=True),
    "vmd3": TopicKind("motion", has_rule_in_topic=True),
    "crowddetector": TopicKind("crowd"),
    "objectdetector/unattended": TopicKind("object_left"),
    "objectdetector/removal": TopicKind("object_removed"),
    "objectisabandoned": TopicKind("object_left"),
    "objectisremoved": TopicKind("object_removed"),
    "falldetector": TopicKind("fall"),
    "falldetection": TopicKind("fall"),
    "audio/detectedsound": TopicKind("audio"),
    "audioanalytics/sounddetection": TopicKind("audio"),
    "audiosource/triggerlevel": TopicKind("audio"),
    "audiosource/audioalarm": TopicKind("audio"),
    "audiodetector": TopicKind("audio"),
    "storage/alert": TopicKind("diagnostic"),
    "storage/disruption": TopicKind("diagnostic"),
    "hardwarefailure": TopicKind("diagnostic"),
    "cellmotiondetector/people": TopicKind("object", by_item=True),
    "cellmotiondetector/tpsmartevent": TopicKind("object", by_item=True),
    "cellmotiondetector/intrusion": TopicKind("intrusion", by_item=True),
    "cellmotiondetector/linecross": TopicKind("line_crossing", by_item=True),
    "cellmotiondetector/tamper": TopicKind("tamper", by_item=True),
    "linecrossdetector/linecross": TopicKind("line_crossing", by_item=True),
    "intrusiondetector/intrusiondetector": TopicKind("intrusion", by_item=True),
    "peopledetector/people": TopicKind("object", by_item=True),
    "vehicledetector/vehicle": TopicKind("object", by_item=True),
    "petdetector/pet": TopicKind("object", by_item=True),
    "tpsmarteventdetector/tpsmartevent": TopicKind("object", by_item=True),
    "smarteventdetector/smartevent": TopicKind("object", by_item=True),
}

# The item says what was seen, whatever detector the topic names (Tapo, VIGI), and where the topic ends with the name
# that somebody gave to a rule and nothing else in it is known.
ITEM_KINDS: dict[str, TopicKind] = {
    "ismotion": TopicKind("motion"),
    "ispeople": TopicKind("object", _HUMAN),
    "isperson": TopicKind("object", _HUMAN),
    "ishuman": TopicKind("object", _HUMAN),
    "isvehicle": TopicKind("object", _VEHICLE),
    "iscar": TopicKind("object", _VEHICLE),
    "ispet": TopicKind("object", _ANIMAL),
    "isanimal": TopicKind("object", _ANIMAL),
    "ispackagedeliver": TopicKind("object", _PACKAGE),
    "ispackagepickup": TopicKind("object", _PACKAGE),
    "islinecross": TopicKind("line_crossing"),
    "isintrusion": TopicKind("intrusion"),
    "istamper": TopicKind("tamper"),
    "isregionentrance": TopicKind("region_entrance"),
    "isregionexiting": TopicKind("region_exit"),
    "isloitering": TopicKind("loitering"),
    "isunattendedbaggage": TopicKind("object_left"),
    "isattendedbaggage": TopicKind("object_removed"),
    "isfalldown": TopicKind("fall"),
    "isfall": TopicKind("fall"),
    "isinside": TopicKind("intrusion"),
    "iscrossed": TopicKind("line_crossing"),
    "issounddetected": TopicKind("audio"),
}

_IGNORED_ANYWHERE = frozenset(
    {
        "monitoring",
        "ptzcontroller",
        "relay",
        "daynightvision",
        "daynight",
        "lightcontrol",
        "light",
        "recordingconfig",
        "recordinghistory",
        "userlogged",
        "configuration",
        "mediacontrol",
        "media",
        "counting",
        "countaggregation",
        "objectcounting",
        "trackended",
        "advancedsecurity",
    }
)


def segments(topic: str) -> tuple[str, ...]:
    """Local names in lower case: blanks, `//.` tails, closing slashes and prefixes taken off."""
    bare = re.sub(r"\s+", "", topic)
    bare = re.sub(r"(?://?\.?)+$", "", bare)
    return tuple(one.rpartition(":")[2].lower() for one in bare.split("/") if one)


def topic_kind_of(topic: str, types: Mapping[str, str]) -> TopicKind:
    """`types` (site's own, keys in lower case: a topic or its end) goes first; then the table, then what is ignored."""
    parts = segments(topic)
    ends = ["/".join(parts[at:]) for at in range(len(parts))]
    for end in (topic.strip().lower(), *ends):
        if end in types:
            return TopicKind(types[end], is_event=True)
    for end in _looked_up(parts):
        if end in _BY_END:
            return _BY_END[end]
    ignored = [part for part in parts if part in _IGNORED_ANYWHERE or is_private(part)]
    if ignored:
        is_guess = ignored == [parts[-1]] and not re.search(r"face|plate", parts[-1])  # a rule named "back door"
        return TopicKind("ignored", is_guess=is_guess)
    return TopicKind("unknown", is_guess=True)


def _looked_up(parts: tuple[str, ...]) -> list[str]:
    """Two neighbours before one segment, the last ones first; the name of a rule or a service may still follow."""
    pairs = [f"{parts[at - 1]}/{parts[at]}" for at in range(len(parts) - 1, 0, -1)]
    return pairs[:2] + list(parts[:-3:-1])
