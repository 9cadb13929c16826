"""Uplinks and packets made into readings: which are copies, which press is which. No I/O; time is an argument.

A LoRaWAN uplink has a counter, so each press is told from the next. The counter begins anew when a device joins: a
lower one is a new message, never an old one. Packets between peers have none and are told apart as bursts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from anju_drivers.driver import AlarmReading, PositionFix, Reading, Reason, Sighting, StateReading
from anju_drivers.lorawan import milesight, payloads
from anju_drivers.lorawan.events import DeviceStatus, Joined, Uplink
from anju_drivers.lorawan.frames import RakPacket
from anju_drivers.lorawan.milesight import Values
from anju_drivers.lorawan.settings import Known, LorawanSettings
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.unknown_code import unknown_code

MAX_DEVICES = 2_048
WINDOW_S = 120.0  # a broker may deliver an event again after a reconnect
HELD_S = 6 * 3600.0  # a leak that goes on is told with the same press so long
FLAG_S = 600.0  # an SOS that every message repeats is one press while they come so often [engineering value]
_SEEN = 64


@dataclass(slots=True)
class _Session:
    """What was heard of one device since it joined."""

    address: str = ""
    number: int = 0
    last: int = -1
    seen: OrderedDict[int, tuple[bytes, float]] = field(default_factory=OrderedDict)
    delivered: OrderedDict[str, bytes] = field(default_factory=OrderedDict)  # delivery -> its press
    held: dict[str, int] = field(default_factory=dict)  # what is on -> its run
    runs: int = 0

    def stands(self, name: str, is_on: bool) -> bytes:
        """The press that what stands is of; empty when it does not, and then the next one is another."""
        if not is_on:
            self.held.pop(name, None)
            return b""
        if name not in self.held:
            self.runs += 1
            self.held[name] = self.runs
        return f"{name} {self.address} {self.number} {self.held[name]}".encode()


class LorawanReadingMapper:
    """One receiver or server. `copies` counts deliveries that came again, `unpaired` packets of unknown peers.

    `missing` counts uplinks that were never heard: lost on the air, or more than a broker keeps for a box that is away.
    Each gap is told as a state of its device, since a press may have been in it.
    """

    def __init__(self, settings: LorawanSettings, dedup: RadioDedup) -> None:
        self._settings, self._dedup = settings, dedup
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self.copies = self.unpaired = self.missing = 0

    def map_uplink(self, uplink: Uplink, now_s: float) -> list[Reading]:
        """The readings of an uplink, alarms first. A copy of an alarm is an alarm with the same `press`."""
        known = self._settings.devices.get(uplink.dev_eui, Known())
        device = known.device or f"lorawan:{uplink.dev_eui}"
        session = self._session(device)
        last, number = session.last, session.number
        press, is_copy = self._press(session, uplink, now_s)
        missing = uplink.counter - last - 1 if session.number == number and last >= 0 else 0
        values = self._values(uplink, known)
        fix = _position(device, values)
        best = max(uplink.gateways, key=lambda gateway: gateway.rssi_dbm, default=None)
        receiver = f"lorawan:{best.gateway_id}" if best else self._settings.receiver
        readings: list[Reading] = []
        for reasons, name, window_s in self._reasons(session, values, is_copy):
            readings.append(
                AlarmReading(
                    device, frozenset(reasons), name or press, window_s, uplink.counter, receiver,
                    best.rssi_dbm if best else None, _battery(values), fix,
                )
            )  # fmt: skip
        if is_copy:
            self.copies += 1
            return readings
        for gateway in uplink.gateways:
            readings.append(Sighting(device, f"lorawan:{gateway.gateway_id}", gateway.rssi_dbm))
        readings += _state(device, values, self._settings.buttons)
        if fix is not None:
            readings.append(fix)
        if missing > 0:
            self.missing += missing
            readings.append(StateReading(device, detail=f"{missing} messages missing before number {uplink.counter}"))
        return readings

    def note_join(self, joined: Joined) -> None:
        """A device's counter begins anew."""
        known = self._settings.devices.get(joined.dev_eui, Known())
        self._begin(self._session(known.device or f"lorawan:{joined.dev_eui}"), joined.address)

    def map_status(self, status: DeviceStatus) -> list[Reading]:
        known = self._settings.devices.get(status.dev_eui, Known())
        if status.battery_pct is None:
            return []
        return [StateReading(known.device or f"lorawan:{status.dev_eui}", battery_pct=round(status.battery_pct))]

    def map_packet(self, packet: RakPacket, now_s: float) -> list[Reading]:
        """The readings of a packet between peers; none for one whose first bytes name nobody."""
        settings = self._settings
        sender = next((known for known in settings.senders if packet.payload.startswith(known.prefix)), None)
        if sender is None:
            self.unpaired += 1
            return []
        message = self._dedup.classify(settings.receiver, sender.device, packet.payload, settings.burst_s, now_s)
        values: Values = {}
        alarms: list[tuple[set[Reason], bytes, float]] = [(set(sender.reasons), b"", settings.burst_s)]
        if sender.model:
            values = payloads.decode(packet.payload[len(sender.prefix) :], milesight.PORT, sender.model)
            alarms = list(self._reasons(self._session(sender.device), values, message.is_copy))
        readings: list[Reading] = [
            AlarmReading(
                sender.device, frozenset(reasons), name or message.press, window_s if name else settings.burst_s, None,
                settings.receiver, packet.rssi_dbm, _battery(values),
            )
            for reasons, name, window_s in alarms
        ]  # fmt: skip
        if message.is_copy:
            self.copies += 1
            return readings
        sighting = Sighting(sender.device, settings.receiver, packet.rssi_dbm)
        return [*readings, sighting, *_state(sender.device, values, settings.buttons)]

    def _values(self, uplink: Uplink, known: Known) -> Values:
        """What an uplink says; one without a payload or on port 0 holds nothing but LoRaWAN commands."""
        if not uplink.payload or not uplink.port:
            return {}
        if any(uplink.payload.startswith(prefix) for prefix in known.calls):
            return {"begins": ["sos"]}
        return payloads.decode(uplink.payload, uplink.port, known.model or self._model(uplink))

    def _model(self, uplink: Uplink) -> str:
        """The model by the profile's name or a tag, empty where neither says it."""
        chosen = self._settings.profiles.get(uplink.profile, "")
        return chosen or next(filter(None, map(payloads.model_in, (uplink.profile, *uplink.tags))), "")

    def _session(self, device: str) -> _Session:
        session = self._sessions.get(device)
        if session is None:
            if len(self._sessions) >= MAX_DEVICES:
                self._sessions.popitem(last=False)
            session = self._sessions[device] = _Session()
        self._sessions.move_to_end(device)
        return session

    def _begin(self, session: _Session, address: str) -> None:
        session.address, session.last = address, -1
        session.number += 1
        session.seen.clear()

    def _press(self, session: _Session, uplink: Uplink, now_s: float) -> tuple[bytes, bool]:
        """The press of an uplink, and whether it came before."""
        if uplink.unique and uplink.unique in session.delivered:
            return session.delivered[uplink.unique], True
        if session.address and uplink.address and uplink.address != session.address:
            self._begin(session, uplink.address)
        before = session.seen.get(uplink.counter)
        is_copy = before is not None and before[0] == uplink.payload and now_s - before[1] <= WINDOW_S
        if not is_copy and uplink.counter <= session.last:  # a join we did not hear of
            self._begin(session, uplink.address)
        session.address = uplink.address or session.address
        session.last = max(session.last, uplink.counter)
        session.seen[uplink.counter] = uplink.payload, now_s
        press = f"{session.address}/{session.number}/{uplink.counter}".encode()
        if uplink.unique:
            session.delivered[uplink.unique] = press
        for kept in (session.seen, session.delivered):
            if len(kept) > _SEEN:
                kept.popitem(last=False)
        return press, is_copy

    def _reasons(self, session: _Session, values: Values, is_copy: bool) -> Iterator[tuple[set[Reason], bytes, float]]:
        """(reasons, press or empty for the message's own, window) of each thing in a payload that asks for help."""
        if values.get("button") in self._settings.buttons:
            yield {Reason.SOS}, b"", WINDOW_S
        alarms = values.get("alarms")
        for alarm in alarms if isinstance(alarms, list) else []:
            if alarm.get("state") == "triggered" and alarm.get("type") in _ALARMS:
                reason = Reason.FALL if alarm["type"] == "fall" else Reason.GENERAL
                yield {reason}, f"{alarm['type']} {alarm['alarm_id']}".encode(), HELD_S
        held = (
            (Reason.FALL, "fall", values["detection"] == "fall" if "detection" in values and not alarms else None),
            (Reason.TAMPER, "uninstalled", values["installed"] is False if "installed" in values else None),
            (Reason.WATER, "leak", values["leak"] == "leak" if "leak" in values else None),
        )
        for reason, name, is_on in held:
            if is_on is not None and (press := session.stands(name, is_on)):
                yield {reason}, press, HELD_S
        begins, stands = values.get("begins"), values.get("stands")
        begun = set(begins) if isinstance(begins, list) else set()
        for call in sorted(begun):
            if not is_copy:
                session.stands(call, False)  # another one than that which stood
            yield {_CALLS[call]}, session.stands(call, True), FLAG_S
        for call, is_on in stands.items() if isinstance(stands, dict) else ():
            if call not in begun and (press := session.stands(call, is_on)):
                yield {_CALLS[call]}, press, FLAG_S if _CALLS[call] in EMERGENCIES else HELD_S


