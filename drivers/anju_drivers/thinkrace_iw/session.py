"""An IW / TRV watch's connection. The id comes with the login and belongs to the connection."""

from __future__ import annotations

import re
from collections.abc import Mapping

from anju_drivers.bands.presses import BandPresses, PressBook, standing_alarm
from anju_drivers.bands.session import (
    UNIDENTIFIED,
    DecodedFrame,
    FramedSession,
    WallClock,
    alarm,
    alarms_only,
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
from anju_drivers.thinkrace_iw.frames import Frame, FrameDecoder, reply_to
from anju_drivers.thinkrace_iw.report import (
    ALARM_CODES,
    Cell,
    Located,
    State,
    read_located,
    read_state,
    read_surroundings,
)
from anju_drivers.unknown_code import unknown_detail

FAMILY = "thinkrace_iw"
_LOCATED = ("AP01", "AP10", "YP03", "YP14")
_VITALS: Mapping[str, tuple[str, ...]] = {
    "AP49": ("heart_rate_bpm",),
    "APHT": ("heart_rate_bpm", "bp_systolic_mmhg", "bp_diastolic_mmhg"),
    "APHP": (
        "heart_rate_bpm",
        "bp_systolic_mmhg",
        "bp_diastolic_mmhg",
        "spo2_pct",
        "blood_sugar",
        "temperature_c",
    ),
    "AP50": ("temperature_c", "battery_pct"),
    "APTP": ("temperature_c",),  # of the body; that of the wrist follows
}
_MEASURED: Mapping[str, tuple[str, ...]] = {  # what APJK measured, by its type
    "1": ("bp_diastolic_mmhg", "bp_systolic_mmhg"),
    "2": ("heart_rate_bpm",),
    "3": ("temperature_c",),
    "4": ("spo2_pct",),
}
_FRACTIONS = ("blood_sugar", "temperature_c")


class IwSession(FramedSession[Frame | Damaged]):
    """`codes` are a site's own meanings of alarm codes (None: no alarm); they go before the built-in ones."""

    def __init__(
        self,
        wall: WallClock,
        offset_min: int = 0,
        codes: Mapping[int, Reason | None] | None = None,
        presses: PressBook | None = None,
    ) -> None:
        super().__init__(FrameDecoder())
        self._presses = presses or PressBook()
        self._wall, self._offset_min, self._codes = wall, offset_min, codes or {}
        self._identity = ""

    def decode(self, frame: Frame | Damaged) -> DecodedFrame:
        if isinstance(frame, Damaged):
            return self.damaged(frame.reason)
        if frame.command == "AP00":
            found = re.match(r",?(\d{10,20})", frame.rest, re.ASCII)
            if found is None:
                return self.damaged("login without an id")
            self._identity = found[1]
            explained = Explained("login", frame_fields(frame) | {"device_id": found[1]})
            return DecodedFrame(self._identity, explained, reply_to(frame, self._wall()))
        identity = self._identity or UNIDENTIFIED
        presses = self._presses.of(identity)
        explained = read_frame(frame, f"{FAMILY}:{identity}", self._offset_min, self._codes, presses)
        if not self._identity:  # data before the login is dropped, but never a cry for help
            explained = alarms_only(explained, "before the login")
        return DecodedFrame(identity, explained, reply_to(frame, self._wall()))


def frame_fields(frame: Frame) -> dict[str, object]:
    return {"dialect": frame.dialect, "command": frame.command}


def read_frame(
    frame: Frame,
    device: str,
    offset_min: int = 0,
    codes: Mapping[int, Reason | None] | None = None,
    presses: BandPresses | None = None,
) -> Explained:
    """What a frame after the login says; never raises."""
    fields = frame_fields(frame)
    presses = presses or BandPresses()
    if frame.command in _LOCATED:
        located = read_located(frame.rest)
        if located is not None:
            return _explain_located(frame, located, device, offset_min, codes or {}, presses)
        if frame.command == "AP10":  # it cannot be read, but it is an alarm
            raised = alarm(device, [Reason.GENERAL], press_of(frame.raw))
            return Explained("alarm that cannot be read", fields | {"error": "unknown shape"}, (raised,))
        return Explained("report that cannot be read", fields | {"error": "unknown shape"})
    if frame.command in ("APJK", "AP02") and len(frame.args) >= 3 and frame.args[1] in _MEASURED and _is_time(frame):
        return _explain_vitals(frame, _MEASURED[frame.args[1]], frame.args[2].split("|"), device)
    if frame.command == "AP02":
        return _explain_surroundings(frame, device)
    if frame.command in ("AP03", "CP01"):
        return _explain_heartbeat(frame, device)
    if frame.command in _VITALS:
        return _explain_vitals(frame, _VITALS[frame.command], frame.args, device)
    if frame.command == "APJK" and len(frame.args) >= 3:
        return _explain_vitals(frame, (), frame.args[2].split("|"), device)
    if frame.command == "APFD":
        return _explain_fall(frame, device, offset_min, presses)
    if frame.command == "AP07":
        return Explained("part of a voice message, not kept", fields | {"args": frame.args})
    if frame.command == "APWR" and len(frame.args) >= 2:
        worn = {"0": False, "1": True}.get(frame.args[1])
        return Explained("worn or not", fields | {"worn": worn}, (StateReading(device, worn=worn),))
    return Explained(f"{frame.command}: nothing for the box", fields | {"args": frame.args})


def _is_time(frame: Frame) -> bool:
    """Some models measure in AP02, which holds cells elsewhere."""
    return frame.command == "APJK" or len(re.sub(r"[-: ]", "", frame.args[0])) == len("yyyymmddhhmmss")


def _explain_located(
    frame: Frame,
    located: Located,
    device: str,
    offset_min: int,
    codes: Mapping[int, Reason | None],
    presses: BandPresses,
) -> Explained:
    time_ms = utc_ms(located.time, offset_min)
    reason = _reason(frame, located.alarm_code, codes)
    code = located.alarm_code
    is_unknown = bool(code) and code not in ALARM_CODES and code not in codes
    battery_pct = located.state.battery_pct or None  # 0: the watch did not measure; an empty one is silent
    speed, course = located.speed_kmh, located.course_deg
    position = PositionFix(
        device,
        located.latitude,
        located.longitude,
        has_fix(located.fix_valid, located.latitude, located.longitude),
        speed_m_s=None if speed is None else speed / 3.6,
        course_deg=None if course is None else round(course) % 360,
        wifi=tuple(f"{one.mac},{one.rssi_raw}" for one in located.wifi),
        cells=() if located.cell is None else (_cell_text(located.cell),),
        device_time_ms=time_ms,
    )
    is_event = frame.command in ("AP10", "APFD")
    reasons = [] if reason is None else [reason]
    identity = press_of(frame.raw)
    press = presses.event(reasons, time_ms, identity) if is_event else presses.live(reasons, time_ms, identity)
    raised: AlarmReading | None = None
    if reasons:
        raised = alarm(
            device,
            reasons,
            press,
            is_state=not is_event,
            battery_pct=battery_pct,
            position=position,
            device_time_ms=time_ms,
        )
        raised = raised if is_event else standing_alarm(raised)
    state = StateReading(
        device,
        battery_pct=battery_pct,
        worn=False if reason is Reason.REMOVED else None,
        detail=unknown_detail(f"alarm {code:02d}") if is_unknown else "",
        device_time_ms=time_ms,
    )
    cell = located.cell
    fields = frame_fields(frame) | {
        "time_utc": iso_z(time_ms),
        "fix_valid": located.fix_valid,
        "lat": located.latitude,
        "lon": located.longitude,
        "speed_kmh": speed,
        "course_deg": course,
        **_state_fields(located.state),
        "wifi": [{"ssid": one.ssid, "mac": one.mac, "rssi_raw": one.rssi_raw} for one in located.wifi],
    }
    if cell is not None:
        fields["cell"] = {"mcc": cell.mcc, "mnc": cell.mnc, "lac": cell.lac, "cid": cell.cid}
    if located.alarm_code is not None:
        fields["alarm_code"] = located.alarm_code
    if reason is not None:
        fields["alarm"] = str(reason)
    summary = f"alarm: {reason}" if reason else ("position" if located.fix_valid else "report without a fix")
    return Explained(summary, fields, readings_of(raised, position, state))


def _reason(frame: Frame, code: int | None, codes: Mapping[int, Reason | None]) -> Reason | None:
    """An alarm message without a code is an alarm all the same; one with a code nobody knows is news."""
    if frame.command == "APFD":
        return Reason.FALL
    if code is None:
        return Reason.GENERAL if frame.command == "AP10" else None
    if code in codes:
        return codes[code]
    return ALARM_CODES.get(code)


def _state_fields(state: State) -> dict[str, object]:
    return {
        "gsm_signal": state.gsm_signal,
        "satellites": state.satellites,
        "battery_pct": state.battery_pct,
        "acc": state.acc,
        "fortification": int(state.fortification),
        "fortification_hex": state.fortification,
        "working_mode": state.working_mode,
    }


def _cell_text(cell: Cell) -> str:
    return f"{'' if cell.mcc is None else cell.mcc}-{'' if cell.mnc is None else cell.mnc}-{cell.lac}-{cell.cid}"


def _explain_surroundings(frame: Frame, device: str) -> Explained:
    around = read_surroundings(frame.args)
    if around is None:
        return Explained("report that cannot be read", frame_fields(frame) | {"error": "unknown shape"})
    fields = frame_fields(frame) | {
        "language": around.language,
        "reply_flag": around.reply_flag,
        "mcc": around.mcc,
        "mnc": around.mnc,
        "cells": [{"lac": one.lac, "cid": one.cid, "rssi_raw": one.rssi_raw} for one in around.cells],
        "wifi_declared": around.wifi_declared,
        "wifi": [{"ssid": one.ssid, "mac": one.mac, "rssi_raw": one.rssi_raw} for one in around.wifi],
        "beacons": [{"mac": one.mac, "rssi_raw": one.rssi_raw} for one in around.beacons],
    }
    position = PositionFix(
        device,
        0.0,
        0.0,
        False,
        beacons=tuple(f"{one.mac.replace(':', '')},{one.rssi_raw}" for one in around.beacons),
        wifi=tuple(f"{one.mac},{one.rssi_raw}" for one in around.wifi),
        cells=tuple(map(_cell_text, around.cells)),
    )
    return Explained("cells and Wi-Fi in range", fields, (position,))


def _explain_heartbeat(frame: Frame, device: str) -> Explained:
    args = frame.args
    state = read_state(args[0])
    if state is None:
        return Explained("heartbeat", frame_fields(frame))
    fields = frame_fields(frame) | _state_fields(state)
    steps: int | None = None
    if frame.command == "AP03":
        counts = [int(one) if one.isdecimal() and len(one) < 10 else None for one in args[1:3]]
        steps, rolls = (*counts, None, None)[:2]
        fields |= {"steps": steps, "rolls": rolls}
    reading = StateReading(device, battery_pct=state.battery_pct or None, steps=steps)
    return Explained("heartbeat", fields, (reading,))


def _explain_fall(frame: Frame, device: str, offset_min: int, presses: BandPresses) -> Explained:
    """`APFD,imei,time` or a located report: whatever else it holds, somebody fell."""
    located = read_located(frame.rest)
    if located is not None:
        return _explain_located(frame, located, device, offset_min, {}, presses)
    raised = alarm(device, [Reason.FALL], press_of(frame.raw))
    return Explained("alarm: fall", frame_fields(frame) | {"alarm": str(Reason.FALL)}, (raised,))


def _explain_vitals(frame: Frame, names: tuple[str, ...], given: list[str], device: str) -> Explained:
    values: dict[str, float] = {}
    for name, text in zip(names, given, strict=False):
        if re.fullmatch(r"\s*\d{1,6}(?:\.\d{1,6})?\s*", text, re.ASCII):
            values[name] = float(text)
    fields = frame_fields(frame) | {
        name: value if name in _FRACTIONS else round(value) for name, value in values.items()
    }
    whole = {name: round(value) for name, value in values.items() if name not in _FRACTIONS and value > 0}
    temperature = body_temperature(values.get("temperature_c"))
    readings: list[Reading] = []
    if temperature is not None or whole.keys() - {"battery_pct"}:
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
    if values.get("battery_pct"):
        readings.append(StateReading(device, battery_pct=round(values["battery_pct"])))
    return Explained("body values", fields, tuple(readings))


def explain(data: bytes) -> list[Explained]:
    """Every frame of a capture; one that is cut at its end is said as damaged."""
    return explained_capture(IwSession(lambda: 0.0), data)


def decode_vector(data: bytes) -> dict[str, object]:
    """One item of `thinkrace_iw.json` in the vocabulary of its `expect`; no login is needed for that."""
    found = FrameDecoder().feed(data)
    frames = [one for one in found if isinstance(one, Frame)]
    if not frames:
        reasons = [one.reason for one in found if isinstance(one, Damaged)]
        return {"event": None, "error": reasons[0] if reasons else "incomplete frame"}
    first = frames[0]
    if first.command == "AP00":
        session = IwSession(lambda: 0.0)
        return dict(session.feed(first.raw)[0].explained.fields)
    fields = dict(read_frame(first, f"{FAMILY}:decode").fields)
    return fields | {"args": first.args}
