"""Badges and trackers with an SOS button: model -> what its payloads say.

Sources (tables and bytes only): TheThingsNetwork/lorawan-devices e81f659 (LW004-PB, TrackerD),
livingmap/iot-payload-formatters 96745ef (captures of LW001-BG PRO and LW006), norbertherbert/abeeway-driver 9579676
(the maker's examples), akenza-io/device-type-library 0c405d3d (T1000, LW001-BG PRO), GlobalSat LT-501 as public
decoders read it.
"""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.lorawan.milesight import Values
from anju_drivers.lorawan.payload_fields import PayloadReader, byte_at, fix_at, i32_at, percent, unknown

# MOKO: LW004-PB, LW006 and LW001-BG PRO. A man down of theirs is a device that lay still for a set time.
_LW004_EVENTS: Mapping[int, tuple[str, bool] | None] = {
    0: None, 1: None, 2: None, 3: ("sos", True), 4: ("sos", False), 5: ("alert", True), 6: ("alert", False),
    7: ("man_down", True), 8: ("man_down", False), 9: None,
}  # fmt: skip
_LW006_EVENTS: Mapping[int, tuple[str, bool] | None] = {
    0: None, 1: None, 2: None, 3: ("man_down", True), 4: ("man_down", False), 5: ("sos", True), 6: ("sos", False),
    7: ("alert", True), 8: ("alert", False), 9: None, 10: None, 11: None,
}  # fmt: skip
_LW004_STATUS = ("none", "downlink", "man_down", "alert", "sos")
_LW006_STATUS = ("none", "man_down", "downlink", "alert", "sos")


def _event(code: int, events: Mapping[int, tuple[str, bool] | None]) -> Values:
    if code not in events:
        return unknown(f"event {code:02x}")
    event = events[code]
    if event is None:
        return {}
    call, begins = event
    return {"begins": [call]} if begins else {"stands": {call: False}}


def _status(code: int, words: tuple[str, ...]) -> Values:
    """A device's status names the one call that stands; "downlink" hides it."""
    if code >= len(words):
        return unknown(f"status {code:x}")
    if words[code] == "downlink":
        return {}
    return {"stands": {call: call == words[code] for call in ("sos", "alert", "man_down")}}


def _lw004(payload: bytes, port: int) -> Values:
    values = percent(byte_at(payload, 0) & 0x7F)
    if port == 1:
        return values | _event(byte_at(payload, 6), _LW004_EVENTS)
    if port in (6, 10):
        fix = fix_at(i32_at(payload, 7) / 1e7, i32_at(payload, 3) / 1e7)
        return values | _status(payload[1] >> 2 & 0x07, _LW004_STATUS) | fix
    if 2 <= port <= 13:
        return values | _status(byte_at(payload, 1) & 0x0F, _LW004_STATUS)
    return unknown(f"message on port {port}")


def _lw006(payload: bytes, port: int) -> Values:
    if port in (6, 7, 10, 11, 12):  # positions without a status, stored ones, and what the device reports of its tests
        return fix_at(i32_at(payload, 2) / 1e7, i32_at(payload, 6) / 1e7) if port == 6 else {}
    if not 1 <= port <= 9:
        return unknown(f"message on port {port}")
    values = percent(byte_at(payload, 0) & 0x7F)
    if port == 5:
        return values | _event(byte_at(payload, 6), _LW006_EVENTS)
    if port == 1:
        return values | _status(byte_at(payload, 5), _LW006_STATUS)
    if port in (2, 3, 4):
        return values | _status(byte_at(payload, 8), _LW006_STATUS)
    is_fix = port == 8 and byte_at(payload, 3) & 0x0F in (2, 3)
    fix = fix_at(i32_at(payload, 6) / 1e7, i32_at(payload, 10) / 1e7) if is_fix else {}
    return values | _status(byte_at(payload, 4 if port == 8 else 3) & 0x0F, _LW006_STATUS) | fix


def _lw001(payload: bytes, port: int) -> Values:
    if not 1 <= port <= 12:
        return unknown(f"message on port {port}")
    flags = byte_at(payload, 0)
    stands = {"low_battery": bool(flags & 0x04), "tamper": bool(flags & 0x08), "man_down": bool(flags & 0x10)}
    return {"stands": stands}


def _abeeway(payload: bytes, port: int) -> Values:
    """Firmware 2 of the micro, compact and industrial tracker and the smart badge; port 17, or 18 with percent.

    The event that SOS mode has begun does not carry the SOS flag; messages that follow do.
    """
    kind = byte_at(payload, 0)
    if kind in (0x00, 0xFF) or len(payload) < 5:  # frame pending, debug
        return {}
    flags, level = payload[1], payload[2]
    values: Values = {"stands": {"sos": bool(flags & 0x10)}}
    if port == 18 and level:
        values |= percent(level)
    if kind == 0x0A:
        match byte_at(payload, 5):
            case 7:
                return values | {"begins": ["sos"], "stands": {}}
            case 8:
                return values | {"stands": {"sos": False}}
            case code if code > 10:
                return values | unknown(f"event {code:02x}")
    if kind == 0x03 and payload[4] & 0x0F == 0 and len(payload) >= 12:
        latitude, longitude = (int.from_bytes(payload[at : at + 3] + b"\0", "big", signed=True) for at in (6, 9))
        values |= fix_at(latitude / 1e7, longitude / 1e7)
    return values


