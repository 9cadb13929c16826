"""A box's parts wired with a real journal and a clock that tests move by hand; channels and hub are left out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from anju_edge.alerts.board import AlertDispatcher
from anju_edge.clock import Clock, RunningTime, SimulatedClock
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.intake.device_table import DeviceTable
from anju_edge.intake.intake import BoxIntake
from anju_edge.intake.presence import PresenceTracker
from anju_edge.journal.card import Card
from anju_edge.journal.journal import Journal, JournalSettings
from anju_edge.journal.recorder import Recorder
from anju_edge.kiosk.backend import KioskProfile
from anju_edge.kiosk.service import KioskService, KioskSetup
from anju_edge.roster.presence_settings import PresenceSettings
from anju_edge.roster.store import RosterStore
from anju_protos.roster_file import parse_roster
from anju_protos.v1.control_pb2 import Incident
from anju_protos.v1.event_pb2 import Event

BAND, OTHER_BAND, RECEIVER, OTHER_RECEIVER = "ble:ac233fc001aa", "ble:ac233fc001ab", "ble:receiver-1", "ble:receiver-2"
CARD, SECOND_CARD = "em4100:67003B51C6", "em4100:67003B51C7"

ROSTER = f"""
community = "ningdu"
revision = 1
name_zh = "柠都社区"
name_en = "Ningdu community"
time_zone = "Asia/Shanghai"
token_salt = "3f0c5a0f6f8f4c0d9a51e1b7c2d40e11"

[[zones]]
id = "b3-u2"
label_zh = "3栋2单元"
label_en = "Building 3, unit 2"
[[zones]]
id = "b4-u1"
label_zh = "4栋1单元"
[[devices]]
key = "{BAND}"
kind = "band"
period_s = 60
[[devices]]
key = "{OTHER_BAND}"
kind = "band"
[[devices]]
key = "{RECEIVER}"
kind = "receiver"
zone = "b3-u2"
period_s = 60
[[devices]]
key = "{OTHER_RECEIVER}"
kind = "receiver"
zone = "b4-u1"
[[devices]]
key = "kiosk:kiosk-1"
kind = "kiosk"
zone = "b3-u2"
[[residents]]
id = "r-0001"
name = "王小秀"
flat = "3-2-501"
[[residents]]
id = "r-0002"
name = "李四"
flat = "3-2-502"
[[bindings]]
device = "{BAND}"
resident = "r-0001"
[[tokens]]
token = "{CARD}"
resident = "r-0001"
[[tokens]]
token = "{SECOND_CARD}"
resident = "r-0002"
[[activities]]
id = "all-day"
title_zh = "阅览室"
title_en = "Reading room"
starts = "00:00"
ends = "24:00"
"""


def default_card() -> Card | None:
    """What encrypts where a test says nothing of it; `card_rig.with_card` sets it for a suite."""
    return None


def no_words(_: Incident) -> Mapping[str, object]:
    return {}


@dataclass
class Parts:
    """`alerts.rings` counts rings. `offline`: what the kiosk service believes of the hub."""

    clock: SimulatedClock
    journal: Journal
    recorder: Recorder
    rosters: RosterStore
    presence: PresenceTracker
    devices: DeviceTable
    incidents: OpenIncidents
    alerts: AlertDispatcher
    intake: BoxIntake
    kiosk_service: KioskService
    events: list[Event] = field(default_factory=list)
    offline: bool = False

    async def recorded(self) -> list[Event]:
        """All durable events of all streams, in the order of each."""
        await self.journal.flush()
        events = []
        for info in self.journal.streams():
            after = 0
            while (batch := await self.journal.read(info.stream, after, 500, 1 << 20)) is not None:
                events += [Event.FromString(data) for data in batch.events]
                after = batch.first_seq + len(batch.events) - 1
        return events

    async def of_kind(self, kind: int) -> list[Event]:
        return [event for event in await self.recorded() if event.kind == kind]

    def follow(self) -> None:
        self.alerts.sync(self.incidents.open(), self.clock.elapsed_ms())
        self.kiosk_service.changed()


@asynccontextmanager
async def box_parts(
    folder: Path,
    clock: SimulatedClock | None = None,
    roster: str = ROSTER,
    settings: JournalSettings | None = None,
    responders: tuple[str, ...] = (),
    card: Card | None = None,
) -> AsyncIterator[Parts]:
    """`roster` empty = what an earlier run kept. `card`: the keys of an encrypted journal, else `default_card`'s."""
    clock = clock or SimulatedClock(boot=7, manual=True)
    settings = settings or JournalSettings(ballast_bytes=0)
    async with (
        await Journal.open(folder, settings, card=card or default_card()) as journal,
        asyncio.TaskGroup() as tasks,
    ):
        recorder = Recorder(journal, clock, RunningTime())
        rosters = RosterStore("ningdu", recorder)
        alerts = AlertDispatcher(None, [], no_words)
        parts: list[Parts] = []
        incidents = OpenIncidents("ningdu", "box-1", recorder, lambda: parts[0].follow() if parts else None)
        devices = DeviceTable(50)
        presence = PresenceTracker(PresenceSettings(), {})
        intake = BoxIntake(recorder, clock, presence, devices, incidents, alerts)
        kiosks = {
            "kiosk-1": KioskSetup(KioskProfile(), reader="card_reader:kiosk-1"),
            "kiosk-2": KioskSetup(KioskProfile()),
        } | {
            name: KioskSetup(KioskProfile(role="responder", actor="" if name == "nameless" else f"m-{name}"))
            for name in responders
        }
        kiosk_service = KioskService(
            kiosks, recorder, rosters, intake, incidents, tasks, lambda: bool(parts and parts[0].offline)
        )
        intake.on_card = kiosk_service.card
        rosters.on_change.append(intake.use)
        if not roster:
            await rosters.restore()
        else:
            assert rosters.apply(parse_roster(roster, Path("community.toml")))
        await incidents.restore()
        await kiosk_service.restore()
        made = Parts(clock, journal, recorder, rosters, presence, devices, incidents, alerts, intake, kiosk_service)
        parts.append(made)
        yield made
        kiosk_service.close()


def known_time(clock: Clock) -> None:
    """Lets the clock take its own word for the date."""
    clock.poll()
