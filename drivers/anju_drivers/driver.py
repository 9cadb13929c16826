"""What a driver is: the public API for driver authors.

A driver turns one device's bytes into `Reading`s and hands them to the box's intake. It registers a `DriverSpec` in
the entry-point group `anju.drivers`, passes `conformance.py`, and brings a simulator that speaks the same bytes over
the same kind of link.

A reading is what a device said, in units named by the field; what it means (who wears it, which lane, whether a siren
sounds) is decided by the box. Device keys are `family:identity` in lower case: `ble:ac233fc001aa`,
`card_reader:kiosk-1`, `hikvision:1ef0feee0b2be`. No reading carries a name, a face, a picture or an ID number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable


class Reason(StrEnum):
    """Why an alarm was raised. Keep every reason a device gives: SOS + low battery is both."""

    SOS = "sos"
    FALL = "fall"
    REMOVED = "removed"
    LOW_BATTERY = "low_battery"
    GEOFENCE_OUT = "geofence_out"
    GEOFENCE_IN = "geofence_in"
    TAMPER = "tamper"
    SMOKE = "smoke"
    WATER = "water"
    PANIC = "panic"
    GENERAL = "general"
    CALL_BUTTON = "call_button"
    POWER_CUT = "power_cut"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A receiver heard a device's radio. Not an event: the box folds sightings into presence."""

    device: str
    receiver: str
    rssi_dbm: int
    device_time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PositionFix:
    """Where a device says it is, WGS-84. `fix_valid` false or (0, 0) never moves a person."""

    device: str
    latitude_deg: float
    longitude_deg: float
    fix_valid: bool
    accuracy_m: int | None = None
    speed_m_s: float | None = None
    course_deg: int | None = None
    beacons: tuple[str, ...] = ()
    wifi: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    device_time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AlarmReading:
    """A device asks for help, or says that something about it is wrong.

    `press` tells one press from another: the same (device, press) within `burst_window_s` of the last copy is the same
    press, counted and not rung again. Put in it what the protocol has: the counter, else the payload that changes with
    a press. `counter` is set only where the radio really has one. `counter_went_back`: a press that authenticates, but
    whose number was used before or is lower than the last: a new battery, or a recording that somebody sends.
    """

    device: str
    reasons: frozenset[Reason]
    press: bytes
    burst_window_s: float
    counter: int | None = None
    receiver: str = ""
    rssi_dbm: int | None = None
    battery_pct: int | None = None
    position: PositionFix | None = None
    device_time_ms: int | None = None
    test: bool = False
    counter_went_back: bool = False


@dataclass(frozen=True, slots=True)
class VitalReading:
    """A body measurement. A heart rate of 0 means "not worn" and is no vital."""

    device: str
    heart_rate_bpm: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    spo2_pct: int | None = None
    temperature_c: float | None = None
    device_time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StateReading:
    """How a device is: battery, movement, contact, climate. `None` = the device said nothing of it."""

    device: str
    battery_pct: int | None = None
    battery_mv: int | None = None
    steps: int | None = None
    moving: bool | None = None
    contact_open: bool | None = None
    motion: bool | None = None
    occupied: bool | None = None
    worn: bool | None = None
    temperature_c: float | None = None
    humidity_pct: float | None = None
    detail: str = ""
    device_time_ms: int | None = None


