"""A GT06 tracker's connection. The id comes with the login and belongs to the connection."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.bands.session import (
    UNIDENTIFIED,
    DecodedFrame,
    FramedSession,
    alarm,
    alarms_only,
    explained_capture,
    has_fix,
    iso_z,
    press_of,
    readings_of,
    utc_ms,
)
from anju_drivers.driver import AlarmReading, Explained, PositionFix, Reason, StateReading
from anju_drivers.framing.resync import Rejected
from anju_drivers.gt06.frames import END, FrameDecoder, Message, encode_ack
from anju_drivers.gt06.report import (
    ALARM_CODES,
    ALARMS,
    CELL_ALARM,
    GPS_BYTES,
    HEARTBEAT,
    LOCAL_TIME,
    LOGIN,
    POSITIONS,
    STATUS,
    TERMINAL_ALARMS,
    WIDE_CELL,
    Cell,
    Gps,
    Status,
    read_alarm,
    read_cell,
    read_gps,
    read_login,
    read_status,
)

FAMILY = "gt06"
_ANSWERED = frozenset({STATUS, HEARTBEAT, CELL_ALARM}) | POSITIONS | ALARMS
_FULL_LEVEL, _FULL_PCT = 6, 100


class TrackerSession(FramedSession[Message | Rejected[Message]]):
    """`codes`: a site's own meanings of the alarm byte (None: no alarm); they go before the built-in ones."""

    def __init__(self, codes: Mapping[int, Reason | None] | None = None) -> None:
        super().__init__(FrameDecoder())
        self._codes = codes or {}
        self._identity = ""
        self._offset_min = 0

    def decode(self, message: Message | Rejected[Message]) -> DecodedFrame:
        if isinstance(message, Rejected):
            return self.damaged(message.reason)
        if message.type == LOGIN:
            login = read_login(message.content)
            if login is None:
                return self.damaged("login without an id")
            self._identity, self._offset_min = login.imei, login.tz_offset_min or 0
            explained = Explained("login", message_fields(message) | login_fields(message))
            return DecodedFrame(self._identity, explained, encode_ack(message))
        identity = self._identity or UNIDENTIFIED
        offset_min = self._offset_min if message.type in LOCAL_TIME else 0
        explained = read_message(message, f"{FAMILY}:{identity}", offset_min, self._codes)
        if not self._identity:  # data before the login is dropped, but never a cry for help
            explained = alarms_only(explained, "before the login")
        reply = encode_ack(message) if message.type in _ANSWERED else b""
        return DecodedFrame(identity, explained, reply, is_damaged="error" in explained.fields)


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
    message: Message, device: str, offset_min: int = 0, codes: Mapping[int, Reason | None] | None = None
) -> Explained:
    """What a message after the login says; never raises. `error` among the fields: its shape is not known."""
    if message.type in POSITIONS:
        return _explain_position(message, device, offset_min)
    if message.type in ALARMS or message.type == CELL_ALARM:
        return _explain_alarm(message, device, offset_min, codes or {})
    if message.type == STATUS:
        status = read_status(message.content)
        if status is not None and status.voltage_level <= _FULL_PCT:  # else a dialect that has something else there
            return _explain_status(message, status, device)
    elif message.type == HEARTBEAT and message.content:
        return _explain_heartbeat(message, device)
    else:
        return Explained(f"type {message.type:02x} is not supported", message_fields(message))
    return _unreadable(message)


def _unreadable(message: Message) -> Explained:
    return Explained("a message of unknown shape", message_fields(message) | {"error": "unknown shape"})


def _explain_position(message: Message, device: str, offset_min: int) -> Explained:
    gps = read_gps(message.content)
    if gps is None:
        return _unreadable(message)
    is_wide = message.type in WIDE_CELL
    cell = read_cell(message.content[GPS_BYTES:], is_wide=is_wide)[0] if message.type != 0x10 else None
    fields = message_fields(message) | _gps_fields(gps, offset_min) | _cell_fields(cell)
    summary = "position" if gps.fix_valid else "report without a fix"
    return Explained(summary, fields, (_position(gps, cell, device, offset_min),))


