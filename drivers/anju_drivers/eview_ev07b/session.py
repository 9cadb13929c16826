"""An EV07B pendant's connection: messages to readings and replies."""

from __future__ import annotations

from collections.abc import Mapping

from anju_drivers.bands.session import (
    UNIDENTIFIED,
    DecodedFrame,
    FramedSession,
    WallClock,
    alarm,
    alarms_only,
    explained_capture,
    has_fix,
    iso_z,
    press_of,
)
from anju_drivers.driver import AlarmReading, Explained, PositionFix, Reading, Reason, StateReading, VitalReading
from anju_drivers.eview_ev07b.frames import DATA, SERVICES, FrameDecoder, Message, reply_to
from anju_drivers.eview_ev07b.report import Record, read_records
from anju_drivers.framing.resync import Rejected
from anju_drivers.unknown_code import unknown_detail

FAMILY = "eview_ev07b"
_SHOWN_WHOLE, _FIRST, _LAST = 10, 5, 2  # how the vector file shows a long list of records


class PendantSession(FramedSession[Message | Rejected[Message]]):
    """`bits`: a site's own meanings of alarm bits (None: no alarm); they go before the built-in ones."""

    def __init__(self, wall: WallClock, bits: Mapping[int, Reason | None] | None = None) -> None:
        super().__init__(FrameDecoder())
        self._wall, self._bits = wall, bits or {}
        self._identity = ""

    def decode(self, message: Message | Rejected[Message]) -> DecodedFrame:
        if isinstance(message, Rejected):
            return self.damaged(message.reason)
        self._identity = message.imei or self._identity
        identity = self._identity or UNIDENTIFIED
        explained = read_message(message, f"{FAMILY}:{identity}", self._bits)
        if not message.crc_ok:  # counted, but its alarms stand: see FrameDecoder
            self.dropped += 1
            explained = alarms_only(explained, "wrong checksum")
        return DecodedFrame(identity, explained, reply_to(message, self._wall()), is_damaged=not message.crc_ok)


def message_fields(message: Message) -> dict[str, object]:
    fields: dict[str, object] = {
        "flags_hex": f"{message.flags:02x}",
        "declared_len": message.declared_len,
        "serial": message.serial,
        "length_ok": message.length_ok,
        "crc_ok": message.crc_ok,
        "ack_requested": message.is_answer_wanted,
        "command_hex": f"{message.command:02x}",
    }
    return fields | ({"device_id": message.imei} if message.imei and message.command in (DATA, SERVICES) else {})


def read_message(message: Message, device: str, bits: Mapping[int, Reason | None] | None = None) -> Explained:
    """What a message says; never raises."""
    if message.command not in (DATA, SERVICES):
        return Explained(f"command {message.command:02x}: nothing for the box", message_fields(message))
    records = read_records(message.parts)
    if message.command == SERVICES:  # which may carry a report beside what it asks for
        records = [one for one in records if not one.is_empty]
        if not records:
            return Explained("asks for services", message_fields(message))
    readings: list[Reading] = []
    for record in records:
        readings += _readings(record, message, device, bits or {})
    readings.sort(key=lambda one: not isinstance(one, AlarmReading))  # stable: alarms first, else in their order
    names = dict.fromkeys(name for record in records for name in record.alarms())
    summary = f"alarm: {', '.join(names)}" if names else f"{len(records)} records"
    fields = message_fields(message) | {"records": [record_fields(one) for one in records]}
    return Explained(summary, fields, tuple(readings))


def _readings(record: Record, message: Message, device: str, bits: Mapping[int, Reason | None]) -> list[Reading]:
    time_ms = None if record.time_s is None else record.time_s * 1000
    position = _position(record, device, time_ms)
    readings: list[Reading] = []
    reasons = record.reasons(bits)
    if reasons:
        readings.append(_alarm(record, message, device, reasons, position))
    if position is not None:
        readings.append(position)
    alarm_bits = record.alarm_bits or 0
    unknown = unknown_detail(*(f"alarm bit {bit}" for bit in record.unknown_bits(bits)))
    readings.append(
        StateReading(
            device,
            battery_pct=record.battery_pct or None,  # 0: not measured
            battery_mv=record.battery_mv,
            steps=record.steps,
            moving=record.is_moving,
            detail=", ".join(filter(None, [unknown, f"alarm bits {alarm_bits:08x}" if alarm_bits else ""])),
            device_time_ms=time_ms,
        )
    )
    heart, spo2 = _measured(record.heart_rate_bpm), _measured(record.spo2_pct)
    if heart is not None or spo2 is not None:
        readings.append(VitalReading(device, heart_rate_bpm=heart, spo2_pct=spo2, device_time_ms=time_ms))
    return readings


def _measured(value: int | None) -> int | None:
    """0 and 1 say that nothing was measured: the pendant is not worn."""
    return value if value is not None and value > 1 else None


