"""What a GT06 message says: readings for the box, fields for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from anju_drivers.bands.presses import BandPresses, standing_alarm
from anju_drivers.bands.session import alarm, has_fix, iso_z, press_of, readings_of, utc_ms
from anju_drivers.driver import AlarmReading, Explained, PositionFix, Reason, StateReading
from anju_drivers.gt06 import topin
from anju_drivers.gt06.codes import ALARM_CODES, LONG_ALARMS, NOTICES, TERMINAL_ALARMS
from anju_drivers.gt06.frames import UNCHECKED_TYPES, Message
from anju_drivers.gt06.layout import Layout, layout_of, read_alarm
from anju_drivers.gt06.modular import EVENTS as EVENTS_BY_CODE
from anju_drivers.gt06.modular import MODULAR, Modular, read_modular
from anju_drivers.gt06.recorder import EVENTS, RECORDER_ALARM, read_recorder_alarm
from anju_drivers.gt06.report import (
    GPS_BYTES,
    HEARTBEAT,
    STATUS,
    TIME,
    Cell,
    Gps,
    Status,
    is_status,
    read_cell,
    read_gps,
    read_login,
    read_status,
    read_sure_gps,
)
from anju_drivers.gt06.surroundings import (
    LONG_REPORTS,
    PLACE_LONG,
    LongReport,
    PendantStatus,
    Surroundings,
    read_long_report,
    read_pendant_status,
    read_surroundings,
    read_wifi_list,
)
from anju_drivers.unknown_code import unknown_code, unknown_detail

_FULL_LEVEL, _FULL_PCT = 6, 100


def message_fields(message: Message) -> dict[str, object]:
    return {
        "header": message.raw[:2].hex(),
        "declared_len": message.declared_len,
        "length_ok": message.length_ok,
        "type_hex": f"{message.type:02x}",
        "crc_ok": message.crc_ok,
        "serial": message.serial,
    }


def login_fields(message: Message) -> dict[str, object]:
    login = read_login(message.content)
    if login is None:
        return {}
    return {"imei": login.imei} | ({} if login.tz_offset_min is None else {"tz_offset_min": login.tz_offset_min})


def read_message(
    message: Message,
    device: str,
    offset_min: int = 0,
    codes: Mapping[int, Reason | None] | None = None,
    presses: BandPresses | None = None,
) -> Explained:
    """What a message after the login says; never raises. `error` among the fields: its shape is not known."""
    presses = presses or BandPresses()
    if message.crc_ok is None:
        return _explain_unchecked(message, device)
    if message.type == STATUS:
        status = read_status(message.content)
        if status is not None and is_status(message.content):  # else a dialect that has something else there
            return _explain_status(message, status, device, presses)
        return _unreadable(message)
    if message.type == HEARTBEAT and message.content:
        return _explain_heartbeat(message, device)
    if message.type == TIME:
        return Explained("asks for the time", message_fields(message))
    if (pendant := read_pendant_status(message.type, message.content)) is not None:
        return _explain_pendant(message, pendant, device, codes or {}, presses)
    if message.type == RECORDER_ALARM:
        return _explain_recorder(message, device, offset_min, codes or {}, presses)
    if message.type in NOTICES:
        return Explained(NOTICES[message.type], message_fields(message))
    if message.is_long and message.type in LONG_REPORTS and (long := read_long_report(message.content)) is not None:
        return _explain_long(message, long, device, offset_min, codes or {})
    if message.type == MODULAR and (modular := read_modular(message.content)) is not None:
        return _explain_modular(message, modular, device)
    layout = layout_of(message.type, message.content)
    if layout is None:
        news = unknown_code(device, f"message {message.type:02x}")
        if (gps := read_sure_gps(message.content)) is not None:  # a dialect's own type: where they are is no secret
            position = _position(gps, None, device, offset_min)
            return Explained("position", message_fields(message) | _gps_fields(gps, offset_min), (position, news))
        return Explained(f"type {message.type:02x} is not supported", message_fields(message), (news,))
    if layout.is_list:
        return _explain_surroundings(message, layout, device, offset_min, codes or {})
    if layout.is_alarm:
        return _explain_alarm(message, layout, device, offset_min, codes or {}, presses)
    return _explain_position(message, layout, device, offset_min)


def _explain_unchecked(message: Message, device: str) -> Explained:
    """A message without a checksum: of Topin's sister protocol, or a list of Wi-Fi and cells of another model."""
    fields = message_fields(message)
    if (other := topin.explain_other(message.type, message.content, device, fields)) is not None:
        return other
    around = read_wifi_list(message.content, message.declared_len)
    if message.type in topin.PLACES:
        explained = _explain_position(message, Layout(has_cell=False), device, 0)
    elif around is not None:
        explained = Explained("cells and Wi-Fi in range", fields, (_around_fix(around, device, 0),))
    elif message.type in UNCHECKED_TYPES | topin.LISTS:
        return Explained("Wi-Fi list, not read", fields)
    else:
        news = unknown_code(device, f"message {message.type:02x}")
        return Explained(f"type {message.type:02x} is not supported", fields, (news,))
    if not topin.is_battery_low(message.type, message.content, message.declared_len):
        return explained
    low = alarm(device, [Reason.LOW_BATTERY], press_of(b"topin"), is_state=True)
    return Explained(f"alarm: {Reason.LOW_BATTERY}", explained.fields, (low, *explained.readings))