def _explain_alarm(message: Message, device: str, offset_min: int, codes: Mapping[int, Reason | None]) -> Explained:
    """Status bits and alarm byte may say different things: both count."""
    identity = press_of(bytes([message.type]), message.serial.to_bytes(2, "big"), message.content)
    read = read_alarm(message.type, message.content)
    if read is None:  # it cannot be read, but it is an alarm
        raised = alarm(device, [Reason.GENERAL], identity, counter=message.serial)
        fields = message_fields(message) | {"error": "unknown shape"}
        return Explained("alarm that cannot be read", fields, (raised,) if message.content else ())
    time_ms = utc_ms(read.gps.time, offset_min) if read.gps else None
    position = _position(read.gps, read.cell, device, offset_min)
    reasons = _reasons(read.status, read.code, codes)
    battery_pct = _battery_pct(read.status)
    names = _alarm_fields(read.status, read.code)
    raised_or_none = None
    if reasons:
        raised_or_none = alarm(
            device,
            reasons,
            identity,
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
        detail=f"alarm code {read.code:02x}" if read.code else "",
        device_time_ms=time_ms,
    )
    fields = message_fields(message) | (_gps_fields(read.gps, offset_min) if read.gps else {})
    fields |= _cell_fields(read.cell) | _status_fields(read.status) | names
    reasons_text = ", ".join(map(str, reasons)) or ", ".join(str(one) for one in names.values() if isinstance(one, str))
    return Explained(f"alarm: {reasons_text or 'none'}", fields, readings_of(raised_or_none, position, state))


def _reasons(status: Status, code: int, codes: Mapping[int, Reason | None]) -> tuple[Reason, ...]:
    by_code = codes[code] if code in codes else ALARM_CODES.get(code, ("", Reason.GENERAL if code else None))[1]
    by_bits = TERMINAL_ALARMS.get(status.alarm_bits, ("", None))[1]
    return tuple(dict.fromkeys(one for one in (by_bits, by_code) if one is not None))


def _alarm_fields(status: Status, code: int) -> dict[str, object]:
    fields: dict[str, object] = {"alarm_code": code}
    if code in ALARM_CODES:
        fields["alarm"] = ALARM_CODES[code][0]
    return fields | _terminal_alarm(status)


def _terminal_alarm(status: Status) -> dict[str, object]:
    named = TERMINAL_ALARMS.get(status.alarm_bits)
    return {"terminal_alarm": named[0]} if named else {}


def _explain_status(message: Message, status: Status, device: str) -> Explained:
    """A status repeats how the tracker is: its SOS bits are one alarm for as long as they stand."""
    reason = TERMINAL_ALARMS.get(status.alarm_bits, ("", None))[1]
    battery_pct = _battery_pct(status)
    raised: AlarmReading | None = None
    if reason is not None:
        raised = alarm(
            device, [reason], press_of(b"status", bytes([status.alarm_bits])), is_state=True, battery_pct=battery_pct
        )
    fields = message_fields(message) | _status_fields(status) | _terminal_alarm(status)
    return Explained("status", fields, readings_of(raised, StateReading(device, battery_pct=battery_pct)))


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
    cells = () if cell is None or not cell.mcc else (f"{cell.mcc}-{cell.mnc}-{cell.lac}-{cell.cid}",)
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


def explain(data: bytes) -> list[Explained]:
    """Every message of a capture; one that is cut at its end is said as damaged."""
    return explained_capture(TrackerSession(), data)


def decode_vector(data: bytes) -> dict[str, object]:
    """One item of `gt06.json` in the vocabulary of its `expect`; no login is needed for that."""
    found = FrameDecoder().feed(data)
    good = [one for one in found if isinstance(one, Message)]
    rejected = [one.frame for one in found if isinstance(one, Rejected) and one.frame is not None]
    first = next(iter(good or rejected), None)
    if first is None:  # neither length nor checksum holds: the end mark is all there is to go by
        end = data.find(END) + len(END)
        return {"event": None, "error": "no frame", "first_frame_hex": data[:end].hex(), "rest_hex": data[end:].hex()}
    start = data.find(first.raw)
    framing = {"first_frame_hex": first.raw.hex(), "rest_hex": data[start + len(first.raw) :].hex()}
    if not good:
        return framing | message_fields(first) | {"event": None}
    if first.type == LOGIN:
        return framing | message_fields(first) | login_fields(first)
    explained = read_message(first, f"{FAMILY}:decode")
    is_read = "error" not in explained.fields and first.type in _ANSWERED
    return framing | dict(explained.fields) | {"event": explained.summary if is_read else None}
