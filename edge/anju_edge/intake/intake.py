"""Where readings become facts: stamped, bound, ruled, recorded. The box's side of every driver.

An alarm rings in the call of `take`, before its event is built and beside the journal: it needs no disk, no hub and no
clock. Sightings take the short way: they are folded to presence and cost no message. A card's number is hashed here
and forgotten. This is also the one door at which text and numbers are made to fit an event: `safe_reading`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Iterable
from dataclasses import dataclass

from anju_drivers.driver import (
    AlarmReading,
    CardReading,
    LinkReading,
    PositionFix,
    Reading,
    Sighting,
    StateReading,
    TriggerReading,
    TriggerState,
    UnknownPress,
    VitalReading,
)
from anju_edge.alerts.board import AlertDispatcher
from anju_edge.clock import Clock
from anju_edge.incidents.open_incidents import Opened, OpenIncidents
from anju_edge.intake.device_table import DeviceTable, HeardDevice
from anju_edge.intake.presence import PresenceChange, PresenceTracker
from anju_edge.intake.press_dedup import Burst, PressDedup
from anju_edge.intake.reading_messages import (
    MAX_U32,
    bounded,
    percent,
    position_message,
    rssi,
    state_message,
    vital_message,
)
from anju_edge.intake.safe_reading import is_plain_key, safe_key, safe_reading, safe_text
from anju_edge.intake.unknown_codes import is_unknown_code
from anju_edge.journal.recorder import URGENT_TRIGGERS, Recorder
from anju_edge.roster.roster import Roster
from anju_protos.rules.cameras import CAMERA_REASONS
from anju_protos.rules.decide import CameraTrigger, DevicePress, Raise, Ring, RuleEvent, RulesState, decide
from anju_protos.rules.spells import Message
from anju_protos.v1.event_pb2 import (
    DEVICE_STATE,
    POSITION,
    PRESENCE,
    REAL,
    TEST,
    TRIGGER,
    VITAL,
    Alarm,
    DeviceState,
    Kind,
    LastPlace,
    Mark,
    Position,
    Presence,
    Reason,
    Stamp,
    Trigger,
    Vital,
)

_TRIGGER_STATES = {
    TriggerState.ACTIVE: Trigger.ACTIVE,
    TriggerState.INACTIVE: Trigger.INACTIVE,
    TriggerState.PULSE: Trigger.PULSE,
}


CAMERA_WINDOW_S = 10.0  # pulses of one thing that a camera goes on seeing


class _Taken:
    """The awaitable of a reading that needs no disk. One object serves all: it holds nothing."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, None]:
        return
        yield


_TAKEN = _Taken()


CardTaker = Callable[[CardReading, Stamp], Awaitable[None]]
EventTaker = Callable[[str, Message, int], None]  # device, what it is, how old it was when it came, ms


@dataclass(slots=True)
class Known:
    """What an alarm takes along besides its reasons."""

    battery_pct: int | None = None
    counter: int | None = None
    counter_went_back: bool = False
    position: Position | None = None


