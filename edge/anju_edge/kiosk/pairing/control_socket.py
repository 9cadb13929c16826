"""What a person on the box says of its pages: JSON over a socket in the folder of the running system.

Whoever may open the socket may approve: 0600, in a folder of the service alone. `POST /` with `{"do": "list"}`,
`{"do": "approve", "code", "kind", "label"}` or `{"do": "revoke", "id"}`. Answers are 200 with a result, or 409 with
`{"refused", "kind"}`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final  # Any: JSON that is checked field by field

from aiohttp import web

from anju_edge.kiosk.fields import Refused, json_body, text
from anju_edge.kiosk.pairing.desk import PairingDesk, PairingRefused
from anju_edge.kiosk.pairing.page_lines import page_lines, paired_line
from anju_edge.kiosk.pairing.socket_path import NAME, short_path

_log = logging.getLogger(__name__)

RETRY_S: Final = 5.0
BODY_MAX: Final = 4_096


class ControlSocket:
    """`trouble`: why it cannot be had, empty while it is there."""

    def __init__(self, run: Path, desk: PairingDesk) -> None:
        self._run = run
        self._desk = desk
        self.trouble = ""

    async def run(self) -> None:
        """Serves until cancelled; a folder that is not there yet is tried again."""
        while True:
            try:
                with self._bound() as bound:
                    await self._serve(bound)
            except OSError as error:
                trouble = f"{self._run / NAME}: {error.strerror or error}"
                if trouble != self.trouble:
                    _log.warning("pages cannot be approved on this box: %s", trouble)
                self.trouble = trouble
            await asyncio.sleep(RETRY_S)

    @contextlib.contextmanager
    def _bound(self) -> Iterator[socket.socket]:
        self._run.mkdir(mode=0o700, exist_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound, short_path(self._run) as path:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            os.fchmod(bound.fileno(), 0o600)  # Linux gives the file that bind makes the socket's own mode
            bound.bind(path)
            bound.setblocking(False)
            try:
                yield bound
            finally:
                with contextlib.suppress(OSError):
                    os.unlink(path)

    async def _serve(self, bound: socket.socket) -> None:
        app = web.Application(client_max_size=BODY_MAX)
        app.add_routes([web.post("/", self._answer)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, bound, backlog=8).start()
            self.trouble = ""
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await self._do(await json_body(request)))
        except PairingRefused as refused:
            return web.json_response({"refused": refused.reason, "kind": refused.kind}, status=409)
        except Refused as refused:
            return web.json_response(refused.body, status=refused.status)

    async def _do(self, asked: dict[str, object]) -> dict[str, Any]:
        match text(asked, "do", 16):
            case "list":
                return page_lines(self._desk)
            case "approve":
                code, kind, label = (text(asked, name, 100) for name in ("code", "kind", "label"))
                done = await self._desk.approve(code, kind, label)
                line = paired_line(self._desk, done.page)
                return {"page": line, "kept": done.kept, "fetched": done.fetched}
            case "revoke":
                page, kept = await self._desk.revoke(text(asked, "id", 64))
                return {"page": paired_line(self._desk, page), "kept": kept}
            case _:
                raise PairingRefused("unknown_page")
