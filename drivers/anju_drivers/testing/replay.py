"""Bytes of a real device with their times, kept in a file and played again: to a decoder, or over a pseudo-terminal.

One JSON object a line: first `{"anju_recording": 1, "driver": "..."}`, then `{"t_ms": 12, "hex": "02.."}` with the
milliseconds since the start. A recording may hold personal data: it is made readable by its owner only.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from anju_drivers.driver import Explained, StreamDecoder
from anju_drivers.testing.simulation import PtyDevice

VERSION = 1
MAX_LINE_BYTES = 1024 * 1024


class RecordingError(ValueError):
    """A recording cannot be read: `line` (from 1) and `reason` say where and why."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes that came together, `at_ms` after the start."""

    at_ms: int
    data: bytes


class Recorder:
    """Writes a recording; a file of that name must not exist. Use as a context; `add` may be called from a link."""

    def __init__(self, path: Path, driver: str) -> None:
        self._path, self._driver = path, driver
        self._file: IO[str] | None = None
        self._start_s: float | None = None

    def __enter__(self) -> Self:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "w", encoding="ascii")
        self._write({"anju_recording": VERSION, "driver": self._driver})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def add(self, data: bytes, now_s: float) -> None:
        """`now_s` is a monotonic time; the first call is the start."""
        self._start_s = now_s if self._start_s is None else self._start_s
        self._write({"t_ms": round((now_s - self._start_s) * 1000), "hex": data.hex()})

    def _write(self, line: dict[str, object]) -> None:
        if self._file is None:
            raise ValueError("the recording is not open")
        self._file.write(json.dumps(line) + "\n")


def load(path: Path) -> Iterator[Chunk]:
    """The chunks of a recording, in order. Raises `RecordingError` for the first line that is none."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE_BYTES), b""), 1):
            try:
                value = json.loads(line)
                if number == 1:
                    if value["anju_recording"] != VERSION:
                        raise RecordingError(path, 1, f"version {value['anju_recording']} is not known here")
                    continue
                yield Chunk(int(value["t_ms"]), bytes.fromhex(value["hex"]))
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
                if isinstance(error, RecordingError):
                    raise
                raise RecordingError(path, number, "expected a JSON object with t_ms and hex") from error


def replay_to(decoder: StreamDecoder, chunks: Iterable[Chunk]) -> Iterator[tuple[int, Explained]]:
    """What a decoder makes of a recording, each with its time in milliseconds."""
    for chunk in chunks:
        for explained in decoder.feed(chunk.data):
            yield chunk.at_ms, explained


async def replay_through(device: PtyDevice, chunks: Iterable[Chunk], speed: float = 1.0) -> None:
    """Sends a recording over a pseudo-terminal in its own time, `speed` times as fast; the device must be plugged."""
    loop = asyncio.get_running_loop()
    start_s = loop.time()
    for chunk in chunks:
        await asyncio.sleep(max(0.0, start_s + chunk.at_ms / 1000 / speed - loop.time()))
        device.send(chunk.data)
