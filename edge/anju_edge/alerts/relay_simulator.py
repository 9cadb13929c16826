"""A relay board at the far end of a pseudo-terminal: keeps every byte with its time and follows the channels.

Serves tests, the demo and the bench. The time is taken when the byte is read, in a thread of its own, so that a busy
event loop on the box's side does not hide how late the byte really was.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Switch:
    """One well-formed command. `at_ns` is time.monotonic_ns() at its last byte."""

    at_ns: int
    channel: int
    on: bool


class RelaySimulator:
    """`with RelaySimulator() as relay:` gives a board at `relay.port`; `unplug()` and `plug()` do what they say.

    With `link`, a symbolic link of that name points to the pseudo-terminal, also after a new plug.
    """

    def __init__(self, link: str = "", heard: Callable[[Switch], None] | None = None) -> None:
        self.link, self.port = link, ""
        self.received = bytearray()
        self.switches: list[Switch] = []
        self.on: dict[int, bool] = {}
        self._heard = heard
        self._changed = threading.Condition()
        self._master = self._slave = -1
        self._reader: threading.Thread | None = None
        self._stop_read, self._stop_write = os.pipe()

    def plug(self) -> None:
        """The board appears."""
        if self._reader:
            return
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        name = os.ttyname(self._slave)
        self.port = self.link or name
        if self.link:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.link)
            os.symlink(name, self.link)
        self._reader = threading.Thread(target=self._read, args=(self._master,), name="relay-simulator", daemon=True)
        self._reader.start()

    def unplug(self) -> None:
        """The board vanishes: reads and writes on the box's side fail."""
        if not self._reader:
            return
        os.write(self._stop_write, b"x")
        self._reader.join()
        self._reader = None
        os.close(self._master)
        os.close(self._slave)
        if self.link:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.link)

    def _read(self, master: int) -> None:
        buffer = bytearray()
        while True:
            ready, _, _ = select.select([master, self._stop_read], [], [])
            if self._stop_read in ready:
                os.read(self._stop_read, 1)
                return
            try:
                data = os.read(master, 4096)
            except OSError:  # nobody has the other side open
                continue
            at_ns = time.monotonic_ns()
            self.received += data
            buffer += data
            while len(buffer) >= 4:
                if buffer[0] == 0xA0 and sum(buffer[:3]) & 0xFF == buffer[3]:
                    self._note(Switch(at_ns, buffer[1], bool(buffer[2])))
                    del buffer[:4]
                else:
                    del buffer[0]

    def _note(self, switch: Switch) -> None:
        with self._changed:
            self.switches.append(switch)
            self.on[switch.channel] = switch.on
            self._changed.notify_all()
        if self._heard:
            self._heard(switch)

    def wait_for(self, wanted: Callable[[RelaySimulator], bool], timeout_s: float) -> bool:
        """Blocks until `wanted(self)`; True if it came in time. Call it in a thread beside an event loop."""
        with self._changed:
            return self._changed.wait_for(lambda: wanted(self), timeout_s)

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unplug()
        os.close(self._stop_read)
        os.close(self._stop_write)
