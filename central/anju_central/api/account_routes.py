"""The routes of logging in, of the own account, of links, and of accounts of others."""

from __future__ import annotations

import math
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.responses import JSONResponse, Response

from anju_central.access.caller import Caller
from anju_central.access.log_in import LogInReason, LogInRefused
from anju_central.access.passwords import MIN_CHARS, WeakPassword
from anju_central.access.second_factor import otpauth_uri, secret_text
from anju_central.access.sessions import ABSOLUTE_MS, Session
from anju_central.api.account_desk import AccountDesk, qr_image, role_name, session_view
from anju_central.api.account_models import (
    AccountRefusal,
    AccountsView,
    AccountView,
    AddAccountRequest,
    AuditView,
    BeginTotpRequest,
    ConfirmTotpRequest,
    DoneView,
    LinkMadeView,
    LinkRequest,
    LinkUsedView,
    LinkView,
    LogInRefusal,
    LogInRequest,
    PasswordRequest,
    RecoveryCodesView,
    ResetRequest,
    RoleRequest,
    SessionView,
    TotpView,
    UseLinkRequest,
)
from anju_central.api.answers import guarded, says
from anju_central.api.cookies import give_cookie, session_token, take_cookie
from anju_central.api.gate import asker, asking
from anju_central.api.models import Refusal
from anju_central.api.numbers import Before
from anju_central.api.views.incidents import iso
from anju_central.registry.queries import accounts

Asker = Annotated[Session, Depends(asker)]
Asking = Annotated[Caller, Depends(asking)]
AccountName = Annotated[str, Path(max_length=64)]
Answers = dict[int | str, dict[str, object]]
INVALID: Final = "What was asked does not fit, or is not allowed now"
TOO_LARGE: Final[dict[str, object]] = says(Refusal, "Content Too Large")  # RFC 9110
SAID: Final[dict[LogInReason, str]] = {
    "wrong": "account, password or code is wrong",
    "code_needed": "give the code of the second factor, too",
    "locked": "locked for a while after wrong tries: wait, or have it unlocked by who manages accounts",
    "disabled": "this account is disabled: ask who manages accounts",
    "too_many": "too many tries from here: wait a moment",
    "no_key": "the hub cannot check codes now, the key of its registry is missing: use a recovery code, or have the "
    "second factor dropped by who manages accounts",
}
LOGGED_IN: Final[Answers] = {
    401: says(LogInRefusal),
    413: TOO_LARGE,
    422: says(Refusal, INVALID),
    429: says(LogInRefusal),
    503: says(AccountRefusal),
}
CHANGED: Final[Answers] = {
    403: says(AccountRefusal | Refusal),
    404: says(AccountRefusal),
    409: says(AccountRefusal),
    413: TOO_LARGE,
    422: says(AccountRefusal | Refusal, INVALID),
    429: says(AccountRefusal),
    503: says(AccountRefusal),
}