# What a radar's alarm asks for; out of bed, dwelling and presence are states, not cries for help.
_ALARMS = frozenset({"fall", "motionless", "lying_down", "bradypnea", "tachypnea"})
# What the calls of `payload_fields.CALLS` are. An alert is a second button; a man down lay still for a set time.
_CALLS = {
    "sos": Reason.SOS,
    "alert": Reason.GENERAL,
    "fall": Reason.FALL,
    "man_down": Reason.GENERAL,
    "tamper": Reason.TAMPER,
    "danger_area": Reason.GEOFENCE_IN,
    "low_battery": Reason.LOW_BATTERY,
}
EMERGENCIES = frozenset({Reason.SOS, Reason.FALL, Reason.GENERAL})


def _battery(values: Values) -> int | None:
    battery = values.get("battery_pct")
    return battery if isinstance(battery, int) else None


def _number(values: Values, name: str) -> float | None:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else None


def _position(device: str, values: Values) -> PositionFix | None:
    place = values.get("position")
    if not isinstance(place, dict):
        return None
    return PositionFix(device, place["latitude_deg"], place["longitude_deg"], fix_valid=True)


def _state(device: str, values: Values, sos_buttons: frozenset[str]) -> list[Reading]:
    """The state that a payload tells, and what of it no table knows."""
    contact = {"open": True, "close": False}.get(str(values.get("door")))
    motion = {"trigger": True, "normal": False}.get(str(values.get("pir")))
    occupied = {"occupied": True, "vacant": False}.get(str(values.get("occupancy", values.get("detection"))))
    if "regions_occupied" in values and occupied is None and isinstance(values["regions_occupied"], list):
        occupied = any(values["regions_occupied"])
    unread = values.get("unknown")
    codes = [str(one) for one in unread] if isinstance(unread, list) else []
    button = str(values.get("button", ""))
    if button.startswith("unknown"):
        codes.append(f"button {button.removeprefix('unknown').strip()}")
    detail = str(values["detection"]) if "detection" in values else ""
    if button and button not in sos_buttons and not button.startswith("unknown"):
        detail = f"button pressed: {button}"  # the site chose that it calls nobody
    reading = StateReading(
        device,
        battery_pct=_battery(values),
        battery_mv=battery_mv if isinstance(battery_mv := values.get("battery_mv"), int) else None,
        contact_open=contact,
        motion=motion,
        occupied=occupied,
        temperature_c=_number(values, "temperature_c"),
        humidity_pct=_number(values, "humidity_pct"),
        detail=detail,
    )
    readings: list[Reading] = [] if reading == StateReading(device) else [reading]
    return [*readings, unknown_code(device, *codes)] if codes else readings
