"""Consents: given, withdrawn, and what follows from them (PRIVACY V2). None of them decides whether an SOS is heard."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from anju_central.access.caller import Caller, Right
from anju_central.registry.changes import ChangeSet
from anju_central.registry.database import Registry
from anju_central.registry.people.life_events import Done
from anju_central.registry.people_errors import BadValue, NotInThatState
from anju_central.registry.person_rows import known_resident
from anju_central.registry.person_values import checked_name
from anju_central.registry.tables import Binding, Consent, ConsentChannel, ConsentKind, Device, Language

HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """A consent as it was given: which wording (its version and the SHA-256 of its text), how, and by whom."""

    kind: ConsentKind
    wording_version: str
    wording_hash: bytes
    language: Language
    channel: ConsentChannel
    guardian: str | None = None
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class WithheldDevice:
    """A band whose bearer took the consent to positions back: none is kept of it outside an incident."""

    community: str
    device: str


async def give_consent(caller: Caller, registry: Registry, resident: str, new: NewConsent, now_ms: int) -> Done:
    """Notes a consent. One that counts already is replaced: the wording may be another.

    Raises NotAllowed, UnknownResident, BadValue.
    """
    caller.require(Right.MANAGE_PEOPLE)
    if len(new.wording_hash) != HASH_BYTES or not new.wording_version.strip():
        raise BadValue("wording", "the version and the hash of the text that was read")
    if new.kind is ConsentKind.MINOR and not new.guardian:
        raise BadValue("guardian", "for somebody below 14 a guardian consents")
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        changes = await ChangeSet.begin(session, "consent-given", row.community, now_ms, resident=row.resident)
        old = select(Consent).where(
            Consent.resident == row.resident, Consent.kind == new.kind, Consent.withdrawn_ms.is_(None)
        )
        for earlier in await session.scalars(old):
            changes.set(earlier, withdrawn_ms=max(now_ms, earlier.given_ms), withdrawn_channel=new.channel)
        await changes.add(
            Consent(
                community=row.community,
                resident=row.resident,
                kind=new.kind,
                guardian=checked_name(new.guardian) if new.guardian else None,
                wording_version=new.wording_version.strip()[:40],
                wording_hash=new.wording_hash,
                language=new.language,
                channel=new.channel,
                witness=checked_name(new.witness) if new.witness else None,
                given_ms=now_ms,
                made_by=caller.account,
            )
        )
        await changes.finish()
        return Done(changes.number, row.resident)


async def withdraw_consent(
    caller: Caller, registry: Registry, resident: str, kind: ConsentKind, channel: ConsentChannel, now_ms: int
) -> Done:
    """Takes a consent back. It reaches the box with its next contact; what does not need it goes on as before.

    Raises NotAllowed, UnknownResident, NotInThatState where there is none.
    """
    caller.require(Right.MANAGE_PEOPLE)
    async with registry.write(caller) as session:
        row = await known_resident(session, resident, lock=True)
        changes = await ChangeSet.begin(session, "consent-withdrawn", row.community, now_ms, resident=row.resident)
        chosen = select(Consent).where(
            Consent.resident == row.resident, Consent.kind == kind, Consent.withdrawn_ms.is_(None)
        )
        consent = (await session.scalars(chosen)).first()
        if consent is None:
            raise NotInThatState("consent", "not given", "be withdrawn")
        changes.set(consent, withdrawn_ms=max(now_ms, consent.given_ms), withdrawn_channel=channel)
        await changes.finish()
        return Done(changes.number, row.resident)


async def withheld_devices(caller: Caller, registry: Registry) -> list[WithheldDevice]:
    """Returns the bands whose positions are not kept: worn by somebody without a consent to it that counts.

    For what stores them: the hub asks at its start, and later goes by what boxes are told (`bundles/build.py`). It
    names devices and nobody, so it is no look-up. Raises NotAllowed.
    """
    caller.require(Right.SEE_BOXES)
    consented = select(Consent.resident).where(Consent.kind == ConsentKind.LOCATION, Consent.withdrawn_ms.is_(None))
    chosen = (
        select(Device.community, Device.key)
        .join(Binding, Binding.device == Device.device)
        .where(Binding.to_ms.is_(None), Binding.resident.is_not(None), Binding.resident.not_in(consented))
        .order_by(Device.community, Device.key)
    )
    async with registry.read(caller) as session:
        return [WithheldDevice(community, key) for community, key in (await session.execute(chosen)).tuples()]
