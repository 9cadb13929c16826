"""A 433 MHz receiver that is not there: rtl_433's lines from a child process, from a socket or by UDP.

    simulator = Rtl433Simulator()                 # a child process; form="unix" or "udp" for the other two
    simulator.press("X10-Security", "a1b2", event="KR18 PANIC", code="26")   # a burst of equal lines

The child is this module run as a program: it connects to the simulator and prints what comes, as rtl_433 prints what
it hears, and it ends when the simulator is unplugged.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from anju_drivers.options import Options
from anju_drivers.testing.simulation import ServingDevice

FORMS = ("command", "unix", "udp")
BURST = 6
DEMO_MODEL, DEMO_ID = "X10-Security", "a1b2"


class Rtl433Simulator(ServingDevice):
    """Speaks rtl_433's JSON. `send` puts any bytes out, `press` a burst of one message."""

    def __init__(self, form: str = "command") -> None:
        if form not in FORMS:
            raise ValueError(f"form: {form!r} is none of {', '.join(FORMS)}")
        self.form = form
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="anju-rtl433-")
        self._path = Path(self._folder.name) / "lines"
        self._writers: set[asyncio.StreamWriter] = set()
        self._listened = asyncio.Event()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.udp_port = int(free.getsockname()[1])

    @property
    def link(self) -> str:
        return f"127.0.0.1:{self.udp_port}" if self.form == "udp" else str(self._path)

    def driver_options(self) -> dict[str, object]:
        """The driver's table that hears this receiver; one pendant without a checksum is paired."""
        paired = [{"model": "Generic-Remote", "id": 4660, "cmd": 192, "device": "rtl433:pendant-1"}]
        if self.form == "command":
            source: object = [sys.executable, "-m", "anju_drivers.rtl433.simulator", str(self._path)]
        else:
            source = self.link
        return {self.form: source, "receiver": "rtl433:simulated-1", "paired": paired}

    async def run(self) -> None:
        """Serves until cancelled."""
        try:
            await super().run()
        finally:
            self._folder.cleanup()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        server = await asyncio.start_unix_server(self._connected, self._path)
        try:
            yield
        finally:
            server.close()
            for writer in self._writers:
                writer.close()
            self._writers.clear()
            self._path.unlink(missing_ok=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self._listened.set()
        with contextlib.suppress(OSError):
            await reader.read()  # the program says nothing; it ends
        self._writers.discard(writer)
        writer.close()

    async def connected(self, timeout_s: float = 5.0) -> None:
        """Until somebody listens; a child takes a while to start. Raises `TimeoutError`."""
        async with asyncio.timeout(timeout_s):
            while self.form != "udp" and not self._writers:
                self._listened.clear()
                await self._listened.wait()

    def send(self, data: bytes) -> None:
        """Bytes of lines, to whoever listens now."""
        if self.form == "udp":
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                for line in data.splitlines() if self.ready.is_set() else []:
                    out.sendto(b"<165>1 2026-01-01T00:00:00Z box rtl_433 - - - " + line, ("127.0.0.1", self.udp_port))
            return
        for writer in self._writers:
            writer.write(data)

    def line(self, model: str, device_id: str | int, **fields: object) -> bytes:
        """One line as rtl_433 writes it."""
        value = {"time": "2026-01-01 00:00:00", "model": model, "id": device_id, **fields, "rssi": -11.5, "snr": 20.0}
        return json.dumps(value).encode() + b"\n"

    def press(self, model: str, device_id: str | int, **fields: object) -> None:
        """One message, repeated as senders do."""
        self.send(self.line(model, device_id, **fields) * BURST)

    async def demonstrate(self) -> str:
        """A pendant's panic button is pressed."""
        self.press(DEMO_MODEL, DEMO_ID, code="26", event="KR18 PANIC", mic="CRC")
        return f"panic pressed on {DEMO_MODEL} {DEMO_ID}"


def simulate(options: Mapping[str, object]) -> Rtl433Simulator:
    """A simulator from options: `form`. Raises `DriverConfigError` for others."""
    table = Options(options, {"form": f"how lines are given: {', '.join(FORMS)} (command)"})
    return Rtl433Simulator(table.text("form", "command", FORMS))


def main(path: str) -> int:
    """Prints what comes over the socket at `path`, as rtl_433 prints what it hears."""
    with socket.socket(socket.AF_UNIX) as lines:
        try:
            lines.connect(path)
        except OSError:
            print("No supported devices found.", file=sys.stderr)
            return 1
        while data := lines.recv(4096):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
