"""What one receiver has heard, made into readings: reports and the time in, readings out. No port and no clock inside.

Receivers of one box share a `SharedState`, so that one press heard by three of them is one press, and a battery is told
once.

The common case must be cheap: a band repeats the same bytes for minutes, so what they mean is kept by sender and
bytes, and a repeat costs a look-up and a `Sighting`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from anju_drivers.ble import advert as adverts
from anju_drivers.ble.alarm_signals import AlarmKind, AlarmSignal
from anju_drivers.ble.frames import RSSI_UNKNOWN, AdvertisingReport, is_static
from anju_drivers.ble.interpretation import SWITCHES, Interpretation, beacon_key, device_key, interpret, uid_key
from anju_drivers.ble.settings import BleSettings, SosRule
from anju_drivers.ble.shared_state import Device, SharedState
from anju_drivers.driver import AlarmReading, Reading, Reason, Sighting, StateReading, UnknownPress, VitalReading
from anju_drivers.unknown_code import unknown_code

MAX_KNOWN = 8_192  # senders and payloads whose meaning is kept
MAX_HELD = 2_048
UNKNOWN_STRENGTH_DBM = -127  # heard, but the receiver does not know how well
_REPEAT_S = {Reason.LOW_BATTERY: 6 * 3600.0}  # how often a lasting trouble is told again
_REPEAT_OTHERS_S = 10.0
_VITAL_MIN_S = 60.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What one sender's bytes mean. `quiet`: nothing but that it was heard."""

    device: str | None
    interpretation: Interpretation
    rules: tuple[SosRule, ...]
    quiet: bool
    is_identity: bool
    identities: frozenset[str] = frozenset()


_NOTHING = Interpretation()
_NOBODY = _Known(None, _NOTHING, (), True, False)


