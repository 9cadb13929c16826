"""Messages of 433 MHz devices made into readings: pairing, bursts, low batteries. No I/O; time is an argument."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from anju_drivers.driver import AlarmReading, Reading, Reason, Sighting, StateReading
from anju_drivers.radio_dedup import RadioDedup
from anju_drivers.rtl433.frames import Received
from anju_drivers.rtl433.models import LEARNED_MODELS
from anju_drivers.rtl433.settings import Pair, Rtl433Settings
from anju_drivers.unknown_code import unknown_detail

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
        self._switches = _Switches()
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
        standing = self._switches.rules(device, received, pairs, settings) if acts else {}
        reasons = reasons_of(received, pairs) | set(standing.values()) if acts else set()
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
        if acts and (state := _state(device, received, unknown_detail(*self._news(device, received, pairs, reasons)))):
            readings.append(state)
        return readings

    def _news(self, device: str, received: Received, pairs: tuple[Pair, ...], reasons: set[Reason]) -> list[str]:
        """What a device said that nobody knows the meaning of: a code, or switches that went another way."""
        interpretation = received.interpretation
        if reasons & set(_EVENTS.values()):
            return []
        if interpretation.event == "remote" and pairs and not any(pair.matches(received) for pair in pairs):
            return [f"command {interpretation.values.get('command')}"]
        unknown = interpretation.values.get("unknown")
        changed = self._switches.changed(device)
        return [str(unknown)] if unknown else [f"switches {changed}"] if changed and not reasons else []

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


class _Switches:
    """Interlogix sensors send how five switches are, and models of one kind differ in what is at rest.

    So a rule of the receiver's table rings on a change, or at the first message of a device whose switches do not look
    like rest, and for as long as the switch stays so. A rule of the device's own pair rings whenever it holds.
    """

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._ringing: dict[str, set[str]] = {}
        self._changed: dict[str, str] = {}

    def rules(
        self, device: str, received: Received, pairs: tuple[Pair, ...], settings: Rtl433Settings
    ) -> dict[str, Reason]:
        """The rules that hold for a message, each with its reason."""
        switches = received.interpretation.values.get("switches")
        self._changed.pop(device, None)
        if not isinstance(switches, list):
            return {}
        subtype = received.interpretation.values.get("subtype")
        now = tuple(str(one).lower() for one in switches)
        before = self._last.pop(device, None)
        self._last[device] = now
        if len(self._last) > _MAX_BATTERIES:
            forgotten, _ = self._last.popitem(last=False)
            self._ringing.pop(forgotten, None)
        own = {rule: reason for pair in pairs for rule, reason in pair.switches.items()}
        held, found = self._ringing.pop(device, set()), {}
        for at, state in enumerate(now):
            rule = f"{subtype}.switch{at + 1}.{state}"
            is_new = now[1:] != _ALL_CLOSED if before is None else before[at] != state
            if rule in own:
                found[rule] = own[rule]
            elif not own and rule in settings.switches and (rule in held or is_new):
                found[rule] = settings.switches[rule]
        if found:
            self._ringing[device] = set(found)
        if before is not None and before != now:
            self._changed[device] = "-".join(now)
        return found

    def changed(self, device: str) -> str:
        """How the switches are, where the last message changed them."""
        return self._changed.get(device, "")


_ALL_CLOSED = ("closed",) * 4  # switches 2 to 5 of a smoke detector at rest, rtl_433 #1856


def reasons_of(received: Received, pairs: tuple[Pair, ...]) -> set[Reason]:
    """Why a message of a device that may act is an alarm, switches aside; empty when it is none."""
    matching = [pair for pair in pairs if pair.matches(received)]
    chosen = {reason for pair in matching for reason in pair.reasons}
    if chosen:
        return chosen
    interpretation = received.interpretation
    flagged = {_EVENTS[event] for event in (interpretation.event, *interpretation.also) if event in _EVENTS}
    if interpretation.event == "remote":
        return flagged | ({Reason.SOS} if matching else set())
    if interpretation.event == "zone_alarm":
        return flagged | ({Reason.GENERAL} if interpretation.values.get("zone") == "24H Zone" else set())
    return flagged


def _state(device: str, received: Received, news: str) -> StateReading | None:
    interpretation = received.interpretation
    if news:
        return StateReading(device, detail=news)
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
