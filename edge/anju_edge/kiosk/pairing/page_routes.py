"""What a page that is not paired may ask: what to show (a code), and on the box's own screen to be let in."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from aiohttp import hdrs, web

from anju_edge.kiosk.answers import LaunchAnswer, PairAnswer
from anju_edge.kiosk.backend import KioskBackend
from anju_edge.kiosk.fields import Refused, json_body
from anju_edge.kiosk.pairing.desk import Key, PairingDesk, TooManyCodes
from anju_edge.kiosk.pairing.own_screen import OwnScreenKey
from anju_edge.kiosk.pairing.paired_page import LOOPBACK, PageKind, PairedPage, Unknown, address_of
from anju_edge.kiosk.pairing.waiting_pages import CODE_MS
from anju_edge.kiosk.requests import LaunchRequest

KEPT_S: Final = 400 * 86_400  # the longest that Chromium 156 keeps a cookie, whatever is asked


class PageDoor:
    """Cookies in, pages out. Cookies are of one page's path, HttpOnly and SameSite=Strict."""

    def __init__(self, backend: KioskBackend, desk: PairingDesk, own_screen: OwnScreenKey) -> None:
        self._backend = backend
        self._desk = desk
        self._own_screen = own_screen

    def routes(self, base: str) -> list[web.RouteDef]:
        """Returns the routes below a page's address."""
        return [web.post(f"{base}/api/pair", self.pair), web.post(f"{base}/api/launch", self.launch)]

    def kind_of(self, page: str) -> PageKind:
        """Returns the kind of a configured page. Raises UnknownKiosk."""
        return PageKind.of_role(self._backend.profile(page).role)

    def recognise(self, request: web.Request, page: str) -> PairedPage | Unknown:
        """Returns the paired page that asks, or why it is none."""
        cookie = request.cookies.get(self._key_name(page), "")
        return self._desk.recognise(page, self.kind_of(page), address_of(request.remote), cookie)

    async def pair(self, request: web.Request) -> web.StreamResponse:
        """What a page is to show: everything, its code, or that the box's own screen is opened by a command."""
        page = request.match_info["kiosk"]
        await json_body(request)
        kind = self.kind_of(page)
        known = self.recognise(request, page)
        if isinstance(known, PairedPage):
            return _json(PairAnswer("paired", self._desk.box, page, kind))
        address = address_of(request.remote)
        if address == LOOPBACK:
            return _json(PairAnswer("own_screen", self._desk.box, page, kind, why=known))
        ticket = request.cookies.get(self._ticket_name(page), "")
        cookie = request.cookies.get(self._key_name(page), "")
        try:
            shown = self._desk.ask(page, kind, address, ticket, cookie)
        except TooManyCodes:
            raise Refused(
                429,
                "too_many",
                "page",
                "请等一分钟，再重新打开这个页面",
                "Please wait a minute, then open this page again",
                "one address asked for too many codes",
            ) from None
        if isinstance(shown, Key):
            response = _json(PairAnswer("paired", self._desk.box, page, kind))
            self.hand_out(response, page, shown.cookie)
            return response
        code = f"{shown.code[:4]} {shown.code[4:]}"
        response = _json(
            PairAnswer(
                "waiting",
                self._desk.box,
                page,
                kind,
                why=shown.why,
                code=code,
                left_s=shown.left_s,
                address=address,
                old_address=shown.old_address,
            )
        )
        self._set(response, self._ticket_name(page), shown.ticket, page, CODE_MS // 1000)
        return response

    async def launch(self, request: web.Request) -> web.StreamResponse:
        """For the command on the box: an address that opens the page once, for whoever has the key's file."""
        page = request.match_info["kiosk"]
        key = LaunchRequest.of(await json_body(request)).key
        self.kind_of(page)
        if not self._own_screen.fits(key):
            raise Refused(
                401,
                "wrong_key",
                "setup",
                "请用 anju-edge page open 打开",
                "Please open it by anju-edge page open",
                f"not the key of this run; {self._own_screen.trouble or 'read it again'}",
            )
        return _json(LaunchAnswer(f"/kiosk/{page}?launch={self._desk.launch(page)}"))

    async def enter(self, request: web.Request, page: str) -> web.StreamResponse | None:
        """Lets the box's own screen in by what `launch` gave; None for anything else."""
        token = request.query.get("launch", "")
        if not token or address_of(request.remote) != LOOPBACK:
            return None
        entered = await self._desk.enter(page, self.kind_of(page), token)
        if entered is None:
            return None
        response = web.Response(status=303, headers={hdrs.LOCATION: f"/kiosk/{page}"})
        self.hand_out(response, page, entered.cookie)
        return response

    def renew(self, request: web.Request, response: web.StreamResponse, page: str) -> None:
        """A browser keeps a cookie for 400 days only: each time the page is loaded they begin anew."""
        if isinstance(self.recognise(request, page), PairedPage):
            self.hand_out(response, page, request.cookies[self._key_name(page)])

    def hand_out(self, response: web.StreamResponse, page: str, cookie: str) -> None:
        """Gives a page its key."""
        self._set(response, self._key_name(page), cookie, page, KEPT_S)

    def _set(self, response: web.StreamResponse, name: str, value: str, page: str, life_s: int) -> None:
        response.set_cookie(name, value, path=f"/kiosk/{page}", httponly=True, samesite="Strict", max_age=life_s)

    def _key_name(self, page: str) -> str:
        return f"anju-page-{self._desk.box}-{page}"

    def _ticket_name(self, page: str) -> str:
        return f"anju-waits-{self._desk.box}-{page}"


def _json(answer: PairAnswer | LaunchAnswer) -> web.Response:
    body = json.dumps(asdict(answer), ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=body, content_type="application/json")
