"""The box behind its kiosks: check-in, undo, help, staff bell, who goes.

A tap is confirmed only after its event is on disk. The same nonce is the same request, a second tap of the same person
for the same session is a friendly duplicate, and an undo is a new event. While the date is unknown, staff choose the
session; order is kept by sequence and the hub learns the time later.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from anju_base.sql_queries import load_queries
from anju_drivers.driver import CardMethod, CardReading
from anju_drivers.errors import NotRecorded
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.intake.intake import BoxIntake
from anju_edge.journal.entries import PendingEvent, PersonalChange, SideStatementFailed
from anju_edge.journal.recorder import Recorder
from anju_edge.kiosk.backend import (
    HELP_HOLD_MS,
    MAX_CHOICES,
    UNDO_S,
    ActivityLine,
    CardTap,
    CheckInResult,
    HelpResult,
    KioskProfile,
    KioskState,
    NoticeLine,
    PageBeat,
    RespondResult,
    StaffResult,
    StaffTopic,
    Text,
    UndoResult,
    UnknownKiosk,
)
from anju_edge.kiosk.incident_banners import IncidentBanners, kiosk_key
from anju_edge.kiosk.recent_check_ins import CheckInRow, LocalTime, RecentCheckIns, alike, local_time
from anju_edge.kiosk.tokens import Token, TokenResolver
from anju_edge.roster.roster import Roster
from anju_edge.roster.store import RosterStore
from anju_protos.incident_texts import Told
from anju_protos.rules.decide import HelpBell, StaffBell
from anju_protos.v1.control_pb2 import Activity
from anju_protos.v1.event_pb2 import (
    ACKED,
    ANNULMENT,
    CHECK_IN,
    REAL,
    REQUEST,
    RESPONDING,
    Actor,
    Annulment,
    CheckIn,
    EventRef,
    IncidentStep,
    Request,
    Stamp,
)

_log = logging.getLogger(__name__)

KEEP_MS = 7 * 86_400_000  # of running time; the events are the record, the rows only tell a second tap from a first
FORGET_EVERY_MS = 86_400_000
UNDO_MAX_MS = 15 * 60_000  # kiosk rule K11: same kiosk, at most 15 minutes
CHOICE_MS = 120_000
NONCES_MAX = 4096
CHOICES_MAX = 256
RECEIPT_WAIT_S = 2.0  # how long a call for staff waits for the hub before it says that nobody has it
PENDING_TAPS = 8  # per open page; an older tap has left its screen anyway
_METHODS = {
    CardMethod.CARD: CheckIn.CARD,
    CardMethod.BAND: CheckIn.BAND,
    CardMethod.QR: CheckIn.QR,
    CardMethod.ID_CARD: CheckIn.ID_CARD,
}
SQL = load_queries("anju_edge.kiosk.queries", "check_in")


@dataclass(frozen=True, slots=True)
class KioskSetup:
    """One kiosk: its page's profile and the readers that are screwed to it, if any, parted by commas."""

    profile: KioskProfile
    reader: str = ""

    def has(self, device: str) -> bool:
        return device in [one.strip() for one in self.reader.split(",")]


@dataclass(frozen=True, slots=True)
class _PendingChoice:
    """A card that waits for the choice of a session."""

    kiosk: str
    token_hash: bytes
    until_ms: int
    method: CheckIn.Method.ValueType


