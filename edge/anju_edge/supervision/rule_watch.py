"""Runs the roster's rules that watch devices: over each event as it is taken, and once a second.

What they decide are alarms like any other. A `Clear` goes on the incident that it is about, as a word on its record,
and closes it unless it is a P1 or about something else as well: whether a person is well again, a person says.

After a restart, open incidents tell which rules have rung and `last_here.py` who was where; waits begin anew. While
the box stood still nobody could be heard: no wait goes on meanwhile.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Final

from anju_edge.clock import Clock
from anju_edge.incidents.open_incidents import LocalIncident, OpenIncidents
from anju_edge.intake.device_table import DeviceTable
from anju_edge.intake.intake import BoxIntake
from anju_edge.roster.local_minute import local_minute
from anju_edge.roster.roster import Roster
from anju_edge.supervision.background import Background
from anju_edge.supervision.last_here import LastHere
from anju_edge.supervision.loop_watch import STALL_MS
from anju_protos.rules.actions import Action, Clear, Raise
from anju_protos.rules.decide import WatchRaised
from anju_protos.rules.hours import Moment
from anju_protos.rules.places import ZoneExit
from anju_protos.rules.spells import Happening, Heard, Message, Seen, Spell, Tick, WatchRule
from anju_protos.v1.event_pb2 import P1, REAL, Actor, Presence

_log = logging.getLogger(__name__)
PART: Final = "rules"  # the name under which a fault of theirs is shown
_TICK: Final = Tick()
_HEARD: Final = Heard()


class RuleWatch:
    """See the module. One for each box; every call runs in the event loop."""

    def __init__(
        self,
        devices: DeviceTable,
        intake: BoxIntake,
        clock: Clock,
        incidents: OpenIncidents,
        background: Background,
        last_here: LastHere,
        box: str,
    ) -> None:
        self._devices = devices
        self._intake = intake
        self._clock = clock
        self._incidents = incidents
        self._background = background
        self._last_here = last_here
        self._placed: set[str] = set()  # devices whose place a rule watches
        self._me = Actor(role=Actor.BOX, id=box)
        self._roster = Roster()
        self._rules: dict[str, tuple[WatchRule, ...]] = {}  # by device, of those that any rule watches
        self._spells: dict[tuple[str, str], Spell] = {}  # by (rule, device)
        self._heard_ms: dict[str, int] = {}
        self._adopted: set[str] = set()  # keys of an earlier run's incidents that were taken over
        self._last_ms: int | None = None
        self._stood_still_ms = 0

    def use(self, roster: Roster) -> None:
        """Takes over a new roster's rules; those that are still there go on where they were."""
        now = self._now()
        self._roster = roster
        rules: defaultdict[str, list[WatchRule]] = defaultdict(list)
        for rule in roster.rules.watching:
            for key, device in roster.devices.items():
                if rule.watches(device):
                    rules[key].append(rule)
        self._rules = {key: tuple(found) for key, found in rules.items()}
        self._spells = {
            (rule.id, key): self._spells.get((rule.id, key)) or rule.start(now)
            for key, found in self._rules.items()
            for rule in found
        }
        self._placed = {key for key, found in self._rules.items() if any(isinstance(rule, ZoneExit) for rule in found)}
        self._last_here.forget_others(self._placed)
        self._heard_ms = {key: self._heard_ms.get(key, 0) for key in self._rules}

    def take(self, device: str, message: Message, age_ms: int = 0) -> None:
        """An event of a device, as it is taken. A rule that fails is a fault of its own and holds nothing back."""
        if device in self._rules:
            if isinstance(message, Presence) and device in self._placed:
                self._last_here.take(device, message)
            self._background.attempt(PART, partial(self._decide, device, Seen(message, age_ms)))

    async def restore(self) -> None:
        """Takes up who was where when the box last ran. Raises NotRecorded, when the disk is away."""
        await self._last_here.restore(self._placed, self._clock.elapsed_ms())

    def tick(self) -> None:
        """Call it about once a second."""
        now_ms = self._clock.elapsed_ms()
        if self._last_ms is not None and now_ms - self._last_ms > STALL_MS:
            self._stood_still_ms += now_ms - self._last_ms
        self._last_ms = now_ms
        self._take_over()
        for key, rules in self._rules.items():
            entry = self._devices.adopted.get(key)
            heard_ms = entry.heard_ms or 0 if entry is not None else 0
            is_heard = heard_ms > self._heard_ms[key]
            self._heard_ms[key] = heard_ms
            for rule in rules:
                if self._spells[rule.id, key].since_ms is not None:  # of most devices nothing is waited for
                    self._background.attempt(PART, partial(self._decide, key, _HEARD if is_heard else _TICK))
                    break

    def _now(self) -> Moment:
        running_ms = self._clock.elapsed_ms() - self._stood_still_ms
        return Moment(running_ms, local_minute(self._roster, self._clock.true_ms()))

    def _decide(self, key: str, happening: Happening) -> None:
        now = self._now()
        device = self._roster.devices[key]
        for rule in self._rules[key]:
            before = self._spells[rule.id, key]
            after, actions = rule.decide(before, device, happening, now)
            if after != before:
                self._spells[rule.id, key] = after
            if actions:
                self._act(key, rule, actions)

    def _act(self, key: str, rule: WatchRule, actions: tuple[Action, ...]) -> None:
        if any(isinstance(action, Raise) for action in actions):
            self._intake.alarm(key, WatchRaised(actions), REAL)
            _log.info("rule %s: %s", rule.id, key)
            return
        for action in actions:
            if isinstance(action, Clear):
                for local in list(self._about(key, action.reason)):
                    self._clear(local, action)

    def _about(self, key: str, reason: int) -> Iterator[LocalIncident]:
        for local in self._incidents.of_device(key):
            if reason in local.incident.reasons and local.incident.mark == REAL:
                yield local

    def _clear(self, local: LocalIncident, clear: Clear) -> None:
        if local.incident.priority == P1 or set(local.incident.reasons) != {clear.reason}:
            self._incidents.note(local.key, clear.why)
        else:
            self._incidents.resolve(local.key, self._me, clear.why)

    def _take_over(self) -> None:
        """What an earlier run raised and nobody closed has rung: its end clears it, and it does not ring again."""
        for local in self._incidents.restored():
            if local.key in self._adopted:
                continue
            self._adopted.add(local.key)
            key = local.incident.device
            for rule in self._rules.get(key, ()):
                if rule.reason in local.incident.reasons:
                    spell = self._spells[rule.id, key]
                    since_ms = self._now().running_ms if spell.since_ms is None else spell.since_ms
                    self._spells[rule.id, key] = Spell(since_ms, is_raised=True)
