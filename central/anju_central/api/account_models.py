"""Answers and requests about sessions and accounts. Times are ISO-8601 UTC with milliseconds.

What somebody proves himself with (passwords, codes, tokens of links) comes in bodies alone and is in no other answer
than the one that makes it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from anju_central.api.models import Answer
from anju_central.api.people_models import PurposeName

AccountRole = Literal[
    "operator",
    "supervisor",
    "community-staff",
    "programme-officer",
    "privacy-officer",
    "technician",
    "auditor",
]
RightName = Literal[
    "see-incidents",
    "handle-incidents",
    "see-check-ins",
    "see-boxes",
    "manage-boxes",
    "see-audit",
    "see-accounts",
    "manage-accounts",
    "see-people",
    "manage-people",
    "break-glass",
    "see-look-ups",
    "manage-privacy",
]
Scope = Literal["every"] | list[str]
AskedScope = Literal["every"] | Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=500)]
Account = Annotated[str, Field(min_length=1, max_length=64)]
Password = Annotated[str, Field(max_length=1000)]  # what is too long or weak is said in a sentence
Code = Annotated[str, Field(max_length=64)]
LinkToken = Annotated[str, Field(max_length=200)]


class SessionView(Answer):
    """Who is logged in, and what he may do now.

    The session ends at `ends` whatever happens, and at `idle_ends` unless it is used; an open live stream is use.
    `second_factor`: "must_enrol" = the role needs one and the account has none; nothing is allowed until it has.
    `registry_away`: it began while the registry could not be asked; it is short, for alarms alone until that is back.
    `purposes`: what for people may be looked up (`registry/fields_by_purpose.py`).
    """

    account: str
    full_name: str
    role: AccountRole
    communities: Scope
    rights: list[RightName]
    ends: str
    idle_ends: str
    second_factor: Literal["on", "must_enrol", "not_needed"]
    registry_away: bool
    purposes: list[PurposeName]


class LogInRequest(BaseModel):
    """`code` is that of the second factor, or a recovery code."""

    model_config = ConfigDict(extra="forbid")
    account: Account
    password: Password
    code: Code = ""


class LogInRefusal(Answer):
    """Why there is no session; `error` stays the same for years.

    "wrong" says the same of an account that is unknown, a wrong password and a wrong code. The others but "too_many"
    are told only to who gave the right password; "no_key": the hub cannot check codes now. `until` comes with
    "locked", `again_s` with "too_many" (status 429).
    """

    error: Literal["wrong", "code_needed", "locked", "disabled", "too_many", "no_key"]
    message: str
    until: str | None = None
    again_s: int | None = None


class DoneView(Answer):
    """It is done."""

    done: Literal[True] = True


class LinkRequest(BaseModel):
    """`token` stood behind the # of a link."""

    model_config = ConfigDict(extra="forbid")
    token: LinkToken


class LinkView(Answer):
    """Whose link it is. `password_chars`: how many characters a password has at least."""

    account: str
    full_name: str
    role: AccountRole
    ends: str
    password_chars: int


class UseLinkRequest(LinkRequest):
    """Sets the password. The link counts no more; whose it was logs in with the new password."""

    password: Password


class LinkUsedView(Answer):
    """The account whose password is set."""

    account: str


class PasswordRequest(BaseModel):
    """Changes the own password; `code` where there is a second factor. Other sessions of the account end."""

    model_config = ConfigDict(extra="forbid")
    password: Password
    new_password: Password
    code: Code = ""


class BeginTotpRequest(BaseModel):
    """Begins a second factor; `code` of the one that there is, if there is one."""

    model_config = ConfigDict(extra="forbid")
    password: Password
    code: Code = ""


class TotpView(Answer):
    """A second factor that counts as soon as a code of it came. `qr_image` is an address of an SVG image of `uri`."""

    secret: str
    uri: str
    qr_image: str


class ConfirmTotpRequest(BaseModel):
    """`code` is what the phone shows."""

    model_config = ConfigDict(extra="forbid")
    code: Code


class RecoveryCodesView(Answer):
    """The second factor is on. Each code stands in for it once; they are shown this once. `session`: what it is now."""

    codes: list[str]
    session: SessionView


class AccountView(Answer):
    """An account. `link_ends` is of a link that can still be used, `seen` when it was last used.

    `may_change`: the caller may reset it, disable it and change its role; never one's own.
    """

    account: str
    full_name: str
    role: AccountRole
    communities: Scope
    has_password: bool
    has_second_factor: bool
    locked_until: str | None
    disabled_since: str | None
    made: str
    made_by: str
    link_ends: str | None
    sessions: int
    seen: str | None
    may_change: bool


class AccountsView(Answer):
    """The accounts that the caller may see. `roles` and `communities` are those that he may give."""

    now: str
    may_manage: bool
    accounts: list[AccountView]
    roles: list[AccountRole]
    may_give_every: bool
    communities: list[str]


class AddAccountRequest(BaseModel):
    """A new account. `account` is its log-in name: it stands in incidents, so let it name a post and no person."""

    model_config = ConfigDict(extra="forbid")
    account: Account
    full_name: str = Field(default="", max_length=200)
    role: AccountRole
    communities: AskedScope


class RoleRequest(BaseModel):
    """What an account may do and where, from now on. Its sessions end."""

    model_config = ConfigDict(extra="forbid")
    role: AccountRole
    communities: AskedScope


class ResetRequest(BaseModel):
    """`drop_second_factor`: the phone and the recovery codes are lost, too."""

    model_config = ConfigDict(extra="forbid")
    drop_second_factor: bool = False


class LinkMadeView(Answer):
    """A link, shown this once: `fragment` goes behind the console's address. It counts once, until `ends`.

    `qr_image` is an address of an SVG image of the whole link, by the name under which the hub was asked.
    """

    account: AccountView
    fragment: str
    qr_image: str
    ends: str


class AuditLineView(Answer):
    """What was done to an account, by whom. `detail` is of the hub's own words: rights before and after, a count."""

    entry: int
    at: str
    account: str
    role: str
    action: str
    detail: str


class AuditView(Answer):
    """The newest first. `more`: what to give as `before` for those behind, None at the end."""

    lines: list[AuditLineView]
    more: int | None


class AccountRefusal(Answer):
    """Why nothing was done: `error` stays the same for years, `message` says what to do next.

    "wrong": the password or the code that the caller gave to prove himself; "code_needed", "too_many" as at the log-in.
    """

    error: Literal[
        "wrong",
        "code_needed",
        "locked",
        "disabled",
        "too_many",
        "no_key",
        "weak-password",
        "link-spent",
        "not-allowed",
        "not-a-name",
        "account-unknown",
        "account-disabled",
        "already-there",
        "own-account",
        "beyond-yours",
        "community-unknown",
        "nothing-offered",
        "code-spent",
        "unavailable",
        "refused",
    ]
    message: str
