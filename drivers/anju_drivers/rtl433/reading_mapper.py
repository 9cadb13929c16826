"""Messages of 433 MHz devices made into readings: pairing, bursts, low batteries. No I/O; time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from anju_drivers.driver import AlarmReading, Reading, Reason, Sighting, StateReading
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.rtl433.frames import Received
from anju_drivers.rtl433.models import LEARNED_MODELS
from anju_drivers.rtl433.settings import Pair, Rtl433Settings

UNKNOWN_STRENGTH = -127
LOW_BATTERY_EVERY_S = 6 * 3600.0
_MAX_BATTERIES = 1_024
_EVENTS = {
    "panic": Reason.PANIC,
    "smoke": Reason.SMOKE,
    "water": Reason.WATER,
    "tamper": Reason.TAMPER,
    "alarm": Reason.GENERAL,
}


class Rtl433ReadingMapper:
    """One receiver. `unpaired` counts messages of learned models that nobody paired, `unlisted` those of models that
    are not enabled, `copies` the repeats of a burst."""

    def __init__(self, settings: Rtl433Settings, dedup: RadioDedup) -> None:
        self._settings, self._dedup = settings, dedup
        self._low: OrderedDict[str, float] = OrderedDict()
        self.unpaired = self.unlisted = self.copies = 0

    def map_message(self, received: Received, now_s: float) -> list[Reading]:
        """The readings of one message, an alarm first. A copy of an alarm is an alarm with the same `press`."""
        settings = self._settings
        pairs = settings.pairs.get((received.model, received.device_id), ())
        is_learned = received.model in LEARNED_MODELS
        if not pairs and not is_learned and received.model not in settings.models:
            self.unlisted += 1
            return []
        device = next((pair.device for pair in pairs if pair.device), f"rtl433:{received.identity}")
        digest = blake2b(received.payload, digest_size=8).digest()
        message = self._dedup.classify(settings.receiver, device, digest, settings.burst_s, now_s)
        acts = bool(pairs) or not is_learned
        reasons = reasons_of(received, pairs, settings) if acts else set()
        readings: list[Reading] = []
        level = UNKNOWN_STRENGTH if received.level_db is None else received.level_db
        if acts and received.battery_ok is False and (reasons or self._battery_is_due(device, now_s)):
            reasons.add(Reason.LOW_BATTERY)
        if reasons:
            readings.append(
                AlarmReading(
                    device, frozenset(reasons), message.press, settings.burst_s, received.sequence,
                    settings.receiver, received.level_db,
                )
            )  # fmt: skip
        if message.is_copy:
            self.copies += 1
            return readings
        if not acts:
            self.unpaired += 1
        readings.append(Sighting(device, settings.receiver, level))
        if acts and (state := _state(device, received)) is not None:
            readings.append(state)
        return readings

    def _battery_is_due(self, device: str, now_s: float) -> bool:
        """A door with a low battery says so at each opening; the box hears of it once in a while."""
        emitted_s = self._low.get(device)
        if emitted_s is not None and now_s - emitted_s < LOW_BATTERY_EVERY_S:
            return False
        self._low[device] = now_s
        self._low.move_to_end(device)
        if len(self._low) > _MAX_BATTERIES:
            self._low.popitem(last=False)
        return True


def reasons_of(received: Received, pairs: tuple[Pair, ...], settings: Rtl433Settings) -> set[Reason]:
    """Why a message of a device that may act is an alarm; empty when it is none."""
    matching = [pair for pair in pairs if pair.matches(received)]
    chosen = {reason for pair in matching for reason in pair.reasons}
    if chosen:
        return chosen
    interpretation = received.interpretation
    if interpretation.event == "remote":
        return {Reason.SOS} if matching else set()
    if interpretation.event == "zone_alarm":
        return {Reason.GENERAL} if interpretation.values.get("zone") == "24H Zone" else set()
    reasons = {_EVENTS[event] for event in (interpretation.event, *interpretation.also) if event in _EVENTS}
    switches = interpretation.values.get("switches")
    for number, state in enumerate(switches if isinstance(switches, list) else [], 1):
        rule = f"{interpretation.values.get('subtype')}.switch{number}.{str(state).lower()}"
        if rule in settings.switches:
            reasons.add(settings.switches[rule])
    return reasons


def _state(device: str, received: Received) -> StateReading | None:
    interpretation = received.interpretation
    if interpretation.event in ("test", "pairing", "muted"):
        return StateReading(device, detail=interpretation.event)
    if interpretation.event == "zone_alarm":
        return StateReading(device, motion=True, detail=str(interpretation.values.get("zone", ""))[:32])
    closed, active = interpretation.values.get("closed"), interpretation.values.get("active")
    if closed is None and active is None:
        return None
    return StateReading(
        device,
        contact_open=None if closed is None else not closed,
        motion=None if active is None else bool(active),
    )
