"""What bands say of themselves: kinds `off_wrist` and `battery_low`.

Both go by running time: a bad clock changes nothing.
Off the wrist begins with a state "not worn" and ends with "worn"; of bands that never say so, with a heart rate. A band
that raised an alarm about it has rung already (kind `sos`): what is left is to say when it is worn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from anju_protos.rules.device_models import Model, model_of
from anju_protos.rules.hours import Moment
from anju_protos.rules.spells import NONE, Decided, Happening, Seen, Spell, Told
from anju_protos.v1.control_pb2 import Device
from anju_protos.v1.event_pb2 import Alarm, DeviceState, Priority, Reason, Vital

RECOVERED_PCT: Final = 10  # this much above the threshold a battery was charged or changed, and did not just warm up
MOST_THRESHOLD_PCT: Final = 90


def _is_band_of(device: Device, named: frozenset[str]) -> bool:
    return device.key in named if named else device.kind == "band"


@dataclass(frozen=True, slots=True)
class OffWrist:
    """Not worn for `after_ms`; cleared when it is worn again."""

    id: str
    priority: Priority.ValueType
    bands: frozenset[str]  # empty: all
    after_ms: int
    reason: int = Reason.REMOVED

    def watches(self, device: Device) -> bool:
        return _is_band_of(device, self.bands)

    def start(self, now: Moment) -> Spell:
        return NONE

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        told = Told("off_wrist", self.reason, self.priority)
        match happening:
            case Seen(Alarm() as alarm) if self.reason in alarm.reasons:
                return Spell(told.begins(spell, now.running_ms).since_ms, is_raised=True), ()
            case Seen(DeviceState() as state) if state.HasField("worn"):
                if state.worn:
                    return told.ends(spell, "worn_again")
                spell = told.begins(spell, now.running_ms)
            case Seen(Vital() as vital) if vital.heart_rate_bpm:
                return told.ends(spell, "worn_again")
        return told.lasts(spell, self.after_ms, now.running_ms)


@dataclass(frozen=True, slots=True)
class BatteryLow:
    """What is left lasts fewer than `days` (None: the model's own); `percent` where the model's life is not known.

    Cleared once it is ten points above that: charged, or a new battery. A band that reports low battery as an alarm has
    told already (kind `sos`).
    """

    id: str
    priority: Priority.ValueType
    bands: frozenset[str]  # empty: all
    days: int | None
    percent: int
    reason: int = Reason.LOW_BATTERY

    def watches(self, device: Device) -> bool:
        return _is_band_of(device, self.bands)

    def start(self, now: Moment) -> Spell:
        return NONE

    def threshold_pct(self, model: Model) -> int:
        """Returns from which charge on it is low."""
        if model.battery_days is None:
            return self.percent
        days = self.days if self.days is not None else model.warn_days
        return min(MOST_THRESHOLD_PCT, ceil(days * 100 / model.battery_days))

    def decide(self, spell: Spell, device: Device, happening: Happening, now: Moment) -> Decided:
        told = Told("battery_low", self.reason, self.priority)
        match happening:
            case Seen((DeviceState() | Alarm()) as message) if message.HasField("battery_pct"):
                threshold = self.threshold_pct(model_of(device))
                if isinstance(message, Alarm) and self.reason in message.reasons:
                    return Spell(now.running_ms, is_raised=True), ()
                if message.battery_pct <= threshold:
                    return told.lasts(told.begins(spell, now.running_ms), 0, now.running_ms)
                if message.battery_pct >= min(100, threshold + RECOVERED_PCT):
                    return told.ends(spell, "battery_full")
        return spell, ()
