"""A hub or a box as a child process: started, killed and started again, its log kept in a file."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

STOP_S = 8.0


class Program:
    """One child process. `changed` is called when it starts or ends."""

    def __init__(self, name: str, log: Path, changed: Callable[[], None]) -> None:
        self.name, self._log, self._changed = name, log, changed
        self._process: asyncio.subprocess.Process | None = None
        self._following: asyncio.Task[None] | None = None
        self._file_limit = resource.RLIM_INFINITY

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def disk_full(self) -> bool:
        return self._file_limit != resource.RLIM_INFINITY

    async def start(self, command: Sequence[str]) -> None:
        """Starts it unless it runs. Its output goes to the log file, in another process's name: see `fill_disk`."""
        if self.running:
            return
        self._process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is for us alone; we then stop it in order
        )
        if self.disk_full:
            self.fill_disk()
        self._following = asyncio.create_task(self._follow(self._process), name=f"{self.name} log")
        self._changed()

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            raise RuntimeError("the child was started without a pipe")
        with self._log.open("ab") as log:
            while data := await process.stdout.read(65_536):
                log.write(data)
                log.flush()
        await process.wait()
        self._changed()

    async def kill(self) -> None:
        """SIGKILL, as a power cut would be to the program."""
        if self.running and self._process is not None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL for one that does not end."""
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_S):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()
        if self._following is not None:
            await self._following

    def tell(self, line: str) -> None:
        """Writes a line to its standard input."""
        if self.running and self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                self._process.stdin.write(line.encode() + b"\n")

    def fill_disk(self) -> None:
        """From now on every write of the program to a file fails, as on a full disk: the kernel refuses it (EFBIG)."""
        self._limit(0)

    def free_disk(self) -> None:
        """Writes work again."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        self._file_limit = size
        if self.running and self._process is not None:
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
