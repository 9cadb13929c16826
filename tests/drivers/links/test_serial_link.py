"""Serial ports over pseudo-terminals: bytes at once, exclusive, and back within 3 s of a replug."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anju_drivers.errors import LinkLost
from anju_drivers.links import serial as serial_link
from anju_drivers.links.serial import SerialLink, SerialSettings, open_port
from anju_drivers.testing.simulation import PtyDevice


class Watcher:
    """What a link told, and a way to wait for it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.states: list[tuple[bool, str]] = []
        self.changed = asyncio.Event()

    def received(self, data: bytes) -> None:
        self.data += data
        self.changed.set()

    def told(self, up: bool, detail: str) -> None:
        self.states.append((up, detail))
        self.changed.set()

    async def until(self, *, data: bytes | None = None, states: int = 0) -> None:
        async with asyncio.timeout(5):
            while (data is not None and bytes(self.data) != data) or len(self.states) < states:
                self.changed.clear()
                await self.changed.wait()


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_bytes_both_ways_and_the_port_is_free_afterwards(tmp_path: Path) -> None:
    written: asyncio.Queue[bytes] = asyncio.Queue()
    device = PtyDevice(tmp_path / "tty", written.put_nowait)
    device.plug()
    watcher = Watcher()
    link = SerialLink(SerialSettings(device.link), watcher.received, watcher.told)
    task = asyncio.create_task(link.run())
    await watcher.until(states=1)
    assert watcher.states == [(True, device.link)]
    device.send(bytes(range(256)))  # raw: no byte is changed, XON and CR among them
    await watcher.until(data=bytes(range(256)))
    link.write(b"\x00\r\n\x11\x13")
    assert await asyncio.wait_for(written.get(), 2) == b"\x00\r\n\x11\x13"
    await cancelled(task)
    async with await open_port(SerialSettings(device.link), watcher.received):
        pass
    device.close()


async def test_a_returning_port_is_open_again_within_3_s(tmp_path: Path) -> None:
    device = PtyDevice(tmp_path / "tty")
    watcher = Watcher()
    link = SerialLink(SerialSettings(device.link), watcher.received, watcher.told)
    task = asyncio.create_task(link.run())
    await watcher.until(states=1)
    assert watcher.states[0][0] is False
    with pytest.raises(LinkLost, match="not open"):
        link.write(b"x")
    for at in (1, 3):
        device.plug()
        start_s = time.monotonic()
        await watcher.until(states=at + 1)
        assert watcher.states[at][0] is True
        assert time.monotonic() - start_s < 3
        device.unplug()
        await watcher.until(states=at + 2)
        assert watcher.states[at + 1] == (False, "unplugged")
    await cancelled(task)
    device.close()


async def test_a_second_opener_is_told_who_is_in_the_way(tmp_path: Path) -> None:
    device = PtyDevice(tmp_path / "tty")
    device.plug()
    watcher = Watcher()
    async with await open_port(SerialSettings(device.link), watcher.received):
        with pytest.raises(LinkLost, match="another program holds this port: this box itself, for another driver"):
            await open_port(SerialSettings(device.link), watcher.received)
    code = "import serial, sys; p = serial.Serial(sys.argv[1], exclusive=True); print(flush=True); sys.stdin.read()"
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, device.link), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    await other.stdout.readline()
    with pytest.raises(LinkLost) as held:
        await open_port(SerialSettings(device.link), watcher.received)
    assert held.value.link == device.link
    assert f"(pid {other.pid}); end it" in held.value.cause
    other.kill()
    await other.wait()
    device.close()


async def test_a_close_that_the_library_never_ends_holds_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """pyserial-asyncio-fast 0.16 closes in a task of its own: cancelled with all others, it never says "closed"."""
    monkeypatch.setattr(serial_link, "CLOSE_S", 0.1)
    device = PtyDevice(tmp_path / "tty")
    device.plug()
    before = asyncio.all_tasks()
    port = await open_port(SerialSettings(device.link), Watcher().received)
    closing = asyncio.create_task(port.close())
    await asyncio.sleep(0)  # its own task exists now
    for task in asyncio.all_tasks() - before - {closing}:
        task.cancel()
    await closing
    assert "is not closed after" in caplog.text
    device.close()


def _try_to_open(path: str) -> str:
    """What opening says to a program of another user that asks for no lock."""
    code = (
        "import os, sys, errno\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "try: os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('open')\n"
        "except OSError as error: print(errno.errorcode[error.errno])"
    )
    return subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True).stdout.strip()


