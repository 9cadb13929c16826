"""Accounts in the registry, on both engines: who may do what to whom, what ends sessions, what counts once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from anju_central.access.caller import COMMAND_LINE, HUB, RIGHTS, Caller, Communities, NotAllowed, Purpose, Right, Role
from anju_central.access.log_in import wait_ms
from anju_central.registry.account_rows import NewLink
from anju_central.registry.database import Registry
from anju_central.registry.errors import (
    AccountDisabled,
    AccountLocked,
    AlreadyThere,
    BeyondYours,
    CodeSpent,
    LinkSpent,
    NotAnAccountName,
    OwnAccount,
    RegistryRefused,
    UnknownAccount,
    UnknownCommunity,
    UnknownToken,
)
from anju_central.registry.queries.account_secrets import (
    change_password,
    confirm_totp,
    count_failed_try,
    find_link,
    find_login,
    keep_hash,
    offer_totp,
    use_code,
    use_link,
)
from anju_central.registry.queries.accounts import (
    add_account,
    change_role,
    disable_account,
    enable_account,
    end_sessions,
    list_accounts,
    make_link,
    unlock_account,
)
from anju_central.registry.queries.audit_trail import read_audit
from anju_central.registry.queries.communities import add_community
from anju_central.registry.queries.sessions import NewSession, begin_session, end_session, live_sessions, note_seen
from anju_central.registry.queries.tokens import add_token, list_tokens, revoke_token

NOW = 1_800_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE
NINGDU = frozenset({"ningdu"})
OTHER = frozenset({"other"})


def caller(account: str, role: Role, communities: Communities = "every") -> Caller:
    return Caller(account, role, communities, Purpose.DEVICE_MAINTENANCE)


CHIEF = caller("chief", Role.SUPERVISOR)
CHIEF_OF_NINGDU = caller("chief-n", Role.SUPERVISOR, NINGDU)
OPERATOR = caller("op-1", Role.OPERATOR, NINGDU)


def link(number: int, ends_ms: int = NOW + HOUR) -> NewLink:
    return NewLink(bytes([number]) * 32, ends_ms)


def new_session(number: int, step: int | None = None, recovery: bytes | None = None) -> NewSession:
    return NewSession(bytes([100 + number]) * 32, NOW + HOUR, NOW + 12 * HOUR, step, recovery)


async def people(registry: Registry) -> None:
    """Two communities, two supervisors and an operator, all by the command line."""
    for community in ("ningdu", "other"):
        await add_community(HUB, registry, community, "", "", NOW)
    for number, one in enumerate((CHIEF, CHIEF_OF_NINGDU, OPERATOR)):
        await add_account(COMMAND_LINE, registry, one.account, "", one.role, one.communities, link(number), NOW)


async def refused(doing: Awaitable[object], *errors: type[Exception]) -> None:
    with pytest.raises(errors):
        await doing


async def seen(who: Caller, registry: Registry) -> list[str]:
    return [row.account for row in await list_accounts(who, registry, NOW)]


async def test_an_account_is_added_with_a_link_that_sets_its_password_once(registry: Registry) -> None:
    await people(registry)
    found = await find_link(HUB, registry, link(2).token_hash, NOW)
    assert (found.account, found.role, found.ends_ms) == ("op-1", Role.OPERATOR, NOW + HOUR)
    await refused(find_link(HUB, registry, link(2).token_hash, NOW + HOUR), LinkSpent)
    await refused(use_link(HUB, registry, link(2).token_hash, "hash", NOW + HOUR), LinkSpent)
    await refused(use_link(HUB, registry, b"?" * 32, "hash", NOW), LinkSpent)
    assert await use_link(HUB, registry, link(2).token_hash, "hash", NOW) == "op-1"
    await refused(use_link(HUB, registry, link(2).token_hash, "another", NOW), LinkSpent)
    await refused(find_link(HUB, registry, link(2).token_hash, NOW), LinkSpent)
    login = await find_login(HUB, registry, "op-1")
    assert login is not None
    assert (login.password_hash, login.communities) == ("hash", NINGDU)
    assert await find_login(HUB, registry, "op-2") is None
    assert "hash" not in repr(login)


async def test_of_two_who_use_one_link_one_sets_the_password(registry: Registry) -> None:
    await people(registry)
    tries = [use_link(HUB, registry, link(2).token_hash, f"hash {number}", NOW) for number in range(4)]
    said = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in said) == ["LinkSpent", "LinkSpent", "LinkSpent", "str"]


@pytest.mark.parametrize("name", ["", "Op-1", "op 1", "-op", "王", "a" * 33, "hub", "command-line"])
async def test_what_is_no_log_in_name_is_refused(registry: Registry, name: str) -> None:
    adding = add_account(COMMAND_LINE, registry, name, "", Role.OPERATOR, "every", link(1), NOW)
    await refused(adding, NotAnAccountName)


async def test_nobody_gives_more_than_he_has(registry: Registry) -> None:
    await people(registry)
    beyond: tuple[Communities, ...] = ("every", OTHER, NINGDU | OTHER)
    for communities in beyond:
        adding = add_account(CHIEF_OF_NINGDU, registry, "op-2", "", Role.OPERATOR, communities, link(9), NOW)
        await refused(adding, BeyondYours)
        await refused(change_role(CHIEF_OF_NINGDU, registry, "op-1", Role.OPERATOR, communities, NOW), BeyondYours)
    await refused(add_account(CHIEF, registry, "op-2", "", Role.HUB, "every", link(9), NOW), BeyondYours)
    nowhere = frozenset({"nowhere"})
    await refused(add_account(CHIEF, registry, "op-2", "", Role.OPERATOR, nowhere, link(9), NOW), UnknownCommunity)
    assert await find_login(HUB, registry, "op-2") is None
    await add_account(CHIEF_OF_NINGDU, registry, "op-2", "", Role.OPERATOR, NINGDU, link(9), NOW)
    await refused(add_account(CHIEF, registry, "op-2", "", Role.OPERATOR, OTHER, link(8), NOW), AlreadyThere)


async def test_who_is_beyond_ones_scope_is_not_told_from_none(registry: Registry) -> None:
    await people(registry)
    assert await seen(CHIEF, registry) == ["chief", "chief-n", "op-1"]
    assert await seen(CHIEF_OF_NINGDU, registry) == ["chief-n", "op-1"]
    assert await seen(caller("x", Role.AUDITOR, OTHER), registry) == []
    for account in ("chief", "nobody"):
        for doing in (
            make_link(CHIEF_OF_NINGDU, registry, account, link(9), NOW),
            change_role(CHIEF_OF_NINGDU, registry, account, Role.OPERATOR, NINGDU, NOW),
            disable_account(CHIEF_OF_NINGDU, registry, account, NOW),
            enable_account(CHIEF_OF_NINGDU, registry, account, NOW),
            unlock_account(CHIEF_OF_NINGDU, registry, account, NOW),
            end_sessions(CHIEF_OF_NINGDU, registry, account, NOW),
        ):
            await refused(doing, UnknownAccount)


async def test_what_concerns_the_own_account_is_done_by_a_second_person(registry: Registry) -> None:
    await people(registry)
    for doing in (
        make_link(CHIEF, registry, "chief", link(9), NOW),
        change_role(CHIEF, registry, "chief", Role.OPERATOR, "every", NOW),
        disable_account(CHIEF, registry, "chief", NOW),
        enable_account(CHIEF, registry, "chief", NOW),
        unlock_account(CHIEF, registry, "chief", NOW),
    ):
        await refused(doing, OwnAccount)


@pytest.mark.parametrize("role", [role for role in Role if Right.MANAGE_ACCOUNTS not in RIGHTS[role]])
async def test_only_who_may_manage_accounts_does(registry: Registry, role: Role) -> None:
    await people(registry)
    who = caller("who", role)
    for doing in (
        add_account(who, registry, "op-2", "", Role.OPERATOR, NINGDU, link(9), NOW),
        make_link(who, registry, "op-1", link(9), NOW),
        change_role(who, registry, "op-1", Role.TECHNICIAN, NINGDU, NOW),
        disable_account(who, registry, "op-1", NOW),
        enable_account(who, registry, "op-1", NOW),
        unlock_account(who, registry, "op-1", NOW),
        end_sessions(who, registry, "op-1", NOW),
        add_token(who, registry, "figures", "metrics", b"t" * 32, NOW + 1, NOW),
        list_tokens(who, registry),
        revoke_token(who, registry, "figures", NOW),
    ):
        await refused(doing, NotAllowed)
    if Right.SEE_ACCOUNTS not in RIGHTS[role]:
        await refused(list_accounts(who, registry, NOW), NotAllowed)


async def live(registry: Registry, now_ms: int = NOW) -> list[str]:
    return sorted(row.account for row in await live_sessions(HUB, registry, now_ms))


async def test_a_reset_a_new_role_and_a_disabled_account_end_all_sessions(registry: Registry) -> None:
    await people(registry)
    await use_link(HUB, registry, link(2).token_hash, "hash", NOW)
    endings: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: change_role(CHIEF, registry, "op-1", Role.COMMUNITY_STAFF, NINGDU, NOW),
        lambda: change_role(CHIEF, registry, "op-1", Role.COMMUNITY_STAFF, OTHER, NOW),
        lambda: make_link(CHIEF, registry, "op-1", link(9), NOW),
        lambda: end_sessions(CHIEF, registry, "op-1", NOW),
        lambda: end_sessions(OPERATOR, registry, "op-1", NOW),
        lambda: use_link(HUB, registry, link(9).token_hash, "new", NOW),
        lambda: disable_account(CHIEF, registry, "op-1", NOW),
    )
    for number, ending in enumerate(endings):
        await begin_session(OPERATOR, registry, new_session(2 * number), NOW)
        await begin_session(OPERATOR, registry, new_session(2 * number + 1), NOW)
        assert await live(registry) == ["op-1", "op-1"]
        await ending()
        assert await live(registry) == [], number
    await refused(begin_session(OPERATOR, registry, new_session(40), NOW), AccountDisabled)
    await refused(make_link(CHIEF, registry, "op-1", link(10), NOW), AccountDisabled)
    await enable_account(CHIEF, registry, "op-1", NOW)
    await begin_session(OPERATOR, registry, new_session(41), NOW)


async def test_a_reset_takes_the_password_at_once_and_the_second_factor_only_when_it_is_lost(
    registry: Registry,
) -> None:
    await people(registry)
    await use_link(HUB, registry, link(1).token_hash, "hash", NOW)
    await begin_session(CHIEF_OF_NINGDU, registry, new_session(1), NOW)
    await offer_totp(CHIEF_OF_NINGDU, registry, b"s" * 20, NOW)
    await confirm_totp(CHIEF_OF_NINGDU, registry, 7, [b"c" * 32], new_session(1).token_hash, NOW)
    await make_link(CHIEF, registry, "chief-n", link(8), NOW)
    login = await find_login(HUB, registry, "chief-n")
    assert login is not None
    assert (login.password_hash, login.totp_secret, len(login.recovery_hashes)) == (None, b"s" * 20, 1)
    await make_link(CHIEF, registry, "chief-n", link(9), NOW, drop_factor=True)
    login = await find_login(HUB, registry, "chief-n")
    assert login is not None
    assert (login.totp_secret, login.totp_last_step, login.recovery_hashes) == (None, None, frozenset())
    await refused(find_link(HUB, registry, link(8).token_hash, NOW), LinkSpent)  # one link counts at a time


async def test_a_code_counts_once_whoever_is_quicker(registry: Registry) -> None:
    await people(registry)
    await begin_session(CHIEF, registry, new_session(1), NOW)
    await offer_totp(CHIEF, registry, b"s" * 20, NOW)
    await confirm_totp(CHIEF, registry, 7, [b"c" * 32], new_session(1).token_hash, NOW)
    await refused(begin_session(CHIEF, registry, new_session(2, step=7), NOW), CodeSpent)
    said = await asyncio.gather(
        *(begin_session(CHIEF, registry, new_session(number, step=8), NOW) for number in range(3, 6)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, CodeSpent) for one in said) == 2
    said = await asyncio.gather(
        *(begin_session(CHIEF, registry, new_session(number, recovery=b"c" * 32), NOW) for number in range(6, 9)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, CodeSpent) for one in said) == 2
    await refused(use_code(CHIEF, registry, 8, None, NOW), CodeSpent)
    await refused(use_code(CHIEF, registry, None, b"c" * 32, NOW), CodeSpent)
    await use_code(CHIEF, registry, 9, None, NOW)
    await refused(begin_session(OPERATOR, registry, new_session(9, recovery=b"c" * 32), NOW), CodeSpent)


async def test_a_session_proves_the_second_factor_or_does_not(registry: Registry) -> None:
    await people(registry)
    await begin_session(CHIEF, registry, new_session(1), NOW)
    await begin_session(CHIEF, registry, new_session(2), NOW)
    await offer_totp(CHIEF, registry, b"s" * 20, NOW)
    await confirm_totp(CHIEF, registry, 7, [], new_session(1).token_hash, NOW + 5)
    [row] = await live_sessions(HUB, registry, NOW)  # the other one ended
    assert (row.token_hash, row.second_factor_ms, row.has_second_factor) == (new_session(1).token_hash, NOW + 5, True)


async def test_wrong_tries_lock_for_a_while_that_grows_and_ends(registry: Registry) -> None:
    assert [wait_ms(tries) for tries in (1, 4, 5, 6, 7, 9, 10, 10_000)] == [
        *(0, 0, 30_000, 60_000, 120_000, 480_000, 900_000, 900_000)
    ]
    await people(registry)
    for _ in range(5):
        await count_failed_try(HUB, registry, "op-1", NOW, wait_ms)
    for _ in range(20):  # while it is locked nothing keeps it closed for longer
        await count_failed_try(HUB, registry, "op-1", NOW + 29_999, wait_ms)
    login = await find_login(HUB, registry, "op-1")
    assert login is not None
    assert (login.failed_tries, login.locked_until_ms) == (5, NOW + 30_000)
    await refused(begin_session(OPERATOR, registry, new_session(1), NOW + 29_999), AccountLocked)
    await count_failed_try(HUB, registry, "op-1", NOW + 30_000, wait_ms)
    await refused(begin_session(OPERATOR, registry, new_session(1), NOW + 89_999), AccountLocked)
    [row] = await list_accounts(CHIEF, registry, NOW + 30_000, "op-1")
    assert row.locked_until_ms == NOW + 90_000
    await unlock_account(CHIEF, registry, "op-1", NOW + 31_000)
    await begin_session(OPERATOR, registry, new_session(1), NOW + 31_000)
    login = await find_login(HUB, registry, "op-1")
    assert login is not None
    assert (login.failed_tries, login.locked_until_ms) == (0, None)


async def test_a_new_hash_of_the_same_password_undoes_no_reset(registry: Registry) -> None:
    await people(registry)
    await use_link(HUB, registry, link(2).token_hash, "weak", NOW)
    await make_link(CHIEF, registry, "op-1", link(9), NOW)
    await keep_hash(HUB, registry, "op-1", "weak", "strong", NOW)
    login = await find_login(HUB, registry, "op-1")
    assert login is not None
    assert login.password_hash is None


async def test_sessions_end_by_time_are_kept_alive_by_use_and_are_few(registry: Registry) -> None:
    await people(registry)
    await begin_session(OPERATOR, registry, new_session(1), NOW)
    assert await live(registry, NOW + HOUR) == []
    await note_seen(HUB, registry, {new_session(1).token_hash: (NOW + 1, NOW + 99 * HOUR)})
    assert await live(registry, NOW + 11 * HOUR) == ["op-1"]
    assert await live(registry, NOW + 12 * HOUR) == []
    await end_session(CHIEF, registry, new_session(1).token_hash, NOW)  # not his
    assert await live(registry) == ["op-1"]
    await end_session(OPERATOR, registry, new_session(1).token_hash, NOW)
    await note_seen(HUB, registry, {new_session(1).token_hash: (NOW + 1, NOW + 99 * HOUR)})
    assert await live(registry) == []
    for number in range(2, 30):
        await begin_session(OPERATOR, registry, new_session(number), NOW + number)
    assert len(await live(registry)) == 20


async def test_a_password_that_is_changed_leaves_the_session_in_which_it_was(registry: Registry) -> None:
    await people(registry)
    for number in (1, 2, 3):
        await begin_session(OPERATOR, registry, new_session(number), NOW)
    await change_password(OPERATOR, registry, "new", new_session(2).token_hash, NOW)
    assert [row.token_hash for row in await live_sessions(HUB, registry, NOW)] == [new_session(2).token_hash]


async def test_each_change_of_rights_says_what_was_before_and_after(registry: Registry) -> None:
    await people(registry)
    await change_role(CHIEF, registry, "op-1", Role.TECHNICIAN, "every", NOW + 1)
    await change_role(CHIEF, registry, "op-1", Role.TECHNICIAN, "every", NOW + 2)  # changes nothing, says nothing
    await disable_account(CHIEF, registry, "op-1", NOW + 3)
    trail = [(row.account, row.action, row.detail) for row in await read_audit(HUB, registry, subject="op-1")]
    assert trail[::-1] == [
        ("command-line", "account.add", "operator of ningdu"),
        ("chief", "account.role", "operator of ningdu -> technician of every"),
        ("chief", "account.disable", ""),
    ]


async def test_machines_have_tokens_that_end_or_are_revoked(registry: Registry) -> None:
    await people(registry)
    await add_token(COMMAND_LINE, registry, "figures", "metrics", b"t" * 32, NOW + HOUR, NOW)
    await refused(add_token(CHIEF, registry, "figures", "metrics", b"u" * 32, NOW + HOUR, NOW), AlreadyThere)
    await refused(add_token(CHIEF_OF_NINGDU, registry, "more", "metrics", b"u" * 32, NOW + HOUR, NOW), BeyondYours)
    [row] = await list_tokens(CHIEF, registry)
    assert (row.made_by, row.counts(NOW), row.counts(NOW + HOUR)) == ("command-line", True, False)
    await revoke_token(CHIEF, registry, "figures", NOW)
    [row] = await list_tokens(CHIEF, registry)
    assert not row.counts(NOW)
    await refused(revoke_token(CHIEF, registry, "none", NOW), UnknownToken)


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [error.code for error in RegistryRefused.__subclasses__()]
    assert len(set(codes)) == len(codes)
