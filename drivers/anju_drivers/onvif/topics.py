"""ONVIF topics -> kinds, by the end of the topic: vendors put anything in front of it.

Sources: ONVIF Core Specification, annex on topics; "Imaging", "Analytics" and "Device IO" service specifications; topic
names in tests of onvif-parsers, python-onvif-zeep-async, axis and ex_onvif and in issues of home-assistant/core.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HUMAN, _VEHICLE, _ANIMAL, _PACKAGE = ("human",), ("vehicle",), ("animal",), ("package",)


@dataclass(frozen=True, slots=True)
class Meaning:
    """`targets` when the topic itself names them; `by_item`: its items say what was seen, see `ITEM_KINDS`."""

    kind: str
    targets: tuple[str, ...] = ()
    by_item: bool = False
    has_rule_in_topic: bool = False


# Last segments, lower case, without prefixes. Longer ends are looked up first.
_BY_END: dict[str, Meaning] = {
    "cellmotiondetector/motion": Meaning("motion"),
    "motionregiondetector/motion": Meaning("motion"),
    "motiondetector/motion": Meaning("motion"),
    "motiondetector/detection": Meaning("motion"),
    "videosource/motionalarm": Meaning("motion"),
    "videoanalytics/motion": Meaning("motion"),
    "videoanalytics/motiondetection": Meaning("motion"),
    "sensor/pir": Meaning("pir"),
    "fielddetector/objectsinside": Meaning("intrusion"),
    "fielddetection/objectsinside": Meaning("intrusion"),
    "intrusiondetector/intrusion": Meaning("intrusion"),
    "intrusiondetector": Meaning("intrusion"),
    "intrusiondetection/alert": Meaning("intrusion"),
    "linedetector/crossed": Meaning("line_crossing"),
    "linedetector/crossing": Meaning("line_crossing"),
    "linecrossingdetector/crossed": Meaning("line_crossing"),
    "linecounter/crossed": Meaning("line_crossing"),
    "tamperdetector/tamper": Meaning("tamper"),
    "videosource/tamper": Meaning("tamper"),
    "videosource/tampering": Meaning("tamper"),
    "device/tamperdetected": Meaning("tamper"),
    "videosource/imagetooblurry": Meaning("tamper"),
    "videosource/globalscenechange": Meaning("scene_change"),
    "scenedetector/change": Meaning("scene_change"),
    "videosource/imagetoodark": Meaning("diagnostic"),
    "videosource/imagetoobright": Meaning("diagnostic"),
    "videosource/videoloss": Meaning("video_loss"),
    "videosource/signalloss": Meaning("video_loss"),
    "trigger/digitalinput": Meaning("alarm_input"),
    "trigger/alarmin": Meaning("alarm_input"),
    "io/port": Meaning("alarm_input"),
    "io/digital_input": Meaning("alarm_input"),
    "io/virtualinput": Meaning("alarm_input"),
    "io/virtualport": Meaning("ignored"),
    "io/digital_output": Meaning("ignored"),
    "myruledetector/peopledetect": Meaning("object", _HUMAN),
    "myruledetector/vehicledetect": Meaning("object", _VEHICLE),
    "myruledetector/dogcatdetect": Meaning("object", _ANIMAL),
    "myruledetector/package": Meaning("object", _PACKAGE),
    "myruledetector/visitor": Meaning("call_button"),
    "iva/humanshapedetect": Meaning("object", _HUMAN),
    "ivb/vehicledetect": Meaning("object", _VEHICLE),
    "iva/objectinfield": Meaning("intrusion", has_rule_in_topic=True),
    "iva/enteringfield": Meaning("region_entrance", has_rule_in_topic=True),
    "iva/leavingfield": Meaning("region_exit", has_rule_in_topic=True),
    "iva/crossingline": Meaning("line_crossing", has_rule_in_topic=True),
    "iva/loitering": Meaning("loitering", has_rule_in_topic=True),
    "iva/idleobject": Meaning("object_left", has_rule_in_topic=True),
    "iva/removedobject": Meaning("object_removed", has_rule_in_topic=True),
    "objectdetection/object": Meaning("object"),
    "loiteringdetector": Meaning("loitering"),
    "loiteringguard": Meaning("loitering", has_rule_in_topic=True),
    "fenceguard": Meaning("line_crossing", has_rule_in_topic=True),
    "motionguard": Meaning("motion", has_rule_in_topic=True),
    "objectanalytics": Meaning("object", has_rule_in_topic=True),
    "vmd": Meaning("motion", has_rule_in_topic=True),
    "vmd3": Meaning("motion", has_rule_in_topic=True),
    "crowddetector": Meaning("crowd"),
    "objectdetector/unattended": Meaning("object_left"),
    "objectdetector/removal": Meaning("object_removed"),
    "objectisabandoned": Meaning("object_left"),
    "objectisremoved": Meaning("object_removed"),
    "falldetector": Meaning("fall"),
    "falldetection": Meaning("fall"),
    "audio/detectedsound": Meaning("audio"),
    "audioanalytics/sounddetection": Meaning("audio"),
    "audiosource/triggerlevel": Meaning("audio"),
    "audiosource/audioalarm": Meaning("audio"),
    "audiodetector": Meaning("audio"),
    "storage/alert": Meaning("diagnostic"),
    "storage/disruption": Meaning("diagnostic"),
    "hardwarefailure": Meaning("diagnostic"),
    "cellmotiondetector/people": Meaning("object", by_item=True),
    "cellmotiondetector/tpsmartevent": Meaning("object", by_item=True),
    "cellmotiondetector/intrusion": Meaning("intrusion", by_item=True),
    "cellmotiondetector/linecross": Meaning("line_crossing", by_item=True),
    "cellmotiondetector/tamper": Meaning("tamper", by_item=True),
    "linecrossdetector/linecross": Meaning("line_crossing", by_item=True),
    "intrusiondetector/intrusiondetector": Meaning("intrusion", by_item=True),
    "peopledetector/people": Meaning("object", by_item=True),
    "vehicledetector/vehicle": Meaning("object", by_item=True),
    "petdetector/pet": Meaning("object", by_item=True),
    "tpsmarteventdetector/tpsmartevent": Meaning("object", by_item=True),
    "smarteventdetector/smartevent": Meaning("object", by_item=True),
}

# Tapo and VIGI: the item says what was seen, whatever detector the topic names, even one that is not listed above.
ITEM_KINDS: dict[str, Meaning] = {
    "ismotion": Meaning("motion"),
    "ispeople": Meaning("object", _HUMAN),
    "isperson": Meaning("object", _HUMAN),
    "ishuman": Meaning("object", _HUMAN),
    "isvehicle": Meaning("object", _VEHICLE),
    "iscar": Meaning("object", _VEHICLE),
    "ispet": Meaning("object", _ANIMAL),
    "isanimal": Meaning("object", _ANIMAL),
    "ispackagedeliver": Meaning("object", _PACKAGE),
    "ispackagepickup": Meaning("object", _PACKAGE),
    "islinecross": Meaning("line_crossing"),
    "isintrusion": Meaning("intrusion"),
    "istamper": Meaning("tamper"),
    "isregionentrance": Meaning("region_entrance"),
    "isregionexiting": Meaning("region_exit"),
    "isloitering": Meaning("loitering"),
    "isunattendedbaggage": Meaning("object_left"),
    "isattendedbaggage": Meaning("object_removed"),
    "isfalldown": Meaning("fall"),
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
_PRIVATE = re.compile(r"face|plate|lpr|anpr")


def segments(topic: str) -> tuple[str, ...]:
    """Local names in lower case: blanks, `//.` tails, closing slashes and prefixes taken off."""
    bare = re.sub(r"\s+", "", topic)
    bare = re.sub(r"(?://?\.?)+$", "", bare)
    return tuple(one.rpartition(":")[2].lower() for one in bare.split("/") if one)


def meaning_of(topic: str, types: Mapping[str, str]) -> Meaning:
    """`types` (site's own, keys in lower case: a topic or its end) goes first; then the table, then what is ignored."""
    parts = segments(topic)
    ends = ["/".join(parts[at:]) for at in range(len(parts))]
    for end in (topic.strip().lower(), *ends):
        if end in types:
            return Meaning(types[end])
    if any(_PRIVATE.search(part) for part in parts):
        return Meaning("ignored")
    for end in _looked_up(parts):
        if end in _BY_END:
            return _BY_END[end]
    if _IGNORED_ANYWHERE.intersection(parts):
        return Meaning("ignored")
    return Meaning("unknown")


def _looked_up(parts: tuple[str, ...]) -> list[str]:
    """Two neighbours before one segment, the last ones first; the name of a rule or a service may still follow."""
    pairs = [f"{parts[at - 1]}/{parts[at]}" for at in range(len(parts) - 1, 0, -1)]
    return pairs[:2] + list(parts[:-3:-1])