def _explain_long(
    message: Message, report: LongReport, device: str, offset_min: int, codes: Mapping[int, Reason | None]
) -> Explained:
    around = _around_fix(Surroundings(report.time, report.cells, report.wifi), device, offset_min)
    position = around
    if report.gps is not None:
        position = replace(_position(report.gps, None, device, offset_min), cells=around.cells, wifi=around.wifi)
    fields = message_fields(message) | (_gps_fields(report.gps, offset_min) if report.gps else {})
    if message.type == PLACE_LONG:
        return Explained("position" if position.fix_valid else "cells and Wi-Fi in range", fields, (position,))
    name, reason = LONG_ALARMS.get(report.status, ("", None))
    reason = codes.get(report.status, reason)
    news = "" if name or report.status in codes else unknown_detail(f"alarm {report.status:02x}")
    identity = press_of(bytes([message.type]), message.serial.to_bytes(2, "big"), message.content)
    raised = alarm(device, [reason], identity, counter=message.serial, position=position) if reason else None
    state = StateReading(device, detail=news) if news else None
    fields |= {"alarm_code": report.status, "alarm": name}
    return Explained(f"alarm: {reason or name or 'none'}", fields, readings_of(raised, position, state))


def _explain_modular(message: Message, modular: Modular, device: str) -> Explained:
    """Its clock counts in UTC. A message may hold several events, stored ones among them."""
    has_place = modular.gps is not None or modular.cell is not None
    position = _position(modular.gps, modular.cell, device, 0) if has_place else None
    known = [EVENTS_BY_CODE.get(code, ("", None)) for code, _ in modular.events]
    reasons = tuple(dict.fromkeys(reason for _, reason in known if reason is not None))
    unknown = [f"event {code:02x}" for code, _ in modular.events if code not in EVENTS_BY_CODE]
    fields = message_fields(message) | (_gps_fields(modular.gps, 0) if modular.gps else {})
    fields |= _cell_fields(modular.cell) | {"events": [name for name, _ in known if name]}
    raised: AlarmReading | None = None
    if reasons:
        press = press_of(*(raw for code, raw in modular.events if EVENTS_BY_CODE.get(code, ("", None))[1]))
        raised = alarm(device, reasons, press, counter=message.serial, position=position)
    state = unknown_code(device, *unknown) if unknown else None
    summary = f"alarm: {', '.join(map(str, reasons))}" if reasons else "position" if has_place else "modules"
    return Explained(summary, fields, readings_of(raised, position, state))


def _explain_surroundings(
    message: Message, layout: Layout, device: str, offset_min: int, codes: Mapping[int, Reason | None]
) -> Explained:
    around = read_surroundings(layout, message.content)
    identity = press_of(bytes([message.type]), message.serial.to_bytes(2, "big"), message.content)
    if around is None:
        if not layout.is_alarm:
            return _unreadable(message)
        return _unreadable_alarm(message, device, identity)
    position = _around_fix(around, device, offset_min)
    fields = message_fields(message) | {"time_utc": iso_z(position.device_time_ms), "cells": list(position.cells)}
    fields["wifi"] = list(position.wifi)
    if around.alarm is None:
        return Explained("cells and Wi-Fi in range", fields, (position,))
    reason, news = _meaning(around.alarm, codes)
    raised: AlarmReading | None = None
    if reason is not None:
        raised = alarm(
            device,
            [reason],
            identity,
            counter=message.serial,
            position=position,
            device_time_ms=position.device_time_ms,
        )
    state = StateReading(device, detail=news, device_time_ms=position.device_time_ms) if news else None
    fields["alarm_code"] = around.alarm
    return Explained(f"alarm: {reason or news or 'none'}", fields, readings_of(raised, position, state))


def _around_fix(around: Surroundings, device: str, offset_min: int) -> PositionFix:
    return PositionFix(
        device,
        0.0,
        0.0,
        False,
        wifi=tuple(f"{mac},{signal}" for mac, signal in around.wifi),
        cells=tuple(map(_cell_text, around.cells)),
        device_time_ms=utc_ms(around.time, offset_min),
    )


