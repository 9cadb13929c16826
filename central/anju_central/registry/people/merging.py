"""Two records of one person made one, and taken apart again.

The record that stays gets what the other had; the other keeps its id, which stands in events, and leads to it. Undoing
the merge takes all back; splitting takes out what was merged and leaves what came since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ADDED, ChangeSet, decoded, encoded, row_key
from anju_central.registry.database import Registry
from anju_central.registry.homes import leave_household
from anju_central.registry.id_numbers import IdNumbers
from anju_central.registry.people.life_events import Done
from anju_central.registry.people_errors import CannotMerge, NotThere, UnknownResident
from anju_central.registry.person_rows import known_resident, phones_of
from anju_central.registry.phones import MAX_PHONES, set_phones
from anju_central.registry.tables import (
    Base,
    Binding,
    Consent,
    Contact,
    Note,
    RecordAction,
    RecordChange,
    Resident,
    ResidentPhone,
    ResidentState,
    ResponderGroup,
    Token,
    Volunteer,
)

FILLED: Final = ("sex", "archive_no", "born_on", "birth_exactness", "id_number", "id_number_hash")  # see `_fill`

HANDED_BACK: Final[dict[str, type[Note | Contact]]] = {"note": Note, "contact": Contact}


async def merge(
    caller: Caller, registry: Registry, keep: str, other: str, numbers: IdNumbers, now_ms: int, reason: str = ""
) -> Done:
    """Makes `other` a part of `keep`. Raises NotAllowed, UnknownResident, CannotMerge, SecretsUnavailable."""
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        kept = await known_resident(session, keep, lock=True)
        gone = await known_resident(session, other, lock=True)
        _check(kept, gone)
        changes = await ChangeSet.begin(session, "merge", kept.community, now_ms, resident=kept.resident, reason=reason)
        await _move_rows(session, changes, kept, gone, now_ms)
        _fill(changes, kept, gone, numbers)
        for earlier in await session.scalars(select(Resident).where(Resident.merged_into == gone.resident)):
            changes.set(earlier, merged_into=kept.resident)
        household = gone.household
        changes.set(
            gone, state=ResidentState.MERGED, merged_into=kept.resident, left_ms=None, household=None, is_head=False
        )
        await changes.flush()
        await leave_household(session, changes, household, now_ms)
        await changes.finish()
        return Done(changes.number, kept.resident)


def _check(kept: Resident, gone: Resident) -> None:
    """Raises CannotMerge."""
    if kept.resident == gone.resident:
        raise CannotMerge("they are one record already")
    if kept.community != gone.community:
        raise CannotMerge("they are of two communities: let the person move instead")
    if kept.state is not ResidentState.PRESENT and gone.state is ResidentState.PRESENT:
        raise CannotMerge("keep the one who lives here")
    hashes = (kept.id_number_hash, gone.id_number_hash)
    if None not in hashes and hashes[0] != hashes[1]:
        raise CannotMerge("they have different ID numbers, so they are two people")


async def split(
    caller: Caller, registry: Registry, other: str, now_ms: int, *, bindings: Collection[int] = (), reason: str = ""
) -> Done:
    """Takes a record that was merged out again, with its own number, birth, phones, notes and contacts, and with the
    bindings that are named; what else came since stays.

    Where nothing came since, undo the merge instead: that gives all back. Raises NotAllowed, UnknownResident, NotThere.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        gone = await session.get(Resident, other, with_for_update=True)
        if gone is None or gone.merged_into is None:
            raise UnknownResident(other)
        kept = gone.merged_into
        counting = await session.get_one(Resident, kept)
        changes = await ChangeSet.begin(session, "split", gone.community, now_ms, resident=gone.resident, reason=reason)
        changes.set(gone, merged_into=None, **_state_after(gone, counting, now_ms))
        await _give_back(session, changes, counting, gone)
        for number in bindings:
            binding = await session.get(Binding, number)
            if binding is None or binding.resident != kept:
                raise NotThere("binding", str(number))
            changes.set(binding, resident=gone.resident)
        await changes.finish()
        return Done(changes.number, gone.resident)


async def _give_back(session: AsyncSession, changes: ChangeSet, kept: Resident, gone: Resident) -> None:
    """What the merge put into the record that stays, and nobody has changed since, is of the other one alone again."""
    merging = (
        select(RecordChange.record_action)
        .join(RecordAction, RecordAction.record_action == RecordChange.record_action)
        .where(
            RecordAction.kind == "merge",
            RecordAction.resident == kept.resident,
            RecordChange.row_table == Resident.__tablename__,
            RecordChange.row_key == row_key(gone),
            RecordChange.field == "merged_into",
        )
        .order_by(RecordChange.record_change.desc())
        .limit(1)
    )
    chosen = select(RecordChange).where(
        RecordChange.record_action.in_(merging.scalar_subquery()), RecordChange.resident == kept.resident
    )
    own_phones = set(await session.scalars(select(ResidentPhone.phone).where(ResidentPhone.resident == gone.resident)))
    for change in (await session.scalars(chosen)).all():
        if change.row_table == Resident.__tablename__ and change.field in FILLED:
            if encoded(getattr(kept, change.field)) == change.value_after:
                value = decoded(Resident, change.field, json.loads(change.value_before))
                changes.set(kept, **{change.field: value})
        elif change.row_table == ResidentPhone.__tablename__ and change.field == ADDED:
            phone = await session.get(ResidentPhone, json.loads(change.row_key)[0])
            if phone is not None and phone.ended_ms is None and phone.phone in own_phones:
                changes.remove(phone)
        elif change.row_table in HANDED_BACK and change.value_before == encoded(gone.resident):
            model = HANDED_BACK[change.row_table]
            row = cast("Note | Contact | None", await session.get(model, json.loads(change.row_key)[0]))
            if row is not None and change.field == "resident" and row.resident == kept.resident:
                changes.set(row, resident=gone.resident)


