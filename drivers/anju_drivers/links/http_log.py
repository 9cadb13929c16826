"""What HTTP listeners log: requests that are no HTTP are counted in one line, a fault of ours keeps its traceback."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

REPORT_EVERY_S = 60.0


class HttpLog(logging.Logger):
    """The `logger` of an aiohttp server. Whoever sends junk to the port must not fill the log, or the card under it.

    `malformed` counts. Of what was sent, only the kind of fault is logged: paths hold secrets.
    """

    def __init__(self, name: str, log: logging.Logger, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name, logging.INFO)
        self._target, self._now_s = log, now_s
        self._said_s = float("-inf")
        self.malformed = 0
        self.parent = log

    def exception(
        self, msg: object, *args: object, exc_info: Any = True, **more: Any
    ) -> None:  # Any: as logging has it
        if not isinstance(exc_info, HttpProcessingError | web.RequestPayloadError):
            self._target.error(msg, *args, exc_info=exc_info, **more)
            return
        self.malformed += 1
        now_s = self._now_s()
        if now_s - self._said_s >= REPORT_EVERY_S:
            self._said_s = now_s
            self._target.warning(
                "%s: %d malformed HTTP requests so far, the last from %s (%s); they are refused",
                *(self.name, self.malformed, args[0] if args else "unknown", type(exc_info).__name__),
            )
