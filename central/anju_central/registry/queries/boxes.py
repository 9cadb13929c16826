"""Boxes: the list, and each change of a box's state."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere, BoxIsOut, CannotReplace, RegistryRefused
from anju_central.registry.ids import check_id
from anju_central.registry.rows import OUT, known_box, known_community, revoke_certificates
from anju_central.registry.tables import Box, BoxState, Certificate, Claim

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A box as the registry has it. `claim_ends_ms` is of its open claim, `certificate_*` of its newest certificate.

    None where that was revoked and the box was not.
    """

    box: str
    community: str
    state: BoxState
    replaces: str | None
    replaced_by: str | None
    made_ms: int
    claimed_ms: int | None
    streamed_ms: int | None
    tested_ms: int | None
    retired_ms: int | None
    revoked_ms: int | None
    claim_ends_ms: int | None
    claim_locked_ms: int | None
    certificate_spki: bytes | None
    certificate_to_ms: int | None


async def list_boxes(caller: Caller, registry: Registry, boxes: Collection[str] | None = None) -> list[BoxRow]:
    """Returns the caller's boxes by id, or those of them that are named. Raises NotAllowed.

    They are read some at a time: building the rows of 3,000 boxes at once would keep alarms waiting for a second.
    """
    caller.require(Right.SEE_BOXES)
    found: list[BoxRow] = []
    async with registry.read(caller) as session:
        names = sorted(boxes) if boxes is not None else (await session.scalars(select(Box.box).order_by(Box.box))).all()
        for first in range(0, len(names), AT_ONCE):
            found += await _rows(session, names[first : first + AT_ONCE])
            session.expunge_all()
    return found


async def _rows(session: AsyncSession, names: Sequence[str]) -> list[BoxRow]:
    rows = (await session.scalars(select(Box).where(Box.box.in_(names)).order_by(Box.box))).all()
    claims = await _open_claims(session, names)
    certificates = await _newest_certificates(session, names)
    successors = await _successors(session, names)
    return [_row(row, claims.get(row.box), certificates.get(row.box), successors.get(row.box)) for row in rows]


def _row(row: Box, claim: Claim | None, certificate: Certificate | None, replaced_by: str | None) -> BoxRow:
    is_forgotten = certificate is not None and certificate.revoked_ms is not None and row.state not in OUT
    counting = None if is_forgotten else certificate
    return BoxRow(
        box=row.box,
        community=row.community,
        state=row.state,
        replaces=row.replaces,
        replaced_by=replaced_by,
        made_ms=row.made_ms,
        claimed_ms=row.claimed_ms,
        streamed_ms=row.streamed_ms,
        tested_ms=row.tested_ms,
        retired_ms=row.retired_ms,
        revoked_ms=row.revoked_ms,
        claim_ends_ms=claim.ends_ms if claim else None,
        claim_locked_ms=claim.locked_ms if claim else None,
        certificate_spki=counting.spki if counting else None,
        certificate_to_ms=counting.to_ms if counting else None,
    )


async def _open_claims(session: AsyncSession, boxes: Collection[str]) -> dict[str, Claim]:
    chosen = select(Claim).where(Claim.used_ms.is_(None), Claim.withdrawn_ms.is_(None), Claim.box.in_(boxes))
    return {claim.box: claim for claim in await session.scalars(chosen)}


async def _newest_certificates(session: AsyncSession, boxes: Collection[str]) -> dict[str, Certificate]:
    newest = select(func.max(Certificate.certificate)).where(Certificate.box.in_(boxes)).group_by(Certificate.box)
    chosen = select(Certificate).where(Certificate.certificate.in_(newest))
    return {certificate.box: certificate for certificate in await session.scalars(chosen)}


async def _successors(session: AsyncSession, boxes: Collection[str]) -> dict[str, str]:
    chosen = select(Box.replaces, Box.box).where(Box.replaces.in_(boxes))
    return {replaced: box for replaced, box in await session.execute(chosen) if replaced is not None}


async def add_box(
    caller: Caller, registry: Registry, box: str, community: str, now_ms: int, replaces: str | None = None
) -> None:
    """Adds a box that has no key yet. The box that it `replaces` is served until the new one streams.

    Raises NotAllowed, NotAnId, UnknownCommunity, AlreadyThere, CannotReplace.
    """
    caller.require(Right.MANAGE_BOXES)
    check_id(box)
    try:
        async with registry.write(caller) as session:
            await known_community(session, community)
            if await session.get(Box, box) is not None:
                raise AlreadyThere("box", box)
            if replaces is not None:
                await _check_replaceable(session, replaces, community)
            row = Box(box=box, community=community, state=BoxState.UNUSED, replaces=replaces, made_ms=now_ms)
            row.made_by = caller.account
            session.add(row)
            record(session, "box.add", box, community, now_ms, f"replaces {replaces}" if replaces else "")
    except IntegrityError as error:  # another request was quicker, or the id is taken where the caller cannot look
        raise AlreadyThere("box", box) from error