def _state_after(gone: Resident, counting: Resident, now_ms: int) -> dict[str, object]:
    """How a record stands that is taken out again: nobody comes back to life by it, or moves in.

    What is known of the one record since is true of both, until somebody says otherwise.
    """
    if gone.died_on is not None:
        return {"state": ResidentState.DIED, "left_ms": counting.left_ms or now_ms}
    if counting.state is ResidentState.PRESENT:
        return {"state": ResidentState.PRESENT, "left_ms": None}
    return {"state": counting.state, "left_ms": counting.left_ms, "died_on": counting.died_on}


async def _move_rows(session: AsyncSession, changes: ChangeSet, kept: Resident, gone: Resident, now_ms: int) -> None:
    """Everything that names the one names the other from now on; what both have once stays with the one that goes."""
    await _settle_consents(session, changes, kept, gone)
    for model in (Binding, Token, Note, Volunteer):
        rows: Sequence[Base] = (await session.scalars(select(model).where(model.resident == gone.resident))).all()
        for row in rows:
            changes.set(row, resident=kept.resident)
    for group in await session.scalars(select(ResponderGroup).where(ResponderGroup.leader == gone.resident)):
        changes.set(group, leader=kept.resident)
    await _move_contacts(session, changes, kept, gone, now_ms)
    await changes.flush()
    phones = await phones_of(session, [kept.resident, gone.resident])
    both = [*phones.get(kept.resident, ()), *phones.get(gone.resident, ())]
    await set_phones(session, changes, kept, list(dict.fromkeys(both))[:MAX_PHONES], now_ms)


async def _settle_consents(session: AsyncSession, changes: ChangeSet, kept: Resident, gone: Resident) -> None:
    """The newest word of each kind counts, whichever of the two records it was said of: no merge gives a consent."""
    opened = {row.kind: row for row in await _consents(session, kept)}
    moved = {row.kind: row for row in await _consents(session, gone)}
    for row in await _withdrawn(session, kept):
        other = moved.get(row.kind)
        if other is not None and other.given_ms <= (row.withdrawn_ms or 0):
            del moved[row.kind]
    for row in await _withdrawn(session, gone):
        own = opened.get(row.kind)
        if own is not None and row.kind not in moved and own.given_ms <= (row.withdrawn_ms or 0):
            changes.set(own, withdrawn_ms=row.withdrawn_ms, withdrawn_channel=row.withdrawn_channel)
            del opened[row.kind]
    for kind, consent in moved.items():
        if kind not in opened:
            changes.set(consent, resident=kept.resident)


async def _withdrawn(session: AsyncSession, row: Resident) -> Sequence[Consent]:
    chosen = select(Consent).where(Consent.resident == row.resident, Consent.withdrawn_ms.is_not(None))
    return (await session.scalars(chosen)).all()


async def _consents(session: AsyncSession, row: Resident) -> Sequence[Consent]:
    chosen = select(Consent).where(Consent.resident == row.resident, Consent.withdrawn_ms.is_(None))
    return (await session.scalars(chosen)).all()


async def _move_contacts(
    session: AsyncSession, changes: ChangeSet, kept: Resident, gone: Resident, now_ms: int
) -> None:
    """Who calls the one calls the other; the list of the one that goes counts where the other has none."""
    still = select(Contact).where(Contact.ended_ms.is_(None))
    for contact in await session.scalars(still.where(Contact.other == gone.resident)):
        if contact.resident == kept.resident:
            changes.set(contact, ended_ms=now_ms)  # nobody is called for oneself
        else:
            changes.set(contact, other=kept.resident)
    await changes.flush()
    if (await session.scalars(still.where(Contact.resident == kept.resident))).first() is None:
        for contact in (await session.scalars(still.where(Contact.resident == gone.resident))).all():
            if contact.other != kept.resident:
                changes.set(contact, resident=kept.resident)


def _fill(changes: ChangeSet, kept: Resident, gone: Resident, numbers: IdNumbers) -> None:
    """The record that stays takes over what it lacks. An ID number is sealed anew: it opens for its own row alone."""
    if kept.sex is None:
        changes.set(kept, sex=gone.sex)
    if kept.archive_no is None:
        changes.set(kept, archive_no=gone.archive_no)
    if kept.born_on is None:
        changes.set(kept, born_on=gone.born_on, birth_exactness=gone.birth_exactness)
    if kept.household is None:
        changes.set(kept, household=gone.household, is_head=gone.is_head)
    if kept.id_number is None and gone.id_number is not None:
        number = numbers.unseal(gone.id_number, gone.resident)
        changes.set(kept, id_number=numbers.seal(number, kept.resident).sealed, id_number_hash=gone.id_number_hash)
