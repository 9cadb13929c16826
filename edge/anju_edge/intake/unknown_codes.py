"""Codes that a device sent and no table knows: news for staff, for a day after the last of them.

Drivers say them as the detail of a state (`anju_drivers.unknown_code`): `unknown code alarm 7b, status bit 3`.
"""

from __future__ import annotations

from anju_drivers.unknown_code import UNKNOWN
from anju_edge.intake.safe_reading import MAX_TEXT_CHARS

KEPT_MS = 24 * 3600 * 1000  # running time: somebody looks at the box once a day
CODES_MAX = 8  # a tracker that sends one every minute hides no rarer one; of more the newest stay


class UnknownCodes:
    """Those of one device, each once. Times are running time, ms."""

    __slots__ = ("_heard_ms",)

    def __init__(self) -> None:
        self._heard_ms: dict[str, int] = {}  # by code, the newest last

    def take(self, detail: str, now_ms: int) -> None:
        """Notes the codes of a state's detail that has been made to fit an event."""
        for code in detail.removeprefix(UNKNOWN).split(","):
            self._heard_ms.pop(code.strip(), None)
            self._heard_ms[code.strip()] = now_ms
        while len(self._heard_ms) > CODES_MAX:
            del self._heard_ms[next(iter(self._heard_ms))]

    def text(self, now_ms: int) -> str:
        """Returns the codes of the last day, the newest first and as many as fit; empty when there is none."""
        newest_first = reversed(self._heard_ms.items())
        text = ", ".join(code for code, heard_ms in newest_first if now_ms - heard_ms < KEPT_MS)
        return f"{UNKNOWN} {text}"[:MAX_TEXT_CHARS] if text else ""


def is_unknown_code(detail: str) -> bool:
    """Whether a state's detail says a code that no table knows."""
    return detail.startswith(f"{UNKNOWN} ")
