"""`anju-central token`: tokens of programs, each for one thing."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from anju_base.plain_table import Row, table
from anju_central.access.caller import COMMAND_LINE
from anju_central.access.secrets_of_people import hash_of, new_token
from anju_central.access.token_scopes import SCOPES
from anju_central.cli.registry import date, now_ms, with_registry
from anju_central.cli.terminal import ConfigOption, read_config, say, stop

app = typer.Typer(no_args_is_help=True, help="程序令牌 · Tokens of programs: add, list, revoke.")

DAY_MS: Final = 86_400_000
NameArgument = Annotated[str, typer.Argument(help="名称 · what the token is called")]


@app.command()
def add(
    config: ConfigOption,
    name: NameArgument,
    scope: Annotated[str, typer.Option("--scope", help=f"用途 · what it is for: {', '.join(SCOPES)}")],
    days: Annotated[int, typer.Option("--days", help="有效天数 · for how long it counts", min=1, max=1_100)] = 365,
) -> None:
    """新增 · Makes a token and prints it, this once."""
    from anju_central.registry.queries.tokens import add_token  # SQLAlchemy takes a second to load

    if scope not in SCOPES:
        raise stop(f"--scope {scope}: 只有 there are only {', '.join(SCOPES)}")
    token, ends_ms = new_token(), now_ms() + days * DAY_MS
    with_registry(
        read_config(config),
        lambda registry: add_token(COMMAND_LINE, registry, name, scope, hash_of(token), ends_ms, now_ms()),
    )
    say(token, f"{name}: {scope}, 有效期到 good until {date(ends_ms)}; Authorization: Bearer TOKEN")


@app.command("list")
def list_all(config: ConfigOption) -> None:
    """列出 · Shows all tokens, not what they are."""
    from anju_central.registry.queries.tokens import list_tokens

    rows = with_registry(read_config(config), lambda registry: list_tokens(COMMAND_LINE, registry))
    heads = ("名称 name", "用途 scope", "由 made by", "有效期到 until", "吊销 revoked")
    cells = [Row((row.name, row.scope, row.made_by, date(row.ends_ms), date(row.revoked_ms))) for row in rows]
    say(*table(heads, cells))


@app.command()
def revoke(config: ConfigOption, name: NameArgument) -> None:
    """吊销 · Ends a token, for good."""
    from anju_central.registry.queries.tokens import revoke_token

    with_registry(read_config(config), lambda registry: revoke_token(COMMAND_LINE, registry, name, now_ms()))
    say(f"{name}: 已吊销 revoked")
