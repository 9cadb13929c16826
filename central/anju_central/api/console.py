"""What the console looks at, kept in one place: incidents, boxes and check-ins as shown, and their changes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from anju_central.access.caller import Caller, Right
from anju_central.api.changes import ChangeLog
from anju_central.api.models import (
    BoxMessage,
    BoxView,
    CheckInMessage,
    CheckInsOfCommunity,
    CheckInsView,
    ClosedView,
    IncidentMessage,
    IncidentView,
    ReloadMessage,
    ReloadView,
)
from anju_central.api.views.boxes import BoxViews, KnownBox, read_box, read_devices, read_places
from anju_central.api.views.incidents import Views
from anju_central.incidents.commands import IncidentCommands
from anju_central.live.box_times import BoxTimes
from anju_central.live.contact import BoxContact, ContactTracker
from anju_central.live.open_incidents import LiveIncidents
from anju_central.projections.attendance import check_ins_of_day
from anju_central.projections.incidents import closed_before, incident_of, newest_incidents
from anju_central.projections.projection import (
    AnchorFound,
    BootSeen,
    BoxChanged,
    Change,
    CheckInRecord,
    IncidentRecord,
    ref_key,
)
from anju_central.projections.projection_reads import ProjectionReads
from anju_central.registry.labels import Labels
from anju_central.store.event_store import StoreUnavailable
from anju_central.store.sqlite_store import SqliteEventStore
from anju_central.store.withheld_places import WithheldPlaces
from anju_protos import incidents
from anju_protos.v1.event_pb2 import REAL

log = logging.getLogger(__name__)
VIEWS_AT_ONCE: Final = 25  # of a long list, about 3 ms
SENT_AGAIN_MAX: Final = 100  # beyond it pages load everything again: 16,000 rows at once held the loop for seconds
BOX_EVERY_S: Final = 1.0  # a box's row is sent at most so often
DUTY_FACTOR: Final = 4  # after a round of rows, how many times as long as it took; a row of 430 devices takes 10 ms
REST_MOST_S: Final = 10.0
MOVED_MS: Final = 60_000  # a clock corrected by less moves no check-in to another day
CLOSED_DAYS: Final = 30
CLOSED_SHOWN: Final = 50  # on one page
CLOSED_READ: Final = 200  # at once
LAST_POS: Final = 2**62  # beyond every position


class Console:
    """Composed by the hub; all methods are called in the event loop."""

    def __init__(
        self,
        store: SqliteEventStore,
        reads: ProjectionReads,
        labels: Labels,
        times: BoxTimes,
        live_incidents: LiveIncidents,
        contacts: ContactTracker,
        commands: IncidentCommands,
        places: WithheldPlaces,
        now_ms: Callable[[], int],
    ) -> None:
        self._store = store
        self._reads = reads
        self._labels = labels
        self._times = times
        self.live_incidents = live_incidents
        self.contacts = contacts
        self.commands = commands
        self.now_ms = now_ms
        self.views = Views(labels, times)
        self._box_views = BoxViews(labels, live_incidents, places)
        self.changes = ChangeLog(first=now_ms())
        self.registry_notices: Callable[[], list[str]] = list
        self._changed_boxes: set[str] = set()
        self._any_changed = asyncio.Event()

    @property
    def time_zone(self) -> str:
        """Name of the time zone in which the district's times are shown."""
        return self._labels.time_zone

    def notices(self) -> list[str]:
        """Returns what a person has to look at, in English, besides the store."""
        return self._labels.notices() + self.registry_notices()

    # -- what changed

    def apply(self, changes: list[Change]) -> None:
        """Takes what the projector folded, and publishes what is shown of it; what cannot be shown hides no other."""
        for change in changes:
            try:
                self._apply(change)
            except Exception:
                log.exception("a change cannot be shown: %s", type(change).__name__)

    def _apply(self, change: Change) -> None:
        if isinstance(change, IncidentRecord):
            self.live_incidents.apply(change)
            if change.incident.HasField("anchor"):  # it may be here before the projection that gathers anchors
                self._learn(AnchorFound(change.incident.box, change.incident.anchor), but=change)
            self._publish_incident(change)
        elif isinstance(change, CheckInRecord):
            self._publish(CheckInMessage(event="check_in", data=self.views.check_in(change)))
        elif isinstance(change, BootSeen):
            self._times.add_boot(change)
        elif isinstance(change, AnchorFound):
            self._learn(change)
        elif isinstance(change, BoxChanged):
            self.contacts.heard(change.box, change.received_ms)
            self.mark_changed(change.box)

    def _learn(self, found: AnchorFound, but: IncidentRecord | None = None) -> None:
        """Takes a clock anchor; incidents whose times it corrects are sent again.

        When it moves the clock that was known, days of check-ins move too: pages load everything again.
        """
        known = self._times.anchor(found.box, found.anchor.boot)
        if not self._times.add_anchor(found):
            return
        is_moved = known is not None and abs(known.offset_ms - found.anchor.offset_ms) > MOVED_MS
        records = [record for record in self.live_incidents.opened_by(found.box) if record is not but]
        if is_moved or len(records) > SENT_AGAIN_MAX:
            self._publish(ReloadMessage(event="reload", data=ReloadView()))
        if len(records) <= SENT_AGAIN_MAX:
            for record in records:
                self._publish_incident(record)

    def _publish_incident(self, record: IncidentRecord) -> None:
        self._publish(IncidentMessage(event="incident", data=self.views.incident(record)))

    def _publish(self, message: IncidentMessage | BoxMessage | CheckInMessage | ReloadMessage, of: str = "") -> None:
        community = "" if isinstance(message, ReloadMessage) else message.data.community
        self.changes.publish(message.event, message.data.model_dump_json(), of, community)

    def reload(self) -> None:
        """Says that pages load everything again."""
        self._publish(ReloadMessage(event="reload", data=ReloadView()))

    def labels_changed(self, communities: list[str]) -> None:
        """Says that names changed: pages load everything again."""
        for contact in self.contacts.boxes():
            if contact.community in communities:
                self.mark_changed(contact.box)
        self.reload()

    def mark_changed(self, box: str) -> None:
        """Says that a box's row is to be sent again."""
        self._changed_boxes.add(box)
        self._any_changed.set()

    async def run(self) -> None:
        """Sends the rows of boxes that changed, each at most once a second, for ever; none while nobody follows.

        When many boxes change all the time, rows come less often: they take a fifth of the time at most.
        """
        while True:
            await self._any_changed.wait()
            self._any_changed.clear()
            began_s = time.monotonic()
            changed = self._changed_boxes
            self._changed_boxes = set()
            if not self.changes.is_followed:
                self.changes.skip()
                await asyncio.sleep(BOX_EVERY_S)
                continue
            try:
                async for row in self._each_row([c for c in self.contacts.boxes() if c.box in changed]):
                    self._publish(BoxMessage(event="box", data=row), of=row.box)
            except StoreUnavailable as error:
                log.warning("rows of boxes cannot be read now: %s", error)
                self._changed_boxes |= changed
                self._any_changed.set()
            took_s = time.monotonic() - began_s
            await asyncio.sleep(min(max(BOX_EVERY_S, DUTY_FACTOR * took_s), REST_MOST_S))

    # -- questions

    async def boxes(self, caller: Caller) -> list[BoxView]:
        """Returns the caller's boxes that are in service. Raises NotAllowed."""
        caller.require(Right.SEE_BOXES)
        return [row async for row in self._each_row([c for c in self.contacts.boxes() if caller.may_see(c.community)])]

    async def _each_row(self, contacts: list[BoxContact]) -> AsyncIterator[BoxView]:
        """Yields the boxes' rows; between two of them whatever waits in the loop has its turn, alarms above all."""
        streams = await self._store.streams() if contacts else []
        for contact in contacts:
            known = await asyncio.to_thread(self._known, contact.box)
            try:
                row = self._box_views.box(contact, known, streams, self.now_ms())
            except Exception:
                log.exception("the row of box %s cannot be shown", contact.box)
                continue
            yield row

    def _known(self, box: str) -> KnownBox:
        with self._reads.reading("boxes") as db:
            known = read_box(db, box)
        with self._reads.reading("device_health") as db:
            known.devices = read_devices(db, box, self._times)
        with self._reads.reading("last_place") as db:
            known.places = read_places(db, box, self._times)
        return known

    async def incidents(self, caller: Caller, *, only_open: bool, mark: int | None, limit: int) -> list[IncidentView]:
        """Returns the caller's incidents, the newest first; `mark` None = of any mark. Raises NotAllowed."""
        caller.require(Right.SEE_INCIDENTS)
        if only_open:
            mine = (r for r in self.live_incidents.open()[::-1] if caller.may_see(r.incident.community))
            found = [record for record in mine if mark is None or record.incident.mark == mark][:limit]
        else:
            newest = partial(newest_incidents, mark=mark, limit=limit, communities=_named(caller))
            found = await asyncio.to_thread(self._reads.ask, "incidents", newest)
        shown: list[IncidentView] = []
        for number, record in enumerate(found, 1):
            try:
                shown.append(self.views.incident(record))
            except Exception:
                log.exception("the incident at position %d cannot be shown", record.pos)
            if number % VIEWS_AT_ONCE == 0:
                await asyncio.sleep(0)  # whatever waits in the loop has its turn, alarms above all
        return shown

    async def closed(self, caller: Caller, query: str, before: int | None) -> ClosedView:
        """Returns the caller's newest incidents that were closed within CLOSED_DAYS and match, a page at a time.

        Raises NotAllowed.
        """
        caller.require(Right.SEE_INCIDENTS)
        communities = _named(caller)
        words = query.lower().split()
        since_ms = self.now_ms() - CLOSED_DAYS * 86_400_000
        pos = before if before is not None else LAST_POS
        shown: list[IncidentView] = []
        while True:
            page = await asyncio.to_thread(
                self._reads.ask,
                "incidents",
                partial(closed_before, since_ms=since_ms, pos=pos, limit=CLOSED_READ, communities=communities),
            )
            for number, record in enumerate(page):
                if number % VIEWS_AT_ONCE == 0:
                    await asyncio.sleep(0)  # whatever waits in the loop has its turn, alarms above all
                pos = record.pos
                if not self.views.matches(record, words):
                    continue
                shown.append(self.views.incident(record))
                if len(shown) == CLOSED_SHOWN:
                    return ClosedView(incidents=shown, more=pos)
            if len(page) < CLOSED_READ:
                return ClosedView(incidents=shown, more=None)

    async def incident(self, caller: Caller, key: str) -> IncidentView | None:
        """Returns one incident; one of another community is not told from none. Raises NotAllowed, ValueError."""
        caller.require(Right.SEE_INCIDENTS)
        wanted = ref_key(incidents.parse_incident_key(key))
        record = self.live_incidents.get(wanted)
        if record is None:
            record = await asyncio.to_thread(self._reads.ask, "incidents", lambda db: incident_of(db, wanted))
        if record is None or not caller.may_see(record.incident.community):
            return None
        return self.views.incident(record)

    async def check_ins(self, caller: Caller, day: date | None) -> CheckInsView:
        """Returns the check-ins of the caller's communities on a day; None = today, by each one's own calendar.

        A box that did not know the date named no day, one that was told a wrong date a wrong one: corrected times tell
        to which day their check-ins belong. Raises NotAllowed.
        """
        caller.require(Right.SEE_CHECK_INS)
        now = datetime.fromtimestamp(self.now_ms() / 1000, UTC)
        known = dict.fromkeys(contact.community for contact in self.contacts.boxes())
        communities = [community for community in known if caller.may_see(community)]
        days = {
            community: day or now.astimezone(self._labels.of(community).time_zone).date() for community in communities
        }

        def question() -> dict[str, list[CheckInRecord]]:
            with self._reads.reading("attendance") as db:
                return {
                    community: check_ins_of_day(db, community, wanted, self._labels.of(community).time_zone)
                    for community, wanted in days.items()
                }

        found = await asyncio.to_thread(question)
        return CheckInsView(
            day=(day or max(days.values(), default=now.date())).isoformat(),
            communities=[
                self._of_community(
                    community, [row for row in rows if self.views.day_of(row) == days[community].isoformat()]
                )
                for community, rows in found.items()
            ],
        )

    def _of_community(self, community: str, rows: list[CheckInRecord]) -> CheckInsOfCommunity:
        name = self._labels.of(community).name
        return CheckInsOfCommunity(
            community=community,
            name_zh=name.zh,
            name_en=name.en,
            count=sum(1 for row in rows if not row.annulled and row.mark == REAL),
            rows=[self.views.check_in(row) for row in rows],
        )


def _named(caller: Caller) -> tuple[str, ...] | None:
    """The caller's communities as the projections take them: None = every one."""
    return None if caller.communities == "every" else tuple(sorted(caller.communities))
