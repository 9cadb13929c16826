"""A clerk's month at the hub, seen on the right box and on no other: real sheets, registry, line and boxes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import grpc
from openpyxl import load_workbook
from sqlalchemy import select

from anju_central.access.caller import COMMAND_LINE, Purpose
from anju_central.box_services import add_services
from anju_central.control.rosters import RosterPush
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.imports import job
from anju_central.registry.imports.reading_process import make_error_sheet
from anju_central.registry.people.bands import NewDevice, add_device, hand_out, note_lost
from anju_central.registry.people.consents import NewConsent, give_consent, withdraw_consent
from anju_central.registry.people.life_events import NewResident, move_in, move_out, note_death
from anju_central.registry.queries.roster_take_over import begin_roster
from anju_central.registry.secrets import RegistrySecrets
from anju_central.registry.tables import (
    ConsentChannel,
    ConsentKind,
    Device,
    DeviceKind,
    DeviceState,
    Language,
    Resident,
    Zone,
)
from anju_central.store.log_reader import LogReader
from anju_drivers.driver import AlarmReading, Reason, Sighting
from anju_edge.alerts.board import AlertDispatcher
from anju_edge.incidents.open_incidents import OpenIncidents
from anju_edge.intake.device_table import DeviceTable
from anju_edge.intake.intake import BoxIntake
from anju_edge.intake.presence import PresenceTracker
from anju_edge.roster.presence_settings import PresenceSettings
from anju_edge.sync.box_identity import BoxIdentity
from anju_protos.roster_file import masked
from anju_protos.v1.control_pb2 import RosterBundle
from anju_protos.v1.event_pb2 import PRESENCE
from support.hubs import Hub, config, running
from support.roster_rig import RosterBox, kept_in, roster_box
from support.sheets.people import Somebody
from support.sheets.people import people as some_people
from support.sheets.taken import csv_of
from support.sync_rig import drained, until

NINGDU, OTHER = BoxIdentity("box-1", "ningdu", "test 1.0"), BoxIdentity("box-2", "other", "test 1.0")
CLERK = replace(COMMAND_LINE, purpose=Purpose.CASE)
TODAY = date(2027, 1, 15)
RECEIVER = "ble:receiver-1"
CONSENT = NewConsent(
    kind=ConsentKind.LOCATION,
    wording_version="2026-1",
    wording_hash=bytes(32),
    language=Language.ZH,
    channel=ConsentChannel.PAPER,
)


@dataclass
class Office:
    """The clerk's desk: a hub with two communities, whose boxes get their rosters from its registry."""

    hub: Hub
    port: int
    numbers: IdNumbers

    @property
    def registry(self) -> Registry:
        return self.hub.parts.registry.registry

    def now_ms(self) -> int:
        """Each thing that is done takes a minute."""
        self.hub.clock.advance(60)
        return self.hub.clock.ms

    async def takes(self, sheet: bytes, community: str, file: str = "sheet.csv", leaves: str = "") -> bytes | None:
        """Imports a sheet, with a tick for whoever left; returns the error sheet, None where all of it went in."""
        asked = job.Job(file, community=community, as_of_ms=self.now_ms())
        ready = await job.prepare(CLERK, self.registry, self.numbers, asked, sheet, TODAY)
        ticked = [one.known.resident for one in ready.planned.plan.missing if one.known.name == leaves]
        await job.run(CLERK, self.registry, self.numbers, ready, frozenset(ticked), self.now_ms())
        if not ready.problems:
            return None
        return await make_error_sheet(sheet, file, ready.choice, ready.problems)

    async def id_of(self, person: Somebody, community: str = "ningdu") -> str:
        async with self.registry.read(CLERK) as session:
            named = select(Resident.resident).where(Resident.name == person.name, Resident.community == community)
            return (await session.scalars(named)).one()

    async def ids(self, community: str) -> set[str]:
        async with self.registry.read(CLERK) as session:
            return set(await session.scalars(select(Resident.resident).where(Resident.community == community)))

    async def new_band(self, key: str, resident: str) -> int:
        """A band out of the cupboard, handed out; returns its number."""
        new = NewDevice(key=key, kind=DeviceKind.BAND)
        await add_device(CLERK, self.registry, "ningdu", new, self.now_ms())
        async with self.registry.read(CLERK) as session:
            device = (await session.scalars(select(Device.device).where(Device.key == key))).one()
        await hand_out(CLERK, self.registry, device, resident, self.now_ms())
        return device


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    data = config(folder).data_dir
    data.mkdir(parents=True, exist_ok=True)
    secrets = RegistrySecrets(data, {})
    secrets.make()
    async with running(folder) as hub:
        parts, server = hub.parts, grpc.aio.server()
        boxes = {box.box: box.community for box in (NINGDU, OTHER)}
        push = RosterPush(parts.rosters.book)
        add_services(server, hub.store, boxes, parts.contacts, parts.live_incidents, hub.clock.wall_ms, rosters=push)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        following = asyncio.create_task(parts.rosters.run())
        try:
            made = Office(hub, port, IdNumbers(secrets))
            for community in ("ningdu", "other"):
                await begin_roster(COMMAND_LINE, made.registry, community, made.now_ms())
            yield made
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await server.stop(0)


