"""A box or a hub as it is shipped, in a process of its own, and what the kernel says it used."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")
START_S = 60.0
STOP_S = 20.0


class NotStarted(Exception):
    """A program did not say within a minute that it runs; its log's end is in the message."""


class Program:
    """`with Program(...) as box:` starts it and waits until its log says `ready`; leaving sends SIGTERM."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        ready: str,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self._log, self._ready = name, log, re.compile(ready)
        self._command = command
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self.said: re.Match[str] | None = None
        self.started_ns = 0

    def launch(self) -> None:
        """Starts it without waiting."""
        with self._log.open("wb") as log:
            self.started_ns = time.monotonic_ns()
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=subprocess.STDOUT, env=self._environment, start_new_session=True
            )

    def wait_ready(self) -> re.Match[str]:
        """Waits for the line that says where it listens. Raises NotStarted."""
        until_s = time.monotonic() + START_S
        while time.monotonic() < until_s and self.process.poll() is None:
            if found := self._ready.search(self._log.read_text(errors="replace")):
                self.said = found
                return found
            time.sleep(0.01)
        raise NotStarted(f"{self.name}: {self._log.read_text(errors='replace')[-2_000:]}")

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise NotStarted(f"{self.name} was not launched")
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    def cpu_s(self) -> float:
        """User and system time so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory_mb(self, line: str = "VmRSS") -> float:
        """A line of /proc/PID/status in MB: VmRSS now, VmHWM the peak since `reset_peak`."""
        found = re.search(rf"{line}:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0

    def reset_peak(self) -> None:
        """Lets VmHWM begin anew."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def stop(self) -> float:
        """SIGTERM; returns how many seconds it took to end."""
        started = time.monotonic()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        return time.monotonic() - started

    def kill(self) -> None:
        """SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        self.launch()
        try:
            self.wait_ready()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Hub(Program):
    """`anju-central run`; `grpc` and `http` are its addresses once it is ready."""

    def __init__(self, config: Path, *, before: Sequence[str] = ()) -> None:
        ready = r"hub listens for boxes on (\S+), for operators on http://([^\s\"]+)"
        command = (*before, sys.executable, "-m", "anju_central", "run", "--config", str(config))
        super().__init__("hub", command, config.with_suffix(".log"), ready)

    @property
    def grpc(self) -> str:
        return self.said[1] if self.said else ""

    @property
    def http(self) -> str:
        return self.said[2] if self.said else ""


class Box(Program):
    """`anju-edge run`; `kiosk` and `status` are its addresses once it is ready."""

    def __init__(
        self, config: Path, *, before: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        ready = r"box \S+ runs, kiosk at (\S+), status at ([^\s\"]+)"
        command = (*before, sys.executable, "-m", "anju_edge", "run", "--config", str(config))
        super().__init__("box", command, config.with_suffix(".log"), ready, environment=environment)

    @property
    def status(self) -> str:
        return self.said[2] if self.said else ""
