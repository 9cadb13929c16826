"""A small real box behind the kiosk pages, in memory: cards, sessions, undo, help. For tests and for trying the page.

It keeps the promises of `KioskBackend` (nonces count once, only this kiosk undoes) with a dict where the box has a
journal. `disk_ok = False` makes the disk fail.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from anju_drivers.errors import NotRecorded
from anju_edge.kiosk.backend import (
    HELP_HOLD_MS,
    UNDO_S,
    ActivityLine,
    Banner,
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
from anju_protos.v1.event_pb2 import RESPONDING

CALLIGRAPHY = ActivityLine("calligraphy", "书法班", "Calligraphy", "二楼活动室", "Room 2F", "09:00", "11:00", True)
CHOIR = ActivityLine("choir", "合唱团", "Choir", "一楼礼堂", "Hall 1F", "09:30", "11:00", False)
TAI_CHI = ActivityLine("tai-chi", "太极拳", "Tai chi", "东广场", "East square", "15:00", "16:00", False)
LUNCH = ActivityLine("lunch", "老年食堂", "Senior canteen", "一楼食堂", "Canteen 1F", "11:30", "12:30", False)

CARDS = {"card-1": "王*秀", "card-2": "李*国", "card-3": "赵*兰"}  # fictitious


@dataclass
class MemoryBox:
    """Implements `KioskBackend`. Change a field, then call `announce()`."""

    profiles: dict[str, KioskProfile] = field(default_factory=lambda: {"lobby-1": KioskProfile(diagonal_in=10.1)})
    state: KioskState = field(
        default_factory=lambda: KioskState(
            site=Text("柠都社区", "Ningdu community"),
            local_time="09:02",
            time_known=True,
            offline=False,
            unsent=0,
            activities=(CALLIGRAPHY, LUNCH, TAI_CHI),
            notices=(NoticeLine("n1", "周五停水 9:00-11:00", "No water on Friday 9-11"),),
        )
    )
    disk_ok: bool = True
    undo_s: int = UNDO_S

    def __post_init__(self) -> None:
        self.recorded: dict[str, tuple[str, str, str]] = {}  # ref -> kiosk, token, activity
        self.annulled: set[str] = set()
        self.answers: dict[bytes, CheckInResult] = {}
        self.helps: list[tuple[str, int]] = []
        self.staff: list[tuple[str, str]] = []
        self.going: list[tuple[str, str]] = []
        self.beats: list[PageBeat] = []
        self.taps: dict[str, str] = {}
        self._listeners: set[tuple[str, asyncio.Queue[KioskState | CardTap]]] = set()
        self._numbers = iter(range(1, 10**6))

    # KioskBackend

    def profile(self, kiosk: str) -> KioskProfile:
        if kiosk not in self.profiles:
            raise UnknownKiosk(kiosk)
        return self.profiles[kiosk]

    def snapshot(self, kiosk: str) -> KioskState:
        self.profile(kiosk)
        return self.state

    async def check_in(self, kiosk: str, token: str | None, activity: str | None, nonce: bytes) -> CheckInResult:
        self.profile(kiosk)
        if nonce not in self.answers:
            result = self._check_in(kiosk, self.taps.pop(token or "", token or ""), activity)
            if result.outcome == "not_recorded":
                return result
            self.answers[nonce] = result
        return self.answers[nonce]

    def _check_in(self, kiosk: str, card: str, activity_id: str | None) -> CheckInResult:
        if card not in CARDS:
            return CheckInResult("unknown_card")
        fits = [a for a in self.state.activities if (a.id == activity_id if activity_id else a.open_now)]
        if not fits:
            return CheckInResult("no_activity")
        if len(fits) > 1:
            tap = f"tap:{next(self._numbers)}"
            self.taps[tap] = card
            return CheckInResult("choose", choices=tuple(fits[:6]), tap=tap)
        name, activity = CARDS[card], fits[0]
        for ref, (_, other, of) in self.recorded.items():
            if (other, of) == (card, activity.id) and ref not in self.annulled:
                at = self.state.local_time if self.state.time_known else ""
                return CheckInResult("duplicate", name=name, activity=activity, at=at)
        if not self.disk_ok:
            return CheckInResult("not_recorded")
        ref = f"c{next(self._numbers)}"
        self.recorded[ref] = (kiosk, card, activity.id)
        return CheckInResult("recorded", name=name, activity=activity, ref=ref, undo_s=self.undo_s)

    async def undo(self, kiosk: str, ref: str) -> UndoResult:
        if ref not in self.recorded or self.recorded[ref][0] != kiosk:
            return UndoResult("unknown")
        if not self.disk_ok:
            return UndoResult("not_recorded")
        self.annulled.add(ref)
        return UndoResult("undone")

    async def help(self, kiosk: str, held_ms: int) -> HelpResult:
        self.profile(kiosk)
        if held_ms < HELP_HOLD_MS:
            return HelpResult("too_short")
        self.helps.append((kiosk, held_ms))
        self.show(Banner("help-1", "help_bell", acked=False, help_coming=False, from_here=True))
        return HelpResult("raised", "help-1", recorded=self.disk_ok)

    async def ask_staff(self, kiosk: str, about: StaffTopic) -> StaffResult:
        self.profile(kiosk)
        if not self.disk_ok:
            raise NotRecorded("no space")
        self.staff.append((kiosk, about))
        return StaffResult()

    async def respond(self, kiosk: str, incident: str, actor: str) -> RespondResult:
        found = next((one for one in self.state.incidents if one.incident == incident), None)
        if found is None:
            return RespondResult("unknown")
        self.going.append((incident, actor))
        goes = dataclasses.replace(found, acked=True, help_coming=True, mine=True, state=RESPONDING)
        self.show(*(goes if one is found else one for one in self.state.incidents))
        return RespondResult("assisting" if found.help_coming else "going")

    async def changes(self, kiosk: str) -> AsyncIterator[KioskState | CardTap]:
        mine = (kiosk, asyncio.Queue[KioskState | CardTap]())
        self._listeners.add(mine)
        try:
            while True:
                yield await mine[1].get()
        finally:
            self._listeners.discard(mine)

    def beat(self, kiosk: str, beat: PageBeat) -> None:
        self.profile(kiosk)
        self.beats.append(beat)

    # What the world does to the box.

    def announce(self) -> None:
        for _, queue in self._listeners:
            queue.put_nowait(self.state)

    def change(self, **fields: object) -> None:
        self.state = dataclasses.replace(self.state, **fields)  # type: ignore[arg-type]  # names are checked at run time
        self.announce()

    def show(self, *banners: Banner) -> None:
        """Shows these incidents, the first one as the banner."""
        self.change(banner=next(iter(banners), None), incidents=banners, incidents_open=len(banners))

    async def tap_card(self, card: str, kiosk: str = "lobby-1") -> CheckInResult:
        """Holds a card to the kiosk's hardware reader."""
        number = next(self._numbers)
        result = await self.check_in(kiosk, card, None, number.to_bytes(16, "big"))
        for name, queue in self._listeners:
            if name == kiosk:
                queue.put_nowait(CardTap(f"t{number}", result))
        return result

    @property
    def pages(self) -> int:
        """Pages that listen now."""
        return len(self._listeners)