def sensing(box: RosterBox) -> BoxIntake:
    """What hears bands, with the box's roster: the product's own parts."""
    alerts = AlertDispatcher(None, [], lambda _incident: {})
    incidents = OpenIncidents("ningdu", "box-1", box.recorder, lambda: None)
    presence = PresenceTracker(PresenceSettings(), {})
    intake = BoxIntake(box.recorder, box.recorder.clock, presence, DeviceTable(9), incidents, alerts)
    intake.use(box.store.current)
    box.store.on_change.append(intake.use)
    return intake


def names(box: RosterBox) -> list[str]:
    return sorted(f"{one.flat} {one.masked_name}" for one in box.store.current.bundle.residents)


def shown(some: list[Somebody], **moved: str) -> list[str]:
    """People as a box has them; `moved`: a flat by phone number, with a letter before it."""
    return sorted(f"{moved.get(f'p{one.phone}', one.address)} {masked(one.name)}" for one in some)


def mended(error_sheet: bytes, wrong: str, right: str) -> bytes:
    """What the clerk does with the error sheet: types what it asks for."""
    book = load_workbook(io.BytesIO(error_sheet))
    page = book.active
    assert page is not None
    rows = list(page.iter_rows())
    assert len(rows) == 2, "the one that did not go in"
    cell = next(cell for cell in rows[1] if cell.value == wrong)
    cell.value = right
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def places_at(hub: Hub, device: str) -> int:
    """How many events that say where a device is lie at the hub."""
    reader = LogReader(hub.store.path)
    try:
        events = [event for batch in reader.batches(0, 10_000) for event in batch.events]
        return sum(event.kind == PRESENCE and event.device == device for event in events)
    finally:
        reader.close()


