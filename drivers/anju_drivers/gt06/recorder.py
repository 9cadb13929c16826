"""Type 95: the alarm of driving recorders (JC100, JC400), which have a button too.

JC100: time 6; then nothing, or latitude u32, longitude u32, course and flags u16; event u8, data u16, names of files.
JC400: FFFF, version, then time 6, satellites, latitude, longitude, course and flags u16, speed u16, voltage u16, event.
Source: traccar Gt06ProtocolDecoder (behaviour) and its captures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from anju_drivers.driver import Reason
from anju_drivers.gt06.report import TIME_BYTES, read_time

RECORDER_ALARM = 0x95
_MARK = b"\xff\xff"
_SHORT_BYTES, _EVENT_AT, _MARKED_EVENT_AT = TIME_BYTES + 1, TIME_BYTES + 10, 3 + TIME_BYTES + 15
# Event -> name and reason; None: about driving. In the short form 01 says no more than that something happened.
EVENTS: Mapping[int, tuple[str, Reason | None]] = {
    0x01: ("sos", Reason.SOS),
    0x0E: ("low_voltage", None),
    0x76: ("temperature", None),
    0x80: ("vibration", None),
    0x87: ("overspeed", None),
    0x88: ("power_cut", Reason.POWER_CUT),
    0x90: ("acceleration", None),
    0x91: ("braking", None),
    0x92: ("cornering", None),
    0x93: ("collision", Reason.GENERAL),
}


@dataclass(frozen=True, slots=True)
class RecorderAlarm:
    """`is_short`: no place came with it."""

    time: datetime | None
    event: int
    is_short: bool


def read_recorder_alarm(content: bytes) -> RecorderAlarm | None:
    """An alarm of a recorder, or None for a content that is too short."""
    if content[:2] == _MARK:
        if len(content) <= _MARKED_EVENT_AT:
            return None
        return RecorderAlarm(read_time(content[3:]), content[_MARKED_EVENT_AT], False)
    if len(content) < _SHORT_BYTES:
        return None
    if len(content) <= _EVENT_AT:
        return RecorderAlarm(read_time(content), content[TIME_BYTES], True)
    return RecorderAlarm(read_time(content), content[_EVENT_AT], False)
