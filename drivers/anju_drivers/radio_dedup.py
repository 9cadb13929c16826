"""Radios that repeat: which frames are copies of one message, and which press is which.

A 433 MHz sender repeats its frame 4 to 16 times within a second, several receivers of a box hear it, and most such
radios have no counter. So a message is told from the next by its payload: the same payload from the same device within
the window is a copy, a changed one passes at once, and the first payload heard again after another is a new message.
No I/O; time is an argument.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from anju_drivers.driver import Intake

MAX_DEVICES = 2_048


@dataclass(frozen=True, slots=True)
class Message:
    """`press` is the same for all copies and differs from any other message's. `is_copy`: it came before."""

    press: bytes
    is_copy: bool


@dataclass(slots=True)
class _Run:
    """One stretch of the same payload, as heard by some receivers."""

    number: int
    receivers: set[str]
    heard_s: float


@dataclass(slots=True)
class _Last:
    """What a receiver has last heard of a device."""

    payload: bytes
    run: _Run


class RadioDedup:
    """What all receivers of one box know together. The longest unheard devices are forgotten beyond `MAX_DEVICES`.

    `instance_id` tells presses of this run from those before a restart; random unless given.
    """

    def __init__(self, instance_id: bytes | None = None) -> None:
        self._last: OrderedDict[tuple[str, str], _Last] = OrderedDict()
        self._runs: OrderedDict[tuple[str, bytes], _Run] = OrderedDict()
        self._count = 0
        self._instance_id = os.urandom(4) if instance_id is None else instance_id

    def classify(self, receiver: str, device: str, payload: bytes, window_s: float, now_s: float) -> Message:
        """What `receiver` hears from `device`. `window_s` counts from the last copy."""
        last = self._last.pop((receiver, device), None)
        if last is not None and last.payload == payload and now_s - last.run.heard_s <= window_s:
            last.run.heard_s = now_s
            self._last[receiver, device] = last
            return Message(self._press(payload, last.run), True)
        run = self._runs.pop((device, payload), None)
        is_joined = run is not None and receiver not in run.receivers and now_s - run.heard_s <= window_s
        if run is None or not is_joined:
            self._count += 1
            run = _Run(self._count, set(), now_s)
        run.receivers.add(receiver)
        run.heard_s = now_s
        self._runs[device, payload] = run
        self._last[receiver, device] = _Last(payload, run)
        if len(self._runs) > MAX_DEVICES:
            self._runs.popitem(last=False)
        if len(self._last) > MAX_DEVICES:
            self._last.popitem(last=False)
        return Message(self._press(payload, run), is_joined)

    def _press(self, payload: bytes, run: _Run) -> bytes:
        return payload[:64] + b" " + self._instance_id + run.number.to_bytes(4, "big")


# Receivers of one box must agree on what is one press, and all they share is the box's intake.
_dedups: WeakKeyDictionary[Intake, RadioDedup] = WeakKeyDictionary()


def radio_dedup_of(intake: Intake) -> RadioDedup:
    """What the receivers of this box know together. An intake that cannot be a key gets its own."""
    try:
        return _dedups.setdefault(intake, RadioDedup())
    except TypeError:
        return RadioDedup()
