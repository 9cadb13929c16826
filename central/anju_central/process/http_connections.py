"""HTTP connections with an end: requests come whole in time, answers are read in time, and their number is bounded.

uvicorn waits for ever for the rest of a request, and for a client that does not read. Either costs a connection, and
some thousands of them cost all others theirs, so here each wait has its limit, and beyond so many connections the one
that has waited longest makes room: a page of the console that loses its stream resumes it by itself.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_WITHIN_S: Final = 15.0  # from the connection, or the answer before, to the last byte of a request
FILE_WITHIN_S: Final = 300.0  # as above, of a file that is sent to one of these paths: 32 MB at 1 Mbit/s
FILE_PATHS: Final = frozenset({"/api/imports/files"})  # those whose bodies are streamed (`api/import_routes.py`)
READ_WITHIN_S: Final = 30.0  # a client that takes nothing of its answer
MAX_CONNECTIONS: Final = 512  # a console has a handful


class BoundedHttp(H11Protocol):
    """One connection of uvicorn's, see the module."""

    request_within_s = REQUEST_WITHIN_S
    file_within_s = FILE_WITHIN_S
    read_within_s = READ_WITHIN_S
    max_connections = MAX_CONNECTIONS

    _request_due: asyncio.TimerHandle | None = None
    _is_file_due = False
    _read_due: asyncio.TimerHandle | None = None
    waits_since_s = 0.0  # monotonic: since when it has not been serving; inf while it serves

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Takes a connection, and makes room for it."""
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self._make_room()
        self._look()

    def data_received(self, data: bytes) -> None:
        """Takes some bytes of a request."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """The next request may come now."""
        super().on_response_complete()
        if self._is_file_due:
            self._stop_request_clock()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets go of everything."""
        super().connection_lost(exc)
        self._stop_request_clock()
        self._stop_read_clock()

    def pause_writing(self) -> None:
        """The client takes nothing for now."""
        super().pause_writing()
        self._read_due = self._read_due or self.loop.call_later(self.read_within_s, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        super().resume_writing()
        self._stop_read_clock()

    def _look(self) -> None:
        """Runs the clock while no whole request is here."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            self._stop_request_clock()
            self.waits_since_s = float("inf")
        elif self._request_due is None:
            self._request_due = self.loop.call_later(self.request_within_s, self.transport.abort)
            self.waits_since_s = time.monotonic()
        elif not self._is_file_due and self._sends_file():
            self._request_due.cancel()
            self._request_due = self.loop.call_later(self.file_within_s, self.transport.abort)
            self._is_file_due = True

    def _sends_file(self) -> bool:
        """Whether a file is on its way that nobody has answered yet: who may not send one is answered at once."""
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and cycle.scope["path"] in FILE_PATHS

    def _stop_request_clock(self) -> None:
        if self._request_due is not None:
            self._request_due.cancel()
            self._request_due = None
            self._is_file_due = False

    def _stop_read_clock(self) -> None:
        if self._read_due is not None:
            self._read_due.cancel()
            self._read_due = None

    def _make_room(self) -> None:
        others = [other for other in self.connections if isinstance(other, BoundedHttp) and other is not self]
        others = [other for other in others if not other.transport.is_closing()]
        if others:
            min(others, key=_patience).transport.abort()


def _patience(connection: BoundedHttp) -> float:
    """Sorts who waits with half a request first, the longest first; who is served comes last."""
    return connection.waits_since_s