def _alarm(
    record: Record, message: Message, device: str, reasons: tuple[Reason, ...], position: PositionFix | None
) -> AlarmReading:
    """The alarm's own time makes the press, so a record that is sent again in another message is the same press."""
    time_s = record.alarm_time_s if record.alarm_time_s is not None else record.time_s
    bits = (record.alarm_bits or 0).to_bytes(4, "little")
    moment = message.serial.to_bytes(2, "little") if time_s is None else time_s.to_bytes(4, "little")
    beacon = record.strongest_beacon
    return alarm(
        device,
        reasons,
        press_of(bits, moment),
        counter=message.serial,
        battery_pct=record.battery_pct,
        position=position,
        device_time_ms=None if time_s is None else time_s * 1000,
        receiver="" if beacon is None else f"beacon:{beacon.mac}",
        rssi_dbm=None if beacon is None else beacon.rssi_dbm,
    )


def _position(record: Record, device: str, time_ms: int | None) -> PositionFix | None:
    beacons = tuple(f"{one.mac},{one.rssi_dbm}" for one in record.beacons)
    if record.placed_beacon:
        beacons = (f"{record.placed_beacon},", *beacons)
    around = [*record.wifi, *record.wifi_named, *([record.wifi_home] if record.wifi_home else [])]
    wifi = tuple(f"{one.mac},{one.rssi_dbm}" for one in around)
    cells = tuple(f"{record.mcc}-{record.mnc}-{one.lac}-{one.cid}" for one in record.cells)
    gps = record.gps
    if gps is None and record.place is None and not (beacons or wifi or cells):
        return None
    latitude, longitude = record.place or ((gps.latitude, gps.longitude) if gps else (0.0, 0.0))
    is_valid = record.place is not None or (gps is not None and gps.hdop > 0)
    return PositionFix(
        device,
        latitude,
        longitude,
        has_fix(is_valid, latitude, longitude),
        speed_m_s=None if gps is None else gps.speed_kmh / 3.6,
        course_deg=None if gps is None else gps.course_deg % 360,
        beacons=beacons,
        wifi=wifi,
        cells=cells,
        device_time_ms=time_ms,
    )


def record_fields(record: Record) -> dict[str, object]:
    fields: dict[str, object] = {}
    if record.status is not None and record.time_s is not None:
        fields |= {
            "time_utc": iso_z(record.time_s * 1000),
            "status_hex": f"{record.status:08x}",
            "motion": record.is_moving,
            "gsm_signal": record.gsm_signal,
            "battery_pct": record.battery_pct,
            "charging": record.is_charging,
            "stored": record.is_stored,
        }
    if record.alarm_bits is not None:
        fields |= {"alarm_bits_hex": f"{record.alarm_bits:08x}", "alarms": record.alarms()}
        if record.alarm_time_s is not None:
            fields["alarm_time_utc"] = iso_z(record.alarm_time_s * 1000)
    if record.gps is not None:
        gps = record.gps
        fields |= {
            "lat": gps.latitude,
            "lon": gps.longitude,
            "speed_kmh": gps.speed_kmh,
            "course_deg": gps.course_deg,
            "altitude_m": gps.altitude_m,
            "hdop": gps.hdop,
            "odometer_m": gps.odometer_m,
            "satellites": gps.satellites,
        }
    if record.place is not None:
        fields |= {"lat": record.place[0], "lon": record.place[1], "source": record.place_source}
    if record.placed_beacon is not None:
        fields["beacon_mac"] = record.placed_beacon
    if record.beacons:
        fields["beacons"] = [
            {"index": one.index, "mac": one.mac, "rssi_dbm": one.rssi_dbm, "rssi_1m_dbm": one.rssi_1m_dbm}
            for one in record.beacons
        ]
    if record.mcc is not None:
        cells = [{"rssi_dbm": one.rssi_dbm, "lac": one.lac, "cid": one.cid} for one in record.cells]
        fields |= {"mcc": record.mcc, "mnc": record.mnc, "cells": cells}
    if record.wifi:
        fields["wifi"] = [{"rssi_dbm": one.rssi_dbm, "mac": one.mac} for one in record.wifi]
    if record.other_keys:
        fields["other_keys"] = list(record.other_keys)
    return fields


def explain(data: bytes) -> list[Explained]:
    """Every message of a capture; one that is cut at its end is said as damaged."""
    return explained_capture(PendantSession(lambda: 0.0), data)


def decode_vector(data: bytes) -> dict[str, object]:
    """One item of `eview_ev07b.json` in the vocabulary of its `expect`; of many records, the first 5 and last 2."""
    found = [one for one in FrameDecoder().feed(data) if isinstance(one, Message)]
    if not found:
        return {"event": None, "crc_ok": False, "error": "no frame"}
    first = found[0]
    if first.command not in (DATA, SERVICES):
        return message_fields(first) | {"record_count": 0}
    records = [record_fields(one) for one in read_records(first.parts)]
    fields = message_fields(first) | {"record_count": len(records), "records": records}
    if len(records) > _SHOWN_WHOLE:
        fields |= {
            "records": records[:_FIRST] + records[-_LAST:],
            "records_note": f"first {_FIRST} and last {_LAST} of the list",
        }
    return fields
