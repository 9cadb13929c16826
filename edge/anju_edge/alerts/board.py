"""Drives the local channels: at once for a new alarm, then by the incidents that ring and the ladder's steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from anju_edge.alerts.siren import Pattern, Siren
from anju_edge.alerts.webhook import Webhook
from anju_edge.incidents.open_incidents import LocalIncident
from anju_protos.ladder.steps import DEFAULT_LADDERS, Ladder, Target
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, P1, TEST


class AlertDispatcher:
    """The channels of one box. `describe` words an incident for LAN endpoints: places and reasons, no person."""

    def __init__(
        self, siren: Siren | None, webhooks: Sequence[Webhook], describe: Callable[[Incident], Mapping[str, object]]
    ) -> None:
        self.siren = siren
        self.webhooks = tuple(webhooks)
        self._describe = describe
        self.ladders: Mapping[int, Ladder] = DEFAULT_LADDERS
        self.rings = 0
        self._last_reported: dict[str, tuple[int, bool]] = {}  # key -> level, acknowledged

    def trigger(self, priority: int, *, test: bool) -> None:
        """A new alarm, in the same tick as its bytes: before it is counted, named or stored."""
        self.rings += 1
        ladder = self.ladders.get(priority)
        if self.siren is None or ladder is None or Target.SIREN not in ladder.sounding(0):
            return
        if test:
            if not self.siren.is_sounding:
                self.siren.set_pattern(Pattern.TEST)
        elif priority == P1:
            self.siren.set_pattern(Pattern.STEADY)
        elif self.siren.pattern is not Pattern.STEADY:
            self.siren.set_pattern(Pattern.PULSE)

    def sync(self, incidents: Sequence[LocalIncident], now_ms: int) -> None:
        """Brings every channel to what the open incidents ask for. `now_ms` is running time."""
        pattern = Pattern.OFF
        keys = set()
        for local in incidents:
            if not local.from_box:
                continue
            keys.add(local.key)
            ladder = self.ladders.get(local.incident.priority)
            if local.is_ringing and ladder is not None:
                ringing_ms = now_ms - local.rang_at_ms
                if Target.SIREN in ladder.sounding(ringing_ms) and local.incident.mark != TEST:
                    wanted = Pattern.STEADY if local.incident.priority == P1 else Pattern.PULSE
                    pattern = max(pattern, wanted, key=lambda pattern: pattern.value)
                self._report_ringing(local, ladder.level(ringing_ms), ladder)
            elif local.incident.state >= ACKED:
                self._report_acked(local)
        for key in [key for key in self._last_reported if key not in keys]:
            del self._last_reported[key]
            for hook in self.webhooks:
                hook.send({"event": "closed", "incident": key})
        if self.siren is None:
            return
        if pattern is Pattern.OFF and self.siren.pattern is Pattern.TEST:
            return  # a test ends by itself
        self.siren.set_pattern(pattern)

    def _report_ringing(self, local: LocalIncident, now_level: int, ladder: Ladder) -> None:
        reported, acked = self._last_reported.get(local.key, (0, False))
        if acked:
            reported = 0  # it rings again
        if now_level <= reported:
            return
        self._last_reported[local.key] = (now_level, False)
        if ladder.names_lan(reported, now_level):
            self._send(local, {"event": "ringing", "level": now_level})

    def _report_acked(self, local: LocalIncident) -> None:
        reported, acked = self._last_reported.get(local.key, (0, True))
        if not acked:
            self._last_reported[local.key] = (reported, True)
            self._send(local, {"event": "acknowledged", "level": reported})

    def _send(self, local: LocalIncident, head: Mapping[str, object]) -> None:
        for hook in self.webhooks:
            hook.send({**head, "incident": local.key, **self._describe(local.incident)})
