"""What happens to residents: moved in, within, out, died. Each is one action, which `undo_action` takes back whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.homes import flat_of, household_at, known_household, leave_household
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.ids import new_id
from anju_central.registry.people_errors import BadValue, NotInThatState
from anju_central.registry.person_rows import known_resident
from anju_central.registry.person_values import checked_name, put_number
from anju_central.registry.phones import set_phones
from anju_central.registry.rows import known_community
from anju_central.registry.tables import BirthExactness, Resident, ResidentState, Sex
from anju_central.registry.worn import is_here, take_back_all


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResident:
    """Somebody who moves in. `flat` as people write it, '' = not known; an ID number gives sex and birth date.

    `of_its_own`: a household of its own, where others live in the flat. `came_from`: the same person's record in the
    community where it lived before, which is closed with this.
    """

    name: str
    flat: str = ""
    sex: Sex | None = None
    born_on: date | None = None
    birth_exactness: BirthExactness | None = None
    id_number: str | None = None
    phones: tuple[str, ...] = ()
    archive_no: str | None = None
    of_its_own: bool = False
    is_head: bool = False
    came_from: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the action's number, by which it is undone, and whom it was about."""

    action: int
    resident: str


async def move_in(
    caller: Caller, registry: Registry, community: str, new: NewResident, numbers: IdNumbers, today: date, now_ms: int
) -> Done:
    """Adds somebody to a community.

    Raises NotAllowed, UnknownCommunity, BadValue, DoubleFound, UnknownResident, SecretsUnavailable.
    """
    caller.require(Right.MANAGE_PEOPLE)
    resident = new_id("r")
    async with registry.write(caller) as session:
        await known_community(session, community)
        changes = await ChangeSet.begin(session, "moved-in", community, now_ms, resident=resident)
        if new.came_from is not None:
            await _close_earlier(session, new.came_from, now_ms)
        row = Resident(
            resident=resident,
            community=community,
            state=ResidentState.PRESENT,
            name=checked_name(new.name),
            sex=new.sex,
            born_on=new.born_on,
            birth_exactness=new.birth_exactness if new.born_on is not None else None,
            archive_no=new.archive_no,
            is_head=new.is_head,
            came_from=new.came_from,
            made_ms=now_ms,
            changed_ms=now_ms,
        )
        if new.born_on is not None and new.birth_exactness is None:
            row.birth_exactness = BirthExactness.DAY
        if new.id_number is not None:
            for field, value in (await put_number(session, row, new.id_number, numbers, today)).items():
                setattr(row, field, value)
        if row.born_on is not None and row.born_on > today:
            raise BadValue("birth", "nobody is born later than today")
        if new.flat:
            flat = await flat_of(session, changes, community, new.flat, now_ms)
            home = await household_at(session, changes, community, flat.place, now_ms, of_its_own=new.of_its_own)
            row.household = home.household
        await changes.add(row)
        await set_phones(session, changes, row, new.phones, now_ms)
        await changes.finish()
        return Done(changes.number, resident)


async def _close_earlier(session: AsyncSession, resident: str, now_ms: int) -> None:
    """Where somebody came from, the record is closed, as an action of that community."""
    row = await known_resident(session, resident, lock=True)
    if is_here(row):
        changes = await ChangeSet.begin(session, "moved-out", row.community, now_ms, resident=row.resident)
        await _leave(session, changes, row, ResidentState.MOVED_OUT, now_ms)
        await changes.finish()


async def move_within(
    caller: Caller,
    registry: Registry,
    resident: str,
    flat: str,
    now_ms: int,
    *,
    of_its_own: bool = False,
    whole_household: bool = False,
) -> Done:
    """Moves somebody to another flat of the community, alone or with the household. What they wear stays theirs.

    Raises NotAllowed, UnknownResident, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        _require_here(row, "move")
        changes = await ChangeSet.begin(session, "moved-within", row.community, now_ms, resident=row.resident)
        place = await flat_of(session, changes, row.community, flat, now_ms)
        if whole_household and row.household is not None:
            changes.set(await known_household(session, row.household), place=place.place)
        else:
            before = row.household
            home = await household_at(session, changes, row.community, place.place, now_ms, of_its_own=of_its_own)
            changes.set(row, household=home.household, is_head=False)
            if before != home.household:
                await leave_household(session, changes, before, now_ms)
        await changes.finish()
        return Done(changes.number, row.resident)


async def move_out(caller: Caller, registry: Registry, resident: str, now_ms: int) -> Done:
    """Somebody has left the community: off the box at its next contact, their bands are to be returned.

    Raises NotAllowed, UnknownResident, NotInThatState.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        _require_here(row, "move out")
        changes = await ChangeSet.begin(session, "moved-out", row.community, now_ms, resident=row.resident)
        await _leave(session, changes, row, ResidentState.MOVED_OUT, now_ms)
        await changes.finish()
        return Done(changes.number, row.resident)


async def note_death(caller: Caller, registry: Registry, resident: str, died_on: date | None, now_ms: int) -> Done:
    """Somebody has died: bindings are closed, off the box at its next contact. `died_on` None: the day is not known.

    Raises NotAllowed, UnknownResident, NotInThatState, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        if row.state not in (ResidentState.PRESENT, ResidentState.MOVED_OUT):
            raise NotInThatState("resident", row.state, "die")
        if died_on is not None and row.born_on is not None and died_on < row.born_on:
            raise BadValue("died_on", "is before the birth")
        changes = await ChangeSet.begin(session, "died", row.community, now_ms, resident=row.resident)
        changes.set(row, died_on=died_on)
        await _leave(session, changes, row, ResidentState.DIED, now_ms)
        await changes.finish()
        return Done(changes.number, row.resident)


async def _leave(session: AsyncSession, changes: ChangeSet, row: Resident, state: ResidentState, now_ms: int) -> None:
    changes.set(row, state=state, left_ms=row.left_ms if row.left_ms is not None else now_ms)
    await take_back_all(session, changes, row.resident, now_ms, state.value)
    await leave_household(session, changes, row.household, now_ms)


def _require_here(row: Resident, asked: str) -> None:
    if not is_here(row):
        raise NotInThatState("resident", row.state, asked)