def account_routes(desk: AccountDesk) -> APIRouter:
    """Returns the routes. Who may call which: `gate_table.py`."""
    routes = guarded("/api")

    @routes.post("/session", responses=LOGGED_IN)
    async def log_in(http: Request, response: Response, request: LogInRequest) -> SessionView:
        """Logs in: gives the browser a cookie. A session that it has already ends."""
        old = desk.sessions.find(session_token(http))
        address = _address(http)
        token, session = await desk.log_in.log_in(request.account, request.password, request.code, address)
        if old is not None:
            await desk.sessions.end(old)
        give_cookie(http, response, token, ABSOLUTE_MS // 1000)
        return session_view(session)

    @routes.get("/session")
    async def session(asked: Asker) -> SessionView:
        """Who is logged in."""
        return session_view(asked)

    @routes.delete("/session")
    async def log_out(http: Request, response: Response, asked: Asker) -> DoneView:
        """Logs out."""
        await desk.sessions.end(asked)
        take_cookie(http, response)
        return DoneView()

    @routes.post("/link/look", responses=CHANGED)
    async def look_at_link(http: Request, request: LinkRequest) -> LinkView:
        """Whose one-time link it is, while it counts."""
        link = await desk.own.look_at_link(request.token, _address(http))
        return LinkView(
            account=link.account,
            full_name=link.full_name,
            role=role_name(link.role),
            ends=iso(link.ends_ms) or "",
            password_chars=MIN_CHARS,
        )

    @routes.post("/link", responses=CHANGED)
    async def use_link(http: Request, request: UseLinkRequest) -> LinkUsedView:
        """Sets the password of a link's account. The link counts no more; then log in."""
        return LinkUsedView(account=await desk.own.use_link(request.token, request.password, _address(http)))

    @routes.post("/account/password", responses=CHANGED)
    async def change_password(asked: Asker, request: PasswordRequest) -> DoneView:
        """Changes the own password. Other sessions of the account end."""
        await desk.own.change_password(asked, request.password, request.new_password, request.code)
        return DoneView()

    @routes.post("/account/totp", responses=CHANGED)
    async def begin_totp(asked: Asker, request: BeginTotpRequest) -> TotpView:
        """Begins a second factor: what the phone scans. It counts as soon as it is confirmed."""
        secret = await desk.own.begin_totp(asked, request.password, request.code)
        uri = otpauth_uri(secret, asked.account)
        return TotpView(secret=secret_text(secret), uri=uri, qr_image=qr_image(uri))

    @routes.post("/account/totp/confirm", responses=CHANGED)
    async def confirm_totp(asked: Asker, request: ConfirmTotpRequest) -> RecoveryCodesView:
        """Turns the second factor on by a code of it. The recovery codes are shown this once."""
        codes, now = await desk.own.confirm_totp(asked, request.code)
        return RecoveryCodesView(codes=codes, session=session_view(now))

    @routes.get("/accounts", responses={503: says(AccountRefusal)})
    async def all_accounts(caller: Asking) -> AccountsView:
        """The accounts that the caller may see."""
        return await desk.all(caller)

    @routes.post("/accounts", responses=CHANGED)
    async def add_account(http: Request, caller: Asking, request: AddAccountRequest) -> LinkMadeView:
        """Adds an account, and a one-time link with which its owner sets a password."""
        return await desk.add(caller, request, str(http.base_url))

    @routes.get("/accounts/{account}/audit", responses=CHANGED)
    async def audit(caller: Asking, account: AccountName, before: Before = None) -> AuditView:
        """What was done to an account and by whom, the newest first; `before` is the last `more`."""
        return await desk.audit(caller, account, before)

    @routes.post("/accounts/{account}/link", responses=CHANGED)
    async def reset(http: Request, caller: Asking, account: AccountName, request: ResetRequest) -> LinkMadeView:
        """Resets an account of another: its sessions and its password end, a one-time link sets a new one."""
        return await desk.reset(caller, account, str(http.base_url), drop_factor=request.drop_second_factor)

    @routes.post("/accounts/{account}/role", responses=CHANGED)
    async def change_role(caller: Asking, account: AccountName, request: RoleRequest) -> AccountView:
        """Changes what an account of another may do and where; its sessions end."""
        return await desk.change_role(caller, account, request)

    @routes.post("/accounts/{account}/disable", responses=CHANGED)
    async def disable(caller: Asking, account: AccountName) -> AccountView:
        """Disables an account of another; its sessions end."""
        return await desk.change(caller, account, accounts.disable_account)

    @routes.post("/accounts/{account}/enable", responses=CHANGED)
    async def enable(caller: Asking, account: AccountName) -> AccountView:
        """Enables an account again."""
        return await desk.change(caller, account, accounts.enable_account)

    @routes.post("/accounts/{account}/unlock", responses=CHANGED)
    async def unlock(caller: Asking, account: AccountName) -> AccountView:
        """Forgets the wrong tries of an account."""
        return await desk.change(caller, account, accounts.unlock_account)

    @routes.post("/accounts/{account}/end-sessions", responses=CHANGED)
    async def end_sessions(caller: Asking, account: AccountName) -> AccountView:
        """Ends all sessions of an account."""
        return await desk.change(caller, account, accounts.end_sessions)

    return routes


def answer_log_in_refusals(app: FastAPI) -> None:
    """Turns what the log-in and the own account refuse into answers."""

    @app.exception_handler(LogInRefused)
    async def _on_log_in(request: Request, error: LogInRefused) -> Response:
        again_s = math.ceil(error.again_s) if error.reason == "too_many" else None
        is_log_in = request.url.path == "/api/session"
        if is_log_in:
            said = LogInRefusal(
                error=error.reason, message=SAID[error.reason], until=iso(error.until_ms), again_s=again_s
            ).model_dump(mode="json")
        else:
            said = AccountRefusal(error=error.reason, message=SAID[error.reason]).model_dump(mode="json")
        status = 429 if error.reason == "too_many" else 401 if is_log_in else 422
        answer = JSONResponse(said, status)
        if again_s is not None:
            answer.headers["Retry-After"] = str(again_s)
        return answer

    @app.exception_handler(WeakPassword)
    async def _on_weak(_request: Request, error: WeakPassword) -> Response:
        return JSONResponse(AccountRefusal(error="weak-password", message=str(error)).model_dump(mode="json"), 422)


def known_refusals() -> frozenset[str]:
    """Returns the codes that answers of these routes have."""
    return frozenset(get_args(AccountRefusal.model_fields["error"].annotation))


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""
