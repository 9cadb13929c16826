"""`anju-central account`: the first account, and the way back when nobody can log in. The console does the same."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Final

import typer

from anju_base.address import Address, parse_address
from anju_base.plain_table import Row, table
from anju_central.access.caller import COMMAND_LINE, NEEDS_SECOND_FACTOR, Communities, Role
from anju_central.access.secrets_of_people import LINK_FRAGMENT, LINK_MS, hash_of, new_token
from anju_central.cli.registry import date, now_ms, with_registry
from anju_central.cli.terminal import ConfigOption, read_config, say, stop
from anju_central.config import CentralConfig

if TYPE_CHECKING:  # SQLAlchemy takes a second to load: each command loads what it needs
    from anju_central.registry.account_rows import AccountRow, NewLink
    from anju_central.registry.database import Registry

app = typer.Typer(no_args_is_help=True, help="账户 · Accounts of people: add, list, link, role, disable, unlock.")

EVERY: Final = "every"
NO_LINK: Final = "链接已过期 no link: anju-central account link"
SEEN_BY_HUB_S: Final = 2  # a hub that runs looks so often for what another process changed
NameArgument = Annotated[str, typer.Argument(help="登录名，写岗位不写人名 · the log-in name: a post, no person's name")]
RoleOption = Annotated[Role, typer.Option("--role", help="角色 · the role")]
CommunitiesOption = Annotated[
    str, typer.Option("--communities", help="社区编号，逗号分隔，或 every · ids with commas, or every")
]
UrlOption = Annotated[
    str, typer.Option("--url", help="值班台网址 · the console's address in the link, else that of the configuration")
]


@app.command()
def add(
    config: ConfigOption,
    name: NameArgument,
    role: RoleOption,
    communities: CommunitiesOption,
    full_name: Annotated[str, typer.Option("--full-name", help="姓名 · the person's name, shown at the console")] = "",
    url: UrlOption = "",
) -> None:
    """新增账户 · Adds an account and prints the one-time link with which its owner sets a password."""
    add_and_show(read_config(config), name, role, parse_communities(communities), full_name, url)


def add_and_show(
    settings: CentralConfig, name: str, role: Role, scope: Communities, full_name: str = "", url: str = ""
) -> None:
    """Adds an account and prints its link."""
    from anju_central.registry.account_rows import NewLink, scope_text
    from anju_central.registry.queries.accounts import add_account

    token = new_token()
    made = NewLink(hash_of(token), now_ms() + LINK_MS)

    async def work(registry: Registry) -> None:
        await add_account(COMMAND_LINE, registry, name, full_name, role, scope, made, now_ms())

    _change(settings, work)
    say(f"已新增 added: {name}, {role}, {scope_text(scope)}")
    _show_link(settings, token, made, url)
    if role in NEEDS_SECOND_FACTOR:
        say("此角色登录后须绑定动态口令（手机） this role sets up a second factor (a phone) at its first log-in")


@app.command("list")
def list_all(config: ConfigOption) -> None:
    """列出账户 · Shows all accounts."""
    from anju_central.registry.queries.accounts import list_accounts

    rows = with_registry(read_config(config), lambda registry: list_accounts(COMMAND_LINE, registry, now_ms()))
    heads = ("账户 account", "角色 role", "社区 communities", "状态 state", "会话 sessions", "上次 last used")
    say(*table(heads, [_row(row) for row in rows]))


@app.command()
def link(
    config: ConfigOption,
    name: NameArgument,
    drop_second_factor: Annotated[
        bool, typer.Option("--drop-second-factor", help="手机和备用码都丢了 · phone and recovery codes are lost, too")
    ] = False,
    url: UrlOption = "",
) -> None:
    """重置 · Resets an account: its sessions and its password end, the link that is printed sets a new one."""
    from anju_central.registry.account_rows import NewLink
    from anju_central.registry.queries.accounts import make_link

    settings = read_config(config)
    token = new_token()
    made = NewLink(hash_of(token), now_ms() + LINK_MS)
    _change(
        settings,
        lambda registry: make_link(COMMAND_LINE, registry, name, made, now_ms(), drop_factor=drop_second_factor),
    )
    _show_link(settings, token, made, url)


@app.command()
def role(
    config: ConfigOption,
    name: NameArgument,
    role: RoleOption,
    communities: CommunitiesOption,
) -> None:
    """改角色 · Changes what an account may do and where; its sessions end."""
    from anju_central.registry.account_rows import scope_text
    from anju_central.registry.queries.accounts import change_role

    scope = parse_communities(communities)
    _change(read_config(config), lambda registry: change_role(COMMAND_LINE, registry, name, role, scope, now_ms()))
    say(f"{name}: {role}, {scope_text(scope)}; {_soon()}")


@app.command()
def disable(config: ConfigOption, name: NameArgument) -> None:
    """停用 · Disables an account; its sessions end."""
    from anju_central.registry.queries.accounts import disable_account

    _change(read_config(config), lambda registry: disable_account(COMMAND_LINE, registry, name, now_ms()))
    say(f"{name}: 已停用 disabled; {_soon()}")


@app.command()
def enable(config: ConfigOption, name: NameArgument) -> None:
    """启用 · Enables an account again."""
    from anju_central.registry.queries.accounts import enable_account

    _change(read_config(config), lambda registry: enable_account(COMMAND_LINE, registry, name, now_ms()))
    say(f"{name}: 已启用 enabled")


@app.command()
def unlock(config: ConfigOption, name: NameArgument) -> None:
    """解锁 · Forgets the wrong tries of an account."""
    from anju_central.registry.queries.accounts import unlock_account

    _change(read_config(config), lambda registry: unlock_account(COMMAND_LINE, registry, name, now_ms()))
    say(f"{name}: 已解锁 unlocked")


@app.command()
def sessions(
    config: ConfigOption,
    name: NameArgument,
    end: Annotated[bool, typer.Option("--end", help="全部结束 · ends all of them")] = False,
) -> None:
    """会话 · Shows how many sessions an account has, or ends them."""
    from anju_central.registry.queries.accounts import end_sessions, list_accounts

    settings = read_config(config)
    if end:
        ended = with_registry(settings, lambda registry: end_sessions(COMMAND_LINE, registry, name, now_ms()))
        say(f"{name}: {ended} 个会话已结束 sessions ended; {_soon()}")
        return
    rows = with_registry(settings, lambda registry: list_accounts(COMMAND_LINE, registry, now_ms(), name))
    if not rows:
        raise stop(f"没有这个账户 there is no account {name!r}", 1)
    say(f"{name}: {rows[0].sessions} 个会话 sessions, 上次 last used {date(rows[0].seen_ms) or '-'}")


def _change(settings: CentralConfig, work: Callable[[Registry], Awaitable[object]]) -> None:
    """Changes accounts, and the copy by which people log in while the registry is away: no hub may be running now."""
    from anju_central.access.last_accounts import LAST_ACCOUNTS_FILE, LastAccounts
    from anju_central.registry.queries.account_secrets import list_logins
    from anju_central.registry.queries.tokens import list_tokens

    async def change(registry: Registry) -> None:
        await work(registry)
        accounts = LastAccounts(settings.data_dir / LAST_ACCOUNTS_FILE)
        logins = await list_logins(COMMAND_LINE, registry)
        await accounts.take(logins, await list_tokens(COMMAND_LINE, registry))

    with_registry(settings, change)


def parse_communities(text: str) -> Communities:
    """Returns what `--communities` says. Ends the command where it says nothing."""
    if text.strip() == EVERY:
        return EVERY
    named = frozenset(part.strip() for part in text.split(",") if part.strip())
    if not named:
        raise stop("--communities: 写社区编号（逗号分隔）或 every · name ids with commas between, or every")
    return named


def console_url(settings: CentralConfig, given: str) -> str:
    """Where people open the console: as given, else by the configuration, the first of the names that it answers to."""
    if given:
        return given.rstrip("/")
    address = parse_address(settings.http_address)
    if address.is_loopback:
        return f"http://{address}"
    names = (settings.console.hosts or "").split() or [os.uname().nodename if address.is_everywhere else address.host]
    return f"https://{Address(names[0], address.port)}"


def _show_link(settings: CentralConfig, token: str, link: NewLink, url: str) -> None:
    say(
        "",
        f"  {console_url(settings, url)}/{LINK_FRAGMENT}{token}",
        "",
        f"一次有效，到 counts once, until {date(link.ends_ms)}；只交给本人 give it to that person alone",
    )


def _row(row: AccountRow) -> Row:
    from anju_central.registry.account_rows import scope_text

    scope, seen = scope_text(row.communities), date(row.seen_ms)
    return Row((row.account, str(row.role), scope, _state(row), str(row.sessions), seen))


def _state(row: AccountRow) -> str:
    if row.disabled_ms is not None:
        return "停用 disabled"
    if row.locked_until_ms is not None:
        return f"锁定到 locked until {date(row.locked_until_ms)}"
    if not row.has_password:
        return "等本人设口令 link open" if row.link_ends_ms is not None else NO_LINK
    return "动态口令 second factor" if row.has_second_factor else "口令 password"


def _soon() -> str:
    return f"运行中的中心 {SEEN_BY_HUB_S} 秒内生效 a hub that runs takes it within {SEEN_BY_HUB_S} s"
