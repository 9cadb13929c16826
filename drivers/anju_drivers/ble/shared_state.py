"""What all receivers of one box know together of devices: what was told of them, and which press is which."""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, field

from anju_drivers.ble.interpretation import State

MAX_DEVICES = 2_048
MAX_CONTROLLERS = 256
MAX_IDENTITIES = 32  # of one device; one that changes more often has none that stays
LEARN_S = 60.0  # a device's usual identities take turns: all were heard by then
REVERT_S = 600.0  # a button let go brings the usual identity back within this time
MAX_PRESSES = 32  # of one device, within the window of a press
MAX_BUTTONS = 16  # of one device
CLICK_S = 5.0  # from a button's going down to the message that says which press it was
DISORDER_S = 5.0  # receivers tell of two quick presses in any order; nobody changes a battery as fast


@dataclass(slots=True)
class Run:
    """One stretch of a button or sensor being on, as heard by some receivers."""

    number: int
    receivers: set[str]
    heard_s: float


@dataclass(slots=True)
class Press:
    """One numbered press. `again` sets it apart from an earlier one with the same number; `heard_s`: its last copy."""

    again: bytes
    went_back: bool
    heard_s: float


@dataclass(slots=True)
class Identities:
    """What a device calls itself: the usual ones, and one that was new and may be a press."""

    first_s: float
    usual: set[str] = field(default_factory=set)
    odd: str = ""
    odd_s: float = 0.0


@dataclass(slots=True)
class Click:
    """A button that went down: the press it made, and the message that ended it once that was heard."""

    press: bytes
    heard_s: float
    ended_by: bytes = b""


@dataclass(slots=True)
class Device:
    """What was told of a device, and what its buttons and counters did."""

    last_reported: dict[str, object] = field(default_factory=dict)
    reported_s: float = float("-inf")
    latest: State = field(default_factory=State)
    waiting: bool = False
    vital_s: float = float("-inf")
    runs: dict[bytes, Run] = field(default_factory=dict)
    repeated: dict[bytes, tuple[bytes, float]] = field(default_factory=dict)  # a sensor's run, and when it was told
    presses: OrderedDict[int, Press] = field(default_factory=OrderedDict)  # by number, longest unheard first
    clicks: dict[bytes, Click] = field(default_factory=dict)  # by button
    counter: int = -1  # the number that encrypted presses have come to, and when it was heard last
    counter_s: float = float("-inf")


class SharedState:
    """What all receivers of one box know of devices. The longest unheard are forgotten beyond `MAX_DEVICES`.

    `controllers` maps a controller's own address to the receiver it is, whatever port it is plugged into.
    """

    def __init__(self) -> None:
        self.controllers: dict[bytes, str] = {}
        self.devices: OrderedDict[str, Device] = OrderedDict()
        self.waiting: set[str] = set()
        self._identities: OrderedDict[str, Identities] = OrderedDict()
        self.odd: set[str] = set()  # devices whose last identity was a new one
        self._runs = 0
        self._instance_id = os.urandom(4)  # a press before a restart is not one after it

    def device(self, key: str) -> Device:
        device = self.devices.get(key)
        if device is not None:
            self.devices.move_to_end(key)
            return device
        if len(self.devices) >= MAX_DEVICES:
            forgotten, _ = self.devices.popitem(last=False)
            self.waiting.discard(forgotten)
        device = self.devices[key] = Device()
        return device

    def new_identity(self, key: str, identities: frozenset[str], now_s: float) -> None:
        """Notes what a device calls itself. One that comes after the usual ones are known may be a press."""
        known = self._identities.get(key)
        if known is None:
            if len(self._identities) >= MAX_DEVICES:
                self.odd.discard(self._identities.popitem(last=False)[0])
            known = self._identities[key] = Identities(now_s)
        self._identities.move_to_end(key)
        fresh = identities - known.usual
        if not fresh or len(known.usual) >= MAX_IDENTITIES:
            return
        if known.usual and now_s - known.first_s > LEARN_S:
            known.odd, known.odd_s = min(fresh), now_s
            self.odd.add(key)
        else:
            known.usual |= fresh

    def pressed(self, key: str, identities: frozenset[str], now_s: float) -> str:
        """The new identity of a device in `odd` when its usual one is back, so that it was a press; else empty."""
        known = self._identities.get(key)
        if known is None or not identities or not identities <= known.usual:
            return ""
        self.odd.discard(key)
        signal, known.odd = known.odd, ""
        known.usual.add(signal)  # told once
        return signal if now_s - known.odd_s <= REVERT_S else ""

    def receiver_of(self, controller: bytes, configured: str) -> str:
        """The receiver that a controller is: as known, else from now on the one of the port it was found at."""
        known = self.controllers.get(controller)
        if known is None and len(self.controllers) < MAX_CONTROLLERS:
            self.controllers[controller] = configured
        return known or configured

    def join_run(self, device: Device, name: bytes, receiver: str, window_s: float, now_s: float) -> int:
        """The run that a receiver hears beginning: a new one, unless another receiver has just begun it."""
        run = device.runs.get(name)
        if run is not None and receiver not in run.receivers and now_s - run.heard_s <= window_s:
            run.receivers.add(receiver)
        else:
            self._runs += 1
            run = device.runs[name] = Run(self._runs, {receiver}, now_s)
        return run.number

    def numbered(self, device: Device, counter: int, window_s: float, now_s: float) -> Press:
        """The press that an encrypted message with this number is of: a new one, unless heard within the window.

        A number that is lower than the last, or the last one long after, went back: the device counts anew, or
        somebody sends a recording. Nothing tells these apart, so it is a press like any other, with a mark.
        """
        press = device.presses.get(counter)
        if press is None or now_s - press.heard_s > window_s:
            patience_s = window_s if counter == device.counter else DISORDER_S
            went_back = counter <= device.counter and now_s - device.counter_s > patience_s
            press = Press(self._next_run_name() if went_back else b"", went_back, now_s)
            device.presses[counter] = press
            if went_back or counter > device.counter:
                device.counter = counter
        press.heard_s = now_s
        device.presses.move_to_end(counter)
        if counter == device.counter:
            device.counter_s = now_s
        while len(device.presses) > MAX_PRESSES or now_s - next(iter(device.presses.values())).heard_s > window_s:
            device.presses.popitem(last=False)
        return press

    def click(self, device: Device, button: bytes, press: bytes, is_hold: bool, now_s: float) -> bytes:
        """The press that a message about a button is of: a click is sent as held and then as pressed, one touch.

        Only the first message after a hold joins it, and within `CLICK_S`; every other one is a press of its own.
        """
        click = device.clicks.get(button)
        is_open = click is not None and now_s - click.heard_s <= CLICK_S
        if click is not None and is_open and press in (click.ended_by, click.press):
            return click.press  # a copy, perhaps by another receiver
        if is_hold:
            if click is not None and is_open and not click.ended_by:
                click.heard_s = now_s  # still held
                return click.press
            if len(device.clicks) >= MAX_BUTTONS:
                device.clicks.pop(next(iter(device.clicks)))
            device.clicks[button] = Click(press, now_s)
            return press
        if click is not None and is_open and not click.ended_by:
            click.ended_by, click.heard_s = press, now_s
            return click.press
        return press

    def _next_run_name(self) -> bytes:
        self._runs += 1
        return self.run_name(self._runs)

    def run_name(self, number: int) -> bytes:
        """A run's part of a press: no two runs of this box share it, restarts included."""
        return b" " + self._instance_id + number.to_bytes(4, "big")
