"""Devices and who has them, within a change that is open."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anju_central.registry.changes import ChangeSet
from anju_central.registry.people_errors import BoundAlready, NotThere
from anju_central.registry.tables import Binding, Device, DeviceState, Resident, ResidentState, Token


async def known_device(session: AsyncSession, device: int) -> Device:
    """Returns the row, locked. Raises NotThere."""
    row = await session.get(Device, device, with_for_update=True)
    if row is None:
        raise NotThere("device", str(device))
    return row


async def open_binding(session: AsyncSession, device: int) -> Binding | None:
    """Returns who has a device now."""
    chosen = select(Binding).where(Binding.device == device, Binding.to_ms.is_(None))
    return (await session.scalars(chosen)).first()


async def bind(
    session: AsyncSession,
    changes: ChangeSet,
    device: Device,
    resident: Resident,
    now_ms: int,
    *,
    instead_of: int | None = None,
) -> Binding:
    """Gives a device to a resident. Who has it already is asked for: `instead_of` is that binding's number.

    Raises BoundAlready.
    """
    old = await open_binding(session, device.device)
    if old is not None:
        if old.binding != instead_of:
            raise BoundAlready(old.binding, old.resident, old.from_ms)
        unbind(changes, old, now_ms, "handed-on")
        await changes.flush()
    changes.set(device, state=DeviceState.IN_SERVICE)
    binding = Binding(
        community=device.community,
        device=device.device,
        resident=resident.resident,
        from_ms=max(now_ms, old.from_ms if old is not None else now_ms),
        made_by=changes.account,
    )
    await changes.add(binding)
    return binding


def unbind(changes: ChangeSet, binding: Binding, now_ms: int, why: str) -> None:
    """Ends a binding; it stays in the history."""
    changes.set(binding, to_ms=max(now_ms, binding.from_ms), why_ended=why)


async def take_back_all(session: AsyncSession, changes: ChangeSet, resident: str, now_ms: int, why: str) -> None:
    """Ends what somebody wears and presents. The devices are out until they are returned: their state stays."""
    bound = select(Binding).where(Binding.resident == resident, Binding.to_ms.is_(None))
    for binding in (await session.scalars(bound)).all():
        unbind(changes, binding, now_ms, why)
    tokens = select(Token).where(Token.resident == resident, Token.ended_ms.is_(None))
    for token in await session.scalars(tokens):
        changes.set(token, ended_ms=now_ms)


def is_here(resident: Resident) -> bool:
    """Whether somebody lives in the community."""
    return resident.state is ResidentState.PRESENT