class _Listener:
    """One open page: states are merged, a bounded number of taps is kept."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.taps: deque[CardTap] = deque(maxlen=PENDING_TAPS)


class _Outcome:
    """Awaitable for a card reader: ends when the check-in is on disk, else raises `NotRecorded`. May be dropped."""

    __slots__ = ("_task",)

    def __init__(self, task: asyncio.Task[CheckInResult]) -> None:
        self._task = task

    # Any: what a future's iterator yields is asyncio's own business
    def __await__(self) -> Generator[Any, None, None]:
        result = yield from asyncio.shield(self._task).__await__()
        if result.outcome not in ("recorded", "duplicate"):
            raise NotRecorded(result.outcome)


class TaskMaker(Protocol):
    """Whoever owns the tasks that a card at a reader starts, and waits for them."""

    def create_task(self, work: Coroutine[Any, Any, CheckInResult], /, *, name: str) -> asyncio.Task[CheckInResult]: ...


class KioskService:
    """Implements `kiosk.backend.KioskBackend`."""

    def __init__(
        self,
        kiosks: Mapping[str, KioskSetup],
        recorder: Recorder,
        rosters: RosterStore,
        intake: BoxIntake,
        incidents: OpenIncidents,
        tasks: TaskMaker,
        is_offline: Callable[[], bool],
    ) -> None:
        self._kiosks = dict(kiosks)
        self._recorder = recorder
        self._rosters = rosters
        self._intake = intake
        self._incidents = incidents
        self._tasks = tasks
        self._is_offline = is_offline
        self._banners = IncidentBanners(incidents, recorder.clock)
        self._tokens = TokenResolver(recorder.clock)
        self._recent = RecentCheckIns(recorder, rosters)
        self._by_ref = self._recent.by_ref
        self._nonces: OrderedDict[tuple[str, bytes], asyncio.Future[CheckInResult]] = OrderedDict()
        self._choices: OrderedDict[str, _PendingChoice] = OrderedDict()
        self._listeners: dict[str, set[_Listener]] = {name: set() for name in kiosks}
        self._closed = asyncio.Event()
        self.beats_ms: dict[str, int] = {}
        self.outcomes: dict[str, int] = {}
        self._forgot_ms = -FORGET_EVERY_MS

    async def restore(self) -> None:
        """Finds recent check-ins again: duplicates, nonces and undo outlive a restart. Raises `NotRecorded`."""
        rows = await self._recorder.journal.query_personal(SQL.list_recent_check_ins)
        residents = self._rosters.current.residents_of_token
        for token_hash, *columns in reversed(rows):
            row = CheckInRow(*columns)  # type: ignore[arg-type]  # the columns' types are the schema's
            if not row.resident and isinstance(token_hash, bytes):  # the emergency file names nobody
                row.resident = residents.get(token_hash, "")
            if row.ref not in self._by_ref:  # read late, when the disk was away: this run knows better
                self._recent.keep(row)

    def close(self) -> None:
        """Ends all `changes`, at a stop."""
        self._closed.set()
        self.changed()

    # ---- what the page shows

    def profile(self, kiosk: str) -> KioskProfile:
        return self._setup(kiosk).profile

    def snapshot(self, kiosk: str) -> KioskState:
        profile = self._setup(kiosk).profile
        roster = self._rosters.current
        banner, incidents, count = self._banners.shown(kiosk, profile, roster)
        true_ms = self._recorder.clock.true_ms()
        local = local_time(roster, true_ms)
        site = Text(roster.bundle.name_zh, roster.bundle.name_en or roster.bundle.name_zh)
        notices = roster.notices(true_ms)
        return KioskState(
            site=site,
            local_time=local.text if local else "",
            time_known=local is not None,
            offline=self._is_offline(),
            unsent=sum(self._recorder.journal.waiting().values()),
            activities=tuple(_line(activity, local) for activity in _today(roster, local)),
            banner=banner,
            incidents=incidents,
            incidents_open=count,
            more_at_hub=self._incidents.hub.more_open() if profile.role == "responder" else 0,
            notices=tuple(NoticeLine(notice.id, notice.text_zh, notice.text_en) for notice in notices),
        )

    async def changes(self, kiosk: str) -> AsyncIterator[KioskState | CardTap]:
        self._setup(kiosk)
        listener = _Listener()
        self._listeners[kiosk].add(listener)
        last: KioskState | None = None
        try:
            while not self._closed.is_set():
                while listener.taps:
                    yield listener.taps.popleft()
                state = self.snapshot(kiosk)
                if last is None or _differs(state, last):
                    last = state
                    yield state
                if not listener.taps:
                    await listener.changed.wait()
                listener.changed.clear()
        finally:
            self._listeners[kiosk].discard(listener)

    def tick(self) -> None:
        """Call it about once a second: days follow the clock; once a day, rows go that nobody can ask for any more."""
        self._recent.correct_days()
        now_ms = self._recorder.running_ms()
        if now_ms - self._forgot_ms >= FORGET_EVERY_MS:
            self._forgot_ms = now_ms
            self._recorder.later(alike(SQL.delete_old_check_ins, (now_ms - KEEP_MS,)))

    @property
    def kiosks(self) -> Iterable[str]:
        """The names of the configured kiosks."""
        return self._kiosks.keys()

    def changed(self) -> None:
        """Something a page may show has changed: pages look again."""
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.changed.set()

    def beat(self, kiosk: str, beat: PageBeat) -> None:
        profile = self._setup(kiosk).profile
        self.beats_ms[kiosk] = self._recorder.clock.elapsed_ms()
        self._intake.heard(kiosk_key(kiosk), errors=0)
        if self._banners.seen_on(profile, beat.incidents):
            self.changed()

    # ---- check-in

    async def check_in(self, kiosk: str, token: str | None, activity: str | None, nonce: bytes) -> CheckInResult:
        self._setup(kiosk)
        choice = self._choices.get(token) if token else None
        now_ms = self._recorder.clock.elapsed_ms()
        if choice is not None and (choice.kiosk != kiosk or now_ms > choice.until_ms):
            choice = None
        if choice is not None:
            resolved = Token(choice.token_hash, activity)
            method = choice.method
        else:
            resolved = self._tokens.resolve(self._rosters.current, token) if token else Token(b"")
            resolved = replace(resolved, activity=resolved.activity or activity)
            method = CheckIn.QR if token and token.startswith("qr:") else CheckIn.CARD
        return await self._once(kiosk, resolved, nonce, method)

    def card(self, reading: CardReading, stamp: Stamp) -> Awaitable[None]:
        """A hardware reader was used. Starts at once; the card's number does not leave this call."""
        resolved = self._tokens.resolve(self._rosters.current, reading.token)
        kiosk = next((name for name, setup in self._kiosks.items() if setup.has(reading.device)), "")
        kiosk = kiosk or reading.device.partition(":")[2]
        task = self._tasks.create_task(
            self._card(kiosk, resolved, _METHODS[reading.method]), name=f"card at {reading.device}"
        )
        return _Outcome(task)

    async def _card(self, kiosk: str, resolved: Token, method: CheckIn.Method.ValueType) -> CheckInResult:
        result = await self._once(kiosk, resolved, secrets.token_bytes(16), method)
        for listener in self._listeners.get(kiosk, ()):
            listener.taps.append(CardTap(secrets.token_hex(8), result))
            listener.changed.set()
        return result

    async def _once(self, kiosk: str, resolved: Token, nonce: bytes, method: CheckIn.Method.ValueType) -> CheckInResult:
        """The same nonce at the same kiosk is one request, however often and at whatever time it comes."""
        known = self._nonces.get((kiosk, nonce))
        if known is None:
            known = asyncio.get_running_loop().create_future()
            self._nonces[kiosk, nonce] = known
            while len(self._nonces) > NONCES_MAX:
                self._nonces.popitem(last=False)
            try:
                result = await self._check_in(kiosk, resolved, nonce, method)
            except BaseException:
                self._nonces.pop((kiosk, nonce), None)
                known.cancel()
                raise
            known.set_result(result)
            if result.outcome == "not_recorded":  # a repetition may find the disk well again
                self._nonces.pop((kiosk, nonce), None)
            self.outcomes[result.outcome] = self.outcomes.get(result.outcome, 0) + 1
            return result
        return await asyncio.shield(known)

    async def _check_in(
        self, kiosk: str, resolved: Token, nonce: bytes, method: CheckIn.Method.ValueType
    ) -> CheckInResult:
        roster = self._rosters.current
        token_hash = resolved.token_hash
        activity = resolved.activity
        resident = roster.residents_of_token.get(token_hash, "")
        if not resident:
            return CheckInResult("old_code" if resolved.is_old_code else "unknown_card")
        local = local_time(roster, self._recorder.clock.true_ms())
        earlier = next((row for row in self._by_ref.values() if row.nonce == nonce and row.kiosk == kiosk), None)
        if earlier is not None and earlier.resident == resident and not earlier.is_lost:
            return await self._confirm(earlier, roster, local, again=True)  # the same request, from before a restart
        sessions = _today(roster, local)
        fitting = [one for one in sessions if local is None or _is_open(one, local)]
        if activity is not None:
            fitting = [one for one in fitting if one.id == activity]
        if not fitting:
            elsewhen = not sessions or (activity is not None and activity not in {one.id for one in sessions})
            return CheckInResult("wrong_day" if elsewhen and roster.activities else "no_activity")
        if len(fitting) > 1 or (local is None and activity is None):
            return self._choose(kiosk, token_hash, method, fitting, local)
        session = fitting[0]
        before = self._recent.find(resident, session.id)
        if before is not None:
            return await self._confirm(before, roster, local)
        return await self._record(kiosk, token_hash, resident, session, local, nonce, method)

    async def _record(
        self,
        kiosk: str,
        token_hash: bytes,
        resident: str,
        session: Activity,
        local: LocalTime | None,
        nonce: bytes,
        method: CheckIn.Method.ValueType,
    ) -> CheckInResult:
        day = local.day if local else self._recent.this_day()
        at_ms, at_text = self._recorder.running_ms(), local.text if local else ""
        payload = CheckIn(
            token_hash=token_hash,
            resident=resident,
            activity=session.id,
            session_day=local.day if local else "",
            kiosk=kiosk_key(kiosk),
            method=method,
            nonce=nonce,
        )

        drawn = self._rosters.current.drawn_token(resident, token_hash)

        def side(ref: EventRef) -> PersonalChange:
            row = (kiosk, nonce, ref.stream, ref.seq, at_ms, at_text)
            return PersonalChange(
                plain=(SQL.insert_check_in, (day, session.id, token_hash, resident, *row)),
                emergency=(SQL.insert_check_in, (day, session.id, drawn, "", *row)),
            )

        recorded, _ = self._recorder.record(CHECK_IN, payload.SerializeToString(), device=kiosk_key(kiosk), side=side)
        row = CheckInRow(day, session.id, resident, kiosk, nonce, recorded.stream, recorded.seq, at_ms, at_text)
        row.recorded = recorded
        row.confirmed = False
        self._recent.keep(row)
        return await self._confirm(row, self._rosters.current, local)

    async def _confirm(
        self, row: CheckInRow, roster: Roster, local: LocalTime | None, *, again: bool = False
    ) -> CheckInResult:
        """Says "recorded" once it is on disk (`again`: to the same request), "duplicate" to whoever else asks."""
        first = again or not row.confirmed
        if row.recorded is not None and not await _durable(row.recorded):
            return CheckInResult("not_recorded")
        row.confirmed = True
        resident = roster.residents.get(row.resident)
        session = roster.activities.get(row.activity)
        name = resident.masked_name if resident else ""
        line = _line(session, local) if session else None
        _, at_text = self._recent.moment_of(row)
        if not first:
            return CheckInResult("duplicate", name=name, activity=line, at=at_text)
        return CheckInResult("recorded", name=name, activity=line, at=at_text, ref=row.ref, undo_s=UNDO_S)

    def _choose(
        self,
        kiosk: str,
        token_hash: bytes,
        method: CheckIn.Method.ValueType,
        fitting: Iterable[Activity],
        local: LocalTime | None,
    ) -> CheckInResult:
        tap = f"tap-{secrets.token_urlsafe(12)}"
        until_ms = self._recorder.clock.elapsed_ms() + CHOICE_MS
        self._choices[tap] = _PendingChoice(kiosk, token_hash, until_ms, method)
        while len(self._choices) > CHOICES_MAX:
            self._choices.popitem(last=False)
        choices = tuple(_line(session, local) for session in fitting)[:MAX_CHOICES]
        return CheckInResult("choose", choices=choices, tap=tap)

    async def undo(self, kiosk: str, ref: str) -> UndoResult:
        self._setup(kiosk)
        row = self._by_ref.get(ref)
        if row is None or row.kiosk != kiosk:
            return UndoResult("unknown")
        if row.annulled is None or row.annulled.dropped:
            if self._recorder.running_ms() - row.at_ms > UNDO_MAX_MS:
                return UndoResult("too_late")
            payload = Annulment(annuls=EventRef(stream=row.stream, seq=row.seq), kiosk=kiosk_key(kiosk), reason="undo")
            statement = alike(SQL.annul_check_in, (row.stream, row.seq))
            row.annulled, _ = self._recorder.record(
                ANNULMENT, payload.SerializeToString(), device=kiosk_key(kiosk), side=lambda _: statement
            )
            self._recent.annul(row)
        return UndoResult("undone" if await _durable(row.annulled) else "not_recorded")

    # ---- help

    async def help(self, kiosk: str, held_ms: int) -> HelpResult:
        self._setup(kiosk)
        if held_ms < HELP_HOLD_MS:
            return HelpResult("too_short")
        opened = self._intake.alarm(kiosk_key(kiosk), HelpBell(kiosk), REAL)
        return HelpResult("raised", incident=opened.key, recorded=await _durable(opened.recorded))

    async def ask_staff(self, kiosk: str, about: StaffTopic) -> StaffResult:
        self._setup(kiosk)
        request = Request(what="staff", kiosk=kiosk_key(kiosk), about=about)
        asked, _ = self._recorder.record(REQUEST, request.SerializeToString(), device=kiosk_key(kiosk))
        opened = self._intake.alarm(kiosk_key(kiosk), StaffBell(kiosk), REAL)
        await asked
        await opened.recorded
        return StaffResult(await self._told_of(opened.key, kiosk))

    async def _told_of(self, key: str, kiosk: str) -> tuple[Told, ...]:
        """Returns who has an incident, by receipt; while the hub can be reached it is given a moment to take it in."""
        listener = _Listener()
        self._listeners[kiosk].add(listener)
        try:
            async with asyncio.timeout(RECEIPT_WAIT_S):
                while (local := self._incidents.get(key)) is not None and not self._is_offline():
                    if told := self._banners.told(local):
                        return told
                    await listener.changed.wait()
                    listener.changed.clear()
        except TimeoutError:
            pass
        finally:
            self._listeners[kiosk].discard(listener)
        local = self._incidents.get(key)
        return self._banners.told(local) if local is not None else ()

    async def respond(self, kiosk: str, incident: str, actor: str) -> RespondResult:
        self._setup(kiosk)
        me = Actor(role=Actor.RESPONDER, id=actor, place=kiosk)
        taken = self._incidents.acknowledge(incident, me)  # the siren stops with whoever goes
        local = self._incidents.get(incident)
        if local is None:
            return RespondResult("closed" if taken.outcome == "closed" else "unknown")
        recorded = taken.recorded
        if me not in local.incident.owners:  # somebody else has seen it: one more hand is welcome
            joins = IncidentStep(round=local.incident.round, state=ACKED, actor=me)
            recorded = self._incidents.step(local, joins, local.incident.mark)
        is_first = local.incident.state < RESPONDING
        if is_first:
            goes = IncidentStep(round=local.incident.round, state=RESPONDING, actor=me)
            recorded = self._incidents.step(local, goes, local.incident.mark)
        if recorded is not None and not await _durable(recorded):
            return RespondResult("not_recorded")
        return RespondResult("going" if is_first else "assisting")

    def _setup(self, kiosk: str) -> KioskSetup:
        try:
            return self._kiosks[kiosk]
        except KeyError:
            raise UnknownKiosk(kiosk) from None


