"""Recordings played again: to a decoder, as lines that a test may compare, or to a driver over a pseudo-terminal."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from enum import Enum
from pathlib import Path

from anju_drivers.driver import Explained, Reading
from anju_drivers.registry import Registry, UnknownDriver
from anju_drivers.testing.replay import RecordingError, load, replay_through, replay_to
from anju_drivers.testing.simulation import PtyDevice

_DRAIN_S = 0.05


def driver_of(file: Path) -> str:
    """The driver a recording was made with. Raises `RecordingError`, OSError."""
    try:
        with file.open(encoding="ascii") as lines:
            head = json.loads(lines.readline(1024))
        return str(head["driver"])
    except (ValueError, KeyError, TypeError) as error:
        raise RecordingError(file, 1, "expected a JSON object with anju_recording and driver") from error


def spoken(file: Path, drivers: Registry, driver: str = "") -> list[str]:
    """What a recording says, a JSON object a line, without times that differ from run to run.

    Raises `RecordingError`, `UnknownDriver` (also for a driver whose frames come whole), OSError.
    """
    name = driver or driver_of(file)
    spec = drivers.get(name)
    if spec.decoder is None:
        raise UnknownDriver(f"driver {name} has no byte stream to decode")
    return [_line(at_ms, explained) for at_ms, explained in replay_to(spec.decoder(), load(file))]


def _line(at_ms: int, explained: Explained) -> str:
    line = {
        "t_ms": at_ms,
        "summary": explained.summary,
        "fields": explained.fields,
        "readings": [_reading(reading) for reading in explained.readings],
    }
    return json.dumps(line, ensure_ascii=False, default=_plain)


def _reading(reading: Reading) -> dict[str, object]:
    values = {field.name: getattr(reading, field.name) for field in dataclasses.fields(reading)}
    return {"type": type(reading).__name__} | {
        key: value for key, value in values.items() if value not in (None, "", ())
    }


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


async def play(file: Path, link: Path, speed: float, wait_s: float) -> None:
    """Plays a recording at a pseudo-terminal named `link`, in its own time; ends with it. Raises `RecordingError`.

    A driver that looks for the port opens it within `wait_s`; what it asks is not answered but by what was recorded.
    """
    device = PtyDevice(link)
    device.plug()
    try:
        await asyncio.sleep(wait_s)
        await replay_through(device, load(file), speed)
        await asyncio.sleep(_DRAIN_S)  # the kernel keeps what nobody has read yet only while the line is open
    finally:
        device.close()