class TriggerState(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    PULSE = "pulse"  # no end will come


@dataclass(frozen=True, slots=True)
class TriggerReading:
    """A camera's trigger, in the vocabulary of all camera drivers.

    `kind` is one of `triggers.KINDS`. `channel` is 1-based, 0 = the device itself. `ongoing` may extend a trigger that
    is open, never open one; `late` was stored by the camera and sent afterwards: kept, no siren; `initial` tells a
    state that held before we looked.
    """

    device: str
    kind: str
    state: TriggerState
    channel: int = 0
    region: str = ""
    rule: str = ""
    targets: tuple[str, ...] = ()
    input: int = 0
    initial: bool = False
    ongoing: bool = False
    late: bool = False
    raw_type: str = ""
    device_time_ms: int | None = None


class CardMethod(StrEnum):
    CARD = "card"
    BAND = "band"
    QR = "qr"
    ID_CARD = "id_card"


@dataclass(frozen=True, slots=True, repr=False)
class CardReading:
    """Somebody presented a card, a band or a code. One per presentation.

    `token` is `scheme:value` (`em4100:67003B51C6`); the box hashes it with the site's key at once and forgets it, so
    it is kept out of `repr`, logs and events.
    """

    device: str
    token: str
    method: CardMethod = CardMethod.CARD

    def __repr__(self) -> str:
        return f"CardReading(device={self.device!r}, method={self.method!r})"


@dataclass(frozen=True, slots=True)
class LinkReading:
    """The driver reached its device, or lost it. Sent once per change of state."""

    device: str
    up: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class UnknownPress:
    """A device changed its signal for a moment, as bands do while a button is held, and no rule says what it means.

    `signal` names what it sent, in the words that a rule would have. No alarm: whoever sets the device up must look.
    """

    device: str
    signal: str


Reading: TypeAlias = (
    Sighting
    | PositionFix
    | AlarmReading
    | VitalReading
    | StateReading
    | TriggerReading
    | CardReading
    | LinkReading
    | UnknownPress
)


class Intake(Protocol):
    """The box's side of a driver."""

    def take(self, reading: Reading) -> Awaitable[None]:
        """Takes a reading at once, without waiting: alarms have acted when this returns.

        The returned awaitable ends when the reading is on disk, or raises `NotRecorded`. Await it only before
        confirming something to the device; most drivers drop it, which is safe.
        """

    def heard(self, device: str, *, frames: int = 1, errors: int = 0) -> None:
        """Counts traffic of the receiver, reader or camera itself: feeds "last heard", frame and error counters."""


@runtime_checkable
class NamedIntake(Protocol):
    """An intake that says which box it is of, for drivers that must be told apart from those of another box."""

    box: str


@runtime_checkable
class Driver(Protocol):
    """One configured device. The supervisor calls `run`; it ends only by cancellation or by raising."""

    name: str

    async def run(self, intake: Intake) -> None:
        """Opens the link and hands readings over until cancelled.

        Raises `DriverError` for what a restart may mend; anything else is treated as a bug, logged with its traceback
        and restarted too.
        """


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a right configuration leaves undone, for whoever set it up. `code` is short and stays the same."""

    code: str
    zh: str
    en: str


@runtime_checkable
class CautiousDriver(Protocol):
    """A driver that may have something to say about its configuration before it runs."""

    @property
    def cautions(self) -> tuple[Caution, ...]: ...


def cautions_of(driver: Driver) -> tuple[Caution, ...]:
    """What a driver has to say about its configuration; nothing for one that never has."""
    return driver.cautions if isinstance(driver, CautiousDriver) else ()


@runtime_checkable
class CountingDriver(Protocol):
    """A driver that anybody in reach can dial, and that turns away who does not keep to the rules."""

    @property
    def set_aside(self) -> Mapping[str, int]:
        """How many were turned away, by cause; counted since its listener was opened."""


def set_aside_by(driver: Driver) -> Mapping[str, int]:
    """What a driver turned away; nothing for one that never does."""
    return driver.set_aside if isinstance(driver, CountingDriver) else {}


@dataclass(frozen=True, slots=True)
class Explained:
    """One decoded frame for a person: `anju-edge decode` prints it as a JSON object a line."""

    summary: str
    fields: Mapping[str, object]
    readings: tuple[Reading, ...] = ()


class StreamDecoder(Protocol):
    """Bytes in any chunks in, explained frames out. Knows no port and no clock; memory stays bounded.

    `dropped` counts damaged frames that were skipped. A decoder may also have `is_incomplete`, true in the middle of a
    frame.
    """

    @property
    def dropped(self) -> int: ...

    def feed(self, data: bytes) -> list[Explained]:
        """Frames that these bytes completed, in order. Never raises."""


@dataclass(frozen=True, slots=True)
class DriverSpec:
    """What an entry point in `anju.drivers` names.

    - `create(name, options)`: options are the driver's own table of `edge.toml`; unknown or bad keys raise
      `DriverConfigError`.
    - `explain(data)`: frames of one capture, for `anju-edge decode`; never raises on junk.
    - `vectors(item)`: decodes one item of a vector file of `vector_files` to the vocabulary of its `expect`.
    - `simulate(options)`: a simulator (`simulation.Simulator`), or None where there is none.
    - `decoder()`: a fresh decoder of this driver's byte stream, or None where frames come whole.
    - `options`: key of the driver's table -> what it means, with unit and default, in English.
    - `hear(item)`: what one item of a case file says, each with its time in seconds; None where the item's bytes tell
      all, as `decoder` and `explain` take them.
    """

    name: str
    summary_zh: str
    summary_en: str
    create: Callable[[str, Mapping[str, object]], Driver]
    explain: Callable[[bytes], list[Explained]]
    vectors: Callable[[Mapping[str, object]], Mapping[str, object]]
    vector_files: tuple[str, ...] = ()
    simulate: Callable[[Mapping[str, object]], object] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    decoder: Callable[[], StreamDecoder] | None = None
    hear: Callable[[Mapping[str, object]], Iterable[tuple[float, Explained]]] | None = None
