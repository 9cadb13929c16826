"""Accounts of people, their sessions at the console, and tokens of machines. Secrets are kept as hashes, or sealed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from anju_central.access.caller import Role
from anju_central.registry.tables.base import (
    ACCOUNT_LENGTH,
    AccountName,
    Base,
    Hash,
    Id,
    Ms,
    choice_of,
    is_hash,
    says,
)

NO_ACCOUNTS = "('hub', 'command-line')"  # callers that are no people, see access/caller.py


class Account(Base):
    """Somebody who may log in. `account` is a login name, the person's own name is `full_name`."""

    __tablename__ = "account"
    __table_args__ = (
        says("name_given", f"length(account) BETWEEN 1 AND {ACCOUNT_LENGTH}"),
        says("name_is_lower_case", "account = lower(account)"),  # two spellings are one account
        says("is_a_person", f"account NOT IN {NO_ACCOUNTS} AND role <> 'hub'"),
        says("failed_tries_counted", "failed_tries >= 0"),
    )

    account: Mapped[AccountName] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(choice_of(Role, "role"))
    every_community: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_hash: Mapped[str | None] = mapped_column(String(300))  # argon2id in its own text form; None: not set yet
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed, see registry/secrets.py
    totp_offered: Mapped[bytes | None] = mapped_column(LargeBinary)  # counts from the first code made with it on
    totp_last_step: Mapped[Ms | None]  # a code counts once: RFC 6238, section 5.2
    failed_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until_ms: Mapped[Ms | None]
    disabled_ms: Mapped[Ms | None]
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]


class AccountCommunity(Base):
    """A community that an account may see, unless it may see every one."""

    __tablename__ = "account_community"

    account: Mapped[AccountName] = mapped_column(ForeignKey("account.account"), primary_key=True)
    community: Mapped[Id] = mapped_column(ForeignKey("community.community"), primary_key=True)


class RecoveryCode(Base):
    """What stands in for the second factor, each once. The newest set of an account counts alone."""

    __tablename__ = "recovery_code"
    __table_args__ = (is_hash("code_hash"),)

    code_hash: Mapped[Hash] = mapped_column(primary_key=True)
    account: Mapped[AccountName] = mapped_column(ForeignKey("account.account"), index=True)
    made_ms: Mapped[Ms]
    used_ms: Mapped[Ms | None]


class AccountLink(Base):
    """A one-time link with which somebody sets a password: the first one, or a new one after a reset."""

    __tablename__ = "account_link"
    __table_args__ = (is_hash("token_hash"), says("ends_later", "ends_ms > made_ms"))

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    account: Mapped[AccountName] = mapped_column(ForeignKey("account.account"), index=True)
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]
    ends_ms: Mapped[Ms]
    used_ms: Mapped[Ms | None]
    withdrawn_ms: Mapped[Ms | None]


class LoginSession(Base):
    """A session at the console. It ends at `ends_ms` whatever happens, and earlier when idle or ended."""

    __tablename__ = "login_session"
    __table_args__ = (is_hash("token_hash"), says("ends_later", "ends_ms > made_ms AND idle_ends_ms <= ends_ms"))
    is_audited = False  # the login is; each use of a session is not

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    account: Mapped[AccountName] = mapped_column(ForeignKey("account.account"), index=True)
    made_ms: Mapped[Ms]
    seen_ms: Mapped[Ms]
    idle_ends_ms: Mapped[Ms]
    ends_ms: Mapped[Ms] = mapped_column(index=True)
    second_factor_ms: Mapped[Ms | None]
    ended_ms: Mapped[Ms | None]


class MachineToken(Base):
    """What a program presents in place of a login; `scope` names the one thing that it may do."""

    __tablename__ = "machine_token"
    __table_args__ = (is_hash("token_hash"), says("ends_later", "ends_ms > made_ms"))

    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(ACCOUNT_LENGTH), unique=True)
    scope: Mapped[str] = mapped_column(String(ACCOUNT_LENGTH))
    community: Mapped[str | None] = mapped_column(ForeignKey("community.community"))  # None: every one
    made_ms: Mapped[Ms]
    made_by: Mapped[AccountName]  # an account, or the command line
    ends_ms: Mapped[Ms]
    revoked_ms: Mapped[Ms | None]
