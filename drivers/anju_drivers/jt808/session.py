"""A JT/T 808 terminal's connection: messages to readings and replies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from anju_drivers.bands.session import (
    DecodedFrame,
    FramedSession,
    WallClock,
    alarm,
    explained_capture,
    has_fix,
    iso_z,
    press_of,
    utc_ms,
)
from anju_drivers.driver import Explained, PositionFix, Reading, Reason, StateReading
from anju_drivers.jt808.frames import (
    ALTERNATIVE,
    STANDARD,
    DamagedMessage,
    Downlink,
    FrameDecoder,
    Message,
    Reassembly,
    Text,
)
from anju_drivers.jt808.location import Location, read_batch, read_location

FAMILY = "jt808"
GMT8_MIN = 480
ANSWER, HEARTBEAT, LOGOUT, TIME, REGISTER, AUTH = 0x0001, 0x0002, 0x0003, 0x0004, 0x0100, 0x0102
LOCATION, LOCATION_ANSWER, BATCH = 0x0200, 0x0201, 0x0704
_OK, _FAILED, _UNSUPPORTED = 0, 1, 3
_ANSWERED = frozenset({HEARTBEAT, LOGOUT, AUTH, LOCATION, LOCATION_ANSWER, BATCH})


class TerminalSession(FramedSession[Message | Text | DamagedMessage]):
    """`offset_min`: the terminals' clock ahead of UTC (the standard: 480). `bits`: a site's own alarm bits."""

    def __init__(
        self, wall: WallClock, offset_min: int = GMT8_MIN, bits: Mapping[int, Reason | None] | None = None
    ) -> None:
        super().__init__(FrameDecoder())
        self._reassembly, self._downlink = Reassembly(), Downlink()
        self._wall, self._offset_min, self._bits = wall, offset_min, bits or {}

    def decode(self, message: Message | Text | DamagedMessage) -> DecodedFrame:
        if isinstance(message, DamagedMessage):
            return self.damaged(message.reason)
        if isinstance(message, Text):
            return DecodedFrame("", Explained("text of a lock controller, not read", {"bytes": len(message.raw)}))
        identity = message.terminal_id
        fields = message_fields(message)
        if message.is_encrypted:
            self.dropped += 1
            explained = Explained("encrypted message: not supported", fields | {"error": "encrypted"})
            return DecodedFrame(identity, explained, self._downlink.answer(message, _UNSUPPORTED), is_damaged=True)
        body = message.body
        if message.packets:
            whole = self._reassembly.take(message)
            if whole is None:
                part = Explained(f"part {message.number} of {message.packets}", fields)
                return DecodedFrame(identity, part, self._downlink.answer(message))
            body = whole
        explained = read_message(
            message.msg_id, message.serial, body, self._device(message), self._offset_min, self._bits
        )
        result = _result(message, "error" in explained.fields)
        answered = {} if result is None else {"reply_result": result}
        explained = Explained(explained.summary, fields | dict(explained.fields) | answered, explained.readings)
        reply = self._reply(message, result)
        return DecodedFrame(identity, explained, reply, "error" in explained.fields, message.msg_id == LOGOUT)

    def _device(self, message: Message) -> str:
        return f"{FAMILY}:{message.terminal_id}"

    def _reply(self, message: Message, result: int | None) -> bytes:
        if message.msg_id == REGISTER:
            return self._downlink.registered(message)
        if message.msg_id == TIME:
            return self._downlink.server_time(message, self._wall())
        return b"" if result is None else self._downlink.answer(message, result)


def _result(message: Message, is_wrong: bool) -> int | None:
    """The result of the general answer 8001; None for messages that get none, or another one."""
    if message.msg_id in (ANSWER, REGISTER, TIME):
        return None
    if message.msg_id not in _ANSWERED:
        return _UNSUPPORTED
    return _FAILED if is_wrong else _OK


def message_fields(message: Message) -> dict[str, object]:
    fields: dict[str, object] = {
        "checksum_ok": message.checksum_ok,
        "msg_id_hex": f"{message.msg_id:04x}",
        "body_len": message.body_len,
        "body_len_ok": message.body_len_ok,
        "subpackaged": bool(message.packets),
        "version": "2019" if message.is_2019 else "2013",
        "terminal_id": message.terminal_id,
        "serial": message.serial,
    }
    if message.version is not None:
        fields["protocol_version"] = message.version
    if message.packets:
        fields |= {"packets": message.packets, "packet_number": message.number}
    return fields


def read_message(
    msg_id: int,
    serial: int,
    body: bytes,
    device: str,
    offset_min: int = GMT8_MIN,
    bits: Mapping[int, Reason | None] | None = None,
) -> Explained:
    """What a whole message says; never raises. `error` among the fields: it cannot be read."""
    own = bits or {}
    if msg_id in (LOCATION, LOCATION_ANSWER):
        location = read_location(body if msg_id == LOCATION else body[2:])
        if location is None:
            return Explained("report that is too short", {"error": "too short"})
        identity = press_of(serial.to_bytes(2, "big"), *_moment_of(location, body))
        readings = _readings(location, device, identity, offset_min, own, serial)
        return Explained(_summary([location], own), location_fields(location, offset_min), readings)
    if msg_id == BATCH:
        return _explain_batch(body, device, offset_min, own)
    if msg_id == REGISTER and len(body) >= 4:
        province, city = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
        return Explained("registration", {"province": province, "city": city})
    if msg_id == AUTH:
        return Explained("authentication", {"auth_code_hex": body.hex()})
    names = {HEARTBEAT: "heartbeat", LOGOUT: "logout", TIME: "asks the time", ANSWER: "answer to a command"}
    return Explained(names.get(msg_id, f"message {msg_id:04x}: nothing for the box"), {})


def _moment_of(location: Location, body: bytes) -> tuple[bytes, ...]:
    """What makes a press in a report: its alarm bits and its time as sent."""
    return (location.alarm_bits.to_bytes(4, "big"), body[22:28])


def _explain_batch(body: bytes, device: str, offset_min: int, own: Mapping[int, Reason | None]) -> Explained:
    """Stored records: each keeps its own time, and an SOS among them is an alarm still, before all else."""
    batch = read_batch(body)
    if batch is None:
        return Explained("batch that is too short", {"error": "too short"})
    count, kind, locations = batch
    readings: list[Reading] = []
    for location in locations:
        when = location.time.isoformat().encode() if location.time else b""
        identity = press_of(location.alarm_bits.to_bytes(4, "big"), when)
        readings += _readings(location, device, identity, offset_min, own, None)
    fields: dict[str, object] = {
        "count": count,
        "batch_type": kind,
        "locations": [location_fields(one, offset_min) for one in locations],
    }
    if count != len(locations):
        fields["note"] = f"{count} records announced, {len(locations)} read"
    return Explained(f"{len(locations)} records, {_summary(locations, own)}", fields, tuple(readings))


def _summary(locations: Sequence[Location], own: Mapping[int, Reason | None]) -> str:
    names = dict.fromkeys(str(reason) for one in locations for reason in one.reasons(own))
    if names:
        return f"alarm: {', '.join(names)}"
    return "position" if any(one.fix_valid for one in locations) else "report without a fix"


def _readings(
    location: Location,
    device: str,
    identity: bytes,
    offset_min: int,
    own: Mapping[int, Reason | None],
    counter: int | None,
) -> tuple[Reading, ...]:
    time_ms = utc_ms(location.time, offset_min)
    position = PositionFix(
        device,
        location.latitude,
        location.longitude,
        has_fix(location.fix_valid, location.latitude, location.longitude),
        speed_m_s=location.speed_kmh / 3.6,
        course_deg=location.course_deg % 360,
        device_time_ms=time_ms,
    )
    reasons = location.reasons(own)
    state = StateReading(
        device,
        detail=f"alarm bits {location.alarm_bits:08x}" if location.alarm_bits else "",
        device_time_ms=time_ms,
    )
    readings: list[Reading] = []
    if reasons:
        readings.append(
            alarm(
                device,
                reasons,
                identity,
                is_state=True,
                counter=counter,
                position=position,
                device_time_ms=time_ms,
            )
        )
    readings.append(position)
    return (*readings, state) if location.alarm_bits else tuple(readings)


def location_fields(location: Location, offset_min: int = GMT8_MIN) -> dict[str, object]:
    fields: dict[str, object] = {
        "alarm_bits_hex": f"{location.alarm_bits:08x}",
        "sos": location.sos,
        "status_bits_hex": f"{location.status_bits:08x}",
        "acc_on": location.acc_on,
        "fix_valid": location.fix_valid,
        "lat": location.latitude,
        "lon": location.longitude,
        "altitude_m": location.altitude_m,
        "speed_kmh": location.speed_kmh,
        "course_deg": location.course_deg,
        "time_local_gmt8": None if location.time is None else f"{_local(location.time, offset_min):%Y-%m-%dT%H:%M:%S}",
        "time_utc": iso_z(utc_ms(location.time, offset_min)),
        "tlv": dict(location.items),
        "odometer_m": location.odometer_m,
        "gsm_signal": location.gsm_signal,
        "satellites": location.satellites,
    }
    return fields | ({"tlv_truncated": True} if location.is_truncated else {})


def _local(time: datetime, offset_min: int) -> datetime:
    """The time in GMT+8, whatever zone the terminal keeps."""
    return time.astimezone(UTC) + timedelta(minutes=GMT8_MIN - offset_min)


def explain(data: bytes) -> list[Explained]:
    """Every message of a capture; one that is cut at its end is said as damaged."""
    return explained_capture(TerminalSession(lambda: 0.0), data)


def decode_vector(data: bytes) -> dict[str, object]:
    """One item of `jt808.json` in the vocabulary of its `expect`."""
    framing = {"first_frame_unescaped_hex": _first_frame(data).hex()}
    found = FrameDecoder().feed(data)
    good = [one for one in found if isinstance(one, Message)]
    if good:
        first = good[0]
        explained = read_message(first.msg_id, first.serial, first.body, f"{FAMILY}:{first.terminal_id}")
        return framing | message_fields(first) | dict(explained.fields)
    bad = [one.message for one in found if isinstance(one, DamagedMessage) and one.message is not None]
    return framing | {"event": None, "checksum_ok": None} | (message_fields(bad[0]) if bad else {})


def _first_frame(data: bytes) -> bytes:
    """The first frame with its delimiters, unescaped, whether or not its checksum holds."""
    if data[:1] == b"(":
        return data[: data.find(b")") + 1]
    dialect = ALTERNATIVE if data[:1] == ALTERNATIVE.delimiter else STANDARD
    pieces = [piece for piece in data.split(dialect.delimiter)[1:-1] if piece]
    if not pieces:  # noise before it, and no delimiter at its start
        pieces = data.split(dialect.delimiter)[:1]
    return dialect.delimiter + dialect.plain(pieces[0]) + dialect.delimiter
