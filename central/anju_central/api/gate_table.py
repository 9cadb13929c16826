"""Who may call which route of the hub's HTTP side. What is not in this table is denied; a test walks it.

Routes for nobody in particular are the log-in, the links' routes and `/healthz`, which says nothing about people; the
console's own files are open, too (`gate.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from anju_central.access.caller import Purpose, Right
from anju_central.access.token_scopes import METRICS


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: "open" = everybody, "session" = who is logged in, "right" = who has one of `rights`, "machine" = who has
    a token of the scope. `is_look_up`: people can be looked up by it, so not too often in a row.
    """

    who: Literal["open", "session", "right", "machine"]
    purpose: Purpose = Purpose.DEVICE_MAINTENANCE
    rights: frozenset[Right] = frozenset()
    scope: str = ""
    is_look_up: bool = False


OPEN: Final = Rule("open")
SESSION: Final = Rule("session")


def _needs(*rights: Right, purpose: Purpose = Purpose.DEVICE_MAINTENANCE, is_look_up: bool = False) -> Rule:
    return Rule("right", purpose, frozenset(rights), is_look_up=is_look_up)


_SEE: Final = _needs(Right.SEE_INCIDENTS, purpose=Purpose.EMERGENCY)
_LOOK_UP: Final = _needs(Right.SEE_INCIDENTS, purpose=Purpose.EMERGENCY, is_look_up=True)
_HANDLE: Final = _needs(Right.HANDLE_INCIDENTS, purpose=Purpose.EMERGENCY)
_SEE_BOXES: Final = _needs(Right.SEE_BOXES)
_MANAGE_BOXES: Final = _needs(Right.MANAGE_BOXES)
_MANAGE_ACCOUNTS: Final = _needs(Right.MANAGE_ACCOUNTS)

TABLE: Final[Mapping[tuple[str, str], Rule]] = {
    ("GET", "/"): OPEN,  # where no console is built
    ("GET", "/healthz"): OPEN,
    ("POST", "/api/session"): OPEN,
    ("POST", "/api/link"): OPEN,
    ("POST", "/api/link/look"): OPEN,
    ("GET", "/api/session"): SESSION,
    ("DELETE", "/api/session"): SESSION,
    ("POST", "/api/account/password"): SESSION,
    ("POST", "/api/account/totp"): SESSION,
    ("POST", "/api/account/totp/confirm"): SESSION,
    ("GET", "/openapi.json"): SESSION,
    ("GET", "/metrics"): Rule("machine", scope=METRICS),
    ("GET", "/api/incidents"): _SEE,
    ("GET", "/api/incidents/closed"): _LOOK_UP,
    ("GET", "/api/incidents/{key}"): _LOOK_UP,
    ("POST", "/api/incidents/{key}/acknowledge"): _HANDLE,
    ("POST", "/api/incidents/{key}/step"): _HANDLE,
    ("POST", "/api/incidents/{key}/resolve"): _HANDLE,
    ("GET", "/api/check-ins"): _needs(Right.SEE_CHECK_INS, purpose=Purpose.ACTIVITY, is_look_up=True),
    ("GET", "/api/boxes"): _SEE_BOXES,
    ("GET", "/api/stream"): _needs(
        Right.SEE_INCIDENTS, Right.SEE_CHECK_INS, Right.SEE_BOXES, purpose=Purpose.EMERGENCY
    ),
    ("GET", "/api/registry/boxes"): _SEE_BOXES,
    ("POST", "/api/registry/communities"): _MANAGE_BOXES,
    ("POST", "/api/registry/boxes"): _MANAGE_BOXES,
    ("POST", "/api/registry/boxes/{box}/code"): _MANAGE_BOXES,
    ("POST", "/api/registry/boxes/{box}/retire"): _MANAGE_BOXES,
    ("POST", "/api/registry/boxes/{box}/revoke"): _MANAGE_BOXES,
    ("GET", "/api/boxes/{box}/pages"): _SEE_BOXES,
    ("POST", "/api/boxes/{box}/pages"): _MANAGE_BOXES,
    ("POST", "/api/boxes/{box}/pages/{page}/revoke"): _MANAGE_BOXES,
    ("GET", "/api/accounts"): _needs(Right.SEE_ACCOUNTS),
    ("POST", "/api/accounts"): _MANAGE_ACCOUNTS,
    ("GET", "/api/accounts/{account}/audit"): _needs(Right.SEE_AUDIT, is_look_up=True),
    ("POST", "/api/accounts/{account}/link"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/role"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/disable"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/enable"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/unlock"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/end-sessions"): _MANAGE_ACCOUNTS,
}
