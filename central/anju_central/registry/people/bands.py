"""Devices and who has them: added, handed out, lost, found, returned, repaired. Each event is undone whole."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from anju_central.access.caller import Caller, Purpose, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere
from anju_central.registry.fields_by_purpose import Field, fields_for, said
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.people_errors import BadValue, NoIncident, NotInThatState
from anju_central.registry.person_rows import known_resident
from anju_central.registry.rows import known_community
from anju_central.registry.tables import Binding, Device, DeviceKind, DeviceState, LookUpKind, Resident
from anju_central.registry.tables.bindings import DEVICE_KEY_LENGTH
from anju_central.registry.worn import bind, is_here, known_device, open_binding, unbind
from anju_protos.roster_file import masked

OUT = frozenset({DeviceState.IN_SERVICE, DeviceState.LOST})


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device that comes into the cupboard. `key` is `driver:id`, `number` what is printed on it."""

    key: str
    kind: DeviceKind
    number: str = ""
    model: str = ""
    period_s: int = 0


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device, and who has it: resident and masked or full name, as the purpose sees it. Times are UTC ms."""

    device: int
    key: str
    kind: DeviceKind
    number: str
    model: str
    zone: str | None
    state: DeviceState
    binding: int | None
    resident: str | None
    name: str
    from_ms: int | None


@dataclass(frozen=True, slots=True)
class BandDone:
    """What was done: the action's number, by which it is undone, and the device."""

    action: int
    device: int


async def add_device(caller: Caller, registry: Registry, community: str, new: NewDevice, now_ms: int) -> BandDone:
    """Puts a device into the cupboard. Raises NotAllowed, UnknownCommunity, BadValue, AlreadyThere."""
    caller.require(Right.MANAGE_PEOPLE)
    driver, _, own = new.key.partition(":")
    if not driver or not own or len(new.key) > DEVICE_KEY_LENGTH:
        raise BadValue("key", "a device's key is DRIVER:ID as status shows it, for example ble:ac233fc001aa")
    try:
        async with registry.write(caller) as session:
            await known_community(session, community)
            changes = await ChangeSet.begin(session, "device-added", community, now_ms)
            row = Device(
                community=community,
                key=new.key,
                kind=new.kind,
                number=new.number[:40],
                model=new.model[:80],
                label_zh="",
                label_en="",
                period_s=new.period_s,
                state=DeviceState.IN_STOCK,
                made_ms=now_ms,
            )
            await changes.add(row)
            await changes.finish()
            return BandDone(changes.number, row.device)
    except IntegrityError as error:
        raise AlreadyThere("device", new.key) from error


async def hand_out(
    caller: Caller,
    registry: Registry,
    device: int,
    resident: str,
    now_ms: int,
    *,
    instead_of: int | None = None,
) -> BandDone:
    """Gives a band to somebody. Where another has it, that binding has to be named: it ends, and stays in the history.

    Raises NotAllowed, NotThere, UnknownResident, NotInThatState, BoundAlready.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_device(session, device)
        person = await known_resident(session, resident, lock=True)
        if not is_here(person) or person.community != row.community:
            raise NotInThatState("resident", person.state, "get a band of this community")
        if row.state in (DeviceState.RETIRED, DeviceState.IN_REPAIR):
            raise NotInThatState("device", row.state, "be handed out")
        changes = await ChangeSet.begin(session, "band-handed-out", row.community, now_ms, resident=person.resident)
        await bind(session, changes, row, person, now_ms, instead_of=instead_of)
        await changes.finish()
        return BandDone(changes.number, device)


async def note_lost(caller: Caller, registry: Registry, device: int, now_ms: int) -> BandDone:
    """A band is lost: its binding ends, so that its press is an SOS from a known band that nobody wears.

    Raises NotAllowed, NotThere, NotInThatState.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_device(session, device)
        if row.state not in (DeviceState.IN_SERVICE, DeviceState.IN_STOCK):
            raise NotInThatState("device", row.state, "be lost")
        binding = await open_binding(session, device)
        bearer = binding.resident if binding is not None else None
        changes = await ChangeSet.begin(session, "band-lost", row.community, now_ms, resident=bearer)
        if binding is not None:
            unbind(changes, binding, now_ms, "lost")
        changes.set(row, state=DeviceState.LOST)
        await changes.finish()
        return BandDone(changes.number, device)


async def take_back(caller: Caller, registry: Registry, device: int, now_ms: int, *, broken: bool = False) -> BandDone:
    """A band came back, or was found: into the cupboard, or away for repair.

    Raises NotAllowed, NotThere, NotInThatState.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_device(session, device)
        if row.state not in OUT:
            raise NotInThatState("device", row.state, "come back")
        binding = await open_binding(session, device)
        bearer = binding.resident if binding is not None else None
        changes = await ChangeSet.begin(session, "band-returned", row.community, now_ms, resident=bearer)
        if binding is not None:
            unbind(changes, binding, now_ms, "returned")
        changes.set(row, state=DeviceState.IN_REPAIR if broken else DeviceState.IN_STOCK)
        await changes.finish()
        return BandDone(changes.number, device)


async def note_repaired(caller: Caller, registry: Registry, device: int, now_ms: int) -> BandDone:
    """A band came back from repair, into the cupboard. Raises NotAllowed, NotThere, NotInThatState."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_device(session, device)
        if row.state is not DeviceState.IN_REPAIR:
            raise NotInThatState("device", row.state, "come back from repair")
        changes = await ChangeSet.begin(session, "band-repaired", row.community, now_ms)
        changes.set(row, state=DeviceState.IN_STOCK)
        await changes.finish()
        return BandDone(changes.number, device)


async def list_devices(caller: Caller, registry: Registry, log: LookUpLog, community: str) -> list[DeviceRow]:
    """Returns a community's devices by key, and who has them.

    Not for emergencies: nobody goes through a list in one. Raises NotAllowed, PurposeRefused, NoIncident, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    if caller.purpose is Purpose.EMERGENCY:
        raise NoIncident
    chosen = (
        select(Device, Binding, Resident)
        .outerjoin(Binding, (Binding.device == Device.device) & Binding.to_ms.is_(None))
        .outerjoin(Resident, Resident.resident == Binding.resident)
        .where(Device.community == community, Device.retired_ms.is_(None))
        .order_by(Device.key)
    )
    async with registry.read(caller) as session:
        rows = [
            DeviceRow(
                device=device.device,
                key=device.key,
                kind=device.kind,
                number=device.number,
                model=device.model,
                zone=device.zone,
                state=device.state,
                binding=binding.binding if binding is not None else None,
                resident=bearer.resident if bearer is not None else None,
                name=_name(bearer, fields),
                from_ms=binding.from_ms if binding is not None else None,
            )
            for device, binding, bearer in (await session.execute(chosen)).tuples()
        ]
    people = frozenset((row.resident, community) for row in rows if row.resident is not None)
    await log.note(caller, registry, Seen(LookUpKind.LIST, people, said(fields & {Field.NAME, Field.BANDS})))
    return rows


def _name(bearer: Resident | None, fields: frozenset[Field]) -> str:
    if bearer is None:
        return ""
    return bearer.name if Field.NAME in fields else masked(bearer.name)
