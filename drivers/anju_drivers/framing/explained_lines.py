"""A text stream as `DriverSpec.decoder`: each line explained, what is no message counted."""

from __future__ import annotations

from collections.abc import Callable

from anju_drivers.driver import Explained
from anju_drivers.errors import FrameError
from anju_drivers.framing.explained_stream import Finder


class ExplainedLines:
    """`explain` may raise `FrameError`: then `damaged` and its reason stand for the line. Blank lines say nothing.

    `dropped` counts lines that were too long or not understood.
    """

    def __init__(self, lines: Finder[bytes], explain: Callable[[bytes], Explained], damaged: str) -> None:
        self._lines = lines
        self._explain_line = explain
        self._damaged = damaged
        self._not_understood = 0

    @property
    def dropped(self) -> int:
        return self._lines.dropped + self._not_understood

    @property
    def is_incomplete(self) -> bool:
        return self._lines.is_incomplete

    def feed(self, data: bytes) -> list[Explained]:
        return [self._explain(line) for line in self._lines.feed(data) if line.strip()]

    def _explain(self, line: bytes) -> Explained:
        try:
            return self._explain_line(line)
        except FrameError as error:
            self._not_understood += 1
            return Explained(f"{self._damaged}: {error.reason}", {"error": error.reason})