class ReadingMapper:
    """One receiver. Bounded: the longest unheard devices and payloads are forgotten first.

    `anonymous` counts advertisements that name nobody (phones).
    """

    def __init__(self, settings: BleSettings, memory: SharedState) -> None:
        self._settings, self._shared = settings, memory
        self._known: dict[tuple[bytes, bytes], _Known] = {}
        self._older: dict[tuple[bytes, bytes], _Known] = {}
        self._held: OrderedDict[tuple[str, bytes], int] = OrderedDict()  # what this receiver hears being on -> run
        self.anonymous = 0

    def map_report(self, report: AdvertisingReport, now_s: float) -> list[Reading]:
        """The readings of one advertisement, alarms first. `now_s` is any monotonic clock in seconds."""
        key = (report.address, report.data)
        known = self._known.get(key)
        if known is None:
            known = self._remember(key, report)
            if known.device is not None and known.identities:
                self._shared.new_identity(known.device, known.identities, now_s)
        rssi = report.rssi_dbm
        device = known.device
        if device is None:
            self.anonymous += 1
            if not known.rules and not known.interpretation.signals:
                return []
            device = f"ble:{report.address.hex()}"
        readings: list[Reading] = []
        if self._shared.odd and device in self._shared.odd:
            signal = self._shared.pressed(device, known.identities, now_s)
            readings += [UnknownPress(device, signal)] if signal else []
        if known.quiet:
            readings.append(
                Sighting(device, self._settings.receiver, UNKNOWN_STRENGTH_DBM if rssi == RSSI_UNKNOWN else rssi)
            )
            return readings
        state = self._shared.device(device)
        if known.rules or known.interpretation.signals or known.is_identity:
            readings += self._alarms(device, known, state, None if rssi == RSSI_UNKNOWN else rssi, now_s)
        readings.append(
            Sighting(device, self._settings.receiver, UNKNOWN_STRENGTH_DBM if rssi == RSSI_UNKNOWN else rssi)
        )
        readings += self._news(device, known.interpretation, state, now_s)
        readings += self._state(device, known.interpretation, state, now_s)
        readings += self._vitals(device, known.interpretation, state, now_s)
        return readings

    def due(self, now_s: float) -> list[Reading]:
        """Changed numbers whose wait is over, for devices that fell silent in between."""
        readings: list[Reading] = []
        for device in list(self._shared.waiting):
            state = self._shared.devices.get(device)
            if state is None or not state.waiting:
                self._shared.waiting.discard(device)
            elif now_s - state.reported_s >= self._settings.state_min_s:
                readings.append(self._report_state(device, state, now_s))
        return readings

    def _remember(self, key: tuple[bytes, bytes], report: AdvertisingReport) -> _Known:
        known = self._older.get(key) or self._interpret(report)
        if len(self._known) >= MAX_KNOWN // 2:  # two generations: what is heard again moves to the young one
            self._older, self._known = self._known, {}
        self._known[key] = known
        return known

    def _interpret(self, report: AdvertisingReport) -> _Known:
        settings = self._settings
        advert = adverts.decode(report.address, report.data, settings.keys)
        rules = tuple(rule for rule in settings.sos if rule.matches(report.address, advert))
        device = device_key(report.address, report.address_type, advert, settings.devices)
        for rule in rules:
            device = _named_by(rule, report, advert, device)
        interpretation = interpret(advert)
        signals = tuple(signal for signal in interpretation.signals if self._is_wanted(signal, device, advert))
        interpretation = replace(interpretation, signals=signals)
        is_identity = bool(advert.beacons or advert.uids) and any(rule.replaces_slot for rule in settings.sos)
        has_vital = interpretation.heart_rate_bpm is not None or interpretation.body_temperature_c is not None
        # What a rule or a button message says is understood: only a change that nobody explains is looked at.
        identities = frozenset() if rules or signals else _identities(advert)
        if interpretation.state or signals or rules or is_identity or has_vital or interpretation.unknown:
            return _Known(device, interpretation, rules, False, is_identity, identities)
        return _NOBODY if device is None else _Known(device, _NOTHING, (), True, False, identities)

    def _is_wanted(self, signal: AlarmSignal, device: str | None, advert: adverts.Advert) -> bool:
        """Whether a button message means SOS on this site; sensors always count."""
        if not signal.button:
            return True
        if device in self._settings.ignore_buttons:
            return False
        return any(part.family in self._settings.buttons for part in advert.parts)

    # Nothing below may hold an alarm back: a repeat only gets the same `press`.

    def _alarms(
        self, device: str, known: _Known, state: Device, rssi: int | None, now_s: float
    ) -> Iterator[AlarmReading]:
        for rule in known.rules:
            name = b"slot " + rule.name.encode()
            press = name
            if rule.replaces_slot:
                press += self._run(device, state, name, True, rule.window_s, now_s)
            yield self._alarm(device, rule.reasons, press, rule.window_s, None, rssi, known, state)
        if known.is_identity and not known.rules:
            for rule in self._settings.sos:
                self._held.pop((device, b"slot " + rule.name.encode()), None)
        for signal in known.interpretation.signals:
            reading = self._signal_alarm(device, signal, known, state, rssi, now_s)
            if reading is not None:
                yield reading

    def _signal_alarm(
        self, device: str, signal: AlarmSignal, known: _Known, state: Device, rssi: int | None, now_s: float
    ) -> AlarmReading | None:
        settings = self._settings
        if signal.kind is AlarmKind.HELD:
            every_s = min(_REPEAT_S.get(reason, _REPEAT_OTHERS_S) for reason in signal.reasons)
            window_s = settings.button_window_s if signal.button else every_s * 3
            run = self._run(device, state, signal.name, signal.active, window_s, now_s)
            if not signal.active:
                return None
            if not signal.button:
                last_run, last_s = state.repeated.get(signal.name, (b"", float("-inf")))
                if last_run == run and now_s - last_s < every_s:
                    return None
                state.repeated[signal.name] = (run, now_s)
            return self._alarm(device, signal.reasons, signal.name + run, window_s, None, rssi, known, state)
        if signal.kind is AlarmKind.PLAIN or signal.counter is None:
            name = self._click(state, signal, signal.name, now_s)
            return self._alarm(device, signal.reasons, name, settings.button_window_s, None, rssi, known, state)
        window_s, name = settings.sos_window_s, signal.name + b" %d" % signal.counter
        if not signal.trusted:
            name = self._click(state, signal, name, now_s)
            return self._alarm(device, signal.reasons, name, window_s, signal.counter, rssi, known, state)
        press = self._shared.numbered(state, signal.counter, window_s, now_s)
        name = self._click(state, signal, name + press.again, now_s)
        alarm = self._alarm(device, signal.reasons, name, window_s, signal.counter, rssi, known, state)
        return replace(alarm, counter_went_back=True) if press.went_back else alarm

    def _click(self, state: Device, signal: AlarmSignal, press: bytes, now_s: float) -> bytes:
        if not signal.click:
            return press
        return self._shared.click(state, signal.click, press, signal.is_hold, now_s)

    def _run(self, device: str, state: Device, name: bytes, active: bool, window_s: float, now_s: float) -> bytes:
        """Which stretch of being on this is; a new one begins when this receiver heard it off in between."""
        key = (device, name)
        if not active:
            self._held.pop(key, None)
            return b""
        number = self._held.get(key)
        if number is None:
            number = self._shared.join_run(state, name, self._settings.receiver, window_s, now_s)
            if len(self._held) >= MAX_HELD:
                self._held.popitem(last=False)
            self._held[key] = number
        run = state.runs.get(name)
        if run is not None and run.number == number:
            run.heard_s = now_s
        return self._shared.run_name(number)

    def _alarm(
        self,
        device: str,
        reasons: frozenset[Reason],
        press: bytes,
        window_s: float,
        counter: int | None,
        rssi: int | None,
        known: _Known,
        state: Device,
    ) -> AlarmReading:
        battery = known.interpretation.state.get("battery_pct", state.latest.get("battery_pct"))
        return AlarmReading(
            device, reasons, press, window_s, counter, self._settings.receiver, rssi, battery_pct=battery
        )

    def _news(self, device: str, interpretation: Interpretation, state: Device, now_s: float) -> Iterator[StateReading]:
        """Codes of buttons that no table knows, once for all copies of a message."""
        for code in interpretation.unknown:
            name = b"unknown " + code.encode()
            _, last_s = state.repeated.get(name, (b"", float("-inf")))
            state.repeated[name] = (b"", now_s)
            if now_s - last_s > _REPEAT_OTHERS_S:
                yield unknown_code(device, code)

    def _state(
        self, device: str, interpretation: Interpretation, state: Device, now_s: float
    ) -> Iterator[StateReading]:
        if not interpretation.state:
            return
        state.latest.update(interpretation.state)
        changed = [name for name, value in interpretation.state.items() if state.last_reported.get(name) != value]
        if not changed:
            return
        if any(name in SWITCHES for name in changed) or now_s - state.reported_s >= self._settings.state_min_s:
            yield self._report_state(device, state, now_s)
        else:
            state.waiting = True
            self._shared.waiting.add(device)

    def _report_state(self, device: str, state: Device, now_s: float) -> StateReading:
        state.last_reported = dict(state.latest)
        state.reported_s = now_s
        state.waiting = False
        self._shared.waiting.discard(device)
        return StateReading(device, **state.latest)

    def _vitals(
        self, device: str, interpretation: Interpretation, state: Device, now_s: float
    ) -> Iterator[VitalReading]:
        if interpretation.heart_rate_bpm is None and interpretation.body_temperature_c is None:
            return
        if now_s - state.vital_s >= _VITAL_MIN_S:
            state.vital_s = now_s
            yield VitalReading(device, interpretation.heart_rate_bpm, temperature_c=interpretation.body_temperature_c)


def _identities(advert: adverts.Advert) -> frozenset[str]:
    """What an advertisement calls its sender, as a rule would be written."""
    found = [f"ibeacon {beacon.uuid}/{beacon.major}/{beacon.minor}" for beacon in advert.beacons]
    found += [f"eddystone {uid}" for uid in advert.uids]
    return frozenset([*found, f"name {advert.local_name}"] if advert.local_name else found)


def _named_by(rule: SosRule, report: AdvertisingReport, advert: adverts.Advert, device: str | None) -> str | None:
    """Whose SOS it is. A radio address that stays the same says it; else the rule knows the usual identity."""
    if rule.device:
        return rule.device
    if advert.own_address or is_static(report.address, report.address_type) or not rule.same_as:
        return device
    if rule.ibeacon is not None and advert.beacons:
        return beacon_key(advert.beacons[0]._replace(uuid=rule.same_as))
    if rule.eddystone is not None and advert.uids:
        return uid_key(f"{rule.same_as}/{advert.uids[0].partition('/')[2]}")
    return device
