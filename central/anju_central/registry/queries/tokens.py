"""Tokens of machines: each for one thing. A token is known by its hash alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from anju_central.access.caller import Caller, Right
from anju_central.registry.audit import record
from anju_central.registry.database import Registry
from anju_central.registry.errors import AlreadyThere, BeyondYours, UnknownToken
from anju_central.registry.ids import check_account_name
from anju_central.registry.tables import MachineToken


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token; `scope` is what it is for. Times are UTC ms."""

    token_hash: bytes
    name: str
    scope: str
    made_ms: int
    made_by: str
    ends_ms: int
    revoked_ms: int | None

    def counts(self, now_ms: int) -> bool:
        """Whether it opens anything now."""
        return self.revoked_ms is None and now_ms < self.ends_ms


async def list_tokens(caller: Caller, registry: Registry) -> list[TokenRow]:
    """Returns all tokens by name. Raises NotAllowed."""
    caller.require(Right.MANAGE_ACCOUNTS)
    async with registry.read(caller) as session:
        return [_row(row) for row in await session.scalars(select(MachineToken).order_by(MachineToken.name))]


async def add_token(
    caller: Caller, registry: Registry, name: str, scope: str, token_hash: bytes, ends_ms: int, now_ms: int
) -> None:
    """Adds a token, which is for the whole district. The name of a revoked one is not free again.

    Raises NotAllowed, BeyondYours, NotAnAccountName, AlreadyThere.
    """
    caller.require(Right.MANAGE_ACCOUNTS)
    if caller.communities != "every":
        raise BeyondYours("a token for every community")
    check_account_name(name)
    try:
        async with registry.write(caller) as session:
            row = MachineToken(token_hash=token_hash, name=name, scope=scope, made_ms=now_ms, ends_ms=ends_ms)
            row.made_by = caller.account
            session.add(row)
            record(session, "token.add", name, None, now_ms, scope)
    except IntegrityError as error:
        raise AlreadyThere("token", name) from error


async def revoke_token(caller: Caller, registry: Registry, name: str, now_ms: int) -> None:
    """Ends a token. Doing it again changes nothing. Raises NotAllowed, UnknownToken."""
    caller.require(Right.MANAGE_ACCOUNTS)
    async with registry.write(caller) as session:
        row = await session.scalar(select(MachineToken).where(MachineToken.name == name))
        if row is None:
            raise UnknownToken(name)
        if row.revoked_ms is None:
            row.revoked_ms = now_ms
            record(session, "token.revoke", name, None, now_ms)


def _row(row: MachineToken) -> TokenRow:
    return TokenRow(row.token_hash, row.name, row.scope, row.made_ms, row.made_by, row.ends_ms, row.revoked_ms)
