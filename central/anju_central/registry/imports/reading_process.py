"""Reads a file in a process of its own, so that no file takes the hub's time or memory (`reading_child.py`)."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Final

from anju_central.registry.imports.limits import (
    MAX_FILE_BYTES,
    READ_WITHIN_CPU_S,
    READ_WITHIN_S,
    READER_MEMORY_BYTES,
)
from anju_central.registry.imports.problems import Problem
from anju_central.registry.imports.reading import Choice, Remembered, SheetLook
from anju_central.registry.imports.reading_json import (
    Json,
    add_line,
    choice_json,
    choice_of_json,
    look_of_json,
    problem_json,
    remembered_json,
)
from anju_central.registry.imports.refused import TEXTS, SheetRefused
from anju_central.registry.imports.sheet_person import CheckedSheet

log = logging.getLogger(__name__)

CHILD: Final = "anju_central.registry.imports.reading_child"
SLICE_LINES: Final = 100  # of an answer, between two turns of the loop


async def look_at(data: bytes, file_name: str, remembered: Remembered) -> list[SheetLook]:
    """Returns the sheets of a file. Raises SheetRefused."""
    asked = {"do": "look", "file_name": file_name, "remembered": remembered_json(remembered)}
    return [look_of_json(line) async for line in _ask(asked, data)]


async def check_rows(data: bytes, file_name: str, choice: Choice) -> CheckedSheet:
    """Returns all rows of the chosen sheet. Raises SheetRefused."""
    asked = {"do": "check", "file_name": file_name, "choice": choice_json(choice)}
    checked = CheckedSheet()
    async for line in _ask(asked, data):
        add_line(checked, line)
    return checked


async def read_rows(
    data: bytes, file_name: str, remembered: Remembered, choice: Choice
) -> tuple[SheetLook, Choice, CheckedSheet]:
    """As `reading.read`: a look and all rows in one go. Raises SheetRefused."""
    asked = {"do": "read", "file_name": file_name, "choice": choice_json(choice)}
    lines = _ask(asked | {"remembered": remembered_json(remembered)}, data)
    first = await anext(lines)
    checked = CheckedSheet()
    async for line in lines:
        add_line(checked, line)
    return look_of_json(first["look"]), choice_of_json(first["choice"]), checked


async def make_error_sheet(data: bytes, file_name: str, choice: Choice, problems: Sequence[Problem]) -> bytes:
    """Returns an xlsx of the rows that did not go in whole, to mend and send again. Raises SheetRefused."""
    told = [problem_json(problem) for problem in problems]
    asked = {"do": "errors", "file_name": file_name, "choice": choice_json(choice), "problems": told}
    [line] = [line async for line in _ask(asked, data)]
    return base64.b64decode(line["file"])


async def _ask(asked: Json, data: bytes) -> AsyncIterator[Json]:
    """Yields the lines of the answer. Raises SheetRefused."""
    lines = (await _answer(asked, data)).split(b"\n")
    for at, line in enumerate(lines):
        if at % SLICE_LINES == 0:
            await asyncio.sleep(0)
        said: Json = json.loads(line) if line else {}
        if isinstance(code := said.get("refused"), str) and code in TEXTS:
            raise SheetRefused(code, **said["about"])
        if said:
            yield said


async def _answer(asked: Json, data: bytes) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise SheetRefused("too-large", limit=f"{MAX_FILE_BYTES // 1024**2} MB")
    asked = asked | {"memory_bytes": READER_MEMORY_BYTES}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        CHILD,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            out, errors = await child.communicate(json.dumps(asked).encode() + b"\n" + data)
    except TimeoutError:
        raise SheetRefused("too-long", seconds=int(READ_WITHIN_S)) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode == -signal.SIGXCPU:
        raise SheetRefused("too-long", seconds=READ_WITHIN_CPU_S)
    if child.returncode != 0:
        last = errors.decode(errors="replace").strip().rpartition("\n")[2]
        kind = last.partition(":")[0][:80]  # what follows may be a value of the sheet
        log.error("a sheet ended the process that reads it (exit %s, %s)", child.returncode, kind)
        raise SheetRefused("damaged", part=f"exit {child.returncode}")
    return out
