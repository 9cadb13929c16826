"""What the kiosk pages need from the box: one role, `KioskBackend`, and the values it hands out.

The gateway implements it; `server.py` turns it into HTTP. Times of day are the site's local time as "HH:MM", already
in the site's time zone. Texts that depend on the roster come in both languages; everything else is a code that the
page words by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

from anju_base.toml_settings import in_range, length, one_of
from anju_protos.incident_texts import Told

HELP_HOLD_MS = 1_500  # kiosk rule K18: shorter presses are somebody's sleeve
UNDO_S = 10  # K11: how long the page offers "not me"
MAX_INCIDENTS = 20  # on one screen; a count says how many there are
MAX_CHOICES = 60  # sessions of one choice; the page shows six at a time (K2, K7)

Role = Literal["lobby", "responder", "board"]
Language = Literal["zh", "en"]
CheckInOutcome = Literal[
    "recorded", "duplicate", "choose", "unknown_card", "old_code", "no_activity", "wrong_day", "full", "not_recorded"
]
StaffTopic = Literal["unknown_card", "old_code", "no_activity", "wrong_day", "full", "not_recorded", "other"]


class UnknownKiosk(LookupError):
    """No kiosk of this name is configured on the box."""

    def __init__(self, kiosk: str) -> None:
        super().__init__(kiosk)
        self.kiosk = kiosk


@dataclass(frozen=True, slots=True)
class Text:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class KioskProfile:
    """How one kiosk is set up; it rarely changes.

    `diagonal_in` is the screen's diagonal in inches: the page sizes its targets in millimetres from it. 0 = unknown:
    the page then takes CSS millimetres. `actor` is who acknowledges on a responder's device, for example "m-01".
    """

    role: Role = "lobby"
    diagonal_in: float = field(default=0.0, metadata=in_range(0, 120))
    scale_pct: int = field(default=100, metadata=one_of(100, 125, 150))
    language: Language = "zh"
    idle_s: int = field(default=40, metadata=in_range(5, 3600))
    idle_warning_s: int = field(default=20, metadata=in_range(1, 3600))
    sound: bool = True
    actor: str = field(default="", metadata=length(0, 64))


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One session of today. `starts` and `ends` are "HH:MM"; `open_now` = a tap now counts for it."""

    id: str
    title_zh: str
    title_en: str
    room_zh: str
    room_en: str
    starts: str
    ends: str
    open_now: bool