def disk_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_clerks_month(tmp_path: Path) -> None:
    here, there = some_people(12), some_people(4, first=100)
    async with office(tmp_path / "hub") as desk, roster_box(tmp_path / "two", desk.port, identity=OTHER) as other:
        async with roster_box(tmp_path / "one", desk.port, identity=NINGDU) as box:
            # The first sheet: one ID number was typed wrongly. The rest goes in; the row is mended and sent again.
            typo = here[3].id_number[:-1] + ("0" if here[3].id_number[-1] != "0" else "1")
            errors = await desk.takes(csv_of(here, **{f"p{here[3].phone}": {"id": typo}}), "ningdu")
            assert errors is not None
            await until(lambda: names(box) == shown(here[:3] + here[4:]))
            assert await desk.takes(mended(errors, typo, here[3].id_number), "ningdu", "errors.xlsx") is None
            await until(lambda: names(box) == shown(here))
            assert names(other) == [], "nobody of the neighbours is on the other box"
            await desk.takes(csv_of(there), "other")
            await until(lambda: names(other) == shown(there))
            assert names(box) == shown(here)

            # Two bands are handed out, one of them with a consent to positions; a receiver hangs at the gate.
            ada, bea, cyd, dora = here[0], here[1], here[2], here[4]
            ada_id, bea_id = await desk.id_of(ada), await desk.id_of(bea)
            first = await desk.new_band("ble:ac233fc00001", ada_id)
            await desk.new_band("ble:ac233fc00002", bea_id)
            await give_consent(CLERK, desk.registry, ada_id, CONSENT, desk.now_ms())
            await _hang_receiver(desk)
            await until(lambda: RECEIVER in box.store.current.devices)
            current = box.store.current
            assert {one.device: one.resident for one in current.bundle.bindings} == {
                "ble:ac233fc00001": ada_id,
                "ble:ac233fc00002": bea_id,
            }
            assert [current.devices[f"ble:ac233fc0000{n}"].place_withheld for n in (1, 2)] == [False, True]
            unheard = other.revision

            # Next month's sheet: one has another flat, one is missing and did move out, one is new.
            new = some_people(1, first=50)[0]
            month = csv_of([*here[:-1], new], **{f"p{cyd.phone}": {"flat": "9栋9单元909"}})
            assert await desk.takes(month, "ningdu", leaves=here[-1].name) is None
            at_home = [*here[:-1], new]
            await until(lambda: names(box) == shown(at_home, **{f"p{cyd.phone}": "9栋9单元909"}))

            # Bea dies: off the box, and her band is nobody's.
            await note_death(CLERK, desk.registry, bea_id, None, desk.now_ms())
            await until(lambda: bea_id not in box.store.current.residents)
            assert not box.store.current.residents_of_device.get("ble:ac233fc00002")

            # Ada loses her band and is given another.
            await note_lost(CLERK, desk.registry, first, desk.now_ms())
            await desk.new_band("ble:ac233fc00003", ada_id)
            await until(lambda: "ble:ac233fc00003" in box.store.current.residents_of_device)
            assert not box.store.current.residents_of_device.get("ble:ac233fc00001")
            assert other.revision == unheard, "none of this is the other box's matter"

            # Dora moves to the other community: gone here, there with a new record.
            dora_id = await desk.id_of(dora)
            moves = NewResident(name=dora.name, flat="1栋1单元101", came_from=dora_id)
            await move_in(CLERK, desk.registry, "other", moves, desk.numbers, TODAY, desk.now_ms())
            await until(lambda: dora_id not in box.store.current.residents)
            await until(lambda: len(other.store.current.residents) == len(there) + 1)
            assert dora_id not in other.store.current.residents

            # Ada takes her consent to positions back: her walk is not kept any more, her SOS says where she is.
            intake = sensing(box)
            await intake.take(Sighting("ble:ac233fc00003", RECEIVER, -50))
            await drained(box.box)
            await desk.hub.settled()
            assert places_at(desk.hub, "ble:ac233fc00003") == 1
            await withdraw_consent(
                CLERK, desk.registry, ada_id, ConsentKind.LOCATION, ConsentChannel.DESK, desk.now_ms()
            )
            await until(lambda: box.store.current.devices["ble:ac233fc00003"].place_withheld)
            for change in intake._presence.receiver_lost(RECEIVER, box.recorder.clock.elapsed_ms()):
                intake._record_presence(change)
            await intake.take(Sighting("ble:ac233fc00003", RECEIVER, -50))
            await intake.take(AlarmReading("ble:ac233fc00003", frozenset({Reason.SOS}), b"1", 2.0, counter=1))
            await drained(box.box)
            await desk.hub.settled()
            assert places_at(desk.hub, "ble:ac233fc00003") == 1
            [incident] = (await desk.hub.http.get("/api/incidents")).json()
            assert (incident["place"]["zone"], incident["resident"]) == ("gate", ada_id)
            assert incident["resident_label"].endswith("*" + ada.name[-1])

        # While the box is away somebody moves out: gone as soon as it is heard again.
        cyd_id = await desk.id_of(cyd)
        await move_out(CLERK, desk.registry, cyd_id, desk.now_ms())
        async with roster_box(tmp_path / "one", desk.port, identity=NINGDU) as box:
            await until(lambda: cyd_id not in box.store.current.residents)
            await drained(box.box)
        await drained(other.box)
        everybody = {community: await desk.ids(community) for community in ("ningdu", "other")}
    kept = RosterBundle.FromString(await kept_in(tmp_path / "one"))
    assert not {cyd_id, bea_id, dora_id} & {one.id for one in kept.residents}
    for folder, foreign in (("one", "other"), ("two", "ningdu")):
        disk = disk_of(tmp_path / folder)
        assert len(disk) > 10_000
        assert [one for one in everybody[foreign] if one.encode() in disk] == [], "rows of the other community"
        assert [one.name for one in [*here, *there] if one.name.encode() in disk] == [], "no box has a full name"
        assert [one.id_number for one in [*here, *there] if one.id_number.encode() in disk] == []


async def _hang_receiver(desk: Office) -> None:
    """A zone and what hears in it."""
    now_ms = desk.now_ms()
    async with desk.registry.write(COMMAND_LINE) as session:
        session.add(Zone(community="ningdu", zone="gate", label_zh="大门", label_en="Gate", made_ms=now_ms))
        await session.flush()
        session.add(
            Device(
                community="ningdu",
                key=RECEIVER,
                kind=DeviceKind.RECEIVER,
                number="",
                model="",
                zone="gate",
                label_zh="",
                label_en="",
                period_s=0,
                state=DeviceState.IN_SERVICE,
                made_ms=now_ms,
            )
        )
        record(session, "zone.add", "gate", "ningdu", now_ms)