def _explain_pendant(
    message: Message,
    pendant: PendantStatus,
    device: str,
    codes: Mapping[int, Reason | None],
    presses: BandPresses,
) -> Explained:
    """Steps and battery; the status bits are those of every status."""
    by_code, news = _meaning(pendant.alarm, codes)
    raised = _status_alarm(message, pendant.status, device, presses, by_code)
    battery_pct = _battery_pct(pendant.status) if pendant.battery_pct is None else pendant.battery_pct
    state = StateReading(device, battery_pct=battery_pct, steps=pendant.steps, moving=pendant.moving, detail=news)
    fields = message_fields(message) | _status_fields(pendant.status) | {"battery_pct": battery_pct}
    fields |= {"steps": pendant.steps} if pendant.steps is not None else {}
    return Explained("status", fields | _terminal_alarm(pendant.status), readings_of(raised, state))


def _explain_recorder(
    message: Message, device: str, offset_min: int, codes: Mapping[int, Reason | None], presses: BandPresses
) -> Explained:
    identity = press_of(bytes([message.type]), message.serial.to_bytes(2, "big"), message.content)
    read = read_recorder_alarm(message.content)
    if read is None:
        return _unreadable_alarm(message, device, identity)
    time_ms = utc_ms(read.time, offset_min)
    name, reason = EVENTS.get(read.event, ("", None))
    news = "" if name or read.event in codes else unknown_detail(f"alarm {read.event:02x}")
    if read.event in codes:
        reason = codes[read.event]
    elif read.is_short and reason is Reason.SOS:
        reason = Reason.GENERAL
    raised: AlarmReading | None = None
    if reason is not None:
        press = presses.event([reason], time_ms, identity)
        raised = alarm(device, [reason], press, counter=message.serial, device_time_ms=time_ms)
    state = StateReading(device, detail=news, device_time_ms=time_ms) if news else None
    fields = message_fields(message) | {"time_utc": iso_z(time_ms), "alarm_code": read.event, "alarm": name}
    return Explained(f"alarm: {reason or name or 'none'}", fields, readings_of(raised, state))


def _unreadable(message: Message) -> Explained:
    return Explained("a message of unknown shape", message_fields(message) | {"error": "unknown shape"})


def _unreadable_alarm(message: Message, device: str, identity: bytes) -> Explained:
    """It cannot be read, but it is an alarm."""
    raised = alarm(device, [Reason.GENERAL], identity, counter=message.serial)
    fields = message_fields(message) | {"error": "unknown shape"}
    return Explained("alarm that cannot be read", fields, (raised,) if message.content else ())


def _explain_position(message: Message, layout: Layout, device: str, offset_min: int) -> Explained:
    gps = read_gps(message.content)
    if gps is None:
        return _unreadable(message)
    cell: Cell | None = None
    if layout.has_cell:
        cell = read_cell(message.content[GPS_BYTES:], layout.sizes, is_wide=layout.has_wide_network)[0]
    fields = message_fields(message) | _gps_fields(gps, offset_min) | _cell_fields(cell)
    summary = "position" if gps.fix_valid else "report without a fix"
    return Explained(summary, fields, (_position(gps, cell, device, offset_min),))


def _explain_alarm(
    message: Message,
    layout: Layout,
    device: str,
    offset_min: int,
    codes: Mapping[int, Reason | None],
    presses: BandPresses,
) -> Explained:
    """Status bits and alarm byte may say different things: both count."""
    identity = press_of(bytes([message.type]), message.serial.to_bytes(2, "big"), message.content)
    read = read_alarm(layout, message.content)
    if read is None:
        return _unreadable_alarm(message, device, identity)
    time_ms = utc_ms(read.gps.time, offset_min) if read.gps else None
    position = _position(read.gps, read.cell, device, offset_min)
    by_code, news = _meaning(read.code, codes)
    by_bits = TERMINAL_ALARMS.get(read.status.alarm_bits, ("", None))[1]
    reasons = tuple(dict.fromkeys(one for one in (by_bits, by_code) if one is not None))
    battery_pct = _battery_pct(read.status)
    names = _alarm_fields(read.status, read.code)
    raised_or_none = None
    if reasons:
        raised_or_none = alarm(
            device,
            reasons,
            presses.event(reasons, None, identity),
            counter=message.serial,
            battery_pct=battery_pct,
            position=position,
            device_time_ms=time_ms,
        )
    state = StateReading(
        device,
        battery_pct=battery_pct,
        moving=True if "vibration" in names.values() else None,
        worn=False if Reason.REMOVED in reasons else None,
        detail=news or (f"alarm code {read.code:02x}" if read.code else ""),
        device_time_ms=time_ms,
    )
    fields = message_fields(message) | (_gps_fields(read.gps, offset_min) if read.gps else {})
    fields |= _cell_fields(read.cell) | _status_fields(read.status) | names
    reasons_text = ", ".join(map(str, reasons)) or ", ".join(str(one) for one in names.values() if isinstance(one, str))
    return Explained(f"alarm: {reasons_text or 'none'}", fields, readings_of(raised_or_none, position, state))


