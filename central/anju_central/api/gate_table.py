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
# the purpose of a look-up at people is in the request; what a role may look for: registry/fields_by_purpose.py
_SEE_PEOPLE: Final = _needs(Right.SEE_PEOPLE, purpose=Purpose.CASE, is_look_up=True)
_MANAGE_PEOPLE: Final = _needs(Right.MANAGE_PEOPLE, purpose=Purpose.CASE)
_SEE_LOOK_UPS: Final = _needs(Right.SEE_LOOK_UPS, purpose=Purpose.CASE, is_look_up=True)
_MANAGE_PEOPLE_PAGE: Final = _needs(Right.MANAGE_PEOPLE, purpose=Purpose.CASE, is_look_up=True)
_EXPORTS: Final = _needs(Right.MANAGE_PEOPLE, Right.MANAGE_PRIVACY, purpose=Purpose.CASE)
_MANAGE_PRIVACY: Final = _needs(Right.MANAGE_PRIVACY, purpose=Purpose.CASE)
_TAKE_REQUESTS: Final = _needs(Right.MANAGE_PEOPLE, Right.MANAGE_PRIVACY, purpose=Purpose.CASE)

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
    ("POST", "/api/incidents/closed"): _LOOK_UP,
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
    ("GET", "/api/boxes/{box}/pressed"): _SEE_BOXES,
    ("GET", "/api/boxes/{box}/pages"): _SEE_BOXES,
    ("POST", "/api/boxes/{box}/pages"): _MANAGE_BOXES,
    ("POST", "/api/boxes/{box}/pages/{page}/revoke"): _MANAGE_BOXES,
    ("GET", "/api/audit"): _needs(Right.SEE_AUDIT, is_look_up=True),
    ("GET", "/api/accounts"): _needs(Right.SEE_ACCOUNTS),
    ("POST", "/api/accounts"): _MANAGE_ACCOUNTS,
    ("GET", "/api/accounts/{account}/audit"): _needs(Right.SEE_AUDIT, is_look_up=True),
    ("POST", "/api/accounts/{account}/link"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/role"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/disable"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/enable"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/unlock"): _MANAGE_ACCOUNTS,
    ("POST", "/api/accounts/{account}/end-sessions"): _MANAGE_ACCOUNTS,
    ("POST", "/api/people/search"): _SEE_PEOPLE,  # before {resident}: of two that fit the first counts
    ("GET", "/api/people"): _SEE_PEOPLE,
    ("POST", "/api/people"): _MANAGE_PEOPLE,
    ("GET", "/api/people/{resident}"): _SEE_PEOPLE,
    ("POST", "/api/people/{resident}/look"): _SEE_PEOPLE,
    ("GET", "/api/people/{resident}/history"): _SEE_PEOPLE,
    ("GET", "/api/people/{resident}/look-ups"): _SEE_LOOK_UPS,
    ("POST", "/api/people/actions/{action}/undo"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/move"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/leave"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/edit"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/contacts"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/notes"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/merge"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/split"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/erase"): _MANAGE_PRIVACY,
    ("GET", "/api/devices"): _SEE_PEOPLE,
    ("POST", "/api/devices"): _MANAGE_PEOPLE,
    ("POST", "/api/devices/{device}/hand-out"): _MANAGE_PEOPLE,
    ("POST", "/api/devices/{device}/lost"): _MANAGE_PEOPLE,
    ("POST", "/api/devices/{device}/return"): _MANAGE_PEOPLE,
    ("POST", "/api/devices/{device}/repaired"): _MANAGE_PEOPLE,
    ("GET", "/api/look-ups"): _SEE_LOOK_UPS,
    ("POST", "/api/glass"): _needs(Right.BREAK_GLASS, purpose=Purpose.EMERGENCY),
    ("GET", "/api/glass/own"): _needs(Right.BREAK_GLASS, purpose=Purpose.EMERGENCY),
    ("GET", "/api/glass"): _SEE_LOOK_UPS,
    ("POST", "/api/glass/{number}/seen"): _MANAGE_PRIVACY,
    ("GET", "/api/incidents/{key}/named"): _LOOK_UP,
    ("GET", "/api/consents"): _SEE_PEOPLE,
    ("GET", "/api/consents/wordings"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/consents"): _MANAGE_PEOPLE,
    ("POST", "/api/people/{resident}/consents/{kind}/withdraw"): _MANAGE_PEOPLE,
    ("GET", "/api/requests"): _SEE_PEOPLE,
    ("POST", "/api/people/{resident}/requests"): _TAKE_REQUESTS,
    ("POST", "/api/requests/{number}/close"): _MANAGE_PRIVACY,
    ("GET", "/api/look-ups/chain"): _SEE_LOOK_UPS,
    ("GET", "/api/retention"): _SEE_LOOK_UPS,
    ("POST", "/api/retention/clocks/{what}"): _MANAGE_PRIVACY,
    ("POST", "/api/retention/run"): _MANAGE_PRIVACY,
    ("POST", "/api/households/search"): _SEE_PEOPLE,
    ("POST", "/api/households/separate"): _MANAGE_PEOPLE,
    ("POST", "/api/households/{household}/join"): _MANAGE_PEOPLE,
    ("POST", "/api/households/{household}/head"): _MANAGE_PEOPLE,
    ("POST", "/api/households/{household}/move"): _MANAGE_PEOPLE,
    ("GET", "/api/groups"): _SEE_PEOPLE,
    ("POST", "/api/groups"): _MANAGE_PEOPLE,
    ("GET", "/api/groups/{group}"): _SEE_PEOPLE,
    ("POST", "/api/groups/{group}/name"): _MANAGE_PEOPLE,
    ("POST", "/api/groups/{group}/end"): _MANAGE_PEOPLE,
    ("POST", "/api/groups/{group}/put-in"): _MANAGE_PEOPLE,
    ("POST", "/api/groups/{group}/take-out"): _MANAGE_PEOPLE,
    ("POST", "/api/groups/{group}/leader"): _MANAGE_PEOPLE,
    ("GET", "/api/rosters"): _SEE_BOXES,
    ("GET", "/api/communities"): _needs(Right.SEE_PEOPLE, Right.SEE_BOXES, purpose=Purpose.STATISTICS),
    ("POST", "/api/communities/{community}/name"): _MANAGE_PEOPLE,
    ("GET", "/api/places"): _SEE_PEOPLE,
    ("GET", "/api/places/flats"): _SEE_PEOPLE,
    ("POST", "/api/places"): _MANAGE_PEOPLE,
    ("POST", "/api/places/{place}/name"): _MANAGE_PEOPLE,
    ("POST", "/api/places/{place}/put"): _MANAGE_PEOPLE,
    ("POST", "/api/places/{place}/locate"): _MANAGE_PEOPLE,
    ("POST", "/api/places/{place}/end"): _MANAGE_PEOPLE,
    ("GET", "/api/zones"): _SEE_PEOPLE,
    ("POST", "/api/zones"): _MANAGE_PEOPLE,
    ("POST", "/api/zones/{community}/{zone}/name"): _MANAGE_PEOPLE,
    ("POST", "/api/zones/{community}/{zone}/end"): _MANAGE_PEOPLE,
    ("GET", "/api/tokens"): _SEE_PEOPLE,
    ("POST", "/api/tokens"): _MANAGE_PEOPLE,
    ("POST", "/api/tokens/{token}/block"): _MANAGE_PEOPLE,
    ("GET", "/api/communities/{community}/rules"): _SEE_BOXES,
    ("POST", "/api/communities/{community}/ladder"): _SEE_BOXES,
    ("POST", "/api/communities/{community}/settings"): _MANAGE_BOXES,
    ("POST", "/api/communities/{community}/rules"): _MANAGE_BOXES,
    ("POST", "/api/communities/{community}/rules/try"): _MANAGE_BOXES,
    ("POST", "/api/communities/{community}/rules/{rule}/drop"): _MANAGE_BOXES,
    ("GET", "/api/staff"): _SEE_PEOPLE,
    ("POST", "/api/staff"): _MANAGE_PEOPLE,
    ("POST", "/api/staff/end"): _MANAGE_PEOPLE,
    ("POST", "/api/volunteers"): _MANAGE_PEOPLE,
    ("POST", "/api/volunteers/end"): _MANAGE_PEOPLE,
    ("POST", "/api/organisations"): _MANAGE_PEOPLE,
    ("POST", "/api/organisations/end"): _MANAGE_PEOPLE,
    ("GET", "/api/imports"): _MANAGE_PEOPLE,
    ("POST", "/api/imports/{run}/undo"): _MANAGE_PEOPLE,
    ("GET", "/api/imports/files"): _MANAGE_PEOPLE,
    ("POST", "/api/imports/files"): _MANAGE_PEOPLE,
    ("GET", "/api/imports/files/{upload}"): _MANAGE_PEOPLE,
    ("DELETE", "/api/imports/files/{upload}"): _MANAGE_PEOPLE,
    ("POST", "/api/imports/files/{upload}/compare"): _MANAGE_PEOPLE,
    ("POST", "/api/imports/files/{upload}/lists/{kind}"): _MANAGE_PEOPLE_PAGE,
    ("GET", "/api/imports/files/{upload}/mend"): _MANAGE_PEOPLE,
    ("POST", "/api/imports/files/{upload}/take-over"): _MANAGE_PEOPLE,
    ("POST", "/api/imports/files/{upload}/cancel"): _MANAGE_PEOPLE,
    ("GET", "/api/exports"): _EXPORTS,
    ("POST", "/api/exports"): _MANAGE_PEOPLE,
    ("POST", "/api/exports/{export}/approve"): _EXPORTS,
    ("POST", "/api/exports/{export}/refuse"): _EXPORTS,
    ("POST", "/api/exports/{export}/file"): _MANAGE_PEOPLE,
}