async def _durable(recorded: PendingEvent) -> bool:
    try:
        await recorded
    except NotRecorded:
        return False
    except SideStatementFailed:
        _log.exception("an event is on disk, its row beside it is not")
    return True


def _differs(state: KioskState, last: KioskState) -> bool:
    """A growing age alone is no news: the page counts by itself."""
    return _without_ages(state) != _without_ages(last)


def _without_ages(state: KioskState) -> KioskState:
    banner = state.banner and replace(state.banner, age_s=0, zone_age_s=0)
    return replace(
        state, banner=banner, incidents=tuple(replace(one, age_s=0, zone_age_s=0) for one in state.incidents)
    )


def _today(roster: Roster, local: LocalTime | None) -> list[Activity]:
    """Sessions of today in order; all of the roster while the date is unknown."""
    sessions = [one for one in roster.activities.values() if local is None or one.weekdays >> local.weekday & 1]
    return sorted(sessions, key=lambda one: (one.starts_min, one.id))


def _is_open(activity: Activity, local: LocalTime) -> bool:
    return activity.starts_min - activity.early_min <= local.minute < activity.ends_min


def _line(activity: Activity, local: LocalTime | None) -> ActivityLine:
    return ActivityLine(
        id=activity.id,
        title_zh=activity.title_zh,
        title_en=activity.title_en or activity.title_zh,
        room_zh=activity.room_zh,
        room_en=activity.room_en or activity.room_zh,
        starts=_clock_text(activity.starts_min),
        ends=_clock_text(activity.ends_min),
        open_now=local is not None and _is_open(activity, local),
    )


def _clock_text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
