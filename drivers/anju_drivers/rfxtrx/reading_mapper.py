"""Packets of an RFXtrx433 made into readings: pairing, bursts, alarms of Security1. No I/O; time is an argument."""

from __future__ import annotations

import re
from collections import OrderedDict

from anju_drivers.driver import AlarmReading, Reading, Reason, Sighting, StateReading
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.rfxtrx.frames import Packet
from anju_drivers.rfxtrx.settings import LEARNED, Pair, RfxtrxSettings

LOW_BATTERY_EVERY_S = 6 * 3600.0
UNKNOWN_STRENGTH_DBM = -127
_MAX_EMITTED = 1_024
_SMOKE, _CONTACT, _MOTION = frozenset({0x03, 0x09, 0x0A}), frozenset({0x00, 0x04, 0x07}), frozenset({0x01, 0x05})
_NORMAL, _ALARM, _MOVES, _STILL, _PANIC, _BATTERY_LOW = (0x00, 0x01), (0x02, 0x03), 0x04, 0x05, 0x06, 0x16


class RfxtrxReadingMapper:
    """One transceiver. `unpaired` counts messages that nobody paired, `unlisted` those of classes not enabled,
    `copies` the repeats of a burst."""

    def __init__(self, settings: RfxtrxSettings, dedup: RadioDedup) -> None:
        self._settings, self._dedup = settings, dedup
        self._last_emitted: OrderedDict[tuple[str, str], float] = OrderedDict()
        self.unpaired = self.unlisted = self.copies = 0

    def map_packet(self, packet: Packet, now_s: float) -> list[Reading]:
        """The readings of one packet, an alarm first. A copy of an alarm is an alarm with the same `press`."""
        settings = self._settings
        pairs = [pair for pair in settings.pairs if pair.is_of(packet)]
        acts = bool(pairs) or packet.kind in settings.classes
        if not acts and packet.kind not in LEARNED:
            self.unlisted += 1
            return []
        device = next((pair.device for pair in pairs if pair.device), device_key(packet))
        what = f"{packet.kind} {packet.subtype} {packet.id_string} {packet.status} {packet.command}".encode()
        message = self._dedup.classify(settings.receiver, device, what, settings.burst_s, now_s)
        strength = strength_dbm(packet.rssi)
        readings: list[Reading] = []
        reasons = reasons_of(packet, pairs) if acts else set()
        is_low = packet.kind == "Security1" and (packet.battery == 0 or (packet.status or 0) & 0x7F == _BATTERY_LOW)
        if acts and is_low and (reasons or self._is_due(device, "battery", LOW_BATTERY_EVERY_S, now_s)):
            reasons.add(Reason.LOW_BATTERY)
        if reasons:
            readings.append(
                AlarmReading(
                    device, frozenset(reasons), message.press, settings.burst_s, None, settings.receiver, strength,
                    battery_pct(packet),
                )
            )  # fmt: skip
        if message.is_copy:
            self.copies += 1
            return readings
        if not acts:
            self.unpaired += 1
        known = UNKNOWN_STRENGTH_DBM if strength is None else strength
        readings.append(Sighting(device, settings.receiver, known))
        if acts and (state := self._state(device, packet, now_s)) is not None:
            readings.append(state)
        return readings

    def _state(self, device: str, packet: Packet, now_s: float) -> StateReading | None:
        if packet.kind == "Security1":
            return _security_state(device, packet)
        temperature, humidity = packet.values.get("temperature_c"), packet.values.get("humidity_pct")
        if not isinstance(temperature, int | float) and not isinstance(humidity, int | float):
            return None
        if not self._is_due(device, "state", self._settings.state_min_s, now_s):
            return None
        return StateReading(
            device,
            battery_pct=battery_pct(packet),
            temperature_c=float(temperature) if isinstance(temperature, int | float) else None,
            humidity_pct=float(humidity) if isinstance(humidity, int | float) else None,
        )

    def _is_due(self, device: str, what: str, every_s: float, now_s: float) -> bool:
        emitted_s = self._last_emitted.get((device, what))
        if emitted_s is not None and now_s - emitted_s < every_s:
            return False
        self._last_emitted[device, what] = now_s
        self._last_emitted.move_to_end((device, what))
        if len(self._last_emitted) > _MAX_EMITTED:
            self._last_emitted.popitem(last=False)
        return True


def device_key(packet: Packet) -> str:
    """`rfxtrx:security1-0a1b2c`: class and id; of Security1 without the packet type that the library appends."""
    identity = packet.id_string.removesuffix(":32") if packet.kind == "Security1" else packet.id_string
    return "rfxtrx:" + re.sub(r"[^a-z0-9]+", "-", f"{packet.kind}-{identity}".lower()).strip("-")[:60]


def strength_dbm(rssi: int | None) -> int | None:
    """RFXCOM: 0 to 15 in steps of 8 dB from -120 dBm."""
    return None if rssi is None else -120 + 8 * rssi


def battery_pct(packet: Packet) -> int | None:
    return None if packet.battery is None or packet.battery > 9 else 10 * (packet.battery + 1)


def reasons_of(packet: Packet, pairs: list[Pair]) -> set[Reason]:
    """Why a packet that may act is an alarm; empty when it is none."""
    matching = [pair for pair in pairs if pair.matches(packet)]
    chosen = {reason for pair in matching for reason in pair.reasons}
    if packet.kind != "Security1":
        return chosen or ({Reason.SOS} if matching else set())
    status = (packet.status or 0) & 0x7F
    reasons: set[Reason] = set()
    if status in _ALARM or status == _PANIC:
        if chosen:
            reasons = chosen
        elif packet.subtype in _SMOKE:  # a smoke detector's panic is its smoke alarm
            reasons = {Reason.SMOKE}
        elif status == _PANIC:
            reasons = {Reason.PANIC}
        elif packet.subtype not in _CONTACT | _MOTION:  # of a door, "alarm" only means that it is open
            reasons = {Reason.GENERAL}
    return reasons | ({Reason.TAMPER} if packet.is_tampered else set())


def _security_state(device: str, packet: Packet) -> StateReading | None:
    status, battery = (packet.status or 0) & 0x7F, battery_pct(packet)
    if packet.subtype in _CONTACT and status in (*_NORMAL, *_ALARM):
        return StateReading(device, battery_pct=battery, contact_open=status in _ALARM)
    if status in (_MOVES, _STILL) or (packet.subtype in _MOTION and status in (*_NORMAL, *_ALARM)):
        return StateReading(device, battery_pct=battery, motion=status in (_MOVES, *_ALARM))
    text = str(packet.values.get("status_text", "")).lower()
    return StateReading(device, battery_pct=battery, detail=text) if text else None
