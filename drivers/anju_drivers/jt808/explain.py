"""What a JT/T 808 message says: readings for the box, fields for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from anju_drivers.bands.presses import BandPresses, standing_alarm
from anju_drivers.bands.session import alarm, has_fix, iso_z, utc_ms
from anju_drivers.driver import Explained, PositionFix, Reading, Reason, StateReading
from anju_drivers.jt808.frames import Message
from anju_drivers.jt808.items import ItemReport, read_items
from anju_drivers.jt808.location import Location, read_batch, read_location, read_short_batch
from anju_drivers.unknown_code import unknown_detail

GMT8_MIN = 480
ANSWER, HEARTBEAT, LOGOUT, TIME, REGISTER, AUTH = 0x0001, 0x0002, 0x0003, 0x0004, 0x0100, 0x0102
LOCATION, LOCATION_ANSWER, BATCH = 0x0200, 0x0201, 0x0704
SHORT_BATCH, VENDOR_HEARTBEAT, ZONE, DATE = 0x0210, 0x0506, 0x1007, 0x0109  # vendors' own, as public servers take them
_BATTERY_AND_TIME_BYTES = 7


@dataclass(frozen=True, slots=True)
class SiteMeanings:
    """What a site says of its terminals: clock ahead of UTC, own alarm bits, vendor items that are not read."""

    offset_min: int = GMT8_MIN
    bits: Mapping[int, Reason | None] = field(default_factory=dict)
    items_off: frozenset[str] = frozenset()


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
    site: SiteMeanings | None = None,
    presses: BandPresses | None = None,
) -> Explained:
    """What a whole message says; never raises. `error` among the fields: it cannot be read."""
    site, presses = site or SiteMeanings(), presses or BandPresses()
    if msg_id in (LOCATION, LOCATION_ANSWER):
        location = read_location(body if msg_id == LOCATION else body[2:])
        if location is None:
            return Explained("report that is too short", {"error": "too short"})
        report = _Report(location, device, site)
        press = presses.live(report.reasons, report.time_ms, serial.to_bytes(2, "big"))
        return Explained(_summary([report]), location_fields(location, site.offset_min), report.readings(press))
    if msg_id == BATCH:
        return _explain_batch(body, device, site, presses)
    if msg_id == SHORT_BATCH:
        return _explain_short_batch(body, device, site, presses)
    if msg_id == HEARTBEAT and len(body) >= 3 and body[0] <= 100:  # wearables: percent, signal, status
        return Explained("heartbeat", {"battery_pct": body[0]}, (StateReading(device, battery_pct=body[0]),))
    if msg_id == REGISTER and len(body) >= 4:
        province, city = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:4], "big")
        return Explained("registration", {"province": province, "city": city})
    if msg_id == AUTH:
        return Explained("authentication", {"auth_code_hex": body.hex()})
    names = {
        HEARTBEAT: "heartbeat",
        VENDOR_HEARTBEAT: "heartbeat",
        ZONE: "time zone",
        LOGOUT: "logout",
        TIME: "asks the time",
        DATE: "asks the time",
        ANSWER: "answer to a command",
    }
    return Explained(names.get(msg_id, f"message {msg_id:04x}: nothing for the box"), {})


def _explain_batch(body: bytes, device: str, site: SiteMeanings, presses: BandPresses) -> Explained:
    """Stored records: each keeps its own time, and an SOS among them is an alarm still, before all else."""
    batch = read_batch(body)
    if batch is None:
        return Explained("batch that is too short", {"error": "too short"})
    count, kind, locations = batch
    fields: dict[str, object] = {"count": count, "batch_type": kind}
    if count != len(locations):
        fields["note"] = f"{count} records announced, {len(locations)} read"
    return _explain_records(locations, fields, device, site, presses)


def _explain_short_batch(body: bytes, device: str, site: SiteMeanings, presses: BandPresses) -> Explained:
    if len(body) == _BATTERY_AND_TIME_BYTES:
        return Explained("battery", {"battery_pct": body[0]}, (StateReading(device, battery_pct=min(body[0], 100)),))
    return _explain_records(read_short_batch(body), {}, device, site, presses)


def _explain_records(
    locations: Sequence[Location], fields: dict[str, object], device: str, site: SiteMeanings, presses: BandPresses
) -> Explained:
    reports = [_Report(one, device, site) for one in locations]
    names = presses.stored(
        (one.reasons, one.time_ms, b"stored" + number.to_bytes(2, "big")) for number, one in enumerate(reports)
    )
    readings = [reading for one, press in zip(reports, names, strict=True) for reading in one.readings(press)]
    fields["locations"] = [location_fields(one, site.offset_min) for one in locations]
    return Explained(f"{len(locations)} records, {_summary(reports)}", fields, tuple(readings))


class _Report:
    """One report of a terminal."""

    def __init__(self, location: Location, device: str, site: SiteMeanings) -> None:
        self.location, self._device = location, device
        self._items: ItemReport = read_items(location.items, site.items_off)
        self.reasons = tuple(dict.fromkeys([*location.reasons(site.bits), *self._items.reasons]))
        self.time_ms = utc_ms(location.time, site.offset_min)
        bits = [f"alarm bit {bit}" for bit in location.unknown_bits(site.bits)]
        shown = f"alarm bits {location.alarm_bits:08x}" if location.alarm_bits else ""
        self._detail = ", ".join(filter(None, [unknown_detail(*bits, *self._items.unknown), shown]))

    def readings(self, press: bytes) -> tuple[Reading, ...]:
        """An alarm of the `press` first, where there are reasons; then position and state."""
        location, items = self.location, self._items
        position = PositionFix(
            self._device,
            location.latitude,
            location.longitude,
            has_fix(location.fix_valid, location.latitude, location.longitude),
            speed_m_s=location.speed_kmh / 3.6,
            course_deg=location.course_deg % 360,
            wifi=tuple(items.wifi),
            cells=tuple(items.cells),
            device_time_ms=self.time_ms,
        )
        found: list[Reading] = []
        if self.reasons:
            raised = alarm(
                self._device,
                self.reasons,
                press,
                is_state=True,
                battery_pct=items.battery_pct,
                position=position,
                device_time_ms=self.time_ms,
            )
            found.append(standing_alarm(raised))
        found.append(position)
        state = StateReading(
            self._device,
            battery_pct=items.battery_pct,
            battery_mv=items.battery_mv,
            moving=items.moving,
            worn=False if Reason.REMOVED in self.reasons else None,
            detail=self._detail,
            device_time_ms=self.time_ms,
        )
        if state != StateReading(self._device, device_time_ms=self.time_ms):
            found.append(state)
        return tuple(found)


def _summary(reports: Sequence[_Report]) -> str:
    names = dict.fromkeys(str(reason) for one in reports for reason in one.reasons)
    if names:
        return f"alarm: {', '.join(names)}"
    return "position" if any(one.location.fix_valid for one in reports) else "report without a fix"


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
