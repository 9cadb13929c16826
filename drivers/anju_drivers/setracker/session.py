"""A watch's connection: frames to readings and replies. Every frame brings its id, so no login is needed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from anju_drivers.bands.presses import BandPresses, PressBook, standing_alarm
from anju_drivers.bands.session import (
    DecodedFrame,
    FramedSession,
    WallClock,
    alarm,
    body_temperature,
    explained_capture,
    has_fix,
    iso_z,
    press_of,
    readings_of,
    utc_ms,
)
from anju_drivers.driver import AlarmReading, Explained, PositionFix, Reading, Reason, StateReading, VitalReading
from anju_drivers.framing.damaged import Damaged
from anju_drivers.setracker.frames import Frame, FrameDecoder, reply_to, unescape
from anju_drivers.setracker.report import REMOVED_BIT, Report, read_report
from anju_drivers.unknown_code import unknown_detail

FAMILY = "setracker"
INCOMPLETE = "incomplete frame: wait for more, no event, no reply"
UNKNOWN = "unknown type: known device, no event, no reply required"
CLOCK_APART_MIN = 10
_STORED = ("UD2", "UD3")
_QUIET = frozenset({"LK", "TKQ", "TKQ2", "INIT", "TK", "IMG", "JXTK", "CONFIG"})


@dataclass(slots=True)
class _ParsedContent:
    """What a frame's content says: for a person, and for the box."""

    summary: str
    fields: dict[str, object]
    readings: tuple[Reading, ...] = ()
    is_known: bool = True


class WatchSession(FramedSession[Frame | Damaged]):
    """`offset_min`: how far the watches' clocks are set ahead of UTC (the command LZ sets it).

    With the box's `wall` clock given, a live report whose time is far from it says so in its state: mostly a zone that
    was set on the watch and not here.
    """

    def __init__(self, offset_min: int = 0, wall: WallClock | None = None, presses: PressBook | None = None) -> None:
        super().__init__(FrameDecoder())
        self._presses = presses or PressBook()
        self._offset_min, self._wall = offset_min, wall

    def decode(self, frame: Frame | Damaged) -> DecodedFrame:
        if isinstance(frame, Damaged):
            return self.damaged(frame.reason)
        device = f"{FAMILY}:{frame.identity}"
        parsed = read_content(frame, device, self._offset_min, self._presses.of(frame.identity))
        if self._wall is not None and not frame.command.upper().startswith(_STORED):
            now_ms = round(self._wall() * 1000)
            parsed.readings = tuple(_with_clock(one, now_ms) for one in parsed.readings)
        fields = frame_fields(frame) | parsed.fields
        if not parsed.is_known:
            fields["note"] = UNKNOWN
        return DecodedFrame(frame.identity, Explained(parsed.summary, fields, parsed.readings), reply_to(frame))


def _with_clock(reading: Reading, now_ms: int) -> Reading:
    if not isinstance(reading, StateReading) or reading.device_time_ms is None:
        return reading
    apart_min = round((reading.device_time_ms - now_ms) / 60_000)
    if abs(apart_min) < CLOCK_APART_MIN:
        return reading
    return replace(reading, detail=", ".join(filter(None, [reading.detail, f"clock {apart_min:+d} min apart"])))


def frame_fields(frame: Frame) -> dict[str, object]:
    fields: dict[str, object] = {
        "manufacturer": frame.manufacturer,
        "device_id": frame.device_id,
        "declared_len": frame.declared_len,
        "actual_len": len(frame.content),
        "length_ok": frame.length_ok,
        "type": frame.command,
    }
    return fields | ({"sequence": frame.sequence} if frame.sequence is not None else {})


def read_content(frame: Frame, device: str, offset_min: int = 0, presses: BandPresses | None = None) -> _ParsedContent:
    """Reads a frame's content by its command; never raises."""
    command = frame.command.upper()
    if command.startswith(("UD", "AL", "WT")):
        return _located(frame, device, offset_min, presses or BandPresses())
    if command == "LK":
        return _link_kept(frame.fields(), device)
    if command == "JXTK":
        return _ParsedContent("part of a voice message, not kept", voice_part(frame))
    health = _health(command, frame.fields()[1:])
    if health is not None:
        return _vital(health, device, _measured_wrongly(command, frame.fields()[1:]))
    if command in _QUIET:
        return _ParsedContent(f"{frame.command}", {})
    return _ParsedContent(f"{frame.command}: nothing for the box", {}, is_known=False)


