"""Which incidents a screen shows, and what is known of each: facts only, the words are chosen where they go out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from anju_edge.clock import Clock
from anju_edge.incidents.open_incidents import LocalIncident, OpenIncidents
from anju_edge.journal.recorder import is_urgent
from anju_edge.kiosk.backend import MAX_INCIDENTS, Banner, KioskProfile, Text
from anju_edge.roster.roster import Roster
from anju_protos.incident_texts import Told, Words, phase_of, who_words
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import ACKED, REAL, RESPONDING, Actor, Reason

SHOWN_GOING_MS = 30 * 60_000  # after this long with somebody on the way it is the operators' matter
RECEIPTS_MAX = 1_000


def kiosk_key(kiosk: str) -> str:
    """Returns the device key of a kiosk."""
    return f"kiosk:{kiosk}"


class IncidentBanners:
    """The open incidents as banners, and which of them a neighbour's page has said to have on its screen."""

    def __init__(self, incidents: OpenIncidents, clock: Clock) -> None:
        self._incidents = incidents
        self._clock = clock
        self._on_screens: OrderedDict[str, None] = OrderedDict()  # keys of incidents
        self._going_since_ms: OrderedDict[tuple[str, int], int] = OrderedDict()  # (key, round) -> first seen so

    def seen_on(self, profile: KioskProfile, shown: Iterable[str]) -> bool:
        """Notes what a page has on its screen. True when that is news: a lobby's screen is no receipt."""
        if profile.role != "responder":
            return False
        news = False
        for key in shown:
            local = self._incidents.get(key)
            if local is not None and local.key not in self._on_screens:
                self._on_screens[local.key] = None
                news = True
        while len(self._on_screens) > RECEIPTS_MAX:
            self._on_screens.popitem(last=False)
        return news

    def told(self, local: LocalIncident) -> tuple[Told, ...]:
        """Returns who has it, by receipt: the hub that lists it, a neighbour's page that shows it."""
        told: list[Told] = []
        if local.seen_at_hub:
            told.append("operator")
        if local.key in self._on_screens:
            told.append("neighbour")
        return tuple(told)

    def shown(self, kiosk: str, profile: KioskProfile, roster: Roster) -> tuple[Banner | None, tuple[Banner, ...], int]:
        """Returns the one banner of a lobby, all of a responder's, and how many there are.

        A lobby shows its own call first, then one to which nobody goes: a green band stands for all that it counts.
        """
        now_ms = self._clock.elapsed_ms()
        urgent = [local for local in self._incidents.open() if self._is_shown(local, now_ms)]
        urgent.sort(key=_gravest_and_newest_first)
        own = [local for local in urgent if local.incident.device == kiosk_key(kiosk)]
        waiting = [local for local in urgent if local.incident.state < RESPONDING]
        first = next(iter([*own, *waiting, *urgent]), None)
        banner = None if first is None else self._banner(first, kiosk, profile, roster, now_ms)
        if profile.role != "responder":
            return banner, (), len(urgent)
        listed = [self._banner(local, kiosk, profile, roster, now_ms) for local in urgent[:MAX_INCIDENTS]]
        return banner, tuple(listed), len(urgent)

    def _is_shown(self, local: LocalIncident, now_ms: int) -> bool:
        """Nobody is stood down before somebody goes: what is only acknowledged stays on the screens."""
        incident = local.incident
        if not is_urgent(incident.priority) or local.is_quiet:
            return False
        if incident.state < ACKED:
            return local.is_ringing or not local.from_box
        if incident.state < RESPONDING:
            return True
        since_ms = self._going_since_ms.setdefault((local.key, incident.round), now_ms)
        while len(self._going_since_ms) > RECEIPTS_MAX:
            self._going_since_ms.popitem(last=False)
        return now_ms - since_ms < SHOWN_GOING_MS

    def _banner(self, local: LocalIncident, kiosk: str, profile: KioskProfile, roster: Roster, now_ms: int) -> Banner:
        incident = local.incident
        age_ms = max(0, now_ms - local.rang_at_ms)
        zone = roster.zones.get(incident.last_place.zone)
        resident = roster.residents.get(incident.resident)
        actor = _actor_of(incident)
        phase = phase_of(incident.state)
        label = _group_of(actor, roster) if actor is not None else None
        who = who_words(actor.role if actor is not None else 0, phase, label)
        return Banner(
            incident=local.key,
            kind=Reason.Name(min(incident.reasons, default=Reason.GENERAL)).lower(),
            acked=incident.state >= ACKED,
            help_coming=incident.state >= RESPONDING,
            priority=int(incident.priority),
            state=int(incident.state),
            told=self.told(local),
            zone=Text(zone.label_zh, zone.label_en or zone.label_zh) if zone else None,
            zone_age_s=(incident.last_place.age_ms + age_ms) // 1000,
            flat=resident.flat if resident else "",
            from_here=incident.device == kiosk_key(kiosk),
            age_s=age_ms // 1000,
            by=Text(who.zh, who.en),
            mine=any(_goes(one, profile.actor or kiosk) for one in _goers(incident)),  # as the server names who goes
            drill=incident.mark != REAL,
        )


def _gravest_and_newest_first(local: LocalIncident) -> tuple[int, int]:
    return local.incident.priority, -local.rang_at_ms


def _actor_of(incident: Incident) -> Actor | None:
    """Returns who goes, or who has seen it while nobody goes; None when the steps do not say."""
    for state in (RESPONDING, ACKED):
        if incident.state < state:
            continue
        steps = [step for step in incident.steps if step.round == incident.round and step.state >= state]
        if steps:
            return min(steps, key=lambda step: (step.state, step.at.wall_ms)).actor
    return incident.owners[0] if incident.owners and incident.state >= ACKED else None


def _goers(incident: Incident) -> list[Actor]:
    """Returns who goes or assists: whoever set out, and whoever took it after that."""
    if incident.state < RESPONDING:
        return []
    went = [step.actor for step in incident.steps if step.round == incident.round and step.state >= RESPONDING]
    return went + [owner for owner in incident.owners if owner.role == Actor.RESPONDER]


def _goes(actor: Actor, name: str) -> bool:
    return actor.role == Actor.RESPONDER and actor.id == name


def _group_of(actor: Actor, roster: Roster) -> Words | None:
    """Returns the label of the responders' group that an actor is in: a screen shows no id."""
    if actor.role != Actor.RESPONDER:
        return None
    for group in roster.bundle.responder_groups:
        if actor.id in group.members and group.label_zh:
            return Words(group.label_zh, group.label_en or group.label_zh)
    return None
