"""What people at the console do to accounts of others, and accounts and sessions as shown. Everything as a caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, get_args

import segno

from anju_central.access.caller import RIGHTS, Caller, Communities, Purpose, Right, Role
from anju_central.access.log_in import LogIn
from anju_central.access.own_account import OwnAccount
from anju_central.access.secrets_of_people import LINK_FRAGMENT, LINK_MS, hash_of, new_token
from anju_central.access.sessions import Session, Sessions
from anju_central.api.account_models import (
    AccountRole,
    AccountsView,
    AccountView,
    AddAccountRequest,
    AskedScope,
    AuditLineView,
    AuditView,
    LinkMadeView,
    RightName,
    RoleRequest,
    Scope,
    SessionView,
)
from anju_central.api.people_models import PurposeName
from anju_central.api.views.incidents import iso
from anju_central.registry.account_rows import AccountRow, NewLink, within
from anju_central.registry.errors import UnknownAccount
from anju_central.registry.fields_by_purpose import PURPOSES
from anju_central.registry.link import RegistryLink
from anju_central.registry.queries import accounts
from anju_central.registry.queries.accounts import list_accounts
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.queries.communities import list_communities

QUIET_ZONE: Final = 4  # ISO/IEC 18004, section 5.3.8: modules of white around a QR code
AUDIT_LINES: Final = 20
AUDIT_KINDS: Final = ("account.", "session.")
ROLES: Final[tuple[AccountRole, ...]] = get_args(AccountRole)
RIGHT_NAMES: Final[tuple[RightName, ...]] = get_args(RightName)
PURPOSE_NAMES: Final[tuple[PurposeName, ...]] = get_args(PurposeName)
Change = Callable[..., Awaitable[object]]  # one of the queries that take caller, registry, account, now_ms


@dataclass(slots=True)
class AccountDesk:
    """Composed by the hub. Methods raise NotAllowed, RegistryRefused, RegistryUnavailable."""

    link: RegistryLink
    sessions: Sessions
    log_in: LogIn
    own: OwnAccount
    now_ms: Callable[[], int]

    async def all(self, caller: Caller) -> AccountsView:
        """Returns the accounts that the caller may see, and what he may give."""
        rows = await list_accounts(caller, self.link.registry, self.now_ms())
        manages = Right.MANAGE_ACCOUNTS in RIGHTS[caller.role]
        sites = await list_communities(caller, self.link.registry) if manages else []
        return AccountsView(
            now=_iso(self.now_ms()),
            may_manage=manages,
            accounts=[account_view(row, caller) for row in rows],
            roles=[role for role in ROLES if manages and RIGHTS[Role(role)] <= RIGHTS[caller.role]],
            may_give_every=manages and caller.communities == "every",
            communities=[site.community for site in sites],
        )

    async def audit(self, caller: Caller, account: str, before: int | None) -> AuditView:
        """Returns what was done to an account that the caller may see, and by it to itself."""
        await self._one(caller, account)
        # Entries about accounts are of no community, so that whose they are was asked just before.
        everywhere = replace(caller, communities="every")
        rows = await read_audit(everywhere, self.link.registry, account, before, AUDIT_LINES + 1, AUDIT_KINDS)
        lines = [
            AuditLineView(
                entry=row.entry,
                at=_iso(row.at_ms),
                account=row.account,
                role=row.role,
                action=row.action,
                detail=row.detail,
            )
            for row in rows[:AUDIT_LINES]
        ]
        return AuditView(lines=lines, more=lines[-1].entry if len(rows) > AUDIT_LINES else None)

    async def add(self, caller: Caller, asked: AddAccountRequest, base: str) -> LinkMadeView:
        """Adds an account; the link is shown this once. `base` is the console's address, for its QR code."""
        role, communities = Role(asked.role), _communities(asked.communities)
        token, link = self._new_link()
        registry, name = self.link.registry, asked.full_name.strip()
        await accounts.add_account(caller, registry, asked.account, name, role, communities, link, self.now_ms())
        return await self._made(caller, asked.account, token, link, base)

    async def reset(self, caller: Caller, account: str, base: str, *, drop_factor: bool) -> LinkMadeView:
        """Ends an account's sessions and password; the link sets a new one and is shown this once."""
        token, link = self._new_link()
        registry, now_ms = self.link.registry, self.now_ms()
        await accounts.make_link(caller, registry, account, link, now_ms, drop_factor=drop_factor)
        await self.sessions.reload()
        return await self._made(caller, account, token, link, base)

    async def change_role(self, caller: Caller, account: str, asked: RoleRequest) -> AccountView:
        """Gives an account another role or other communities."""
        role, communities = Role(asked.role), _communities(asked.communities)
        await accounts.change_role(caller, self.link.registry, account, role, communities, self.now_ms())
        await self.sessions.reload()
        return await self._one(caller, account)

    async def change(self, caller: Caller, account: str, change: Change) -> AccountView:
        """Does one of the changes that need nothing but the account."""
        await change(caller, self.link.registry, account, self.now_ms())
        await self.sessions.reload()
        return await self._one(caller, account)

    async def _made(self, caller: Caller, account: str, token: str, link: NewLink, base: str) -> LinkMadeView:
        shown, fragment = await self._one(caller, account), LINK_FRAGMENT + token
        return LinkMadeView(
            account=shown, fragment=fragment, qr_image=qr_image(base + fragment), ends=_iso(link.ends_ms)
        )

    async def _one(self, caller: Caller, account: str) -> AccountView:
        rows = await list_accounts(caller, self.link.registry, self.now_ms(), account)
        if not rows:
            raise UnknownAccount(account)
        return account_view(rows[0], caller)

    def _new_link(self) -> tuple[str, NewLink]:
        token = new_token()
        return token, NewLink(hash_of(token), self.now_ms() + LINK_MS)


