"""How a channel is doing, for the status page: it fails alone and says so."""

from __future__ import annotations

import logging
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class ChannelState:
    """`ok` is None until the channel was first tried."""

    name: str
    ok: bool | None = None
    trouble: str = ""
    sent: int = 0
    failures: int = 0

    def worked(self) -> None:
        if self.ok is False:
            _log.info("channel %s works again", self.name)
        self.ok, self.trouble = True, ""
        self.sent += 1

    def failed(self, cause: str) -> None:
        if self.ok is not False or self.trouble != cause:
            _log.warning("channel %s fails: %s", self.name, cause)
        self.ok, self.trouble = False, cause
        self.failures += 1