class BoxIntake:
    """Implements `anju_drivers.driver.Intake`; says whose it is. One per box; every call runs in the event loop."""

    def __init__(
        self,
        recorder: Recorder,
        clock: Clock,
        presence: PresenceTracker,
        devices: DeviceTable,
        incidents: OpenIncidents,
        alerts: AlertDispatcher,
        box: str = "",
    ) -> None:
        self.box = box
        self._recorder = recorder
        self._clock = clock
        self._presence = presence
        self._devices = devices
        self._incidents = incidents
        self._alerts = alerts
        self._roster = Roster()
        self._press_dedup = PressDedup()
        self._rules_state = RulesState()
        self.on_card: CardTaker | None = None
        self.on_event: EventTaker | None = None
        self.taken: Counter[str] = Counter()
        self.capped_rings = 0
        self.rewritten = 0  # readings of which a text or number did not fit an event

    def use(self, roster: Roster) -> None:
        """Takes over a new roster: zones, thresholds, who is adopted."""
        self._roster = roster
        self._presence.configure(roster.presence, roster.receiver_zones, roster.departed_after_ms)
        self._alerts.ladders = roster.rules.ladders
        for gone in self._devices.adopt(set(roster.devices), self._clock.elapsed_ms()):
            self._presence.forget(gone)

    # ---- anju_drivers.driver.Intake

    def take(self, reading: Reading) -> Awaitable[None]:
        if type(reading) is Sighting:  # by far the most: two dictionary looks and a few numbers
            if not (is_plain_key(reading.device) and is_plain_key(reading.receiver)):
                reading = safe_reading(reading)
            now_ms = self._clock.elapsed_ms()
            device = self._devices.get(reading.device, now_ms)
            device.heard_ms = now_ms
            device.frames += 1
            device.rssi_dbm = rssi(reading.rssi_dbm)
            if device.adopted:
                change = self._presence.hear(reading.device, reading.receiver, reading.rssi_dbm, now_ms)
                if change is not None:
                    self._record_presence(change)
            return _TAKEN
        return self._take_other(reading)

    def heard(self, device: str, *, frames: int = 1, errors: int = 0) -> None:
        device = safe_key(device)
        now_ms = self._clock.elapsed_ms()
        entry = self._devices.get(device, now_ms)
        entry.heard_ms = now_ms
        entry.frames += frames
        entry.errors += errors
        self._presence.alive(device, now_ms)

    def _take_other(self, reading: Reading) -> Awaitable[None]:
        self.taken[type(reading).__name__] += 1
        fitting = safe_reading(reading)
        self.rewritten += fitting is not reading
        reading = fitting
        if isinstance(reading, LinkReading):  # the driver's word about the device is no word of the device
            self.link(reading.device, reading.up, reading.detail)
            return _TAKEN
        entry = self._entry(reading.device)
        match reading:
            case AlarmReading():
                return self._take_alarm(reading, entry)
            case CardReading():
                return self.on_card(reading, self._clock.stamp()) if self.on_card else _TAKEN
            case TriggerReading():
                return self._take_trigger(reading)
            case PositionFix():
                position = position_message(reading)
                if self._keeps_no_place(reading.device):
                    self._tell(reading.device, position, reading.device_time_ms)
                    return _TAKEN
                return self._record(POSITION, position, reading.device, reading.device_time_ms)
            case VitalReading():
                return self._record(VITAL, vital_message(reading), reading.device, reading.device_time_ms)
            case StateReading():
                if reading.battery_pct is not None:
                    entry.battery_pct = percent(reading.battery_pct)
                if is_unknown_code(reading.detail):
                    entry.take_unknown_codes(reading.detail, self._clock.elapsed_ms())
                return self._record(DEVICE_STATE, state_message(reading), reading.device, reading.device_time_ms)
            case UnknownPress():
                return self._take_unknown_press(reading, entry)
            case Sighting():
                return self.take(reading)

    def _entry(self, key: str) -> HeardDevice:
        now_ms = self._clock.elapsed_ms()
        entry = self._devices.get(key, now_ms)
        entry.heard_ms = now_ms
        entry.frames += 1
        return entry

    def _take_unknown_press(self, reading: UnknownPress, entry: HeardDevice) -> Awaitable[None]:
        """A band of ours did what bands do when they are pressed, and nobody has said what it means: a trouble."""
        if not entry.adopted or entry.unknown_press:
            return _TAKEN
        entry.unknown_press = reading.signal  # `safe_reading` has made it fit
        state = DeviceState(detail=f"like a press, no rule knows it: {entry.unknown_press}")
        return self._record(DEVICE_STATE, state, reading.device, None)

    # ---- alarms

    def _take_alarm(self, reading: AlarmReading, entry: HeardDevice) -> Awaitable[None]:
        now_ms = self._clock.elapsed_ms()
        entry.unknown_press = ""
        if reading.battery_pct is not None:
            entry.battery_pct = percent(reading.battery_pct)
        reasons = frozenset(int(Reason.Value(reason.name)) for reason in reading.reasons) or frozenset(
            {int(Reason.GENERAL)}
        )
        mark = TEST if reading.test else REAL
        press = reading.press + (b"\x01" if reading.test else b"\x00")  # a test never hides a real press
        counted = reading.counter is not None
        burst, new = self._press(reading.device, press, reasons, reading.burst_window_s, now_ms, counted=counted)
        entry.pressed_ms = now_ms
        if not new:  # a copy is confirmed by what confirms the press: a band that got no reply sends it again
            return burst.recorded or _TAKEN
        if reading.receiver and reading.rssi_dbm is not None and entry.adopted:
            change = self._presence.hear(reading.device, reading.receiver, reading.rssi_dbm, now_ms)
        else:
            change = None
        known = Known(
            entry.battery_pct,
            reading.counter,
            reading.counter_went_back,
            position_message(reading.position) if reading.position else None,
        )
        opened = self.alarm(
            reading.device,
            DevicePress(reading.device, reasons, entry.adopted),
            mark,
            known,
            heard_by=(reading.receiver, reading.rssi_dbm) if reading.receiver else None,
            device_time_ms=reading.device_time_ms,
        )
        burst.incident, burst.recorded = opened.key, opened.recorded
        if not reading.test:
            said = Alarm(
                reasons=[Reason.ValueType(reason) for reason in sorted(reasons)],
                battery_pct=bounded(known.battery_pct, 0, MAX_U32),
                position=known.position,
            )
            self._tell(reading.device, said, reading.device_time_ms)
        if change is not None:
            self._record_presence(change)
        return opened.recorded

    def _press(
        self, device: str, press: bytes, reasons: frozenset[int], window_s: float, now_ms: int, *, counted: bool
    ) -> tuple[Burst, bool]:
        """Returns the burst of a copy and whether it is a new press. `counted` = the device numbers its presses.

        Where it does not, copies that still come long after their incident was closed may be a new call for help.
        """
        burst, new, pushed_out = self._press_dedup.take(device, press, reasons, window_s, now_ms)
        for old in pushed_out:
            self._count(old)
        if not new and not counted and burst.incident:
            closed_ms = self._incidents.closed_for_ms(burst.incident)
            if closed_ms is not None and closed_ms >= self._roster.rules.rering_after_ms:
                self._count(self._press_dedup.begin_anew(burst, now_ms))
                new = True
        return burst, new

    def alarm(
        self,
        device: str,
        event: RuleEvent,
        mark: Mark.ValueType,
        known: Known | None = None,
        *,
        heard_by: tuple[str, int | None] | None = None,
        device_time_ms: int | None = None,
    ) -> Opened:
        """Rules and channels act in this call; then the alarm is recorded and becomes, or joins, an incident."""
        now_ms = self._clock.elapsed_ms()
        self._rules_state, actions = decide(self._roster.rules, self._rules_state, event, now_ms)
        raised: Raise | None = None
        rang = False
        for action in actions:
            if isinstance(action, Ring):
                rang = True
                self._alerts.trigger(action.priority, test=mark == TEST)
            elif isinstance(action, Raise):
                raised = action
        if raised is None:
            raise AssertionError("every rule raises")
        self.capped_rings += raised.unknown_device and not rang
        return self._raise(device, raised, mark, known or Known(), heard_by, device_time_ms, silent=not rang)

    def _raise(
        self,
        device: str,
        raised: Raise,
        mark: Mark.ValueType,
        known: Known,
        heard_by: tuple[str, int | None] | None,
        device_time_ms: int | None,
        *,
        silent: bool,
    ) -> Opened:
        stamp = self._stamp(device_time_ms)
        alarm = Alarm(
            reasons=[Reason.ValueType(reason) for reason in raised.reasons],
            priority=raised.priority,
            rule=raised.rule,
            unknown_device=raised.unknown_device,
            resident=self._roster.resident_of(device, self._clock.true_ms()),
            battery_pct=bounded(known.battery_pct, 0, MAX_U32),
            counter=bounded(known.counter, 0, 2**64 - 1),
            counter_went_back=known.counter_went_back,
            position=known.position,
            anchor=self._clock.anchor(),
        )
        place = self._last_place(device, heard_by, stamp.elapsed_ms)
        if place is not None:
            alarm.last_place.CopyFrom(place)
        return self._incidents.alarm(
            device, alarm, mark, stamp, rering_after_ms=self._roster.rules.rering_after_ms, silent=silent
        )

    def _last_place(self, device: str, heard_by: tuple[str, int | None] | None, now_ms: int) -> LastPlace | None:
        place = self._presence.place(device, now_ms)
        if place is not None:
            return LastPlace(
                zone=place.zone,
                receiver=place.receiver,
                age_ms=min(place.age_ms, MAX_U32),
                rssi_dbm=rssi(place.rssi_dbm),
            )
        if heard_by is not None:  # first word of a device: whoever heard the alarm knows where
            receiver, rssi_dbm = heard_by
            zone = self._roster.receiver_zones.get(receiver, "")
            return LastPlace(zone=zone, receiver=receiver, rssi_dbm=rssi(rssi_dbm or 0))
        listed = self._roster.devices.get(device)  # what hangs on a wall is where the roster says
        return LastPlace(zone=listed.zone) if listed is not None and listed.zone else None

    def _stamp(self, device_time_ms: int | None) -> Stamp:
        return self._clock.stamp(bounded(device_time_ms, -(2**63), 2**63 - 1))

    def _count(self, burst: Burst) -> None:
        if burst.incident and burst.unreported:
            self._incidents.count(burst.incident, burst.unreported)
            burst.reported = burst.copies

    # ---- the rest

    def _take_trigger(self, reading: TriggerReading) -> Awaitable[None]:
        self._alarm_of(reading)
        listed = self._roster.devices.get(reading.device)
        trigger = Trigger(
            kind=reading.kind,
            state=_TRIGGER_STATES[reading.state],
            channel=bounded(reading.channel, 0, MAX_U32) or 0,
            region=reading.region,
            rule=reading.rule,
            targets=reading.targets,
            input=bounded(reading.input, 0, MAX_U32) or 0,
            initial=reading.initial,
            ongoing=reading.ongoing,
            late=reading.late,
            raw_type=reading.raw_type,
            zone=listed.zone if listed else "",
            count=1,
        )
        recorded, _ = self._recorder.record(
            TRIGGER,
            trigger.SerializeToString(),
            device=reading.device,
            urgent=reading.kind in URGENT_TRIGGERS,
            stamp=self._stamp(reading.device_time_ms),
        )
        self._tell(reading.device, trigger, reading.device_time_ms)
        return recorded

    def _alarm_of(self, reading: TriggerReading) -> None:
        """A trigger that the `camera` rule names is an alarm when it begins; its end is none and cancels none."""
        reason = CAMERA_REASONS.get(reading.kind)
        begins = reading.state is not TriggerState.INACTIVE and not reading.initial and not reading.ongoing
        if reason is None or reason not in self._roster.rules.camera_priorities or not begins:
            return
        press = f"{reading.kind} {reading.channel} {reading.region} {reading.rule} {reading.late}".encode()
        now_ms = self._clock.elapsed_ms()
        reasons = frozenset({int(reason)})
        burst, new = self._press(reading.device, press, reasons, CAMERA_WINDOW_S, now_ms, counted=False)
        if new:
            adopted = reading.device in self._devices.adopted
            event = CameraTrigger(reading.device, int(reason), adopted, reading.late)
            opened = self.alarm(reading.device, event, REAL, device_time_ms=reading.device_time_ms)
            burst.incident = opened.key

    def _record(
        self, kind: Kind.ValueType, message: Position | Vital | DeviceState, device: str, device_time_ms: int | None
    ) -> Awaitable[None]:
        recorded, _ = self._recorder.record(
            kind, message.SerializeToString(), device=device, stamp=self._stamp(device_time_ms)
        )
        self._tell(device, message, device_time_ms)
        return recorded

    def _tell(self, device: str, message: Message, device_time_ms: int | None = None) -> None:
        """Lets rules see an event. Its age is what the device's clock and ours say, 0 where ours is not known."""
        if self.on_event is None:
            return
        true_ms = self._clock.true_ms() if device_time_ms is not None else None
        age_ms = 0 if true_ms is None or device_time_ms is None else max(0, true_ms - device_time_ms)
        self.on_event(device, message, age_ms)

    def link(self, device: str, up: bool, detail: str) -> None:
        """A device was reached or lost. What a lost receiver had heard is unknown from now on, not departed."""
        device, detail = safe_key(device), safe_text(detail)
        now_ms = self._clock.elapsed_ms()
        entry = self._devices.get(device, now_ms)
        if not up and not entry.trouble:
            entry.trouble_ms = now_ms
        entry.trouble = "" if up else detail or "link lost"
        state = DeviceState(link_up=up, detail=detail)
        self._recorder.record(DEVICE_STATE, state.SerializeToString(), device=device)
        self._tell(device, state)
        if up:
            entry.silent = False
            self._presence.alive(device, now_ms)
            return
        for change in self._presence.receiver_lost(device, now_ms):
            self._record_presence(change)

    def receiver_of(self, device: str) -> str:
        """The receiver that last had a device, empty if none did."""
        place = self._presence.place(device, self._clock.elapsed_ms())
        return place.receiver if place is not None else ""

    def tick(self) -> None:
        """Call it about once a second: presence, repeat counts."""
        now_ms = self._clock.elapsed_ms()
        for change in self._presence.tick(now_ms):
            self._record_presence(change)
        self._count_all(self._press_dedup.due(now_ms))

    def drain(self) -> None:
        """Puts what is only counted on its incidents, at a stop."""
        self._count_all(self._press_dedup.drain())

    def _count_all(self, bursts: Iterable[Burst]) -> None:
        """One step for each incident: thousands of strangers' presses may end in the same second and share one."""
        counts: Counter[str] = Counter()
        for burst in bursts:
            if burst.incident and burst.unreported:
                counts[burst.incident] += burst.unreported
                burst.reported = burst.copies
        for incident, copies in counts.items():
            self._incidents.count(incident, copies)

    def _keeps_no_place(self, device: str) -> bool:
        """Whether nobody agreed that it is kept where a device is, and nobody is on the way to it either."""
        listed = self._roster.devices.get(device)
        return listed is not None and listed.place_withheld and not self._incidents.is_emergency(device)

    def _record_presence(self, change: PresenceChange) -> None:
        """Records where a device is now, unless that is not to be kept: an alarm of it says it all the same."""
        presence = Presence(
            change=int(change.change),  # type: ignore[arg-type]  # the same numbers by design
            zone=change.zone,
            receiver=change.receiver,
            rssi_dbm=rssi(change.rssi_dbm),
            from_zone=change.from_zone,
            heard_ago_ms=min(change.heard_ago_ms, MAX_U32),
        )
        self._tell(change.device, presence)
        if not self._keeps_no_place(change.device):
            self._recorder.record(PRESENCE, presence.SerializeToString(), device=change.device)
