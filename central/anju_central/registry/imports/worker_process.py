"""Runs a job of imports in a process of its own (`worker.py`) and tells how far it is."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from typing import Final

from anju_central.registry.database import Registry
from anju_central.registry.faults import RegistryForeign, RegistryTooNew, RegistryUnavailable
from anju_central.registry.imports.outcome import Json, outcome_of_run, outcome_of_undo
from anju_central.registry.imports.worker import said_caller

log = logging.getLogger(__name__)

WORKER: Final = "anju_central.registry.imports.worker"
MAX_LINE_BYTES: Final = 32 * 1024 * 1024


class WorkerEnded(Exception):
    """The worker ended without an answer: it was killed, or met with a fault that is in its log. `is_known`: that it
    changed nothing; else the registry could not be asked. `zh` and `en` say so.
    """

    def __init__(self, code: int | None, *, is_known: bool = True) -> None:
        self.code, self.is_known = code, is_known
        if is_known:
            self.zh = "导入进程中断了，没有改动任何档案，请再试一次"
            self.en = f"the import's process ended (exit {code}); nothing was changed, try again"
        else:
            self.zh = "导入进程中断了，登记库现在不能用，是否已导入还不清楚：恢复后先看导入记录，再决定是否重做"
            self.en = (
                f"the import's process ended (exit {code}), and the registry cannot be asked whether it was through: "
                "look at the list of imports when it can, before you try again"
            )
        super().__init__(self.en)


async def work(asked: Json, data: bytes, progress: Callable[[int, int], None] = lambda done, of: None) -> Json:
    """Returns the worker's answer: one of `preview`, `taken`, `undone`, `file`, `refused`. Raises WorkerEnded.

    Where the worker ends between its work and its answer, the registry knows the answer. Whoever cancels this kills the
    worker: its work is whole or nothing.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        WORKER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=MAX_LINE_BYTES,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(json.dumps(asked).encode() + b"\n" + data)
        try:
            await child.stdin.drain()
            child.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            pass  # it ended early; its exit says more
        async for line in child.stdout:
            said: Json = json.loads(line)
            if "progress" not in said:
                return said
            done, of = said["progress"]
            progress(done, of)
        await child.wait()
        log.error("the process of an import ended without an answer (exit %s)", child.returncode)
        known = await _known_outcome(asked, data, child.returncode)
        if known is None:
            raise WorkerEnded(child.returncode)
        log.info("the registry says that the import was through before its process ended")
        return known
    except BaseException:
        if child.returncode is None:
            child.kill()
        raise
    finally:
        await child.wait()


async def _known_outcome(asked: Json, data: bytes, code: int | None) -> Json | None:
    """Returns what the registry knows of the work, None where nothing was changed. Raises WorkerEnded."""
    if asked["do"] not in ("apply", "undo"):
        return None
    caller = said_caller(asked["caller"])
    try:
        registry = await Registry.open(asked["registry"])
        try:
            if asked["do"] == "undo":
                return await outcome_of_undo(caller, registry, asked["run"], asked["now_ms"])
            return await outcome_of_run(caller, registry, data, asked["now_ms"])
        finally:
            await registry.close()
    except (RegistryUnavailable, RegistryTooNew, RegistryForeign) as error:
        log.error("what became of the import is not known: %s", error)
        raise WorkerEnded(code, is_known=False) from error