@dataclass(frozen=True, slots=True)
class Banner:
    """An incident as a screen shows it.

    `kind` is a reason in lower case ("sos", "fall", "help_bell", ...). `zone` is where she was last heard, `zone_age_s`
    ago, `flat` where she lives; the server strips both for a lobby screen, so a backend may fill them in always.
    `from_here`: raised by this kiosk's own help button. `acked`: somebody has seen it, which does not mean that
    anybody comes. `help_coming`: somebody is on the way. `priority` and `state` are the numbers of the protocol.
    `told`: who has it, by receipt. `by`: who goes, or who has seen it, in words and without a name. `mine`: this
    screen's own actor goes. `headline` and `next` are the words for whoever reads this screen, filled in by the server.
    """

    incident: str
    kind: str
    acked: bool
    help_coming: bool
    priority: int = 1
    state: int = 20
    told: tuple[Told, ...] = ()
    zone: Text | None = None
    zone_age_s: int = 0
    flat: str = ""
    from_here: bool = False
    age_s: int = 0
    by: Text = Text("有人", "Someone")
    mine: bool = False
    drill: bool = False
    headline: Text = Text("", "")
    next: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class NoticeLine:
    id: str
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class KioskState:
    """Everything a kiosk's home shows. `local_time` means nothing unless `time_known`.

    `offline`: the hub cannot be reached. `unsent`: events that the hub does not have yet. `banner`: a call for help
    from this kiosk first, then the gravest and newest. `incidents`: all of them for a responder's screen, P1 first and
    newest first, at most MAX_INCIDENTS; `incidents_open` counts them all. `more_at_hub`: how many more the hub has open
    that it did not send to this box, on a responder's screen.
    """

    site: Text
    local_time: str
    time_known: bool
    offline: bool
    unsent: int
    activities: tuple[ActivityLine, ...] = ()
    banner: Banner | None = None
    incidents: tuple[Banner, ...] = ()
    incidents_open: int = 0
    more_at_hub: int = 0
    notices: tuple[NoticeLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckInResult:
    """What became of one tap.

    - `recorded`: on disk. `name` is masked; `ref` undoes it for `undo_s` seconds.
    - `duplicate`: was recorded earlier at `at` ("HH:MM", empty if the box does not know the time); no second points.
    - `choose`: several sessions fit (or the time is unknown): `choices` has at most MAX_CHOICES. `tap` stands for the
      card: the page passes it back as `token` with the chosen activity. Opaque, short-lived, this kiosk only; a card
      number never reaches the page.
    - the rest: nothing was recorded. `not_recorded` is the box's fault (disk), the others are no one's.
    """

    outcome: CheckInOutcome
    name: str = ""
    activity: ActivityLine | None = None
    at: str = ""
    choices: tuple[ActivityLine, ...] = ()
    tap: str = ""
    ref: str = ""
    undo_s: int = 0


@dataclass(frozen=True, slots=True)
class UndoResult:
    """`undone` is on disk (also when it had been undone before); `too_late` and `unknown` changed nothing."""

    outcome: Literal["undone", "too_late", "unknown", "not_recorded"]


@dataclass(frozen=True, slots=True)
class HelpResult:
    """`raised`: alerts are going out. `too_short`: held less than HELP_HOLD_MS, nothing happened.

    `recorded` is False when the disk failed: the alarm acts all the same, but it is not confirmed as kept.
    `incident` names the incident; the page recognises it in the banner (and by `from_here` after a reload).
    """

    outcome: Literal["raised", "too_short"]
    incident: str = ""
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class StaffResult:
    """The bell is on record. `told`: who has it by now, by receipt; empty = nobody yet."""

    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class RespondResult:
    """`going`: this actor goes. `assisting`: somebody was on the way before, and this actor goes as well.

    `closed`: nothing is left to do.
    """

    outcome: Literal["going", "assisting", "closed", "unknown", "not_recorded"]


@dataclass(frozen=True, slots=True)
class CardTap:
    """A hardware reader bound to this kiosk was used; `result` is what the box made of it.

    `tap_id` is new for each tap, so that a page shows it once.
    """

    tap_id: str
    result: CheckInResult


@dataclass(frozen=True, slots=True)
class PageBeat:
    """A page's own sign of life, about every 5 s. `errors` counts script errors since it was loaded."""

    build: str
    uptime_s: int
    errors: int
    screen: str  # name of the screen it shows, for example "home"; no personal data
    incidents: tuple[str, ...] = ()  # ids of the incidents on its screen: a receipt, when it is a neighbour's


class KioskBackend(Protocol):
    """The box behind its kiosk pages. Every method raises `UnknownKiosk` for a name that is not configured."""

    def profile(self, kiosk: str) -> KioskProfile:
        """How this kiosk is set up."""

    def snapshot(self, kiosk: str) -> KioskState:
        """What the kiosk shows now. Cheap: it is called every few seconds per page."""

    async def check_in(self, kiosk: str, token: str | None, activity: str | None, nonce: bytes) -> CheckInResult:
        """Takes one tap; returns when it is on disk or clearly not. The same `nonce` gives the same result, once.

        `token` is what was presented, or the `tap` of an earlier `choose`; None is answered `unknown_card`.
        """

    async def undo(self, kiosk: str, ref: str) -> UndoResult:
        """Annuls a check-in of this kiosk: a new event, the old one stays."""

    async def help(self, kiosk: str, held_ms: int) -> HelpResult:
        """The help button, held: alarms go out before the disk is asked. A second press counts on the same incident."""

    async def ask_staff(self, kiosk: str, about: StaffTopic) -> StaffResult:
        """Rings the low-priority bell. Raises `anju_drivers.errors.NotRecorded` if the box could not keep it."""

    async def respond(self, kiosk: str, incident: str, actor: str) -> RespondResult:
        """A neighbour goes: all local channels stop, and everybody else is told that somebody is on the way."""

    def changes(self, kiosk: str) -> AsyncIterator[KioskState | CardTap]:
        """Every change of this kiosk's state and every reader tap from now on; ends only by `aclose` or at shutdown.

        It must not wait for a slow reader: states may be merged, and a bounded number of taps is kept.
        """

    def beat(self, kiosk: str, beat: PageBeat) -> None:
        """The page is alive. A page that stops beating is a silent device."""