def _link_kept(fields: list[str], device: str) -> _ParsedContent:
    """Keep-alive: steps, rolls, battery %; short forms leave the last away, and then nothing is certain.

    Some models (TK915) send steps, battery % and a 0 that is not used: a watch that is empty says nothing at all.
    """
    if len(fields) < 4 or not all(one.strip().isdecimal() and len(one) < 10 for one in fields[1:4]):
        return _ParsedContent("keep-alive", {})
    steps, rolls, battery = (int(one.strip()) for one in fields[1:4])
    if battery == 0 and 0 < rolls <= 100:
        rolls, battery = 0, rolls
    state = StateReading(device, battery_pct=battery or None, steps=steps)
    return _ParsedContent("keep-alive", {"steps": steps, "rolls": rolls, "battery_pct": battery}, (state,))


def _located(frame: Frame, device: str, offset_min: int, presses: BandPresses) -> _ParsedContent:
    report = read_report(frame.fields()[1:])
    command = frame.command.upper()
    is_alarm = command.startswith("AL")
    has_no_code = not report.reasons and not report.unknown_bits  # an alarm message all the same
    reasons = report.reasons or ((Reason.GENERAL,) if is_alarm and has_no_code else ())
    time_ms = utc_ms(report.time, offset_min)
    position = _position(report, device, time_ms)
    identity = press_of((frame.sequence or "").encode(), frame.content)
    if is_alarm:
        press = presses.event(reasons, time_ms, identity)
    elif command.startswith(_STORED):
        (press,) = presses.stored([(reasons, time_ms, identity)])
    else:
        press = presses.live(reasons, time_ms, identity)
    battery_pct = report.battery_pct or None  # 0: not measured; an empty watch is silent
    raised: AlarmReading | None = None
    if reasons:
        raised = alarm(
            device,
            reasons,
            press,
            is_state=not is_alarm,
            counter=int(frame.sequence, 16) if frame.sequence and is_alarm else None,
            battery_pct=battery_pct,
            position=position,
            device_time_ms=time_ms,
        )
        raised = raised if is_alarm else standing_alarm(raised)
    unknown = unknown_detail(*(f"status bit {bit}" for bit in report.unknown_bits))
    state = StateReading(
        device,
        battery_pct=battery_pct,
        steps=report.steps,
        moving=report.is_moving if report.status is not None else None,
        worn=False if (report.status or 0) >> REMOVED_BIT & 1 else None,
        detail=", ".join(filter(None, [unknown, *report.news])),
        device_time_ms=time_ms,
    )
    names = [str(one) for one in reasons]
    summary = f"alarm: {', '.join(names)}" if names else ("position" if report.fix_valid else "report without a fix")
    return _ParsedContent(summary, report_fields(report, names, time_ms), readings_of(raised, position, state))


def _position(report: Report, device: str, time_ms: int | None) -> PositionFix:
    latitude, longitude = report.latitude or 0.0, report.longitude or 0.0
    speed, course, network = report.speed_kmh, report.course_deg, report.network
    operator = f"{network.mcc or ''}-{network.mnc or ''}"
    return PositionFix(
        device,
        latitude,
        longitude,
        has_fix(report.fix_valid, report.latitude, report.longitude),
        speed_m_s=None if speed is None else speed / 3.6,
        course_deg=None if course is None else round(course) % 360,
        wifi=tuple(f"{one.mac},{one.rssi_dbm if one.rssi_dbm is not None else ''}" for one in network.wifi),
        cells=tuple(f"{operator}-{one.lac}-{one.cid}" for one in network.cells),
        device_time_ms=time_ms,
    )


def report_fields(report: Report, alarms: list[str], time_ms: int | None) -> dict[str, object]:
    network = report.network
    fields: dict[str, object] = {
        "time_utc": iso_z(time_ms),
        "fix_valid": report.fix_valid,
        "lat": report.latitude,
        "lon": report.longitude,
        "speed_kmh": report.speed_kmh,
        "course_deg": report.course_deg,
        "altitude_m": report.altitude_m,
        "satellites": report.satellites,
        "gsm_signal": report.gsm_signal,
        "battery_pct": report.battery_pct,
        "steps": report.steps,
        "rolls": report.rolls,
        "status_hex": None if report.status is None else f"{report.status:08x}",
        "alarms": alarms,
        "moving_flag": report.is_moving,
        "cells": [{"lac": one.lac, "cid": one.cid, "signal_raw": one.signal_raw} for one in network.cells],
        "wifi": [{"ssid": one.ssid, "mac": one.mac, "rssi_dbm": one.rssi_dbm} for one in network.wifi],
    }
    return fields | ({"mcc": network.mcc, "mnc": network.mnc} if network.mcc else {})