def qr_image(text: str) -> str:
    """Returns an address of an SVG image of a QR code."""
    return segno.make(text, micro=False, error="m").svg_data_uri(scale=4, border=QUIET_ZONE)


def account_view(row: AccountRow, caller: Caller) -> AccountView:
    """Returns an account as shown to a caller."""
    mine = RIGHTS[caller.role]
    may_change = Right.MANAGE_ACCOUNTS in mine and RIGHTS[row.role] <= mine and row.account != caller.account
    return AccountView(
        account=row.account,
        full_name=row.full_name,
        role=role_name(row.role),
        communities=scope_view(row.communities),
        has_password=row.has_password,
        has_second_factor=row.has_second_factor,
        locked_until=iso(row.locked_until_ms),
        disabled_since=iso(row.disabled_ms),
        made=_iso(row.made_ms),
        made_by=row.made_by,
        link_ends=iso(row.link_ends_ms),
        sessions=row.sessions,
        seen=iso(row.seen_ms),
        may_change=may_change and within(row.communities, caller.communities),
    )


def session_view(session: Session) -> SessionView:
    """Returns a session as shown to whose it is."""
    second_factor = "must_enrol" if session.must_enrol else "on" if session.has_second_factor else "not_needed"
    return SessionView.model_validate(
        {
            "account": session.account,
            "full_name": session.full_name,
            "role": role_name(session.role),
            "communities": scope_view(session.communities),
            "rights": [name for name in RIGHT_NAMES if name in session.rights],
            "ends": _iso(session.ends_ms),
            "idle_ends": _iso(session.idle_ends_ms),
            "second_factor": second_factor,
            "registry_away": session.is_away,
            "purposes": _purposes(session),
        }
    )


def _purposes(session: Session) -> list[PurposeName]:
    """What the session may look people up for, in the order in which the console asks."""
    if Right.SEE_PEOPLE not in session.rights:
        return []
    return [name for name in PURPOSE_NAMES if Purpose(name) in PURPOSES[session.role]]


def role_name(role: Role) -> AccountRole:
    """Returns a role's name; the hub itself is no account's role."""
    return next(name for name in ROLES if name == role)


def scope_view(communities: Communities) -> Scope:
    """Returns communities as shown."""
    return "every" if communities == "every" else sorted(communities)


def _communities(asked: AskedScope) -> Communities:
    return "every" if asked == "every" else frozenset(asked)


def _iso(ms: int) -> str:
    return iso(ms) or ""