async def _check_replaceable(session: AsyncSession, replaces: str, community: str) -> None:
    old = await known_box(session, replaces)
    if old.community != community:
        raise CannotReplace(replaces, f"it is of community {old.community!r}")
    if await session.scalar(select(Box.box).where(Box.replaces == replaces)) is not None:
        raise CannotReplace(replaces, "another box replaces it already")


async def revoke_box(caller: Caller, registry: Registry, box: str, now_ms: int) -> None:
    """Makes a box's key dead: it was stolen or lost. Doing it again changes nothing. Raises NotAllowed, UnknownBox."""
    caller.require(Right.MANAGE_BOXES)
    async with registry.write(caller) as session:
        row = await known_box(session, box)
        if row.state is BoxState.REVOKED:
            return
        row.state, row.revoked_ms = BoxState.REVOKED, now_ms
        await _end_keys(session, box, now_ms)
        record(session, "box.revoke", box, row.community, now_ms)


async def retire_box(caller: Caller, registry: Registry, box: str, now_ms: int) -> None:
    """Takes a box out of service in good order. Doing it again changes nothing.

    Raises NotAllowed, UnknownBox, and BoxIsOut for one that is revoked.
    """
    caller.require(Right.MANAGE_BOXES)
    async with registry.write(caller) as session:
        row = await known_box(session, box)
        if row.state is BoxState.RETIRED:
            return
        if row.state is BoxState.REVOKED:
            raise BoxIsOut(box, row.state)
        await _retire(session, row, now_ms)


async def _retire(session: AsyncSession, row: Box, now_ms: int, detail: str = "") -> None:
    row.state, row.retired_ms = BoxState.RETIRED, now_ms
    await _end_keys(session, row.box, now_ms)
    record(session, "box.retire", row.box, row.community, now_ms, detail)


async def _end_keys(session: AsyncSession, box: str, now_ms: int) -> None:
    """No open claim and no certificate of the box counts any more."""
    for claim in (await _open_claims(session, [box])).values():
        claim.withdrawn_ms = now_ms
    await revoke_certificates(session, box, now_ms)


async def note_streamed(caller: Caller, registry: Registry, box: str, now_ms: int) -> None:
    """Notes a box's first session; the box that it replaces is retired with it. Later ones change nothing.

    Raises UnknownBox, and BoxIsOut for one that should not have streamed.
    """
    async with registry.write(caller) as session:
        await _note_streamed(session, box, now_ms)


async def note_tested(caller: Caller, registry: Registry, box: str, now_ms: int) -> None:
    """Notes the first test event of a box. Later ones change nothing. Raises UnknownBox."""
    async with registry.write(caller) as session:
        await _note_tested(session, box, now_ms)


async def note_progress(
    caller: Caller, registry: Registry, streamed: Mapping[str, int], tested: Mapping[str, int]
) -> list[RegistryRefused]:
    """Notes first sessions and first test events of many boxes at once, each with its time; see the two above.

    Returns why boxes among them were refused; the others are noted.
    """
    refused: list[RegistryRefused] = []
    async with registry.write(caller) as session:
        await session.scalars(select(Box).where(Box.box.in_({*streamed, *tested})))  # one question for all
        for note, times in ((_note_streamed, streamed), (_note_tested, tested)):
            for box, at_ms in times.items():
                try:
                    await note(session, box, at_ms)
                except RegistryRefused as error:  # before it changed anything
                    refused.append(error)
    return refused


async def _note_streamed(session: AsyncSession, box: str, now_ms: int) -> None:
    row = await known_box(session, box)
    if row.streamed_ms is not None:
        return
    if row.state in OUT:
        raise BoxIsOut(box, row.state)
    row.state, row.streamed_ms = BoxState.ACTIVE, now_ms
    if row.claimed_ms is None:  # over a line without certificates
        row.claimed_ms = now_ms
    record(session, "box.streamed", box, row.community, now_ms)
    if row.replaces is not None:
        old = await known_box(session, row.replaces)
        if old.state not in OUT:
            await _retire(session, old, now_ms, f"replaced by {box}")


async def _note_tested(session: AsyncSession, box: str, now_ms: int) -> None:
    row = await known_box(session, box)
    if row.tested_ms is None:
        row.tested_ms = now_ms
        record(session, "box.tested", box, row.community, now_ms)