def _meaning(code: int, codes: Mapping[int, Reason | None]) -> tuple[Reason | None, str]:
    """Why an alarm byte calls people, and what of it is news for staff: a code that no table knows."""
    if code in codes:
        return codes[code], ""
    if code == 0 or code in ALARM_CODES:
        return ALARM_CODES.get(code, ("", None))[1], ""
    return None, unknown_detail(f"alarm {code:02x}")


def _alarm_fields(status: Status, code: int) -> dict[str, object]:
    fields: dict[str, object] = {"alarm_code": code}
    if code in ALARM_CODES:
        fields["alarm"] = ALARM_CODES[code][0]
    return fields | _terminal_alarm(status)


def _terminal_alarm(status: Status) -> dict[str, object]:
    named = TERMINAL_ALARMS.get(status.alarm_bits)
    return {"terminal_alarm": named[0]} if named else {}


def _explain_status(message: Message, status: Status, device: str, presses: BandPresses) -> Explained:
    """Level and signal may be anything, such as a voltage: they hide no bit."""
    raised = _status_alarm(message, status, device, presses)
    fields = message_fields(message) | _status_fields(status) | _terminal_alarm(status)
    return Explained("status", fields, readings_of(raised, StateReading(device, battery_pct=_battery_pct(status))))


def _status_alarm(
    message: Message, status: Status, device: str, presses: BandPresses, by_code: Reason | None = None
) -> AlarmReading | None:
    """A status repeats how the tracker is: its SOS bits are one alarm for as long as they stand."""
    reasons = [one for one in (TERMINAL_ALARMS.get(status.alarm_bits, ("", None))[1], by_code) if one is not None]
    press = presses.live(reasons, None, message.serial.to_bytes(2, "big"))
    if not reasons:
        return None
    return standing_alarm(alarm(device, reasons, press, is_state=True, battery_pct=_battery_pct(status)))


def _explain_heartbeat(message: Message, device: str) -> Explained:
    content = message.content
    bits = content[0]
    fields: dict[str, object] = {
        "armed": bool(bits & 1),
        "acc": bool(bits >> 1 & 1),
        "charging": bool(bits >> 2 & 1),
    }
    battery_mv: int | None = None
    if len(content) >= 3:
        battery_mv = int.from_bytes(content[1:3], "big") * 10
        fields["battery_v"] = battery_mv / 1000
    if len(content) >= 4:
        fields["gsm_signal"] = content[3]
    return Explained("heartbeat", message_fields(message) | fields, (StateReading(device, battery_mv=battery_mv),))


def _battery_pct(status: Status) -> int | None:
    if status.voltage_level <= _FULL_LEVEL:
        return status.voltage_level * 100 // _FULL_LEVEL
    return status.voltage_level if status.voltage_level <= _FULL_PCT else None


def _position(gps: Gps | None, cell: Cell | None, device: str, offset_min: int) -> PositionFix:
    cells = () if cell is None or not cell.mcc else (_cell_text(cell),)
    if gps is None:
        return PositionFix(device, 0.0, 0.0, False, cells=cells)
    return PositionFix(
        device,
        gps.latitude,
        gps.longitude,
        has_fix(gps.fix_valid, gps.latitude, gps.longitude),
        speed_m_s=gps.speed_kmh / 3.6,
        course_deg=gps.course_deg % 360,
        cells=cells,
        device_time_ms=utc_ms(gps.time, offset_min),
    )


def _cell_text(cell: Cell) -> str:
    return f"{cell.mcc}-{cell.mnc}-{cell.lac}-{cell.cid}"


def _gps_fields(gps: Gps, offset_min: int) -> dict[str, object]:
    return {
        "time_utc": iso_z(utc_ms(gps.time, offset_min)),
        "satellites": gps.satellites,
        "lat": gps.latitude,
        "lon": gps.longitude,
        "speed_kmh": gps.speed_kmh,
        "course_deg": gps.course_deg,
        "fix_valid": gps.fix_valid,
    }


def _cell_fields(cell: Cell | None) -> dict[str, object]:
    return {} if cell is None else {"cell": {"mcc": cell.mcc, "mnc": cell.mnc, "lac": cell.lac, "cid": cell.cid}}


def _status_fields(status: Status) -> dict[str, object]:
    return {
        "status_byte": status.status_byte,
        "acc": status.acc,
        "charging": status.charging,
        "relay_blocked": status.relay_blocked,
        "voltage_level": status.voltage_level,
        "gsm_signal": status.gsm_signal,
    }