async def test_a_program_that_asks_for_no_lock_gets_no_bytes_of_ours(tmp_path: Path) -> None:
    device = PtyDevice(tmp_path / "tty")
    device.plug()
    real = os.readlink(device.link)
    os.chmod(real, 0o666)
    assert await asyncio.to_thread(_try_to_open, real) == "open"
    async with await open_port(SerialSettings(device.link), lambda data: None):
        assert await asyncio.to_thread(_try_to_open, real) == "EBUSY"
    assert await asyncio.to_thread(_try_to_open, real) == "open", "released with the port"
    device.close()


async def test_who_had_the_port_open_before_us_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    device = PtyDevice(tmp_path / "tty")
    device.plug()
    code = "import os, sys; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print(flush=True); sys.stdin.read()"
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, device.link), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    await other.stdout.readline()
    watcher = Watcher()
    link = SerialLink(SerialSettings(device.link), watcher.received, watcher.told)
    task = asyncio.create_task(link.run())
    await watcher.until(states=1)
    assert watcher.states[0][0]
    assert f"(pid {other.pid}): end that program" in watcher.states[0][1]
    assert f"(pid {other.pid})" in caplog.text
    await cancelled(task)
    other.kill()
    await other.wait()
    device.close()


async def test_a_bug_in_the_receiver_is_not_lost(tmp_path: Path) -> None:
    device = PtyDevice(tmp_path / "tty")
    device.plug()
    opened = asyncio.Event()

    def received(data: bytes) -> None:
        raise ZeroDivisionError

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)  # the loop would log it too
    link = SerialLink(SerialSettings(device.link), received, lambda up, detail: opened.set())
    task = asyncio.create_task(link.run())
    await asyncio.wait_for(opened.wait(), 2)
    device.send(b"x")
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(task, 2)
    device.close()


def test_names_that_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_id, by_path, ports = tmp_path / "by-id", tmp_path / "by-path", tmp_path / "dev"
    for folder in (by_id, by_path, ports):
        folder.mkdir()
    for number in range(2):
        (ports / f"ttyUSB{number}").touch()
        (by_path / f"pci-usb-{number}").symlink_to(ports / f"ttyUSB{number}")
    (by_id / "usb-CP2102_0001").symlink_to(ports / "ttyUSB0")
    monkeypatch.setattr(serial_link, "BY_ID", by_id)
    monkeypatch.setattr(serial_link, "BY_PATH", by_path)
    assert serial_link.stable_name(str(ports / "ttyUSB0")) == str(by_id / "usb-CP2102_0001")
    assert serial_link.stable_name(str(ports / "ttyUSB1")) == str(by_path / "pci-usb-1")
    assert serial_link.stable_name(str(ports / "ttyUSB2")) is None
    assert serial_link.resolve(f"{by_id}/*CP2102*") == str(by_id / "usb-CP2102_0001")
    with pytest.raises(LinkLost):
        serial_link.resolve(f"{by_id}/*FTDI*")


_SAME_NUMBER = """
import ctypes, fcntl, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
mounts = 0x20000
if libc.unshare(mounts) or libc.mount(b"none", b"/", None, 1 << 18 | 16384, None):
    sys.exit(f"no mounts of its own: {os.strerror(ctypes.get_errno())}")
if libc.mount(b"devpts", b"/dev/pts", b"devpts", 0, b"newinstance,ptmxmode=0666"):
    sys.exit(f"no pseudo-terminals of its own: {os.strerror(ctypes.get_errno())}")
kept = []
while not os.path.exists(sys.argv[1]):
    kept.append(os.open("/dev/pts/ptmx", os.O_RDWR | os.O_NOCTTY))
    fcntl.ioctl(kept[-1], 0x40045431, struct.pack("i", 0))  # TIOCSPTLCK: may be opened
held = os.open(sys.argv[1], os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
print("open", flush=True)
sys.stdin.read()
"""


def test_a_terminal_of_a_container_with_our_number_is_not_ours() -> None:
    """Seen: nspawn beside the box had /dev/pts/5 too, another one, and was named as a program that takes our bytes."""
    ours, theirs = os.openpty()
    name = os.ttyname(theirs)
    with subprocess.Popen(
        [sys.executable, "-c", _SAME_NUMBER, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as container:
        assert container.stdout is not None
        if container.stdout.readline() != "open\n":
            pytest.skip(f"needs root and mounts: {container.communicate()[1].strip()}")
        opened = [os.readlink(path) for path in Path(f"/proc/{container.pid}/fd").iterdir()]
        found = serial_link.holders(name)
        container.communicate()
    assert name in opened, "the container has a terminal of that name"
    assert found == [serial_link.OURSELVES]
    os.close(ours)
    os.close(theirs)