def _health(command: str, args: list[str]) -> dict[str, float] | None:
    """Values of a health command, in any case: `PULSE`, `heart`, `BLOOD`, `bphrt`, `TEMP`, `btemp2`, `oxygen`."""
    numbers = [_number(one) for one in args]

    def take(*names: str) -> dict[str, float]:
        return {name: value for name, value in zip(names, numbers, strict=False) if value is not None and name}

    if command in ("PULSE", "HEART"):
        return take("heart_rate_bpm")
    if command in ("BLOOD", "BPHRT"):
        return take("bp_systolic_mmhg", "bp_diastolic_mmhg", "heart_rate_bpm")
    if command == "TEMP":
        return take("temperature_c")
    if command == "BTEMP2":
        return take("", "temperature_c") if numbers and numbers[0] else {}
    if command == "OXYGEN":
        return take("", "spo2_pct")
    return None


def _number(text: str) -> float | None:
    try:
        value = float(text) if len(text) < 16 else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < 1e9 else None


def _measured_wrongly(command: str, args: list[str]) -> str:
    """`btemp2,1,0` and `btemp2,1,1`: the watch measured a value that is too low, or too high, to be one."""
    if command != "BTEMP2" or len(args) < 2:
        return ""
    return {"0": "body temperature measured too low", "1": "body temperature measured too high"}.get(args[1], "")


def _vital(values: dict[str, float], device: str, news: str = "") -> _ParsedContent:
    fields: dict[str, object] = {
        name: value if name == "temperature_c" else round(value) for name, value in values.items()
    }
    whole = {name: round(value) for name, value in values.items() if name != "temperature_c" and value > 0}
    temperature = body_temperature(values.get("temperature_c"))
    readings: list[Reading] = []
    if whole or temperature is not None:
        readings.append(
            VitalReading(
                device,
                heart_rate_bpm=whole.get("heart_rate_bpm"),
                systolic_mmhg=whole.get("bp_systolic_mmhg"),
                diastolic_mmhg=whole.get("bp_diastolic_mmhg"),
                spo2_pct=whole.get("spo2_pct"),
                temperature_c=temperature,
            )
        )
    elif values.get("heart_rate_bpm") == 0:
        readings.append(StateReading(device, worn=False))
    if news:
        readings.append(StateReading(device, detail=news))
    return _ParsedContent("body values", fields, tuple(readings))


def voice_part(frame: Frame) -> dict[str, object]:
    """A part of a voice message: `JXTK,0,file,part,total,audio`. The audio is told by its size, and not kept."""
    parts = frame.content.split(b",", 5)
    if len(parts) < 6 or not (parts[3].isdigit() and parts[4].isdigit() and len(parts[3] + parts[4]) < 12):
        return {}
    audio, wrong = unescape(parts[5])
    return {
        "file": parts[2].decode("ascii", "replace"),
        "part": int(parts[3]),
        "total": int(parts[4]),
        "audio_bytes": len(audio),
        "audio_prefix_hex": audio[:6].hex(),
    } | ({"wrong_escapes": wrong} if wrong else {})


def explain(data: bytes) -> list[Explained]:
    """Every frame of a capture; one that is cut at its end is said as damaged."""
    return explained_capture(WatchSession(), data)


def decode_vector(data: bytes) -> dict[str, object]:
    """One item of `watch_setracker.json` in the vocabulary of its `expect`."""
    decoder = FrameDecoder()
    found = decoder.feed(data)
    frames = [one for one in found if isinstance(one, Frame)]
    if not frames:
        reasons = [one.reason for one in found if isinstance(one, Damaged)]
        return {"event": None, "error": reasons[0] if reasons else INCOMPLETE}
    first = frames[0]
    parsed = read_content(first, f"{FAMILY}:{first.identity}")
    start = data.find(first.raw)
    return (
        frame_fields(first)
        | parsed.fields
        | {
            "first_frame_hex": first.raw.hex(),
            "first_frame_text": first.raw.decode("utf-8", "replace"),
            "rest_hex": data[start + len(first.raw) :].hex(),
            "event": parsed.summary if parsed.is_known else None,
            "error": None if parsed.is_known else UNKNOWN,
            "frames": [_frame_of_stream(one) for one in frames],
        }
    )


def _frame_of_stream(frame: Frame) -> dict[str, object]:
    parsed = read_content(frame, f"{FAMILY}:{frame.identity}")
    return frame_fields(frame) | parsed.fields | {"content_len_on_wire": len(frame.content)}
