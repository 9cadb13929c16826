"""Who consented to what: a community's consents as a list, those that count or those that were withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from anju_central.access.caller import Caller, Right
from anju_central.registry.database import Registry
from anju_central.registry.fields_by_purpose import Field, PurposeRefused, fields_for
from anju_central.registry.look_up_log import LookUpLog, Seen
from anju_central.registry.person_rows import lines_of
from anju_central.registry.tables import Consent, ConsentChannel, ConsentKind, LookUpKind, Resident

MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent and whose it is. Times are UTC ms."""

    consent: int
    resident: str
    name: str
    flat: str
    kind: ConsentKind
    by_guardian: bool
    wording_version: str
    channel: ConsentChannel
    given_ms: int
    withdrawn_ms: int | None


async def list_consents(
    caller: Caller,
    registry: Registry,
    log: LookUpLog,
    community: str,
    *,
    kind: ConsentKind | None = None,
    withdrawn: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> list[ConsentLine]:
    """Returns a page of a community's consents, the newest first: those that count, or those that were withdrawn.

    Raises NotAllowed, PurposeRefused, NotLogged.
    """
    caller.require(Right.SEE_PEOPLE)
    fields = fields_for(caller)
    if Field.CONSENTS not in fields:
        raise PurposeRefused(caller.role, caller.purpose)
    counts = Consent.withdrawn_ms.is_(None)
    chosen = (
        select(Consent, Resident)
        .join(Resident, Resident.resident == Consent.resident)
        .where(Consent.community == community, ~counts if withdrawn else counts)
        .order_by(Consent.consent.desc())
        .limit(min(limit, MAX_PAGE))
    )
    if kind is not None:
        chosen = chosen.where(Consent.kind == kind)
    if before is not None:
        chosen = chosen.where(Consent.consent < before)
    async with registry.read(caller) as session:
        rows = (await session.execute(chosen)).tuples().all()
        people = {row.resident: row for _, row in rows}
        lines = {line.resident: line for line in await lines_of(session, list(people.values()), fields)}
        found = [
            ConsentLine(
                consent=consent.consent,
                resident=row.resident,
                name=lines[row.resident].name,
                flat=lines[row.resident].flat,
                kind=consent.kind,
                by_guardian=consent.guardian is not None,
                wording_version=consent.wording_version,
                channel=consent.channel,
                given_ms=consent.given_ms,
                withdrawn_ms=consent.withdrawn_ms,
            )
            for consent, row in rows
        ]
    seen = frozenset((resident, community) for resident in people)
    await log.note(caller, registry, Seen(LookUpKind.LIST, seen, "consents,flat,name"))
    return found
