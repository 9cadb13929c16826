"""A device that is silent beyond its period is an event and, by rule, an incident; so is its return."""

from __future__ import annotations

import logging

from anju_edge.clock import Clock
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.intake.device_table import DeviceTable
from anju_edge.intake.intake import BoxIntake
from anju_edge.roster.roster import Roster
from anju_edge.supervision.loop_watch import STALL_MS
from anju_protos.rules.decide import DeviceSilence
from anju_protos.v1.event_pb2 import REAL, Actor

_log = logging.getLogger(__name__)


class SilenceWatch:
    """Notices devices that are silent beyond the period their roster row states, and their return.

    Silence and return are events. Where the roster's rule `device_silent` names the device, its silence is an incident
    as well, which closes itself at the return. It is not raised for what is the box's own doing: while the box was
    asleep or stalled nobody could be heard, and a band is not missing while the receiver that had it is.
    """

    def __init__(
        self, devices: DeviceTable, intake: BoxIntake, clock: Clock, incidents: OpenIncidents, box: str
    ) -> None:
        self._devices = devices
        self._intake = intake
        self._clock = clock
        self._incidents = incidents
        self._me = Actor(role=Actor.BOX, id=box)
        self._roster = Roster()
        self._periods_ms: dict[str, int] = {}
        self._last_reported: set[str] = set()  # whose present silence has had its incident, whatever became of that
        self._last_ms: int | None = None

    def use(self, roster: Roster) -> None:
        """Takes over a new roster's periods and rule."""
        self._roster = roster
        self._periods_ms = {device.key: device.period_s * 1000 for device in roster.devices.values() if device.period_s}

    def tick(self) -> None:
        """Call it about once a second."""
        now_ms = self._clock.elapsed_ms()
        if self._last_ms is not None and now_ms - self._last_ms > STALL_MS:
            _log.warning("the box stood still for %d s; silence counts from now", (now_ms - self._last_ms) // 1000)
            for entry in self._devices.adopted.values():
                entry.watched_ms = now_ms
        self._last_ms = now_ms
        self._watch(now_ms)
        self._raise(now_ms)
        self._close()

    def _raise(self, now_ms: int) -> None:
        rules = self._roster.rules
        adopted = self._devices.adopted
        self._last_reported = {key for key in self._last_reported if key in adopted and adopted[key].trouble}
        for key, listed in self._roster.devices.items():
            if key in self._last_reported or not (listed.kind in rules.silent_kinds or key in rules.silent_devices):
                continue
            entry = adopted.get(key)
            if entry is None or not entry.trouble or self._is_hidden(key):
                continue
            if now_ms - max(entry.trouble_ms, entry.watched_ms) < rules.silent_after_ms:
                continue
            self._last_reported.add(key)
            if self._incidents.silence_of(key) is None:  # else it is open since before a restart
                watches = bool(self._roster.bundle.bindings)
                self._intake.alarm(key, DeviceSilence(key, watches), REAL)

    def _is_hidden(self, key: str) -> bool:
        """True for a band whose receiver is gone: that one is what is wrong."""
        receiver = self._intake.receiver_of(key)
        entry = self._devices.adopted.get(receiver) if receiver else None
        return entry is not None and bool(entry.trouble)

    def _close(self) -> None:
        for local in self._incidents.silences():
            key = local.incident.device
            entry = self._devices.adopted.get(key)
            if entry is None:
                self._incidents.resolve(local.key, self._me, "maintenance")
            elif not entry.trouble and entry.heard_ms is not None:
                self._incidents.resolve(local.key, self._me, "device_back")

    def _watch(self, now_ms: int) -> None:
        for key, period_ms in self._periods_ms.items():
            entry = self._devices.adopted.get(key)
            if entry is None:
                continue
            since_ms = max(entry.watched_ms, entry.heard_ms or 0)
            if now_ms - since_ms > period_ms:
                if not entry.silent:
                    entry.silent = True
                    self._intake.link(key, False, "silent")
                    _log.warning("%s silent for %d s", key, (now_ms - since_ms) // 1000)
            elif entry.silent:
                self._intake.link(key, True, "heard again")
                _log.info("%s heard again", key)