# SenseCAP T1000: frame -> its whole length, where its event bits begin, where its battery is.
_T1000_FRAMES: Mapping[int, tuple[int, int | None, int | None]] = {
    0x01: (47, None, 1), 0x02: (16, None, 1), 0x03: (32, None, None), 0x04: (10, None, None), 0x05: (5, None, 1),
    0x06: (22, 1, 21), 0x07: (42, 1, 41), 0x08: (35, 1, 34), 0x09: (18, 1, 17), 0x0A: (38, 1, 37), 0x0B: (31, 1, 30),
    0x0D: (5, None, None), 0x0F: (17, 1, 13), 0x10: (13, 1, 9), 0x11: (14, 2, None),
}  # fmt: skip
_T1000_SOS, _T1000_PRESSED, _T1000_KNOWN = 0x40, 0x80, 0xFF


def _t1000(payload: bytes, port: int) -> Values:
    if port in (192, 199):  # for a positioning service
        return {}
    if port != 5:
        return unknown(f"message on port {port}")
    values: Values = {}
    is_sos = False
    at = 0
    while at < len(payload):
        frame = payload[at:]
        if frame[0] == 0x0E:  # a part of a position, encrypted
            return values
        if frame[0] not in _T1000_FRAMES:
            return values | unknown(f"frame {frame[0]:02x}")
        size, event_at, battery_at = _T1000_FRAMES[frame[0]]
        if event_at is not None and len(frame) >= event_at + 3:
            bits = int.from_bytes(frame[event_at : event_at + 3], "big")
            is_sos = is_sos or bool(bits & _T1000_SOS)
            values |= {"stands": {"sos": is_sos}}
            if bits & _T1000_PRESSED:
                values["button"] = "once"
            if bits & ~_T1000_KNOWN:
                values |= unknown(f"event bits {bits:06x}")
        if battery_at is not None and len(frame) > battery_at:
            values |= percent(frame[battery_at])
        if frame[0] in (0x06, 0x09) and len(frame) >= size:
            values |= fix_at(i32_at(frame, 13) / 1e6, i32_at(frame, 9) / 1e6)
        at += size
    return values


def _trackerd(payload: bytes, port: int) -> Values:
    """Dragino TrackerD: where the alarm flag and the battery's millivolts are, by port."""
    if port in (4, 5):  # stored positions; what it is
        return {}
    at = {2: 8, 3: 8, 6: 24, 7: 0, 8: 7}.get(port)
    if at is None:
        return unknown(f"message on port {port}")
    values: Values = {"stands": {"sos": bool(byte_at(payload, at) & 0x40)}}
    if len(payload) > at + 1:
        values["battery_mv"] = (payload[at] & 0x3F) << 8 | payload[at + 1]
    return values | (fix_at(i32_at(payload, 0) / 1e6, i32_at(payload, 4) / 1e6) if port in (2, 3) else {})


_LT501_LOW_BATTERY = (15, 19)


def _lt501(payload: bytes, _: int) -> Values:
    """GlobalSat LT-501 and kin: tracking and help reports, whole, with a beacon, or short. Little-endian places."""
    head = payload[:3].hex()
    if payload[:1] == b"\x80" and len(payload) >= 11:
        is_help, place_at, report_at, battery_at = payload[1] == 1, 2, 10, None
    elif head in ("0c1002", "0c0b00") and len(payload) >= 13:
        is_help, place_at, report_at, battery_at = head == "0c0b00", 3, 11, 12
    elif head in ("0c1302", "0c0700") and len(payload) >= 27:
        is_help, place_at, report_at, battery_at = head == "0c0700", None, 23, 26
    elif payload[:1] == b"\xf2":
        return {}
    else:
        return unknown(f"report {head}")
    values: Values = {"begins": ["sos"]} if is_help else {}
    if not is_help and payload[report_at] & 0x1F in _LT501_LOW_BATTERY:
        values["begins"] = ["low_battery"]
    if battery_at is not None:
        values |= percent(payload[battery_at])
    if place_at is not None and payload[report_at] >> 5:
        longitude, latitude = (
            int.from_bytes(payload[at : at + 4], "little", signed=True) for at in (place_at, place_at + 4)
        )
        values |= fix_at(latitude / 1e6, longitude / 1e6)
    return values


MODELS: Mapping[str, PayloadReader] = {
    "lw001": _lw001,
    "lw004": _lw004,
    "lw006": _lw006,
    "abeeway": _abeeway,
    "t1000": _t1000,
    "trackerd": _trackerd,
    "lt501": _lt501,
}
